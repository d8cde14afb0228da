/*
 * host.h - the questions asked of the machine: what time is it, how long
 * has passed, and give me bytes nobody can guess.
 *
 * Pure rooms take the answers as arguments; only the programs' outer layers
 * call these.
 */
#ifndef PROTO_HOST_H
#define PROTO_HOST_H

#include "proto/base/base.h"

/* Milliseconds since 1970 UTC. Evidence for people; no protocol decision
 * reads it. */
int64_t host_now_ms(void);
/* Milliseconds of a clock that never jumps; only differences mean anything. It
 * stands still while the machine sleeps: for waiting and measuring. */
int64_t host_mono_ms(void);
/* The same, going on while it sleeps: for how long somebody was not there, and
 * how old their proof is. */
int64_t host_boot_ms(void);
/* Ends the process when the kernel cannot give random bytes. */
void host_random(void *p, size_t n);

#endif
