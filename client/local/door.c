/*
 * door.c - who may come in (see local_in.h).
 *
 * Any page of any site may make this computer's browser send requests to a
 * loopback address, and a name of its own may lead there (DNS rebinding). So a
 * request must name our address as its host, a request that changes something
 * must come from our own page, and everything but the page itself needs the
 * session that the one-time key was exchanged for.
 */
#include "client/local/local_in.h"

#include "proto/base/hash.h"
#include "proto/base/host.h"

#include <stdio.h>
#include <string.h>

#define SECRET_BYTES 32

void door_make(struct local *l, unsigned port)
{
	unsigned char secret[SECRET_BYTES];

	snprintf(l->origin, sizeof(l->origin), "http://%s", l->host_text);
	snprintf(l->cookie, sizeof(l->cookie), "casebridge-%u", port);
	host_random(secret, sizeof(secret));
	hex_format(secret, sizeof(secret), l->key);
}

/* Takes as long whatever is wrong with it. */
static bool is_same(const char *a, const char *b, size_t n)
{
	unsigned char differ = 0;

	if (strlen(a) != n || strlen(b) != n)
		return false;
	for (size_t i = 0; i < n; i++)
		differ |= (unsigned char)(a[i] ^ b[i]);
	return differ == 0;
}

static bool is_read(const struct ask *a)
{
	return strcmp(a->method, "GET") == 0 || strcmp(a->method, "HEAD") == 0;
}

bool door_check(const struct local *l, const struct ask *a, struct err *e)
{
	const char *site = a->fetch_site;

	if (!a->host || strcmp(a->host, l->host_text) != 0)
		return err_field(
			e, ERR_BAD_REQUEST, "Host", "%s", l->host_text);
	if (site && strcmp(site, "same-origin") != 0 &&
		strcmp(site, "none") != 0)
		return err_set(e, ERR_FORBIDDEN, "asked for by another page");
	if (a->origin && strcmp(a->origin, l->origin) != 0)
		return err_set(e, ERR_FORBIDDEN, "another origin");
	if (is_read(a))
		return true;
	if (!a->origin || !a->by)
		return err_set(e, ERR_FORBIDDEN, "not from our page");
	return true;
}

/* Whatever else a page asks, it may ask by a clock of its own. */
bool door_somebody(const struct ask *a)
{
	if (strcmp(a->path, "/v1/sync") == 0)
		return !is_read(a) || ask_query(a, "active");
	return strcmp(a->path, "/v1/session") == 0 && !is_read(a);
}

/* The value of our cookie; others of this address are not ours. */
static const char *cookie_of(const struct local *l, const struct ask *a)
{
	size_t n = strlen(l->cookie);
	const char *p = a->cookie;

	while (p && *p) {
		size_t part = strcspn(p, ";");

		if (part > n && strncmp(p, l->cookie, n) == 0 && p[n] == '=')
			return arena_strndup(a->mem, p + n + 1, part - n - 1);
		p += part;
		p += strspn(p, "; ");
	}
	return NULL;
}

bool door_session(const struct local *l, const struct ask *a, struct err *e)
{
	const char *got = cookie_of(l, a);

	return (got && l->session[0] &&
		       is_same(got, l->session, KEY_TEXT - 1)) ||
	       err_set(e, ERR_SIGNED_OUT, "no session");
}

bool door_person(const struct local *l, const struct ask *a, struct err *e)
{
	const char *reader;

	if (!a->staff || !l->s || l->locked)
		return true;
	reader = json_str(store_get(l->s, "reader"), "staff");
	return (reader && strcmp(reader, a->staff) == 0) ||
	       err_set(e, ERR_OTHER_READER, "a page of somebody else");
}

bool door_enter(struct local *l, struct ask *a, const char *key, struct err *e)
{
	unsigned char secret[SECRET_BYTES];

	if (!l->key[0] || !is_same(key, l->key, KEY_TEXT - 1))
		return err_set(e, ERR_SIGNED_OUT, "a key that is not ours");
	l->key[0] = 0;
	host_random(secret, sizeof(secret));
	hex_format(secret, sizeof(secret), l->session);
	ask_header(a, "Set-Cookie",
		arena_printf(a->mem, "%s=%s; HttpOnly; SameSite=Strict; Path=/",
			l->cookie, l->session));
	return true;
}
