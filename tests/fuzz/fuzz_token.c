/*
 * fuzz_token.c - short texts we made ourselves and get back: tokens of the
 * feed, heads of the log, and the ids, days and instants in addresses.
 *
 * Nothing a stranger writes is taken for ours, and what is read is written back
 * as it was read.
 */
#include "proto/base/timeutil.h"
#include "proto/base/uuid.h"
#include "server/feed/token.h"
#include "server/lineage/claim.h"
#include "tests/fuzz/fuzz.h"

#include <string.h>
#include <strings.h>

static const unsigned char key[32] = {42};
static const struct uuid replica = {{7}};

static void try_token(const char *text, struct arena *mem)
{
	struct token t;
	struct err e;

	if (token_read(text, &replica, key, mem, &t, &e))
		MUST(!text[0] && !t.from && !t.upto && !t.part.no);
	else
		MUST(e.code == ERR_BAD_TOKEN);
}

/* Numbers of the input make a token of ours: it is read as it was written, and
 * not for another replica nor with another byte in it. */
static void try_own(const uint8_t *p, size_t n, struct arena *mem)
{
	const unsigned char other[32] = {43};
	struct token t = {0}, back;
	struct uuid stranger = {{8}};
	struct err e;
	char *text;

	if (n < sizeof(int64_t) * 3)
		return;
	memcpy(&t.epoch, p, 8);
	memcpy(&t.from, p + 8, 8);
	memcpy(&t.upto, p + 16, 8);
	t.epoch &= INT64_MAX;
	t.from &= INT64_MAX;
	t.upto &= INT64_MAX;
	text = token_write(&t, &replica, key, mem);
	MUST(token_read(text, &replica, key, mem, &back, &e));
	MUST(back.epoch == t.epoch && back.from == t.from &&
		back.upto == t.upto);
	MUST(!token_read(text, &stranger, key, mem, &back, &e));
	MUST(!token_read(text, &replica, other, mem, &back, &e));
	text[p[0] % strlen(text)] ^= 1;
	MUST(!token_read(text, &replica, key, mem, &back, &e));
}

static void try_claim(const char *text)
{
	struct head_claim c;
	struct err e;

	if (!head_claim_read(text, key, &c, &e)) {
		MUST(e.code == ERR_BAD_REQUEST);
		return;
	}
	MUST(c.given && !c.ours && c.epoch >= 0 && c.csn >= 0);
	MUST(strspn(c.chain, "0123456789abcdef") == strlen(c.chain));
}

static void try_words(const char *text)
{
	char id[UUID_TEXT], at[TIME_TEXT], day[DATE_TEXT];
	struct uuid u;
	struct date d;
	int64_t ms, again;

	if (uuid_parse(text, &u))
		MUST(strcasecmp(uuid_format(&u, id), text) == 0);
	if (date_parse(text, &d))
		MUST(strcmp(date_format(&d, day), text) == 0);
	if (time_parse(text, &ms))
		MUST(time_parse(time_format(ms, at), &again) && again == ms);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	struct arena *mem;
	const char *text;

	if (n < 1)
		return 0;
	mem = arena_new();
	text = arena_strndup(mem, (const char *)data + 1, n - 1);
	switch (data[0] % 4) {
	case 0:
		try_token(text, mem);
		break;
	case 1:
		try_own(data + 1, n - 1, mem);
		break;
	case 2:
		try_claim(text);
		break;
	default:
		try_words(text);
		break;
	}
	arena_free(mem);
	return 0;
}
