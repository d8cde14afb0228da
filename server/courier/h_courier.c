/*
 * h_courier.c - POST /v1/courier: changes somebody else's sync brings.
 *
 * Whoever brings it is told "taken" or why not, and nothing of what became of
 * it; the author's own next push gets the same results again, by the same ids.
 */
#include "server/courier/deliver.h"
#include "server/courier/left.h"

#include "proto/base/mutant.h"

#include <string.h>

static bool read_parcels(struct delivery *d, struct err *e)
{
	const json_t *list = json_object_get(d->r->json, "parcels");
	struct arena *mem = d->r->mem;

	d->n = json_array_size(list);
	if (!json_is_array(list) || d->n > LIMIT_PARCELS)
		return err_field(
			e, ERR_BAD_REQUEST, "parcels", "0-%d", LIMIT_PARCELS);
	d->p = ARENA_ARRAY(mem, struct parcel, d->n + 1);
	d->why = ARENA_ARRAY(mem, struct err, d->n + 1);
	d->rec = ARENA_ARRAY(mem, struct uuid, d->n + 1);
	for (size_t i = 0; i < d->n; i++)
		if (!parcel_read(json_array_get(list, i), mem, &d->p[i], e))
			return false;
	return true;
}

static bool keep_each(struct delivery *d, struct err *e)
{
	const json_t *list = json_object_get(d->r->json, "parcels");
	int64_t room;

	if (!left_room(d->r, &room, e))
		return false;
	for (size_t i = 0; i < d->n; i++) {
		const struct parcel *p = &d->p[i];

		/* A file is kept with its pieces (file.h), or not at all. */
		if (d->why[i].code == ERR_NONE ||
			d->why[i].code == ERR_FORGED ||
			p->kind != PARCEL_CHANGE)
			continue;
		if (!MUTANT(parcel_unstored) &&
			!left_change(d->r, p,
				json_canonical(
					json_array_get(list, i), d->r->mem),
				&d->why[i], &room, e))
			return false;
		d->why[i].code = ERR_NONE;
	}
	return db_commit(d->r->db, e);
}

/* A station that is about to be wiped, or had to destroy the case its work was
 * in, asks that what cannot be taken now is kept as it is: nothing is dropped
 * because nobody there can do anything about it. */
static bool keep_rest(struct delivery *d, struct err *e)
{
	if (!json_flag(d->r->json, "keep"))
		return true;
	if (!db_begin_system(d->r->db, e))
		return false;
	if (keep_each(d, e))
		return true;
	db_rollback(d->r->db);
	return false;
}

static bool answer(const struct delivery *d)
{
	struct req *r = d->r;
	char id[UUID_TEXT];
	struct buf b;

	buf_init(&b, (size_t)1 << 20);
	buf_text(&b, "{\"results\":[");
	for (size_t i = 0; i < d->n; i++) {
		bool taken = d->why[i].code == ERR_NONE;

		buf_printf(&b, "%s{\"id\":\"%s\",\"taken\":%s", i ? "," : "",
			uuid_format(&d->p[i].id, id), taken ? "true" : "false");
		if (!taken) {
			buf_char(&b, ',');
			err_json(&d->why[i], &b);
		}
		buf_char(&b, '}');
	}
	buf_text(&b, "]}");
	req_reply_text(r, 200, arena_strndup(r->mem, b.p, b.n));
	buf_free(&b);
	return true;
}

/* {"parcels":[…]} → {"results":[{"id","taken",…}]} in the order sent */
bool courier_post(struct req *r, struct err *e)
{
	struct delivery d = {.r = r};

	return read_parcels(&d, e) && deliver_all(&d, e) &&
	       deliver_note(&d, e) && keep_rest(&d, e) && answer(&d);
}
