/*
 * test_overlay.c - a district's own packs, forms, scales and code lists laid
 * over the built-in ones: which version is found, what is left out, and that
 * nothing a district writes keeps a program from starting.
 */
#include "proto/types.h"

#include "tests/lib/tap.h"

#include <string.h>

struct lab {
	struct arena *mem;
	struct catalogue *base;
	struct overlay list[8];
	size_t n;
	struct mistakes wrong;
};

static json_t *json_of(const char *text, struct arena *mem)
{
	struct err e;
	json_t *j = json_read(text, strlen(text), &json_limits_own, mem, &e);

	if (!j)
		die("the test's own JSON is wrong: %s", text);
	return j;
}

static struct lab open_lab(void)
{
	struct lab l;

	memset(&l, 0, sizeof(l));
	l.mem = arena_new();
	l.base = catalogue_load();
	mistakes_init(&l.wrong, l.mem);
	return l;
}

static void close_lab(struct lab *l)
{
	catalogue_free(l->base);
	arena_free(l->mem);
}

static void add(struct lab *l, const char *kind, const char *name,
	const char *version, json_t *data, bool retired)
{
	struct overlay o = {.kind = kind,
		.name = name,
		.version = version,
		.data = data,
		.retired = retired};

	l->list[l->n++] = o;
}

/* A form of a version; `more` follows its one question. */
static json_t *form(
	struct lab *l, const char *name, const char *version, const char *more)
{
	return json_of(
		arena_printf(l->mem,
			"{\"form\":\"%s\",\"version\":\"%s\",\"label\":{\"zh\":"
			"\"新\",\"en\":\"New %s\"},\"source\":\"x\",\"fields\":"
			"[{\"name\":\"a\",\"kind\":\"bool\",\"label\":{\"zh\":"
			"\"甲\",\"en\":\"A\"}%s}]}",
			name, version, version, more),
		l->mem);
}

/* A pack that names a form. */
static json_t *pack(
	struct lab *l, const char *name, const char *version, const char *sheet)
{
	return json_of(
		arena_printf(l->mem,
			"{\"pack\":\"%s\",\"version\":\"%s\",\"label\":{\"zh\":"
			"\"包\",\"en\":\"Pack\"},\"target\":{\"zh\":\"人\","
			"\"en\":\"people\"},\"about\":{\"zh\":\"事\",\"en\":"
			"\"things\"},\"unit\":\"client\",\"phases\":[\"intake\""
			"],\"consents\":[],\"forms\":[{\"form\":\"%s\"}]}",
			name, version, sheet),
		l->mem);
}

static struct catalogue *lay(struct lab *l)
{
	return catalogue_with(l->base, l->list, l->n, &l->wrong);
}

static const char *version_of(const json_t *data)
{
	const char *v = json_str(data, "version");

	return v ? v : "-";
}

static bool left_out(const struct lab *l, const char *name)
{
	for (size_t i = 0; i < l->n; i++)
		if (strcmp(l->list[i].name, name) == 0)
			return l->list[i].left_out;
	return false;
}

/* ---- versions ---- */

static void versions_are_compared_by_their_numbers(void)
{
	static const char *const rising[] = {"0.9", "1", "1.0", "1.0.1", "1.2",
		"1.10", "2", "2.a", "2.b", "2018.2", "2018.10"};

	for (size_t i = 0; i < ARRAY_LEN(rising); i++)
		for (size_t k = 0; k < ARRAY_LEN(rising); k++) {
			int order = version_cmp(rising[i], rising[k]);

			if ((order < 0) != (i < k) || (order == 0) != (i == k))
				printf("# %s %s: %d\n", rising[i], rising[k],
					order);
			CHECK((order < 0) == (i < k));
			CHECK((order == 0) == (i == k));
		}
	CHECK(version_cmp("1.01", "1.1") == 0);
}

static void a_higher_version_takes_the_name_and_the_other_stays(void)
{
	struct lab l = open_lab();
	const char *old =
		version_of(catalogue_form(l.base, "smd_follow_up", NULL));
	struct catalogue *c;

	add(&l, "form", "smd_follow_up", "2099.1",
		form(&l, "smd_follow_up", "2099.1", ""), false);
	c = lay(&l);
	CHECK(l.wrong.count == 0);
	CHECK_STR(
		version_of(catalogue_form(c, "smd_follow_up", NULL)), "2099.1");
	CHECK_STR(version_of(catalogue_form(c, "smd_follow_up", "2099.1")),
		"2099.1");
	CHECK_STR(version_of(catalogue_form(c, "smd_follow_up", old)), old);
	CHECK(catalogue_form(c, "smd_follow_up", "1.0") == NULL);
	/* The code list shows it once, by its newest name. */
	CHECK_STR(code_label(
			  catalogue_codes(c, "form"), "smd_follow_up", LANG_EN),
		"New 2099.1");
	/* The base is as it was. */
	CHECK_STR(
		version_of(catalogue_form(l.base, "smd_follow_up", NULL)), old);
	CHECK(catalogue_form(l.base, "smd_follow_up", "2099.1") == NULL);
	catalogue_free(c);
	close_lab(&l);
}

static void a_lower_version_is_found_by_its_number_only(void)
{
	struct lab l = open_lab();
	const char *old =
		version_of(catalogue_form(l.base, "smd_follow_up", NULL));
	struct catalogue *c;

	add(&l, "form", "smd_follow_up", "1999.1",
		form(&l, "smd_follow_up", "1999.1", ""), false);
	c = lay(&l);
	CHECK_STR(version_of(catalogue_form(c, "smd_follow_up", NULL)), old);
	CHECK_STR(version_of(catalogue_form(c, "smd_follow_up", "1999.1")),
		"1999.1");
	catalogue_free(c);
	close_lab(&l);
}

/* Whatever the order in which records come. */
static void of_several_versions_the_highest_in_use_is_newest(void)
{
	static const int orders[][3] = {
		{0, 1, 2},
                {2, 1, 0},
                {1, 2, 0},
                {1, 0, 2}
        };
	static const char *const versions[] = {"1.2", "1.10", "2.0"};

	for (size_t i = 0; i < ARRAY_LEN(orders); i++) {
		struct lab l = open_lab();
		struct catalogue *c;

		for (size_t k = 0; k < 3; k++) {
			const char *v = versions[orders[i][k]];

			/* The highest was taken out of use. */
			add(&l, "form", "mine", v, form(&l, "mine", v, ""),
				strcmp(v, "2.0") == 0);
		}
		c = lay(&l);
		CHECK(l.wrong.count == 0);
		CHECK_STR(version_of(catalogue_form(c, "mine", NULL)), "1.10");
		CHECK_STR(version_of(catalogue_form(c, "mine", "1.2")), "1.2");
		CHECK_STR(version_of(catalogue_form(c, "mine", "2.0")), "2.0");
		CHECK(!json_flag(
			code_list_item(catalogue_codes(c, "form"), "mine"),
			"retired"));
		catalogue_free(c);
		close_lab(&l);
	}
}

static void what_is_retired_stays_readable_and_says_so(void)
{
	struct lab l = open_lab();
	struct catalogue *c;

	add(&l, "form", "mine", "1", form(&l, "mine", "1", ""), true);
	c = lay(&l);
	CHECK(catalogue_form(c, "mine", NULL) != NULL);
	CHECK(json_flag(
		code_list_item(catalogue_codes(c, "form"), "mine"), "retired"));
	catalogue_free(c);
	close_lab(&l);
}

/* ---- what is left out ---- */

static void what_has_a_mistake_is_left_out_with_what_needs_it(void)
{
	struct lab l = open_lab();
	struct catalogue *c;

	add(&l, "pack", "good_pack", "1", pack(&l, "good_pack", "1", "good"),
		false);
	add(&l, "pack", "bad_pack", "1", pack(&l, "bad_pack", "1", "bad"),
		false);
	add(&l, "form", "good", "1", form(&l, "good", "1", ""), false);
	add(&l, "form", "bad", "1", form(&l, "bad", "1", ",\"whn\":1"), false);
	c = lay(&l);
	CHECK(catalogue_pack(c, "good_pack") != NULL);
	CHECK(catalogue_form(c, "good", NULL) != NULL);
	CHECK(catalogue_pack(c, "bad_pack") == NULL);
	CHECK(catalogue_form(c, "bad", NULL) == NULL);
	CHECK(code_list_item(catalogue_codes(c, "programme"), "good_pack") !=
		NULL);
	CHECK(code_list_item(catalogue_codes(c, "programme"), "bad_pack") ==
		NULL);
	CHECK(!left_out(&l, "good") && !left_out(&l, "good_pack"));
	CHECK(left_out(&l, "bad") && left_out(&l, "bad_pack"));
	CHECK(l.wrong.count == 2);
	CHECK_STR(l.wrong.list[0].path, "form bad@1.fields[0].whn");
	CHECK_STR(l.wrong.list[1].path, "pack bad_pack@1.forms[0].form");
	catalogue_free(c);
	close_lab(&l);
}

static void a_version_that_is_there_is_not_changed(void)
{
	struct lab l = open_lab();
	const json_t *ours = catalogue_form(l.base, "smd_follow_up", NULL);
	struct catalogue *c;

	add(&l, "form", "smd_follow_up", version_of(ours),
		form(&l, "smd_follow_up", version_of(ours), ""), false);
	c = lay(&l);
	CHECK(l.wrong.count == 1 &&
		l.wrong.list[0].code == MISTAKE_VERSION_TAKEN);
	CHECK(json_equal(catalogue_form(c, "smd_follow_up", NULL), ours));
	catalogue_free(c);
	close_lab(&l);
}

/* Whatever a record holds: the program starts, and ours is all there. */
static void no_record_keeps_a_program_from_starting(void)
{
	static const struct {
		const char *kind;
		const char *data;
	} rows[] = {
		{"form",    "{}"							},
		{"form",    "{\"form\":\"x\",\"version\":\"1\"}"                        },
		{"form",    "{\"form\":\"x\",\"version\":\"1\",\"fields\":[1,"
			 "null,[],{\"options\":[7],\"kind\":\"code\"}],"
			 "\"lifts\":3,\"flags\":[0],\"due\":[]}"},
		{"form",    "{\"form\":\"y\",\"version\":\"1\"}"                        },
		{"pack",    "{\"pack\":\"x\",\"version\":\"1\",\"phases\":7}"           },
		{"pack",    "[]"							},
		{"scale",   "{\"scale\":\"x\",\"version\":\"1\",\"items\":{}}"          },
		{"scale",   "{\"scale\":\"phq9\",\"version\":\"1\"}"                    },
		{"wording", "{\"scale\":\"x\",\"version\":\"1\"}"                       },
		{"codes",   "{\"codes\":\"x\",\"items\":[]}"                            },
		{"codes",   "{\"codes\":\"x\",\"label\":{\"zh\":\"a\",\"en\":"
			  "\"b\"},\"items\":[{}]}"             },
		{"magic",   "{}"							},
	};

	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct lab l = open_lab();
		struct catalogue *c;

		add(&l, rows[i].kind, "x", "1", json_of(rows[i].data, l.mem),
			false);
		c = lay(&l);
		if (!l.list[0].left_out)
			printf("# taken: %s\n", rows[i].data);
		CHECK(l.list[0].left_out);
		CHECK(json_equal(catalogue_forms(c), catalogue_forms(l.base)));
		CHECK(json_equal(catalogue_packs(c), catalogue_packs(l.base)));
		CHECK(json_equal(
			catalogue_scales(c), catalogue_scales(l.base)));
		CHECK(catalogue_type(c, "case") != NULL);
		catalogue_free(c);
		close_lab(&l);
	}
}

static void made_code_lists_are_nobodys_to_write(void)
{
	struct lab l = open_lab();
	struct catalogue *c;

	add(&l, "codes", "form", "1",
		json_of("{\"codes\":\"form\",\"label\":{\"zh\":\"表\",\"en\":"
			"\"Form\"},\"items\":[{\"code\":\"x\",\"zh\":\"x\","
			"\"en\":\"x\"}]}",
			l.mem),
		false);
	c = lay(&l);
	CHECK(l.list[0].left_out);
	CHECK(code_list_item(catalogue_codes(c, "form"), "smd_follow_up") !=
		NULL);
	catalogue_free(c);
	close_lab(&l);
}

static void a_code_list_of_the_district_is_used_by_its_form(void)
{
	struct lab l = open_lab();
	struct catalogue *c;

	add(&l, "form", "mine", "1",
		json_of("{\"form\":\"mine\",\"version\":\"1\",\"label\":{"
			"\"zh\":\"新\",\"en\":\"New\"},\"source\":\"x\","
			"\"fields\":[{\"name\":\"a\",\"kind\":\"code\","
			"\"codes\":\"colour\",\"label\":{\"zh\":\"甲\",\"en\":"
			"\"A\"}}]}",
			l.mem),
		false);
	add(&l, "codes", "colour", "1",
		json_of("{\"codes\":\"colour\",\"label\":{\"zh\":\"色\",\"en\":"
			"\"Colour\"},\"items\":[{\"code\":\"red\",\"zh\":"
			"\"红\",\"en\":\"red\"}]}",
			l.mem),
		false);
	c = lay(&l);
	CHECK(l.wrong.count == 0);
	CHECK(catalogue_form(c, "mine", NULL) != NULL);
	CHECK_STR(
		code_label(catalogue_codes(c, "colour"), "red", LANG_ZH), "红");
	catalogue_free(c);
	close_lab(&l);
}

/* ---- the whole ---- */

static void it_stands_when_the_base_is_gone(void)
{
	struct lab l = open_lab();
	struct catalogue *c;
	struct str text;
	struct err e;
	json_t *doc;

	add(&l, "form", "mine", "1", form(&l, "mine", "1", ""), false);
	c = lay(&l);
	catalogue_free(l.base);
	l.base = NULL;
	catalogue_publish(c);
	text = catalogue_text(c);
	doc = json_read(text.p, text.n, &json_limits_own, l.mem, &e);
	CHECK(json_object_get(json_object_get(doc, "forms"), "mine") != NULL);
	CHECK(json_object_size(json_object_get(doc, "types")) > 20);
	catalogue_free(c);
	close_lab(&l);
}

static void a_record_says_for_whom_it_is(void)
{
	static const char here[] = "0192f5a0-0000-7000-8000-000000000001";
	struct lab l = open_lab();
	struct uuid site, other;
	struct overlay o;
	json_t *all = json_of("{\"kind\":\"form\",\"name\":\"x\",\"version\":"
			      "\"1\",\"data\":{}}",
		l.mem);
	json_t *off = json_of("{\"kind\":\"form\",\"name\":\"x\",\"version\":"
			      "\"1\",\"data\":{},\"active\":false}",
		l.mem);
	json_t *some = json_of(
		"{\"kind\":\"form\",\"name\":\"x\",\"version\":\"1\",\"data\":"
		"{},\"sites\":[\"0192f5a0-0000-7000-8000-000000000001\"]}",
		l.mem);
	json_t *words = json_of(
		"{\"kind\":\"wording\",\"name\":\"x\",\"version\":\"1\","
		"\"data\":{},\"sites\":[\"0192f5a0-0000-7000-8000-"
		"000000000001\"]}",
		l.mem);

	CHECK(uuid_parse(here, &site));
	memset(&other, 7, sizeof(other));
	CHECK(overlay_read(all, &other, &o) && !o.retired);
	CHECK(overlay_read(off, &other, &o) && o.retired);
	CHECK(overlay_read(some, &site, &o) && !o.retired);
	/* Elsewhere it explains records, and makes none. */
	CHECK(overlay_read(some, &other, &o) && o.retired);
	/* A licensed wording is not shown where there is no licence. */
	CHECK(overlay_read(words, &site, &o));
	CHECK(!overlay_read(words, &other, &o));
	CHECK(!overlay_read(json_of("{\"kind\":\"form\"}", l.mem), &site, &o));
	close_lab(&l);
}

static void lists_are_made_of_what_there_is_in_order(void)
{
	struct lab l = open_lab();
	const struct code_list *forms = catalogue_codes(l.base, "form");
	const struct code_list *scales = catalogue_codes(l.base, "instrument");

	CHECK(json_array_size(forms->items) ==
		json_object_size(catalogue_forms(l.base)));
	CHECK(json_array_size(catalogue_codes(l.base, "programme")->items) >=
		12);
	for (size_t i = 1; i < json_array_size(scales->items); i++)
		CHECK(strcmp(json_str(json_array_get(scales->items, i - 1),
				     "code"),
			      json_str(json_array_get(scales->items, i),
				      "code")) < 0);
	CHECK_STR(code_label(forms, "smd_follow_up", LANG_ZH),
		label_of(catalogue_form(l.base, "smd_follow_up", NULL),
			LANG_ZH));
	close_lab(&l);
}

int main(void)
{
	RUN(versions_are_compared_by_their_numbers);
	RUN(a_higher_version_takes_the_name_and_the_other_stays);
	RUN(a_lower_version_is_found_by_its_number_only);
	RUN(of_several_versions_the_highest_in_use_is_newest);
	RUN(what_is_retired_stays_readable_and_says_so);
	RUN(what_has_a_mistake_is_left_out_with_what_needs_it);
	RUN(a_version_that_is_there_is_not_changed);
	RUN(no_record_keeps_a_program_from_starting);
	RUN(made_code_lists_are_nobodys_to_write);
	RUN(a_code_list_of_the_district_is_used_by_its_form);
	RUN(it_stands_when_the_base_is_gone);
	RUN(a_record_says_for_whom_it_is);
	RUN(lists_are_made_of_what_there_is_in_order);
	return tap_done();
}
