/*
 * test_password_work.c - how much Argon2id a sign-in computes, counted by the
 * parameters libsodium is really called with: no account, one of today and one
 * of before the cost was raised are the same.
 */
#define _GNU_SOURCE /* RTLD_NEXT */

#include "server/auth/password.h"

#include "tests/lib/tap.h"

#include <dlfcn.h>
#include <sodium.h>
#include <stdio.h>
#include <string.h>

#define MIB (1ull << 20)

/* Passes times bytes since the last look. */
static unsigned long long worked;

static unsigned long long take_work(void)
{
	unsigned long long n = worked;

	worked = 0;
	return n;
}

/* Ours stand before the library's and hand on to them. */
static void find(void *function, const char *name)
{
	void *at = dlsym(RTLD_NEXT, name);

	if (!at)
		die("libsodium has no %s", name);
	memcpy(function, &at, sizeof(at));
}

int crypto_pwhash(unsigned char *const out, unsigned long long outlen,
	const char *const passwd, unsigned long long passwdlen,
	const unsigned char *const salt, unsigned long long opslimit,
	size_t memlimit, int alg)
{
	__typeof__(&crypto_pwhash) real;

	worked += opslimit * memlimit;
	find(&real, "crypto_pwhash");
	return real(
		out, outlen, passwd, passwdlen, salt, opslimit, memlimit, alg);
}

int crypto_pwhash_str(char out[crypto_pwhash_STRBYTES],
	const char *const passwd, unsigned long long passwdlen,
	unsigned long long opslimit, size_t memlimit)
{
	__typeof__(&crypto_pwhash_str) real;

	worked += opslimit * memlimit;
	find(&real, "crypto_pwhash_str");
	return real(out, passwd, passwdlen, opslimit, memlimit);
}

int crypto_pwhash_str_verify(const char str[crypto_pwhash_STRBYTES],
	const char *const passwd, unsigned long long passwdlen)
{
	__typeof__(&crypto_pwhash_str_verify) real;
	unsigned long long kib = 0, passes = 0;

	CHECK(sscanf(str, "$argon2id$v=19$m=%llu,t=%llu,", &kib, &passes) == 2);
	worked += kib * 1024 * passes;
	find(&real, "crypto_pwhash_str_verify");
	return real(str, passwd, passwdlen);
}

/* 64 MiB and three passes: docs/asvs.md, server/auth/password.c. */
#define TODAY (3 * 64 * MIB)

/* Whole bytes of memory times three passes: less than a MiB is lost. */
static bool is_todays(unsigned long long work)
{
	return work <= TODAY && work + MIB > TODAY;
}

static void a_try_is_the_same_work_whatever_there_is(void)
{
	char now[PASSWORD_HASH_MAX], before[PASSWORD_HASH_MAX];
	struct err e;

	CHECK(password_hash("heron by the river", COST_STANDARD, now, &e));
	CHECK(is_todays(take_work()));
	CHECK(password_hash("heron by the river", COST_FLOOR, before, &e));
	CHECK(take_work() == 2 * 19 * MIB);

	CHECK(password_verify(NULL, "guess", COST_STANDARD) == PASSWORD_WRONG);
	CHECK(is_todays(take_work()));
	CHECK(password_verify(now, "guess", COST_STANDARD) == PASSWORD_WRONG);
	CHECK(is_todays(take_work()));
	CHECK(password_verify(before, "guess", COST_STANDARD) ==
		PASSWORD_WRONG);
	CHECK(is_todays(take_work()));
}

static void who_signs_in_has_a_hash_of_today_made(void)
{
	char before[PASSWORD_HASH_MAX];
	struct err e;

	CHECK(password_hash("heron by the river", COST_FLOOR, before, &e));
	take_work();
	CHECK(password_verify(before, "heron by the river", COST_STANDARD) ==
		PASSWORD_RIGHT_BUT_OLD);
	CHECK(is_todays(take_work()));
	CHECK(password_verify(before, "heron by the river", COST_FLOOR) ==
		PASSWORD_RIGHT);
	CHECK(take_work() == 2 * 19 * MIB);
}

int main(void)
{
	CHECK(password_start());
	RUN(a_try_is_the_same_work_whatever_there_is);
	RUN(who_signs_in_has_a_hash_of_today_made);
	return tap_done();
}
