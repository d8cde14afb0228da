/*
 * note.c - see note.h. C2SP signed-note and tlog-checkpoint.
 */
#include "proto/note.h"

#include "proto/base/timeutil.h"
#include "proto/note_in.h"
#include "proto/tree.h"

#include <inttypes.h>
#include <string.h>

#define DASH    NOTE_DASH
#define KEY_ID  NOTE_KEY_ID
#define KEY_HEX 9 /* with the final 0 */
#define TYPE    1 /* Ed25519 */

static void key_id(const struct note_key *k, unsigned char out[KEY_ID])
{
	struct sha256_run *run = sha256_begin();
	struct sha256 sha;

	sha256_add(run, k->name, strlen(k->name));
	sha256_add(run, "\n\1", 2);
	sha256_add(run, k->key, ED25519_KEY);
	sha = sha256_end(run);
	memcpy(out, sha.b, KEY_ID);
}

static bool is_name(struct str s)
{
	static const char prefix[] = "casebridge/";

	if (s.n < sizeof(prefix) || s.n >= NOTE_NAME ||
		memcmp(s.p, prefix, sizeof(prefix) - 1) != 0)
		return false;
	for (size_t i = sizeof(prefix) - 1; i < s.n; i++)
		if (!(s.p[i] >= 'a' && s.p[i] <= 'z') &&
			!(s.p[i] >= '0' && s.p[i] <= '9') && s.p[i] != '-')
			return false;
	return true;
}

/* ---- the key ---- */

char *note_key_text(const struct note_key *k, struct arena *mem)
{
	unsigned char id[KEY_ID], typed[1 + ED25519_KEY] = {TYPE};
	char hex[KEY_HEX];

	key_id(k, id);
	memcpy(typed + 1, k->key, ED25519_KEY);
	return arena_printf(mem, "%s+%s+%s", k->name,
		hex_format(id, KEY_ID, hex),
		base64_format(typed, sizeof(typed), mem));
}

static struct str trim(struct str s)
{
	while (s.n && strchr(" \t\r\n", s.p[s.n - 1]))
		s.n--;
	while (s.n && strchr(" \t\r\n", s.p[0])) {
		s.p++;
		s.n--;
	}
	return s;
}

static bool key_parts(struct str s, struct note_key *out, struct arena *mem)
{
	const char *plus = memchr(s.p, '+', s.n);
	struct str name = {s.p, plus ? (size_t)(plus - s.p) : 0}, b64;
	unsigned char *typed;
	size_t n;

	if (!plus || !is_name(name) || s.n - name.n < 1 + KEY_HEX)
		return false;
	b64.p = plus + 1 + KEY_HEX;
	b64.n = s.n - name.n - 1 - KEY_HEX;
	typed = base64_parse(b64, &n, mem);
	if (!typed || n != 1 + ED25519_KEY || typed[0] != TYPE)
		return false;
	memset(out, 0, sizeof(*out));
	memcpy(out->name, name.p, name.n);
	memcpy(out->key, typed + 1, ED25519_KEY);
	/* Also the key id, and that nothing is spelt another way. */
	return strlen(note_key_text(out, mem)) == s.n &&
	       memcmp(note_key_text(out, mem), s.p, s.n) == 0;
}

bool note_key_read(struct str text, struct note_key *out, struct err *e)
{
	struct arena *mem = arena_new();
	struct str s = trim(text);
	bool ok = s.n > 0 && s.n < NOTE_MOST && !memchr(s.p, 0, s.n) &&
		  key_parts(s, out, mem);

	arena_free(mem);
	return ok || err_field(e, ERR_BAD_INPUT, "key",
			     "casebridge/…+8 hex digits+base64");
}

/* ---- the head ---- */

static char *head_lines(
	const struct note_head *h, const struct note_key *k, struct arena *mem)
{
	char at[TIME_TEXT];

	return arena_printf(mem, "%s/%" PRId64 "\n%" PRId64 "\n%s\n%s\n",
		k->name, h->epoch, h->size,
		base64_format(h->root.b, SHA256_LEN, mem),
		time_format(h->at_ms, at));
}

char *note_sign(const struct note_key *k,
	const unsigned char secret[ED25519_KEY], struct str text,
	struct arena *mem)
{
	unsigned char sig[KEY_ID + ED25519_SIG];

	key_id(k, sig);
	ed25519_sign(secret, text, sig + KEY_ID);
	return arena_printf(mem, DASH "%s %s\n", k->name,
		base64_format(sig, sizeof(sig), mem));
}

bool note_signed_by(const struct note_key *k, struct str signed_part,
	struct str line, struct arena *mem)
{
	size_t name = strlen(k->name), n;
	unsigned char *raw, id[KEY_ID];
	struct str sig;

	if (line.n < sizeof(DASH) + name ||
		memcmp(line.p, DASH, sizeof(DASH) - 1) != 0 ||
		memcmp(line.p + sizeof(DASH) - 1, k->name, name) != 0 ||
		line.p[sizeof(DASH) - 1 + name] != ' ')
		return false;
	sig.p = line.p + sizeof(DASH) + name;
	sig.n = line.n - sizeof(DASH) - name;
	raw = base64_parse(sig, &n, mem);
	key_id(k, id);
	return raw && n == KEY_ID + ED25519_SIG &&
	       memcmp(raw, id, KEY_ID) == 0 &&
	       ed25519_verify(k->key, signed_part, raw + KEY_ID);
}

char *note_write(const struct note_head *h, const struct note_key *k,
	const unsigned char secret[ED25519_KEY], struct arena *mem)
{
	struct str text;

	text.p = head_lines(h, k, mem);
	text.n = strlen(text.p);
	return arena_printf(
		mem, "%s\n%s", text.p, note_sign(k, secret, text, mem));
}

bool note_number(struct str s, int64_t least, int64_t *out)
{
	int64_t v = 0;

	if (s.n == 0 || s.n > 16 || (s.n > 1 && s.p[0] == '0'))
		return false;
	for (size_t i = 0; i < s.n; i++) {
		if (s.p[i] < '0' || s.p[i] > '9')
			return false;
		v = v * 10 + (s.p[i] - '0');
	}
	*out = v;
	return v >= least && v <= TREE_MOST;
}

bool note_next_line(struct str *rest, struct str *line)
{
	const char *end = rest->n ? memchr(rest->p, '\n', rest->n) : NULL;

	if (!end)
		return false;
	line->p = rest->p;
	line->n = (size_t)(end - rest->p);
	rest->n -= line->n + 1;
	rest->p = end + 1;
	return true;
}

static bool read_origin(
	struct str line, struct str *name, struct note_head *out)
{
	struct str epoch;

	*name = line;
	while (name->n && name->p[name->n - 1] != '/')
		name->n--;
	if (!name->n)
		return false;
	epoch.p = line.p + name->n;
	epoch.n = line.n - name->n;
	name->n--;
	return is_name(*name) && note_number(epoch, 1, &out->epoch);
}

bool note_root(struct str line, struct note_head *out, struct arena *mem)
{
	size_t n;
	unsigned char *b = base64_parse(line, &n, mem);

	if (!b || n != SHA256_LEN)
		return false;
	memcpy(out->root.b, b, SHA256_LEN);
	return true;
}

/* The lines that are signed, which name who signed, and the signature. */
static bool read_lines(struct str text, struct str *signed_part,
	struct str *name, struct str *sig, struct note_head *out,
	struct arena *mem)
{
	struct str rest = text, line, blank;

	memset(out, 0, sizeof(*out));
	if (!note_next_line(&rest, &line) || !read_origin(line, name, out) ||
		!note_next_line(&rest, &line) ||
		!note_number(line, 0, &out->size) ||
		!note_next_line(&rest, &line) || !note_root(line, out, mem) ||
		!note_next_line(&rest, &line) ||
		!time_parse(arena_strndup(mem, line.p, line.n), &out->at_ms))
		return false;
	signed_part->p = text.p;
	signed_part->n = text.n - rest.n;
	if (!note_next_line(&rest, &blank) || blank.n != 0 ||
		!note_next_line(&rest, &line) || rest.n != 0 ||
		line.n < sizeof(DASH) + name->n ||
		memcmp(line.p, DASH, sizeof(DASH) - 1) != 0 ||
		memcmp(line.p + sizeof(DASH) - 1, name->p, name->n) != 0 ||
		line.p[sizeof(DASH) - 1 + name->n] != ' ')
		return false;
	sig->p = line.p + sizeof(DASH) + name->n;
	sig->n = line.n - sizeof(DASH) - name->n;
	return true;
}

static bool read_note(struct str text, const struct note_key *k,
	struct note_head *out, struct arena *mem, struct err *e)
{
	struct str lines, name, sig;
	unsigned char *raw, id[KEY_ID];
	size_t n;

	if (text.n == 0 || text.n > NOTE_MOST || memchr(text.p, 0, text.n) ||
		!read_lines(text, &lines, &name, &sig, out, mem))
		return err_field(e, ERR_BAD_INPUT, "head",
			"origin, size, root, time, signature");
	key_id(k, id);
	raw = base64_parse(sig, &n, mem);
	if (!raw || n != KEY_ID + ED25519_SIG)
		return err_field(e, ERR_BAD_INPUT, "head", "a signature");
	if (strlen(k->name) != name.n || memcmp(k->name, name.p, name.n) != 0 ||
		memcmp(raw, id, KEY_ID) != 0)
		return err_field(
			e, ERR_BAD_INPUT, "key", "%s", note_key_text(k, mem));
	return ed25519_verify(k->key, lines, raw + KEY_ID) ||
	       err_field(e, ERR_BAD_INPUT, "signature", "one of %s", k->name);
}

bool note_read(struct str text, const struct note_key *k, struct note_head *out,
	struct err *e)
{
	struct arena *mem = arena_new();
	bool ok = read_note(text, k, out, mem, e);

	arena_free(mem);
	return ok;
}
