/*
 * v_withdraw.c - casebridge withdraw: memberships end, consents are withdrawn.
 *
 * First who loses what, and what falls with it: as the centre says, or, when it
 * cannot be asked, as far as this station knows. Then one group of changes in
 * the outbox, which applies together or not at all; what falls with it the
 * centre writes in the same transaction.
 */
#include "client/cli/out.h"
#include "client/cli/pick.h"
#include "client/cli/secret.h"
#include "client/cli/value.h"
#include "proto/base/host.h"
#include "proto/base/utf8.h"
#include "proto/withdraw.h"

#include <string.h>

#define RECORDS_MAX 50
#define REASON_MAX  450

struct order {
	struct desk *d;
	struct uuid case_id;
	struct seen records[RECORDS_MAX];
	size_t n;
	struct withdraw w;
	struct withdraw_rec *recs;
	size_t room;
};

/* ---- what this station knows ---- */

static void add_record(struct order *o, const struct uuid *id)
{
	struct withdraw_rec *x = &o->recs[o->w.n];
	struct seen s;
	struct err ignored;

	for (size_t i = 0; i < o->w.n; i++)
		if (uuid_cmp(&o->recs[i].id, id) == 0)
			return;
	if (!view_record(desk_view(o->d), id, o->w.mem, &s, &ignored) ||
		!s.r.type || s.r.state == STATE_RETRACTED)
		return;
	x->id = *id;
	x->site = s.r.site;
	x->unit = s.unit;
	x->type = s.type;
	x->before = x->after = s.body;
	o->w.n++;
}

static void add_all(struct order *o, const struct uuid *ids, size_t n)
{
	if (o->w.n + n > o->room)
		die("more records than there is room for");
	for (size_t i = 0; i < n; i++)
		add_record(o, &ids[i]);
}

/* Groups the client takes part in as this case. */
static void add_groups(struct order *o, const struct uuid *seats, size_t n)
{
	char kase[UUID_TEXT];

	uuid_format(&o->case_id, kase);
	for (size_t i = 0; i < n; i++) {
		struct seen s;
		struct err ignored;
		const char *linked;

		if (!view_record(
			    desk_view(o->d), &seats[i], o->w.mem, &s, &ignored))
			continue;
		linked = json_str(s.body, "linked_case");
		if (linked && strcmp(linked, kase) == 0) {
			add_record(o, &seats[i]);
			add_record(o, &s.unit);
		}
	}
}

static void read_case(struct order *o)
{
	struct arena *mem = o->d->c->mem;
	struct view *v = desk_view(o->d);
	size_t records, staff, seats;
	const struct uuid *ids = view_unit(v, &o->case_id, mem, &records);
	const struct uuid *people = view_of_type(v, "staff", mem, &staff);
	const struct uuid *parts = view_of_type(v, "participant", mem, &seats);

	o->room = records + staff + 2 * seats + 1;
	o->recs = ARENA_ARRAY(mem, struct withdraw_rec, o->room);
	o->w.mem = mem;
	o->w.recs = o->recs;
	o->w.today = time_day_cn(host_now_ms());
	o->w.reason = o->d->c->option[O_REASON];
	add_all(o, ids, records);
	add_all(o, people, staff);
	add_groups(o, parts, seats);
}

static struct withdraw_rec *record_of(struct order *o, const struct uuid *id)
{
	for (size_t i = 0; i < o->w.n; i++)
		if (uuid_cmp(&o->recs[i].id, id) == 0)
			return &o->recs[i];
	return NULL;
}

static bool pick_records(struct order *o, struct err *e)
{
	struct cli *c = o->d->c;

	if (c->args - 1 > RECORDS_MAX)
		return cli_usage(e, "withdraw", "1-50 RECORD");
	for (size_t i = 1; i < c->args; i++) {
		struct seen *s = &o->records[o->n++];
		struct uuid id;

		if (!pick_record(o->d, c->arg[i], c->arg[i], &id, e) ||
			!view_record(desk_view(o->d), &id, c->mem, s, e))
			return false;
		if (!withdraw_ends(s->type) || !record_of(o, &id) ||
			uuid_cmp(&s->unit, &o->case_id) != 0)
			return err_field(e, ERR_BAD_INPUT, c->arg[i], "%s",
				text_raw(c->lang, T_WD_RECORDS));
	}
	return true;
}

/* ---- the preview ---- */

static json_t *local_preview(struct order *o)
{
	json_t *out;
	char id[UUID_TEXT];

	for (size_t i = 0; i < o->n; i++) {
		struct withdraw_rec *r = record_of(o, &o->records[i].r.id);
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

/* The centre's, or our own when it cannot say: no network, or it has not got
 * these records yet. */
static json_t *preview(struct order *o, struct err *e)
{
	static const enum err_code not_asked[] = {
		ERR_OFFLINE, ERR_SIGNED_OUT, ERR_BUSY, ERR_NOT_FOUND};
	json_t *list = json_array(), *body, *out;
	char id[UUID_TEXT];

	for (size_t i = 0; i < o->n; i++)
		json_array_append_new(list,
			json_string(uuid_format(&o->records[i].r.id, id)));
	body = json_keep(json_pack("{s:s, s:o, s:s*}", "case",
				 uuid_format(&o->case_id, id), "records", list,
				 "reason", o->w.reason),
		o->w.mem);
	out = desk_post(o->d, "/v1/withdrawals/preview", body, e);
	for (size_t i = 0; !out && i < ARRAY_LEN(not_asked); i++)
		if (e->code == not_asked[i])
			return local_preview(o);
	return out;
}

static const char *name_of(struct desk *d, const json_t *one, const char *key)
{
	const char *text = json_str(one, key);
	struct uuid id;

	return text && uuid_parse(text, &id) ? pick_name(d, &id) : "";
}

static const char *codes_of(
	struct desk *d, const json_t *list, const char *codes)
{
	const struct code_list *l = catalogue_codes(d->catalogue, codes);
	const char *out = "";

	for (size_t i = 0; i < json_array_size(list); i++) {
		const char *code = json_string_value(json_array_get(list, i));

		out = arena_printf(d->c->mem, "%s%s%s", out, i ? " " : "",
			l ? code_label(l, code, d->c->lang) : code);
	}
	return *out ? out : "—";
}

static const char *people_of(struct desk *d, const json_t *list)
{
	const struct code_list *l = catalogue_codes(d->catalogue, "staff_role");
	const char *out = "";

	for (size_t i = 0; i < json_array_size(list); i++) {
		const json_t *one = json_array_get(list, i);

		out = arena_printf(d->c->mem, "%s%s%s %s", out, i ? ", " : "",
			code_label(l, json_str(one, "role"), d->c->lang),
			number_text(d->c, json_int(one, "n", 0)));
	}
	return out;
}

static void print_losses(struct desk *d, const json_t *list)
{
	static const enum text_id heads[] = {
		T_C_SITE, T_C_WHO, T_WD_BEFORE, T_WD_AFTER, T_COUNT};
	struct table *t = table_new(d->c, heads);

	for (size_t i = 0; i < json_array_size(list); i++) {
		const json_t *one = json_array_get(list, i);

		table_add(t, name_of(d, one, "site"));
		table_add(t,
			json_str(one, "staff")
				? name_of(d, one, "staff")
				: people_of(d, json_object_get(one, "people")));
		table_add(t, codes_of(d, json_object_get(one, "before"),
				     "record_class"));
		table_add(t, codes_of(d, json_object_get(one, "after"),
				     "record_class"));
	}
	table_print(t);
}

static const char *how_text(struct cli *c, const char *how)
{
	static const struct {
		const char *how;
		enum text_id text;
	} words[] = {
		{"cancelled",   T_WD_CANCELLED  },
		{"withdrawn",   T_WD_WITHDRAWN  },
		{"handed_back", T_WD_HANDED_BACK},
		{"left",        T_WD_LEFT       },
		{"hidden",      T_WD_HIDDEN     },
	};

	for (size_t i = 0; how && i < ARRAY_LEN(words); i++)
		if (strcmp(words[i].how, how) == 0)
			return text_raw(c->lang, words[i].text);
	return how ? how : "";
}

static void print_falls(struct desk *d, const json_t *list)
{
	static const enum text_id heads[] = {
		T_C_TYPE, T_C_TITLE, T_C_SITE, T_C_STATE, T_COUNT};
	struct table *t = table_new(d->c, heads);

	for (size_t i = 0; i < json_array_size(list); i++) {
		const json_t *one = json_array_get(list, i);
		const char *type = json_str(one, "type");
		const struct rtype *rt =
			type ? catalogue_type(d->catalogue, type) : NULL;
		const char *title = json_str(one, "title");

		if (!title)
			title = name_of(d, one, "rec");
		table_add(t, rt ? type_label(d->c, rt) : type);
		table_add(t, title);
		table_add(t, name_of(d, one, "site"));
		table_add(t, how_text(d->c, json_str(one, "how")));
	}
	table_print(t);
}

static void print_preview(struct desk *d, const json_t *p)
{
	const json_t *copies = json_object_get(p, "copies");
	const char *from = json_str(p, "from");
	struct cli *c = d->c;
	int64_t n = 0;

	if (from && strcmp(from, "station") == 0)
		out_line(c, text_raw(c->lang, T_WD_OFFLINE));
	out_line(c, text_raw(c->lang, T_WD_LOSERS));
	print_losses(d, json_object_get(p, "losses"));
	out_line(c, "");
	out_line(c, text_raw(c->lang, T_WD_FALLS));
	print_falls(d, json_object_get(p, "falls"));
	for (size_t i = 0; i < json_array_size(copies); i++)
		n += json_flag(json_array_get(copies, i), "loses");
	if (copies) {
		out_line(c, "");
		out_line(c, text_of(c, T_WD_COPIES, number_text(c, n), NULL));
	}
}

/* ---- the step ---- */

static bool end_each(struct order *o, bool *any, struct err *e)
{
	struct uuid tx = uuid_new();

	*any = false;
	for (size_t i = 0; i < o->n; i++) {
		struct withdraw_rec *r = record_of(o, &o->records[i].r.id);
		bool changed = false;

		if (!outbox_patch_in(desk_view(o->d), &r->id,
			    withdraw_ending(&o->w, r),
			    json_keep(json_array(), o->w.mem), &tx, &changed,
			    e))
			return false;
		*any |= changed;
	}
	return true;
}

static bool save(struct order *o, json_t *shown, struct err *e)
{
	struct cli *c = o->d->c;
	bool any;

	if (!store_begin(o->d->s, e))
		return false;
	if (!end_each(o, &any, e)) {
		store_rollback(o->d->s);
		return false;
	}
	if (!any) {
		store_rollback(o->d->s);
		return err_field(e, ERR_NOT_SAVED, "withdraw", "%s",
			text_raw(c->lang, T_WD_ENDED));
	}
	if (!store_commit(o->d->s, e))
		return false;
	if (c->json)
		out_json(c, json_pack("{s:b, s:I, s:O}", "saved", 1, "waiting",
				    (json_int_t)desk_waiting(o->d), "preview",
				    shown));
	else
		out_line(c, text_of(c, T_WD_SAVED,
				    number_text(c, desk_waiting(o->d)), NULL));
	return true;
}

bool verb_withdraw(struct cli *c, struct err *e)
{
	struct desk *d = desk_open(c, true, e);
	struct order o = {.d = d};
	const char *reason = c->option[O_REASON];
	json_t *shown;

	if (!d || !pick_case(d, c->arg[0], "CASE", &o.case_id, e))
		return false;
	if (reason && utf8_count(reason) > REASON_MAX)
		return err_field(
			e, ERR_OUT_OF_RANGE, "--reason", "<= %d", REASON_MAX);
	read_case(&o);
	if (!pick_records(&o, e))
		return false;
	shown = preview(&o, e);
	if (!shown)
		return false;
	if (cli_flag(c, O_PREVIEW)) {
		if (c->json)
			out_json(c, json_incref(shown));
		else
			print_preview(d, shown);
		return true;
	}
	if (!cli_need(c, O_REASON, e))
		return false;
	if (c->json && !cli_flag(c, O_YES))
		return cli_usage(e, "--json", "--yes");
	if (!c->json)
		print_preview(d, shown);
	if (!secret_confirm(c, text_raw(c->lang, T_WD_ASK)))
		return err_field(e, ERR_NOT_SAVED, "withdraw", "%s",
			text_raw(c->lang, T_WD_NOT_DONE));
	return save(&o, shown, e);
}
