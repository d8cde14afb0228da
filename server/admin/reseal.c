/*
 * reseal.c - see reseal.h. Texts are opened by the connection that reads them
 * (server/db/sealed.c), so that here is only what closes them.
 */
#include "server/admin/reseal.h"

#include "proto/secret.h"
#include "server/db/sealed.h"
#include "server/records/at_rest.h"

#include <string.h>

#define AT_ONCE 200

/* What a step does with its rows. */
struct step {
	struct db *db;
	const struct catalogue *c;
	struct arena *mem;
	struct key_work *w;
	struct sealing by;
};

void reseal_types(struct db_args *a, const struct catalogue *c)
{
	const struct rtype *t;
	int64_t *no;
	size_t n = 0;

	while (catalogue_type_at(c, n))
		n++;
	no = ARENA_ARRAY(a->mem, int64_t, n + 1);
	n = 0;
	for (size_t i = 0; (t = catalogue_type_at(c, i)) != NULL; i++)
		if (secret_possible(t, (int)t->cls))
			no[n++] = t->no;
	db_ints(a, no, n);
}

static json_t *read_text(struct step *s, struct str text)
{
	struct err e;

	return json_read(text.p, text.n, &json_limits_own, s->mem, &e);
}

/* ---- versions ---- */

/* The typed row of a text that was stored open: the columns that differ. */
static void close_row(struct step *s, const struct rtype *t,
	const struct uuid *id, struct str body, const struct stored_body *out)
{
	const json_t *was = read_text(s, body);
	const json_t *is = read_text(s, out->plain);
	const char **name =
		ARENA_ARRAY(s->mem, const char *, t->field_count + 1);
	struct db_args a;
	size_t n = 0;

	for (size_t i = 0; i < t->field_count; i++) {
		const char *f = t->fields[i].name;

		if (!json_equal(
			    json_object_get(was, f), json_object_get(is, f)))
			name[n++] = f;
	}
	if (!n)
		return;
	db_args_init(&a, s->mem);
	db_text(&a, t->name);
	db_uuid(&a, id);
	db_texts(&a, name, n);
	db_textn(&a, out->plain.p, out->plain.n);
	db_queue(s->db, Q_RESEAL_CLOSE_ROW, &a);
}

static void find_anew(struct step *s, const struct uuid *id, struct str body)
{
	struct uuid rec[LOOKS_MAX];
	const char *field[LOOKS_MAX];
	int64_t key[LOOKS_MAX];
	struct str mac[LOOKS_MAX];
	struct db_args a;
	size_t n = at_rest_macs(
		&s->by, s->w->key, read_text(s, body), s->mem, field, mac);

	for (size_t i = 0; i < n; i++) {
		rec[i] = *id;
		key[i] = s->w->key;
	}
	db_args_init(&a, s->mem);
	db_uuids(&a, id, 1);
	db_uuids(&a, rec, n);
	db_texts(&a, field, n);
	db_ints(&a, key, n);
	db_bytes_array(&a, mac, n);
	db_queue(s->db, Q_LOOK_PUT, &a);
}

static bool seal_version(struct step *s, const struct db_rows *rows, int i,
	struct stored_body *out, struct err *e)
{
	const struct rtype *t =
		catalogue_type_no(s->c, (int)db_get_int(rows, i, "type"));
	struct uuid id = db_get_uuid(rows, i, "record_id");
	struct vault_place at = {
		BODY_COLUMN, id, db_get_int(rows, i, "version")};
	struct str body = db_get_bytes(rows, i, "body");

	if (!body_seal(&s->by, s->c, t, (int)db_get_int(rows, i, "class"), &at,
		    body, s->mem, out, e))
		return false;
	if (!db_get_int(rows, i, "newest") || !t)
		return true;
	if (db_is_null(rows, i, "key_no") && out->key)
		close_row(s, t, &id, body, out);
	if (strcmp(t->name, "person") == 0)
		find_anew(s, &id, body);
	return true;
}

static bool put_versions(struct step *s, const struct db_rows *rows,
	const struct stored_body *list, struct err *e)
{
	size_t n = (size_t)db_count(rows);
	struct uuid *id = ARENA_ARRAY(s->mem, struct uuid, n);
	int64_t *ver = ARENA_ARRAY(s->mem, int64_t, n);
	int64_t *key = ARENA_ARRAY(s->mem, int64_t, n);
	const char **text = ARENA_ARRAY(s->mem, const char *, n);
	struct db_args a;

	if (n == 0)
		return true;
	for (size_t i = 0; i < n; i++) {
		id[i] = db_get_uuid(rows, (int)i, "record_id");
		ver[i] = db_get_int(rows, (int)i, "version");
		key[i] = list[i].key;
		text[i] = list[i].text.p;
	}
	s->w->row = id[n - 1];
	s->w->version = ver[n - 1];
	db_args_init(&a, s->mem);
	db_uuids(&a, id, n);
	db_ints(&a, ver, n);
	db_texts(&a, text, n);
	db_ints(&a, key, n);
	db_queue(s->db, Q_RESEAL_VERSION_PUT, &a);
	return db_flush(s->db, s->mem, NULL, 0, e);
}

static bool versions(struct step *s, size_t *count, struct err *e)
{
	struct stored_body list[AT_ONCE];
	struct db_rows *rows;
	struct db_args a;

	memset(list, 0, sizeof(list));
	db_args_init(&a, s->mem);
	db_uuid(&a, &s->w->row);
	db_int(&a, s->w->version);
	db_int(&a, s->w->key);
	reseal_types(&a, s->c);
	db_int(&a, AT_ONCE);
	if (!db_run(s->db, Q_RESEAL_VERSIONS, &a, &rows, e))
		return false;
	*count = (size_t)db_count(rows);
	for (size_t i = 0; i < *count; i++)
		if (!seal_version(s, rows, (int)i, &list[i], e))
			return false;
	return !*count || put_versions(s, rows, list, e);
}

/* ---- what is salvaged, what waits ---- */

static bool put_one(struct step *s, enum query put, const struct uuid *id,
	const struct stored_body *b, struct err *e)
{
	struct db_args a;

	s->w->row = *id;
	db_args_init(&a, s->mem);
	db_uuid(&a, id);
	db_textn(&a, b->text.p, b->text.n);
	db_int(&a, b->key);
	return db_run(s->db, put, &a, NULL, e);
}

static bool rows_of(struct step *s, enum query q, struct db_rows **rows,
	size_t *count, struct err *e)
{
	struct db_args a;

	db_args_init(&a, s->mem);
	db_uuid(&a, &s->w->row);
	db_int(&a, s->w->key);
	db_int(&a, AT_ONCE);
	if (!db_run(s->db, q, &a, rows, e))
		return false;
	*count = (size_t)db_count(*rows);
	return true;
}

static bool salvages(struct step *s, size_t *count, struct err *e)
{
	struct db_rows *rows;

	if (!rows_of(s, Q_RESEAL_SALVAGES, &rows, count, e))
		return false;
	for (int i = 0; i < (int)*count; i++) {
		struct uuid id = db_get_uuid(rows, i, "id");
		struct vault_place at = {SALVAGE_COLUMN,
			db_get_uuid(rows, i, "record_id"),
			db_get_int(rows, i, "version")};
		struct stored_body b;

		if (!body_seal(&s->by, s->c,
			    catalogue_type(s->c, db_get_text(rows, i, "type")),
			    (int)db_get_int(rows, i, "class"), &at,
			    db_get_bytes(rows, i, "salvaged"), s->mem, &b, e) ||
			!put_one(s, Q_RESEAL_SALVAGE_PUT, &id, &b, e))
			return false;
	}
	return true;
}

/* What its record is cannot be told any more: what may be restricted is. */
static bool may_be_restricted(const struct rtype *t, const json_t *change)
{
	const char *op = json_str(change, "op");

	return !t || json_flag(json_object_get(change, "set"), "restricted") ||
	       (rtype_field(t, "restricted") &&
		       (!op || strcmp(op, "create") != 0));
}

static bool parked(struct step *s, size_t *count, struct err *e)
{
	struct db_rows *rows;

	if (!rows_of(s, Q_RESEAL_PARKED, &rows, count, e))
		return false;
	for (int i = 0; i < (int)*count; i++) {
		struct uuid id = db_get_uuid(rows, i, "change_id");
		struct str text = db_get_bytes(rows, i, "payload");
		const json_t *change = read_text(s, text);
		const char *type = json_str(change, "type");
		const struct rtype *t =
			type ? catalogue_type(s->c, type) : NULL;
		struct stored_body b;

		if (!change_seal(&s->by, s->c, t, may_be_restricted(t, change),
			    &id, text, s->mem, &b, e) ||
			!put_one(s, Q_RESEAL_PARKED_PUT, &id, &b, e))
			return false;
	}
	return true;
}

bool reseal_step(struct db *db, const struct catalogue *c, struct arena *mem,
	struct key_work *w, size_t *count, struct err *e)
{
	static const struct {
		const char *place;
		bool (*run)(struct step *s, size_t *count, struct err *e);
	} places[] = {
		{"version", versions},
		{"salvage", salvages},
		{"parked",  parked  },
	};
	struct step s = {db, c, mem, w, db_sealing(db)};

	for (size_t i = 0; i < ARRAY_LEN(places); i++)
		if (strcmp(places[i].place, w->place) == 0)
			return places[i].run(&s, count, e);
	return err_set(e, ERR_INTERNAL, "log.key_work: place '%s'", w->place);
}
