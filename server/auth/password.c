/*
 * password.c - see password.h.
 */
#include "server/auth/password.h"

#include "server/auth/common.h"

#include <sodium.h>
#include <stdio.h>
#include <string.h>

#define WORD_LEAST 4 /* bytes; shorter words stand in anything */
#define OWN_LEAST  8 /* characters beside them */

/*
 * OWASP's floor, and ours: 64 MiB and three passes take about 0.1 s. A higher
 * row here is reached by every account at its next sign-in.
 */
static const struct {
	unsigned long long passes;
	size_t memory;
} costs[] = {
	[COST_FLOOR] = {2, (size_t)19 << 20},
	[COST_STANDARD] = {3, (size_t)64 << 20},
};

bool password_start(void)
{
	return sodium_init() >= 0;
}

/* Characters of UTF-8 text. */
static size_t characters(const char *text)
{
	size_t n = 0;

	for (; *text; text++)
		n += ((unsigned char)*text & 0xc0) != 0x80;
	return n;
}

static void lower(char *s)
{
	for (; *s; s++)
		if (*s >= 'A' && *s <= 'Z')
			*s = (char)(*s - 'A' + 'a');
}

/* Cuts every place where the word stands out of the text. */
static void take_out(char *text, const char *word)
{
	char what[LIMIT_PASSWORD_BYTES + 1];
	size_t n = word ? strlen(word) : 0;
	char *at;

	if (n < WORD_LEAST || n > LIMIT_PASSWORD_BYTES)
		return;
	memcpy(what, word, n + 1);
	lower(what);
	while ((at = strstr(text, what)))
		memmove(at, at + n, strlen(at + n) + 1);
}

/* What is left of it without what everybody knows of its owner. */
static size_t own_characters(const char *text, const struct password_owner *o)
{
	char rest[LIMIT_PASSWORD_BYTES + 1];
	size_t n;

	memcpy(rest, text, strlen(text) + 1);
	take_out(rest, o->login);
	take_out(rest, o->name);
	take_out(rest, o->site_name);
	take_out(rest, "casebridge");
	n = characters(rest);
	secret_wipe(rest, sizeof(rest));
	return n;
}

static bool judge(const char *text, const struct password_owner *o,
	const char *field, struct err *e)
{
	if (own_characters(text, o) < OWN_LEAST)
		return err_field(e, ERR_BAD_INPUT, field,
			"不能主要由账号、姓名或机构名组成" ERR_BOTH
			"more than the login, the name and the site");
	return !common_password(text) ||
	       err_field(e, ERR_BAD_INPUT, field,
		       "不能是很多人用的或有规律的密码" ERR_BOTH
		       "not one that many people use, nor a pattern");
}

bool password_acceptable(const char *password, const struct password_owner *o,
	const char *field, struct err *e)
{
	int least = o->has_factor ? PASSWORD_LEAST_WITH_FACTOR : PASSWORD_LEAST;
	char text[LIMIT_PASSWORD_BYTES + 1];
	size_t n = strlen(password);
	bool ok;

	if (characters(password) < (size_t)least || n > LIMIT_PASSWORD_BYTES)
		return err_field(e, ERR_BAD_INPUT, field,
			"%d 个字符至 %d 字节" ERR_BOTH
			"%d characters to %d bytes",
			least, LIMIT_PASSWORD_BYTES, least,
			LIMIT_PASSWORD_BYTES);
	memcpy(text, password, n + 1);
	lower(text);
	ok = judge(text, o, field, e);
	secret_wipe(text, sizeof(text));
	return ok;
}

bool password_hash(const char *password, enum password_cost cost,
	char out[PASSWORD_HASH_MAX], struct err *e)
{
	_Static_assert(
		PASSWORD_HASH_MAX >= crypto_pwhash_STRBYTES, "a hash must fit");

	if (crypto_pwhash_str(out, password, strlen(password),
		    costs[cost].passes, costs[cost].memory) == 0)
		return true;
	return err_set(e, ERR_BUSY, "no memory to hash a password");
}

/* Passes times bytes, which is what Argon2's time goes with. A hash that is
 * none of ours counts as nothing. */
static unsigned long long work_of(const char *hash)
{
	unsigned long long kib, passes;

	return sscanf(hash, "$argon2id$v=%*u$m=%llu,t=%llu,", &kib, &passes) ==
			       2
		       ? kib * 1024 * passes
		       : 0;
}

/*
 * A hash of before the cost was raised is verified sooner than one of today, or
 * than none, and the time would tell that there is such an account. What it
 * lacks is worked off; the next sign-in makes a hash of today of it.
 */
static void make_up(
	const char *hash, const char *password, enum password_cost cost)
{
	static const unsigned char salt[crypto_pwhash_SALTBYTES];
	unsigned long long passes = costs[cost].passes, done = work_of(hash);
	unsigned long long whole = passes * costs[cost].memory;
	size_t memory = done < whole ? (size_t)((whole - done) / passes) : 0;
	unsigned char out[crypto_pwhash_BYTES_MIN];

	/* The verdict is the same whether this worked. */
	if (memory >= crypto_pwhash_MEMLIMIT_MIN &&
		crypto_pwhash(out, sizeof(out), password, strlen(password),
			salt, passes, memory,
			crypto_pwhash_ALG_ARGON2ID13) == 0)
		secret_wipe(out, sizeof(out));
}

enum password_verdict password_verify(
	const char *hash, const char *password, enum password_cost cost)
{
	bool right;
	char ignored[PASSWORD_HASH_MAX];
	struct err e;

	if (!hash) {
		/* The verdict is the same whether this worked. */
		if (password_hash(password, cost, ignored, &e))
			secret_wipe(ignored, sizeof(ignored));
		return PASSWORD_WRONG;
	}
	right = crypto_pwhash_str_verify(hash, password, strlen(password)) == 0;
	make_up(hash, password, cost);
	if (!right)
		return PASSWORD_WRONG;
	return crypto_pwhash_str_needs_rehash(
		       hash, costs[cost].passes, costs[cost].memory) == 0
		       ? PASSWORD_RIGHT
		       : PASSWORD_RIGHT_BUT_OLD;
}

void secret_wipe(void *p, size_t n)
{
	sodium_memzero(p, n);
}
