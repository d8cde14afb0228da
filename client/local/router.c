/*
 * router.c - every address a station answers, in one table; the shapes are
 * docs/wire.md "Calls".
 */
#include "client/local/local_in.h"

#include <string.h>

enum need { NEEDS_NOTHING, NEEDS_SESSION, NEEDS_STORE };

/* clang-format off */
static const struct {
	const char *method;
	const char *path; /* braces match one segment */
	enum need need;
	local_handler *run;
} routes[] = {
	{"GET",    "/v1/session",              NEEDS_SESSION, local_session_get   },
	{"POST",   "/v1/session",              NEEDS_NOTHING, local_session_post  },
	{"DELETE", "/v1/session",              NEEDS_SESSION, local_session_delete},
	{"POST",   "/v1/session/proof",        NEEDS_STORE,   local_session_proof },
	{"GET",    "/v1/catalogue",            NEEDS_STORE,   local_catalogue     },
	{"GET",    "/v1/directory",            NEEDS_STORE,   local_directory     },
	{"GET",    "/v1/caseload",             NEEDS_STORE,   local_caseload      },
	{"GET",    "/v1/today",                NEEDS_STORE,   local_today         },
	{"GET",    "/v1/review",               NEEDS_STORE,   local_review        },
	{"GET",    "/v1/letters",              NEEDS_STORE,   local_letters       },
	{"POST",   "/v1/letters/preview",      NEEDS_STORE,   local_letter_preview},
	{"GET",    "/v1/letters/{id}",         NEEDS_STORE,   local_letter        },
	{"GET",    "/v1/groups",               NEEDS_STORE,   local_groups        },
	{"GET",    "/v1/print",                NEEDS_STORE,   local_print         },
	{"POST",   "/v1/groups/plan",          NEEDS_STORE,   local_group_plan    },
	{"GET",    "/v1/cases/{id}",           NEEDS_STORE,   local_case          },
	{"GET",    "/v1/records/{id}",         NEEDS_STORE,   local_record        },
	{"GET",    "/v1/records/{id}/history", NEEDS_STORE,   local_history       },
	{"POST",   "/v1/score",                NEEDS_STORE,   local_score         },
	{"POST",   "/v1/suggest",              NEEDS_STORE,   local_suggest       },
	{"POST",   "/v1/changes",              NEEDS_STORE,   local_changes       },
	{"GET",    "/v1/cases/{id}/copies",    NEEDS_STORE,   local_copies        },
	{"POST",   "/v1/withdrawals/preview",  NEEDS_STORE,   local_withdrawal_preview},
	{"POST",   "/v1/withdrawals",          NEEDS_STORE,   local_withdrawal    },
	{"GET",    "/v1/salvage",              NEEDS_STORE,   local_salvage       },
	{"POST",   "/v1/salvage/{id}",         NEEDS_STORE,   local_salvage_decide},
	{"POST",   "/v1/uploads",              NEEDS_STORE,   local_upload_post   },
	{"GET",    "/v1/uploads/{id}",         NEEDS_STORE,   local_upload_get    },
	{"PATCH",  "/v1/uploads/{id}",         NEEDS_STORE,   local_upload_patch  },
	{"GET",    "/v1/files/{sha256}",       NEEDS_STORE,   local_file          },
	{"DELETE", "/v1/files/{sha256}",       NEEDS_STORE,   local_file_discard  },
	{"GET",    "/v1/kept",                 NEEDS_STORE,   local_kept_get      },
	{"POST",   "/v1/kept",                 NEEDS_STORE,   local_kept_post     },
	{"GET",    "/v1/sync",                 NEEDS_STORE,   local_sync_get      },
	{"POST",   "/v1/sync",                 NEEDS_STORE,   local_sync_post     },
};
/* clang-format on */

/* True when the path is the route's; *segment is what the braces matched. */
static bool matches(const char *route, const char *path, struct arena *mem,
	const char **segment)
{
	const char *open = strchr(route, '{');
	const char *close = open ? strchr(open, '}') + 1 : NULL;
	size_t before = open ? (size_t)(open - route) : 0, n;

	*segment = NULL;
	if (!open)
		return strcmp(route, path) == 0;
	if (strncmp(route, path, before) != 0)
		return false;
	n = strcspn(path + before, "/");
	*segment = arena_strndup(mem, path + before, n);
	return n > 0 && strcmp(path + before + n, close) == 0;
}

static bool may(const struct local *l, const struct ask *a, enum need need,
	struct err *e)
{
	if (need == NEEDS_NOTHING)
		return true;
	if (!door_session(l, a, e) || !door_person(l, a, e))
		return false;
	return need != NEEDS_STORE || !l->locked ||
	       err_set(e, ERR_SCREEN_LOCKED, "the store is closed");
}

static bool read_body(struct ask *a, struct err *e)
{
	if (!a->body.n || strcmp(a->method, "PATCH") == 0)
		return true; /* bytes of a file */
	if (!a->content_type ||
		strncmp(a->content_type, "application/json", 16) != 0)
		return err_field(
			e, ERR_BAD_MEDIA, "Content-Type", "application/json");
	a->json =
		json_read(a->body.p, a->body.n, &json_limits_batch, a->mem, e);
	return a->json != NULL;
}

static bool page(struct local *l, struct ask *a, struct err *e)
{
	struct webfile f;

	if (strcmp(a->method, "GET") != 0)
		return err_field(e, ERR_BAD_METHOD, "method", "GET");
	if (!webroot_find(l->conf->web, a->path, a->accepts_br, &f))
		return err_set(e, ERR_NOT_FOUND, "no such file");
	ask_header(a, "ETag", f.etag);
	ask_header(a, "Vary", "Accept-Encoding");
	ask_header(a, "Cache-Control", f.cache);
	if (a->if_none_match && strcmp(a->if_none_match, f.etag) == 0)
		return ask_reply(a, 304, f.type, "", 0);
	if (f.packed)
		ask_header(a, "Content-Encoding", "br");
	return ask_reply(a, 200, f.type, f.bytes.p, f.bytes.n);
}

static bool dispatch(struct local *l, struct ask *a, struct err *e)
{
	const char *other = NULL;

	if (!door_check(l, a, e))
		return false;
	if (strncmp(a->path, "/v1/", 4) != 0)
		return page(l, a, e);
	for (size_t i = 0; i < ARRAY_LEN(routes); i++) {
		const char *segment;

		if (!matches(routes[i].path, a->path, a->mem, &segment))
			continue;
		if (strcmp(routes[i].method, a->method) != 0) {
			other = routes[i].method;
			continue;
		}
		a->segment = segment;
		return may(l, a, routes[i].need, e) && read_body(a, e) &&
		       routes[i].run(l, a, e);
	}
	return other ? err_field(e, ERR_BAD_METHOD, "method", "%s", other)
		     : err_set(e, ERR_NOT_FOUND, "no such address");
}

void route_ask(struct local *l, struct ask *a)
{
	struct err e;

	if (!dispatch(l, a, &e))
		ask_problem(a, &e);
}
