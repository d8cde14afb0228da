/*
 * unsent.c - see unsent.h.
 */
#include "client/cli/unsent.h"

#include "proto/base/host.h"

#include <stdio.h>
#include <string.h>

#define MAGIC "casebridge unsent 1 "
#define CAP   ((size_t)64 << 20)

bool unsent_is(struct str bytes)
{
	return bytes.n > sizeof(MAGIC) &&
	       memcmp(bytes.p, MAGIC, sizeof(MAGIC) - 1) == 0;
}

/* The first line is what the seal is about: it cannot be exchanged. */
static bool seal_doc(struct arena *mem, const struct seal_key *key,
	struct str head, const json_t *doc, struct str *out)
{
	struct sealer *s = sealer_new();
	struct str text;
	struct buf all;

	text.p = json_canonical(doc, mem);
	text.n = strlen(text.p);
	buf_init(&all, CAP + CAP / 4);
	buf_add(&all, head.p, head.n);
	seal(s, key, head, text, &all);
	sealer_free(s);
	out->p = arena_strndup(mem, all.p, all.n);
	out->n = all.n;
	buf_free(&all);
	return true;
}

bool unsent_write(struct arena *mem, const char *passphrase, const json_t *doc,
	struct str *out, struct err *e)
{
	const struct seal_cost *cost = &seal_cost_usual;
	unsigned char salt[SEAL_SALT];
	struct seal_key key;
	struct str head;
	bool ok;

	host_random(salt, sizeof(salt));
	if (!seal_from_passphrase(passphrase, salt, cost, &key, e))
		return false;
	head.p = arena_printf(mem, MAGIC "%lld %lld %lld %s\n",
		(long long)cost->n, (long long)cost->r, (long long)cost->p,
		base64url_format(salt, sizeof(salt), mem));
	head.n = strlen(head.p);
	ok = seal_doc(mem, &key, head, doc, out);
	seal_wipe(&key, sizeof(key));
	return ok;
}

static bool bad(const char *name, struct err *e)
{
	return err_field(
		e, ERR_BAD_FILE, name, "casebridge export --unsent FILE");
}

static bool read_head(struct arena *mem, struct str head,
	struct seal_cost *cost, unsigned char salt[SEAL_SALT])
{
	const char *text = arena_strndup(mem, head.p, head.n);
	long long n, r, p;
	char b64[40];
	unsigned char *raw;
	size_t len = 0;

	if (sscanf(text, MAGIC "%18lld %18lld %18lld %39s", &n, &r, &p, b64) !=
		4)
		return false;
	cost->n = n;
	cost->r = r;
	cost->p = p;
	raw = base64url_parse(b64, &len, mem);
	if (!raw || len != SEAL_SALT)
		return false;
	memcpy(salt, raw, SEAL_SALT);
	return true;
}

json_t *unsent_read(struct arena *mem, const char *name, struct str bytes,
	const char *passphrase, struct err *e)
{
	const char *end = memchr(bytes.p, '\n', bytes.n);
	struct str head = {bytes.p, end ? (size_t)(end + 1 - bytes.p) : 0};
	struct str rest = {bytes.p + head.n, bytes.n - head.n}, text;
	unsigned char salt[SEAL_SALT];
	struct seal_cost cost;
	struct seal_key key;
	struct sealer *s;
	json_t *doc;
	bool ok;

	if (!end || !read_head(mem, head, &cost, salt)) {
		bad(name, e);
		return NULL;
	}
	if (!seal_from_passphrase(passphrase, salt, &cost, &key, e)) {
		bad(name, e);
		return NULL;
	}
	s = sealer_new();
	ok = unseal(s, &key, head, rest, mem, &text);
	sealer_free(s);
	seal_wipe(&key, sizeof(key));
	if (!ok) {
		err_set(e, ERR_BAD_PASSPHRASE, "unsent file does not open");
		return NULL;
	}
	doc = json_read(text.p, text.n, &json_limits_own, mem, e);
	if (doc && json_is_array(json_object_get(doc, "changes")))
		return doc;
	bad(name, e);
	return NULL;
}
