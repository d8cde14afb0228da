/*
 * follow.c - see follow.h.
 *
 * What is moved is written as ordinary patches, with what stands as what was
 * seen, and goes through the same decision as everybody's changes. Its leave is
 * the grant of the acceptance it follows from.
 */
#include "server/records/follow.h"

#include "proto/base/uuid.h"
#include "server/records/decide.h"
#include "server/records/withdrawn.h"

#include <string.h>

/* Was accepted by this batch, and moves something. */
static bool moves_things(struct world *w, const struct fresh *f)
{
	const struct entry *x = f->entry;
	const json_t *body, *was;
	const char *status, *kind;
	struct err e;

	if (f->old || strcmp(f->rec.type->name, "referral") != 0)
		return false;
	body = entry_body(w, f->entry);
	status = json_str(body, "status");
	kind = json_str(body, "kind");
	if (!status || strcmp(status, "accepted") != 0)
		return false;
	was = x->stored.ver ? json_read(x->stored.body.p, x->stored.body.n,
				      &json_limits_own, w->mem, &e)
			    : NULL;
	status = was ? json_str(was, "status") : NULL;
	return (!status || strcmp(status, "accepted") != 0) &&
	       (json_flag(body, "hand_over") ||
		       (kind && strcmp(kind, "transfer") == 0));
}

static bool hands_over(struct world *w)
{
	for (size_t i = 0; i < w->fresh_count; i++)
		if (moves_things(w, &w->fresh[i]))
			return true;
	return false;
}

bool follow_needed(struct world *w)
{
	return hands_over(w) || withdrawn_needed(w);
}

static json_t *id_json(const struct uuid *id)
{
	char text[UUID_TEXT];

	return json_string(uuid_format(id, text));
}

void follow_patch(struct world *w, json_t *list, const struct record *r,
	json_t *set, json_t *unset)
{
	json_t *one = json_object();
	char at[TIME_TEXT];
	struct uuid id = uuid_new();
	struct err e;
	const json_t *body =
		json_read(r->body.p, r->body.n, &json_limits_own, w->mem, &e);

	json_object_set_new(one, "id", id_json(&id));
	json_object_set_new(one, "rec", id_json(&r->id));
	json_object_set_new(one, "type", json_string(r->type_name));
	if (!r->type->root)
		json_object_set_new(one, "case", id_json(&r->case_id));
	json_object_set_new(one, "op", json_string("patch"));
	json_object_set_new(one, "seen",
		json_incref(merge_seen(r->type, body, set, unset, w->mem)));
	json_object_set(one, "set", set);
	json_object_set(one, "unset", unset);
	json_object_set_new(one, "base_ver", json_integer(r->ver));
	json_object_set_new(
		one, "entered_at", json_string(time_format(w->now, at)));
	json_array_append_new(list, one);
}

/* Who takes over: the person the acceptance names, else nobody yet. */
static void put_person(
	json_t *set, json_t *unset, const char *field, const json_t *letter)
{
	json_t *who = json_object_get(letter, "manager");

	if (who)
		json_object_set(set, field, who);
	else
		json_array_append_new(unset, json_string(field));
}

static void move_record(struct world *w, json_t *list, const struct record *r,
	const json_t *letter)
{
	static const struct {
		const char *type;
		const char *site;
		const char *person;
	} moved[] = {
		{"case",    "home_site", "manager" },
		{"task",    "site",      "assignee"},
		{"service", "site",      "provider"},
	};
	json_t *set = json_keep(json_object(), w->mem);
	json_t *unset = json_keep(json_array(), w->mem);

	for (size_t i = 0; i < ARRAY_LEN(moved); i++)
		if (strcmp(moved[i].type, r->type_name) == 0) {
			json_object_set(set, moved[i].site,
				json_object_get(letter, "to_site"));
			put_person(set, unset, moved[i].person, letter);
		}
	follow_patch(w, list, r, set, unset);
}

/* Only the home site gives a case away: not a care group's other site, nor the
 * home site of the day before yesterday. */
static bool is_home(struct world *w, const struct record *r,
	const struct uuid *site, struct err *e)
{
	char text[UUID_TEXT];
	struct err ignored;
	const json_t *body = json_read(
		r->body.p, r->body.n, &json_limits_own, w->mem, &ignored);
	const char *home = json_str(body, "home_site");

	return (home && strcmp(home, uuid_format(site, text)) == 0) ||
	       err_field(e, ERR_BAD_STEP, "kind", "home_site");
}

static bool is_transfer(const json_t *letter)
{
	const char *kind = json_str(letter, "kind");

	return kind && strcmp(kind, "transfer") == 0;
}

/* The case itself and what in it waits for the sender's site. */
static bool move_case(struct world *w, struct db *db, struct fresh *f,
	json_t *list, struct err *e)
{
	const json_t *letter = entry_body(w, f->entry);
	struct db_rows *rows;
	struct db_args a;
	bool reached = false;

	db_args_init(&a, w->mem);
	db_uuid(&a, &f->rec.case_id);
	db_uuid(&a, &f->rec.site);
	if (!db_run(db, Q_FOLLOWING, &a, &rows, e))
		return false;
	for (int i = 0; i < db_count(rows); i++) {
		struct record r;
		struct uuid unit;
		bool root;

		row_record(w->catalogue, rows, i, &r, &unit);
		if (!r.type)
			continue;
		root = r.type->root;
		reached |= root;
		if (root && is_transfer(letter) &&
			!is_home(w, &r, &f->rec.site, e))
			return false;
		if (root ? is_transfer(letter) : json_flag(letter, "hand_over"))
			move_record(w, list, &r, letter);
	}
	return reached || err_field(e, ERR_MISSING, "consent", "to_site");
}

static const struct grant *grant_of(struct world *w)
{
	for (size_t i = 0; i < w->fresh_count; i++)
		if (moves_things(w, &w->fresh[i]))
			return w->fresh[i].entry->grant;
	return withdrawn_grant(w);
}

static bool all_stand(const struct world *w, struct err *e)
{
	for (size_t i = 0; i < w->n; i++)
		if (w->results[i].status != CHANGE_APPLIED &&
			w->results[i].status != CHANGE_NOTED) {
			*e = w->results[i].why;
			return false;
		}
	return true;
}

bool follow_decide(
	struct world *w, const json_t *list, struct db *db, struct err *e)
{
	w->n = json_array_size(list);
	w->changes = ARENA_ARRAY(w->mem, struct change, w->n + 1);
	w->results = ARENA_ARRAY(w->mem, struct change_result, w->n + 1);
	/* One by one: there may be more than a request may carry. */
	for (size_t i = 0; i < w->n; i++)
		change_decode(w->catalogue, json_array_get(list, i), w->mem,
			&w->changes[i]);
	if (!world_load(w, db, e))
		return false;
	world_decide(w);
	return true;
}

bool follow_world(
	struct world *w, struct db *db, struct world *out, struct err *e)
{
	json_t *list = json_keep(json_array(), w->mem);

	memset(out, 0, sizeof(*out));
	out->mem = w->mem;
	out->catalogue = w->catalogue;
	out->reader = w->reader;
	out->trail = w->trail;
	out->now = w->now;
	out->follows = grant_of(w);
	for (size_t i = 0; i < w->fresh_count; i++)
		if (moves_things(w, &w->fresh[i]) &&
			!move_case(w, db, &w->fresh[i], list, e))
			return false;
	if (!withdrawn_follow(w, db, list, e))
		return false;
	if (!json_array_size(list))
		return true;
	if (!follow_decide(out, list, db, e))
		return false;
	/* Nobody's wish to share no more waits for a task that cannot be
	 * cancelled: that is parked for a person. */
	return !hands_over(w) || all_stand(out, e);
}
