/*
 * orders.h - what a lost station is told by the centre, and does.
 *
 * Locked: every share (client/store/share.h) goes to the centre and is
 * destroyed here; no store opens, with or without a network, until the order is
 * taken back and somebody signs in. Wiped: what was not sent is handed over,
 * sealed; then every store, key and file of this directory is overwritten and
 * removed, all persons'. Both end with a receipt signed by the device key.
 *
 * A mark in the directory stands from the moment the order is known until it is
 * carried out, so killed at any point, the next command goes on with it, also
 * without a network.
 *
 *   locked   {"order","done"}
 *   wiping   {"order","handed","stores"}; then also after the stores are gone
 *   wiped    {"at"}
 */
#ifndef CLIENT_ORDERS_H
#define CLIENT_ORDERS_H

#include "client/store/place.h"
#include "client/sync/courier.h"
#include "client/sync/transport.h"

/* What stands here already: ERR_DEVICE_LOCKED, ERR_DEVICE_WIPE; true: nothing.
 * A wipe that was begun and handed over goes on first, needing no network. */
bool orders_check(const struct station_dir *p, struct err *e) MUST_CHECK;

/* Asks the centre what is ordered and carries it out. True: there is no order.
 * False with ERR_DEVICE_LOCKED or ERR_DEVICE_WIPE when one stands (carried out
 * or not), or with what kept it from being asked. */
bool orders_obey(const struct station_dir *p, struct transport *t,
	struct err *e) MUST_CHECK;

/* Somebody signed in: the centre gives out the share of a store again, where
 * that is what it lacks. */
bool orders_fetch_share(const struct station_dir *p, const char *store,
	struct transport *t, const char *token, struct err *e) MUST_CHECK;
/* The centre knows no order any more: stores open again. */
void orders_unlocked(const struct station_dir *p);

/* It was enrolled anew: what it was ordered before is over. */
void orders_enrolled(const struct station_dir *p);

/* Once a store: makes the share, leaves it with the centre, and from then on
 * the store opens with it only. */
bool orders_leave_share(struct store *s, const char *path, struct transport *t,
	struct err *e) MUST_CHECK;

#endif
