/*
 * test_secret.c - which values of a body are secret, told by hand for each
 * case.
 */
#include "proto/secret.h"

#include "tests/lib/tap.h"

#include <string.h>

static struct catalogue *catalogue;

/* The secret values of a text, with blanks between, as they are spelt. */
static const char *told(
	struct arena *mem, struct str text, const struct span *s, size_t n)
{
	const char *out = "";

	for (size_t i = 0; i < n; i++)
		out = arena_printf(mem, "%s%s%.*s", out, i ? " " : "",
			(int)s[i].n, text.p + s[i].at);
	return out;
}

static const char *secrets(
	struct arena *mem, const char *type, int cls, const char *body)
{
	const struct rtype *t = catalogue_type(catalogue, type);
	struct str text = {body, strlen(body)};
	struct span *s;
	size_t n = secret_find(catalogue, t, cls, text, mem, &s);

	return told(mem, text, s, n);
}

static void of_a_person_what_tells_where_they_are(void)
{
	struct arena *mem = arena_new();

	CHECK_STR(secrets(mem, "person", CLASS_IDENTITY,
			  "{\"address\":\"A\",\"birth\":\"1980\",\"district_"
			  "code\":\"320508\",\"household_address\":\"H\",\"id_"
			  "kind\":\"01\",\"id_number\":\"N\",\"name\":\"W\","
			  "\"note\":\"P\",\"phone\":\"T\"}"),
		"\"A\" \"H\" \"N\" \"T\"");
	CHECK_STR(secrets(mem, "person", CLASS_IDENTITY, "{}"), "");
	CHECK_STR(secrets(mem, "need", CLASS_ASSESSMENT,
			  "{\"client_view\":\"x\",\"phone\":\"1\"}"),
		"");
	arena_free(mem);
}

static void deep_down_by_the_names_of_the_list(void)
{
	struct arena *mem = arena_new();

	CHECK_STR(secrets(mem, "document", CLASS_NOTE,
			  "{\"recipients\":[{\"name\":\"a\",\"phone\":\"1\"},{"
			  "\"name\":\"b\",\"phone\":\"2\"}],\"title\":\"t\"}"),
		"\"1\" \"2\"");
	CHECK_STR(secrets(mem, "response", CLASS_ASSESSMENT,
			  "{\"answers\":{\"guardian_address\":\"G\",\"guardian_"
			  "name\":\"n\",\"guardian_phone\":\"T\"},\"form\":"
			  "\"smd_supplement\"}"),
		"\"G\" \"T\"");
	arena_free(mem);
}

static void what_nobody_knows_is_taken_whole(void)
{
	struct arena *mem = arena_new();

	CHECK_STR(secrets(mem, "response", CLASS_ASSESSMENT,
			  "{\"answers\":{\"x\":\"y\"},\"danger\":1,\"form\":"
			  "\"no_such_form\"}"),
		"{\"x\":\"y\"}");
	CHECK_STR(secrets(mem, "no_such_type", CLASS_NOTE,
			  "{\"a\":{\"b\":\"}\"},\"c\":1}"),
		"{\"b\":\"}\"} 1");
	CHECK_STR(secrets(mem, "need", CLASS_ASSESSMENT, "{\"~\":\"1.x\"}"),
		"\"1.x\"");
	arena_free(mem);
}

static void of_a_restricted_record_every_text(void)
{
	struct arena *mem = arena_new();
	const char *note = "{\"aim\":\"A\",\"kind\":\"home_visit\",\"process\":"
			   "\"P\\\"Q\",\"restricted\":true}";

	CHECK_STR(secrets(mem, "service", CLASS_NOTE, note), "");
	CHECK_STR(secrets(mem, "service", CLASS_RESTRICTED, note),
		"\"A\" \"P\\\"Q\"");
	/* What looks for a file by its hash still finds it. */
	CHECK_STR(secrets(mem, "document", CLASS_RESTRICTED,
			  "{\"recipients\":[],\"sha256\":\"00\",\"size\":1,"
			  "\"title\":\"t\"}"),
		"[] \"t\"");
	arena_free(mem);
}

static void of_a_conflict_both_values(void)
{
	struct arena *mem = arena_new();
	const char *two =
		"{\"atom\":\"phone\",\"fields\":[\"phone\"],\"mine\":{"
		"\"phone\":\"1\"},\"record_type\":\"person\",\"seen\":{"
		"\"phone\":null},\"theirs\":{\"name\":\"n\",\"phone\":\"2\"}}";

	CHECK_STR(secrets(mem, "conflict", CLASS_IDENTITY, two),
		"\"1\" null \"2\"");
	CHECK_STR(
		secrets(mem, "conflict", CLASS_RESTRICTED,
			"{\"mine\":{\"process\":\"a\",\"minutes\":3},\"note\":"
			"\"n\",\"record_type\":\"service\"}"),
		"\"a\" \"n\"");
	arena_free(mem);
}

static void of_a_change_what_it_sets_and_saw(void)
{
	static const char change[] =
		"{\"case\":null,\"id\":\"x\",\"seen\":{\"phone\":\"1\"},"
		"\"set\":{\"name\":\"n\",\"phone\":\"2\"},\"type\":"
		"\"person\"}";
	struct arena *mem = arena_new();
	struct str text = {change, sizeof(change) - 1};
	struct span *s;
	size_t n = secret_find_change(catalogue,
		catalogue_type(catalogue, "person"), false, text, mem, &s);

	CHECK_STR(told(mem, text, s, n), "\"1\" \"2\"");
	arena_free(mem);
}

/* What is added to a signed record comes as a reason. */
static void of_a_restricted_record_why_it_is_changed(void)
{
	static const char change[] =
		"{\"id\":\"x\",\"op\":\"patch\",\"reason\":\"why\","
		"\"set\":{\"kind\":\"visit\"},\"type\":\"service\"}";
	struct arena *mem = arena_new();
	const struct rtype *t = catalogue_type(catalogue, "service");
	struct str text = {change, sizeof(change) - 1};
	struct span *s;
	size_t n = secret_find_change(catalogue, t, true, text, mem, &s);

	CHECK_STR(told(mem, text, s, n), "\"why\"");
	n = secret_find_change(catalogue, t, false, text, mem, &s);
	CHECK(n == 0);
	arena_free(mem);
}

int main(void)
{
	catalogue = catalogue_load();
	RUN(of_a_person_what_tells_where_they_are);
	RUN(deep_down_by_the_names_of_the_list);
	RUN(what_nobody_knows_is_taken_whole);
	RUN(of_a_restricted_record_every_text);
	RUN(of_a_conflict_both_values);
	RUN(of_a_change_what_it_sets_and_saw);
	RUN(of_a_restricted_record_why_it_is_changed);
	catalogue_free(catalogue);
	return tap_done();
}
