/*
 * records.h - the door of the records room: what HTTP may ask of it.
 */
#ifndef SERVER_RECORDS_H
#define SERVER_RECORDS_H

#include "server/req.h"

handler changes_post;   /* POST /v1/changes */
handler caseload_get;   /* GET /v1/caseload */
handler case_get;       /* GET /v1/cases/{id} */
handler record_get;     /* GET /v1/records/{id} */
handler history_get;    /* GET /v1/records/{id}/history */
handler catalogue_get;  /* GET /v1/catalogue */
handler directory_get;  /* GET /v1/directory */
handler score_post;     /* POST /v1/score */
handler suggest_post;   /* POST /v1/suggest */
handler overdue_get;    /* GET /v1/overdue */
handler today_get;      /* GET /v1/today */
handler review_get;     /* GET /v1/review */
handler salvage_post;   /* POST /v1/salvage: a station offers versions */
handler salvage_get;    /* GET /v1/salvage: what waits for a decision */
handler salvage_decide; /* POST /v1/salvage/{id} */
handler conflicts_get;  /* GET /v1/conflicts */
handler match_post;     /* POST /v1/match */
handler match_ask_post; /* POST /v1/match/{token}/ask */
handler copies_get;     /* GET /v1/cases/{id}/copies */
handler withdrawal_preview_post; /* POST /v1/withdrawals/preview */
handler withdrawal_post;         /* POST /v1/withdrawals */
handler letters_get;             /* GET /v1/letters */
handler letter_get;              /* GET /v1/letters/{id} */
handler letter_preview_post;     /* POST /v1/letters/preview */
handler groups_get;              /* GET /v1/groups */
handler group_plan_post;         /* POST /v1/groups/plan */

/* The answer of case_get() about a case, on the trail as `action`, with one id
 * more (NULL: none). */
bool case_reply(struct req *r, const struct uuid *id, const char *action,
	const struct uuid *tag, struct err *e) MUST_CHECK;

#endif
