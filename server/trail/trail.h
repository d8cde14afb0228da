/*
 * trail.h - the trail, for those who watch over it: searched by staff, record
 * or case, kind and time; the list of who saw a record, for the person it is
 * about; what was done in an emergency.
 *
 * Ids and names of staff only, never what a record says: the database's own
 * functions give no more, and only to an auditor (migrations/server/0071).
 * Every search is on the trail itself, in the transaction that reads.
 */
#ifndef SERVER_TRAIL_H
#define SERVER_TRAIL_H

#include "server/req.h"

handler audit_get;         /* GET /v1/audit */
handler audit_readers_get; /* GET /v1/audit/readers */
handler glass_trail_get;   /* GET /v1/break-glass/{id}/trail */

/* What seals the trail (docs/trail.md). */
handler trail_post;        /* POST /v1/trail: a station, about its head */
handler audit_seal_get;    /* GET /v1/audit/seal */
handler audit_receipt_get; /* GET /v1/audit/receipt: a file to take along */

#endif
