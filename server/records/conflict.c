/*
 * conflict.c - values that lost a merge, kept until a person settles them.
 *
 * The conflict is a record of the same unit as the record it is about, with its
 * author. It is as private as that record was, becomes or was asked to become:
 * what lost may be the very words that were to be restricted. Whose value lost
 * is in its body.
 */
#include "server/records/decide.h"

#include "proto/base/mutant.h"
#include "proto/base/uuid.h"
#include "server/records/origin.h"

#include <string.h>

static json_t *id_or_null(const struct uuid *id)
{
	char text[UUID_TEXT];

	return uuid_is_nil(id) ? NULL : json_string(uuid_format(id, text));
}

/* Who wrote a side, when, and where. */
struct side {
	const char *by, *site, *device, *at;
};

static void add_side(json_t *b, const struct side *names, const struct uuid *by,
	const struct uuid *site, const struct uuid *device, int64_t at)
{
	char text[TIME_TEXT];

	json_object_set_new(b, names->by, id_or_null(by));
	json_object_set_new(b, names->site, id_or_null(site));
	json_object_set_new(b, names->device, id_or_null(device));
	json_object_set_new(b, names->at, json_string(time_format(at, text)));
}

static json_t *conflict_body(struct world *w, const struct change *c,
	struct entry *x, const json_t *k)
{
	static const struct side mine = {
		"mine_by", "mine_site", "mine_device", "mine_at"};
	static const struct side theirs = {
		"theirs_by", "theirs_site", "theirs_device", "theirs_at"};
	struct origin o = origin_of(w, x, json_object_get(k, "fields"));
	const struct reader *r = w->reader;
	char change[UUID_TEXT];
	json_t *b = json_deep_copy(k);

	json_object_set_new(b, "record", id_or_null(&x->id));
	json_object_set_new(b, "record_type", json_string(c->type_name));
	add_side(b, &mine, &r->staff, &r->site, &r->device, c->entered_at);
	add_side(b, &theirs, &o.by, &o.site, &o.device, o.entered_at);
	json_object_set(b, "theirs_seen", o.was);
	json_object_set_new(
		b, "change", json_string(uuid_format(&c->id, change)));
	if (x->now.state == STATE_SIGNED)
		json_object_set_new(b, "signed", json_true());
	json_object_set_new(b, "settled", json_false());
	return json_keep(b, w->mem);
}

/* ---- who may read it ---- */

static bool says_restricted(const struct rtype *t, const json_t *body)
{
	return record_class_of(t, body) == CLASS_RESTRICTED;
}

/* What a change asks for, or another of the batch about the same record: who
 * ticks it last meant all of what was written before, too. NULL: none does. */
static const json_t *asks_restricted(
	const struct world *w, const struct change *c)
{
	if (says_restricted(c->type, c->set))
		return c->set;
	for (size_t i = 0; i < w->n; i++) {
		const struct change *k = &w->changes[i];

		if (!k->refused && k->type == c->type &&
			uuid_cmp(&k->rec, &c->rec) == 0 &&
			says_restricted(k->type, k->set))
			return k->set;
	}
	return NULL;
}

/* Who asked for it goes on to see what became of their words, though the
 * record stays open to all. */
static void add_reader(
	struct world *w, struct entry *k, const struct uuid *staff)
{
	struct uuid *ids =
		ARENA_ARRAY(w->mem, struct uuid, k->reader_count + 1);

	if (k->reader_count)
		memcpy(ids, k->readers, k->reader_count * sizeof(*ids));
	ids[k->reader_count++] = *staff;
	k->readers = ids;
}

/* The audience of a conflict about x, which will say `after`. */
static void keep_private(struct world *w, const struct change *c,
	const struct entry *x, const json_t *after, struct entry *k)
{
	bool becomes = says_restricted(x->now.type, after);
	const json_t *asked = asks_restricted(w, c);

	k->now.cls = x->now.cls;
	k->readers = x->readers;
	k->reader_count = x->reader_count;
	if (!becomes && (x->now.cls == CLASS_RESTRICTED || !asked))
		return;
	k->now.cls = CLASS_RESTRICTED;
	entry_name_readers(w, k, becomes ? after : asked);
	if (!becomes && uuid_cmp(&w->reader->staff, &x->now.author) != 0)
		add_reader(w, k, &w->reader->staff);
}

static bool is_about(struct world *w, struct entry *k, const struct uuid *rec)
{
	const char *text;
	struct uuid id;

	if (!k->now.ver || !k->now.type ||
		strcmp(k->now.type->name, "conflict") != 0)
		return false;
	text = json_str(entry_body(w, k), "record");
	return text && uuid_parse(text, &id) && uuid_cmp(&id, rec) == 0;
}

static void conceal(struct world *w, struct entry *k, const struct entry *x,
	const struct change *c)
{
	const char *reason = k->now.reason;

	k->now.cls = CLASS_RESTRICTED;
	k->readers = x->readers;
	k->reader_count = x->reader_count;
	k->grant = x->grant;
	decide_version(w, k, entry_body(w, k), k->now.state, c);
	w->fresh[w->fresh_count - 1].rec.reason = reason;
	k->now.reason = reason;
}

void decide_conceal(struct world *w)
{
	size_t n = w->fresh_count;

	for (size_t i = 0; i < n; i++) {
		struct change c = {.id = w->fresh[i].change,
			.entered_at = w->fresh[i].rec.entered_at};
		struct entry *x = w->fresh[i].entry;

		if (w->fresh[i].old || x->now.cls != CLASS_RESTRICTED)
			continue;
		for (size_t k = 0; k < w->entry_count; k++)
			if (w->entries[k]->now.cls != CLASS_RESTRICTED &&
				is_about(w, w->entries[k], &x->id))
				conceal(w, w->entries[k], x, &c);
	}
}

/* A conflict lies where the record lies it is about. */
static struct entry *add_conflict(struct world *w, const struct change *c,
	const struct entry *x, const json_t *after, const struct uuid *id)
{
	const struct rtype *t = catalogue_type(w->catalogue, "conflict");
	struct entry *k = world_add(w, id);

	k->unit = x->unit;
	k->now.id = *id;
	k->now.type = t;
	k->now.type_name = t->name;
	/* A letter's conflict goes with the letter, not the case. */
	if (x->now.type->scope != SCOPE_LETTER)
		k->now.case_id = x->now.case_id;
	k->now.site = x->now.site;
	k->now.author = x->now.author;
	keep_private(w, c, x, after, k);
	k->grant = x->grant;
	return k;
}

struct uuid decide_conflicts(struct world *w, const struct change *c,
	struct entry *x, const json_t *after, const json_t *conflicts)
{
	struct uuid first;

	memset(&first, 0, sizeof(first));
	for (size_t i = 0; i < json_array_size(conflicts); i++) {
		struct uuid id = uuid_new();

		if (MUTANT(conflict_dropped))
			break;

		json_t *b =
			conflict_body(w, c, x, json_array_get(conflicts, i));

		decide_version(
			w, add_conflict(w, c, x, after, &id), b, STATE_LIVE, c);
		if (i == 0)
			first = id;
	}
	return first;
}

/* The atom's fields must still stand as the settler saw them: who chose
 * between two values did not choose against a third. */
static bool stands_as_seen(const json_t *fields, const json_t *seen,
	const json_t *body, struct err *e)
{
	for (size_t i = 0; i < json_array_size(fields); i++) {
		const char *f = json_string_value(json_array_get(fields, i));
		const json_t *now = json_object_get(body, f);
		const json_t *saw = json_object_get(seen, f);

		if (!saw || (now ? !json_equal(now, saw) : !json_is_null(saw)))
			return err_field(e, ERR_MOVED_ON, f, "-");
	}
	return true;
}

/* The value names all fields of the atom and nothing else: what it left out
 * would be lost without anybody having said so. */
static bool fits_atom(const json_t *fields, const json_t *value, struct err *e)
{
	const char *key;
	json_t *v;

	if (!json_is_object(value))
		return err_field(e, ERR_BAD_KIND, "value", "{…}");
	json_object_foreach((json_t *)(uintptr_t)value, key, v)
	{
		bool found = false;

		for (size_t i = 0; i < json_array_size(fields); i++)
			found |= strcmp(key, json_string_value(json_array_get(
						     fields, i))) == 0;
		if (!found)
			return err_field(e, ERR_UNKNOWN_FIELD, key, "-");
	}
	for (size_t i = 0; i < json_array_size(fields); i++) {
		key = json_string_value(json_array_get(fields, i));
		if (!json_object_get(value, key))
			return err_field(e, ERR_MISSING, key, "… | null");
	}
	return true;
}

static json_t *with_value(struct world *w, struct entry *target,
	const json_t *fields, const json_t *value)
{
	json_t *body = json_keep(json_copy(entry_body(w, target)), w->mem);

	for (size_t i = 0; i < json_array_size(fields); i++) {
		const char *f = json_string_value(json_array_get(fields, i));
		json_t *v = json_object_get(value, f);

		if (v && !json_is_null(v))
			json_object_set(body, f, v);
		else
			json_object_del(body, f);
	}
	return body;
}

/* Puts the chosen value into the record; false leaves everything alone. A
 * signed record stays as it is, and the value beside it as an addendum. */
static bool put_value(struct world *w, const struct change *c,
	struct entry *target, json_t *body, bool *addendum, struct err *e)
{
	const struct rtype *t = target->now.type;

	if (json_equal(body, entry_body(w, target)))
		return true;
	if (target->now.state == STATE_RETRACTED)
		return err_field(e, ERR_RETRACTED, "value", "-");
	if (target->now.state == STATE_SIGNED) {
		*addendum = true;
		return record_check(w->catalogue, t, body, true, e);
	}
	decide_derive(w, t, target, entry_body(w, target), body);
	if (!record_check(w->catalogue, t, body, true, e) ||
		!decide_rules(w, t, target, entry_body(w, target), body, e))
		return false;
	decide_version(w, target, body, target->now.state, c);
	return true;
}

/* `when` it was chosen. */
static void close_body(struct world *w, json_t *body, json_t *value,
	bool addendum, int64_t when)
{
	char at[TIME_TEXT];

	json_object_set_new(body, "settled", json_true());
	json_object_set(body, "value", value);
	if (addendum)
		json_object_set_new(body, "addendum", json_true());
	json_object_set_new(body, "settled_by", id_or_null(&w->reader->staff));
	json_object_set_new(
		body, "settled_at", json_string(time_format(when, at)));
}

static void close_conflict(struct world *w, const struct change *c,
	struct entry *x, const struct entry *target, json_t *value,
	bool addendum)
{
	json_t *body = json_keep(json_copy(entry_body(w, x)), w->mem);
	const json_t *note = json_object_get(c->set, "note");

	close_body(w, body, value, addendum, w->now);
	if (note && !json_is_null(note))
		json_object_set(body, "note", (json_t *)(uintptr_t)note);
	/* The record may have been restricted since they differed. */
	if (target->now.cls == CLASS_RESTRICTED &&
		x->now.cls != CLASS_RESTRICTED) {
		x->now.cls = CLASS_RESTRICTED;
		x->readers = target->readers;
		x->reader_count = target->reader_count;
	}
	decide_version(w, x, body, STATE_LIVE, c);
}

bool decide_addition(struct world *w, const struct change *c, struct entry *x,
	const json_t *k, struct err *e)
{
	const struct rtype *t = catalogue_type(w->catalogue, "conflict");
	struct access_facts f = decide_facts(w, x, x->now.type);
	const struct grant *grant;
	json_t *value = json_object_get(k, "mine"), *body;

	if (world_find(w, &c->keeps) || world_is_taken(w, &c->keeps))
		return err_field(e, ERR_ID_REUSE, "conflict", "-");
	f.type = t;
	grant = access_decide(w->reader, VERB_RESOLVE, &f, e);
	if (!grant ||
		!record_check(w->catalogue, x->now.type,
			with_value(w, x, json_object_get(k, "fields"), value),
			true, e))
		return false;
	body = conflict_body(w, c, x, k);
	close_body(w, body, value, true, c->entered_at);
	if (c->reason && c->reason[0])
		json_object_set_new(body, "note", json_string(c->reason));
	x = add_conflict(w, c, x, entry_body(w, x), &c->keeps);
	x->grant = grant;
	decide_version(w, x, body, STATE_LIVE, c);
	return true;
}

bool decide_settle(
	struct world *w, const struct change *c, struct entry *x, struct err *e)
{
	json_t *b = entry_body(w, x);
	json_t *value = json_object_get(c->set, "value");
	const json_t *fields = json_object_get(b, "fields");
	const char *record = json_str(b, "record");
	const struct grant *grant;
	struct entry *target;
	struct access_facts f;
	bool addendum = false;
	struct uuid id;

	if (strcmp(x->now.type->name, "conflict") != 0)
		return err_field(e, ERR_BAD_INPUT, "rec", "conflict");
	if (json_flag(b, "settled"))
		return err_field(e, ERR_NOTHING_TO_SETTLE, "rec", "-");
	if (!record_check_some(w->catalogue, x->now.type, c->set, false, e) ||
		!fits_atom(fields, value, e))
		return false;
	target = record && uuid_parse(record, &id) ? world_find(w, &id) : NULL;
	if (!target || !target->now.ver)
		return err_field(e, ERR_NOT_FOUND, "rec", "-");
	f = decide_facts(w, target, target->now.type);
	grant = access_decide(w->reader, VERB_PATCH, &f, e);
	if (!grant ||
		!stands_as_seen(fields, c->seen, entry_body(w, target), e))
		return false;
	target->grant = grant;
	if (!put_value(w, c, target, with_value(w, target, fields, value),
		    &addendum, e))
		return false;
	close_conflict(w, c, x, target, value, addendum);
	return true;
}
