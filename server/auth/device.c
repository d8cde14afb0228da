/*
 * device.c - see device.h.
 */
#include "server/auth/device.h"

#include "proto/base/hash.h"
#include "proto/base/host.h"

#include <string.h>

static const char alphabet[] = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";

void code_make(char out[CODE_TEXT])
{
	unsigned char raw[CODE_LENGTH];
	size_t at = 0;

	host_random(raw, sizeof(raw));
	for (size_t i = 0; i < CODE_LENGTH; i++) {
		if (i && i % 4 == 0)
			out[at++] = '-';
		out[at++] = alphabet[raw[i] & 31];
	}
	out[at] = 0;
}

/* The letter meant by what was typed; 0 when there is none. */
static char read_letter(char c)
{
	if (c >= 'a' && c <= 'z')
		c = (char)(c - 'a' + 'A');
	if (c == 'I' || c == 'L')
		c = '1';
	if (c == 'O')
		c = '0';
	return c && strchr(alphabet, c) ? c : 0;
}

bool code_normalise(const char *text, char out[CODE_LENGTH + 1])
{
	size_t n = 0;

	for (; *text; text++) {
		if (*text == '-' || *text == ' ')
			continue;
		if (n == CODE_LENGTH || !read_letter(*text))
			return false;
		out[n++] = read_letter(*text);
	}
	out[n] = 0;
	return n == CODE_LENGTH;
}

bool device_find(struct db *db, const char *spki, struct arena *mem,
	struct device *out, bool *found, struct err *e)
{
	unsigned char key[SHA256_LEN];
	struct db_rows *rows;
	struct db_args a;

	*found = false;
	if (!spki || !hex_parse(spki, key, sizeof(key)))
		return true;
	db_args_init(&a, mem);
	db_bytes(&a, key, sizeof(key));
	if (!db_run(db, Q_AUTH_DEVICE_FIND, &a, &rows, e))
		return false;
	if (db_count(rows) == 0)
		return true;
	out->id = db_get_uuid(rows, 0, "id");
	out->site = db_get_uuid(rows, 0, "site");
	out->site_name = db_get_text(rows, 0, "site_name");
	*found = true;
	return true;
}

bool code_add(struct db *db, struct arena *mem, const struct uuid *site,
	const char *site_name, const struct uuid *by, bool alone,
	struct new_code *out, struct err *e)
{
	char code[CODE_LENGTH + 1];
	struct sha256 *hash = ARENA_NEW(mem, struct sha256);
	struct db_rows *rows;
	struct db_args a;

	code_make(out->shown);
	if (!code_normalise(out->shown, code))
		die("a code of ours is none");
	*hash = sha256_of(code, CODE_LENGTH);
	db_args_init(&a, mem);
	db_bytes(&a, hash->b, sizeof(hash->b));
	db_uuid(&a, site);
	db_text(&a, site_name);
	db_int(&a, CODE_MINUTES);
	db_uuid(&a, by);
	db_bool(&a, alone);
	if (!db_run(db, Q_AUTH_CODE_ADD, &a, &rows, e))
		return false;
	out->id = db_get_uuid(rows, 0, "id");
	out->expires_ms = db_get_ms(rows, 0, "expires_at");
	return true;
}
