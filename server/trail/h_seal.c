/*
 * h_seal.c - see trail.h: the seal of the trail, as stations and auditors are
 * told of it.
 *
 * A station says which head it keeps and is given the newest, with the proof
 * that it goes on from that; what it does with it is its own
 * (client/sync/heads.h).
 */
#include "server/trail/trail.h"

#include "proto/handover.h"
#include "proto/trail_check.h"
#include "server/access/access.h"
#include "server/app.h"
#include "server/audit/audit.h"
#include "server/audit/tiles.h"
#include "server/db/columns.h"
#include "server/state.h"

#include <inttypes.h>
#include <string.h>

#define N PRId64

/* The key as it is pinned, NULL where nothing is sealed, and how it came to
 * be that one. */
static const char *key_and(struct req *r, struct str *handovers)
{
	struct str line;
	struct err ignored;
	size_t n;

	if (!state_has(r->app->conf.state_dir, SEAL_PUBLIC) ||
		!state_read(r->app->conf.state_dir, SEAL_PUBLIC, r->mem, &line,
			&ignored))
		return NULL;
	n = strcspn(line.p, "\n");
	handovers->p = line.p + n;
	handovers->n = line.n - n;
	return arena_strndup(r->mem, line.p, n);
}

static const char *key_line(struct req *r)
{
	struct str ignored;

	return key_and(r, &ignored);
}

/* ---- stations ---- */

static json_t *proof_json(const struct tree_proof *p, struct arena *mem)
{
	json_t *list = json_array();

	for (size_t i = 0; i < p->n; i++)
		json_array_append_new(list,
			json_string(
				base64_format(p->node[i].b, SHA256_LEN, mem)));
	return list;
}

static json_t *handovers_json(struct str rest, struct arena *mem)
{
	json_t *list = json_array();
	struct str one;

	while ((one = handover_next(&rest)).p)
		json_array_append_new(
			list, json_string(arena_strndup(mem, one.p, one.n)));
	return list;
}

/* {"key","handovers"?,"head","proof"?}: of the claimed size, where it is of
 * this epoch. */
static bool newest(
	struct req *r, int64_t epoch, int64_t size, json_t **out, struct err *e)
{
	struct tile_reader t = {r->db, r->mem, epoch, NULL};
	struct db_rows *rows;
	struct str handovers = {NULL, 0};
	struct tree_proof p;
	struct db_args none;
	const char *key;
	int64_t head;

	db_args_init(&none, r->mem);
	if (!db_run(r->db, Q_TRAIL_NEWEST, &none, &rows, e))
		return false;
	*out = json_keep(json_object(), r->mem);
	key = db_count(rows) ? key_and(r, &handovers) : NULL;
	if (!key)
		return true;
	json_object_set_new(*out, "key", json_string(key));
	if (handovers.n > 1)
		json_object_set_new(
			*out, "handovers", handovers_json(handovers, r->mem));
	json_object_set_new(
		*out, "head", json_string(db_get_text(rows, 0, "note")));
	head = db_get_int(rows, 0, "size");
	if (db_get_int(rows, 0, "epoch") != epoch || size < 1 || size > head)
		return true;
	if (!tree_consistency(size, head, tile_read, &t, &p, e))
		return false;
	json_object_set_new(*out, "proof", proof_json(&p, r->mem));
	return true;
}

static bool take_evidence(struct req *r, const json_t *j, struct err *e)
{
	const char *id = json_str(j, "id"), *kind = json_str(j, "kind");
	const char *mine = json_str(j, "mine"), *theirs = json_str(j, "theirs");
	struct db_rows *rows;
	struct db_args a;
	struct uuid u;

	if (!json_is_object(j) || !id || !uuid_parse(id, &u))
		return err_field(e, ERR_BAD_KIND, "evidence", "id UUID");
	if (!kind ||
		(strcmp(kind, "fork") != 0 && strcmp(kind, "back") != 0 &&
			strcmp(kind, "key") != 0 && strcmp(kind, "proof") != 0))
		return err_field(e, ERR_BAD_KIND, "evidence",
			"kind fork, back, key, proof");
	if (!mine || !theirs || strlen(mine) > NOTE_MOST ||
		strlen(theirs) > NOTE_MOST)
		return err_field(e, ERR_BAD_KIND, "evidence",
			"mine, theirs: <= %d bytes", NOTE_MOST);
	db_args_init(&a, r->mem);
	db_uuid(&a, &u);
	db_uuid(&a, &r->reader.device);
	db_text(&a, kind);
	db_text(&a, mine);
	db_text(&a, theirs);
	if (!db_run(r->db, Q_TRAIL_EVIDENCE, &a, &rows, e))
		return false;
	if (db_get_int(rows, 0, "news"))
		audit_queue(
			r->db, r->mem, &r->reader, "trail_fork", kind, NULL, 0);
	return true;
}

/* {"epoch","size","evidence"?} → {"key","handovers"?,"head","proof"?} */
bool trail_post(struct req *r, struct err *e)
{
	const json_t *evidence = json_object_get(r->json, "evidence");
	int64_t epoch = json_int(r->json, "epoch", -1);
	int64_t size = json_int(r->json, "size", -1);
	struct db_args a;
	json_t *out;

	if (!json_only(r->json, "epoch size evidence", e))
		return false;
	if (epoch < 0 || epoch > INT32_MAX)
		return err_field(e, ERR_BAD_KIND, "epoch", "0-%d", INT32_MAX);
	if (size < 0 || size > TREE_MOST)
		return err_field(e, ERR_BAD_KIND, "size", "0-%" N, TREE_MOST);
	db_args_init(&a, r->mem);
	db_uuid(&a, &r->reader.device);
	db_int(&a, epoch);
	db_int(&a, size);
	if (!db_begin_system(r->db, e) ||
		(epoch > 0 && !db_run(r->db, Q_TRAIL_HOLD, &a, NULL, e)) ||
		!newest(r, epoch, size, &out, e) ||
		(evidence && !take_evidence(r, evidence, e)))
		return false;
	db_queue_commit(r->db);
	return db_flush(r->db, r->mem, NULL, 0, e) &&
	       req_reply_json(r, 200, json_incref(out));
}

/* ---- auditors ---- */

static bool begin(struct req *r, struct err *e)
{
	const struct uuid *site;

	return access_act(&r->reader, ACT_TRAIL, &site, e) &&
	       db_begin(r->db, &r->reader, false, e);
}

static bool rows_of(struct req *r, enum query q, const struct column *columns,
	size_t n, json_t **out, struct err *e)
{
	struct db_rows *rows;
	struct db_args none;

	db_args_init(&none, r->mem);
	if (!db_run(r->db, q, &none, &rows, e))
		return false;
	*out = json_keep(columns_json(r->mem, rows, columns, n), r->mem);
	return true;
}

/* → {"key","head":{…},"stations":[…],"troubles":[…]} */
bool audit_seal_get(struct req *r, struct err *e)
{
	static const struct column head[] = {
		{NULL, "epoch",   COLUMN_INT,  NULL},
		{NULL, "size",    COLUMN_INT,  NULL},
		{NULL, "at",      COLUMN_TIME, NULL},
		{NULL, "note",    COLUMN_TEXT, NULL},
		{NULL, "waiting", COLUMN_INT,  NULL},
	};
	static const struct column stations[] = {
		{NULL, "epoch", COLUMN_INT,  NULL},
		{NULL, "size",  COLUMN_INT,  NULL},
		{NULL, "n",     COLUMN_INT,  NULL},
		{NULL, "at",    COLUMN_TIME, NULL},
	};
	static const struct column troubles[] = {
		{NULL, "at",     COLUMN_TIME, NULL},
		{NULL, "source", COLUMN_TEXT, NULL},
		{NULL, "kind",   COLUMN_TEXT, NULL},
		{NULL, "no",     COLUMN_INT,  NULL},
		{NULL, "device", COLUMN_ID,   NULL},
		{NULL, "said",   COLUMN_TEXT, NULL},
	};
	json_t *h, *s, *t;

	if (!begin(r, e) ||
		!rows_of(r, Q_TRAIL_STATE, head, ARRAY_LEN(head), &h, e) ||
		!rows_of(r, Q_TRAIL_HOLDERS, stations, ARRAY_LEN(stations), &s,
			e) ||
		!rows_of(r, Q_TRAIL_TROUBLES, troubles, ARRAY_LEN(troubles), &t,
			e))
		return false;
	req_reply_json(r, 200,
		json_pack("{s:s?, s:O?, s:O, s:O}", "key", key_line(r), "head",
			json_array_get(h, 0), "stations", s, "troubles", t));
	return audit_end(r, "trail_seal", "ok", NULL, 0, e);
}

/* ---- a receipt ---- */

struct receipt {
	struct req *r;
	struct buf out;
	int64_t lines;
};

static void line(struct receipt *x, const char *text)
{
	buf_text(&x->out, text);
	buf_char(&x->out, '\n');
	x->lines++;
}

static void note_lines(struct receipt *x, const char *note)
{
	for (const char *p = note; *p; p++)
		x->lines += *p == '\n';
	buf_text(&x->out, note);
}

static const char *hash_text(const struct sha256 *s, struct arena *mem)
{
	return base64_format(s->b, SHA256_LEN, mem);
}

static void leaf_line(struct receipt *x, const struct db_rows *rows, int64_t n,
	const struct sha256 *sealed)
{
	struct audit_columns columns = audit_columns_of(rows, TRAIL_EVENT);
	struct arena *mem = x->r->mem;
	struct trail_leaf l;
	struct buf bytes;

	audit_leaf(rows, 0, &columns, mem, &l);
	buf_init(&bytes, TRAIL_LEAF_MOST);
	trail_leaf_write(&l, &bytes);
	line(x, arena_printf(mem, "leaf %" N " e %" N " %s %s", n,
			db_get_int(rows, 0, "id"), hash_text(sealed, mem),
			base64_format(bytes.p, bytes.n, mem)));
	buf_free(&bytes);
}

static bool write_receipt(
	struct receipt *x, const struct db_rows *rows, struct err *e)
{
	struct arena *mem = x->r->mem;
	int64_t epoch = db_get_int(rows, 0, "epoch"),
		n = db_get_int(rows, 0, "n");
	struct tile_reader t = {x->r->db, mem, epoch, NULL};
	struct db_rows *head;
	struct tree_proof p;
	struct str handovers = {NULL, 0}, one;
	struct sha256 sealed;
	struct db_args a;
	const char *key;

	db_args_init(&a, mem);
	db_int(&a, epoch);
	if (!db_run(x->r->db, Q_TRAIL_HEAD_OF, &a, &head, e))
		return false;
	key = key_and(x->r, &handovers);
	if (db_count(head) == 0 || !key)
		return err_field(e, ERR_NOT_FOUND, "id", "-");
	if (!tree_inclusion(
		    n, db_get_int(head, 0, "size"), tile_read, &t, &p, e) ||
		!tile_read(&t, 0, n, &sealed, e))
		return false;
	line(x, TRAIL_FIRST_LINE);
	line(x, arena_printf(mem, "key %s", key));
	while ((one = handover_next(&handovers)).p) {
		line(x, "handover");
		note_lines(x, arena_strndup(mem, one.p, one.n));
	}
	line(x, arena_printf(mem, "epoch %" N, epoch));
	line(x, "head");
	note_lines(x, db_get_text(head, 0, "note"));
	line(x, arena_printf(mem, "receipt %" N, n));
	for (size_t i = 0; i < p.n; i++)
		line(x, arena_printf(
				mem, "path %s", hash_text(&p.node[i], mem)));
	leaf_line(x, rows, n, &sealed);
	return true;
}

static void release_buf(void *b)
{
	buf_free(b);
}

/* A file that `casebridged audit verify` proves. */
bool audit_receipt_get(struct req *r, struct err *e)
{
	struct receipt *x = ARENA_NEW(r->mem, struct receipt);
	char hex[SHA256_HEX];
	struct sha256 sha;
	struct db_rows *rows;
	struct db_args a;
	int64_t id;

	x->r = r;
	buf_init(&x->out, 2 * (size_t)TRAIL_LEAF_MOST);
	arena_adopt(r->mem, &x->out, release_buf);
	if (!req_query_int(r, "event", 1, INT64_MAX, 0, &id, e) || !begin(r, e))
		return false;
	db_args_init(&a, r->mem);
	db_int(&a, id);
	if (!db_run(r->db, Q_TRAIL_EVENT, &a, &rows, e))
		return false;
	if (db_count(rows) == 0)
		return err_field(e, ERR_NOT_FOUND, "event", "-");
	if (!write_receipt(x, rows, e))
		return false;
	sha = sha256_of(x->out.p, x->out.n);
	buf_printf(&x->out, "end %" N " %s\n", x->lines,
		hex_format(sha.b, SHA256_LEN, hex));
	req_header(r, "Content-Disposition",
		arena_printf(r->mem,
			"attachment; filename=\"casebridge-receipt-%" N
			".txt\"",
			id));
	req_reply_bytes(
		r, 200, "text/plain; charset=utf-8", x->out.p, x->out.n);
	return audit_end(r, "trail_receipt", "ok", NULL, 0, e);
}
