/*
 * at_rest.c - see at_rest.h.
 */
#include "server/records/at_rest.h"

#include <string.h>

#define DIGITS 8

/* ---- bodies ---- */

static bool seal_fresh(struct world *w, const struct sealing *by,
	struct fresh *f, struct err *e)
{
	struct vault_place at = {BODY_COLUMN, f->rec.id, f->rec.ver};

	return body_seal(by, w->catalogue, f->rec.type, f->rec.cls, &at,
		f->rec.body, w->mem, &f->stored, e);
}

/* ---- parked changes ---- */

/* Also when it cannot be known, because the record is out of reach. */
static bool may_be_restricted(struct world *w, const struct change *c)
{
	const struct entry *x = world_find(w, &c->rec);

	if (!c->type ||
		json_flag(json_object_get(c->json, "set"), "restricted"))
		return true;
	if (!rtype_field(c->type, "restricted"))
		return false;
	if (x && x->now.ver)
		return x->now.cls == CLASS_RESTRICTED;
	return c->op != OP_CREATE;
}

static bool seal_parked(
	struct world *w, const struct sealing *by, size_t i, struct err *e)
{
	const struct change *c = &w->changes[i];
	const char *text = json_canonical(c->json, w->mem);

	return change_seal(by, w->catalogue, c->type, may_be_restricted(w, c),
		&w->results[i].id, (struct str){text, strlen(text)}, w->mem,
		&w->parked[i], e);
}

bool at_rest_seal(struct world *w, struct db *db, struct err *e)
{
	struct sealing by = db_sealing(db);

	for (size_t i = 0; i < w->fresh_count; i++)
		if (!seal_fresh(w, &by, &w->fresh[i], e))
			return false;
	w->parked = ARENA_ARRAY(w->mem, struct stored_body, w->n + 1);
	for (size_t i = 0; i < w->n; i++)
		if (w->results[i].status == CHANGE_PARKED &&
			!seal_parked(w, &by, i, e))
			return false;
	return true;
}

/* ---- what persons are found by ---- */

const char *at_rest_digits(const char *phone, struct arena *mem)
{
	char *out = arena_alloc(mem, strlen(phone) + 1);
	size_t n = 0;

	for (const char *p = phone; *p; p++)
		if (*p >= '0' && *p <= '9')
			out[n++] = *p;
	out[n] = 0;
	if (!n)
		return NULL;
	return n > DIGITS ? out + n - DIGITS : out;
}

size_t at_rest_looks(
	const json_t *person, struct arena *mem, struct look out[LOOKS_MAX])
{
	const char *number = json_str(person, "id_number");
	const char *phone = json_str(person, "phone");
	const char *digits = phone ? at_rest_digits(phone, mem) : NULL;
	size_t n = 0;

	if (number)
		out[n++] = (struct look){
			"id_number", {number, strlen(number)}
                };
	if (digits)
		out[n++] = (struct look){
			"phone", {digits, strlen(digits)}
                };
	return n;
}

struct looks {
	struct uuid *rec;
	const char **field;
	int64_t *key;
	struct str *mac;
	size_t n;
};

size_t at_rest_macs(const struct sealing *by, int64_t key, const json_t *person,
	struct arena *mem, const char *field[LOOKS_MAX],
	struct str mac[LOOKS_MAX])
{
	struct look l[LOOKS_MAX];
	size_t looks = at_rest_looks(person, mem, l), n = 0;

	for (size_t i = 0; i < looks; i++) {
		struct vault_mac *all =
			ARENA_ARRAY(mem, struct vault_mac, VAULT_KEYS);
		size_t keys =
			vault_macs(by->vault, l[i].field, l[i].value, all);

		for (size_t k = 0; k < keys; k++)
			if (all[k].key == key) {
				field[n] = l[i].field;
				mac[n++] = (struct str){
					(const char *)all[k].b, VAULT_MAC};
			}
	}
	return n;
}

/* Under the key the body was sealed by. */
static void add_looks(struct world *w, const struct sealing *by,
	const struct fresh *f, struct looks *out)
{
	struct err e;
	const json_t *body = json_read(
		f->rec.body.p, f->rec.body.n, &json_limits_own, w->mem, &e);
	size_t n = at_rest_macs(by, f->stored.key, body, w->mem,
		out->field + out->n, out->mac + out->n);

	for (size_t i = 0; i < n; i++) {
		out->rec[out->n] = f->rec.id;
		out->key[out->n++] = f->stored.key;
	}
}

static void queue_looks(struct world *w, struct db *db)
{
	struct sealing by = db_sealing(db);
	size_t room = w->fresh_count * LOOKS_MAX + 1, gone = 0;
	struct uuid *ids = ARENA_ARRAY(w->mem, struct uuid, room);
	struct looks l = {ARENA_ARRAY(w->mem, struct uuid, room),
		ARENA_ARRAY(w->mem, const char *, room),
		ARENA_ARRAY(w->mem, int64_t, room),
		ARENA_ARRAY(w->mem, struct str, room), 0};
	struct db_args a;

	for (size_t i = 0; i < w->fresh_count; i++) {
		const struct fresh *f = &w->fresh[i];

		if (f->old || strcmp(f->rec.type->name, "person") != 0)
			continue;
		ids[gone++] = f->rec.id;
		if (f->stored.key)
			add_looks(w, &by, f, &l);
	}
	if (!gone)
		return;
	db_args_init(&a, w->mem);
	db_uuids(&a, ids, gone);
	db_uuids(&a, l.rec, l.n);
	db_texts(&a, l.field, l.n);
	db_ints(&a, l.key, l.n);
	db_bytes_array(&a, l.mac, l.n);
	db_queue(db, Q_LOOK_PUT, &a);
}

void at_rest_queue(struct world *w, struct db *db)
{
	int64_t key = 0;
	struct db_args a;

	for (size_t i = 0; i < w->fresh_count && !key; i++)
		key = w->fresh[i].stored.key;
	for (size_t i = 0; i < w->n && !key; i++)
		if (w->results[i].status == CHANGE_PARKED)
			key = w->parked[i].key;
	if (key) {
		db_args_init(&a, w->mem);
		db_int(&a, key);
		db_queue(db, Q_KEY_USE, &a);
	}
	/* Also of whom nothing is sealed any more. */
	queue_looks(w, db);
}
