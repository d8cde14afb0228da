/*
 * feed.h - the door of the feed room: what a station asks of it.
 */
#ifndef SERVER_FEED_H
#define SERVER_FEED_H

#include "server/req.h"

handler replicas_post; /* POST /v1/replicas */
handler changes_get;   /* GET /v1/changes: one page */
handler receipts_post; /* POST /v1/receipts */
handler digest_post;   /* POST /v1/digest */

#endif
