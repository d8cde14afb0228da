/*
 * orders_in.h - what the files of the orders share.
 */
#ifndef CLIENT_ORDERS_IN_H
#define CLIENT_ORDERS_IN_H

#include "client/sync/orders.h"

/* orders_wipe.c: every store, parcel and file of everybody; not what the
 * receipt is signed with. Can be done again, by whoever finds it half done. */
void orders_destroy(const struct station_dir *p);

/* orders_share.c: the shares that lie here, as the receipt of a lock has them.
 * NULL when one of them cannot be read: it would be destroyed, and the centre
 * not have it. */
json_t *orders_shares(const struct station_dir *p, struct err *e) MUST_CHECK;
/* What the centre gave in its place, closed (docs/wire.md): [{"store","away"}].
 * It opens nothing here, and lies beside the store in case the centre forgets;
 * as well as it can be. */
void orders_keep_away(const struct station_dir *p, const json_t *list);
/* A share as text opens as much as the share: no copy stays in memory. NULL is
 * allowed. */
void orders_wipe_text(const char *text);
void orders_wipe_shares(const json_t *shares);

#endif
