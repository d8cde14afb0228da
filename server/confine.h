/*
 * confine.h - what is left to the daemon once it serves: if somebody made it
 * run code of theirs, that code could start no program, look into none, read
 * what the system's libraries read (all of /etc, /usr and /proc that its user
 * may) beside the daemon's own files, and write only where its state is. The
 * state holds the keys of the authority and of this server: who runs code in
 * the daemon has those.
 *
 * Three walls, each by itself: no new privileges and no core images; Landlock,
 * where the kernel has it, for files; seccomp for system calls. Sanitized
 * builds, which look into themselves, are left alone.
 */
#ifndef SERVER_CONFINE_H
#define SERVER_CONFINE_H

#include "server/config.h"

/*
 * For the calling thread and those it starts later: before any is started,
 * after everything was opened that is read once. There is no way back. A kernel
 * without Landlock is told of in the log; anything else that fails is *e.
 */
bool confine(const struct config *c, struct err *e) MUST_CHECK;

#endif
