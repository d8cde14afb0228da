/*
 * seal.c - see seal.h. The only file of the store that knows OpenSSL.
 */
#include "client/store/seal.h"

#include "proto/base/crash.h"
#include "proto/base/host.h"

#include <openssl/evp.h>
#include <string.h>

/* A trial opens stores dozens of times, and guesses no passphrase. */
const struct seal_cost seal_cost_usual = {IN_TRIALS(256, 65536), 8, 1};

/* Crockford's base 32: no I, L, O or U, which people mistake. */
static const char crockford[] = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";

static bool is_cost(const struct seal_cost *c)
{
	return c->n >= 2 && c->n <= (1 << 20) && (c->n & (c->n - 1)) == 0 &&
	       c->r >= 1 && c->r <= 16 && c->p >= 1 && c->p <= 4;
}

bool seal_from_passphrase(const char *passphrase,
	const unsigned char salt[SEAL_SALT], const struct seal_cost *cost,
	struct seal_key *out, struct err *e)
{
	if (!is_cost(cost))
		return err_field(e, ERR_STORE_DAMAGED, "keys", "-");
	if (EVP_PBE_scrypt(passphrase, strlen(passphrase), salt, SEAL_SALT,
		    (uint64_t)cost->n, (uint64_t)cost->r, (uint64_t)cost->p,
		    (uint64_t)2 << 30, out->b, SEAL_KEY) != 1)
		return err_field(e, ERR_NOT_SAVED, "", "memory for the key");
	return true;
}

void seal_recovery_new(char out[SEAL_RECOVERY])
{
	unsigned char random[32];
	char *to = out;

	host_random(random, sizeof(random));
	for (size_t i = 0; i < sizeof(random); i++) {
		if (i && i % 4 == 0)
			*to++ = '-';
		*to++ = crockford[random[i] & 31];
	}
	*to = 0;
	seal_wipe(random, sizeof(random));
}

/* The digit a typed character stands for, or 0. */
static char digit_of(char c)
{
	if (c >= 'a' && c <= 'z')
		c = (char)(c - 'a' + 'A');
	if (c == 'O')
		c = '0';
	if (c == 'I' || c == 'L')
		c = '1';
	return c && strchr(crockford, c) ? c : 0;
}

bool seal_recovery_normal(const char *typed, char out[SEAL_RECOVERY])
{
	size_t digits = 0, at = 0;

	for (; *typed; typed++) {
		char c = digit_of(*typed);

		if (*typed == '-' || *typed == ' ')
			continue;
		if (!c || digits == 32)
			return false;
		if (digits && digits % 4 == 0)
			out[at++] = '-';
		out[at++] = c;
		digits++;
	}
	out[at] = 0;
	return digits == 32;
}
