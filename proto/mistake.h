/*
 * mistake.h - every mistake in a piece of data, each with its place.
 *
 * Packs, forms and conditions are written by people. A checker does not stop
 * at the first thing it cannot take but adds each to a list: where it stands
 * (a path like fields[2].when.all[0].field), what is wrong, and what would be
 * taken instead. The sentences are mistake.def's, in Chinese and English.
 */
#ifndef PROTO_MISTAKE_H
#define PROTO_MISTAKE_H

#include "proto/base/arena.h"
#include "proto/base/err.h"

enum mistake_code {
#define MISTAKE(name, wire, zh, en) MISTAKE_##name,
#include "proto/mistake.def"
#undef MISTAKE
	MISTAKE_COUNT
};

/*
 * Where a checker is. Places live on the checker's stack and are only written
 * out when there is a mistake; NULL is the whole document.
 */
struct place {
	const struct place *up;
	const char *key; /* NULL: the element `index` of a list */
	size_t index;
};

struct place place_key(const struct place *up, const char *key);
struct place place_at(const struct place *up, size_t index);
/* "fields[2].when", or "" for the whole document. */
char *place_path(const struct place *at, struct arena *mem) NEVER_NULL;

struct mistake {
	enum mistake_code code;
	const char *path;
	const char *what;    /* the word it is about, or "" */
	const char *accepts; /* what would be taken, or "" */
};

/* The most that are kept; who has so many mends some and asks again. */
#define MISTAKES_MAX 200

struct mistakes {
	struct arena *mem;
	struct mistake *list;
	size_t count;
	size_t room;
	bool more; /* there were others beyond MISTAKES_MAX */
};

void mistakes_init(struct mistakes *m, struct arena *mem);

/* The same mistake at the same place is kept once. `what` is a word of the data
 * and may be NULL; `accepts` is printf form. */
void mistake_add(struct mistakes *m, const struct place *at,
	enum mistake_code code, const char *what, const char *accepts, ...)
	PRINTF_LIKE(5, 6);

/* Adds what another list has. */
void mistakes_join(struct mistakes *m, const struct mistakes *more);

const char *mistake_name(enum mistake_code code); /* "unknown_key" */
/* Appends the sentence a person reads, without the place. */
void mistake_sentence(const struct mistake *m, enum lang lang, struct buf *out);

#endif
