/*
 * fd.h - all of the bytes, or a plain no.
 *
 * write() may take a part of what it is given, or none because a signal came.
 */
#ifndef PROTO_FD_H
#define PROTO_FD_H

#include "proto/base/base.h"

/* Writes n bytes where the file stands. False: errno says why. */
bool fd_write(int fd, const void *p, size_t n) MUST_CHECK;
/* Copies everything from where one stands to its end. */
bool fd_copy(int from, int to) MUST_CHECK;
/* Reads exactly n bytes; false also when there are fewer. */
bool fd_read(int fd, void *p, size_t n) MUST_CHECK;

#endif
