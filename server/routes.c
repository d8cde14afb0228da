/*
 * routes.c - every address the daemon answers, in one table.
 *
 * The gate checks method, query names, media type and body size from it, the
 * lanes sign the caller in and ask whether the role may call, so a handler
 * cannot forget to. Who may stands in server/access/routes.csv: a handler that
 * is not there has no CALLERS_ and this does not compile. proto/api.yaml says
 * the same for other programs; tests/unit/server/test_routes.c
 * compares the two.
 */
#include "server/auth/device.h"
#include "server/auth/session.h"
#include "server/courier/courier.h"
#include "server/duty/duty.h"
#include "server/duty/retention.h"
#include "server/emergency/emergency.h"
#include "server/feed/feed.h"
#include "server/figures/figures.h"
#include "server/files/files.h"
#include "server/http/http.h"
#include "server/http/lanes.h"
#include "server/office/office.h"
#include "server/records/records.h"
#include "server/trail/trail.h"

#include "route_callers.h"

/* A row, and who may call it. */
#define R(method, path, on, needs, lane, body, query, run)                     \
	{                                                                      \
		method, path, on, needs, lane, body, query, run, CALLERS_##run \
	}

#define KIB 1024u
#define MIB (1024u * KIB)

/* clang-format off */
const struct route routes[] = {
	/* method   path                        listeners         who may call   lane           body      query, handler */
	R("POST",   "/v1/session",              ON_WEB | ON_SYNC, NEEDS_NOTHING, LANE_PASSWORD, 4 * KIB,  NULL, session_post),
	R("GET",    "/v1/session",              ON_WEB | ON_SYNC, NEEDS_STEP,    LANE_FAST,     0,        NULL, session_get),
	R("DELETE", "/v1/session",              ON_WEB | ON_SYNC, NEEDS_STEP,    LANE_FAST,     0,        NULL, session_delete),
	R("POST",   "/v1/session/factor",       ON_WEB | ON_SYNC, NEEDS_STEP_FACTOR, LANE_FAST, 4 * KIB,  NULL, session_factor_post),
	R("POST",   "/v1/session/proof",        ON_WEB | ON_SYNC, NEEDS_STEP_PROOF, LANE_PASSWORD, 4 * KIB, NULL, session_proof_post),
	R("POST",   "/v1/session/lock",         ON_WEB,           NEEDS_STEP_PROOF, LANE_FAST,  0,        NULL, session_lock_post),
	R("POST",   "/v1/password",             ON_WEB | ON_SYNC, NEEDS_STEP_CHANGE, LANE_PASSWORD, 4 * KIB, NULL, password_post),
	R("GET",    "/v1/account",              ON_WEB | ON_SYNC, NEEDS_SESSION, LANE_FAST,     0,        NULL, account_get),
	R("DELETE", "/v1/account/sessions",     ON_WEB | ON_SYNC, NEEDS_SESSION, LANE_FAST,     0,        NULL, account_sessions_delete),
	R("DELETE", "/v1/account/sessions/{id}", ON_WEB | ON_SYNC, NEEDS_SESSION, LANE_FAST,    0,        NULL, account_session_delete),
	R("DELETE", "/v1/account/devices/{id}", ON_WEB | ON_SYNC, NEEDS_SESSION, LANE_FAST,     0,        NULL, account_device_delete),
	R("DELETE", "/v1/account/requests/{id}", ON_WEB | ON_SYNC, NEEDS_SESSION, LANE_FAST,    0,        NULL, account_request_delete),
	R("POST",   "/v1/account/factor",       ON_WEB | ON_SYNC, NEEDS_STEP_ENROL, LANE_FAST,  0,        NULL, factor_post),
	R("POST",   "/v1/account/factor/confirm", ON_WEB | ON_SYNC, NEEDS_STEP_ENROL, LANE_FAST, 4 * KIB, NULL, factor_confirm_post),
	R("DELETE", "/v1/account/factor",       ON_WEB | ON_SYNC, NEEDS_FRESH,   LANE_FAST,     0,        NULL, factor_delete),
	R("POST",   "/v1/account/codes",        ON_WEB | ON_SYNC, NEEDS_FRESH,   LANE_FAST,     0,        NULL, codes_post),
	R("POST",   "/v1/devices",              ON_SYNC,          NEEDS_NOTHING, LANE_PASSWORD, 16 * KIB, NULL, device_post),
	R("POST",   "/v1/replicas",             ON_SYNC,          NEEDS_DEVICE,  LANE_FAST,     4 * KIB,  NULL, replicas_post),
	R("GET",    "/v1/catalogue",            ON_WEB | ON_SYNC, NEEDS_SESSION, LANE_FAST,     0,        NULL, catalogue_get),
	R("GET",    "/v1/directory",            ON_WEB | ON_SYNC, NEEDS_SESSION, LANE_FAST,     0,        NULL, directory_get),
	R("GET",    "/v1/caseload",             ON_WEB | ON_SYNC, NEEDS_SESSION, LANE_FAST,     0,
		"view q programme phase sort after limit", caseload_get),
	R("GET",    "/v1/overdue",              ON_WEB | ON_SYNC, NEEDS_SESSION, LANE_FAST,     0,        NULL, overdue_get),
	R("GET",    "/v1/today",                ON_WEB | ON_SYNC, NEEDS_SESSION, LANE_FAST,     0,        NULL, today_get),
	R("GET",    "/v1/review",               ON_WEB | ON_SYNC, NEEDS_SESSION, LANE_FAST,     0,        "after limit", review_get),
	R("GET",    "/v1/conflicts",            ON_WEB | ON_SYNC, NEEDS_SESSION, LANE_FAST,     0,        NULL, conflicts_get),
	R("GET",    "/v1/letters",              ON_WEB | ON_SYNC, NEEDS_SESSION, LANE_FAST,     0,        "state", letters_get),
	R("POST",   "/v1/letters/preview",      ON_WEB | ON_SYNC, NEEDS_SESSION, LANE_FAST,     128 * KIB, NULL, letter_preview_post),
	R("GET",    "/v1/letters/{id}",         ON_WEB | ON_SYNC, NEEDS_SESSION, LANE_FAST,     0,        NULL, letter_get),
	R("GET",    "/v1/groups",               ON_WEB | ON_SYNC, NEEDS_SESSION, LANE_FAST,     0,        NULL, groups_get),
	R("POST",   "/v1/groups/plan",          ON_WEB | ON_SYNC, NEEDS_SESSION, LANE_FAST,     4 * KIB,  NULL, group_plan_post),
	R("GET",    "/v1/figures",              ON_WEB | ON_SYNC, NEEDS_SESSION, LANE_FIGURES,  0,        NULL, figures_get),
	R("GET",    "/v1/figures/{id}",         ON_WEB | ON_SYNC, NEEDS_SESSION, LANE_FIGURES,  0,
		"from to by for format lang", figure_get),
	R("GET",    "/v1/outcomes",             ON_WEB | ON_SYNC, NEEDS_SESSION, LANE_FIGURES,  0,
		"year by instrument for format lang", outcomes_get),
	R("GET",    "/v1/cases/{id}",           ON_WEB | ON_SYNC, NEEDS_SESSION, LANE_FAST,     0,        NULL, case_get),
	R("GET",    "/v1/cases/{id}/copies",    ON_WEB | ON_SYNC, NEEDS_SESSION, LANE_FAST,     0,        NULL, copies_get),
	R("POST",   "/v1/withdrawals/preview",  ON_WEB | ON_SYNC, NEEDS_SESSION, LANE_FAST,     16 * KIB, NULL, withdrawal_preview_post),
	R("POST",   "/v1/withdrawals",          ON_WEB | ON_SYNC, NEEDS_SESSION, LANE_PUSH,     16 * KIB, NULL, withdrawal_post),
	R("POST",   "/v1/break-glass",          ON_WEB | ON_SYNC, NEEDS_SESSION, LANE_PASSWORD, 4 * KIB,  NULL, break_glass_post),
	R("GET",    "/v1/break-glass",          ON_WEB | ON_SYNC, NEEDS_SESSION, LANE_FAST,     0,        "all", break_glass_list),
	R("GET",    "/v1/break-glass/{id}",     ON_WEB | ON_SYNC, NEEDS_SESSION, LANE_FAST,     0,        NULL, break_glass_get),
	R("POST",   "/v1/break-glass/{id}/changes", ON_WEB | ON_SYNC, NEEDS_SESSION, LANE_PUSH, 1 * MIB,  NULL, break_glass_changes_post),
	R("POST",   "/v1/break-glass/{id}/review", ON_WEB | ON_SYNC, NEEDS_SESSION, LANE_PUSH,  16 * KIB, NULL, break_glass_review_post),
	R("GET",    "/v1/records/{id}",         ON_WEB | ON_SYNC, NEEDS_FRESH,   LANE_FAST,     0,        NULL, record_get),
	R("GET",    "/v1/records/{id}/history", ON_WEB | ON_SYNC, NEEDS_SESSION, LANE_FAST,     0,        NULL, history_get),
	R("POST",   "/v1/score",                ON_WEB | ON_SYNC, NEEDS_SESSION, LANE_FAST,     64 * KIB, NULL, score_post),
	R("POST",   "/v1/suggest",              ON_WEB | ON_SYNC, NEEDS_SESSION, LANE_FAST,     128 * KIB, NULL, suggest_post),
	R("POST",   "/v1/match",                ON_WEB | ON_SYNC, NEEDS_SESSION, LANE_FAST,     4 * KIB,  NULL, match_post),
	R("POST",   "/v1/match/{token}/ask",    ON_WEB | ON_SYNC, NEEDS_SESSION, LANE_PUSH,     4 * KIB,  NULL, match_ask_post),
	R("POST",   "/v1/changes",              ON_WEB | ON_SYNC, NEEDS_SESSION, LANE_PUSH,     1 * MIB,  NULL, changes_post),
	R("GET",    "/v1/changes",              ON_SYNC,          NEEDS_DEVICE,  LANE_FEED,     0,
		"since max_bytes piece wait", changes_get),
	R("POST",   "/v1/receipts",             ON_SYNC,          NEEDS_DEVICE,  LANE_FEED,     1 * MIB,  NULL, receipts_post),
	R("POST",   "/v1/digest",               ON_SYNC,          NEEDS_DEVICE,  LANE_FEED,     4 * MIB,  NULL, digest_post),
	R("POST",   "/v1/salvage",              ON_SYNC,          NEEDS_DEVICE,  LANE_PUSH,     1 * MIB,  NULL, salvage_post),
	R("GET",    "/v1/salvage",              ON_WEB | ON_SYNC, NEEDS_SESSION, LANE_FAST,     0,        "open", salvage_get),
	R("POST",   "/v1/salvage/{id}",         ON_WEB | ON_SYNC, NEEDS_SESSION, LANE_PUSH,     8 * KIB,  NULL, salvage_decide),
	R("POST",   "/v1/uploads",              ON_WEB | ON_SYNC, NEEDS_SESSION, LANE_FAST,     4 * KIB,  NULL, upload_post),
	R("GET",    "/v1/uploads/{id}",         ON_WEB | ON_SYNC, NEEDS_SESSION, LANE_FAST,     0,        NULL, upload_get),
	R("HEAD",   "/v1/uploads/{id}",         ON_WEB | ON_SYNC, NEEDS_SESSION, LANE_FAST,     0,        NULL, upload_get),
	R("PATCH",  "/v1/uploads/{id}",         ON_WEB | ON_SYNC, NEEDS_SESSION, LANE_FILES,    LIMIT_FILE_PIECE, NULL, upload_patch),
	R("GET",    "/v1/files/{sha256}",       ON_WEB | ON_SYNC, NEEDS_SESSION, LANE_FILES,    0,        "rec", file_get),
	R("POST",   "/v1/authors",              ON_SYNC,          NEEDS_DEVICE,  LANE_FAST,     4 * KIB,  NULL, authors_post),
	R("GET",    "/v1/device",               ON_SYNC,          NEEDS_STATION, LANE_FAST,     0,        NULL, device_get),
	R("POST",   "/v1/device/receipt",       ON_SYNC,          NEEDS_STATION, LANE_FAST,     256 * KIB, NULL, device_receipt_post),
	R("POST",   "/v1/shares",               ON_SYNC,          NEEDS_DEVICE,  LANE_FAST,     4 * KIB,  NULL, share_post),
	R("POST",   "/v1/courier",              ON_SYNC,          NEEDS_CERTIFICATE, LANE_PUSH, COURIER_BODY_MAX, NULL, courier_post),
	R("POST",   "/v1/courier/files",        ON_SYNC,          NEEDS_CERTIFICATE, LANE_PUSH, COURIER_BODY_MAX, NULL, courier_file_post),
	R("GET",    "/v1/audit",                ON_WEB | ON_SYNC, NEEDS_SESSION, LANE_FIGURES,  0,
		"staff record kind refused from to before limit", audit_get),
	R("GET",    "/v1/audit/readers",        ON_WEB | ON_SYNC, NEEDS_SESSION, LANE_FIGURES,  0,
		"record from to", audit_readers_get),
	R("GET",    "/v1/audit/seal",           ON_WEB | ON_SYNC, NEEDS_SESSION, LANE_FAST,     0,        NULL, audit_seal_get),
	R("GET",    "/v1/audit/receipt",        ON_WEB | ON_SYNC, NEEDS_SESSION, LANE_FAST,     0,        "event", audit_receipt_get),
	R("POST",   "/v1/trail",                ON_SYNC,          NEEDS_CERTIFICATE, LANE_FAST, 4 * KIB,  NULL, trail_post),
	R("GET",    "/v1/break-glass/{id}/trail", ON_WEB | ON_SYNC, NEEDS_SESSION, LANE_FAST,   0,        NULL, glass_trail_get),
	R("POST",   "/v1/device",               ON_SYNC,          NEEDS_CERTIFICATE, LANE_FAST, 16 * KIB, NULL, device_report),
	R("GET",    "/v1/admin/accounts",       ON_WEB,           NEEDS_SESSION, LANE_FAST,     0,        NULL, accounts_get),
	R("POST",   "/v1/admin/accounts",       ON_WEB,           NEEDS_FRESH,   LANE_FAST,     4 * KIB,  NULL, account_post),
	R("POST",   "/v1/admin/accounts/{staff}", ON_WEB,         NEEDS_FRESH,   LANE_FAST,     4 * KIB,  NULL, account_change_post),
	R("POST",   "/v1/admin/requests/{id}",  ON_WEB,           NEEDS_FRESH,   LANE_PASSWORD, 4 * KIB,  NULL, request_post),
	R("GET",    "/v1/admin/devices",        ON_WEB,           NEEDS_SESSION, LANE_FAST,     0,        NULL, devices_get),
	R("POST",   "/v1/admin/devices/{id}",   ON_WEB,           NEEDS_FRESH,   LANE_FAST,     4 * KIB,  NULL, device_change_post),
	R("POST",   "/v1/admin/codes",          ON_WEB,           NEEDS_FRESH,   LANE_FAST,     4 * KIB,  NULL, code_post),
	R("DELETE", "/v1/admin/codes/{id}",     ON_WEB,           NEEDS_SESSION, LANE_FAST,     0,        NULL, code_delete),
	R("POST",   "/v1/admin/enrolments/{id}", ON_WEB,          NEEDS_FRESH,   LANE_FAST,     4 * KIB,  NULL, enrolment_post),
	R("GET",    "/v1/duties",               ON_WEB,           NEEDS_SESSION, LANE_FAST,     0,        "all", duties_get),
	R("POST",   "/v1/duties",               ON_WEB,           NEEDS_SESSION, LANE_FAST,     16 * KIB, NULL, duty_post),
	R("POST",   "/v1/duties/{id}",          ON_WEB,           NEEDS_SESSION, LANE_FAST,     16 * KIB, NULL, duty_step_post),
	R("GET",    "/v1/retention",            ON_WEB,           NEEDS_SESSION, LANE_FAST,     0,        NULL, retention_get),
	R("POST",   "/v1/retention/holds",      ON_WEB,           NEEDS_SESSION, LANE_FAST,     16 * KIB, NULL, hold_post),
	R("POST",   "/v1/retention/holds/{id}", ON_WEB,           NEEDS_SESSION, LANE_FAST,     16 * KIB, NULL, release_post),
	R("POST",   "/v1/retention/proposals",  ON_WEB,           NEEDS_FRESH,   LANE_FAST,     4 * KIB,  NULL, proposal_post),
	R("POST",   "/v1/retention/proposals/{id}", ON_WEB,       NEEDS_FRESH,   LANE_FAST,     4 * KIB,  NULL, proposal_decide_post),
	R("GET",    "/v1/retention/certificates/{id}", ON_WEB,    NEEDS_SESSION, LANE_FAST,     0,        NULL, certificate_get),
	R("GET",    "/v1/admin/settings",       ON_WEB,           NEEDS_SESSION, LANE_FAST,     0,        NULL, settings_get),
	R("POST",   "/v1/admin/settings",       ON_WEB,           NEEDS_FRESH,   LANE_FAST,     4 * KIB,  NULL, setting_post),
	R("GET",    "/healthz",                 ON_OPS,           NEEDS_NOTHING, ROUTE_INLINE,  0,        NULL, healthz_get),
	R("GET",    "/readyz",                  ON_OPS,           NEEDS_NOTHING, LANE_FAST,     0,        NULL, readyz_get),
	R("GET",    "/metrics",                 ON_OPS,           NEEDS_NOTHING, ROUTE_INLINE,  0,        NULL, metrics_get),
};
/* clang-format on */

const size_t route_count = ARRAY_LEN(routes);
