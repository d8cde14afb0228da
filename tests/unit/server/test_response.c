/*
 * test_response.c - responses at the centre: judged by their form, filled with
 * what follows, flags raised once; and packs, which never change.
 *
 * The form is the follow-up of severe mental disorder; its intervals are those
 * of the 2017 norm (domain reference 2.4), days reckoned by hand.
 */
#include "tests/unit/server/batch.h"

#include "proto/form.h"

#define SHEET(more)                                                            \
	"{\"visit_result\":\"reached\",\"mode\":\"phone\",\"insight\":"        \
	"\"partial\",\"adherence\":\"regular\"," more "}"
#define CALM    SHEET("\"danger\":0,\"stability\":\"basically_stable\"")
#define DANGER3 SHEET("\"danger\":3,\"stability\":\"unstable\"")
#define DANGER4 SHEET("\"danger\":4,\"stability\":\"unstable\"")

/* A response of a day; `more` begins with a comma. */
#define FILL(n, rec, day, answers, more)                                       \
	CHANGE(n, "create", "response", rec,                                   \
		"\"set\":{\"form\":\"smd_follow_up\",\"responded\":\"" day     \
		"\",\"answers\":" answers more "}")

static const char *member(struct batch *b, const char *rec, const char *key)
{
	json_t *v = json_object_get(batch_json(b, batch_body(b, rec)), key);

	return v ? json_canonical(v, b->w.mem) : "-";
}

static const struct entry *flag_of(
	struct batch *b, const char *response, const char *kind, int level)
{
	struct uuid id = batch_id(response);

	id = form_flag_id(&id, kind, level);
	return world_find(&b->w, &id);
}

static size_t flags(const struct batch *b)
{
	size_t n = 0;

	for (size_t i = 0; i < b->w.fresh_count; i++)
		n += strcmp(b->w.fresh[i].rec.type->name, "flag") == 0;
	return n;
}

static void the_version_the_lifted_fields_and_the_date_are_filled(void)
{
	struct batch b;

	batch_open(&b, ROLE_PREVENTION_DOCTOR);
	batch_decide(&b, FILL("10", ID("20"), "2025-08-31",
				 SHEET("\"danger\":0,\"stability\":\"stable\""),
				 ",\"danger\":5"));
	CHECK(b.results[0].status == CHANGE_APPLIED);
	CHECK_STR(member(&b, ID("20"), "version"), "\"2018.1\"");
	CHECK_STR(member(&b, ID("20"), "danger"), "0");
	CHECK_STR(member(&b, ID("20"), "stability"), "\"stable\"");
	CHECK_STR(member(&b, ID("20"), "insight"), "\"partial\"");
	CHECK_STR(member(&b, ID("20"), "next_due"), "\"2025-11-30\"");
	CHECK(flags(&b) == 0);
	batch_close(&b);
}

static void the_persons_own_date_wins(void)
{
	struct batch b;

	batch_open(&b, ROLE_PREVENTION_DOCTOR);
	batch_decide(&b, FILL("10", ID("20"), "2025-08-31", CALM,
				 ",\"next_due\":\"2025-09-05\""));
	CHECK_STR(member(&b, ID("20"), "next_due"), "\"2025-09-05\"");
	batch_close(&b);
}

/* The doctor's own class wins: of the norm danger 3 is unstable. */
static void the_doctors_class_wins_over_what_the_form_proposes(void)
{
	struct batch b;

	batch_open(&b, ROLE_PREVENTION_DOCTOR);
	batch_decide(&b, FILL("10", ID("20"), "2025-03-01",
				 SHEET("\"danger\":3,\"stability\":\"basically_"
				       "stable\""),
				 ""));
	CHECK(b.results[0].status == CHANGE_APPLIED);
	CHECK_STR(member(&b, ID("20"), "stability"), "\"basically_stable\"");
	CHECK_STR(member(&b, ID("20"), "next_due"), "\"2025-03-15\"");
	batch_close(&b);
}

static void the_earlier_response_of_the_same_batch_counts(void)
{
	struct batch b;

	batch_open(&b, ROLE_PREVENTION_DOCTOR);
	/* 17 January, then 31 January: a month, to the end of February. */
	batch_decide(&b, FILL("10", ID("20"), "2025-01-17", CALM, "") "," FILL(
				 "11", ID("21"), "2025-01-31", CALM, ""));
	CHECK_STR(member(&b, ID("20"), "next_due"), "\"2025-01-31\"");
	CHECK_STR(member(&b, ID("21"), "next_due"), "\"2025-02-28\"");
	batch_close(&b);
}

static void the_earlier_response_is_the_last_before_that_day(void)
{
	struct batch b;

	batch_open(&b, ROLE_PREVENTION_DOCTOR);
	/* One that was basically stable, but on a later day. */
	batch_stand(&b, CASE, "response", ID("30"),
		"{\"form\":\"smd_follow_up\",\"responded\":\"2025-02-01\","
		"\"answers\":{\"stability\":\"basically_stable\"}}");
	batch_stand(&b, CASE, "response", ID("31"),
		"{\"form\":\"smd_follow_up\",\"responded\":\"2025-01-02\","
		"\"answers\":{\"stability\":\"stable\"}}");
	batch_decide(&b, FILL("10", ID("20"), "2025-01-31", CALM, ""));
	CHECK_STR(member(&b, ID("20"), "next_due"), "\"2025-02-14\"");
	batch_close(&b);
}

static void who_names_the_client_and_who_names_nobody_mean_the_same(void)
{
	struct batch b;

	batch_open(&b, ROLE_PREVENTION_DOCTOR);
	batch_ref(&b, PERSON, "person", PERSON);
	batch_stand(&b, NULL, "case", CASE, "{\"person\":\"" PERSON "\"}");
	batch_stand(&b, CASE, "response", ID("30"),
		"{\"form\":\"smd_follow_up\",\"responded\":\"2025-01-17\","
		"\"subject\":\"" PERSON "\","
		"\"answers\":{\"stability\":\"basically_stable\"}}");
	batch_decide(&b, FILL("10", ID("20"), "2025-01-31", CALM, ""));
	CHECK_STR(member(&b, ID("20"), "next_due"), "\"2025-02-28\"");
	batch_close(&b);
}

static void a_response_of_another_person_is_no_earlier_one(void)
{
	struct batch b;

	batch_open(&b, ROLE_PREVENTION_DOCTOR);
	batch_ref(&b, PERSON, "person", PERSON);
	batch_stand(&b, CASE, "response", ID("30"),
		"{\"form\":\"smd_follow_up\",\"responded\":\"2025-01-17\","
		"\"subject\":\"" PERSON "\","
		"\"answers\":{\"stability\":\"basically_stable\"}}");
	batch_decide(&b, FILL("10", ID("20"), "2025-01-31", CALM, ""));
	CHECK_STR(member(&b, ID("20"), "next_due"), "\"2025-02-14\"");
	batch_close(&b);
}

static void what_does_not_fit_the_sheet_is_parked_with_its_question(void)
{
	static const struct {
		const char *set;
		enum err_code code;
		const char *field;
	} rows[] = {
		{"\"answers\":{\"visit_result\":\"reached\"}",                    ERR_MISSING,
                 "answers.mode"											   },
		{"\"answers\":" SHEET("\"danger\":9,\"stability\":\"stable\""),
                 ERR_OUT_OF_RANGE,							      "answers.danger"          },
		{"\"answers\":" SHEET("\"danger\":0,\"stability\":\"stable\","
				      "\"mood\":1"),
                 ERR_UNKNOWN_FIELD,							     "answers.mood"            },
		{"\"answers\":" SHEET(
			 "\"danger\":0,\"stability\":\"stable\",\"danger_acts_"
			 "none\":true,\"danger_acts_other\":1"),
                 ERR_CONTRADICTION,							     "answers.danger_acts_none"},
		{"\"version\":\"1999\",\"answers\":" CALM,                        ERR_BAD_CODE,
                 "version"												},
		{"\"answers\":[1]",					       ERR_BAD_KIND, "answers"                 },
	};

	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct batch b;

		batch_open(&b, ROLE_PREVENTION_DOCTOR);
		batch_decide(&b,
			arena_printf(b.w.mem,
				CHANGE("10", "create", "response", ID("20"),
					"\"set\":{\"form\":\"smd_follow_up\","
					"\"responded\":\"2025-03-01\",%s}"),
				rows[i].set));
		CHECK(b.results[0].status == CHANGE_PARKED);
		CHECK(b.results[0].why.code == rows[i].code);
		CHECK_STR(b.results[0].why.field, rows[i].field);
		CHECK(b.w.fresh_count == 0);
		batch_close(&b);
	}
}

static void without_answers_it_only_notes_that_a_sheet_exists(void)
{
	struct batch b;

	batch_open(&b, ROLE_PREVENTION_DOCTOR);
	batch_decide(&b, CHANGE("10", "create", "response", ID("20"),
				 "\"set\":{\"form\":\"smd_follow_up\","
				 "\"responded\":\"2025-03-01\",\"danger\":3}"));
	CHECK(b.results[0].status == CHANGE_APPLIED);
	CHECK_STR(member(&b, ID("20"), "version"), "-");
	CHECK(flags(&b) == 0);
	batch_close(&b);
}

/* ---- flags ---- */

static void danger_of_three_raises_a_flag_by_the_same_change(void)
{
	struct batch b;
	const struct entry *f;

	batch_open(&b, ROLE_PREVENTION_DOCTOR);
	batch_decide(&b, FILL("10", ID("20"), "2025-03-01", DANGER3, ""));
	f = flag_of(&b, ID("20"), "danger", 3);
	CHECK(f && f->now.ver == 1 && f->now.state == STATE_LIVE);
	if (f) {
		const char *body = f->now.body.p;

		CHECK(strstr(body, "\"kind\":\"danger\""));
		CHECK(strstr(body, "\"level\":3"));
		CHECK(strstr(body, "\"from\":\"2025-03-01\""));
		CHECK(strstr(body, "\"to\"") == NULL);
		CHECK(uuid_cmp(&f->unit, &world_find(&b.w, &f->id)->unit) == 0);
	}
	CHECK(flags(&b) == 1);
	for (size_t i = 0; i < b.w.fresh_count; i++)
		CHECK(uuid_cmp(&b.w.fresh[i].change, &b.w.changes[0].id) == 0);
	batch_close(&b);
}

/* The response of the tables below as it stands: danger 3, flag raised. */
static struct entry *stand_with_flag(struct batch *b, const char *flag_body)
{
	char id[UUID_TEXT];
	struct uuid response = batch_id(ID("20")), flag;

	batch_stand(b, CASE, "response", ID("20"),
		"{\"form\":\"smd_follow_up\",\"version\":\"2018.1\","
		"\"responded\":\"2025-03-01\",\"danger\":3,\"stability\":"
		"\"unstable\",\"adherence\":\"regular\",\"insight\":"
		"\"partial\",\"next_due\":\"2025-03-15\",\"answers\":" DANGER3
		"}");
	flag = form_flag_id(&response, "danger", 3);
	return batch_stand(b, CASE, "flag", uuid_format(&flag, id), flag_body);
}

#define PATCH(answers, seen)                                                   \
	CHANGE("10", "patch", "response", ID("20"),                            \
		"\"base_ver\":3,\"set\":{\"answers\":" answers                 \
		"},\"seen\":{\"form\":\"smd_follow_up\",\"version\":"          \
		"\"2018.1\",\"answers\":" seen "}")

static void a_flag_is_not_raised_again(void)
{
	static const char *const bodies[] = {
		"{\"kind\":\"danger\",\"level\":3,\"from\":\"2025-03-01\"}",
		/* Ended by a person: it stays ended. */
		"{\"kind\":\"danger\",\"level\":3,\"from\":\"2025-03-01\","
		"\"to\":\"2025-03-09\"}",
	};

	for (size_t i = 0; i < ARRAY_LEN(bodies); i++) {
		struct batch b;

		batch_open(&b, ROLE_PREVENTION_DOCTOR);
		stand_with_flag(&b, bodies[i]);
		batch_decide(&b,
			PATCH(SHEET("\"danger\":3,\"stability\":\"unstable\","
				    "\"sleep\":\"poor\""),
				DANGER3));
		CHECK(b.results[0].status == CHANGE_APPLIED);
		CHECK(flags(&b) == 0);
		batch_close(&b);
	}
}

static void more_danger_raises_a_higher_flag_and_less_none(void)
{
	struct batch b;

	batch_open(&b, ROLE_PREVENTION_DOCTOR);
	stand_with_flag(&b,
		"{\"kind\":\"danger\",\"level\":3,\"from\":\"2025-03-01\"}");
	batch_decide(&b, PATCH(DANGER4, DANGER3));
	CHECK(b.results[0].status == CHANGE_APPLIED);
	CHECK_STR(member(&b, ID("20"), "danger"), "4");
	CHECK(flags(&b) == 1);
	CHECK(flag_of(&b, ID("20"), "danger", 4) != NULL);
	batch_close(&b);

	/* The higher one open: danger 3 again raises nothing. */
	batch_open(&b, ROLE_PREVENTION_DOCTOR);
	batch_decide(&b, FILL("11", ID("20"), "2025-03-01", DANGER4, ""));
	CHECK(flags(&b) == 1);
	batch_decide(
		&b, CHANGE("12", "patch", "response", ID("20"),
			    "\"base_ver\":1,\"set\":{\"answers\":" DANGER3
			    "},\"seen\":{\"form\":\"smd_follow_up\","
			    "\"version\":\"2018.1\",\"answers\":" DANGER4 "}"));
	CHECK(b.results[0].status == CHANGE_APPLIED);
	CHECK(flags(&b) == 1);
	batch_close(&b);
}

static void with_the_group_that_fails_its_flag_is_gone(void)
{
	struct batch b;

	batch_open(&b, ROLE_PREVENTION_DOCTOR);
	batch_decide(&b,
		FILL("10", ID("20"), "2025-03-01", DANGER3, "") "," MEMBER("10",
			"11", "create", "response", ID("21"),
			"\"set\":{\"form\":\"smd_follow_up\",\"responded\":"
			"\"2025-03-02\",\"answers\":" DANGER4
			"}") "," MEMBER("10", "12", "create", "response",
			ID("22"),
			"\"set\":{\"form\":\"smd_follow_up\",\"answers\":{}}"));
	CHECK(b.results[0].status == CHANGE_APPLIED);
	CHECK(b.results[1].status == CHANGE_PARKED);
	CHECK(b.results[2].why.code == ERR_MISSING);
	CHECK(flags(&b) == 1);
	CHECK(flag_of(&b, ID("20"), "danger", 3)->now.ver == 1);
	batch_close(&b);
}

static void what_the_sheet_does_not_touch_is_not_judged_again(void)
{
	struct batch b;

	batch_open(&b, ROLE_PREVENTION_DOCTOR);
	/* As an older program left it. */
	batch_stand(&b, CASE, "response", ID("20"),
		"{\"form\":\"smd_follow_up\",\"version\":\"2018\","
		"\"responded\":\"2025-03-01\",\"answers\":{\"mode\":1}}");
	batch_decide(&b,
		CHANGE("10", "patch", "response", ID("20"),
			"\"base_ver\":3,\"set\":{\"next_due\":\"2025-04-01\"},"
			"\"seen\":{\"next_due\":null}") "," CHANGE("11",
			"patch", "response", ID("20"),
			"\"base_ver\":3,\"set\":{\"answers\":{\"mode\":2}},"
			"\"seen\":{\"form\":\"smd_follow_up\",\"version\":"
			"\"2018\",\"answers\":{\"mode\":1}}"));
	CHECK(b.results[0].status == CHANGE_APPLIED);
	CHECK(b.results[1].status == CHANGE_PARKED);
	CHECK_STR(b.results[1].why.field, "version");
	batch_close(&b);
}

/* ---- packs ---- */

#define FORM(version, more)                                                    \
	"{\"form\":\"mine\",\"version\":\"" version                            \
	"\",\"label\":{\"zh\":\"我\",\"en\":\"Mine\"},\"source\":\"x\","      \
	"\"fields\":[{\"name\":\"a\",\"kind\":\"bool\",\"label\":{\"zh\":"     \
	"\"甲\",\"en\":\"A\"}" more "}]}"
#define ADMIN(n, op, rec, more)                                                \
	"{\"id\":\"" CHG(n) "\",\"rec\":\"" rec                                \
			    "\",\"type\":\"pack\",\"case\":null,\"op\":\"" op  \
			    "\"," WHEN "," more "}"
#define PACK(n, rec, kind, name, version, data)                                \
	ADMIN(n, "create", rec,                                                \
		"\"set\":{\"kind\":\"" kind "\",\"name\":\"" name              \
		"\",\"version\":\"" version "\",\"data\":" data "}")

static void open_directory(struct batch *b)
{
	batch_open(b, ROLE_SYSTEM_ADMIN);
	batch_see(b, "00000000-0000-0000-0000-000000000000", CLASS_CORE);
}

static void a_pack_with_a_mistake_is_parked_with_its_place(void)
{
	struct batch b;
	struct buf zh;

	open_directory(&b);
	batch_decide(
		&b, PACK("10", ID("20"), "form", "mine", "1",
			    FORM("1", ",\"whn\":1")) "," PACK("11", ID("21"),
			    "form", "mine", "2", FORM("1", "")) "," PACK("12",
			    ID("22"), "form", "mine", "1", FORM("1", "")));
	CHECK(b.results[0].why.code == ERR_BAD_INPUT);
	CHECK_STR(b.results[0].why.field, "data.fields[0].whn");
	buf_init(&zh, 1024);
	err_sentence(&b.results[0].why, LANG_ZH, &zh);
	CHECK(strstr(zh.p, "这里没有“whn”这一项") != NULL);
	buf_free(&zh);
	CHECK(b.results[1].status == CHANGE_PARKED);
	CHECK(b.results[2].status == CHANGE_APPLIED);
	batch_close(&b);
}

static void what_a_pack_says_never_changes(void)
{
	struct batch b;

	open_directory(&b);
	batch_stand(&b, NULL, "pack", ID("20"),
		"{\"kind\":\"form\",\"name\":\"mine\",\"version\":\"1\","
		"\"data\":" FORM("1", "") "}");
	batch_decide(&b,
		ADMIN("10", "patch", ID("20"),
			"\"base_ver\":3,\"set\":{\"version\":\"2\"},\"seen\":{"
			"\"version\":\"1\"}") "," ADMIN("11", "patch", ID("20"),
			"\"base_ver\":3,\"set\":{\"active\":false},\"seen\":{"
			"\"active\":null}"));
	CHECK(b.results[0].why.code == ERR_FORBIDDEN);
	CHECK_STR(b.results[0].why.field, "version");
	CHECK_STR(batch_said(&b, 1), "applied");
	batch_close(&b);
}

int main(void)
{
	RUN(the_version_the_lifted_fields_and_the_date_are_filled);
	RUN(the_persons_own_date_wins);
	RUN(the_doctors_class_wins_over_what_the_form_proposes);
	RUN(the_earlier_response_of_the_same_batch_counts);
	RUN(the_earlier_response_is_the_last_before_that_day);
	RUN(who_names_the_client_and_who_names_nobody_mean_the_same);
	RUN(a_response_of_another_person_is_no_earlier_one);
	RUN(what_does_not_fit_the_sheet_is_parked_with_its_question);
	RUN(without_answers_it_only_notes_that_a_sheet_exists);
	RUN(danger_of_three_raises_a_flag_by_the_same_change);
	RUN(a_flag_is_not_raised_again);
	RUN(more_danger_raises_a_higher_flag_and_less_none);
	RUN(with_the_group_that_fails_its_flag_is_gone);
	RUN(what_the_sheet_does_not_touch_is_not_judged_again);
	RUN(a_pack_with_a_mistake_is_parked_with_its_place);
	RUN(what_a_pack_says_never_changes);
	return tap_done();
}
