/*
 * fuzz_files.c - what strangers say about files: ranges, offsets, first bytes.
 *
 * The first byte picks the parser; beyond not crashing, each answer must lie
 * within the file it is about.
 */
#include "proto/media.h"
#include "server/files/range.h"
#include "server/vault/keyfile.h"
#include "tests/fuzz/fuzz.h"

#include <string.h>

static void try_range(const char *text, int64_t size)
{
	struct range r = range_parse(text, size);

	if (r.kind != RANGE_PART)
		return;
	MUST(r.at >= 0 && r.n >= 1 && r.n <= FILE_PART);
	MUST(r.at < size && r.n <= size - r.at);
}

static void try_offset(const char *text)
{
	int64_t at;

	if (!offset_parse(text, &at))
		return;
	MUST(at >= 0 && at <= (int64_t)1 << 53);
	MUST(strspn(text, "0123456789") == strlen(text));
}

static void try_head(const uint8_t *p, size_t n)
{
	const struct media *m = media_guess("a.txt", p, n);

	MUST(!m || media_fits(m, p, n));
	for (size_t i = 0; media_at(i); i++)
		MUST(n > 0 || !media_fits(media_at(i), p, n));
}

static void try_keys(const char *p, size_t n)
{
	struct file_keys k;
	struct err e;

	if (file_keys_parse((struct str){p, n}, &k, &e))
		MUST(k.n >= 1 && k.n <= FILE_KEYS && n >= k.n * 64);
	else
		MUST(e.code == ERR_USAGE);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	struct arena *mem;
	char *text;

	if (n < 1)
		return 0;
	mem = arena_new();
	text = arena_strndup(mem, (const char *)data + 1, n - 1);
	switch (data[0] % 5) {
	case 0:
		try_range(text, 10000);
		break;
	case 1:
		try_range(text, (int64_t)300 << 20);
		break;
	case 2:
		try_offset(text);
		break;
	case 3:
		try_head(data + 1, n - 1);
		break;
	default:
		try_keys((const char *)data + 1, n - 1);
		break;
	}
	arena_free(mem);
	return 0;
}
