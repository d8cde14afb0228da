/*
 * tool.h - running a program of PostgreSQL's.
 *
 * What it prints goes into a file, whose last line is the reason when it fails.
 * No argument holds a secret: they can be seen by everybody on the machine.
 */
#ifndef SERVER_ADMIN_TOOL_H
#define SERVER_ADMIN_TOOL_H

#include "proto/base/arena.h"
#include "proto/base/err.h"

#define TOOL_ARGS 16

struct tool {
	const char *name; /* for the error */
	const char *log;  /* the file; made, or added to */
	/* PostgreSQL's servers refuse to run as root: then as its own user. */
	bool as_postgres;
	const char *argv[TOOL_ARGS]; /* ends in NULL */
};

/* Waits for its end. ERR_INTERNAL with its last line unless it exits with 0. */
bool tool_run(
	const struct tool *t, struct arena *mem, struct err *e) MUST_CHECK;

#endif
