/*
 * cells.c - what access_decide() answers to every question there is, for
 * decide.t to compare with an oracle that shares nothing with it.
 *
 * A line per role, verb, type, class, author, readers and emergency:
 *   rehab_worker read service note other named glass 44++…
 * with one character for each of the 64 sets of classes the unit may be open in
 * (bit 0 core … bit 5 restricted): + granted, 3 forbidden, 4 not found.
 */
#include "server/access/access.h"

#include <stdio.h>

static const struct uuid me = {{1}}, other = {{2}}, third = {{3}}, nil;

static const struct {
	const char *name;
	enum access_verb verb;
} verbs[] = {
	{"read",    VERB_READ   },
	{"create",  VERB_CREATE },
	{"patch",   VERB_PATCH  },
	{"sign",    VERB_SIGN   },
	{"retract", VERB_RETRACT},
	{"resolve", VERB_RESOLVE},
};

static const char *const classes[] = {
	"core", "identity", "assessment", "plan", "note", "restricted"};

static const struct {
	const char *name;
	const struct uuid *id;
} authors[] = {
	{"new",   &nil  },
	{"me",    &me   },
	{"other", &other},
};

static const struct {
	const char *name;
	size_t n;
	struct uuid ids[2];
} readers[] = {
	{"none",   0, {{{0}}}       },
	{"named",  2, {{{3}}, {{1}}}},
	{"others", 2, {{{2}}, {{3}}}},
};

static char answer(const struct reader *r, enum access_verb verb,
	const struct access_facts *f)
{
	struct err e = {.code = ERR_NONE};

	if (access_decide(r, verb, f, &e))
		return '+';
	return e.code == ERR_FORBIDDEN   ? '3'
	       : e.code == ERR_NOT_FOUND ? '4'
					 : '?';
}

static void print_masks(
	const struct reader *r, enum access_verb verb, struct access_facts *f)
{
	char line[65];

	for (int mask = 0; mask < 64; mask++) {
		f->mask = mask;
		line[mask] = answer(r, verb, f);
	}
	line[64] = 0;
	puts(line);
}

static void print_type(enum role role, size_t v, const struct rtype *t)
{
	for (size_t c = 0; c < ARRAY_LEN(classes); c++)
		for (size_t a = 0; a < ARRAY_LEN(authors); a++)
			for (size_t n = 0; n < ARRAY_LEN(readers); n++)
				for (int glass = 0; glass < 2; glass++) {
					struct reader r = {.staff = me,
						.role = role,
						.glass = glass ? third : nil};
					struct access_facts f = {.type = t,
						.cls = 1 << c,
						.author = *authors[a].id,
						.readers = readers[n].ids,
						.reader_count = readers[n].n};

					printf("%s %s %s %s %s %s %s ",
						role == ROLE_NONE
							? "none"
							: role_name(role),
						verbs[v].name, t->name,
						classes[c], authors[a].name,
						readers[n].name,
						glass ? "glass" : "calm");
					print_masks(&r, verbs[v].verb, &f);
				}
}

int main(void)
{
	struct catalogue *c = catalogue_load();
	const struct rtype *t;

	for (enum role role = ROLE_NONE; role < ROLE_COUNT; role++)
		for (size_t v = 0; v < ARRAY_LEN(verbs); v++)
			for (size_t i = 0; (t = catalogue_type_at(c, i)); i++)
				print_type(role, v, t);
	catalogue_free(c);
	return fflush(stdout) == 0 ? 0 : 1;
}
