/*
 * log.h - lines for the operator, on standard error.
 *
 * One write a line, so lines of several threads never mix. No line holds
 * personal data: callers pass route patterns, codes, counts and times, never
 * addresses of records, names or values.
 */
#ifndef SERVER_LOG_H
#define SERVER_LOG_H

#include "server/config.h"

/* Writes "TIME LEVEL text" when `level` is within the configured one. */
void log_write(const struct config *conf, enum log_level level, const char *fmt,
	...) PRINTF_LIKE(3, 4);

#endif
