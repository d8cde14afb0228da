/*
 * backup_check.h - is a restored copy whole? Everything is looked at, nothing
 * is sampled: the log is linked anew from its first commit, every text and
 * every file is hashed, every digest is made again.
 */
#ifndef SERVER_ADMIN_BACKUP_CHECK_H
#define SERVER_ADMIN_BACKUP_CHECK_H

#include "server/db/db.h"
#include "server/lineage/claim.h"
#include "server/vault/keyfile.h"

struct backup_figures {
	struct log_head head; /* the newest commit it verifiably contains */
	int64_t files;
	int64_t file_bytes;
};

/* `db` sees everything (a role row-level security does not bind). */
bool backup_check(struct db *db, const struct file_keys *keys,
	struct backup_figures *out, struct err *e) MUST_CHECK;

#endif
