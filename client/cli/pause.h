/*
 * pause.h - waiting, for a program that is asked to end politely: a signal, a
 * pause, a computer that slept.
 *
 * SIGINT and SIGTERM no longer kill; they are read from a descriptor, so that
 * what is being written is written to its end and no byte of it is in doubt.
 */
#ifndef CLIENT_PAUSE_H
#define CLIENT_PAUSE_H

#include "proto/base/base.h"

struct pauses {
	int fd;          /* of the signals */
	bool stop;       /* one came */
	int64_t skew_ms; /* between the clock of the day and the steady one */
};

/* From here on signals wait. */
struct pauses pauses_begin(void);
/* Whether somebody wants the program to end; once true, always true. */
bool pauses_stop(struct pauses *p);
/* Whether the computer slept, or its clock was set, since this was asked. */
bool pauses_woke(struct pauses *p);
/* Up to `ms`; shorter when a signal comes or the computer wakes. */
void pauses_wait(struct pauses *p, int64_t ms);

/* Somewhere between half of a time and the whole, never the same for two. */
int64_t pauses_jitter(int64_t ms);

#endif
