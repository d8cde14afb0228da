/*
 * test_report.c - whether anything is only here, told record by record.
 */
#include "client/store/files.h"
#include "client/store/report.h"
#include "tests/unit/client/fixture.h"

#define EMPTY "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"

struct desk {
	struct fixture f;
	struct arena *seen;
	struct err e;
};

static void sit(struct desk *d)
{
	memset(d, 0, sizeof(*d));
	set_up(&d->f);
	deliver_case(&d->f);
}

static void leave(struct desk *d)
{
	arena_free(d->seen);
	tear_down(&d->f);
}

static struct view *look(struct desk *d)
{
	arena_free(d->seen);
	d->seen = arena_new();
	return view_new(d->f.s, d->seen);
}

static json_t *report(struct desk *d, bool all, const struct uuid *rec)
{
	struct report_ask ask = {all, rec};
	json_t *out = NULL;

	CHECK(report_make(look(d), &ask, d->f.mem, &out, &d->e));
	return out;
}

static int64_t count(const json_t *r, const char *key)
{
	return json_int(json_object_get(r, "count"), key, -1);
}

static void minutes(struct desk *d, int n)
{
	json_t *set = json_keep(json_pack("{s:i}", "minutes", n), d->f.mem);
	struct view *v = look(d);
	struct uuid rec = id(3);
	bool changed;

	if (!store_begin(d->f.s, &d->e) ||
		!outbox_patch(v, &rec, set, json_keep(json_array(), d->f.mem),
			&changed, &d->e) ||
		!store_commit(d->f.s, &d->e))
		die("test: %s", d->e.msg);
}

/* What the centre answered to the last change. */
static void answered(struct desk *d, enum work_state state, const char *result)
{
	size_t n = store_work_count(d->f.s);

	if (!store_begin(d->f.s, &d->e) ||
		!store_work_put(d->f.s, store_work_at(d->f.s, n - 1), state,
			result ? json_loads(result, 0, NULL) : NULL, &d->e) ||
		!store_commit(d->f.s, &d->e))
		die("test: %s", d->e.msg);
}

static const json_t *first(const json_t *r, const char *list)
{
	return json_array_get(json_object_get(r, list), 0);
}

static void nothing_is_only_here_at_first(void)
{
	struct desk d;
	json_t *r;

	sit(&d);
	r = report(&d, false, NULL);
	CHECK(count(r, "here") == 0 && count(r, "refused") == 0);
	CHECK(json_array_size(json_object_get(r, "records")) == 0);
	CHECK(json_is_null(
		json_object_get(json_object_get(r, "step"), "matched")));
	r = report(&d, true, NULL);
	CHECK(count(r, "confirmed") == 3);
	CHECK(json_array_size(json_object_get(r, "records")) == 3);
	leave(&d);
}

/* One record, many changes: the state a person must act on first wins. */
static void each_state_is_what_the_centre_said(void)
{
	static const char parked[] =
		"{\"status\":\"parked\",\"code\":\"bad_code\","
		"\"field\":\"minutes\",\"accepts\":\"0-1440\"}";
	struct desk d;
	const json_t *line;
	json_t *r;

	sit(&d);
	minutes(&d, 31);
	r = report(&d, false, NULL);
	line = first(r, "records");
	CHECK(count(r, "here") == 1);
	CHECK_STR(json_str(line, "state"), "here");
	CHECK_STR(json_str(line, "type"), "service");
	CHECK_STR(json_str(line, "number"), "SMD-0001");
	CHECK_STR(json_str(line, "rec"), id_text(&d.f, 3));
	answered(&d, WORK_SENT, NULL);
	CHECK(count(report(&d, false, NULL), "sent") == 1);
	answered(&d, WORK_APPLIED, "{\"status\":\"applied\",\"ver\":2}");
	r = report(&d, false, NULL);
	CHECK(count(r, "confirmed") == 1 && count(r, "here") == 0);
	CHECK(json_array_size(json_object_get(r, "records")) == 0);
	minutes(&d, 32);
	answered(&d, WORK_PARKED, parked);
	minutes(&d, 33);
	r = report(&d, false, NULL);
	line = first(r, "records");
	CHECK(count(r, "refused") == 1 && count(r, "here") == 0);
	CHECK_STR(json_str(line, "state"), "refused");
	CHECK_STR(json_str(first(line, "changes"), "code"), "bad_code");
	CHECK_STR(json_str(first(line, "changes"), "field"), "minutes");
	CHECK_STR(json_str(first(line, "changes"), "accepts"), "0-1440");
	CHECK(json_array_size(json_object_get(line, "changes")) == 2);
	leave(&d);
}

/* An entry the centre would not even keep is still only here, and says why. */
static void a_batch_refused_whole_is_no_secret(void)
{
	struct desk d;
	json_t *r;

	sit(&d);
	minutes(&d, 31);
	answered(&d, WORK_UNSENT, "{\"code\":\"too_large\",\"field\":\"\"}");
	r = report(&d, false, NULL);
	CHECK(count(r, "refused") == 1);
	CHECK_STR(json_str(first(first(r, "records"), "changes"), "code"),
		"too_large");
	leave(&d);
}

static void put_conflict(struct desk *d, bool settled, int64_t ver)
{
	struct record c = make_record(&d->f, "conflict", 9, 1, ver,
		arena_printf(d->f.mem,
			"{\"record\":\"%s\",\"record_type\":\"service\","
			"\"atom\":\"length\",\"fields\":[\"minutes\"],"
			"\"settled\":%s}",
			id_text(&d->f, 3), settled ? "true" : "false"));

	CHECK(deliver(&d->f, 1, "case", 1, false, &c, 1));
}

static void a_conflict_stays_until_it_is_settled(void)
{
	const char *result;
	struct desk d;
	json_t *r;

	sit(&d);
	minutes(&d, 31);
	result = arena_printf(d.f.mem,
		"{\"status\":\"conflict\",\"ver\":1,\"conflict\":\"%s\"}",
		id_text(&d.f, 9));
	answered(&d, WORK_CONFLICT, result);
	/* The record of the conflict is on its way. */
	CHECK(count(report(&d, false, NULL), "conflict") == 1);
	put_conflict(&d, false, 1);
	r = report(&d, false, NULL);
	CHECK(count(r, "conflict") == 1);
	CHECK_STR(json_string_value(first(first(r, "records"), "conflicts")),
		id_text(&d.f, 9));
	CHECK(json_array_size(
		      json_object_get(first(r, "records"), "conflicts")) == 1);
	put_conflict(&d, true, 2);
	CHECK(count(report(&d, false, NULL), "conflict") == 0);
	leave(&d);
}

static void one_record_alone_can_be_asked_for(void)
{
	struct report_ask ask = {false, NULL};
	struct uuid rec = id(3), none = id(77);
	struct desk d;
	json_t *r;

	sit(&d);
	minutes(&d, 31);
	r = report(&d, false, &rec);
	CHECK(json_array_size(json_object_get(r, "records")) == 1);
	rec = id(1);
	r = report(&d, false, &rec);
	CHECK_STR(json_str(first(r, "records"), "state"), "confirmed");
	ask.rec = &none;
	CHECK(!report_make(look(&d), &ask, d.f.mem, &r, &d.e));
	CHECK(d.e.code == ERR_NOT_FOUND);
	leave(&d);
}

static void files_wait_too(void)
{
	struct file_about about;
	struct desk d;
	struct blob *b;
	json_t *r;

	sit(&d);
	memset(&about, 0, sizeof(about));
	about.rec = id(3);
	about.unit = id(1);
	about.sha = sha256_of("abc", 3);
	about.size = 3;
	about.media = "text/plain";
	CHECK(store_begin(d.f.s, &d.e));
	b = file_add(d.f.s, &about, FILE_WAITING, &d.e);
	CHECK(b && blob_put(b, 0, (struct str){"abc", 3}, &d.e));
	blob_close(b);
	CHECK(store_commit(d.f.s, &d.e));
	r = report(&d, false, NULL);
	CHECK(count(r, "files_here") == 1);
	CHECK_STR(json_str(first(r, "files"), "state"), "here");
	/* FIPS 180-2, appendix B.1 */
	CHECK_STR(json_str(first(r, "files"), "sha256"),
		"ba7816bf8f01cfea414140de5dae2223"
		"b00361a396177a9cb410ff61f20015ad");
	CHECK(store_begin(d.f.s, &d.e));
	CHECK(file_set(d.f.s, file_at(d.f.s, 0), FILE_REFUSED,
		json_pack("{s:s}", "code", "quota"), &d.e));
	CHECK(store_commit(d.f.s, &d.e));
	r = report(&d, false, NULL);
	CHECK(count(r, "files_refused") == 1 && count(r, "files_here") == 0);
	CHECK_STR(json_str(first(r, "files"), "code"), "quota");
	leave(&d);
}

/* "Matched" is never said of digests that differ, and what was said once is
 * remembered when they differ later. */
static void the_last_agreement_is_remembered(void)
{
	const json_t *step;
	struct desk d;

	sit(&d);
	CHECK(store_begin(d.f.s, &d.e));
	store_set(d.f.s, "in_step", json_integer(1795000000000));
	store_set(d.f.s, "match",
		json_pack("{s:b, s:s, s:s, s:I}", "ok", 0, "here", EMPTY,
			"centre", EMPTY, "at", (json_int_t)1795000060000));
	CHECK(store_commit(d.f.s, &d.e));
	step = json_object_get(report(&d, false, NULL), "step");
	CHECK(!json_flag(step, "equal"));
	CHECK_STR(json_str(step, "centre"), EMPTY);
	CHECK(json_int(step, "matched", 0) == 1795000000000);
	CHECK(json_int(step, "compared", 0) == 1795000060000);
	leave(&d);
}

int main(void)
{
	RUN(nothing_is_only_here_at_first);
	RUN(each_state_is_what_the_centre_said);
	RUN(a_batch_refused_whole_is_no_secret);
	RUN(a_conflict_stays_until_it_is_settled);
	RUN(one_record_alone_can_be_asked_for);
	RUN(files_wait_too);
	RUN(the_last_agreement_is_remembered);
	return tap_done();
}
