/*
 * h_withdraw.c - ending memberships and withdrawing consents at a station's
 * page, the copies of a case, and what a restored centre was told again.
 *
 * The preview is the centre's, and the station's own when that cannot be asked.
 * The step is always kept here first: it goes with the next round, and what
 * falls with it the centre writes then.
 */
#include "client/local/local_in.h"

#include "client/store/withdrawal.h"
#include "client/sync/engine.h"
#include "proto/base/utf8.h"

#include <string.h>

static bool read_case(const struct ask *a, struct uuid *out, struct err *e)
{
	const char *text = json_str(a->json, "case");

	return (text && uuid_parse(text, out)) ||
	       err_field(e, ERR_BAD_INPUT, "case", "id");
}

static bool read_records(
	const struct ask *a, struct uuid *out, size_t *n, struct err *e)
{
	const json_t *list = json_object_get(a->json, "records");

	*n = json_array_size(list);
	if (*n < 1 || *n > WITHDRAWAL_MOST)
		return err_field(e, ERR_OUT_OF_RANGE, "records", "1-%d",
			WITHDRAWAL_MOST);
	for (size_t i = 0; i < *n; i++) {
		const char *id = json_string_value(json_array_get(list, i));

		if (!id || !uuid_parse(id, &out[i]))
			return err_field(e, ERR_BAD_INPUT, "records", "id");
	}
	return true;
}

static struct withdrawal *read_order(
	struct local *l, struct ask *a, struct err *e)
{
	struct uuid records[WITHDRAWAL_MOST], case_id;
	size_t n;

	if (!read_case(a, &case_id, e) || !read_records(a, records, &n, e))
		return NULL;
	return withdrawal_new(local_view(l, a), &case_id, records, n,
		json_str(a->json, "reason"), a->mem, e);
}

/* Not a portal's page that says 200 as well. */
static bool is_preview(const struct reply *r)
{
	return r && r->status == 200 &&
	       strcmp(r->type, "application/json") == 0;
}

/* Our own when the centre cannot say: no network or somebody else's, no
 * session, or it has not got these records yet. */
static bool has_no_say(enum err_code code)
{
	static const enum err_code codes[] = {ERR_OFFLINE, ERR_TLS,
		ERR_VOID_PAGE, ERR_SIGNED_OUT, ERR_BUSY, ERR_NOT_FOUND};

	for (size_t i = 0; i < ARRAY_LEN(codes); i++)
		if (codes[i] == code)
			return true;
	return false;
}

static bool preview_came(struct local *l, struct ask *a, const struct reply *r,
	const struct err *why)
{
	struct withdrawal *w;
	struct err e = *why;

	if (is_preview(r))
		return false;
	if (r)
		sync_problem(r, &e);
	if (!has_no_say(e.code))
		return false;
	w = read_order(l, a, &e);
	if (!w) {
		ask_problem(a, &e);
		return true;
	}
	return ask_json(a, 200, withdrawal_preview(w));
}

bool local_withdrawal_preview(struct local *l, struct ask *a, struct err *e)
{
	struct errand_order o = {.method = "POST",
		.path = "/v1/withdrawals/preview",
		.after = preview_came};
	struct withdrawal *w = read_order(l, a, e);

	if (!w)
		return false;
	o.body.p = json_canonical(withdrawal_question(w), a->mem);
	o.body.n = strlen(o.body.p);
	return errand_send(l, a, &o, e);
}

static bool save(struct local *l, struct withdrawal *w, struct err *e)
{
	bool any;

	if (!store_begin(l->s, e))
		return false;
	if (!withdrawal_save(w, &any, e)) {
		store_rollback(l->s);
		return false;
	}
	return store_commit(l->s, e);
}

/* Said twice it changes nothing and answers the same. */
bool local_withdrawal(struct local *l, struct ask *a, struct err *e)
{
	const char *reason = json_str(a->json, "reason");
	struct withdrawal *w;

	if (!reason || !*reason || utf8_count(reason) > WITHDRAWAL_REASON)
		return err_field(e, ERR_OUT_OF_RANGE, "reason", "1-%d",
			WITHDRAWAL_REASON);
	w = read_order(l, a, e);
	if (!w || !save(l, w, e))
		return false;
	round_soon(l);
	return ask_json(a, 200,
		json_keep(json_pack("{s:O, s:[], s:b}", "ended",
				  json_object_get(a->json, "records"), "fell",
				  "kept", 1),
			a->mem));
}

/* ---- what only the centre knows ---- */

bool local_copies(struct local *l, struct ask *a, struct err *e)
{
	struct uuid id;
	char text[UUID_TEXT];

	if (!uuid_parse(a->segment, &id))
		return err_field(e, ERR_NOT_FOUND, "id", "-");
	return errand_begin(l, a, "GET",
		arena_printf(
			a->mem, "/v1/cases/%s/copies", uuid_format(&id, text)),
		e);
}

bool local_salvage(struct local *l, struct ask *a, struct err *e)
{
	if (!ask_query(a, "open"))
		return errand_begin(l, a, "GET", "/v1/salvage", e);
	return local_fresh(l, e) &&
	       errand_begin(l, a, "GET", "/v1/salvage?open=yes", e);
}

bool local_salvage_decide(struct local *l, struct ask *a, struct err *e)
{
	struct errand_order o = {.method = "POST"};
	struct uuid id;
	char text[UUID_TEXT];

	if (!uuid_parse(a->segment, &id))
		return err_field(e, ERR_NOT_FOUND, "id", "-");
	o.path = arena_printf(a->mem, "/v1/salvage/%s", uuid_format(&id, text));
	o.body = a->body;
	return errand_send(l, a, &o, e);
}
