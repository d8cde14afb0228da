/*
 * grammar.h - whether a JSON document follows the grammar a table gives.
 *
 * A table has a row for each key: what kind of value it takes, whether it is
 * needed, its limits. Packs and forms are described by such tables; what a row
 * cannot say (that a form named there exists) is its `also` function. Every
 * mistake is added, none stops the rest.
 */
#ifndef PROTO_GRAMMAR_H
#define PROTO_GRAMMAR_H

#include "proto/mistake.h"
#include "proto/types.h"

enum grammar_kind {
	GRAMMAR_ANY,     /* `also` looks at it */
	GRAMMAR_TEXT,    /* min … max characters */
	GRAMMAR_NAME,    /* a-z, digits and _, beginning with a letter */
	GRAMMAR_NAMES,   /* a list of names; min … max of them, no repeats */
	GRAMMAR_VERSION, /* letters, digits, dots and dashes */
	GRAMMAR_LABEL, /* {"zh":"…","en":"…"}; each at most max characters */
	GRAMMAR_INT,   /* min … max */
	GRAMMAR_NUMBER,
	GRAMMAR_BOOL,
	GRAMMAR_WORD,   /* one of `words` */
	GRAMMAR_WORDS,  /* a list of them, no repeats */
	GRAMMAR_OBJECT, /* of a grammar */
	GRAMMAR_LIST,   /* min … max objects of a grammar; distinct in `by` */
};

/* One check: the catalogue names are looked up in, where mistakes go, and
 * whatever the `also` functions of a grammar share. */
struct grammar_run {
	const struct catalogue *c;
	struct mistakes *out;
	void *ctx;
};

typedef void grammar_also(
	struct grammar_run *r, const json_t *v, const struct place *at);

struct grammar;

struct grammar_key {
	const char *key;
	enum grammar_kind kind;
	bool needed;
	int64_t min, max;
	const char *const *words; /* ends in NULL */
	const struct grammar *of;
	const char *by;     /* the key by which elements of a list differ */
	grammar_also *also; /* called when the value is of its kind */
};

struct grammar {
	const struct grammar_key *keys;
	size_t count;
	bool labelled; /* zh and en stand beside the keys */
	grammar_also *also;
};

void grammar_check(struct grammar_run *r, const struct grammar *s,
	const json_t *o, const struct place *at);

/* One value as a row describes it, for what hangs on something else. */
void grammar_value(struct grammar_run *r, const struct grammar_key *k,
	const json_t *v, const struct place *at);

/* Every member of an object, whatever it is called, as one row describes it. */
void grammar_members(struct grammar_run *r, const struct grammar_key *k,
	const json_t *o, const struct place *at);

/* The longest name of anything in a pack. */
#define GRAMMAR_NAME_MAX 60
bool grammar_is_name(const char *s);
bool grammar_is_version(const char *s);

/* For `also` functions. */
void grammar_wrong(struct grammar_run *r, const struct place *at,
	enum mistake_code code, const char *what, const char *accepts, ...)
	PRINTF_LIKE(5, 6);
/* "a b c" of a list of words that ends in NULL; of the codes of a list. */
const char *grammar_words(struct arena *mem, const char *const *words);
const char *grammar_codes(struct arena *mem, const json_t *items);

#endif
