/*
 * err.h - one failure: a code for the peer, a sentence for the operator.
 *
 * Every function that can fail ends in `struct err *e` and returns bool, or a
 * pointer if it makes something. On false or NULL, and only then, *e is filled
 * and the out-parameters mean nothing. It does not log: the outermost caller
 * does, once.
 *
 * Three audiences: `msg` is for the operator's log and never leaves the
 * machine; err_sentence() is what the person reads, zh or en; the code is for
 * the other program. None of the three holds personal data: `field` is a field
 * name, `accepts` describes what would be taken, never what was sent.
 */
#ifndef PROTO_ERR_H
#define PROTO_ERR_H

#include "proto/base/buf.h"

enum err_code {
#define ERR(name, wire, http, retry, zh, en) ERR_##name,
#include "proto/base/err.def"
#undef ERR
	ERR_COUNT
};

enum err_retry {
	RETRY_NOT_NEEDED,
	RETRY_NEVER,
	RETRY_LATER,
	RETRY_AFTER_EDIT,
	RETRY_AFTER_LOGIN,
	RETRY_RESYNC,
};

enum lang { LANG_ZH, LANG_EN };

/* What is said in both languages in `accepts`, as the sentences of a form are:
 * Chinese, this, English. A sentence shows the half of its language. */
#define ERR_BOTH " \u2016 "

struct err {
	enum err_code code;
	char field[96];
	char accepts[400];
	char msg[560];
};

/* Fills *e. Always returns false, so callers write `return err_set(...)`. */
bool err_set(struct err *e, enum err_code code, const char *fmt, ...)
	PRINTF_LIKE(3, 4);

/*
 * Fills *e for a value that cannot be taken: which field, and (printf form)
 * what would be accepted. Always returns false.
 */
bool err_field(struct err *e, enum err_code code, const char *field,
	const char *accepts, ...) PRINTF_LIKE(4, 5);

#ifdef __clang_analyzer__
/* The analyser reads one file at a time: tell it what every caller relies on.
 */
static inline bool err_false(bool always_false)
{
	(void)always_false;
	return false;
}
#define err_set(...)   err_false((err_set)(__VA_ARGS__))
#define err_field(...) err_false((err_field)(__VA_ARGS__))
#endif

/* What err.def says about a code. The strings are static. */
unsigned err_http(enum err_code code);
enum err_retry err_retry(enum err_code code);
const char *err_retry_name(enum err_code code); /* "after_edit" */
const char *err_name(enum err_code code);       /* "bad_code" */
/* ERR_NONE when no code has that wire name. */
enum err_code err_from_name(const char *name);

/* Appends the sentence a person reads. */
void err_sentence(const struct err *e, enum lang lang, struct buf *out);

/*
 * Appends the members shared by problem+json and refused changes, without
 * braces: "code":…,"field":…,"accepts":…,"retry":…,"text":{"zh":…,"en":…}
 */
void err_json(const struct err *e, struct buf *out);
/* The whole document, application/problem+json (RFC 9457); status err_http. */
void err_problem(const struct err *e, struct buf *out);

#endif
