/*
 * claim.c - see claim.h.
 */
#include "server/lineage/claim.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define MAC_BYTES 12
#define MAC_HEX   (2 * MAC_BYTES)

static const char purpose[] = "casebridge head v1\n";

/* The mac of the part before it. */
static void mac_of(const char *part, size_t n, const unsigned char key[32],
	char out[MAC_HEX + 1])
{
	char text[sizeof(purpose) + HEAD_TEXT];
	struct sha256 mac;

	memcpy(text, purpose, sizeof(purpose) - 1);
	memcpy(text + sizeof(purpose) - 1, part, n);
	mac = hmac_of(key, 32, text, sizeof(purpose) - 1 + n);
	hex_format(mac.b, MAC_BYTES, out);
}

char *head_text(const struct log_head *h, const unsigned char key[32],
	char out[HEAD_TEXT])
{
	char hex[SHA256_HEX], mac[MAC_HEX + 1];
	int n;

	hex_format(h->chain.b, SHA256_LEN, hex);
	n = snprintf(out, HEAD_TEXT, "%lld.%lld.%.16s", (long long)h->epoch,
		(long long)h->csn, h->csn ? hex : "0000000000000000");
	mac_of(out, (size_t)n, key, mac);
	snprintf(out + n, HEAD_TEXT - (size_t)n, ".%s", mac);
	return out;
}

/* Digits up to a dot; at most what an int64_t holds for sure. */
static bool number(const char **p, int64_t *out)
{
	size_t n = strspn(*p, "0123456789");

	if (n == 0 || n > 18 || (*p)[n] != '.')
		return false;
	*out = strtoll(*p, NULL, 10);
	*p += n + 1;
	return true;
}

static bool same(const char *a, const char *b, size_t n)
{
	unsigned char diff = 0;

	for (size_t i = 0; i < n; i++)
		diff |= (unsigned char)(a[i] ^ b[i]);
	return diff == 0;
}

static bool parse(
	const char *text, const unsigned char key[32], struct head_claim *out)
{
	const char *p = text;
	char mac[MAC_HEX + 1];

	if (!number(&p, &out->epoch) || !number(&p, &out->csn) ||
		strspn(p, "0123456789abcdef") != HEAD_CHAIN)
		return false;
	memcpy(out->chain, p, HEAD_CHAIN);
	p += HEAD_CHAIN;
	if (!*p)
		return true;
	if (*p != '.' || strspn(p + 1, "0123456789abcdef") != MAC_HEX ||
		p[1 + MAC_HEX])
		return false;
	mac_of(text, (size_t)(p - text), key, mac);
	out->ours = same(p + 1, mac, MAC_HEX);
	return true;
}

bool head_claim_read(const char *text, const unsigned char key[32],
	struct head_claim *out, struct err *e)
{
	memset(out, 0, sizeof(*out));
	if (!text)
		return true;
	out->given = true;
	return (strlen(text) < HEAD_TEXT && parse(text, key, out)) ||
	       err_field(e, ERR_BAD_REQUEST, "Sync-Seen",
		       "epoch.csn.chain16.mac24");
}
