/*
 * outbox.c - see outbox.h.
 */
#include "client/store/check.h"
#include "client/store/outbox_in.h"
#include "client/store/sheet.h"

#include "proto/base/host.h"
#include "proto/base/mutant.h"
#include "proto/change.h"
#include "proto/merge.h"

#include <string.h>

static json_t *shared(const json_t *j)
{
	return json_incref((json_t *)(uintptr_t)j);
}

/* What every change says. `as` is one a page made, or NULL. */
static json_t *begin(enum change_op op, const char *type,
	const struct uuid *rec, const struct uuid *case_id,
	const struct change *as)
{
	struct uuid id = as ? as->id : uuid_new();
	int64_t entered = as ? as->entered_at : host_now_ms();
	char at[TIME_TEXT];
	json_t *change = json_pack("{s:o, s:o, s:s, s:o, s:s, s:s}", "id",
		json_id(&id), "rec", json_id(rec), "type", type, "case",
		json_id(case_id), "op", op_name(op), "entered_at",
		time_format(entered, at));

	if (as && !uuid_is_nil(&as->tx))
		json_object_set_new(change, "tx", json_id(&as->tx));
	return change;
}

#ifdef CASEBRIDGE_MUTANTS
/* Something with the same content waits already. */
static bool is_queued(const struct store *s, const json_t *change)
{
	for (size_t i = 0; i < store_work_count(s); i++) {
		const json_t *c = work_change(store_work_at(s, i));

		if (work_waits(store_work_at(s, i)) &&
			json_equal(json_object_get(c, "rec"),
				json_object_get(change, "rec")) &&
			json_equal(json_object_get(c, "op"),
				json_object_get(change, "op")) &&
			json_equal(json_object_get(c, "set"),
				json_object_get(change, "set")))
			return true;
	}
	return false;
}
#else
#define is_queued(s, change) false
#endif

/* The centre's own reading of it is the last check before it is kept. */
static bool add(struct view *v, json_t *change, struct err *e)
{
	struct store *s = view_store(v);
	struct arena *mem = arena_new();
	struct change c;

	if (MUTANT(body_dedupe) && is_queued(s, change)) {
		arena_free(mem);
		json_decref(change);
		return true;
	}
	change_decode(store_catalogue(s), change, mem, &c);
	arena_free(mem);
	if (!c.refused)
		return store_work_add(s, change, e);
	*e = c.why;
	json_decref(change);
	return false;
}

static void set_after(struct view *v, json_t *change, const struct uuid *rec)
{
	const struct work *last = view_last_waiting(v, rec);

	if (last)
		json_object_set_new(change, "after", json_id(&last->id));
}

/* ---- create ---- */

static bool may_create(struct view *v, const struct rtype *t,
	const struct uuid *case_id, const json_t *body, struct err *e)
{
	const char *phase = json_str(body, "phase");
	static const struct uuid nil;
	struct check q = {.type = t,
		.rec = &nil,
		.unit = case_id,
		.kase = case_id,
		.site = &nil};

	if (strcmp(t->name, "conflict") == 0)
		return err_field(
			e, ERR_UNKNOWN_TYPE, t->name, "casebridge add --help");
	q.after = body;
	if (!record_check(store_catalogue(view_store(v)), t, body, false, e) ||
		!record_check_in_use(t, NULL, body, e) || !check_body(v, &q, e))
		return false;
	return strcmp(t->name, "case") != 0 || !phase ||
	       phase_may_start(phase, e);
}

bool outbox_do_create(struct view *v, const struct rtype *t,
	const struct uuid *case_id, json_t *body, const struct uuid *tx,
	struct uuid *rec, const struct change *as, struct err *e)
{
	static const struct uuid nil;
	json_t *change;

	record_drop_nulls(body);
	record_normalise(t, body, NULL);
	check_fill(v, t, NULL, body);
	sheet_fill(v, t, case_id, rec, NULL, body);
	if (!may_create(v, t, case_id, body, e) ||
		!sheet_check(v, t, case_id, rec, NULL, body, e))
		return false;
	if (uuid_is_nil(rec))
		*rec = uuid_new();
	if (t->needs_case && uuid_is_nil(case_id))
		return err_field(e, ERR_MISSING, "--case", "--case ID");
	if (t->root || t->scope == SCOPE_DIRECTORY || t->scope == SCOPE_PERSON)
		case_id = &nil;
	change = begin(OP_CREATE, t->name, rec, case_id, as);
	json_object_set_new(change, "set", shared(body));
	if (tx && !uuid_is_nil(tx))
		json_object_set_new(change, "tx", json_id(tx));
	/* A record of a case the centre does not have yet waits for it. */
	if (!uuid_is_nil(case_id) && !store_held(view_store(v), case_id, NULL))
		set_after(v, change, case_id);
	return add(v, change, e);
}

bool outbox_create(struct view *v, const struct rtype *t,
	const struct uuid *case_id, json_t *body, const struct uuid *tx,
	struct uuid *rec, struct err *e)
{
	return outbox_do_create(v, t, case_id, body, tx, rec, NULL, e);
}

/* ---- changing what is there ---- */

static bool may_change(const struct seen *now, struct err *e)
{
	if (!now->r.type)
		return err_field(
			e, ERR_UNKNOWN_TYPE, now->type, "casebridge --version");
	if (now->r.state == STATE_RETRACTED)
		return err_set(e, ERR_RETRACTED, "record is retracted");
	return true;
}

static json_t *begin_on(struct view *v, enum change_op op,
	const struct seen *now, const struct change *as)
{
	/* A conflict about a person has no case, but must name something. */
	bool alone = now->r.type->scope == SCOPE_CASE &&
		     uuid_is_nil(&now->r.case_id);
	json_t *change = begin(op, now->type, &now->r.id,
		alone ? &now->r.id : &now->r.case_id, as);

	json_object_set_new(change, "base_ver", json_integer(now->r.ver));
	set_after(v, change, &now->r.id);
	return change;
}

static bool check_move(struct view *v, const struct seen *now,
	const json_t *merged, struct err *e)
{
	const char *from = json_str(now->body, "phase");
	const char *to = json_str(merged, "phase");
	const json_t *pack =
		catalogue_pack_of(store_catalogue(view_store(v)), merged);
	struct phase_facts facts;

	if (strcmp(now->type, "case") != 0 || !from || !to ||
		strcmp(from, to) == 0)
		return true;
	if (!view_facts(v, &now->r.id, &facts, e))
		return false;
	phase_facts_case(&facts, merged, pack);
	return phase_may_move(from, to, pack, &facts, e);
}

static bool check_unset(
	const struct rtype *t, const json_t *unset, struct err *e)
{
	for (size_t i = 0; i < json_array_size(unset); i++) {
		const char *name = json_string_value(json_array_get(unset, i));
		const struct field *f = rtype_field(t, name);

		if (!f)
			return err_field(e, ERR_UNKNOWN_FIELD, name, "-");
		if (f->server)
			return err_field(e, ERR_SERVER_OWNED, name, "-");
	}
	return true;
}

/* What the step says by itself is written down as if it had been typed. */
static void fill_step(
	struct view *v, const struct seen *now, json_t *set, json_t *unset)
{
	json_t *after = json_deep_copy(now->body), *had, *value;
	const char *key;

	json_object_update(after, set);
	had = json_copy(after);
	check_fill(v, now->r.type, now->body, after);
	sheet_fill(
		v, now->r.type, &now->r.case_id, &now->r.id, now->body, after);
	json_object_foreach(after, key, value)
	{
		const json_t *typed = json_object_get(had, key);

		if (!typed || !json_equal(typed, value))
			json_object_set(set, key, value);
	}
	json_object_foreach(had, key, value)
	{
		if (unset && !json_object_get(after, key))
			json_array_append_new(unset, json_string(key));
	}
	json_decref(had);
	json_decref(after);
}

bool outbox_do_addition(struct view *v, const struct seen *now, json_t *set,
	const struct uuid *keeps, const char *reason, const struct change *as,
	struct arena *mem, struct err *e)
{
	const struct catalogue *c = store_catalogue(view_store(v));
	const struct rtype *t = now->r.type;
	json_t *change, *seen, *after;
	struct merge m;

	if (!record_check_some(c, t, set, false, e))
		return false;
	record_normalise(t, set, now->body);
	seen = merge_seen(t, now->body, set, NULL, mem);
	merge_final(t, now->body, set, NULL, seen, mem, &m);
	if (json_array_size(m.conflicts) != 1)
		return err_field(e, ERR_BAD_INPUT, "set", "1");
	after = json_keep(json_copy(now->body), mem);
	json_object_update(after, set);
	if (!record_check(c, t, after, true, e) ||
		!record_check_growth(t, now->body, after, e))
		return false;
	change = begin_on(v, OP_PATCH, now, as);
	json_object_set_new(change, "set", shared(set));
	json_object_set_new(change, "seen", shared(seen));
	json_object_set_new(change, "conflict", json_id(keeps));
	if (reason && reason[0])
		json_object_set_new(change, "reason", json_string(reason));
	return add(v, change, e);
}

bool outbox_addition(struct view *v, const struct uuid *rec, json_t *set,
	const char *reason, struct err *e)
{
	struct arena *mem = arena_new();
	struct uuid keeps = uuid_new();
	struct seen now;
	bool ok = view_record(v, rec, mem, &now, e);

	if (ok && now.r.state != STATE_SIGNED)
		ok = err_field(e, ERR_BAD_INPUT, "--reason", "-");
	ok = ok &&
	     outbox_do_addition(v, &now, set, &keeps, reason, NULL, mem, e);
	arena_free(mem);
	return ok;
}

bool outbox_do_patch(struct view *v, const struct seen *now, json_t *set,
	json_t *unset, const struct uuid *tx, const struct change *as,
	struct arena *mem, bool *changed, struct err *e)
{
	const struct catalogue *c = store_catalogue(view_store(v));
	struct check q = {.type = now->r.type,
		.rec = &now->r.id,
		.unit = &now->unit,
		.kase = &now->r.case_id,
		.site = &now->r.site,
		.before = now->body};
	json_t *seen, *change;
	struct merge m;

	if (!may_change(now, e))
		return false;
	if (now->r.state == STATE_SIGNED && as && !uuid_is_nil(&as->keeps)) {
		*changed = true;
		return outbox_do_addition(
			v, now, set, &as->keeps, as->reason, as, mem, e);
	}
	if (now->r.state == STATE_SIGNED)
		return err_set(e, ERR_SIGNED, "record is signed");
	if (!record_check_some(c, now->r.type, set, false, e) ||
		!check_unset(now->r.type, unset, e))
		return false;
	record_normalise(now->r.type, set, now->body);
	fill_step(v, now, set, unset);
	seen = merge_seen(now->r.type, now->body, set, unset, mem);
	if (as && as->seen) /* what was on the page, older perhaps */
		json_object_update_existing(
			seen, (json_t *)(uintptr_t)as->seen);
	merge_change(now->r.type, now->body, set, unset, seen, mem, &m);
	*changed = m.changed || json_array_size(m.conflicts) > 0;
	if (!*changed)
		return true;
	q.after = m.body;
	if (!record_check(c, now->r.type, m.body, true, e) ||
		!record_check_in_use(now->r.type, now->body, m.body, e) ||
		!record_check_growth(now->r.type, now->body, m.body, e) ||
		!check_body(v, &q, e) ||
		!sheet_check(v, now->r.type, &now->r.case_id, &now->r.id,
			now->body, m.body, e) ||
		!check_move(v, now, m.body, e))
		return false;
	change = begin_on(v, OP_PATCH, now, as);
	json_object_set_new(change, "set", shared(set));
	json_object_set_new(change, "unset", shared(unset));
	json_object_set_new(change, "seen", shared(seen));
	if (tx && !uuid_is_nil(tx))
		json_object_set_new(change, "tx", json_id(tx));
	return add(v, change, e);
}

bool outbox_patch_in(struct view *v, const struct uuid *rec, json_t *set,
	json_t *unset, const struct uuid *tx, bool *changed, struct err *e)
{
	struct arena *mem = arena_new();
	struct seen now;
	bool ok =
		view_record(v, rec, mem, &now, e) &&
		outbox_do_patch(v, &now, set, unset, tx, NULL, mem, changed, e);

	arena_free(mem);
	return ok;
}

bool outbox_patch(struct view *v, const struct uuid *rec, json_t *set,
	json_t *unset, bool *changed, struct err *e)
{
	return outbox_patch_in(v, rec, set, unset, NULL, changed, e);
}

bool outbox_do_sign(struct view *v, const struct seen *now,
	const struct change *as, struct err *e)
{
	char hex[SHA256_HEX];
	json_t *change;

	if (!may_change(now, e))
		return false;
	if (now->r.state == STATE_SIGNED)
		return err_set(e, ERR_SIGNED, "record is signed");
	if (!now->r.type->signable)
		return err_set(e, ERR_NOT_SIGNABLE, "type is not signed");
	if (as && memcmp(as->sha.b, now->r.sha.b, SHA256_LEN) != 0)
		return err_set(e, ERR_SIGN_STALE, "another content was seen");
	change = begin_on(v, OP_SIGN, now, as);
	json_object_set_new(change, "sha",
		json_string(hex_format(now->r.sha.b, SHA256_LEN, hex)));
	return add(v, change, e);
}

bool outbox_sign(struct view *v, const struct uuid *rec, struct err *e)
{
	struct arena *mem = arena_new();
	struct seen now;
	bool ok = view_record(v, rec, mem, &now, e) &&
		  outbox_do_sign(v, &now, NULL, e);

	arena_free(mem);
	return ok;
}

bool outbox_do_retract(struct view *v, const struct seen *now,
	const char *reason, const struct change *as, struct err *e)
{
	json_t *change;

	if (!may_change(now, e))
		return false;
	change = begin_on(v, OP_RETRACT, now, as);
	json_object_set_new(change, "reason", json_string(reason));
	return add(v, change, e);
}

bool outbox_retract(struct view *v, const struct uuid *rec, const char *reason,
	struct err *e)
{
	struct arena *mem = arena_new();
	struct seen now;
	bool ok = view_record(v, rec, mem, &now, e) &&
		  outbox_do_retract(v, &now, reason, NULL, e);

	arena_free(mem);
	return ok;
}

/* ---- settling ---- */

bool outbox_standing(struct view *v, const json_t *conflict, struct arena *mem,
	json_t **out, struct err *e)
{
	const json_t *fields = json_object_get(conflict, "fields");
	const char *text = json_str(conflict, "record");
	struct seen about;
	struct uuid id;

	*out = json_keep(json_object(), mem);
	if (!text || !uuid_parse(text, &id))
		return err_field(e, ERR_BAD_INPUT, "record", "id");
	if (!view_record(v, &id, mem, &about, e))
		return false;
	for (size_t i = 0; i < json_array_size(fields); i++) {
		const char *name = json_string_value(json_array_get(fields, i));
		const json_t *now =
			name ? json_object_get(about.body, name) : NULL;

		if (name)
			json_object_set_new(
				*out, name, now ? shared(now) : json_null());
	}
	return true;
}

bool outbox_do_resolve(struct view *v, const struct seen *now,
	const json_t *value, const char *note, const struct change *as,
	struct arena *mem, struct err *e)
{
	json_t *seen, *change, *set;

	if (strcmp(now->type, "conflict") != 0)
		return err_field(
			e, ERR_BAD_INPUT, "conflict", "casebridge conflicts");
	if (json_flag(now->body, "settled"))
		return err_set(e, ERR_NOTHING_TO_SETTLE, "conflict is settled");
	if (!outbox_standing(v, now->body, mem, &seen, e))
		return false;
	if (as && as->seen)
		json_object_update_existing(
			seen, (json_t *)(uintptr_t)as->seen);
	set = json_pack("{s:o}", "value", shared(value));
	if (note)
		json_object_set_new(set, "note", json_string(note));
	change = begin_on(v, OP_RESOLVE, now, as);
	json_object_set_new(change, "set", set);
	json_object_set_new(change, "seen", shared(seen));
	return add(v, change, e);
}

bool outbox_resolve(struct view *v, const struct uuid *conflict,
	const json_t *value, const char *note, struct err *e)
{
	struct arena *mem = arena_new();
	struct seen now;
	bool ok = view_record(v, conflict, mem, &now, e) &&
		  outbox_do_resolve(v, &now, value, note, NULL, mem, e);

	arena_free(mem);
	return ok;
}

/* A value of a conflict as an edit of its record. */
static bool edit_instead(struct view *v, const struct seen *k,
	const json_t *value, struct err *e)
{
	const char *record = json_str(k->body, "record"), *key;
	json_t *set = json_object(), *unset = json_array(), *each;
	bool changed, ok;
	struct uuid id;

	json_object_foreach((json_t *)(uintptr_t)value, key, each)
	{
		if (json_is_null(each))
			json_array_append_new(unset, json_string(key));
		else
			json_object_set(set, key, each);
	}
	ok = (record && uuid_parse(record, &id)) ||
	     err_field(e, ERR_BAD_INPUT, "record", "id");
	ok = ok && outbox_patch(v, &id, set, unset, &changed, e);
	json_decref(set);
	json_decref(unset);
	return ok;
}

bool outbox_insist(struct view *v, const struct uuid *conflict,
	const json_t *value, const char *note, struct err *e)
{
	struct arena *mem = arena_new();
	struct seen k;
	bool ok = view_record(v, conflict, mem, &k, e);

	ok = ok &&
	     (strcmp(k.type, "conflict") == 0 && json_flag(k.body, "settled")
			     ? edit_instead(v, &k, value, e)
			     : outbox_resolve(v, conflict, value, note, e));
	arena_free(mem);
	return ok;
}
