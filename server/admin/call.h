/*
 * call.h - one call of the program: its verb, settings and options.
 *
 *   casebridged VERB [--config FILE] [--key=value …] [--option value …] [FILE
 * …]
 *
 * A verb's row says which options it takes, and whether files; every setting
 * may be given as an option too and wins over the file.
 */
#ifndef SERVER_ADMIN_CALL_H
#define SERVER_ADMIN_CALL_H

#include "server/app.h"

#define CALL_OPTIONS 12

struct call {
	struct config conf;
	struct arena *mem;
	struct {
		const char *name;
		const char *value;
	} option[CALL_OPTIONS];
	size_t option_count;
	const char **file; /* what stands without an option */
	size_t files;
};

struct verb {
	const char *name;    /* "serve", "account add" */
	const char *options; /* "site! name staff json?": ! must be given,
				? takes no value; FILE: files, one at least,
				FILE?: or none; NULL: no options */
	const char *meaning;
	bool (*run)(struct call *c, struct err *e);
};

/*
 * Finds the verb and reads settings and options. ERR_USAGE names what is
 * wrong. Texts belong to mem.
 */
const struct verb *call_read(struct call *c, const struct verb *verbs, size_t n,
	int argc, char **argv, struct arena *mem, struct err *e) MUST_CHECK;

/* An option's value, "" for one without, NULL when it was not given. */
const char *call_option(const struct call *c, const char *name);

#endif
