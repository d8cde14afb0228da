/*
 * v_contact.c - casebridge contact, contacts, promote: somebody met on the ward
 * without a case, and a case made of such a meeting, a request or a referral.
 *
 * A contact is a few words, so that what is not a case yet is not lost. When it
 * becomes one, the person, the case with where it came from, and the note that
 * it did, are one group: all or none.
 */
#include "client/cli/letters.h"
#include "client/cli/out.h"
#include "client/cli/pick.h"
#include "client/cli/value.h"
#include "proto/base/host.h"

#include <string.h>

/* ---- noting ---- */

bool verb_contact(struct cli *c, struct err *e)
{
	struct desk *d = desk_open(c, true, e);
	json_t *body = json_keep(json_object(), c->mem);
	const struct rtype *t;
	char now[TIME_TEXT];
	struct uuid of, rec;

	memset(&of, 0, sizeof(of));
	memset(&rec, 0, sizeof(rec));
	if (!d)
		return false;
	t = catalogue_type(d->catalogue, "contact");
	if (!value_file(d, body, e) ||
		!value_assignments(d, t, 0, body, NULL, e))
		return false;
	if (!json_object_size(body))
		return cli_usage(e, "contact", "field=value");
	if (!json_object_get(body, "at"))
		json_object_set_new(body, "at",
			json_string(time_format(host_now_ms(), now)));
	desk_view(d);
	if (!store_begin(d->s, e))
		return false;
	if (outbox_create(desk_view(d), t, &of, body, NULL, &rec, e))
		return desk_saved(d, &rec, e);
	store_rollback(d->s);
	return false;
}

/* ---- the list ---- */

static bool wanted(const struct cli *c, const struct letter *l)
{
	return cli_flag(c, O_ALL) || !json_object_get(l->s.body, "case_opened");
}

static const char *field_text(
	struct desk *d, const struct letter *l, const char *field)
{
	const struct field *f = rtype_field(l->s.r.type, field);
	const json_t *v = json_object_get(l->s.body, field);

	return f && v ? value_show(d, f, v) : "";
}

bool verb_contacts(struct cli *c, struct err *e)
{
	static const char *const fields[] = {"at", "place", "client_label",
		"needs", "note", "next_due", "case_opened"};
	static const enum text_id heads[] = {T_C_ID, T_C_WHEN, T_C_WARD,
		T_C_CLIENT, T_C_NEEDS, T_C_WHAT, T_C_DUE, T_C_CASE, T_COUNT};
	struct desk *d = desk_open(c, true, e);
	struct letter *list;
	struct table *t;
	json_t *out;
	size_t n;

	if (!d || !letters_read(d, "contact", &list, &n, e))
		return false;
	t = table_new(c, heads);
	out = json_keep(json_array(), c->mem);
	for (size_t i = 0; i < n; i++) {
		if (!wanted(c, &list[i]))
			continue;
		json_array_append_new(out, letter_json(d, &list[i]));
		table_add(t, pick_short(d, &list[i].s.r.id));
		for (size_t k = 0; k < ARRAY_LEN(fields); k++)
			table_add(t, field_text(d, &list[i], fields[k]));
	}
	if (c->json)
		out_json(c, json_incref(out));
	else
		table_print(t);
	return true;
}

/* ---- a case made of one ---- */

struct promotion {
	struct desk *d;
	struct seen from;
	const struct rtype *person, *kase;
	json_t *person_body; /* NULL: on file already */
	json_t *case_body;
	struct uuid person_id, case_id, tx;
};

static void copy_text(
	json_t *to, const char *field, const json_t *from, const char *source)
{
	const char *text = json_str(from, source);

	if (text && !json_object_get(to, field))
		json_object_set_new(to, field, json_string(text));
}

static bool pick_origin(struct promotion *p, struct err *e)
{
	struct desk *d = p->d;
	const char *typed = d->c->arg[0];
	struct uuid id;

	if (!pick_record(d, typed, typed, &id, e) ||
		!view_record(desk_view(d), &id, d->c->mem, &p->from, e))
		return false;
	if (!p->from.r.type || p->from.r.type->scope != SCOPE_LETTER)
		return err_field(
			e, ERR_BAD_INPUT, typed, "contact, request, referral");
	if (p->from.r.state == STATE_RETRACTED)
		return err_set(e, ERR_RETRACTED, "letter is retracted");
	return !json_object_get(p->from.body, "case_opened") ||
	       err_field(e, ERR_NOT_SAVED, "case_opened", "%s",
		       text_raw(d->c->lang, T_CT_OPENED));
}

/* Who it is: named here, named in the letter, or somebody new. */
static bool find_person(struct promotion *p, struct err *e)
{
	struct desk *d = p->d;
	const struct field *f = rtype_field(p->kase, "person");
	const char *typed = d->c->option[O_PERSON];
	const char *known = json_str(p->from.body, "person");

	if (typed)
		return pick_ref(d, f, typed, &p->person_id, e);
	if (known && uuid_parse(known, &p->person_id))
		return true;
	p->person_id = uuid_new();
	p->person_body = json_keep(json_object(), d->c->mem);
	if (!value_assignments(d, p->person, 1, p->person_body, NULL, e))
		return false;
	copy_text(p->person_body, "name", p->from.body, "client_name");
	copy_text(p->person_body, "phone", p->from.body, "client_phone");
	return json_object_get(p->person_body, "name") ||
	       err_field(e, ERR_MISSING, "name", "name=…, --person ID");
}

static const char *programme_of_item(struct promotion *p)
{
	const char *item = json_str(p->from.body, "item");
	struct seen one;
	struct err ignored;
	struct uuid id;

	return item && uuid_parse(item, &id) &&
			       view_record(desk_view(p->d), &id, p->d->c->mem,
				       &one, &ignored)
		       ? json_str(one.body, "programme")
		       : NULL;
}

static bool put_programme(struct promotion *p, struct err *e)
{
	const char *typed = p->d->c->option[O_PROGRAMME];
	const char *known = json_str(p->from.body, "programme");
	json_t *v;

	if (!known)
		known = programme_of_item(p);
	v = typed ? value_parse(
			    p->d, rtype_field(p->kase, "programme"), typed, e)
	    : known ? json_string(known)
		    : NULL;
	if (v)
		json_object_set_new(p->case_body, "programme", v);
	return v || !typed;
}

/* In charge is whom the letter names, else who opens it. */
static bool make_case(struct promotion *p, struct err *e)
{
	struct date today = time_day_cn(host_now_ms());
	char day[DATE_TEXT], person[UUID_TEXT], origin[UUID_TEXT];

	p->case_body = json_keep(
		json_pack("{s:s, s:s, s:s, s:s, s:s}", "person",
			uuid_format(&p->person_id, person), "home_site",
			desk_reader(p->d, "site"), "phase", "referral_in",
			"opened", date_format(&today, day), "origin",
			uuid_format(&p->from.r.id, origin)),
		p->d->c->mem);
	copy_text(p->case_body, "manager", p->from.body, "manager");
	copy_text(p->case_body, "manager", p->from.body, "provider");
	if (!json_object_get(p->case_body, "manager"))
		json_object_set_new(p->case_body, "manager",
			json_string(desk_reader(p->d, "staff")));
	return put_programme(p, e);
}

/* A referral stays a loop of its own: it says nothing of the case. */
static bool note_opened(struct promotion *p, struct err *e)
{
	struct arena *mem = p->d->c->mem;
	char person[UUID_TEXT], kase[UUID_TEXT];
	json_t *set;
	bool changed;

	if (strcmp(p->from.type, "referral") == 0)
		return true;
	set = json_keep(json_pack("{s:s, s:s}", "case_opened",
				uuid_format(&p->case_id, kase), "person",
				uuid_format(&p->person_id, person)),
		mem);
	return outbox_patch_in(desk_view(p->d), &p->from.r.id, set,
		json_keep(json_array(), mem), &p->tx, &changed, e);
}

static bool save(struct promotion *p, struct err *e)
{
	static const struct uuid nil;
	struct view *v = desk_view(p->d);

	p->tx = uuid_new();
	p->case_id = uuid_new();
	return (!p->person_body ||
		       outbox_create(v, p->person, &nil, p->person_body, &p->tx,
			       &p->person_id, e)) &&
	       outbox_create(v, p->kase, &nil, p->case_body, &p->tx,
		       &p->case_id, e) &&
	       note_opened(p, e);
}

bool verb_promote(struct cli *c, struct err *e)
{
	struct promotion *p = ARENA_NEW(c->mem, struct promotion);

	p->d = desk_open(c, true, e);
	if (!p->d)
		return false;
	p->person = catalogue_type(p->d->catalogue, "person");
	p->kase = catalogue_type(p->d->catalogue, "case");
	if (!pick_origin(p, e) || !find_person(p, e) || !make_case(p, e))
		return false;
	if (!store_begin(p->d->s, e))
		return false;
	if (save(p, e))
		return desk_saved(p->d, &p->case_id, e);
	store_rollback(p->d->s);
	return false;
}
