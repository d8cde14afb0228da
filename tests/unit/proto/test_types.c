/*
 * test_types.c - the catalogue: what is linked in holds together, and a
 * document that contradicts itself is refused with the place named.
 */
#include "proto/types.h"

#include "proto/base/hash.h"
#include "tests/lib/tap.h"

#include <glob.h>
#include <string.h>

/* Numbers are stored in databases and stations, so they are spelt out here. */
static const struct {
	int no;
	const char *name;
	enum scope scope;
	enum record_class cls;
	bool signable;
} expected[] = {
	{1,  "district",         SCOPE_DIRECTORY, CLASS_CORE,       false},
	{2,  "site",             SCOPE_DIRECTORY, CLASS_CORE,       false},
	{3,  "staff",            SCOPE_DIRECTORY, CLASS_CORE,       false},
	{4,  "person",           SCOPE_PERSON,    CLASS_IDENTITY,   false},
	{5,  "relation",         SCOPE_CASE,      CLASS_IDENTITY,   false},
	{6,  "case",             SCOPE_CASE,      CLASS_CORE,       false},
	{7,  "member",           SCOPE_CASE,      CLASS_CORE,       false},
	{8,  "consent",          SCOPE_CASE,      CLASS_CORE,       false},
	{9,  "screening",        SCOPE_CASE,      CLASS_ASSESSMENT, false},
	{10, "assessment",       SCOPE_CASE,      CLASS_ASSESSMENT, true },
	{11, "response",         SCOPE_CASE,      CLASS_ASSESSMENT, true },
	{12, "need",             SCOPE_CASE,      CLASS_ASSESSMENT, false},
	{13, "plan",             SCOPE_CASE,      CLASS_PLAN,       true },
	{14, "goal",             SCOPE_CASE,      CLASS_PLAN,       false},
	{15, "task",             SCOPE_CASE,      CLASS_CORE,       false},
	{16, "service",          SCOPE_CASE,      CLASS_NOTE,       true },
	{17, "review",           SCOPE_CASE,      CLASS_PLAN,       true },
	{18, "flag",             SCOPE_CASE,      CLASS_CORE,       false},
	{19, "conflict",         SCOPE_CASE,      CLASS_CORE,       false},
	{20, "holiday",          SCOPE_DIRECTORY, CLASS_CORE,       false},
	{21, "service_item",     SCOPE_DIRECTORY, CLASS_CORE,       false},
	{22, "resource",         SCOPE_DIRECTORY, CLASS_CORE,       false},
	{23, "team",             SCOPE_DIRECTORY, CLASS_CORE,       false},
	{24, "pack",             SCOPE_DIRECTORY, CLASS_CORE,       false},
	{25, "application",      SCOPE_CASE,      CLASS_PLAN,       false},
	{26, "contract",         SCOPE_CASE,      CLASS_PLAN,       false},
	{27, "closure",          SCOPE_CASE,      CLASS_PLAN,       true },
	{28, "document",         SCOPE_CASE,      CLASS_NOTE,       false},
	{29, "segment",          SCOPE_CASE,      CLASS_CORE,       false},
	{30, "supervision",      SCOPE_CASE,      CLASS_NOTE,       true },
	{31, "referral",         SCOPE_LETTER,    CLASS_CORE,       false},
	{32, "request",          SCOPE_LETTER,    CLASS_CORE,       false},
	{33, "contact",          SCOPE_LETTER,    CLASS_NOTE,       false},
	{34, "group",            SCOPE_GROUP,     CLASS_CORE,       false},
	{35, "participant",      SCOPE_GROUP,     CLASS_CORE,       false},
	{36, "session",          SCOPE_GROUP,     CLASS_CORE,       true },
	{37, "attendance",       SCOPE_GROUP,     CLASS_CORE,       false},
	{38, "group_assessment", SCOPE_GROUP,     CLASS_ASSESSMENT, false},
};

static void every_type_has_its_number_scope_class_and_signing(void)
{
	struct catalogue *c = catalogue_load();

	for (size_t i = 0; i < ARRAY_LEN(expected); i++) {
		const struct rtype *t = catalogue_type(c, expected[i].name);

		CHECK(t != NULL);
		if (!t)
			continue;
		CHECK(t->no == expected[i].no);
		CHECK(t->scope == expected[i].scope);
		CHECK(t->cls == expected[i].cls);
		CHECK(t->signable == expected[i].signable);
		CHECK(catalogue_type_no(c, expected[i].no) == t);
		CHECK(catalogue_type_at(c, i) == t);
	}
	CHECK(catalogue_type_at(c, ARRAY_LEN(expected)) == NULL);
	CHECK(catalogue_type(c, "unheard_of") == NULL);
	CHECK(catalogue_type_no(c, 0) == NULL);
	CHECK(catalogue_type_no(c, 98) == NULL);
	CHECK(catalogue_type_no(c, 1000) == NULL);
	catalogue_free(c);
}

static bool share_atom(const struct rtype *t, const char *a, const char *b)
{
	return rtype_field(t, a)->atom == rtype_field(t, b)->atom;
}

static void fields_that_belong_together_share_an_atom(void)
{
	struct catalogue *c = catalogue_load();
	const struct rtype *service = catalogue_type(c, "service");
	const struct rtype *person = catalogue_type(c, "person");
	const struct rtype *kase = catalogue_type(c, "case");

	CHECK(share_atom(service, "started_at", "minutes"));
	CHECK(!share_atom(service, "minutes", "aim"));
	CHECK_STR(rtype_field(service, "minutes")->atom_name, "length");
	CHECK_STR(rtype_field(service, "aim")->atom_name, "aim");
	CHECK(share_atom(person, "id_kind", "id_number"));
	CHECK(share_atom(kase, "closed", "close_reason"));
	CHECK(!share_atom(kase, "opened", "closed"));
	for (size_t i = 0; i < service->field_count; i++)
		CHECK(service->fields[i].atom < service->atom_count);
	catalogue_free(c);
}

static void a_field_carries_what_its_file_says(void)
{
	struct catalogue *c = catalogue_load();
	const struct rtype *service = catalogue_type(c, "service");
	const struct field *minutes = rtype_field(service, "minutes");
	const struct field *process = rtype_field(service, "process");
	const struct field *goal = rtype_field(service, "goal");
	const struct field *kind = rtype_field(service, "kind");
	const struct field *lost =
		rtype_field(catalogue_type(c, "conflict"), "mine");

	CHECK(minutes->kind == KIND_INT);
	CHECK(minutes->min == 0 && minutes->max == 1440);
	CHECK(process->append && process->kind == KIND_TEXT);
	CHECK(rtype_field(service, "kind")->required);
	CHECK(kind->codes == catalogue_codes(c, "service_kind"));
	CHECK_STR(json_string_value(json_array_get(goal->to, 0)), "goal");
	CHECK(lost->server);
	CHECK_STR(service->sort, "started_at");
	CHECK_STR(rtype_field(catalogue_type(c, "person"), "id_number")->check,
		"resident_id");
	CHECK(rtype_field(service, "unheard_of") == NULL);
	catalogue_free(c);
}

static void codes_have_labels_in_both_languages(void)
{
	struct catalogue *c = catalogue_load();
	const struct code_list *sex = catalogue_codes(c, "sex");

	CHECK_STR(code_label(sex, "2", LANG_ZH), "女");
	CHECK_STR(code_label(sex, "2", LANG_EN), "Female");
	CHECK_STR(code_label(sex, "7", LANG_EN), "7");
	CHECK(code_list_item(sex, "7") == NULL);
	CHECK(catalogue_codes(c, "unheard_of") == NULL);
	CHECK_STR(label_of(catalogue_type(c, "case")->json, LANG_ZH), "个案");
	catalogue_free(c);
}

/* Each file as another reader of JSON finds it, against what is asked for one
 * at a time and never before. */
static void same_as_files(const char *pattern,
	const json_t *(*ask)(const struct catalogue *, const char *))
{
	struct catalogue *c = catalogue_load();
	glob_t found;

	CHECK(glob(pattern, 0, NULL, &found) == 0 && found.gl_pathc > 5);
	for (size_t i = found.gl_pathc; i-- > 0;) {
		char name[200];
		json_t *file = json_load_file(found.gl_pathv[i], 0, NULL);

		snprintf(name, sizeof(name), "%s",
			strrchr(found.gl_pathv[i], '/') + 1);
		name[strlen(name) - strlen(".json")] = 0;
		CHECK(file && json_equal(file, ask(c, name)));
		/* And it stays where it was. */
		CHECK(ask(c, name) == ask(c, name));
		json_decref(file);
	}
	globfree(&found);
	catalogue_free(c);
}

static const json_t *form_named(const struct catalogue *c, const char *name)
{
	return catalogue_form(c, name, NULL);
}

static void what_is_asked_for_later_is_the_whole_file(void)
{
	same_as_files("proto/forms/*.json", form_named);
	same_as_files("proto/programmes/*.json", catalogue_pack);
}

static void all_of_them_are_whole_files(void)
{
	struct catalogue *c = catalogue_load();
	const char *name;
	json_t *form;

	json_object_foreach((json_t *)(uintptr_t)catalogue_forms(c), name, form)
		CHECK(json_array_size(json_object_get(form, "fields")) > 0);
	json_object_foreach((json_t *)(uintptr_t)catalogue_packs(c), name, form)
		CHECK(json_object_get(form, "target") != NULL);
	catalogue_free(c);
}

static void the_document_served_is_the_one_that_was_read(void)
{
	struct catalogue *c = catalogue_load();
	struct arena *mem = arena_new();
	char hex[SHA256_HEX];
	struct sha256 sum;
	struct str text;
	struct err e;
	json_t *doc;

	catalogue_publish(c);
	text = catalogue_text(c);
	sum = sha256_of(text.p, text.n);
	doc = json_read(text.p, text.n, &json_limits_own, mem, &e);

	CHECK(doc != NULL);
	CHECK(json_object_size(json_object_get(doc, "types")) ==
		ARRAY_LEN(expected));
	CHECK(json_equal(json_object_get(json_object_get(doc, "forms"),
				 "adherence_check"),
		catalogue_form(c, "adherence_check", NULL)));
	CHECK_STR(catalogue_etag(c), hex_format(sum.b, sizeof(sum.b), hex));
	arena_free(mem);
	catalogue_free(c);
}

static void class_names_and_bits_are_the_ones_on_the_wire(void)
{
	CHECK_STR(class_name(CLASS_CORE), "core");
	CHECK(class_from_name("identity") == 2);
	CHECK(class_from_name("assessment") == 4);
	CHECK(class_from_name("plan") == 8);
	CHECK(class_from_name("note") == 16);
	CHECK(class_from_name("restricted") == 32);
	CHECK(class_from_name("secret") == 0);
}

/* A sound little document; each row below spoils it in one place. */
#define L "\"label\":{\"zh\":\"甲\",\"en\":\"A\"}"
#define SOUND                                                                  \
	"{\"codes\":{\"yes\":{\"codes\":\"yes\"," L                            \
	",\"items\":[{\"code\":\"y\",\"zh\":\"是\",\"en\":\"Yes\"}]}},"       \
	"\"types\":{\"a\":{\"type\":\"a\",\"no\":1,\"scope\":\"case\","        \
	"\"class\":\"core\",\"signable\":false,\"sort\":\"d\"," L              \
	",\"title\":[\"t\"],\"fields\":["                                      \
	"{\"name\":\"t\",\"kind\":\"text\",\"max\":9,\"atom\":\"x\"," L "},"   \
	"{\"name\":\"c\",\"kind\":\"code\",\"codes\":\"yes\",\"atom\":"        \
	"\"x\"," L "},"                                                        \
	"{\"name\":\"r\",\"kind\":\"ref\",\"to\":[\"a\"]," L "},"              \
	"{\"name\":\"d\",\"kind\":\"date\",\"max\":2100," L "}]}}}"

static const struct {
	const char *from;
	const char *to;
	const char *told; /* must stand in the message */
} spoilt[] = {
	{"\"codes\":\"yes\",\"atom\"", "\"codes\":\"no\",\"atom\"",
         "field 'c': there is no code list 'no'"									    },
	{"\"to\":[\"a\"]",             "\"to\":[\"b\"]",                                        "there is no type 'b'"      },
	{"\"to\":[\"a\"]",             "\"to\":[]",					     "'to' names no type"        },
	{"\"no\":1",                   "\"no\":0",					      "no must be 1 to 99"        },
	{"\"scope\":\"case\"",         "\"scope\":\"all\"",                                     "type 'a': scope"           },
	{"\"class\":\"core\"",         "\"class\":\"cores\"",                                   "unknown class"             },
	{"\"sort\":\"d\"",             "\"sort\":\"t\"",                                        "sort is no date"           },
	{"\"title\":[\"t\"]",          "\"title\":[\"u\"]",                                     "no field 'u'"              },
	{"\"kind\":\"text\"",          "\"kind\":\"txt\"",                                      "called 'txt'"              },
	{"\"max\":9,",                 "",						      "field 't': a max is needed"},
	{"\"max\":9",                  "\"min\":10,\"max\":9",                                  "min is above max"          },
	{"\"max\":9",                  "\"max\":9,\"apend\":true",                              "'apend' means nothing"     },
	{"\"max\":9",                  "\"max\":9,\"rows\":[{}]",
         "'rows' and 'from' do not fit"										     },
	{"\"max\":9",                  "\"max\":9,\"check\":\"iban\"",                          "no check 'iban'"           },
	{"\"atom\":\"x\"",             "\"atom\":\"d\"",                                        "atom 'd' is also a field"  },
	{"\"atom\":\"x\"",             "\"atom\":\"y\"",                                        "atom 'y' has one field"    },
	{"\"name\":\"r\"",             "\"name\":\"t\"",                                        "field 't': defined twice"  },
	{"\"type\":\"a\"",             "\"type\":\"b\"",                                        "the file says 'b'"         },
	{"\"zh\":\"是\"",             "\"zh\":\"\"",					   "codes 'yes': item 1"       },
	{"[{\"code\"",                 "[{\"code\":\"y\",\"zh\":\"a\",\"en\":\"b\"},{\"code\"",
         "'y' occurs twice"												 },
	{"\"types\"",                  "\"typos\"",					     "types: missing"            },
};

/* SOUND with its first `from` replaced. */
static char *spoil(struct arena *mem, const char *from, const char *to)
{
	const char *at = strstr(SOUND, from);

	CHECK(at != NULL);
	if (!at)
		return arena_strdup(mem, SOUND);
	return arena_printf(mem, "%.*s%s%s", (int)(at - SOUND), SOUND, to,
		at + strlen(from));
}

static void a_document_that_contradicts_itself_is_refused_by_place(void)
{
	struct arena *mem = arena_new();
	struct err e;
	struct catalogue *c = catalogue_read(SOUND, strlen(SOUND), &e);

	CHECK(c != NULL);
	catalogue_free(c);
	for (size_t i = 0; i < ARRAY_LEN(spoilt); i++) {
		char *text = spoil(mem, spoilt[i].from, spoilt[i].to);

		c = catalogue_read(text, strlen(text), &e);
		CHECK(c == NULL);
		if (c || !strstr(e.msg, spoilt[i].told))
			printf("# row %zu: %s\n", i, c ? "read" : e.msg);
		CHECK(!c && strstr(e.msg, spoilt[i].told));
		catalogue_free(c);
	}
	arena_free(mem);
}

static void a_number_used_twice_is_refused(void)
{
	static const char text[] =
		"{\"codes\":{\"yes\":{\"codes\":\"yes\"," L
		",\"items\":[{\"code\":\"y\",\"zh\":\"是\",\"en\":\"Yes\"}]}},"
		"\"types\":{\"a\":{\"type\":\"a\",\"no\":1,\"scope\":\"case\","
		"\"class\":\"core\"," L ",\"title\":[\"t\"],\"fields\":"
		"[{\"name\":\"t\",\"kind\":\"bool\"," L "}]},"
		"\"b\":{\"type\":\"b\",\"no\":1,\"scope\":\"case\","
		"\"class\":\"core\"," L ",\"title\":[\"t\"],\"fields\":"
		"[{\"name\":\"t\",\"kind\":\"bool\"," L "}]}}}";
	struct err e;
	struct catalogue *c = catalogue_read(text, strlen(text), &e);

	CHECK(c == NULL);
	CHECK(!c && strstr(e.msg, "no 1 is also 'a'"));
	catalogue_free(c);
}

static void what_is_no_json_at_all_is_refused(void)
{
	struct err e;

	CHECK(catalogue_read("{", 1, &e) == NULL);
	CHECK(e.code == ERR_BAD_JSON);
	CHECK(catalogue_read("[]", 2, &e) == NULL);
}

int main(void)
{
	RUN(every_type_has_its_number_scope_class_and_signing);
	RUN(fields_that_belong_together_share_an_atom);
	RUN(a_field_carries_what_its_file_says);
	RUN(codes_have_labels_in_both_languages);
	RUN(what_is_asked_for_later_is_the_whole_file);
	RUN(all_of_them_are_whole_files);
	RUN(the_document_served_is_the_one_that_was_read);
	RUN(class_names_and_bits_are_the_ones_on_the_wire);
	RUN(a_document_that_contradicts_itself_is_refused_by_place);
	RUN(a_number_used_twice_is_refused);
	RUN(what_is_no_json_at_all_is_refused);
	return tap_done();
}
