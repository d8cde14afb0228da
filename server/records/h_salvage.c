/*
 * h_salvage.c - POST /v1/salvage: after a restore, what stations hold and the
 * log lacks.
 *
 * A station first says what it holds of the units that differ (record and
 * hash), is told which of it nobody has, and then sends those lines of the feed
 * as it once got them. They are parked with who offered them; nothing is
 * applied before a person decides (h_salvaged.c).
 */
#include "server/db/sealed.h"
#include "server/records/records.h"

#include "proto/record.h"
#include "server/access/access.h"
#include "server/access/guard.h"
#include "server/app.h"
#include "server/audit/audit.h"
#include "server/lineage/lineage.h"

#include <string.h>

#define HAVE_MOST  5000
#define LINES_MOST 500
/* Undecided, of one station. */
#define BYTES_MOST ((int64_t)256 << 20)

/* ---- what is wanted ---- */

struct have {
	struct uuid *rec;
	struct sha256 *sha;
	struct str *bytes;
	size_t n;
};

static bool read_have(
	struct req *r, const json_t *list, struct have *out, struct err *e)
{
	out->n = json_array_size(list);
	if (out->n > HAVE_MOST)
		return err_field(e, ERR_BAD_REQUEST, "have", "0-%d", HAVE_MOST);
	out->rec = ARENA_ARRAY(r->mem, struct uuid, out->n + 1);
	out->sha = ARENA_ARRAY(r->mem, struct sha256, out->n + 1);
	out->bytes = ARENA_ARRAY(r->mem, struct str, out->n + 1);
	for (size_t i = 0; i < out->n; i++) {
		const json_t *pair = json_array_get(list, i);
		const char *rec = json_string_value(json_array_get(pair, 0));
		const char *hex = json_string_value(json_array_get(pair, 1));

		if (!rec || !hex || !uuid_parse(rec, &out->rec[i]) ||
			!hex_parse(hex, out->sha[i].b, SHA256_LEN))
			return err_field(e, ERR_BAD_REQUEST, "have",
				"[[record, hex], …]");
		out->bytes[i].p = (const char *)out->sha[i].b;
		out->bytes[i].n = SHA256_LEN;
	}
	return true;
}

static json_t *ids_of(const struct db_rows *rows)
{
	json_t *list = json_array();

	for (int i = 0; i < db_count(rows); i++) {
		struct uuid id = db_get_uuid(rows, i, "record_id");
		char text[UUID_TEXT];

		json_array_append_new(
			list, json_string(uuid_format(&id, text)));
	}
	return list;
}

static bool answer_have(struct req *r, const json_t *list, struct err *e)
{
	struct db_rows *rows;
	struct have have = {0};
	struct db_args a;

	if (!read_have(r, list, &have, e) ||
		!db_begin(r->db, &r->reader, false, e))
		return false;
	db_args_init(&a, r->mem);
	db_uuids(&a, have.rec, have.n);
	db_bytes_array(&a, have.bytes, have.n);
	if (!guard_check(r, e) ||
		!db_run(r->db, Q_SALVAGE_WANT, &a, &rows, e) ||
		!db_commit(r->db, e)) {
		db_rollback(r->db);
		return false;
	}
	return req_reply_json(r, 200, json_pack("{s:o}", "want", ids_of(rows)));
}

/* ---- what is offered ---- */

/* The columns of the lines that are taken. */
struct offer {
	struct record *rec;
	struct uuid *about; /* of conflicts: the record; nil: none */
	struct stored_body *stored;
	size_t n;
	json_t *refused; /* places in the list */
};

/* Whoever may not read a type cannot have been given it. */
static bool may_hold(struct req *r, const struct record *rec)
{
	struct access_facts f = {.type = rec->type,
		.mask = CLASS_ALL_SHARED | CLASS_RESTRICTED,
		.cls = rec->cls,
		.author = r->reader.staff};
	struct err ignored;

	return !rec->type || access_decide(&r->reader, VERB_READ, &f, &ignored);
}

/* A conflict is as private as the record it is about; its body does not say. */
static struct uuid about_of(const struct record *rec, const json_t *body)
{
	const char *id = json_str(body, "record");
	struct uuid out;

	memset(&out, 0, sizeof(out));
	if (rec->type && strcmp(rec->type->name, "conflict") == 0 && id &&
		!uuid_parse(id, &out))
		memset(&out, 0, sizeof(out));
	return out;
}

/* Who reads it is not the word of a station: its body says, and what the log
 * has of it (judge_classes). */
static bool read_line(struct req *r, const json_t *line, struct record *out,
	struct uuid *about)
{
	struct str text = {json_string_value(line), json_string_length(line)};
	struct err ignored;

	const json_t *body;

	if (!text.p ||
		!record_parse_line(r->catalogue, text, out, r->mem, &ignored))
		return false;
	body = json_read(
		out->body.p, out->body.n, &json_limits_own, r->mem, &ignored);
	*about = about_of(out, body);
	if (json_is_object(body) && out->type && uuid_is_nil(about))
		out->cls = record_class_of(out->type, body);
	return json_is_object(body) && may_hold(r, out);
}

static bool read_offer(
	struct req *r, const json_t *list, struct offer *out, struct err *e)
{
	size_t n = json_array_size(list);

	memset(out, 0, sizeof(*out));
	if (n > LINES_MOST)
		return err_field(
			e, ERR_BAD_REQUEST, "records", "0-%d", LINES_MOST);
	out->rec = ARENA_ARRAY(r->mem, struct record, n + 1);
	out->about = ARENA_ARRAY(r->mem, struct uuid, n + 1);
	out->refused = json_keep(json_array(), r->mem);
	for (size_t i = 0; i < n; i++)
		if (read_line(r, json_array_get(list, i), &out->rec[out->n],
			    &out->about[out->n]))
			out->n++;
		else
			json_array_append_new(
				out->refused, json_integer((json_int_t)i));
	return true;
}

static struct uuid unit_of(const struct record *rec)
{
	if (rec->type)
		return record_unit(rec->type, &rec->id, &rec->case_id);
	return uuid_is_nil(&rec->case_id) ? rec->id : rec->case_id;
}

enum { REC, UNIT, CASE, SITE, AUTHOR, BY, DEVICE, UUIDS };
enum { VER, CSN, CLASS, INTS };

static void fill(const struct offer *o, struct uuid *id[UUIDS],
	int64_t *number[INTS], struct str *sha, const char **text[4],
	int64_t *ms[2])
{
	for (size_t i = 0; i < o->n; i++) {
		const struct record *rec = &o->rec[i];

		id[REC][i] = rec->id;
		id[UNIT][i] = unit_of(rec);
		id[CASE][i] = rec->case_id;
		id[SITE][i] = rec->site;
		id[AUTHOR][i] = rec->author;
		id[BY][i] = rec->by;
		id[DEVICE][i] = rec->device;
		number[VER][i] = rec->ver;
		number[CSN][i] = rec->csn;
		number[CLASS][i] = rec->cls;
		sha[i].p = (const char *)rec->sha.b;
		sha[i].n = SHA256_LEN;
		text[0][i] = rec->type_name;
		text[1][i] = state_name(rec->state);
		text[2][i] = rec->reason;
		text[3][i] = o->stored[i].text.p;
		ms[0][i] = rec->at;
		ms[1][i] = rec->entered_at;
	}
}

static void offer_args(struct req *r, const struct offer *o, struct db_args *a)
{
	struct uuid *id[UUIDS];
	int64_t *number[INTS], *ms[2];
	const char **text[4];
	struct str *sha = ARENA_ARRAY(r->mem, struct str, o->n + 1);

	for (size_t i = 0; i < UUIDS; i++)
		id[i] = ARENA_ARRAY(r->mem, struct uuid, o->n + 1);
	for (size_t i = 0; i < INTS; i++)
		number[i] = ARENA_ARRAY(r->mem, int64_t, o->n + 1);
	for (size_t i = 0; i < 4; i++)
		text[i] = ARENA_ARRAY(r->mem, const char *, o->n + 1);
	for (size_t i = 0; i < 2; i++)
		ms[i] = ARENA_ARRAY(r->mem, int64_t, o->n + 1);
	fill(o, id, number, sha, text, ms);
	db_args_init(a, r->mem);
	db_uuids(a, id[REC], o->n);
	db_ints(a, number[VER], o->n);
	db_bytes_array(a, sha, o->n);
	db_ints(a, number[CSN], o->n);
	db_units(a, id[UNIT], o->n);
	db_uuids(a, id[CASE], o->n);
	db_texts(a, text[0], o->n);
	db_ints(a, number[CLASS], o->n);
	db_texts(a, text[1], o->n);
	db_uuids(a, id[SITE], o->n);
	db_uuids(a, id[AUTHOR], o->n);
	db_uuids(a, id[BY], o->n);
	db_uuids(a, id[DEVICE], o->n);
	db_ms_array(a, ms[0], o->n);
	db_ms_array(a, ms[1], o->n);
	db_texts(a, text[2], o->n);
	db_texts(a, text[3], o->n);
	db_int(a, BYTES_MOST);
}

static bool is_restricted(const struct db_rows *rows, const struct offer *o,
	const struct uuid *id)
{
	for (int k = 0; k < db_count(rows); k++) {
		struct uuid known = db_get_uuid(rows, k, "record_id");

		if (uuid_cmp(&known, id) == 0)
			return true;
	}
	for (size_t k = 0; k < o->n; k++)
		if (o->rec[k].cls == CLASS_RESTRICTED &&
			uuid_cmp(&o->rec[k].id, id) == 0)
			return true;
	return false;
}

/* What is restricted here, or among what is offered, is. */
static bool judge_classes(struct req *r, struct offer *o, struct err *e)
{
	struct uuid *ids = ARENA_ARRAY(r->mem, struct uuid, 2 * o->n + 1);
	struct db_rows *rows;
	struct db_args a;

	for (size_t i = 0; i < o->n; i++) {
		ids[2 * i] = o->rec[i].id;
		ids[2 * i + 1] = o->about[i];
	}
	db_args_init(&a, r->mem);
	db_uuids(&a, ids, 2 * o->n);
	if (!db_run(r->db, Q_SALVAGE_RESTRICTED, &a, &rows, e))
		return false;
	for (size_t i = 0; i < o->n; i++)
		if (is_restricted(rows, o, &o->rec[i].id) ||
			(!uuid_is_nil(&o->about[i]) &&
				is_restricted(rows, o, &o->about[i])))
			o->rec[i].cls = CLASS_RESTRICTED;
	return true;
}

/* Bodies as they are to lie there. */
static bool close_bodies(struct req *r, struct offer *o, struct err *e)
{
	struct sealing by = db_sealing(r->db);

	o->stored = ARENA_ARRAY(r->mem, struct stored_body, o->n + 1);
	for (size_t i = 0; i < o->n; i++) {
		struct record *rec = &o->rec[i];
		struct vault_place at = {SALVAGE_COLUMN, rec->id, rec->ver};
		struct str body = {
			arena_strndup(r->mem, rec->body.p, rec->body.n),
			rec->body.n};

		if (!body_seal(&by, r->catalogue, rec->type, rec->cls, &at,
			    body, r->mem, &o->stored[i], e))
			return false;
	}
	return true;
}

/* Which key it was; before, that nobody destroys it meanwhile. */
static bool note_keys(struct req *r, const struct offer *o, struct err *e)
{
	struct uuid *id = ARENA_ARRAY(r->mem, struct uuid, o->n + 1);
	int64_t *ver = ARENA_ARRAY(r->mem, int64_t, o->n + 1);
	int64_t *key = ARENA_ARRAY(r->mem, int64_t, o->n + 1), used = 0;
	struct str *sha = ARENA_ARRAY(r->mem, struct str, o->n + 1);
	struct db_args a;

	for (size_t i = 0; i < o->n; i++) {
		id[i] = o->rec[i].id;
		ver[i] = o->rec[i].ver;
		key[i] = o->stored[i].key;
		used = key[i] ? key[i] : used;
		sha[i] =
			(struct str){(const char *)o->rec[i].sha.b, SHA256_LEN};
	}
	if (used) {
		db_args_init(&a, r->mem);
		db_int(&a, used);
		db_queue(r->db, Q_KEY_USE, &a);
	}
	db_args_init(&a, r->mem);
	db_uuids(&a, id, o->n);
	db_ints(&a, ver, o->n);
	db_bytes_array(&a, sha, o->n);
	db_ints(&a, key, o->n);
	db_queue(r->db, Q_SALVAGE_KEY, &a);
	return db_flush(r->db, r->mem, NULL, 0, e);
}

/* What was offered is evidence, so it is a commit of the log. */
static bool seal_offer(
	struct req *r, const struct db_rows *fresh, struct err *e)
{
	struct uuid *ids =
		ARENA_ARRAY(r->mem, struct uuid, (size_t)db_count(fresh) + 1);
	struct sha256_run *run = sha256_begin();
	struct sha256 *leaf = ARENA_NEW(r->mem, struct sha256);
	struct db_args a;

	for (int i = 0; i < db_count(fresh); i++) {
		ids[i] = db_get_uuid(fresh, i, "record_id");
		sha256_add(run, ids[i].b, sizeof(ids[i].b));
	}
	*leaf = sha256_end(run);
	audit_queue(r->db, r->mem, &r->reader, "salvage", "ok", ids,
		(size_t)db_count(fresh));
	db_args_init(&a, r->mem);
	db_uuid(&a, &r->reader.staff);
	db_uuid(&a, &r->reader.device);
	db_uuid(&a, &r->reader.replica);
	db_text(&a, "s");
	db_int(&a, db_count(fresh));
	db_bytes(&a, leaf->b, SHA256_LEN);
	db_queue(r->db, Q_SEAL, &a);
	return db_flush(r->db, r->mem, NULL, 0, e);
}

static bool answer_offer(struct req *r, const json_t *list, struct err *e)
{
	struct db_rows *fresh;
	struct offer o;
	struct db_args a;

	if (!read_offer(r, list, &o, e) ||
		!db_begin(r->db, &r->reader, false, e))
		return false;
	if (!guard_check(r, e) || !judge_classes(r, &o, e) ||
		!close_bodies(r, &o, e)) {
		db_rollback(r->db);
		return false;
	}
	offer_args(r, &o, &a);
	if (!db_run(r->db, Q_SALVAGE_PUT, &a, &fresh, e) ||
		!note_keys(r, &o, e) ||
		(db_count(fresh) && !seal_offer(r, fresh, e)) ||
		!db_commit(r->db, e)) {
		db_rollback(r->db);
		return false;
	}
	return req_reply_json(r, 200,
		json_pack("{s:i, s:i, s:O}", "parked", db_count(fresh), "known",
			(int)o.n - db_count(fresh), "refused", o.refused));
}

/* {"have":[[rec,sha],…]} → {"want":[rec…]}; {"records":[line…]} →
 * {"parked":n,"known":n,"refused":[place…]}, durable. */
bool salvage_post(struct req *r, struct err *e)
{
	const json_t *have = json_object_get(r->json, "have");
	const json_t *records = json_object_get(r->json, "records");

	if (!guard_reader(r, e))
		return false;
	if (uuid_is_nil(&r->reader.replica))
		return err_field(e, ERR_BAD_REQUEST, "Sync-Replica", "UUIDv7");
	if (json_is_array(have) == json_is_array(records))
		return err_field(e, ERR_BAD_REQUEST, "have", "have, records");
	return json_is_array(have) ? answer_have(r, have, e)
				   : answer_offer(r, records, e);
}
