/*
 * say.h - the sentences of this room, in both languages.
 *
 * What the verbs say stands in client/cli/text.def; here is what is wrong with
 * a file, a row or a value, and what was made of it.
 */
#ifndef CLIENT_IMPORT_SAY_H
#define CLIENT_IMPORT_SAY_H

#include "client/import/rows.h"

#include <stdarg.h>

enum say {
#define SAY(name, zh, en) SAY_##name,
#include "client/import/say.def"
#undef SAY
	SAY_COUNT
};

/* A sentence with {0}, {1} … filled in; NULL ends the list. */
const char *say(
	struct arena *mem, enum lang lang, enum say what, ...) NEVER_NULL;
const char *say_list(struct arena *mem, enum lang lang, enum say what,
	va_list parts) NEVER_NULL;
const char *say_raw(enum lang lang, enum say what);
const char *say_number(struct arena *mem, size_t n) NEVER_NULL;

/* ERR_BAD_FILE for the file being read, with that sentence. */
bool refuse_file(const struct reading *r, struct err *e, enum say what, ...);

#endif
