/*
 * withdrawal.c - see withdrawal.h.
 */
#include "client/store/withdrawal.h"

#include "client/store/outbox.h"
#include "proto/base/host.h"
#include "proto/withdraw.h"

#include <stdio.h>
#include <string.h>

struct withdrawal {
	struct view *v;
	struct uuid case_id;
	struct uuid *records;
	size_t n;
	struct withdraw w;
	struct withdraw_rec *recs;
	size_t room;
};

/* ---- what this station knows ---- */

static void add_record(struct withdrawal *o, const struct uuid *id)
{
	struct withdraw_rec *x = &o->recs[o->w.n];
	struct seen s;
	struct err ignored;

	for (size_t i = 0; i < o->w.n; i++)
		if (uuid_cmp(&o->recs[i].id, id) == 0)
			return;
	if (!view_record(o->v, id, o->w.mem, &s, &ignored) || !s.r.type ||
		s.r.state == STATE_RETRACTED)
		return;
	x->id = *id;
	x->site = s.r.site;
	x->unit = s.unit;
	x->type = s.type;
	x->before = x->after = s.body;
	o->w.n++;
}

static void add_all(struct withdrawal *o, const struct uuid *ids, size_t n)
{
	if (o->w.n + n > o->room)
		die("more records than there is room for");
	for (size_t i = 0; i < n; i++)
		add_record(o, &ids[i]);
}

/* Groups the client takes part in as this case. */
static void add_groups(struct withdrawal *o, const struct uuid *seats, size_t n)
{
	char kase[UUID_TEXT];

	uuid_format(&o->case_id, kase);
	for (size_t i = 0; i < n; i++) {
		struct seen s;
		struct err ignored;
		const char *linked;

		if (!view_record(o->v, &seats[i], o->w.mem, &s, &ignored))
			continue;
		linked = json_str(s.body, "linked_case");
		if (linked && strcmp(linked, kase) == 0) {
			add_record(o, &seats[i]);
			add_record(o, &s.unit);
		}
	}
}

static void read_case(struct withdrawal *o, const char *reason)
{
	struct arena *mem = o->w.mem;
	size_t records, staff, seats;
	const struct uuid *ids = view_unit(o->v, &o->case_id, mem, &records);
	const struct uuid *people = view_of_type(o->v, "staff", mem, &staff);
	const struct uuid *parts =
		view_of_type(o->v, "participant", mem, &seats);

	o->room = records + staff + 2 * seats + 1;
	o->recs = ARENA_ARRAY(mem, struct withdraw_rec, o->room);
	o->w.recs = o->recs;
	o->w.today = time_day_cn(host_now_ms());
	o->w.reason = reason;
	add_all(o, ids, records);
	add_all(o, people, staff);
	add_groups(o, parts, seats);
}

static struct withdraw_rec *record_of(
	struct withdrawal *o, const struct uuid *id)
{
	for (size_t i = 0; i < o->w.n; i++)
		if (uuid_cmp(&o->recs[i].id, id) == 0)
			return &o->recs[i];
	return NULL;
}

static bool check(struct withdrawal *o, struct err *e)
{
	for (size_t i = 0; i < o->n; i++) {
		const struct withdraw_rec *r = record_of(o, &o->records[i]);
		char field[32];

		if (r && withdraw_ends(r->type) &&
			uuid_cmp(&r->unit, &o->case_id) == 0)
			continue;
		snprintf(field, sizeof(field), "records[%zu]", i);
		return err_field(e, ERR_BAD_INPUT, field, "member, consent");
	}
	return true;
}

struct withdrawal *withdrawal_new(struct view *v, const struct uuid *case_id,
	const struct uuid *records, size_t n, const char *reason,
	struct arena *mem, struct err *e)
{
	struct withdrawal *o = ARENA_NEW(mem, struct withdrawal);

	o->v = v;
	o->case_id = *case_id;
	o->records = ARENA_ARRAY(mem, struct uuid, n + 1);
	memcpy(o->records, records, n * sizeof(*records));
	o->n = n;
	o->w.mem = mem;
	read_case(o, reason);
	return check(o, e) ? o : NULL;
}

/* ---- the preview ---- */

json_t *withdrawal_preview(struct withdrawal *o)
{
	json_t *out;
	char id[UUID_TEXT];

	for (size_t i = 0; i < o->n; i++) {
		struct withdraw_rec *r = record_of(o, &o->records[i]);
		json_t *after = json_keep(
			json_deep_copy((json_t *)(uintptr_t)r->before),
			o->w.mem);

		json_object_update(after, withdraw_ending(&o->w, r));
		r->after = after;
	}
	out = withdraw_json(&o->w);
	json_object_set_new(
		out, "case", json_string(uuid_format(&o->case_id, id)));
	json_object_set_new(out, "from", json_string("station"));
	return out;
}

json_t *withdrawal_question(const struct withdrawal *o)
{
	json_t *list = json_array();
	char id[UUID_TEXT];

	for (size_t i = 0; i < o->n; i++)
		json_array_append_new(
			list, json_string(uuid_format(&o->records[i], id)));
	return json_keep(json_pack("{s:s, s:o, s:s*}", "case",
				 uuid_format(&o->case_id, id), "records", list,
				 "reason", o->w.reason),
		o->w.mem);
}

/* ---- the step ---- */

bool withdrawal_save(struct withdrawal *o, bool *any, struct err *e)
{
	struct uuid tx = uuid_new();

	*any = false;
	for (size_t i = 0; i < o->n; i++) {
		struct withdraw_rec *r = record_of(o, &o->records[i]);
		bool changed = false;

		if (!outbox_patch_in(o->v, &r->id, withdraw_ending(&o->w, r),
			    json_keep(json_array(), o->w.mem), &tx, &changed,
			    e))
			return false;
		*any |= changed;
	}
	return true;
}
