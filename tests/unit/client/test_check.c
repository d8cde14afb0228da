/*
 * test_check.c - rules that look at more than one record, at the station: of
 * what it holds and of its own work, before anything says "saved". The rules
 * are tests/unit/proto/test_about.c and test_contract.c.
 */
#include "tests/unit/client/fixture.h"

#include <stdarg.h>

struct desk {
	struct fixture f;
	struct arena *seen;
	struct err e;
	struct uuid person, kase;
};

static struct view *look(struct desk *d)
{
	arena_free(d->seen);
	d->seen = arena_new();
	return view_new(d->f.s, d->seen);
}

static bool end_of(struct desk *d, bool ok)
{
	if (ok)
		return store_commit(d->f.s, &d->e);
	store_rollback(d->f.s);
	open_again(&d->f);
	return false;
}

PRINTF_LIKE(2, 0)
static json_t *body_of(struct desk *d, const char *format, va_list ap)
{
	char text[1000];
	json_t *j;

	vsnprintf(text, sizeof(text), format, ap);
	j = json_loads(text, 0, NULL);
	if (!j)
		die("test: %s", text);
	return json_keep(j, d->f.mem);
}

/* Creates a record of a case (nil: none); false with d->e when refused. */
PRINTF_LIKE(5, 6)
static bool make(struct desk *d, const char *type, const struct uuid *kase,
	struct uuid *rec, const char *format, ...)
{
	static const struct uuid nil;
	struct view *v = look(d);
	json_t *body;
	va_list ap;

	va_start(ap, format);
	body = body_of(d, format, ap);
	va_end(ap);
	memset(rec, 0, sizeof(*rec));
	memset(&d->e, 0, sizeof(d->e));
	if (!store_begin(d->f.s, &d->e))
		return false;
	return end_of(d, outbox_create(v, catalogue_type(d->f.c, type),
				 kase ? kase : &nil, body, NULL, rec, &d->e));
}

PRINTF_LIKE(3, 4)
static bool change(
	struct desk *d, const struct uuid *rec, const char *format, ...)
{
	struct view *v = look(d);
	bool changed;
	json_t *set;
	va_list ap;

	va_start(ap, format);
	set = body_of(d, format, ap);
	va_end(ap);
	memset(&d->e, 0, sizeof(d->e));
	if (!store_begin(d->f.s, &d->e))
		return false;
	return end_of(
		d, outbox_patch(v, rec, set, json_keep(json_array(), d->f.mem),
			   &changed, &d->e));
}

static const char *text_of(struct desk *d, const struct uuid *id)
{
	return uuid_format(id, arena_alloc(d->f.mem, UUID_TEXT));
}

/* A person, and a case of theirs, made here. */
static void open_case(struct desk *d, struct uuid *kase, const struct uuid *who)
{
	if (!make(d, "case", NULL, kase,
		    "{\"person\":\"%s\",\"phase\":\"intake\","
		    "\"home_site\":\"%s\"}",
		    text_of(d, who), id_text(&d->f, 901)))
		die("test: %s", d->e.msg);
}

static void sit(struct desk *d, const char *birth)
{
	memset(d, 0, sizeof(*d));
	set_up(&d->f);
	if (!make(d, "person", NULL, &d->person,
		    "{\"name\":\"小雨\",\"birth\":\"%s\"}", birth))
		die("test: %s", d->e.msg);
	open_case(d, &d->kase, &d->person);
}

static void leave(struct desk *d)
{
	arena_free(d->seen);
	tear_down(&d->f);
}

/* "ok", or the code and the field of what was refused. */
static const char *said(struct desk *d, bool ok)
{
	return ok ? "ok"
		  : arena_printf(
			    d->f.mem, "%s %s", err_name(d->e.code), d->e.field);
}

#define SHEET(more)                                                            \
	"{\"instrument\":\"phq9\",\"answers\":[1,1,0,1,0,0,0,0,0]," more "}"

static void a_sheet_from_before_the_birth_is_not_saved(void)
{
	struct desk d;
	struct uuid rec;

	sit(&d, "2014-06-15");
	CHECK_STR(said(&d, make(&d, "assessment", &d.kase, &rec,
				   SHEET("\"assessed\":\"2014-06-14\""))),
		"bad_order assessed");
	CHECK_STR(said(&d, make(&d, "assessment", &d.kase, &rec,
				   SHEET("\"assessed\":\"2014-06-15\""))),
		"ok");
	CHECK_STR(said(&d, change(&d, &rec, "{\"assessed\":\"2014-06-01\"}")),
		"bad_order assessed");
	/* The birth date was wrong: the own correction counts at once. */
	CHECK_STR(said(&d, change(&d, &d.person, "{\"birth\":\"2014-05-15\"}")),
		"ok");
	CHECK_STR(said(&d, change(&d, &rec, "{\"assessed\":\"2014-06-01\"}")),
		"ok");
	leave(&d);
}

static void a_child_s_consent_names_its_guardian_here_too(void)
{
	struct desk d;
	struct uuid tie, rec;

	sit(&d, "2014-06-15");
	CHECK_STR(said(&d, make(&d, "consent", &d.kase, &rec,
				   "{\"purpose\":\"care\","
				   "\"from\":\"2026-01-05\"}")),
		"missing guardian");
	CHECK_STR(said(&d, make(&d, "relation", &d.kase, &tie,
				   "{\"subject\":\"%s\",\"kind\":\"52\","
				   "\"guardian\":true}",
				   text_of(&d, &d.person))),
		"ok");
	CHECK_STR(said(&d, make(&d, "consent", &d.kase, &rec,
				   "{\"purpose\":\"care\","
				   "\"from\":\"2026-01-05\","
				   "\"guardian\":\"%s\","
				   "\"relation_to_client\":\"52\"}",
				   text_of(&d, &tie))),
		"missing assent");
	CHECK_STR(said(&d, make(&d, "consent", &d.kase, &rec,
				   "{\"purpose\":\"care\","
				   "\"from\":\"2026-01-05\","
				   "\"guardian\":\"%s\",\"assent\":\"yes\","
				   "\"relation_to_client\":\"52\"}",
				   text_of(&d, &tie))),
		"ok");
	leave(&d);
}

static void a_score_after_is_not_before_the_one_before(void)
{
	struct desk d;
	struct uuid rec;

	sit(&d, "1984-06-15");
	CHECK_STR(said(&d, make(&d, "assessment", &d.kase, &rec,
				   SHEET("\"assessed\":\"2026-03-01\","
					 "\"timepoint\":\"baseline\""))),
		"ok");
	CHECK_STR(said(&d, make(&d, "assessment", &d.kase, &rec,
				   SHEET("\"assessed\":\"2026-02-28\","
					 "\"timepoint\":\"end\""))),
		"bad_order assessed");
	/* The client may be named, or not. */
	CHECK_STR(said(&d, make(&d, "assessment", &d.kase, &rec,
				   SHEET("\"assessed\":\"2026-02-28\","
					 "\"timepoint\":\"end\","
					 "\"subject\":\"%s\""),
				   text_of(&d, &d.person))),
		"bad_order assessed");
	CHECK_STR(said(&d, make(&d, "assessment", &d.kase, &rec,
				   "{\"instrument\":\"gad7\",\"answers\":"
				   "[1,1,1,1,1,1,1],"
				   "\"assessed\":\"2026-02-28\","
				   "\"timepoint\":\"end\"}")),
		"ok");
	leave(&d);
}

static bool contract(struct desk *d, const struct uuid *kase, const char *from,
	const char *to)
{
	struct uuid rec;

	return make(d, "contract", kase, &rec,
		"{\"status\":\"active\",\"chosen_team\":\"%s\","
		"\"choice\":\"recommended\",\"from\":\"%s\",\"to\":\"%s\"}",
		id_text(&d->f, 910), from, to);
}

static void one_team_at_a_time_in_all_cases_of_a_person(void)
{
	struct desk d;
	struct uuid second, twin, third;

	sit(&d, "1984-06-15");
	open_case(&d, &second, &d.person);
	CHECK_STR(said(&d, contract(&d, &d.kase, "2026-01-01", "2026-12-31")),
		"ok");
	CHECK_STR(said(&d, contract(&d, &d.kase, "2026-06-01", "2027-05-31")),
		"in_force status");
	CHECK_STR(said(&d, contract(&d, &second, "2026-06-01", "2027-05-31")),
		"in_force status");
	/* What is here of it is told, the team as well. */
	CHECK_STR(d.e.accepts,
		arena_printf(d.f.mem, "2026-01-01/2026-12-31, chosen_team=%s",
			id_text(&d.f, 910)));
	CHECK_STR(said(&d, contract(&d, &second, "2027-01-01", "2027-12-31")),
		"ok");
	/* Somebody else, until they are found to be the same. */
	CHECK(make(&d, "person", NULL, &twin, "{\"name\":\"小宇\"}"));
	open_case(&d, &third, &twin);
	CHECK(change(
		&d, &twin, "{\"merged_into\":\"%s\"}", text_of(&d, &d.person)));
	CHECK_STR(said(&d, contract(&d, &third, "2026-06-01", "2026-07-31")),
		"in_force status");
	leave(&d);
}

static void after_a_death_the_station_asks_the_same(void)
{
	struct desk d;
	struct uuid rec;
	struct seen one;

	sit(&d, "1950-06-15");
	CHECK(change(&d, &d.person, "{\"deceased\":\"2026-04-20\"}"));
	CHECK_STR(said(&d, make(&d, "assessment", &d.kase, &rec,
				   SHEET("\"assessed\":\"2026-04-21\""))),
		"bad_order assessed");
	CHECK_STR(said(&d, make(&d, "assessment", &d.kase, &rec,
				   SHEET("\"assessed\":\"2026-04-21\","
					 "\"respondent\":\"proxy\""))),
		"ok");
	CHECK_STR(said(&d, make(&d, "document", &d.kase, &rec,
				   "{\"title\":\"t\",\"kind\":\"letter\","
				   "\"status\":\"delivered\","
				   "\"delivered\":\"2026-04-25\"}")),
		"missing after_death");
	/* Closing is proposed with its reason. */
	CHECK_STR(
		said(&d, change(&d, &d.kase, "{\"phase\":\"closing\"}")), "ok");
	CHECK(view_record(look(&d), &d.kase, d.f.mem, &one, &d.e));
	CHECK_STR(json_str(one.body, "close_reason"), "deceased");
	leave(&d);
}

static void who_did_the_work_does_not_verify_it(void)
{
	struct desk d;
	struct uuid rec;

	sit(&d, "1984-06-15");
	CHECK(make(&d, "task", &d.kase, &rec,
		"{\"title\":\"t\",\"status\":\"done\",\"assignee\":\"%s\"}",
		id_text(&d.f, 900)));
	CHECK_STR(said(&d, change(&d, &rec, "{\"status\":\"verified\"}")),
		"bad_order verified_by");
	CHECK_STR(said(&d, change(&d, &rec,
				   "{\"status\":\"verified\","
				   "\"verified_by\":\"%s\","
				   "\"verified\":\"2026-11-01\"}",
				   id_text(&d.f, 902))),
		"forbidden verified_by");
	CHECK(make(&d, "task", &d.kase, &rec,
		"{\"title\":\"t\",\"status\":\"done\",\"assignee\":\"%s\"}",
		id_text(&d.f, 902)));
	CHECK_STR(
		said(&d, change(&d, &rec, "{\"status\":\"verified\"}")), "ok");
	leave(&d);
}

int main(void)
{
	RUN(a_sheet_from_before_the_birth_is_not_saved);
	RUN(a_child_s_consent_names_its_guardian_here_too);
	RUN(a_score_after_is_not_before_the_one_before);
	RUN(one_team_at_a_time_in_all_cases_of_a_person);
	RUN(after_a_death_the_station_asks_the_same);
	RUN(who_did_the_work_does_not_verify_it);
	return tap_done();
}
