/*
 * test_access.c - who may do what: access_decide() against a reading of
 * policy.csv of the test's own, over every role, verb and type, and over every
 * reason a record is not reached.
 *
 * The claims at the end do not come from that file, but from the design: what
 * no edit of the policy may ever make true.
 */
#include "server/access/access.h"

#include "tests/lib/tap.h"

#include <stdlib.h>

#define VERBS 8

static const char *const verbs[VERBS] = {
	[VERB_READ] = "read",
	[VERB_CREATE] = "create",
	[VERB_PATCH] = "patch",
	[VERB_SIGN] = "sign",
	[VERB_RETRACT] = "retract",
	[VERB_RESOLVE] = "resolve",
	[VERB_GLASS_READ] = "glass_read",
	[VERB_GLASS_CREATE] = "glass_create",
};

/* ---- the test's own reading of the file ---- */

static char policy[65536];

static void read_policy(void)
{
	FILE *f = fopen("server/access/policy.csv", "r");
	size_t n = f ? fread(policy, 1, sizeof(policy) - 1, f) : 0;

	if (!n)
		die("server/access/policy.csv: cannot read it");
	fclose(f);
	policy[n] = 0;
}

static bool is_word(const char *list, size_t n, const char *word)
{
	size_t length = strlen(word);

	for (size_t i = 0; i + length <= n; i++)
		if (memcmp(list + i, word, length) == 0 &&
			(i == 0 || list[i - 1] == ' ') &&
			(i + length == n || list[i + length] == ' '))
			return true;
	return false;
}

struct allowed {
	bool yes;
	bool own;
};

/* The line that begins "role,…,verb," and lists the type. */
static struct allowed line_for(
	const char *role, const char *verb, const char *type)
{
	struct allowed a = {false, false};

	for (const char *at = policy; at && *at;) {
		const char *end = strchr(at, '\n');
		char r[40], reach[20], v[20], own[20];
		int types = 0;

		r[0] = v[0] = own[0] = 0;
		if (*at != '#' && sscanf(at, "%39[^,],%19[^,],%19[^,],%n", r,
					  reach, v, &types) == 3) {
			if (strncmp(at + types, "own,", 4) == 0) {
				own[0] = 'o';
				types += 3;
			}
			types++;
			if (strcmp(r, role) == 0 && strcmp(v, verb) == 0 &&
				is_word(at + types, (size_t)(end - at - types),
					type)) {
				a.yes = true;
				a.own = own[0] != 0;
			}
		}
		at = end ? end + 1 : NULL;
	}
	return a;
}

static bool sees_cases(const char *role)
{
	char start[64];

	snprintf(start, sizeof(start), "\n%s,directory,", role);
	return !strstr(policy, start);
}

/* ---- one question and its answer ---- */

static const struct uuid me = {{1}}, somebody = {{2}}, nobody = {{0}};

struct question {
	enum role role;
	enum access_verb verb;
	const struct rtype *type;
	int mask;
	int cls;
	struct uuid author;
	struct uuid readers[2];
	size_t reader_count;
};

static enum err_code ask(const struct question *q)
{
	struct reader r = {.staff = me, .role = q->role};
	struct access_facts f = {.type = q->type,
		.mask = q->mask,
		.cls = q->cls,
		.author = q->author,
		.readers = q->readers,
		.reader_count = q->reader_count};
	struct err e = {.code = ERR_NONE};
	bool granted = access_decide(&r, q->verb, &f, &e) != NULL;

	CHECK(granted == (e.code == ERR_NONE));
	return e.code;
}

static bool is_me(const struct uuid *u)
{
	return uuid_cmp(u, &me) == 0;
}

static bool is_reached(const struct question *q)
{
	if (q->type->scope == SCOPE_DIRECTORY)
		return true;
	if (!sees_cases(role_name(q->role)) || !(q->mask & q->cls))
		return false;
	if (q->cls != CLASS_RESTRICTED || uuid_is_nil(&q->author) ||
		is_me(&q->author))
		return true;
	for (size_t i = 0; i < q->reader_count; i++)
		if (is_me(&q->readers[i]))
			return true;
	return false;
}

static enum err_code expected(const struct question *q)
{
	struct allowed a =
		line_for(role_name(q->role), verbs[q->verb], q->type->name);

	if (q->verb == VERB_READ && q->type->scope == SCOPE_DIRECTORY)
		a.yes = true; /* every role reads the directory */
	if (q->role == ROLE_NONE || !is_reached(q))
		return ERR_NOT_FOUND;
	return a.yes && (!a.own || is_me(&q->author)) ? ERR_NONE
						      : ERR_FORBIDDEN;
}

static void check(const struct question *q)
{
	enum err_code got = ask(q), want = expected(q);

	CHECK(got == want);
	if (got != want)
		printf("# %s %s %s, mask %d, class %d: %s\n",
			role_name(q->role), verbs[q->verb], q->type->name,
			q->mask, q->cls, err_name(got));
}

/* Calls check for each role, verb and type, changed by `vary`. */
static void walk(const struct catalogue *c, struct question q)
{
	for (int role = ROLE_NONE; role < ROLE_COUNT && !tap_bad; role++)
		for (int verb = 0; verb < VERBS; verb++)
			for (size_t i = 0; (q.type = catalogue_type_at(c, i));
				i++) {
				struct question one = q;

				one.role = (enum role)role;
				one.verb = (enum access_verb)verb;
				if (!one.cls)
					one.cls = (int)one.type->cls;
				if (one.mask < 0)
					one.mask = -q.mask & ~one.cls;
				check(&one);
			}
}

static void every_role_verb_and_type_is_decided_as_the_policy_says(void)
{
	struct catalogue *c = catalogue_load();
	static const struct uuid *const authors[] = {&me, &somebody, &nobody};

	for (size_t i = 0; i < ARRAY_LEN(authors); i++) {
		struct question q = {.mask = 63, .author = *authors[i]};

		walk(c, q);
	}
	catalogue_free(c);
}

static void what_no_mask_covers_is_not_found(void)
{
	struct catalogue *c = catalogue_load();
	struct question none = {.mask = 0, .author = me};
	struct question others = {.mask = -63, .author = me};

	walk(c, none);
	walk(c, others);
	for (int mask = 1; mask < 64; mask <<= 1) {
		struct question q = {.mask = mask, .author = somebody};

		walk(c, q);
	}
	catalogue_free(c);
}

static void a_restricted_record_exists_for_its_author_and_readers_only(void)
{
	struct catalogue *c = catalogue_load();
	static const struct {
		const struct uuid *author;
		struct uuid readers[2];
		size_t n;
		bool reached;
	} rows[] = {
		{&me,       {{{0}}},        0, true },
		{&somebody, {{{0}}},        0, false},
		{&somebody, {{{3}}, {{4}}}, 2, false},
		{&somebody, {{{3}}, {{1}}}, 2, true },
 /* beyond the count is not in the list */
		{&somebody, {{{3}}, {{1}}}, 1, false},
		{&nobody,   {{{0}}},        0, true },
	};

	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct question q = {
			.mask = 63,
			.cls = CLASS_RESTRICTED,
			.author = *rows[i].author,
			.readers = {rows[i].readers[0], rows[i].readers[1]},
			.reader_count = rows[i].n
                };

		walk(c, q);
		q.role = ROLE_SOCIAL_WORKER;
		q.verb = VERB_READ;
		q.type = catalogue_type(c, "service");
		CHECK((ask(&q) == ERR_NONE) == rows[i].reached);
		q.mask = CLASS_ALL_SHARED;
		CHECK(ask(&q) == ERR_NOT_FOUND);
	}
	catalogue_free(c);
}

/* ---- refusals ---- */

static void an_unreached_record_answers_exactly_like_none(void)
{
	struct catalogue *c = catalogue_load();
	struct reader r = {.staff = me, .role = ROLE_NURSE};
	struct access_facts none = {.type = catalogue_type(c, "case")};
	struct access_facts plan = {
		.type = catalogue_type(c, "plan"), .mask = 1, .cls = 8};
	struct access_facts note = {.type = catalogue_type(c, "service"),
		.mask = 63,
		.cls = CLASS_RESTRICTED,
		.author = somebody};
	struct err e[3];

	memset(e, 0, sizeof(e));
	CHECK(!access_decide(&r, VERB_READ, &none, &e[0]));
	CHECK(!access_decide(&r, VERB_PATCH, &plan, &e[1]));
	CHECK(!access_decide(&r, VERB_SIGN, &note, &e[2]));
	CHECK(e[0].code == ERR_NOT_FOUND);
	CHECK(memcmp(&e[0], &e[1], sizeof(e[0])) == 0);
	CHECK(memcmp(&e[0], &e[2], sizeof(e[0])) == 0);
	catalogue_free(c);
}

static void a_forbidden_verb_names_the_type_and_the_role(void)
{
	struct catalogue *c = catalogue_load();
	struct reader r = {.staff = me, .role = ROLE_NURSE};
	struct access_facts f = {.type = catalogue_type(c, "service"),
		.mask = 63,
		.cls = 16,
		.author = somebody};
	struct err e;

	CHECK(!access_decide(&r, VERB_SIGN, &f, &e));
	CHECK(e.code == ERR_FORBIDDEN);
	CHECK_STR(e.field, "service");
	CHECK_STR(e.accepts, "nurse (own records only)");
	f.type = catalogue_type(c, "plan");
	f.cls = 8;
	CHECK(!access_decide(&r, VERB_PATCH, &f, &e));
	CHECK(e.code == ERR_FORBIDDEN);
	CHECK_STR(e.accepts, "nurse");
	catalogue_free(c);
}

static void a_role_nobody_has_reaches_nothing(void)
{
	struct catalogue *c = catalogue_load();
	struct question q = {.mask = 63, .author = me};

	for (size_t i = 0; (q.type = catalogue_type_at(c, i)); i++) {
		q.cls = (int)q.type->cls;
		for (int verb = 0; verb < VERBS; verb++) {
			q.verb = (enum access_verb)verb;
			q.role = ROLE_NONE;
			CHECK(ask(&q) == ERR_NOT_FOUND);
			q.role = ROLE_COUNT;
			CHECK(ask(&q) != ERR_NONE);
		}
	}
	catalogue_free(c);
}

/* ---- what no policy may make true ---- */

static bool may(const struct catalogue *c, enum role role,
	enum access_verb verb, const char *type)
{
	struct question q = {.role = role, .verb = verb, .mask = 63};

	q.type = catalogue_type(c, type);
	q.cls = (int)q.type->cls;
	q.author = me;
	return ask(&q) == ERR_NONE;
}

static void figures_administration_and_audit_see_no_person(void)
{
	static const enum role blind[] = {ROLE_DISTRICT_COORDINATOR,
		ROLE_SITE_ADMIN, ROLE_SYSTEM_ADMIN, ROLE_AUDITOR};
	struct catalogue *c = catalogue_load();
	const struct rtype *t;

	for (size_t i = 0; (t = catalogue_type_at(c, i)); i++)
		for (size_t r = 0; r < ARRAY_LEN(blind); r++)
			for (int verb = 0; verb < VERBS; verb++)
				CHECK(t->scope == SCOPE_DIRECTORY ||
					!may(c, blind[r],
						(enum access_verb)verb,
						t->name));
	catalogue_free(c);
}

static void clinical_roles_do_not_write_the_directory(void)
{
	static const char *const directory[] = {"district", "site", "staff"};
	struct catalogue *c = catalogue_load();

	for (int role = ROLE_REHAB_WORKER; role <= ROLE_PSYCHIATRIST; role++)
		for (size_t i = 0; i < ARRAY_LEN(directory); i++) {
			CHECK(may(c, (enum role)role, VERB_READ, directory[i]));
			for (int verb = VERB_CREATE; verb < VERBS; verb++)
				CHECK(!may(c, (enum role)role,
					(enum access_verb)verb, directory[i]));
		}
	catalogue_free(c);
}

static void conflicts_are_made_by_the_centre_and_settled_by_people(void)
{
	static const enum access_verb never[] = {
		VERB_CREATE, VERB_PATCH, VERB_SIGN, VERB_RETRACT};
	struct catalogue *c = catalogue_load();

	for (int role = ROLE_NONE; role < ROLE_COUNT; role++)
		for (size_t i = 0; i < ARRAY_LEN(never); i++)
			CHECK(!may(c, (enum role)role, never[i], "conflict"));
	for (int role = ROLE_REHAB_WORKER; role <= ROLE_PSYCHIATRIST; role++)
		CHECK(may(c, (enum role)role, VERB_RESOLVE, "conflict"));
	catalogue_free(c);
}

static enum err_code in_emergency(const struct catalogue *c, enum role role,
	enum access_verb verb, const char *type, struct uuid author)
{
	struct reader r = {.staff = me, .role = role, .glass = {{9}}};
	struct access_facts f = {
		.type = catalogue_type(c, type), .mask = 31, .author = author};
	struct err e = {.code = ERR_NONE};

	f.cls = (int)f.type->cls;
	CHECK((access_decide(&r, verb, &f, &e) != NULL) ==
		(e.code == ERR_NONE));
	return e.code;
}

static void an_emergency_reads_and_adds_and_nothing_else(void)
{
	static const char *const added[] = {
		"service", "flag", "task", "assessment", "response"};
	struct catalogue *c = catalogue_load();
	const struct rtype *t;

	for (int role = ROLE_REHAB_WORKER; role <= ROLE_PSYCHIATRIST; role++)
		for (size_t i = 0; (t = catalogue_type_at(c, i)); i++) {
			bool adds = false;

			for (size_t k = 0; k < ARRAY_LEN(added); k++)
				adds |= strcmp(added[k], t->name) == 0;
			CHECK((in_emergency(c, (enum role)role, VERB_CREATE,
				       t->name, nobody) == ERR_NONE) == adds);
			CHECK(t->scope == SCOPE_DIRECTORY ||
				in_emergency(c, (enum role)role, VERB_READ,
					t->name, somebody) == ERR_NONE);
			for (int verb = VERB_PATCH; verb <= VERB_RESOLVE;
				verb++)
				CHECK(in_emergency(c, (enum role)role,
					      (enum access_verb)verb, t->name,
					      me) == ERR_FORBIDDEN);
		}
	for (int role = ROLE_DISTRICT_COORDINATOR; role < ROLE_COUNT; role++)
		CHECK(in_emergency(c, (enum role)role, VERB_READ, "case",
			      somebody) == ERR_NOT_FOUND);
	catalogue_free(c);
}

static void roles_are_named_as_in_their_code_list(void)
{
	struct catalogue *c = catalogue_load();
	const struct code_list *l = catalogue_codes(c, "staff_role");

	CHECK(json_array_size(l->items) == ROLE_COUNT - 1);
	for (int role = ROLE_NONE + 1; role < ROLE_COUNT; role++) {
		const char *name = role_name((enum role)role);

		CHECK(code_list_item(l, name) != NULL);
		CHECK(role_from_name(name) == (enum role)role);
	}
	CHECK(role_from_name("none") == ROLE_NONE);
	CHECK(role_from_name("root") == ROLE_NONE);
	catalogue_free(c);
}

int main(void)
{
	read_policy();
	RUN(every_role_verb_and_type_is_decided_as_the_policy_says);
	RUN(what_no_mask_covers_is_not_found);
	RUN(a_restricted_record_exists_for_its_author_and_readers_only);
	RUN(an_unreached_record_answers_exactly_like_none);
	RUN(a_forbidden_verb_names_the_type_and_the_role);
	RUN(a_role_nobody_has_reaches_nothing);
	RUN(figures_administration_and_audit_see_no_person);
	RUN(clinical_roles_do_not_write_the_directory);
	RUN(conflicts_are_made_by_the_centre_and_settled_by_people);
	RUN(an_emergency_reads_and_adds_and_nothing_else);
	RUN(roles_are_named_as_in_their_code_list);
	return tap_done();
}
