/*
 * base.h - the few compiler helpers every file may use.
 */
#ifndef PROTO_BASE_H
#define PROTO_BASE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* LIMIT_…: every limit of what strangers send, made of proto/limits.csv. */
#include "limit_table.h"

/* Of both programs: they are released together. */
#define CASEBRIDGE_VERSION "0.3.0"
/* The protocol of sync both programs of this release speak. */
#define CASEBRIDGE_PROTOCOL 1
/* What a program of this release writes. It grows with a release whose changes
 * a centre must be able to tell from those of earlier ones (the setting
 * min-push-schema); a program that says none is older than all of them. */
#define CASEBRIDGE_SCHEMA 3

#define MUST_CHECK        __attribute__((warn_unused_result))
#define NEVER_NULL        __attribute__((returns_nonnull))
#define NO_RETURN         __attribute__((noreturn))
#define PRINTF_LIKE(f, a) __attribute__((format(printf, f, a)))

/* Marks a parameter the callee frees, even when the call fails. */
#define TAKES

#define ARRAY_LEN(a) (sizeof(a) / sizeof((a)[0]))

/* Defined in programs that a sanitizer watches: it reads their files and memory
 * and has a free() of its own, so what would keep it out is left away. */
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
#define LOOKS_INTO_ITSELF 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(memory_sanitizer) ||     \
	__has_feature(thread_sanitizer)
#define LOOKS_INTO_ITSELF 1
#endif
#endif

/* Bytes somebody else owns; not terminated unless the maker says so. */
struct str {
	const char *p;
	size_t n;
};

/* The value of a hex digit of either case, or -1. */
int hex_digit(char c);

/* Prints one line to stderr and aborts. For bugs and memory exhaustion. */
void die(const char *fmt, ...) PRINTF_LIKE(1, 2) NO_RETURN;

#endif
