/*
 * h_destroy.c - see retention.h: what is proposed, granted, and certified.
 *
 * What goes and whether it may is duty.destroy()'s (migration 0108), in one
 * transaction with the commit, the decision that outlives a restore, and the
 * trail; here is who may ask, and what is said.
 */
#include "server/duty/retention.h"

#include "proto/base/timeutil.h"
#include "server/app.h"
#include "server/audit/audit.h"
#include "server/duty/certificate.h"
#include "server/lineage/lineage.h"

#include <string.h>

/* ---- proposing ---- */

static bool reply_proposed(struct req *r, const struct db_rows *rows)
{
	struct uuid id = db_get_uuid(rows, 0, "id");
	char text[UUID_TEXT], due[TIME_TEXT];

	return req_reply_json(r, 202,
		json_pack("{s:s, s:s}", "proposal", uuid_format(&id, text),
			"due", time_format(db_get_ms(rows, 0, "due"), due)));
}

static bool stands(struct err *e, const char *member)
{
	return err_field(e, ERR_BAD_INPUT, member,
		"尚未提出的；已提出的请另一位管理员核准" ERR_BOTH
		"what was not proposed yet; another administrator grants what "
		"was");
}

static bool sweep_late(struct req *r, struct err *e)
{
	struct db_args none;

	db_args_init(&none, r->mem);
	return db_run(r->db, Q_PROPOSAL_LATE, &none, NULL, e);
}

/* {"case"} → 202 {"proposal","due"} */
static bool propose_case(struct req *r, struct err *e)
{
	struct kept_case c;
	struct uuid ids[2];
	struct db_rows *rows;
	struct db_args a;

	if (!json_only(r->json, "case", e) ||
		!kept_begin(r, ACT_RETENTION, &c, e))
		return false;
	if (c.held)
		return err_field(e, ERR_HELD, "case", "-");
	if (!c.ground)
		return err_field(e, ERR_KEPT, "case", "%s",
			c.until ? c.until
				: "尚未结案" ERR_BOTH "it has not ended");
	db_args_init(&a, r->mem);
	db_uuid(&a, &c.id);
	db_uuid(&a, &c.site);
	db_text(&a, c.ground);
	db_uuid(&a, &r->reader.staff);
	if (!sweep_late(r, e) ||
		!db_run(r->db, Q_PROPOSAL_DESTROY, &a, &rows, e))
		return false;
	if (db_count(rows) == 0)
		return stands(e, "case");
	ids[0] = c.id;
	ids[1] = db_get_uuid(rows, 0, "id");
	return audit_end(r, "destroy_ask", "ok", ids, ARRAY_LEN(ids), e) &&
	       reply_proposed(r, rows);
}

/* {"span","years"} → 202 {"proposal","due"} */
static bool propose_span(struct req *r, struct err *e)
{
	const json_t *years = json_object_get(r->json, "years");
	const struct uuid *site;
	struct db_rows *rows;
	struct uuid id;
	struct db_args a;

	if (!json_only(r->json, "span years", e) ||
		!access_act(&r->reader, ACT_SETTING, &site, e))
		return false;
	if (!json_is_integer(years) || json_integer_value(years) < 1 ||
		json_integer_value(years) > 100)
		return err_field(e, ERR_OUT_OF_RANGE, "years", "1-100");
	db_args_init(&a, r->mem);
	db_text(&a, json_str(r->json, "span"));
	db_int(&a, json_integer_value(years));
	db_uuid(&a, &r->reader.staff);
	if (!db_begin_system(r->db, e) || !sweep_late(r, e) ||
		!db_run(r->db, Q_PROPOSAL_SPAN, &a, &rows, e))
		return false;
	if (db_count(rows) == 0)
		return err_field(e, ERR_OUT_OF_RANGE, "years",
			"比现在长，且尚未提出" ERR_BOTH
			"longer than now, of a span of the list for which "
			"nothing stands");
	id = db_get_uuid(rows, 0, "id");
	return audit_end(r,
		       arena_printf(r->mem, "span_ask %s %lld",
			       json_str(r->json, "span"),
			       (long long)json_integer_value(years)),
		       "ok", &id, 1, e) &&
	       reply_proposed(r, rows);
}

bool proposal_post(struct req *r, struct err *e)
{
	return json_str(r->json, "span") ? propose_span(r, e)
					 : propose_case(r, e);
}

/* ---- deciding ---- */

struct proposal {
	struct uuid id, case_id;
	bool span;
	bool own; /* the reader made it */
};

/* Of the reader's business; `act` of it when it is about a case. */
static bool find(
	struct req *r, enum access_act act, struct proposal *q, struct err *e)
{
	const struct uuid *own;
	struct db_rows *rows;
	struct uuid by, site;
	struct db_args a;

	db_args_init(&a, r->mem);
	db_uuid(&a, &q->id);
	if (!db_begin_system(r->db, e) ||
		!db_run(r->db, Q_PROPOSAL_GET, &a, &rows, e))
		return false;
	if (db_count(rows) == 0)
		return err_field(e, ERR_NOT_FOUND, "id", "-");
	by = db_get_uuid(rows, 0, "made_by");
	q->own = uuid_cmp(&by, &r->reader.staff) == 0;
	q->span = strcmp(db_get_text(rows, 0, "kind"), "span") == 0;
	if (q->span)
		return access_act(&r->reader, ACT_SETTING, &own, e);
	site = db_get_uuid(rows, 0, "site");
	q->case_id = db_get_uuid(rows, 0, "case_id");
	if (!access_act(&r->reader, ACT_RETENTION, &own, e))
		return false;
	if (own && uuid_cmp(own, &site) != 0)
		return err_field(e, ERR_NOT_FOUND, "id", "-");
	return access_act(&r->reader, act, &own, e);
}

/* Why not; the words duty.destroy() and duty.lengthen() say. */
static bool refused(const struct db_rows *rows, struct err *e)
{
	static const struct {
		const char *outcome;
		enum err_code code;
		const char *field;
		const char *accepts;
	} table[] = {
		{"not_found",  ERR_NOT_FOUND, "id",    "-"},
		{"decided",    ERR_DECIDED,   "grant", "-"},
		{"held",       ERR_HELD,      "case",  "-"},
		{"kept",       ERR_KEPT,      "case",  "-"},
		{"not_second", ERR_FORBIDDEN, "grant",
                 "与提出人无关的另一位管理员" ERR_BOTH
			"an administrator other than who proposed it, neither "
			"having given the other account, password or second "
			"step within a day"               },
	};
	const char *outcome = db_get_text(rows, 0, "outcome");
	char due[TIME_TEXT];

	if (strcmp(outcome, "done") == 0)
		return true;
	for (size_t i = 0; i < ARRAY_LEN(table); i++)
		if (strcmp(table[i].outcome, outcome) == 0)
			return err_field(e, table[i].code, table[i].field, "%s",
				table[i].accepts);
	return err_field(e, ERR_TOO_EARLY, "grant", "%s",
		time_format(db_get_ms(rows, 0, "due"), due));
}

static bool run(struct req *r, enum query query, const struct proposal *q,
	struct db_rows **rows, struct err *e)
{
	struct db_args a;

	db_args_init(&a, r->mem);
	db_uuid(&a, &q->id);
	db_uuid(&a, &r->reader.staff);
	return db_run(r->db, query, &a, rows, e);
}

/* Stations are told from now on; the decision is filed beside the log before
 * anybody is told that it is done. Where that fails it is done all the same:
 * the keeper tries again, and says so (lineage_figures). */
static void committed(struct req *r, const struct db_rows *rows)
{
	struct log_head now = {.epoch = db_get_int(rows, 0, "epoch"),
		.csn = db_get_int(rows, 0, "csn")};
	struct str chain = db_get_bytes(rows, 0, "chain");
	struct err trouble;

	if (chain.n == SHA256_LEN)
		memcpy(now.chain.b, chain.p, SHA256_LEN);
	lineage_note(r->app->lineage, &now);
	if (r->app->lineage &&
		!lineage_keep(r->app->lineage, r->db, true, &trouble))
		lineage_poke(r->app->lineage);
	if (now.csn > r->app->head_csn)
		r->app->head_csn = now.csn;
}

static bool grant(struct req *r, struct proposal *q, struct err *e)
{
	struct uuid ids[2];
	struct db_rows *rows;
	char text[UUID_TEXT];

	if (!find(r, ACT_DESTROY, q, e) ||
		!run(r, q->span ? Q_LENGTHEN : Q_DESTROY, q, &rows, e) ||
		!refused(rows, e))
		return false;
	if (q->span)
		return audit_end(r, "span", "ok", &q->id, 1, e) &&
		       req_reply_text(r, 200, "{\"done\":true}");
	ids[0] = q->case_id;
	ids[1] = q->id;
	if (!audit_end(r, "destroy", "ok", ids, ARRAY_LEN(ids), e))
		return false;
	committed(r, rows);
	return req_reply_json(r, 200,
		json_pack("{s:b, s:s}", "done", 1, "certificate",
			uuid_format(&q->id, text)));
}

static bool refuse(struct req *r, struct proposal *q, struct err *e)
{
	struct uuid ids[2];
	struct db_rows *rows;

	/* Who asked may take it back. */
	if (!find(r, ACT_RETENTION, q, e) ||
		!run(r, Q_PROPOSAL_REFUSE, q, &rows, e))
		return false;
	if (db_count(rows) == 0)
		return err_field(e, ERR_DECIDED, "grant", "-");
	ids[0] = q->span ? q->id : q->case_id;
	ids[1] = q->id;
	return audit_end(r, "destroy_refuse", "ok", ids, q->span ? 1 : 2, e) &&
	       req_reply_text(r, 200, "{\"done\":true}");
}

/* {"grant":true|false} → {"done":true,"certificate"?} */
bool proposal_decide_post(struct req *r, struct err *e)
{
	const json_t *given = json_object_get(r->json, "grant");
	struct proposal q = {.span = false};

	if (!req_segment_id(r, 0, &q.id, e) || !json_only(r->json, "grant", e))
		return false;
	if (!json_is_boolean(given))
		return err_field(e, ERR_BAD_KIND, "grant", "true, false");
	return json_is_true(given) ? grant(r, &q, e) : refuse(r, &q, e);
}

/* ---- certificates ---- */

/* → {"certificate":{…},"copies":[…],"text":{"zh","en"}} */
bool certificate_get(struct req *r, struct err *e)
{
	const struct uuid *site;
	struct err none = {0};
	json_t *list, *whole;
	struct uuid id;

	if (!req_segment_id(r, 0, &id, e))
		return false;
	if (!access_act(&r->reader, ACT_TRAIL, &site, &none) &&
		!access_act(&r->reader, ACT_RETENTION, &site, e))
		return false;
	return db_begin_system(r->db, e) &&
	       certificates_list(r->db, r->mem, site, &id, &list, e) &&
	       certificate_whole(r->db, r->mem, list, &whole, e) &&
	       audit_end(r, "certificate", "ok", &id, 1, e) &&
	       req_reply_json(r, 200, json_incref(whole));
}
