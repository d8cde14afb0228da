/*
 * test_outbox.c - what a person sees while offline, and what is sent later.
 */
#include "proto/change.h"
#include "tests/unit/client/fixture.h"

struct desk {
	struct fixture f;
	struct view *v;
	struct arena *seen;
	struct err e;
};

static void sit(struct desk *d)
{
	set_up(&d->f);
	deliver_case(&d->f);
	d->seen = NULL;
	d->v = NULL;
}

static struct view *look(struct desk *d)
{
	arena_free(d->seen);
	d->seen = arena_new();
	d->v = view_new(d->f.s, d->seen);
	return d->v;
}

static void leave(struct desk *d)
{
	arena_free(d->seen);
	tear_down(&d->f);
}

static json_t *json_of(struct desk *d, const char *text)
{
	json_t *j = json_loads(text, 0, NULL);

	if (!j)
		die("test: %s", text);
	return json_keep(j, d->f.mem);
}

static bool patch(struct desk *d, unsigned rec, const char *set,
	const char *unset, bool *changed)
{
	struct uuid u = id(rec);

	look(d);
	if (!store_begin(d->f.s, &d->e))
		return false;
	if (!outbox_patch(d->v, &u, json_of(d, set), json_of(d, unset), changed,
		    &d->e)) {
		store_rollback(d->f.s);
		open_again(&d->f);
		return false;
	}
	return store_commit(d->f.s, &d->e);
}

static bool set(struct desk *d, unsigned rec, const char *text)
{
	bool changed = false;

	return patch(d, rec, text, "[]", &changed) && changed;
}

static bool create(struct desk *d, const char *type, unsigned of,
	const char *body, struct uuid *rec)
{
	struct uuid of_id;

	memset(&of_id, 0, sizeof(of_id));
	memset(rec, 0, sizeof(*rec));
	if (of)
		of_id = id(of);
	look(d);
	if (!store_begin(d->f.s, &d->e))
		return false;
	if (!outbox_create(d->v, catalogue_type(d->f.c, type), &of_id,
		    json_of(d, body), NULL, rec, &d->e)) {
		store_rollback(d->f.s);
		open_again(&d->f);
		return false;
	}
	return store_commit(d->f.s, &d->e);
}

static bool see(struct desk *d, unsigned rec, struct seen *out)
{
	struct uuid u = id(rec);

	return view_record(look(d), &u, d->f.mem, out, &d->e);
}

static struct change last_change(struct desk *d)
{
	size_t n = store_work_count(d->f.s);
	struct change c;

	change_decode(d->f.c, work_change(store_work_at(d->f.s, n - 1)),
		d->f.mem, &c);
	return c;
}

static void an_edit_is_seen_at_once_and_after_reopening(void)
{
	struct desk d;
	struct seen r;

	sit(&d);
	CHECK(set(&d, 3, "{\"minutes\":45}"));
	CHECK(see(&d, 3, &r));
	CHECK(json_int(r.body, "minutes", 0) == 45);
	CHECK(r.waiting == 1 && !r.collides && r.r.ver == 1);
	open_again(&d.f);
	CHECK(see(&d, 3, &r));
	CHECK(json_int(r.body, "minutes", 0) == 45);
	leave(&d);
}

/* minutes and started_at are one atom: both must be in `seen`. */
static void a_change_says_what_the_author_saw(void)
{
	struct desk d;
	struct change c;

	sit(&d);
	CHECK(set(&d, 3, "{\"minutes\":45}"));
	c = last_change(&d);
	CHECK(!c.refused && c.op == OP_PATCH && c.base_ver == 1);
	CHECK(json_object_size(c.seen) == 2);
	CHECK(json_int(c.seen, "minutes", 0) == 30);
	CHECK_STR(json_str(c.seen, "started_at"), "2026-11-01T09:00:00+08:00");
	CHECK(uuid_is_nil(&c.after));
	leave(&d);
}

/* The second edit was made on the screen the first had left. */
static void a_chain_of_edits_builds_on_itself(void)
{
	struct desk d;
	struct change first, second;

	sit(&d);
	CHECK(set(&d, 3, "{\"minutes\":45}"));
	first = last_change(&d);
	CHECK(set(&d, 3, "{\"minutes\":50}"));
	second = last_change(&d);
	CHECK(json_int(second.seen, "minutes", 0) == 45);
	CHECK(uuid_cmp(&second.after, &first.id) == 0);
	leave(&d);
}

static void a_colleagues_edit_elsewhere_and_mine_both_show(void)
{
	struct desk d;
	struct record r;
	struct seen s;

	sit(&d);
	CHECK(set(&d, 3, "{\"minutes\":45}"));
	r = make_record(&d.f, "service", 3, 1, 2,
		"{\"started_at\":\"2026-11-01T09:00:00+08:00\",\"minutes\":30,"
		"\"kind\":\"home_visit\",\"status\":\"completed\","
		"\"aim\":\"theirs\"}");
	CHECK(deliver(&d.f, 1, "case", 1, false, &r, 1));
	CHECK(see(&d, 3, &s));
	CHECK(json_int(s.body, "minutes", 0) == 45);
	CHECK_STR(json_str(s.body, "aim"), "theirs");
	CHECK(!s.collides && s.r.ver == 2);
	leave(&d);
}

static void where_both_changed_the_same_theirs_stands_and_is_marked(void)
{
	struct desk d;
	struct record r;
	struct seen s;

	sit(&d);
	CHECK(set(&d, 3, "{\"minutes\":45}"));
	r = make_record(&d.f, "service", 3, 1, 2,
		"{\"started_at\":\"2026-11-01T09:00:00+08:00\",\"minutes\":60,"
		"\"kind\":\"home_visit\",\"status\":\"completed\"}");
	CHECK(deliver(&d.f, 1, "case", 1, false, &r, 1));
	CHECK(see(&d, 3, &s));
	CHECK(json_int(s.body, "minutes", 0) == 60);
	CHECK(s.collides && s.waiting == 1);
	leave(&d);
}

/* Taken by the centre, but not sent back yet: it must not flicker away. */
static void acknowledged_work_shows_until_the_copy_does(void)
{
	struct desk d;
	struct record r;
	struct seen s;

	sit(&d);
	CHECK(set(&d, 3, "{\"minutes\":45}"));
	CHECK(store_begin(d.f.s, &d.e));
	CHECK(store_work_put(d.f.s, store_work_at(d.f.s, 0), WORK_APPLIED,
		json_pack("{s:i, s:i}", "ver", 2, "csn", 9), &d.e));
	CHECK(store_commit(d.f.s, &d.e));
	CHECK(see(&d, 3, &s));
	CHECK(json_int(s.body, "minutes", 0) == 45 && s.waiting == 0);
	r = make_record(&d.f, "service", 3, 1, 2,
		"{\"started_at\":\"2026-11-01T09:00:00+08:00\",\"minutes\":46,"
		"\"kind\":\"home_visit\",\"status\":\"completed\"}");
	CHECK(deliver(&d.f, 1, "case", 1, false, &r, 1));
	CHECK(see(&d, 3, &s));
	CHECK(json_int(s.body, "minutes", 0) == 46);
	leave(&d);
}

static void what_was_not_taken_is_not_shown_as_if_it_were(void)
{
	struct desk d;
	struct seen s;

	sit(&d);
	CHECK(set(&d, 3, "{\"minutes\":45}"));
	CHECK(store_begin(d.f.s, &d.e));
	CHECK(store_work_put(d.f.s, store_work_at(d.f.s, 0), WORK_PARKED,
		json_pack("{s:s}", "code", "signed"), &d.e));
	CHECK(store_commit(d.f.s, &d.e));
	CHECK(see(&d, 3, &s));
	CHECK(json_int(s.body, "minutes", 0) == 30);
	leave(&d);
}

static void nothing_is_kept_when_nothing_would_change(void)
{
	struct desk d;
	bool changed = true;

	sit(&d);
	CHECK(patch(&d, 3, "{\"minutes\":30}", "[]", &changed));
	CHECK(!changed && store_work_count(d.f.s) == 0);
	CHECK(patch(&d, 3, "{}", "[\"aim\"]", &changed));
	CHECK(!changed && store_work_count(d.f.s) == 0);
	leave(&d);
}

static void bad_values_are_refused_with_field_and_choices(void)
{
	static const struct {
		const char *set;
		enum err_code code;
		const char *field;
	} cases[] = {
		{"{\"minutes\":2000}",            ERR_OUT_OF_RANGE,  "minutes" },
		{"{\"minutes\":\"x\"}",           ERR_BAD_KIND,      "minutes" },
		{"{\"kind\":\"teleport\"}",       ERR_BAD_CODE,      "kind"    },
		{"{\"next_due\":\"2026-02-30\"}", ERR_BAD_DATE,      "next_due"},
		{"{\"colour\":\"red\"}",          ERR_UNKNOWN_FIELD, "colour"  },
	};

	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		struct desk d;
		bool changed;

		sit(&d);
		CHECK(!patch(&d, 3, cases[i].set, "[]", &changed));
		CHECK(d.e.code == cases[i].code);
		CHECK_STR(d.e.field, cases[i].field);
		CHECK(store_work_count(d.f.s) == 0);
		leave(&d);
	}
}

static void a_required_field_cannot_be_emptied(void)
{
	struct desk d;
	bool changed;

	sit(&d);
	CHECK(!patch(&d, 3, "{}", "[\"kind\"]", &changed));
	CHECK(d.e.code == ERR_MISSING);
	CHECK_STR(d.e.field, "kind");
	leave(&d);
}

static void a_new_record_is_there_before_the_centre_knows(void)
{
	struct desk d;
	struct uuid rec, one = id(1), *ids;
	struct seen s;
	size_t n;

	sit(&d);
	CHECK(create(&d, "task", 1, "{\"title\":\"复诊\"}", &rec));
	look(&d);
	CHECK(view_record(d.v, &rec, d.f.mem, &s, &d.e));
	CHECK(s.r.ver == 0 && s.waiting == 1);
	CHECK(uuid_cmp(&s.unit, &one) == 0);
	ids = view_unit(d.v, &one, d.f.mem, &n);
	CHECK(n == 3);
	CHECK(uuid_cmp(&ids[2], &rec) == 0);
	leave(&d);
}

static void a_resident_number_is_kept_in_one_form(void)
{
	struct uuid rec;
	struct change c;
	struct desk d;

	sit(&d);
	CHECK(create(&d, "person", 0,
		"{\"name\":\"王五\",\"id_number\":\"11010519491231002x\"}",
		&rec));
	c = last_change(&d);
	CHECK_STR(json_str(c.set, "id_number"), "11010519491231002X");
	CHECK(set(&d, 2,
		"{\"id_kind\":\"01\",\"id_number\":\"110105 491231 002\"}"));
	c = last_change(&d);
	CHECK_STR(json_str(c.set, "id_number"), "11010519491231002X");
	leave(&d);
}

static void a_new_record_of_a_new_case_waits_for_the_case(void)
{
	struct desk d;
	struct uuid of, rec;
	struct change made, task;
	size_t n;

	sit(&d);
	CHECK(create(&d, "case", 0, CASE_BODY, &of));
	made = last_change(&d);
	look(&d);
	CHECK(store_begin(d.f.s, &d.e));
	memset(&rec, 0, sizeof(rec));
	CHECK(outbox_create(d.v, catalogue_type(d.f.c, "task"), &of,
		json_of(&d, "{\"title\":\"x\"}"), NULL, &rec, &d.e));
	CHECK(store_commit(d.f.s, &d.e));
	task = last_change(&d);
	CHECK(uuid_cmp(&task.after, &made.id) == 0);
	CHECK(uuid_cmp(&task.case_id, &of) == 0);
	look(&d);
	view_cases(d.v, d.f.mem, &n);
	CHECK(n == 2);
	leave(&d);
}

static void a_case_starts_where_cases_may(void)
{
	struct desk d;
	struct uuid rec;

	sit(&d);
	CHECK(!create(&d, "case", 0,
		"{\"person\":\"01990000-0000-7000-8000-000000000002\","
		"\"phase\":\"intervention\","
		"\"home_site\":\"01990000-0000-7000-8000-000000000385\"}",
		&rec));
	CHECK(d.e.code == ERR_BAD_MOVE);
	leave(&d);
}

static void a_phase_gate_holds_offline_too(void)
{
	struct desk d;
	struct uuid rec;

	sit(&d);
	/* intake → assessment asks for a consent. */
	CHECK(!set(&d, 1, "{\"phase\":\"assessment\"}"));
	CHECK(d.e.code == ERR_GATE);
	CHECK(strstr(d.e.accepts, "consent") != NULL);
	CHECK(!set(&d, 1, "{\"phase\":\"evaluation\"}"));
	CHECK(d.e.code == ERR_BAD_MOVE);
	CHECK(create(&d, "consent", 1,
		"{\"purpose\":\"care\",\"from\":\"2026-11-01\"}", &rec));
	CHECK(set(&d, 1, "{\"phase\":\"assessment\"}"));
	leave(&d);
}

static void signing_names_the_text_that_was_seen(void)
{
	struct desk d;
	struct change c;
	struct seen s;
	struct uuid three = id(3);
	struct record r;

	sit(&d);
	CHECK(set(&d, 3, "{\"minutes\":45}"));
	CHECK(see(&d, 3, &s));
	look(&d);
	CHECK(store_begin(d.f.s, &d.e));
	CHECK(outbox_sign(d.v, &three, &d.e));
	CHECK(store_commit(d.f.s, &d.e));
	c = last_change(&d);
	CHECK(c.op == OP_SIGN);
	/* The text with the edit in it, as the centre will write it. */
	r = make_record(&d.f, "service", 3, 1, 2,
		"{\"started_at\":\"2026-11-01T09:00:00+08:00\",\"minutes\":45,"
		"\"kind\":\"home_visit\",\"status\":\"completed\"}");
	CHECK(sha256_equal(&c.sha, &r.sha));
	CHECK(see(&d, 3, &s));
	CHECK(s.r.state == STATE_SIGNED);
	/* Signed is final, here as there. */
	CHECK(!set(&d, 3, "{\"minutes\":50}"));
	CHECK(d.e.code == ERR_SIGNED);
	leave(&d);
}

static void only_what_is_signable_is_signed(void)
{
	struct desk d;
	struct uuid two = id(2);

	sit(&d);
	look(&d);
	CHECK(store_begin(d.f.s, &d.e));
	CHECK(!outbox_sign(d.v, &two, &d.e));
	CHECK(d.e.code == ERR_NOT_SIGNABLE);
	store_rollback(d.f.s);
	leave(&d);
}

static void a_retracted_record_takes_nothing_more(void)
{
	struct desk d;
	struct uuid three = id(3);
	struct seen s;

	sit(&d);
	look(&d);
	CHECK(store_begin(d.f.s, &d.e));
	CHECK(outbox_retract(d.v, &three, "entered twice", &d.e));
	CHECK(store_commit(d.f.s, &d.e));
	CHECK(see(&d, 3, &s));
	CHECK(s.r.state == STATE_RETRACTED);
	CHECK(!set(&d, 3, "{\"minutes\":50}"));
	CHECK(d.e.code == ERR_RETRACTED);
	leave(&d);
}

#define CONFLICT_BODY                                                          \
	"{\"record\":\"01990000-0000-7000-8000-000000000003\","                \
	"\"record_type\":\"service\",\"atom\":\"started_at\","                 \
	"\"fields\":[\"started_at\",\"minutes\"],"                             \
	"\"mine\":{\"started_at\":\"2026-11-01T09:00:00+08:00\","              \
	"\"minutes\":45},\"theirs\":{\"minutes\":30,"                          \
	"\"started_at\":\"2026-11-01T09:00:00+08:00\"},\"settled\":false}"

static void settling_carries_the_value_and_what_stood(void)
{
	struct desk d;
	struct record k;
	struct change c;
	struct seen s;
	struct uuid nine = id(9);

	sit(&d);
	k = make_record(&d.f, "conflict", 9, 1, 1, CONFLICT_BODY);
	CHECK(deliver(&d.f, 1, "case", 1, false, &k, 1));
	look(&d);
	CHECK(store_begin(d.f.s, &d.e));
	CHECK(outbox_resolve(d.v, &nine,
		json_of(&d, "{\"started_at\":\"2026-11-01T09:00:00+08:00\","
			    "\"minutes\":45}"),
		"asked her", &d.e));
	CHECK(store_commit(d.f.s, &d.e));
	c = last_change(&d);
	CHECK(!c.refused && c.op == OP_RESOLVE);
	CHECK(json_int(json_object_get(c.set, "value"), "minutes", 0) == 45);
	CHECK_STR(json_str(c.set, "note"), "asked her");
	CHECK(json_int(c.seen, "minutes", 0) == 30);
	/* Both records show it before it is sent. */
	CHECK(see(&d, 9, &s));
	CHECK(json_flag(s.body, "settled"));
	CHECK(see(&d, 3, &s));
	CHECK(json_int(s.body, "minutes", 0) == 45);
	look(&d);
	CHECK(store_begin(d.f.s, &d.e));
	CHECK(!outbox_resolve(d.v, &nine, json_of(&d, "{}"), NULL, &d.e));
	CHECK(d.e.code == ERR_NOTHING_TO_SETTLE);
	store_rollback(d.f.s);
	leave(&d);
}

static void a_parked_change_can_be_corrected_and_sent_again(void)
{
	struct desk d;
	struct change c;

	sit(&d);
	CHECK(set(&d, 3, "{\"minutes\":45}"));
	CHECK(store_begin(d.f.s, &d.e));
	CHECK(store_work_put(d.f.s, store_work_at(d.f.s, 0), WORK_PARKED,
		json_pack("{s:s}", "code", "out_of_range"), &d.e));
	CHECK(store_commit(d.f.s, &d.e));
	look(&d);
	CHECK(store_begin(d.f.s, &d.e));
	CHECK(outbox_retry(d.v, store_work_at(d.f.s, 0),
		json_of(&d, "{\"minutes\":40}"), &d.e));
	CHECK(store_commit(d.f.s, &d.e));
	CHECK(store_work_count(d.f.s) == 1);
	c = last_change(&d);
	CHECK(json_int(c.set, "minutes", 0) == 40);
	CHECK(json_int(c.seen, "minutes", 0) == 30);
	CHECK(uuid_is_nil(&c.after));
	leave(&d);
}

static void a_summary_shows_own_work(void)
{
	struct desk d;
	struct uuid one = id(1), rec;
	json_t *line;

	sit(&d);
	CHECK(create(&d, "task", 1, "{\"title\":\"x\",\"due\":\"2026-12-01\"}",
		&rec));
	CHECK(set(&d, 2, "{\"name\":\"刘建军\"}"));
	CHECK(view_summary(look(&d), &one, d.f.mem, &line, &d.e));
	CHECK_STR(json_str(line, "name"), "刘建军");
	CHECK_STR(json_str(line, "next_due"), "2026-12-01");
	CHECK(json_int(line, "open_tasks", 0) == 1);
	CHECK_STR(json_str(line, "number"), "SMD-0001");
	leave(&d);
}

int main(void)
{
	RUN(an_edit_is_seen_at_once_and_after_reopening);
	RUN(a_change_says_what_the_author_saw);
	RUN(a_chain_of_edits_builds_on_itself);
	RUN(a_colleagues_edit_elsewhere_and_mine_both_show);
	RUN(where_both_changed_the_same_theirs_stands_and_is_marked);
	RUN(acknowledged_work_shows_until_the_copy_does);
	RUN(what_was_not_taken_is_not_shown_as_if_it_were);
	RUN(nothing_is_kept_when_nothing_would_change);
	RUN(bad_values_are_refused_with_field_and_choices);
	RUN(a_required_field_cannot_be_emptied);
	RUN(a_new_record_is_there_before_the_centre_knows);
	RUN(a_resident_number_is_kept_in_one_form);
	RUN(a_new_record_of_a_new_case_waits_for_the_case);
	RUN(a_case_starts_where_cases_may);
	RUN(a_phase_gate_holds_offline_too);
	RUN(signing_names_the_text_that_was_seen);
	RUN(only_what_is_signable_is_signed);
	RUN(a_retracted_record_takes_nothing_more);
	RUN(settling_carries_the_value_and_what_stood);
	RUN(a_parked_change_can_be_corrected_and_sent_again);
	RUN(a_summary_shows_own_work);
	return tap_done();
}
