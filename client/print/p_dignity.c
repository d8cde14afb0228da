/*
 * p_dignity.c - the document a person leaves behind, as they approved it.
 *
 * Set in a serif of good size with room around it, for people who will keep
 * it. Only what was approved is printed, and only what the store holds: it
 * gives restricted records to nobody but their readers.
 */
#include "client/print/print_in.h"

#include <string.h>

static bool is_approved(const struct seen *r)
{
	static const char *const good[] = {"approved", "delivered", "final"};
	const char *kind = json_str(r->body, "kind");
	const char *status = json_str(r->body, "status");

	if (strcmp(r->type, "document") != 0 || r->r.state == STATE_RETRACTED ||
		!kind || strcmp(kind, "dignity_document") != 0 || !status ||
		!json_str(r->body, "text"))
		return false;
	for (size_t i = 0; i < ARRAY_LEN(good); i++)
		if (strcmp(status, good[i]) == 0)
			return true;
	return false;
}

static const char *made_on(const struct seen *r)
{
	const char *day = json_str(r->body, "approved");

	if (!day)
		day = json_str(r->body, "made");
	return day ? day : "";
}

/* The newest of a case; restricted ones too, so the folder cannot serve. */
static bool newest_of(const struct print_job *j, const struct uuid *unit,
	struct seen *best, bool *found, struct err *e)
{
	size_t n;
	const struct uuid *ids = view_unit(j->view, unit, j->mem, &n);

	*found = false;
	for (size_t i = 0; i < n; i++) {
		struct seen r;

		if (!view_record(j->view, &ids[i], j->mem, &r, e))
			return false;
		if (!is_approved(&r) ||
			(*found && strcmp(made_on(&r), made_on(best)) <= 0))
			continue;
		*best = r;
		*found = true;
	}
	return true;
}

static bool find(const struct print_job *j, struct seen *out, struct err *e)
{
	char id[UUID_TEXT];
	bool found;

	if (!record_at(j, uuid_format(&j->id, id), out))
		return err_set(e, ERR_NOT_FOUND, "not held");
	if (strcmp(out->type, "case") == 0) {
		if (!newest_of(j, &j->id, out, &found, e))
			return false;
	} else {
		found = is_approved(out);
	}
	return found || err_field(e, ERR_BAD_INPUT, "dignity", "%s",
				word(j, W_NEEDS_DIGNITY));
}

/* Whose words they are: whom the document is about, or the client. */
static const char *whose(const struct print_job *j, const struct seen *r)
{
	const char *name = name_of(j, json_str(r->body, "about"));
	char id[UUID_TEXT];
	struct seen c;

	if (!name[0] && record_at(j, uuid_format(&r->r.case_id, id), &c))
		name = name_of(j, json_str(c.body, "person"));
	return name;
}

static void hide_name(
	const struct print_job *j, struct doc *d, const struct seen *r)
{
	struct print_job plain = *j;
	const char *name;

	plain.masked = false;
	name = whose(&plain, r);
	if (j->masked && name[0])
		doc_hide(d, name, shown_name(j, name));
}

static const char *approved(const struct print_job *j, const struct seen *r)
{
	const char *day = long_day(j, json_str(r->body, "approved"));
	const char *by = shown_name(j, json_str(r->body, "approved_by"));

	if (!day[0])
		return "";
	return by[0] ? words(j, W_DIGNITY_APPROVED, by, day, NULL)
		     : words(j, W_DIGNITY_APPROVED_ON, day, NULL);
}

bool print_dignity(const struct print_job *j, struct doc *d, struct err *e)
{
	struct seen r;

	if (!find(j, &r, e))
		return false;
	hide_name(j, d, &r);
	d->frame.quiet_first = true;
	d->frame.site = "";
	d->frame.printed = "";
	d->frame.running = doc_text(d, json_str(r.body, "title"));
	doc_inset(d, 34);
	doc_drop(d, 210);
	doc_para_at(
		d, FACE_SERIF_TITLE, ALIGN_CENTRE, json_str(r.body, "title"));
	doc_drop(d, 26);
	doc_para_at(d, FACE_SERIF, ALIGN_CENTRE, whose(j, &r));
	doc_drop(d, 6);
	doc_para_at(d, FACE_SERIF_SMALL, ALIGN_CENTRE,
		long_day(j, json_str(r.body, "made")));
	doc_page(d);
	doc_drop(d, 26);
	doc_paras(d, FACE_SERIF, 7, json_str(r.body, "text"));
	doc_space(d, 24);
	doc_para_at(d, FACE_SERIF_SMALL, ALIGN_RIGHT, approved(j, &r));
	return true;
}
