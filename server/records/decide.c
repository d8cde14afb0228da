/*
 * decide.c - what becomes of each change: pure code over a loaded world.
 *
 * Changes are taken in the order sent; each sees what the ones before it did.
 * A group (tx) applies together or not at all: its versions are rewound when
 * one of them is not accepted.
 */
#include "server/records/decide.h"

#include "proto/steps.h"
#include "server/records/flags.h"
#include "server/records/response.h"

#include "proto/base/mutant.h"

#include <string.h>

static enum change_status park(struct change_result *r, const struct err *e)
{
	r->why = *e;
	return e->code == ERR_PREDECESSOR ? CHANGE_DEFERRED : CHANGE_PARKED;
}

struct access_facts decide_facts(
	const struct world *w, const struct entry *x, const struct rtype *t)
{
	struct access_facts f = {.type = t, .mask = world_mask(w, &x->unit)};

	/* A conflict about a directory record lies where that record does. */
	f.directory = x->now.ver && uuid_is_nil(&x->unit);
	f.cls = x->now.ver ? x->now.cls : (int)t->cls;
	f.author = x->now.author;
	f.readers = x->readers;
	f.reader_count = x->reader_count;
	return f;
}

/* After a restore: it is not hidden from the reader, it is not there at all,
 * and may come back. */
static bool may_come_back(const struct world *w, const struct uuid *id)
{
	const struct entry *x = world_find(w, id);

	return w->restored && !uuid_is_nil(id) && !(x && x->now.ver) &&
	       !world_is_taken(w, id);
}

/* The record a change names, when the reader may do `verb` with it. */
static struct entry *reach_record(struct world *w, const struct change *c,
	enum access_verb verb, struct err *e)
{
	struct entry *x = world_find(w, &c->rec);
	const struct grant *grant;
	struct access_facts f;

	if (!x || !x->now.ver || !x->now.type) {
		/* In a case that is there and no longer the reader's nothing
		 * waits: the station has to give it up. */
		bool waits = may_come_back(w, &c->rec) &&
			     (uuid_is_nil(&c->case_id) ||
				     may_come_back(w, &c->case_id) ||
				     world_mask(w, &c->case_id));

		err_field(
			e, waits ? ERR_PREDECESSOR : ERR_NOT_FOUND, "rec", "-");
		return NULL;
	}
	f = decide_facts(w, x, x->now.type);
	grant = w->follows ? w->follows : access_decide(w->reader, verb, &f, e);
	/* What an earlier change of the batch was allowed stays allowed. */
	if (!grant)
		return NULL;
	x->grant = grant;
	if (x->now.type != c->type) {
		err_field(e, ERR_BAD_INPUT, "type", "%s", x->now.type->name);
		return NULL;
	}
	if (!uuid_is_nil(&c->case_id) &&
		uuid_cmp(&c->case_id, &x->now.case_id) != 0 &&
		uuid_cmp(&c->case_id, &x->now.id) != 0) {
		err_field(e, ERR_WRONG_CASE, "case", "-");
		return NULL;
	}
	return x;
}

static bool not_retracted(const struct entry *x, struct err *e)
{
	return x->now.state != STATE_RETRACTED ||
	       err_field(e, ERR_RETRACTED, "rec", "-");
}

/* Makes the next version of an entry with a body. */
void decide_version(struct world *w, struct entry *x, json_t *body,
	enum record_state state, const struct change *c)
{
	struct record r = x->now;
	char *text;

	record_drop_nulls(body);
	text = json_canonical(body, w->mem);
	r.ver = x->now.ver + 1;
	r.state = state;
	r.by = w->reader->staff;
	r.device = w->reader->device;
	r.at = w->now;
	r.entered_at = c->entered_at;
	r.reason = NULL;
	r.body.p = text;
	r.body.n = strlen(text);
	r.sha = sha256_of(text, r.body.n);
	if (strcmp(r.type->name, "conflict") != 0)
		r.cls = record_class_of(r.type, body);
	world_push(w, x, &r, body, &c->id);
	if (state == STATE_RETRACTED)
		return;
	if (strcmp(r.type->name, "response") == 0)
		response_follow(w, x, c);
	if (strcmp(r.type->name, "assessment") == 0)
		assessment_follow(w, x, c);
}

/* A letter is a unit of its own, but nobody writes about a case they do not
 * reach. */
static bool reaches_case(
	const struct world *w, const struct change *c, struct err *e)
{
	const struct entry *x = world_find(w, &c->case_id);
	const struct ref_head *r = world_ref(w, &c->case_id);
	const struct rtype *t = x && x->now.ver ? x->now.type
				: r             ? r->type
						: NULL;

	if (c->type->scope != SCOPE_LETTER || uuid_is_nil(&c->case_id))
		return true;
	/* Other units are reached, too; a letter is not about them. */
	return (t && t->root && t->scope == SCOPE_CASE &&
		       world_mask(w, &c->case_id) & CLASS_CORE) ||
	       err_field(e, ERR_NOT_FOUND, "case", "-");
}

static enum change_status create(struct world *w, const struct change *c,
	struct change_result *r, struct err *e)
{
	struct entry *x = world_find(w, &c->rec);
	struct access_facts f;
	json_t *body;

	if ((x && x->now.ver) || world_is_taken(w, &c->rec)) {
		err_field(e, ERR_ID_REUSE, "rec", "-");
		return park(r, e);
	}
	if (c->type->scope != SCOPE_DIRECTORY && !c->type->root &&
		may_come_back(w, &c->case_id)) {
		err_field(e, ERR_PREDECESSOR, "case", "-");
		return park(r, e);
	}
	if (!x)
		x = world_add(w, &c->rec);
	x->unit = record_unit(c->type, &c->rec, &c->case_id);
	if (!c->type->root)
		x->now.case_id = c->case_id;
	if (!reaches_case(w, c, e))
		return park(r, e);
	f = decide_facts(w, x, c->type);
	if (uuid_cmp(&x->unit, &c->rec) == 0)
		f.mask = CLASS_ALL_SHARED | CLASS_RESTRICTED;
	x->grant = access_decide(w->reader, VERB_CREATE, &f, e);
	body = json_keep(json_deep_copy(c->set), w->mem);
	record_drop_nulls(body);
	decide_derive(w, c->type, x, NULL, body);
	if (!x->grant || !record_check(w->catalogue, c->type, body, false, e) ||
		!decide_rules(w, c->type, x, NULL, body, e))
		return park(r, e);
	x->now.id = c->rec;
	x->now.type = c->type;
	x->now.type_name = c->type->name;
	if (c->type->root)
		x->now.case_id = c->rec;
	x->now.site = w->reader->site;
	x->now.author = w->reader->staff;
	decide_version(w, x, body, STATE_LIVE, c);
	r->ver = x->now.ver;
	return CHANGE_APPLIED;
}

/* Of two steps taken at once the first stands; the second is not a value to
 * choose later, but a step that is no longer there. So is the same step on a
 * letter taken by somebody else, with other words: who accepted it, and who is
 * to be in charge, was decided by who came first. */
static bool was_decided(const struct change *c, const json_t *now,
	const struct merge *m, struct err *e)
{
	const char *status = json_str(now, "status");
	const json_t *saw = json_object_get(c->seen, "status");
	bool letter = c->type->scope == SCOPE_LETTER;
	bool found = letter && json_array_size(m->conflicts) && status &&
		     json_object_get(c->set, "status") &&
		     (!saw || !json_is_string(saw) ||
			     strcmp(json_string_value(saw), status) != 0);

	for (size_t i = 0; i < json_array_size(m->conflicts) && !found; i++) {
		const char *atom =
			json_str(json_array_get(m->conflicts, i), "atom");

		found = steps_has(c->type->name) && atom &&
			strcmp(atom, "status") == 0;
	}
	return found && !err_field(e, ERR_DECIDED, "status", "%s",
				status ? status : "-");
}

/* One value, because it is kept under one id. */
static enum change_status add_to_signed(struct world *w, const struct change *c,
	struct entry *x, const json_t *conflicts, struct change_result *r,
	struct err *e)
{
	const json_t *first = json_array_get(conflicts, 0);

	if (json_array_size(conflicts) > 1)
		err_field(
			e, ERR_BAD_INPUT, "set", "%s", json_str(first, "atom"));
	else if (decide_addition(w, c, x, first, e))
		return CHANGE_APPLIED;
	return park(r, e);
}

/* What came too late for a signed record is kept for a person, who may leave
 * it beside the record as an addendum; who knew it as signed has. */
static enum change_status patch_signed(struct world *w, const struct change *c,
	struct entry *x, struct change_result *r, struct err *e)
{
	struct merge m;

	merge_final(c->type, entry_body(w, x), c->set, c->unset, c->seen,
		w->mem, &m);
	if (was_decided(c, entry_body(w, x), &m, e))
		return park(r, e);
	r->ver = x->now.ver;
	if (!json_array_size(m.conflicts))
		return CHANGE_NOTED;
	if (!uuid_is_nil(&c->keeps))
		return add_to_signed(w, c, x, m.conflicts, r, e);
	r->conflict = decide_conflicts(w, c, x, entry_body(w, x), m.conflicts);
	return CHANGE_CONFLICT;
}

/* A text that is only added to: the author left what they saw as it was. So
 * two additions never conflict, and what rewrites the text is told so. */
static bool only_adds(const struct change *c, struct err *e)
{
	json_t *after = json_copy((json_t *)(uintptr_t)c->seen);
	bool ok;

	json_object_update(after, (json_t *)(uintptr_t)c->set);
	for (size_t i = 0; i < json_array_size(c->unset); i++)
		json_object_del(
			after, json_string_value(json_array_get(c->unset, i)));
	ok = !after || record_check_growth(c->type, c->seen, after, e);
	json_decref(after);
	return ok;
}

/* What the author had before them is what counts, not what happens to be the
 * version before. */
static const json_t *seen_by(
	struct world *w, const struct change *c, struct entry *x)
{
	bool chained = !uuid_is_nil(&c->after);

	if (MUTANT(lww) || (MUTANT(base_is_predecessor) && chained))
		return merge_seen(
			c->type, entry_body(w, x), c->set, c->unset, w->mem);
	return c->seen;
}

static enum change_status patch(struct world *w, const struct change *c,
	struct change_result *r, struct err *e)
{
	struct entry *x = reach_record(w, c, VERB_PATCH, e);
	struct merge m;

	if (!x || !not_retracted(x, e))
		return park(r, e);
	if (c->set &&
		!record_check_some(w->catalogue, c->type, c->set, false, e))
		return park(r, e);
	if (!only_adds(c, e))
		return park(r, e);
	if (x->now.state == STATE_SIGNED && !MUTANT(edit_signed))
		return patch_signed(w, c, x, r, e);
	merge_change(c->type, entry_body(w, x), c->set, c->unset,
		seen_by(w, c, x), w->mem, &m);
	if (was_decided(c, entry_body(w, x), &m, e))
		return park(r, e);
	if (m.changed)
		decide_derive(w, c->type, x, entry_body(w, x), m.body);
	if (m.changed &&
		(!record_check(w->catalogue, c->type, m.body, true, e) ||
			!decide_rules(
				w, c->type, x, entry_body(w, x), m.body, e)))
		return park(r, e);
	if (json_array_size(m.conflicts))
		r->conflict = decide_conflicts(w, c, x, m.body, m.conflicts);
	if (m.changed)
		decide_version(w, x, m.body, x->now.state, c);
	r->ver = x->now.ver;
	if (json_array_size(m.conflicts))
		return CHANGE_CONFLICT;
	return m.changed ? CHANGE_APPLIED : CHANGE_NOTED;
}

static enum change_status sign(struct world *w, const struct change *c,
	struct change_result *r, struct err *e)
{
	struct entry *x = reach_record(w, c, VERB_SIGN, e);

	if (!x || !not_retracted(x, e))
		return park(r, e);
	r->ver = x->now.ver;
	if (x->now.state == STATE_SIGNED)
		return sha256_equal(&c->sha, &x->now.sha)
			       ? CHANGE_NOTED
			       : (err_field(e, ERR_SIGNED, "rec", "-"),
					 park(r, e));
	if (!c->type->signable)
		return err_field(e, ERR_NOT_SIGNABLE, "type", "-"), park(r, e);
	if (!sha256_equal(&c->sha, &x->now.sha) && !MUTANT(sign_unseen))
		return err_field(e, ERR_SIGN_STALE, "sha", "-"), park(r, e);
	decide_version(w, x, entry_body(w, x), STATE_SIGNED, c);
	r->ver = x->now.ver;
	return CHANGE_APPLIED;
}

static enum change_status retract(struct world *w, const struct change *c,
	struct change_result *r, struct err *e)
{
	struct entry *x = reach_record(w, c, VERB_RETRACT, e);

	if (!x)
		return park(r, e);
	r->ver = x->now.ver;
	if (x->now.state == STATE_RETRACTED)
		return CHANGE_NOTED;
	/* Whoever owes an answer does not make the question disappear. */
	if (x->now.type->scope == SCOPE_LETTER &&
		uuid_cmp(&x->now.site, &w->reader->site) != 0) {
		err_field(e, ERR_FORBIDDEN, "rec", "site");
		return park(r, e);
	}
	decide_version(w, x, entry_body(w, x), STATE_RETRACTED, c);
	w->fresh[w->fresh_count - 1].rec.reason = c->reason;
	x->now.reason = c->reason;
	r->ver = x->now.ver;
	return CHANGE_APPLIED;
}

static enum change_status resolve(struct world *w, const struct change *c,
	struct change_result *r, struct err *e)
{
	struct entry *x = reach_record(w, c, VERB_RESOLVE, e);

	if (!x || !decide_settle(w, c, x, e))
		return park(r, e);
	r->ver = x->now.ver;
	return CHANGE_APPLIED;
}

static enum change_status act(struct world *w, const struct change *c,
	struct change_result *r, struct err *e)
{
	switch (c->op) {
	case OP_CREATE:
		return create(w, c, r, e);
	case OP_PATCH:
		return patch(w, c, r, e);
	case OP_SIGN:
		return sign(w, c, r, e);
	case OP_RETRACT:
		return retract(w, c, r, e);
	case OP_RESOLVE:
		return resolve(w, c, r, e);
	}
	return CHANGE_REFUSED;
}

/* ---- known ids, predecessors ---- */

/* The stored result again, word for word, or a reused id. */
static bool is_known(
	struct world *w, const struct change *c, struct change_result *r)
{
	const struct known *k = world_known(w, &c->id);
	json_t *j;
	struct err e;

	if (!k || MUTANT(no_dedupe))
		return false;
	if (!sha256_equal(&k->payload, &c->payload)) {
		err_field(&r->why, ERR_ID_REUSE, "id", "-");
		r->status = CHANGE_REFUSED;
		return true;
	}
	j = json_read(
		k->result, strlen(k->result), &json_limits_body, w->mem, &e);
	if (!j || !change_result_parse(j, r, &e))
		die("a stored result is no result");
	r->csn = k->csn;
	return true;
}

/* The same id twice in one batch gets one answer. */
static bool is_repeated(struct world *w, size_t i)
{
	for (size_t k = 0; k < i; k++) {
		const struct change *a = &w->changes[k], *b = &w->changes[i];

		if (!a->has_id || uuid_cmp(&a->id, &b->id) != 0)
			continue;
		if (sha256_equal(&a->payload, &b->payload)) {
			w->results[i] = w->results[k];
			return true;
		}
		err_field(&w->results[i].why, ERR_ID_REUSE, "id", "-");
		w->results[i].status = CHANGE_REFUSED;
		return true;
	}
	return false;
}

static bool has_come(struct world *w, const struct uuid *after, size_t i)
{
	if (uuid_is_nil(after) || world_known(w, after))
		return true;
	for (size_t k = 0; k < i; k++)
		if (uuid_cmp(&w->changes[k].id, after) == 0)
			return w->results[k].status != CHANGE_DEFERRED;
	return false;
}

static void decide_one(struct world *w, size_t i)
{
	const struct change *c = &w->changes[i];
	struct change_result *r = &w->results[i];
	struct err e;

	memset(r, 0, sizeof(*r));
	r->id = c->id;
	r->rec = c->rec;
	if (!c->has_id) {
		r->why = c->why;
		r->status = CHANGE_REFUSED;
		return;
	}
	if (is_known(w, c, r) || is_repeated(w, i))
		return;
	if (c->refused)
		r->status = park(r, &c->why);
	else if (!has_come(w, &c->after, i)) {
		err_field(&e, ERR_PREDECESSOR, "after", "-");
		r->status = park(r, &e);
	} else
		r->status = act(w, c, r, &e);
}

/* ---- groups ---- */

static bool stands(const struct change_result *r)
{
	return r->status == CHANGE_APPLIED || r->status == CHANGE_NOTED;
}

/* How many changes from i on share its group. */
static size_t group_length(const struct world *w, size_t i)
{
	size_t n = 1;

	if (uuid_is_nil(&w->changes[i].tx))
		return 1;
	while (i + n < w->n &&
		uuid_cmp(&w->changes[i + n].tx, &w->changes[i].tx) == 0)
		n++;
	return n;
}

/* The members that would have stood fall with the one that does not. A
 * deferred member makes the whole group wait. */
static void fail_group(struct world *w, size_t from, size_t n)
{
	bool waits = false;

	for (size_t i = from; i < from + n; i++)
		waits |= w->results[i].status == CHANGE_DEFERRED;
	for (size_t i = from; i < from + n; i++) {
		struct change_result *r = &w->results[i];

		if (world_known(w, &r->id))
			continue;
		if (waits) {
			err_field(&r->why, ERR_PREDECESSOR, "tx", "-");
			r->status = CHANGE_DEFERRED;
		} else if (stands(r) || r->status == CHANGE_CONFLICT) {
			err_field(&r->why, ERR_TX_FAILED, "tx", "-");
			r->status = CHANGE_PARKED;
		}
		memset(&r->conflict, 0, sizeof(r->conflict));
		r->ver = 0;
	}
}

void world_decide(struct world *w)
{
	for (size_t i = 0; i < w->n;) {
		size_t n = group_length(w, i), mark = w->fresh_count;
		bool whole = true;

		for (size_t k = 0; k < n; k++) {
			decide_one(w, i + k);
			whole &= stands(&w->results[i + k]);
		}
		if (n > 1 && !whole) {
			world_rewind(w, mark);
			fail_group(w, i, n);
		}
		i += n;
	}
	decide_conceal(w);
}
