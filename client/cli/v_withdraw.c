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
#include "client/store/withdrawal.h"
#include "proto/base/utf8.h"

#include <stdio.h>
#include <string.h>

struct order {
	struct desk *d;
	struct uuid case_id;
	struct uuid records[WITHDRAWAL_MOST];
	size_t n;
	struct withdrawal *w;
};

static bool pick_records(struct order *o, struct err *e)
{
	struct cli *c = o->d->c;

	if (c->args - 1 > WITHDRAWAL_MOST)
		return cli_usage(e, "withdraw", "1-50 RECORD");
	for (size_t i = 1; i < c->args; i++)
		if (!pick_record(
			    o->d, c->arg[i], c->arg[i], &o->records[o->n++], e))
			return false;
	return true;
}

/* Which of them it was is said by what was typed. */
static bool read_order(struct order *o, struct err *e)
{
	struct cli *c = o->d->c;
	unsigned no;

	o->w = withdrawal_new(desk_view(o->d), &o->case_id, o->records, o->n,
		c->option[O_REASON], c->mem, e);
	if (!o->w && sscanf(e->field, "records[%u]", &no) == 1)
		err_field(e, ERR_BAD_INPUT, c->arg[no + 1], "%s",
			text_raw(c->lang, T_WD_RECORDS));
	return o->w != NULL;
}

/* ---- the preview ---- */

/* The centre's, or our own when it cannot say: no network, or it has not got
 * these records yet. */
static json_t *preview(struct order *o, struct err *e)
{
	static const enum err_code not_asked[] = {
		ERR_OFFLINE, ERR_SIGNED_OUT, ERR_BUSY, ERR_NOT_FOUND};
	json_t *out = desk_post(
		o->d, "/v1/withdrawals/preview", withdrawal_question(o->w), e);

	for (size_t i = 0; !out && i < ARRAY_LEN(not_asked); i++)
		if (e->code == not_asked[i])
			return withdrawal_preview(o->w);
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

static bool save(struct order *o, json_t *shown, struct err *e)
{
	struct cli *c = o->d->c;
	bool any;

	if (!store_begin(o->d->s, e))
		return false;
	if (!withdrawal_save(o->w, &any, e)) {
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
	if (reason && utf8_count(reason) > WITHDRAWAL_REASON)
		return err_field(e, ERR_OUT_OF_RANGE, "--reason", "<= %d",
			WITHDRAWAL_REASON);
	if (!pick_records(&o, e) || !read_order(&o, e))
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
