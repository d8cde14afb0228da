/*
 * demo_peers.c - a year of an open group for children of a ward and their
 * parents: 78 sessions, 256 participants, as a hospital reported of itself.
 *
 * It did not say whether 256 are persons or attendances. Here they are persons,
 * each registered once; attendances are counted apart and are more.
 */
#include "server/admin/demo_cast.h"

#include "server/admin/demo_people.h"

#define SESSIONS     78
#define PARTICIPANTS 256
#define MOST_COME    3 /* times */
#define YEAR_DAYS    360

static const char *const titles[] = {"沙盘：我住的地方", "绘本：勇敢的小病号",
	"情景剧：打针的那一天", "绘画：我想去的地方", "说说我自己",
	"给朋友的一封信"};

struct peers {
	struct script *s;
	struct draft *group, *sessions[SESSIONS];
	int64_t first; /* 1 January of the year before */
	size_t leader;
};

static struct pen pen_on(const struct peers *p, int64_t day, int minutes)
{
	return (struct pen){STAGE_OPENING, p->leader, demo_ms(day, minutes)};
}

static int64_t day_of(const struct peers *p, size_t session)
{
	return p->first + 3 + (int64_t)(session * YEAR_DAYS / SESSIONS);
}

static void write_group(struct peers *p)
{
	struct script *s = p->s;

	p->group = script_create(s, pen_on(p, p->first + 1, 540), "group", NULL,
		NULL,
		json_pack("{s:s, s:s, s:s, s:s, s:s, s:s, s:s, s:i, s:i, s:s, "
			  "s:s, s:s, s:s, s:s}",
			"number", "G-TB", "name", "童伴同行（开放小组）",
			"kind", "open", "theory",
			"同伴支持：同样经历的孩子互相示范与鼓励", "aims",
			"减轻住院孩子的孤单与害怕，让他们说出自己的经历",
			"criteria", "住院或复诊的孩子，身体允许，家长同意",
			"phase", "working", "sessions_planned", SESSIONS,
			"attend_min", 1, "leader", staff_ref(s, p->leader),
			"opened", demo_day(s->mem, p->first + 1), "approved_by",
			staff_ref(s, district_supervisor(
					     s->district, SITE_CHILDREN)),
			"approved", demo_day(s->mem, p->first + 1),
			"approval_note", "督导同意开组。"));
}

static void write_sessions(struct peers *p)
{
	struct script *s = p->s;

	for (size_t i = 0; i < SESSIONS; i++) {
		int64_t day = day_of(p, i);

		p->sessions[i] = script_create(s, pen_on(p, day, 17 * 60),
			"session", p->group, NULL,
			json_pack("{s:i, s:s, s:s, s:i, s:s, s:s, s:[s], s:i}",
				"number", (int)i + 1, "title",
				titles[i % ARRAY_LEN(titles)], "held_at",
				demo_time(s->mem, demo_ms(day, 15 * 60)),
				"minutes", 60, "status", "held", "stage",
				"working", "workers", staff_ref(s, p->leader),
				"volunteers", rng_between(&s->rng, 1, 3)));
	}
}

static void write_attendance(
	struct peers *p, const struct draft *who, size_t session)
{
	script_create(p->s, pen_on(p, day_of(p, session), 17 * 60),
		"attendance", p->group, NULL,
		json_pack("{s:s, s:s, s:b}", "session",
			p->sessions[session]->ref, "participant", who->ref,
			"present", 1));
}

/* A stay in hospital is short: who comes again does so at the next sessions. */
static void write_participant(struct peers *p, size_t no)
{
	struct script *s = p->s;
	size_t first = no * SESSIONS / PARTICIPANTS;
	size_t times = 1 + rng_below(&s->rng, MOST_COME);
	int64_t day = day_of(p, first);
	char sex = rng_chance(&s->rng, 0.5) ? MALE : FEMALE;
	const struct draft *who = script_create(s, pen_on(p, day, 14 * 60 + 40),
		"participant", p->group, NULL,
		json_pack("{s:s, s:s, s:s, s:b, s:b, s:b, s:b}", "name",
			people_name(&s->rng, s->mem, NULL, sex,
				date_from_days(p->first).year -
					rng_between(&s->rng, 4, 14)),
			"kind", "client", "joined", demo_day(s->mem, day),
			"screened", 1, "consent", 1, "photo_consent", 0,
			"peer_contact", 0));

	for (size_t i = 0; i < times && first + i < SESSIONS; i++)
		write_attendance(p, who, first + i);
}

void peers_write(struct script *s)
{
	struct peers p = {.s = s,
		.leader = district_staff(
			s->district, SITE_CHILDREN, ROLE_SOCIAL_WORKER, 1)};
	struct date day = date_from_days(s->today);

	p.first = date_to_days(&(struct date){day.year - 1, 1, 1});
	write_group(&p);
	write_sessions(&p);
	for (size_t no = 0; no < PARTICIPANTS; no++)
		write_participant(&p, no);
}
