/*
 * world.c - see world.h.
 */
#include "tests/sim/world.h"

#include "proto/base/host.h"
#include "proto/base/timeutil.h"
#include "tests/sim/clock.h"
#include "tests/sim/model.h"
#include "tests/sim/seam.h"

#define LONG_NOTE 18000

#include <string.h>

const struct staff world_staff[STAFF] = {
	{"陈静", SITE_COMMUNITY, ROLE_SOCIAL_WORKER    },
	{"王强", SITE_REHAB,     ROLE_PREVENTION_DOCTOR},
	{"李明", SITE_HOSPITAL,  ROLE_PSYCHIATRIST     },
	{"赵敏", SITE_COMMUNITY, ROLE_SUPERVISOR       },
	{"周伟", SITE_REHAB,     ROLE_SOCIAL_WORKER    },
	{"孙丽", SITE_HOSPITAL,  ROLE_NURSE            },
};

static struct uuid id_of(unsigned kind, unsigned n)
{
	struct uuid u = {
		{0x01, 0x9a, 0, 0, 0, 0, 0x70, 0, 0x80}
        };

	u.b[14] = (unsigned char)kind;
	u.b[15] = (unsigned char)(n + 1);
	return u;
}

struct uuid world_site(int i)
{
	return id_of(2, (unsigned)i);
}
struct uuid world_staff_id(int i)
{
	return id_of(3, (unsigned)i);
}
struct uuid world_person(int i)
{
	return id_of(4, (unsigned)i);
}
struct uuid world_case(int i)
{
	return id_of(5, (unsigned)i);
}

struct caller world_caller(int i)
{
	struct caller c;

	memset(&c, 0, sizeof(c));
	c.reader.staff = world_staff_id(i);
	c.reader.site = world_site(world_staff[i].site);
	c.reader.district = id_of(1, 0);
	c.reader.role = world_staff[i].role;
	return c;
}

static const char *text_of(struct arena *mem, struct uuid id)
{
	char text[UUID_TEXT];

	return arena_strdup(mem, uuid_format(&id, text));
}

const char *world_change(struct arena *mem, const struct uuid *id,
	const char *type, const struct uuid *rec, const struct uuid *case_id,
	const char *op, const char *more)
{
	char at[TIME_TEXT];

	return arena_printf(mem,
		"{\"id\":\"%s\",\"rec\":\"%s\",\"type\":\"%s\",\"case\":%s%s%s,"
		"\"op\":\"%s\",\"entered_at\":\"%s\",%s}",
		text_of(mem, *id), text_of(mem, *rec), type,
		case_id ? "\"" : "", case_id ? text_of(mem, *case_id) : "null",
		case_id ? "\"" : "", op, time_format(host_now_ms(), at), more);
}

struct maker {
	struct centre *c;
	struct arena *mem;
	struct caller who;
	unsigned made;
};

static void make(struct maker *m, const char *type, struct uuid rec,
	const struct uuid *case_id, const char *set)
{
	struct uuid id = id_of(9, m->made++);
	struct request q;
	struct reply a;

	memset(&q, 0, sizeof(q));
	q.method = "POST";
	q.path = "/v1/changes";
	q.body.p = arena_printf(m->mem, "{\"changes\":[%s]}",
		world_change(m->mem, &id, type, &rec, case_id, "create",
			arena_printf(m->mem, "\"set\":%s", set)));
	q.body.n = strlen(q.body.p);
	if (!centre_answer(m->c, &m->who, &q, m->mem, &a) || a.status != 200 ||
		!strstr(a.body.p, "\"applied\""))
		die("sim: the world cannot be made: %s", a.body.p);
}

static void make_directory(struct maker *m)
{
	static const char *const kinds[SITES] = {
		"community_centre", "rehab_station", "psychiatric_hospital"};
	struct arena *mem = m->mem;

	m->who = world_caller(0);
	m->who.reader.staff = id_of(3, 99);
	m->who.reader.role = ROLE_SYSTEM_ADMIN;
	make(m, "district", id_of(1, 0), NULL, "{\"name\":\"青浦区\"}");
	for (int i = 0; i < SITES; i++)
		make(m, "site", world_site(i), NULL,
			arena_printf(mem,
				"{\"name\":\"机构%d\",\"kind\":\"%s\","
				"\"district\":\"%s\",\"active\":true}",
				i, kinds[i], text_of(mem, id_of(1, 0))));
	for (int i = 0; i < STAFF; i++)
		make(m, "staff", world_staff_id(i), NULL,
			arena_printf(mem,
				"{\"name\":\"%s\",\"site\":\"%s\","
				"\"role\":\"%s\",\"active\":true}",
				world_staff[i].name,
				text_of(mem, world_site(world_staff[i].site)),
				role_name(world_staff[i].role)));
}

/* Who is in the care group of each case, beside its home's own worker; and what
 * the consent covers. */
static const struct {
	int maker; /* staff */
	int members[3];
	size_t member_count;
	const char *classes; /* of the consent; NULL: there is none */
} cases[CASES] = {
	{0, {1, 2}, 2, "\"identity\",\"assessment\",\"plan\",\"note\""},
	{0, {4, 2}, 2, "\"assessment\",\"note\""                      },
	{4, {0},    1, "\"identity\",\"assessment\",\"plan\",\"note\""},
	{0, {1},    1, NULL					   },
};

static void make_sharing(struct maker *m, int i, const struct uuid *k)
{
	struct arena *mem = m->mem;
	const char *sites = "";

	for (size_t n = 0; n < cases[i].member_count; n++) {
		int who = cases[i].members[n];
		const char *site =
			text_of(mem, world_site(world_staff[who].site));

		make(m, "member", id_of(0x10 + (unsigned)i, (unsigned)n), k,
			arena_printf(mem,
				"{\"staff\":\"%s\",\"site\":\"%s\",\"role\":"
				"\"social_worker\",\"from\":\"2026-01-05\"}",
				text_of(mem, world_staff_id(who)), site));
		sites = arena_printf(
			mem, "%s%s\"%s\"", sites, n ? "," : "", site);
	}
	if (cases[i].classes)
		make(m, "consent", id_of(0x20 + (unsigned)i, 0), k,
			arena_printf(mem,
				"{\"purpose\":\"sharing\",\"classes\":[%s],"
				"\"sites\":[%s],\"from\":\"2026-01-05\","
				"\"given_by\":\"本人\"}",
				cases[i].classes, sites));
}

/* So that all cases do not fit on one page. */
#define TEXT                                                                                            \
	"谈到家里的情况、睡眠、服药和下一步的打算，约好下次见面的时间。" \
	"谈到家里的情况、睡眠、服药和下一步的打算，约好下次见面的时间。" \
	"谈到家里的情况、睡眠、服药和下一步的打算，约好下次见面的时间。" \
	"谈到家里的情况、睡眠、服药和下一步的打算，约好下次见面的时间。"

static void make_case(struct maker *m, int i)
{
	struct uuid k = world_case(i);
	struct arena *mem = m->mem;

	m->who = world_caller(cases[i].maker);
	make(m, "person", world_person(i), NULL,
		arena_printf(
			mem, "{\"name\":\"服务对象%d\",\"sex\":\"1\"}", i));
	make(m, "case", k, NULL,
		arena_printf(mem,
			"{\"number\":\"K-%d\",\"person\":\"%s\",\"phase\":"
			"\"intake\",\"home_site\":\"%s\"}",
			i, text_of(mem, world_person(i)),
			text_of(mem,
				world_site(world_staff[cases[i].maker].site))));
	make_sharing(m, i, &k);
	make(m, "need", id_of(0x30 + (unsigned)i, 0), &k,
		"{\"domain\":\"medical\",\"severity\":1,\"priority\":1}");
	make(m, "service", id_of(0x40 + (unsigned)i, 0), &k,
		"{\"started_at\":\"2026-11-02T09:00:00+08:00\",\"minutes\":30,"
		"\"kind\":\"home_visit\",\"status\":\"completed\","
		"\"process\":\"a\",\"reflection\":\"" TEXT TEXT TEXT TEXT
		"\"}");
}

/* The notes of a long time, in case 0. */
void world_enlarge(struct centre *c, struct run *r)
{
	struct uuid k = world_case(0);
	char *text = arena_alloc(r->mem, LONG_NOTE + 1);
	struct maker m;

	memset(text, 'z', LONG_NOTE);
	memset(&m, 0, sizeof(m));
	m.c = c;
	m.mem = r->mem;
	m.who = world_caller(0);
	m.made = 200;
	for (unsigned i = 0; i < 5; i++)
		make(&m, "service", id_of(0x50, i), &k,
			arena_printf(r->mem,
				"{\"started_at\":\"2026-11-02T09:00:00+08:00\","
				"\"kind\":\"interview\",\"status\":"
				"\"completed\",\"reflection\":\"%s\"}",
				text));
	model_look(&r->model);
	r->given = r->model.n;
}

/* Whose work may be carried is found out by who has an account. */
static void make_accounts(struct arena *mem)
{
	for (int i = 0; i < STAFF; i++) {
		const struct caller c = world_caller(i);
		const char *param[4] = {text_of(mem, c.reader.staff),
			role_name(c.reader.role), text_of(mem, c.reader.site),
			text_of(mem, c.reader.district)};

		PQclear(seam_ask("SELECT sim.account($1::uuid, $2::text, "
				 "$3::uuid, $4::uuid)",
			param, 4));
	}
}

void world_make(struct centre *c)
{
	struct maker m;

	memset(&m, 0, sizeof(m));
	m.c = c;
	m.mem = arena_new();
	clock_start(WORLD_START, 1);
	make_directory(&m);
	make_accounts(m.mem);
	for (int i = 0; i < CASES; i++)
		make_case(&m, i);
	arena_free(m.mem);
}
