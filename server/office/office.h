/*
 * office.h - administration: who may sign in, which stations are let in and
 * shut out, what the running server takes anew.
 *
 * Staff, sites and packs themselves are records and go through the door of
 * changes like everything else; here is what is no record. Who may do what is
 * the policy's to say (access_act(), access_grants()); a site's administrator
 * finds things of other sites not there. No case content comes near: nothing
 * here runs as a reader. Every act is on the trail in its own transaction.
 */
#ifndef SERVER_OFFICE_H
#define SERVER_OFFICE_H

#include "server/req.h"

handler accounts_get;        /* GET /v1/admin/accounts */
handler account_post;        /* POST /v1/admin/accounts */
handler account_change_post; /* POST /v1/admin/accounts/{staff} */
handler request_post;        /* POST /v1/admin/requests/{id} */
handler devices_get;         /* GET /v1/admin/devices */
handler device_change_post;  /* POST /v1/admin/devices/{id} */
handler code_post;           /* POST /v1/admin/codes */
handler code_delete;         /* DELETE /v1/admin/codes/{id} */
handler enrolment_post;      /* POST /v1/admin/enrolments/{id} */
handler settings_get;        /* GET /v1/admin/settings */
handler setting_post;        /* POST /v1/admin/settings */

struct app;
/* Takes over what is set, now: for the daemon's keeper, outside a transaction.
 */
bool settings_keep(struct app *app, struct db *db, struct err *e) MUST_CHECK;

#endif
