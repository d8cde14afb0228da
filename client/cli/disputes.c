/*
 * disputes.c - see disputes.h.
 */
#include "client/cli/disputes.h"

#include "client/cli/items.h"
#include "client/cli/out.h"
#include "client/cli/pick.h"
#include "client/cli/value.h"

#include <string.h>

#define STATION_DIGITS                                                         \
	6 /* of a station's id, enough to tell a site's apart                  \
	   */

/* ---- finding them ---- */

static bool administers(const struct desk *d)
{
	const char *role = desk_reader(d, "role");

	return strcmp(role, "site_admin") == 0 ||
	       strcmp(role, "system_admin") == 0;
}

static bool has_moved(const json_t *now, const json_t *then)
{
	const char *key;
	json_t *v;

	json_object_foreach((json_t *)(uintptr_t)now, key, v)
	{
		const json_t *was = json_object_get(then, key);

		if (!was || !json_equal(was, v))
			return true;
	}
	return false;
}

static bool read_dispute(
	struct desk *d, const struct uuid *id, struct dispute *x, struct err *e)
{
	const char *name, *record;
	struct uuid target;
	struct err ignored;

	memset(x, 0, sizeof(*x));
	if (!view_record(desk_view(d), id, d->c->mem, &x->r, e))
		return false;
	name = json_str(x->r.body, "record_type");
	record = json_str(x->r.body, "record");
	x->about = name ? catalogue_type(d->catalogue, name) : NULL;
	x->here = record && uuid_parse(record, &target) &&
		  view_record(desk_view(d), &target, d->c->mem, &x->target,
			  &ignored);
	if (!x->here || !outbox_standing(desk_view(d), x->r.body, d->c->mem,
				&x->now, &ignored))
		x->now = json_object_get(x->r.body, "theirs");
	x->moved = has_moved(x->now, json_object_get(x->r.body, "theirs"));
	return true;
}

bool disputes_each(struct desk *d, disputes_fn *fn, void *ctx, struct err *e)
{
	bool all = administers(d);

	for (size_t i = 0; i < store_unit_count(d->s); i++) {
		const struct unit *u = store_unit_at(d->s, i);

		for (size_t k = 0; k < u->n; k++) {
			struct dispute x;

			if (strcmp(u->records[k].type, "conflict") != 0 ||
				(uuid_is_nil(&u->id) && !all))
				continue;
			if (!read_dispute(d, &u->records[k].id, &x, e))
				return false;
			if (!json_flag(x.r.body, "settled"))
				fn(d, &x, ctx);
		}
	}
	return true;
}

/* ---- words ---- */

const char *dispute_values(struct desk *d, const struct rtype *t,
	const json_t *fields, const json_t *from)
{
	bool alone = json_array_size(fields) == 1;
	const char *out = "";

	for (size_t i = 0; i < json_array_size(fields); i++) {
		const char *name = json_string_value(json_array_get(fields, i));
		const struct field *f = t && name ? rtype_field(t, name) : NULL;
		const json_t *v = name ? json_object_get(from, name) : NULL;
		const char *shown = f ? value_show(d, f, v)
				    : v && !json_is_null(v)
					    ? json_canonical(v, d->c->mem)
					    : text_raw(d->c->lang, T_EMPTY);

		if (!name)
			continue;
		out = alone ? shown
			    : arena_printf(d->c->mem, "%s%s%s: %s", out,
				      out[0] ? "; " : "",
				      f ? value_label(d->c, t, f) : name,
				      shown);
	}
	return out_plain(d->c, out, 0);
}

const char *dispute_who(struct desk *d, const json_t *body, const char *key)
{
	const char *text = json_str(body, key);
	struct uuid id;

	return text && uuid_parse(text, &id) ? pick_name(d, &id) : "";
}

const char *dispute_when(struct desk *d, const json_t *body, const char *key)
{
	const char *text = json_str(body, key);
	int64_t ms;

	return text && time_parse(text, &ms) ? time_show(d->c, ms) : "";
}

/* The fields in question, with the names settle takes. */
static const char *field_names(struct desk *d, const struct dispute *x)
{
	const json_t *fields = json_object_get(x->r.body, "fields");
	const char *out = "";

	for (size_t i = 0; i < json_array_size(fields); i++) {
		const char *name = json_string_value(json_array_get(fields, i));
		const struct field *f =
			x->about && name ? rtype_field(x->about, name) : NULL;

		if (name)
			out = arena_printf(d->c->mem, "%s%s%s%s%s%s", out,
				i ? ", " : "",
				f ? value_label(d->c, x->about, f) : "",
				f ? " (" : "", name, f ? ")" : "");
	}
	return out;
}

/* A case by its number and the client's name. */
static const char *case_words(struct desk *d, const struct uuid *id)
{
	struct err ignored;
	struct seen one;

	if (uuid_is_nil(id))
		return "";
	if (!view_record(desk_view(d), id, d->c->mem, &one, &ignored))
		return pick_short(d, id);
	return arena_printf(d->c->mem, "%s%s%s", pick_name(d, id),
		json_str(one.body, "person") ? " " : "",
		dispute_who(d, one.body, "person"));
}

const char *dispute_record(struct desk *d, const struct dispute *x)
{
	const char *of = case_words(d, &x->r.r.case_id);
	const char *type = json_str(x->r.body, "record_type");
	const char *title = x->here ? item_title(d, &x->target) : "";

	return out_plain(d->c,
		arena_printf(d->c->mem, "%s%s%s%s%s", of, of[0] ? " · " : "",
			x->about ? type_label(d->c, x->about)
			: type   ? type
				 : "",
			title[0] ? " · " : "", title),
		0);
}

/* The members of a conflict that tell of one side. */
struct side {
	const char *value, *by, *site, *device, *at, *seen;
};

static const struct side mine = {
	"mine", "mine_by", "mine_site", "mine_device", "mine_at", "seen"};
static const struct side theirs = {"theirs", "theirs_by", "theirs_site",
	"theirs_device", "theirs_at", "theirs_seen"};

/* The site, and the station there; of a conflict that says neither, where its
 * author works. */
static const char *where(
	struct desk *d, const json_t *body, const struct side *s)
{
	const char *device = json_str(body, s->device);
	const char *by = json_str(body, s->by),
		   *site = dispute_who(d, body, s->site);
	size_t n = device ? strlen(device) : 0;
	struct err ignored;
	struct seen staff;
	struct uuid id;

	if (n > STATION_DIGITS)
		return text_of(d->c, T_CF_STATION, site,
			device + n - STATION_DIGITS, NULL);
	if (site[0])
		return text_of(d->c, T_CF_BROWSER, site, NULL);
	if (!by || !uuid_parse(by, &id) ||
		!view_record(desk_view(d), &id, d->c->mem, &staff, &ignored))
		return "?";
	return dispute_who(d, staff.body, "site");
}

static const char *side_words(
	struct desk *d, const struct dispute *x, const struct side *s)
{
	const json_t *b = x->r.body, *fields = json_object_get(b, "fields");
	const json_t *seen = json_object_get(b, s->seen);

	return text_of(d->c, T_CF_SIDE,
		dispute_values(
			d, x->about, fields, json_object_get(b, s->value)),
		dispute_who(d, b, s->by), where(d, b, s),
		dispute_when(d, b, s->at),
		seen ? dispute_values(d, x->about, fields, seen) : "?", NULL);
}

void dispute_print(struct desk *d, const struct dispute *x)
{
	struct cli *c = d->c;
	const json_t *fields = json_object_get(x->r.body, "fields");
	const char *stands = side_words(d, x, &theirs);

	out_line(c,
		arena_printf(c->mem, "%s  %s · %s", pick_short(d, &x->r.r.id),
			dispute_record(d, x), field_names(d, x)));
	out_line(c, text_of(c, T_CF_MINE, side_words(d, x, &mine), NULL));
	if (x->moved)
		stands = text_of(c, T_CF_MOVED,
			dispute_values(d, x->about, fields, x->now), stands,
			NULL);
	out_line(c, text_of(c, T_CF_THEIRS, stands, NULL));
	if (x->here && x->target.r.state == STATE_SIGNED)
		out_line(c, text_raw(c->lang, T_CF_SIGNED));
	if (x->here && x->target.r.state == STATE_RETRACTED)
		out_line(c, text_raw(c->lang, T_CF_RETRACTED));
}

json_t *dispute_json(const struct dispute *x)
{
	return json_pack("{s:s, s:o, s:o, s:O, s:O?, s:b, s:b}", "kind",
		"conflict", "id", json_id(&x->r.r.id), "case",
		json_id(&x->r.r.case_id), "body", x->r.body, "now", x->now,
		"moved", x->moved, "signed",
		x->here && x->target.r.state == STATE_SIGNED);
}

/* ---- addenda ---- */

/* The bodies of the conflicts kept as addenda of a record; belong to mem. */
static json_t *addenda(struct desk *d, const struct seen *r)
{
	json_t *out = json_keep(json_array(), d->c->mem);
	char id[UUID_TEXT];
	size_t n;
	const struct uuid *all =
		view_unit(desk_view(d), &r->unit, d->c->mem, &n);

	uuid_format(&r->r.id, id);
	for (size_t i = 0; i < n; i++) {
		struct err ignored;
		struct seen k;
		const char *of;

		if (!view_record(
			    desk_view(d), &all[i], d->c->mem, &k, &ignored) ||
			strcmp(k.type, "conflict") != 0)
			continue;
		of = json_str(k.body, "record");
		if (of && strcmp(of, id) == 0 && json_flag(k.body, "addendum"))
			json_array_append(out, k.body);
	}
	return out;
}

void addenda_print(struct desk *d, const struct seen *r)
{
	const json_t *all = addenda(d, r);

	for (size_t i = 0; i < json_array_size(all); i++) {
		const json_t *b = json_array_get(all, i);
		const json_t *value = json_object_get(b, "value");
		/* A third value is the settler's own. */
		bool third = !json_equal(value, json_object_get(b, "mine"));

		out_line(d->c,
			text_of(d->c, T_CF_ADDENDUM,
				dispute_values(d, r->r.type,
					json_object_get(b, "fields"), value),
				dispute_who(
					d, b, third ? "settled_by" : "mine_by"),
				dispute_when(
					d, b, third ? "settled_at" : "mine_at"),
				dispute_who(d, b, "settled_by"), NULL));
	}
}

json_t *addenda_json(struct desk *d, const struct seen *r)
{
	return json_incref(addenda(d, r));
}
