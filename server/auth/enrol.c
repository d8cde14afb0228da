/*
 * enrol.c - POST /v1/devices: a computer asks to be let in (see device.h).
 *
 * A code made at the console for one person brings the certificate at once. Any
 * other makes a request of it, which somebody else than who made the code has
 * to grant; the station asks again, with the same code and the same key, until
 * somebody has. A station speaks to no other centre than the one whose
 * certificate it was given, which keeps others from coming between. What both
 * people compare besides is the check number, which follows from the key: who
 * has the code and is in between after all would have to find another key with
 * the same sixteen digits, some 2^53 tries, before the request is void.
 */
#include "server/auth/device.h"

#include "proto/station.h"
#include "server/app.h"
#include "server/audit/audit.h"
#include "server/audit/tiles.h"
#include "server/auth/attempt.h"
#include "server/auth/ca.h"
#include "server/state.h"

#include <string.h>

struct asking {
	struct req *r;
	char code[CODE_LENGTH + 1];
	struct sha256 code_hash;
	const char *csr;
	struct device d;
	struct device_certificate cert;
	struct charge charge;
	struct uuid known; /* what came of the request before; nil: nothing */
};

static bool read_request(struct asking *q, struct err *e)
{
	const json_t *j = q->r->json;

	if (!json_only(j, "code csr", e))
		return false;
	q->csr = json_str(j, "csr");
	if (!q->csr)
		return err_field(e, ERR_MISSING, "csr", "a PEM text");
	if (!json_str(j, "code"))
		return err_field(e, ERR_MISSING, "code",
			"一次性登记码" ERR_BOTH "a one-time code");
	if (!code_normalise(json_str(j, "code"), q->code))
		return err_field(e, ERR_BAD_INPUT, "code",
			"所示的 %d 个字母和数字" ERR_BOTH
			"%d letters and digits, as shown",
			CODE_LENGTH, CODE_LENGTH);
	q->code_hash = sha256_of(q->code, CODE_LENGTH);
	return true;
}

/* Guessing codes costs an address what guessing passwords does. */
static bool charge_source(struct asking *q, struct err *e)
{
	struct req *r = q->r;
	const struct refusal why = {&r->reader, "enrol", "code"};
	int64_t wait_ms;

	q->charge.scope = LOCK_SOURCE;
	q->charge.key =
		attempt_key(r->mem, r->app->token_key, "source", r->source);
	if (!db_begin_system(r->db, e) ||
		!attempts_charge(r->db, r->mem, &q->charge, 1, &wait_ms, e))
		return false;
	return wait_ms == 0 ? db_commit(r->db, e)
			    : attempts_refuse(r->db, r->mem, &q->charge, 1,
				      wait_ms, &why, e);
}

/* Who guesses codes is seen on the trail; how often is bounded by the charge,
 * which stays. What the transaction did until here is undone. */
static bool note_refusal(struct asking *q, const char *outcome, struct err *e)
{
	struct reader actor = {.device = q->known, .site = q->d.site};
	struct req *r = q->r;

	db_rollback(r->db);
	if (!db_begin_system(r->db, e))
		return false;
	return audit_commit(
		r->db, r->mem, &actor, "enrol", outcome, NULL, 0, e);
}

static bool end(struct asking *q, const char *action, struct err *e)
{
	struct reader actor = {.device = q->d.id, .site = q->d.site};
	struct req *r = q->r;

	if (!attempts_pardon(r->db, r->mem, &q->charge, 1, e))
		return false;
	return audit_commit(r->db, r->mem, &actor, action, "ok", NULL, 0, e);
}

/* The key of the trail's seal, for the station to pin; NULL: there is none. */
static const char *seal_line(struct req *r)
{
	const char *dir = r->app->conf.state_dir;
	struct str line;
	struct err ignored;

	return state_has(dir, SEAL_PUBLIC) && state_read(dir, SEAL_PUBLIC,
						      r->mem, &line, &ignored)
		       ? arena_strndup(r->mem, line.p, strcspn(line.p, "\n"))
		       : NULL;
}

static bool reply_device(struct asking *q)
{
	char id[UUID_TEXT], site[UUID_TEXT];

	return req_reply_json(q->r, 201,
		json_pack("{s:s, s:s, s:s, s:s, s:s, s:s*}", "device",
			uuid_format(&q->d.id, id), "certificate", q->cert.pem,
			"ca", ca_pem(q->r->app->ca), "site",
			uuid_format(&q->d.site, site), "site_name",
			q->d.site_name, "seal", seal_line(q->r)));
}

static bool let_in(struct asking *q, const struct uuid *granted_by,
	const struct uuid *request, struct err *e)
{
	struct req *r = q->r;
	struct db_rows *rows;
	struct db_args a, b;

	db_args_init(&a, r->mem);
	db_uuid(&a, &q->d.id);
	db_uuid(&a, &q->d.site);
	db_text(&a, q->d.site_name);
	db_bytes(&a, q->cert.spki.b, sizeof(q->cert.spki.b));
	db_ms(&a, q->cert.expires_ms);
	db_uuid(&a, granted_by);
	if (!db_run(r->db, Q_AUTH_DEVICE_ADD, &a, &rows, e))
		return false;
	if (db_count(rows) == 0)
		return err_field(e, ERR_BAD_INPUT, "csr", "a key of its own");
	db_args_init(&b, r->mem);
	db_uuid(&b, request);
	db_uuid(&b, &q->d.id);
	if (request && !db_run(r->db, Q_AUTH_ENROLMENT_DEVICE, &b, NULL, e))
		return false;
	return end(q, "enrol", e) && reply_device(q);
}

/* Its answer was lost: the same device, with a certificate made anew. */
static bool let_in_again(struct asking *q, struct err *e)
{
	struct req *r = q->r;
	struct db_args a;

	q->d.id = q->known;
	if (!ca_sign_device(r->app->ca, q->csr, &q->d.id, r->mem, &q->cert, e))
		return false;
	db_args_init(&a, r->mem);
	db_uuid(&a, &q->d.id);
	db_ms(&a, q->cert.expires_ms);
	return db_run(r->db, Q_AUTH_DEVICE_AGAIN, &a, NULL, e) &&
	       end(q, "enrol_again", e) && reply_device(q);
}

static bool reply_waiting(struct asking *q, struct err *e)
{
	char check[CHECK_TEXT], site[UUID_TEXT];

	(void)e;
	return req_reply_json(q->r, 202,
		json_pack("{s:b, s:s, s:s, s:s}", "waiting", 1, "check",
			check_number(&q->cert.spki, check), "site",
			uuid_format(&q->d.site, site), "site_name",
			q->d.site_name));
}

static bool no_code(struct asking *q, struct err *e)
{
	return note_refusal(q, "bad_code", e) &&
	       err_field(e, ERR_BAD_INPUT, "code",
		       "未用过、%d 分钟以内的登记码" ERR_BOTH
		       "an unused code, not older than %d minutes",
		       CODE_MINUTES, CODE_MINUTES);
}

/* The code is used already: by this very key, or by another. */
static bool asked_before(struct asking *q, struct err *e)
{
	struct req *r = q->r;
	struct uuid request, by;
	struct db_rows *rows;
	struct db_args a;

	db_args_init(&a, r->mem);
	db_bytes(&a, q->code_hash.b, sizeof(q->code_hash.b));
	db_bytes(&a, q->cert.spki.b, sizeof(q->cert.spki.b));
	db_int(&a, ENROLMENT_HOURS);
	if (!db_run(r->db, Q_AUTH_ENROLMENT_FIND, &a, &rows, e))
		return false;
	if (db_count(rows) == 0)
		return no_code(q, e);
	q->d.site = db_get_uuid(rows, 0, "site");
	q->known = db_get_uuid(rows, 0, "device");
	/* A certificate of a station that was shut out is not made anew. */
	if (db_get_int(rows, 0, "late") || db_get_int(rows, 0, "out"))
		return no_code(q, e);
	q->d.site_name = db_get_text(rows, 0, "site_name");
	request = db_get_uuid(rows, 0, "id");
	by = db_get_uuid(rows, 0, "decided_by");
	if (db_is_null(rows, 0, "granted"))
		return attempts_pardon(r->db, r->mem, &q->charge, 1, e) &&
		       db_commit(r->db, e) && reply_waiting(q, e);
	if (!db_get_int(rows, 0, "granted"))
		return note_refusal(q, "forbidden", e) &&
		       err_field(e, ERR_FORBIDDEN, "code", "-");
	return uuid_is_nil(&q->known) ? let_in(q, &by, &request, e)
				      : let_in_again(q, e);
}

static bool ask(struct asking *q, const struct db_rows *code, struct err *e)
{
	struct uuid id = uuid_new(), by = db_get_uuid(code, 0, "made_by");
	struct req *r = q->r;
	struct db_rows *rows;
	struct db_args a;

	db_args_init(&a, r->mem);
	db_uuid(&a, &id);
	db_bytes(&a, q->code_hash.b, sizeof(q->code_hash.b));
	db_uuid(&a, &q->d.site);
	db_text(&a, q->d.site_name);
	db_uuid(&a, uuid_is_nil(&by) ? NULL : &by);
	db_bytes(&a, q->cert.spki.b, sizeof(q->cert.spki.b));
	if (!db_run(r->db, Q_AUTH_ENROLMENT_ADD, &a, &rows, e))
		return false;
	if (db_count(rows) == 0)
		return err_field(e, ERR_BAD_INPUT, "csr", "a key of its own");
	return end(q, "enrol_request", e) && reply_waiting(q, e);
}

/* Uses the code up and lets in or keeps the request, or nothing at all. */
static bool take(struct asking *q, struct err *e)
{
	struct db_rows *rows;
	struct db_args a;

	db_args_init(&a, q->r->mem);
	db_bytes(&a, q->code_hash.b, sizeof(q->code_hash.b));
	db_uuid(&a, &q->d.id);
	if (!db_run(q->r->db, Q_AUTH_CODE_TAKE, &a, &rows, e))
		return false;
	if (db_count(rows) == 0)
		return asked_before(q, e);
	q->d.site = db_get_uuid(rows, 0, "site");
	q->d.site_name = db_get_text(rows, 0, "site_name");
	return db_get_int(rows, 0, "alone") ? let_in(q, NULL, NULL, e)
					    : ask(q, rows, e);
}

bool device_post(struct req *r, struct err *e)
{
	struct asking q = {.r = r};

	q.d.id = uuid_new();
	/* A bad request must not use the code up: it is signed first. */
	return read_request(&q, e) && charge_source(&q, e) &&
	       ca_sign_device(r->app->ca, q.csr, &q.d.id, r->mem, &q.cert, e) &&
	       db_begin_system(r->db, e) && take(&q, e);
}
