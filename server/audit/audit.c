/*
 * audit.c - see audit.h.
 */
#include "server/audit/audit.h"

#include "proto/trail.h"
#include "server/req.h"

#include <string.h>

static const struct uuid *or_null(const struct uuid *u)
{
	return uuid_is_nil(u) ? NULL : u;
}

static struct str id_field(const struct uuid *u)
{
	struct str none = {NULL, 0};

	return u ? (struct str){(const char *)u->b, sizeof(u->b)} : none;
}

static struct str text_field(const char *text)
{
	struct str none = {NULL, 0};

	return text ? (struct str){text, strlen(text)} : none;
}

struct sha256 audit_mac(const struct trail_leaf *l, const unsigned char key[32])
{
	struct trail_leaf bare = *l;
	struct sha256 mac;
	struct buf b;

	/* What the database gives, and the mark itself. */
	bare.field[EVENT_ID].p = NULL;
	bare.field[EVENT_AT].p = NULL;
	bare.field[EVENT_XID].p = NULL;
	bare.field[EVENT_MAC].p = NULL;
	buf_init(&b, TRAIL_LEAF_MOST);
	trail_leaf_write(&bare, &b);
	if (b.full)
		die("an event of more than %d bytes", TRAIL_LEAF_MOST);
	mac = hmac_of(key, 32, b.p, b.n);
	buf_free(&b);
	return mac;
}

void audit_queue(struct db *db, struct arena *mem, const struct reader *r,
	const char *action, const char *outcome, const struct uuid *records,
	size_t n)
{
	unsigned char seq[8];
	struct db_mark mark;
	bool marked = db_mark(db, &mark);
	struct trail_leaf l = {
		.kind = TRAIL_EVENT,
		.field = {[EVENT_ACTOR] = id_field(or_null(&r->staff)),
			  [EVENT_ROLE] = text_field(role_name(r->role)),
			  [EVENT_SITE] = id_field(or_null(&r->site)),
			  [EVENT_SESSION] = id_field(or_null(&r->session)),
			  [EVENT_DEVICE] = id_field(or_null(&r->device)),
			  [EVENT_ACTION] = text_field(action),
			  [EVENT_OUTCOME] = text_field(outcome),
			  [EVENT_RECORDS] = {n ? (const char *)records : "",
				n * sizeof(*records)},
			  [EVENT_WORKER] = id_field(&mark.worker),
			  [EVENT_SEQ] = trail_int(mark.seq, seq)}
        };
	struct sha256 mac = audit_mac(&l, mark.key);
	struct db_args a;

	db_args_init(&a, mem);
	db_uuid(&a, or_null(&r->staff));
	db_text(&a, role_name(r->role));
	db_uuid(&a, or_null(&r->site));
	db_uuid(&a, or_null(&r->session));
	db_uuid(&a, or_null(&r->device));
	db_text(&a, action);
	db_text(&a, outcome);
	db_uuids(&a, records, n);
	db_uuid(&a, marked ? &mark.worker : NULL);
	db_int(&a, mark.seq);
	db_bytes(&a, marked ? mac.b : NULL, SHA256_LEN);
	db_queue(db, Q_AUDIT_ADD, &a);
}

bool audit_commit(struct db *db, struct arena *mem, const struct reader *r,
	const char *action, const char *outcome, const struct uuid *records,
	size_t n, struct err *e)
{
	audit_queue(db, mem, r, action, outcome, records, n);
	db_queue_commit(db);
	return db_flush(db, mem, NULL, 0, e);
}

bool audit_is_ours(struct db *db, struct err *e)
{
	struct arena *mem = arena_new();
	struct db_args none;
	bool ok;

	db_args_init(&none, mem);
	ok = db_run(db, Q_AUDIT_NOTED, &none, NULL, e);
	arena_free(mem);
	return ok;
}

bool audit_end(struct req *r, const char *action, const char *outcome,
	const struct uuid *records, size_t n, struct err *e)
{
	return audit_commit(
		r->db, r->mem, &r->reader, action, outcome, records, n, e);
}
