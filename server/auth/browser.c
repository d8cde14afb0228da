/*
 * browser.c - see browser.h.
 */
#include "server/auth/browser.h"

#include "proto/base/hash.h"
#include "proto/base/host.h"
#include "server/auth/session.h"

#include <stdio.h>
#include <string.h>

#define BROWSER_COOKIE "Max-Age=15552000; " SESSION_COOKIE /* 180 days */

struct known {
	const char *has;
	const char *name;
};

/* In this order: most say they are several. */
static const struct known browsers[] = {
	{"Edg/",     "Edge"   },
	{"OPR/",     "Opera"  },
	{"Firefox/", "Firefox"},
	{"Chrome/",  "Chrome" },
	{"Safari/",  "Safari" },
};

static const struct known systems[] = {
	{"Windows",  "Windows"},
	{"Android",  "Android"},
	{"iPhone",   "iOS"    },
	{"iPad",     "iPadOS" },
	{"Mac OS X", "macOS"  },
	{"Linux",    "Linux"  },
};

static const char *name_in(
	const char *user_agent, const struct known *list, size_t n)
{
	for (size_t i = 0; user_agent && i < n; i++)
		if (strstr(user_agent, list[i].has))
			return list[i].name;
	return "?";
}

void browser_label(const char *user_agent, char out[BROWSER_LABEL + 1])
{
	snprintf(out, BROWSER_LABEL + 1, "%s · %s",
		name_in(user_agent, browsers, ARRAY_LEN(browsers)),
		name_in(user_agent, systems, ARRAY_LEN(systems)));
}

const struct sha256 *browser_hash(const struct req *r)
{
	struct sha256 *hash;
	unsigned char *raw;
	size_t n;

	if (r->listener != ON_WEB || !r->browser)
		return NULL;
	raw = base64url_parse(r->browser, &n, r->mem);
	if (!raw || n != SESSION_TOKEN)
		return NULL;
	hash = ARENA_NEW(r->mem, struct sha256);
	*hash = sha256_of(raw, n);
	return hash;
}

bool browser_is_known(
	struct req *r, const struct uuid *account, bool *known, struct err *e)
{
	const struct sha256 *hash = browser_hash(r);
	struct db_rows *rows;
	struct db_args a;

	*known = false;
	if (!hash)
		return true;
	db_args_init(&a, r->mem);
	db_uuid(&a, account);
	db_bytes(&a, hash->b, sizeof(hash->b));
	if (!db_run(r->db, Q_AUTH_BROWSER_KNOWS, &a, &rows, e))
		return false;
	*known = db_count(rows) > 0;
	return true;
}

/* The one it has stays: others who sit at it are known by it, too. */
static const struct sha256 *give_cookie(struct req *r)
{
	const struct sha256 *hash = browser_hash(r);

	if (!hash) {
		unsigned char raw[SESSION_TOKEN];

		host_random(raw, sizeof(raw));
		r->browser = base64url_format(raw, sizeof(raw), r->mem);
		hash = browser_hash(r);
	}
	req_header(r, "Set-Cookie",
		arena_printf(r->mem, "__Host-browser=%s; " BROWSER_COOKIE,
			r->browser));
	return hash;
}

void browser_learn(struct req *r, const struct uuid *account)
{
	struct db_args *a = ARENA_NEW(r->mem, struct db_args);
	struct uuid *id = ARENA_NEW(r->mem, struct uuid);
	char *label = arena_alloc(r->mem, BROWSER_LABEL + 1);
	const struct sha256 *hash = give_cookie(r);

	*id = uuid_new();
	browser_label(r->user_agent, label);
	db_args_init(a, r->mem);
	db_uuid(a, id);
	db_uuid(a, account);
	db_bytes(a, hash->b, sizeof(hash->b));
	db_text(a, label);
	db_uuid(a, &r->reader.session);
	db_queue(r->db, Q_AUTH_BROWSER_LEARN, a);
}
