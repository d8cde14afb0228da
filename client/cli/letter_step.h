/*
 * letter_step.h - from "accept --manager Li" to a change: the words people use
 * for the steps of a letter, and what each takes.
 */
#ifndef CLIENT_LETTER_STEP_H
#define CLIENT_LETTER_STEP_H

#include "client/cli/letters.h"

struct step_word {
	const char *word;
	const char *zh;
	const char *to; /* the status it leads to */
};

/* What a step takes, and the field it goes into. */
struct step_option {
	const char *to; /* the status */
	enum option option;
	const char *field;
};

struct step_table {
	const char *type;
	const struct step_word *words;
	size_t word_count;
	const struct step_option *options;
	size_t option_count;
};

/* "accept, decline": the words for what the person may do next; "" for
 * nothing. */
const char *step_words(struct desk *d, const struct step_table *t,
	const struct letter *l) NEVER_NULL;
/*
 * The step and what was given with it, into `set`. ERR_USAGE for a word that is
 * none or an option the step does not take; ERR_BAD_STEP, with the words there
 * are, for a step that cannot be taken from here.
 */
bool step_read(struct desk *d, const struct step_table *t,
	const struct letter *l, const char *word, json_t *set,
	struct err *e) MUST_CHECK;
/* Patches the letter and says so; what it said already is no change. What the
 * step still needs is named with the option that gives it. */
bool step_take(struct desk *d, const struct step_table *t,
	const struct letter *l, json_t *set, struct err *e) MUST_CHECK;

/* A field from an option, as `add` takes it; nothing when it was not given. */
bool option_value(struct desk *d, const struct rtype *t, enum option o,
	const char *field, json_t *body, struct err *e) MUST_CHECK;
/* The text of a file an option names, "-" for standard input, as long as the
 * field takes. */
bool option_text(struct desk *d, const struct rtype *t, enum option o,
	const char *field, json_t *body, struct err *e) MUST_CHECK;

#endif
