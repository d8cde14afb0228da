/*
 * letters.h - for the tests of letters at a station: putting letters, records
 * and a role into its store, and reading what came of a command.
 */
#ifndef TESTS_CLIENT_LETTERS_H
#define TESTS_CLIENT_LETTERS_H

#include "tests/unit/client/station.h"

#define HERE  901
#define THERE 903
#define ME    900

/* Opens the station's store once more, to put something into it. */
static inline void with_store(
	struct station *s, void (*fill)(struct station *s, struct fixture *f))
{
	struct fixture *f = &s->f;

	f->path = in_dir(s, "0123456789abcdef.store");
	reopen(f);
	fill(s, f);
	store_close(f->s);
	f->s = NULL;
}

static inline void put_letter(struct fixture *f, const char *type, unsigned rec,
	unsigned of, unsigned site, const char *body)
{
	struct record r = make_record(f, type, rec, of, 1, body);

	r.site = id(site);
	if (!deliver(f, rec, "letter", 1, true, &r, 1))
		die("test: %s", f->e.msg);
}

static inline void put_directory(
	struct fixture *f, const char *type, unsigned rec, const char *body)
{
	static const struct uuid directory;
	struct record r = make_record(f, type, rec, 0, 1, body);
	struct incoming in = {r, line_of(f, &r)};
	struct delivery d = {
		directory, "directory", 1, false, &in, 1, 0, false, false};

	if (!store_begin(f->s, &f->e) || !store_deliver(f->s, &d, &f->e) ||
		!store_commit(f->s, &f->e))
		die("test: %s", f->e.msg);
}

static inline void put_of_case(
	struct fixture *f, const char *type, unsigned rec, const char *body)
{
	struct record r = make_record(f, type, rec, 1, 1, body);

	if (!deliver(f, 1, "case", 1, false, &r, 1))
		die("test: %s", f->e.msg);
}

static inline void be(struct fixture *f, const char *role)
{
	if (!store_begin(f->s, &f->e))
		die("test: %s", f->e.msg);
	store_set(f->s, "reader",
		json_pack("{s:s, s:s, s:s}", "staff", id_text(f, ME), "site",
			id_text(f, HERE), "role", role));
	if (!store_commit(f->s, &f->e))
		die("test: %s", f->e.msg);
}

static inline const char *first(const char *list)
{
	return list ? list : "-";
}

/* "id id …" of a list, the last digits of each. */
static inline const char *ids(struct station *s)
{
	const char *out = "";

	for (size_t i = 0; i < json_array_size(s->json); i++) {
		const char *text = json_str(json_array_get(s->json, i), "id");

		out = arena_printf(
			s->f.mem, "%s%s ", out, text ? text + 33 : "?");
	}
	return out;
}

static inline const json_t *body(struct station *s, const char *rec)
{
	struct err e;

	CHECK(run(s, &e, "show", rec, "--json", NULL) == 0);
	if (at(s->json, "body"))
		return at(s->json, "body");
	/* A case is shown with everything in it. */
	for (size_t i = 0; i < json_array_size(at(s->json, "records")); i++) {
		const json_t *one = json_array_get(at(s->json, "records"), i);

		if (strcmp(first(json_str(one, "id")), rec) == 0)
			return at(one, "body");
	}
	return NULL;
}

/* A text of it, kept. */
static inline const char *text_of_body(
	struct station *s, const char *rec, const char *field)
{
	return arena_strdup(s->f.mem, first(json_str(body(s, rec), field)));
}

#define REFERRAL(to, more)                                                     \
	arena_printf(f->mem,                                                   \
		"{\"kind\":\"service\",\"to_site\":\"%s\",\"reason\":\"r\","   \
		"\"letter\":\"l\",\"requested\":\"2020-01-01\"," more "}",     \
		id_text(f, to))

static inline void seven_letters(struct station *s, struct fixture *f)
{
	(void)s;
	put_letter(f, "referral", 100, 7, THERE,
		REFERRAL(HERE, "\"client_name\":\"李梅\",\"status\":"
			       "\"requested\",\"deadline\":\"2020-01-08\""));
	put_letter(f, "referral", 101, 7, THERE,
		REFERRAL(HERE, "\"status\":\"requested\",\"deadline\":"
			       "\"2099-12-31\""));
	put_letter(f, "referral", 102, 1, HERE,
		REFERRAL(THERE, "\"status\":\"requested\",\"deadline\":"
				"\"2020-01-07\""));
	put_letter(f, "referral", 103, 1, HERE,
		REFERRAL(THERE, "\"status\":\"returned\",\"decided\":"
				"\"2020-01-02\",\"returned\":\"2020-02-01\","
				"\"return_letter\":\"done\""));
	put_letter(f, "referral", 104, 1, HERE,
		REFERRAL(THERE, "\"status\":\"withdrawn\""));
	put_letter(f, "referral", 105, 1, THERE,
		arena_printf(f->mem,
			"{\"kind\":\"service\",\"to_site\":\"%s\",\"reason\":"
			"\"r\",\"letter\":\"l\",\"requested\":\"2020-01-01\","
			"\"status\":\"requested\",\"deadline\":\"2020-01-06\"}",
			id_text(f, 999)));
	put_letter(f, "referral", 106, 7, THERE,
		REFERRAL(HERE, "\"status\":\"in_progress\",\"decided\":"
			       "\"2020-01-02\""));
}

#endif
