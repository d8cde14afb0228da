/*
 * test_change.c - what a change may look like, and that a misshapen one is
 * refused by field and harms no neighbour.
 */
#include "proto/change.h"

#include "tests/lib/tap.h"

#define ID(n)   "0192f5a0-0000-7000-8000-00000000000" n
#define WHEN    "\"entered_at\":\"2026-11-21T09:30:00+08:00\""
#define SERVICE "\"type\":\"service\",\"case\":\"" ID("3") "\""
#define IDS     "\"id\":\"" ID("1") "\",\"rec\":\"" ID("2") "\""
#define PATCH                                                                  \
	"{" IDS                                                                \
	",\"tx\":\"" ID("4") "\"," SERVICE ",\"op\":\"patch\","                \
			     "\"set\":{\"minutes\":45},\"unset\":[\"aim\"],"   \
			     "\"seen\":{\"minutes\":30,\"started_at\":null},"  \
			     "\"base_ver\":3," WHEN                            \
			     ",\"after\":\"" ID("5") "\"}"
#define SIGN                                                                   \
	"{" IDS "," SERVICE ",\"op\":\"sign\",\"sha\":"                        \
	"\"00ff00ff00ff00ff00ff00ff00ff00ff00ff00ff00ff00ff00ff00ff00ff00ff\"" \
	"," WHEN "}"
#define RETRACT                                                                \
	"{" IDS "," SERVICE ",\"op\":\"retract\",\"reason\":\"twice\"," WHEN "}"
#define RESOLVE                                                                \
	"{" IDS ",\"type\":\"conflict\",\"case\":\"" ID(                       \
		"3") "\","                                                     \
		     "\"op\":\"resolve\",\"set\":{\"value\":{\"aim\":\"x\"}}," \
		     "\"seen\":{\"aim\":\"y\"}," WHEN "}"
#define CREATE                                                                 \
	"{" IDS ",\"type\":\"person\",\"op\":\"create\","                      \
	"\"set\":{\"name\":\"\345\274\240\344\270\211\"}," WHEN "}"

static const char *const sound[] = {PATCH, SIGN, RETRACT, RESOLVE, CREATE};

static json_t *parse(const char *text, struct arena *mem)
{
	struct err e;
	json_t *j = json_read(text, strlen(text), &json_limits_body, mem, &e);

	if (!j)
		die("the test's own JSON is wrong: %s", text);
	return j;
}

static struct change decode(
	const struct catalogue *c, const char *text, struct arena *mem)
{
	struct change out;

	change_decode(c, parse(text, mem), mem, &out);
	return out;
}

static bool is_id(const struct uuid *u, const char *text)
{
	char got[UUID_TEXT];

	return strcmp(uuid_format(u, got), text) == 0;
}

static void a_patch_is_read_member_by_member(void)
{
	struct catalogue *cat = catalogue_load();
	struct arena *mem = arena_new();
	struct change c = decode(cat, PATCH, mem);

	CHECK(!c.refused && c.has_id && c.op == OP_PATCH);
	CHECK(is_id(&c.id, ID("1")) && is_id(&c.rec, ID("2")));
	CHECK(is_id(&c.case_id, ID("3")) && is_id(&c.tx, ID("4")));
	CHECK(is_id(&c.after, ID("5")));
	CHECK(c.type == catalogue_type(cat, "service"));
	CHECK_STR(c.type_name, "service");
	CHECK(json_int(c.set, "minutes", 0) == 45);
	CHECK(json_array_size(c.unset) == 1 && json_object_size(c.seen) == 2);
	CHECK(c.base_ver == 3);
	/* date -u -d 2026-11-21T01:30:00Z +%s */
	CHECK(c.entered_at == INT64_C(1795224600000));
	arena_free(mem);
	catalogue_free(cat);
}

static void each_operation_brings_what_it_needs(void)
{
	struct catalogue *cat = catalogue_load();
	struct arena *mem = arena_new();
	struct change c;

	for (size_t i = 0; i < ARRAY_LEN(sound); i++) {
		c = decode(cat, sound[i], mem);
		CHECK(!c.refused);
	}
	c = decode(cat, SIGN, mem);
	CHECK(c.op == OP_SIGN && c.sha.b[0] == 0 && c.sha.b[1] == 0xff);
	c = decode(cat, RETRACT, mem);
	CHECK(c.op == OP_RETRACT);
	CHECK_STR(c.reason, "twice");
	c = decode(cat, RESOLVE, mem);
	CHECK(c.op == OP_RESOLVE && c.set && c.seen);
	c = decode(cat, CREATE, mem);
	CHECK(c.op == OP_CREATE && uuid_is_nil(&c.case_id));
	arena_free(mem);
	catalogue_free(cat);
}

static void a_conflict_about_a_person_is_settled_without_a_case(void)
{
	struct catalogue *cat = catalogue_load();
	struct arena *mem = arena_new();
	struct change c = decode(cat,
		"{" IDS
		",\"type\":\"conflict\",\"case\":null,\"conflict\":\"" ID(
			"2") "\",\"op\":\"resolve\",\"set\":{\"value\":{}},"
			     "\"seen\":{}," WHEN "}",
		mem);

	CHECK(!c.refused && uuid_is_nil(&c.case_id));
	arena_free(mem);
	catalogue_free(cat);
}

/* One place of a sound change replaced by something else. */
static const struct spoilt {
	const char *change;
	const char *from;
	const char *to;
	enum err_code code;
	const char *field;
} spoilt[] = {
  /* clang-format off */
	{PATCH, "\"id\":\"" ID("1") "\",", "",                      ERR_MISSING,       "id"},
	{PATCH, "\"id\":\"" ID("1"),       "\"id\":\"" ID("g"),     ERR_BAD_KIND,      "id"},
	{PATCH, "\"id\":\"" ID("1"),       "\"id\":\"" ID("11"),    ERR_BAD_KIND,      "id"},
	{PATCH, "\"id\":\"" ID("1") "\"",  "\"id\":1",              ERR_BAD_KIND,      "id"},
	{PATCH, "\"id\":\"" ID("1"),       "\"id\":\"00000000-0000-0000-0000-000000000000", ERR_BAD_KIND, "id"},
	{PATCH, "\"rec\":\"" ID("2") "\"", "\"rec\":null",          ERR_MISSING,       "rec"},
	{PATCH, "\"rec\":\"" ID("2"),      "\"rec\":\"x" ID("2"),   ERR_BAD_KIND,      "rec"},
	{PATCH, "\"rec\":\"" ID("2") "\"", "\"rec\":{}",            ERR_BAD_KIND,      "rec"},
	{PATCH, "\"tx\":\"" ID("4"),       "\"tx\":\"4",            ERR_BAD_KIND,      "tx"},
	{PATCH, "\"tx\":\"" ID("4") "\"",  "\"tx\":true",           ERR_BAD_KIND,      "tx"},
	{PATCH, "\"after\":\"" ID("5"),    "\"after\":\"",          ERR_BAD_KIND,      "after"},
	{PATCH, "\"after\":\"" ID("5"),    "\"after\":\"" ID("1"),  ERR_CYCLE,         "after"},
	{PATCH, "\"case\":\"" ID("3") "\"", "\"case\":null",        ERR_MISSING,       "case"},
	{PATCH, "\"case\":\"" ID("3"),     "\"case\":\"CASE-3",     ERR_BAD_KIND,      "case"},
	{CREATE, "\"op\"",                 "\"case\":7,\"op\"",     ERR_BAD_KIND,      "case"},
	{PATCH, "\"type\":\"service\",",   "",                      ERR_MISSING,       "type"},
	{PATCH, "\"type\":\"service\"",    "\"type\":16",           ERR_MISSING,       "type"},
	{PATCH, "\"type\":\"service\"",    "\"type\":\"spell\"",    ERR_UNKNOWN_TYPE,  "type"},
	{PATCH, "\"op\":\"patch\",",       "",                      ERR_BAD_CODE,      "op"},
	{PATCH, "\"op\":\"patch\"",        "\"op\":\"delete\"",     ERR_BAD_CODE,      "op"},
	{PATCH, "\"op\":\"patch\"",        "\"op\":1",              ERR_BAD_CODE,      "op"},
	{PATCH, "\"set\":{\"minutes\":45}", "\"set\":[]",           ERR_BAD_KIND,      "set"},
	{PATCH, "\"set\":{\"minutes\":45},\"unset\":[\"aim\"]", "\"set\":null", ERR_MISSING, "set"},
	{CREATE, "\"set\":{",              "\"seen\":{",            ERR_MISSING,       "set"},
	{RESOLVE, "\"set\":{\"value\":{\"aim\":\"x\"}}", "\"set\":null", ERR_MISSING, "set"},
	{PATCH, "\"unset\":[\"aim\"]",     "\"unset\":\"aim\"",     ERR_BAD_KIND,      "unset"},
	{PATCH, "\"unset\":[\"aim\"]",     "\"unset\":[7]",         ERR_UNKNOWN_FIELD, "unset"},
	{PATCH, "\"unset\":[\"aim\"]",     "\"unset\":[\"aims\"]",  ERR_UNKNOWN_FIELD, "aims"},
	{PATCH, "\"unset\":[\"aim\"]",     "\"unset\":[\"minutes\"]", ERR_BAD_INPUT,   "minutes"},
	{RESOLVE, "\"set\":{",             "\"unset\":[\"settled\"],\"set\":{", ERR_SERVER_OWNED, "settled"},
	{PATCH, "\"seen\":{\"minutes\":30,\"started_at\":null}", "\"seen\":[30]", ERR_BAD_KIND, "seen"},
	{PATCH, "\"base_ver\":3",          "\"base_ver\":\"3\"",    ERR_BAD_KIND,      "base_ver"},
	{PATCH, "\"base_ver\":3",          "\"base_ver\":-1",       ERR_BAD_KIND,      "base_ver"},
	{PATCH, "\"base_ver\":3",          "\"base_ver\":3.5",      ERR_BAD_KIND,      "base_ver"},
	{PATCH, WHEN ",",                  "",                      ERR_BAD_DATE,      "entered_at"},
	{PATCH, "2026-11-21T09:30:00+08:00", "2026-11-21",          ERR_BAD_DATE,      "entered_at"},
	{PATCH, "2026-11-21T09",           "2026-02-30T09",         ERR_BAD_DATE,      "entered_at"},
	{PATCH, "\"2026-11-21T09:30:00+08:00\"", "1795224600000",   ERR_BAD_DATE,      "entered_at"},
	{PATCH, "\"base_ver\"",            "\"baseVer\":3,\"base_ver\"", ERR_UNKNOWN_FIELD, "baseVer"},
	{SIGN, "\"sha\":\"00ff",           "\"sha\":\"00f",         ERR_MISSING,       "sha"},
	{SIGN, "\"sha\":\"00ff",           "\"sha\":\"00fg",        ERR_MISSING,       "sha"},
	{SIGN, "\"sha\":",                 "\"reason\":",           ERR_MISSING,       "sha"},
	{RETRACT, "\"twice\"",             "\"\"",                  ERR_MISSING,       "reason"},
	{RETRACT, "\"twice\"",             "7",                     ERR_MISSING,       "reason"},
	{RETRACT, ",\"reason\":\"twice\"", "",                      ERR_MISSING,       "reason"},
  /* clang-format on */
};

static char *replaced(const struct spoilt *x, struct arena *mem)
{
	const char *at = strstr(x->change, x->from);

	if (!at)
		die("the test's own row is wrong: %s", x->from);
	return arena_printf(mem, "%.*s%s%s", (int)(at - x->change), x->change,
		x->to, at + strlen(x->from));
}

static void a_misshapen_change_is_refused_by_field(void)
{
	struct catalogue *cat = catalogue_load();
	struct arena *mem = arena_new();

	for (size_t i = 0; i < ARRAY_LEN(spoilt); i++) {
		char *text = replaced(&spoilt[i], mem);
		struct change c;

		c = decode(cat, text, mem);
		CHECK(c.refused);
		CHECK(c.refused && c.why.code == spoilt[i].code);
		CHECK_STR(c.refused ? c.why.field : "-", spoilt[i].field);
		if (tap_bad) {
			printf("# %s\n# code %s\n", text, err_name(c.why.code));
			break;
		}
	}
	arena_free(mem);
	catalogue_free(cat);
}

static void a_refused_change_still_names_its_record(void)
{
	struct catalogue *cat = catalogue_load();
	struct arena *mem = arena_new();

	for (size_t i = 0; i < ARRAY_LEN(spoilt); i++) {
		struct change c;

		c = decode(cat, replaced(&spoilt[i], mem), mem);
		CHECK(c.json != NULL && c.type_name != NULL);
		CHECK(c.has_id == (strcmp(spoilt[i].field, "id") != 0));
		CHECK(!c.has_id || is_id(&c.id, ID("1")));
		CHECK(strcmp(spoilt[i].field, "rec") == 0 ||
			is_id(&c.rec, ID("2")));
		/* Its group must fall with it. */
		CHECK(strstr(spoilt[i].change, "\"tx\"") == NULL ||
			strcmp(spoilt[i].field, "tx") == 0 ||
			is_id(&c.tx, ID("4")));
	}
	arena_free(mem);
	catalogue_free(cat);
}

static void what_is_no_object_is_no_change(void)
{
	static const char *const not [] = {"null", "7", "\"x\"", "[]", "true"};
	struct catalogue *cat = catalogue_load();
	struct arena *mem = arena_new();

	for (size_t i = 0; i < ARRAY_LEN(not ); i++) {
		struct change c = decode(cat, not [i], mem);

		CHECK(c.refused && !c.has_id);
		CHECK_STR(c.why.field, "changes");
	}
	arena_free(mem);
	catalogue_free(cat);
}

/* ---- batches ---- */

static bool batch(const struct catalogue *cat, const char *text,
	struct arena *mem, struct change **out, size_t *n, struct err *e)
{
	return change_batch_decode(cat, parse(text, mem), mem, out, n, e);
}

static void neighbours_of_a_misshapen_change_are_unaffected(void)
{
	struct catalogue *cat = catalogue_load();

	for (size_t i = 0; i < ARRAY_LEN(spoilt); i++) {
		struct arena *mem = arena_new();
		struct change *c;
		struct err e;
		size_t n = 0;

		CHECK(batch(cat,
			arena_printf(mem, "{\"changes\":[%s,%s,%s]}", SIGN,
				replaced(&spoilt[i], mem), CREATE),
			mem, &c, &n, &e));
		CHECK(n == 3 && !c[0].refused && !c[2].refused);
		CHECK(c[0].op == OP_SIGN && c[2].op == OP_CREATE);
		arena_free(mem);
	}
	catalogue_free(cat);
}

static bool decode_many(const struct catalogue *cat, size_t n, struct err *e)
{
	struct arena *mem = arena_new();
	json_t *list = json_array(), *body;
	struct change *c;
	size_t got = 0;
	bool ok;

	for (size_t i = 0; i < n; i++)
		json_array_append(list, parse(SIGN, mem));
	body = json_keep(json_pack("{s:o}", "changes", list), mem);
	ok = change_batch_decode(cat, body, mem, &c, &got, e);
	CHECK(!ok || got == n);
	arena_free(mem);
	return ok;
}

static void a_request_holds_one_to_two_hundred_changes(void)
{
	struct catalogue *cat = catalogue_load();
	struct err e;

	CHECK(decode_many(cat, 1, &e));
	CHECK(decode_many(cat, 200, &e));
	CHECK(!decode_many(cat, 201, &e) && e.code == ERR_TOO_LARGE);
	CHECK_STR(e.field, "changes");
	CHECK_STR(e.accepts, "1-200");
	CHECK(!decode_many(cat, 0, &e) && e.code == ERR_BAD_REQUEST);
	CHECK_STR(e.accepts, "1-200");
	catalogue_free(cat);
}

static void a_request_is_one_object_with_changes_and_nothing_else(void)
{
	static const char *const not [] = {"[]", "{}", "{\"changes\":{}}",
		"{\"changes\":null}", "{\"changes\":[7],\"more\":1}", "7"};
	struct catalogue *cat = catalogue_load();
	struct arena *mem = arena_new();
	struct change *c;
	struct err e;
	size_t n;

	for (size_t i = 0; i < ARRAY_LEN(not ); i++) {
		CHECK(!batch(cat, not [i], mem, &c, &n, &e));
		CHECK(e.code == ERR_BAD_REQUEST);
		CHECK_STR(e.field, "changes");
	}
	arena_free(mem);
	catalogue_free(cat);
}

#define MEMBER(id, tx)                                                         \
	"{\"id\":\"" ID(id) "\",\"rec\":\"" ID(                                \
		"2") "\",\"tx\":" tx "," SERVICE                               \
		     ",\"op\":\"retract\",\"reason\":\"r\"," WHEN "}"
#define TX "\"" ID("7") "\""

static void members_of_a_group_stand_together_or_are_all_refused(void)
{
	struct catalogue *cat = catalogue_load();
	struct arena *mem = arena_new();
	struct change *c;
	struct err e;
	size_t n;

	CHECK(batch(cat,
		"{\"changes\":[" MEMBER("1", TX) "," MEMBER("2", TX) "," MEMBER(
			"3", "null") "]}",
		mem, &c, &n, &e));
	CHECK(!c[0].refused && !c[1].refused && !c[2].refused);
	CHECK(batch(cat,
		"{\"changes\":[" MEMBER("1", TX) "," MEMBER(
			"2", "null") "," MEMBER("3", TX) "," MEMBER("4",
			"null") "]}",
		mem, &c, &n, &e));
	CHECK(c[0].refused && c[2].refused);
	CHECK_STR(c[0].why.field, "tx");
	CHECK(c[0].why.code == ERR_BAD_INPUT && c[2].why.code == ERR_BAD_INPUT);
	CHECK(!c[1].refused && !c[3].refused);
	arena_free(mem);
	catalogue_free(cat);
}

/* ---- the payload ---- */

static void the_payload_is_the_same_in_whatever_order_keys_stand(void)
{
	struct catalogue *cat = catalogue_load();
	struct arena *mem = arena_new();
	struct change a = decode(cat, CREATE, mem), b;

	b = decode(cat,
		"{ " WHEN ", \"set\" : {\"name\":\"\\u5f20\\u4e09\"},"
		"\"op\":\"create\", \"type\":\"person\",\"rec\":\"" ID(
			"2") "\",\"id\":\"" ID("1") "\"}",
		mem);
	CHECK(!b.refused && sha256_equal(&a.payload, &b.payload));
	b = decode(cat,
		"{" IDS ",\"type\":\"person\",\"op\":\"create\","
		"\"set\":{\"name\":\"\\u5f20\\u4e8c\"}," WHEN "}",
		mem);
	CHECK(!b.refused && !sha256_equal(&a.payload, &b.payload));
	arena_free(mem);
	catalogue_free(cat);
}

static void the_payload_covers_every_member(void)
{
	struct catalogue *cat = catalogue_load();
	struct arena *mem = arena_new();

	for (size_t i = 0; i < ARRAY_LEN(spoilt); i++) {
		struct change a = decode(cat, spoilt[i].change, mem);
		struct change b = decode(cat, replaced(&spoilt[i], mem), mem);

		CHECK(!sha256_equal(&a.payload, &b.payload));
	}
	arena_free(mem);
	catalogue_free(cat);
}

/* ---- results ---- */

static const struct {
	enum change_status status;
	const char *name;
} statuses[] = {
	{CHANGE_APPLIED,  "applied" },
	{CHANGE_NOTED,    "noted"   },
	{CHANGE_CONFLICT, "conflict"},
	{CHANGE_PARKED,   "parked"  },
	{CHANGE_DEFERRED, "deferred"},
	{CHANGE_REFUSED,  "refused" },
};

static json_t *as_json(const struct change_result *r, struct arena *mem)
{
	struct buf b;
	json_t *j;

	buf_init(&b, 4096);
	change_result_json(r, &b);
	j = parse(b.p, mem);
	buf_free(&b);
	return j;
}

static void a_result_reads_back_as_it_was_for_every_status_and_code(void)
{
	struct arena *mem = arena_new();

	for (size_t i = 0; i < ARRAY_LEN(statuses); i++) {
		for (int code = 1; code < ERR_COUNT; code++) {
			struct change_result r = {.status = statuses[i].status,
						     .ver = 7,
						     .csn = 991},
					     back;
			struct err e;

			r.id = r.rec = r.conflict = uuid_new();
			err_field(&r.why, (enum err_code)code, "minutes",
				"0-1440 \"%d\"", code);
			CHECK(change_result_parse(as_json(&r, mem), &back, &e));
			CHECK(back.status == r.status && back.ver == 7 &&
				back.csn == 991);
			CHECK(uuid_cmp(&back.id, &r.id) == 0 &&
				uuid_cmp(&back.rec, &r.rec) == 0 &&
				uuid_cmp(&back.conflict, &r.conflict) == 0);
			if (r.status < CHANGE_PARKED)
				continue;
			CHECK(back.why.code == r.why.code);
			CHECK_STR(back.why.field, r.why.field);
			CHECK_STR(back.why.accepts, r.why.accepts);
			CHECK(json_equal(
				as_json(&r, mem), as_json(&back, mem)));
		}
	}
	arena_free(mem);
}

static void a_result_says_its_status_by_name_and_leaves_out_what_is_not(void)
{
	struct arena *mem = arena_new();

	for (size_t i = 0; i < ARRAY_LEN(statuses); i++) {
		struct change_result r = {.status = statuses[i].status};
		enum change_status back;
		json_t *j;

		err_field(&r.why, ERR_MISSING, "aim", "text");
		j = as_json(&r, mem);
		CHECK_STR(json_str(j, "status"), statuses[i].name);
		CHECK(change_status_from_name(statuses[i].name, &back) &&
			back == r.status);
		CHECK(json_is_null(json_object_get(j, "id")));
		CHECK(!json_object_get(j, "ver") && !json_object_get(j, "csn"));
		CHECK(!json_object_get(j, "conflict"));
		CHECK((json_str(j, "code") != NULL) ==
			(r.status >= CHANGE_PARKED));
	}
	arena_free(mem);
}

static void what_is_no_result_is_not_taken_for_one(void)
{
	static const char *const not [] = {"7", "[]", "{}",
		"{\"id\":\"" ID("1") "\"}",
		"{\"id\":\"" ID("1") "\",\"status\":\"lost\"}",
		"{\"id\":\"1\",\"status\":\"applied\"}",
		"{\"id\":\"" ID("1") "\",\"status\":1}",
		"{\"id\":\"" ID("1") "\",\"status\":\"conflict\","
				     "\"conflict\":\"7\"}",
		"{\"id\":\"" ID("1") "\",\"rec\":7,\"status\":\"applied\"}"};
	struct arena *mem = arena_new();

	for (size_t i = 0; i < ARRAY_LEN(not ); i++) {
		struct change_result r;
		struct err e;

		CHECK(!change_result_parse(parse(not [i], mem), &r, &e));
		CHECK(e.code == ERR_VOID_PAGE);
	}
	arena_free(mem);
}

int main(void)
{
	RUN(a_patch_is_read_member_by_member);
	RUN(each_operation_brings_what_it_needs);
	RUN(a_conflict_about_a_person_is_settled_without_a_case);
	RUN(a_misshapen_change_is_refused_by_field);
	RUN(a_refused_change_still_names_its_record);
	RUN(what_is_no_object_is_no_change);
	RUN(neighbours_of_a_misshapen_change_are_unaffected);
	RUN(a_request_holds_one_to_two_hundred_changes);
	RUN(a_request_is_one_object_with_changes_and_nothing_else);
	RUN(members_of_a_group_stand_together_or_are_all_refused);
	RUN(the_payload_is_the_same_in_whatever_order_keys_stand);
	RUN(the_payload_covers_every_member);
	RUN(a_result_reads_back_as_it_was_for_every_status_and_code);
	RUN(a_result_says_its_status_by_name_and_leaves_out_what_is_not);
	RUN(what_is_no_result_is_not_taken_for_one);
	return tap_done();
}
