/*
 * password.c - see password.h.
 */
#include "server/auth/password.h"

#include <sodium.h>
#include <string.h>

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

bool password_acceptable(const char *password, const char *login, struct err *e)
{
	if (characters(password) < PASSWORD_LEAST ||
		strlen(password) > PASSWORD_MOST)
		return err_field(e, ERR_BAD_INPUT, "password",
			"%d characters to %d bytes", PASSWORD_LEAST,
			PASSWORD_MOST);
	if (strcmp(password, login) == 0)
		return err_field(e, ERR_BAD_INPUT, "password",
			"something else than the login");
	return true;
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

enum password_verdict password_verify(
	const char *hash, const char *password, enum password_cost cost)
{
	char ignored[PASSWORD_HASH_MAX];
	struct err e;

	if (!hash) {
		/* The verdict is the same whether this worked. */
		if (password_hash(password, cost, ignored, &e))
			secret_wipe(ignored, sizeof(ignored));
		return PASSWORD_WRONG;
	}
	if (crypto_pwhash_str_verify(hash, password, strlen(password)) != 0)
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
