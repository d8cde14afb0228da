/*
 * admin.h - what an administrator does at the server itself.
 *
 * Each is a verb of casebridged: it prints its outcome on standard output and
 * returns true, or fills *e. Verbs work on the database as the daemon's role.
 */
#ifndef SERVER_ADMIN_H
#define SERVER_ADMIN_H

#include "server/admin/call.h"
#include "server/db/db.h"

/* A connection as the daemon's role, whose events carry the daemon's mark, with
 * the keys of what is sealed at rest, when they have been made already. */
struct db *admin_db(struct call *c, struct err *e) MUST_CHECK;
/* The keys, which belong to the call; NULL with *e filled. */
struct vault *admin_vault(struct call *c, struct err *e) MUST_CHECK;

/* keys.c: as the owner of the tables, and onto the trail, by nobody. */
struct db *keys_owner(struct call *c, struct err *e) MUST_CHECK;
bool keys_note(struct call *c, const char *action, struct err *e) MUST_CHECK;

bool admin_ca_init(struct call *c, struct err *e);
bool admin_ca_renew(struct call *c, struct err *e);
bool admin_migrate(struct call *c, struct err *e);
bool admin_demo(struct call *c, struct err *e);
bool admin_enrol_code(struct call *c, struct err *e);
bool admin_site_add(struct call *c, struct err *e);
bool admin_account_add(struct call *c, struct err *e);
bool admin_account_password(struct call *c, struct err *e);
bool admin_account_disable(struct call *c, struct err *e);
bool admin_account_enable(struct call *c, struct err *e);
bool admin_account_factor_reset(struct call *c, struct err *e);
bool admin_pack_check(struct call *c, struct err *e);
bool admin_pack_list(struct call *c, struct err *e);
bool admin_pack_add(struct call *c, struct err *e);
bool admin_pack_retire(struct call *c, struct err *e);
bool admin_calendar_load(struct call *c, struct err *e);
bool admin_calendar_list(struct call *c, struct err *e);
bool admin_indicators(struct call *c, struct err *e);
bool admin_figures_check(struct call *c, struct err *e);
bool admin_figures_rebuild(struct call *c, struct err *e);
bool admin_device_list(struct call *c, struct err *e);
bool admin_device_lock(struct call *c, struct err *e);
bool admin_device_unlock(struct call *c, struct err *e);
bool admin_device_wipe(struct call *c, struct err *e);
bool admin_device_revoke(struct call *c, struct err *e);
bool admin_parcel_list(struct call *c, struct err *e);
bool admin_parcel_retry(struct call *c, struct err *e);
bool admin_courier_rotate(struct call *c, struct err *e);
bool admin_seal_init(struct call *c, struct err *e);
bool admin_seal_rotate(struct call *c, struct err *e);
bool admin_seal(struct call *c, struct err *e);
bool admin_audit_export(struct call *c, struct err *e);
bool admin_audit_verify(struct call *c, struct err *e);
bool admin_keys_status(struct call *c, struct err *e);
bool admin_keys_rotate(struct call *c, struct err *e);
bool admin_keys_rewrap(struct call *c, struct err *e);
bool admin_backup_make(struct call *c, struct err *e);
bool admin_backup_verify(struct call *c, struct err *e);
bool admin_retention_list(struct call *c, struct err *e);
bool admin_retention_certificate(struct call *c, struct err *e);
bool admin_epoch_show(struct call *c, struct err *e);
bool admin_epoch_confirm(struct call *c, struct err *e);
bool admin_epoch_change(struct call *c, struct err *e);

#endif
