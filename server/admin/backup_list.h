/*
 * backup_list.h - the list of files that makes a directory a backup.
 *
 *   DIR/backup.json   {"v":1,"made","files":[{"name","size","sha256"}…]}
 *   DIR/roles.sql     the roles, without passwords
 *   DIR/dump/…        pg_dump's directory format
 *
 * Written last, so a backup that was cut short is none.
 */
#ifndef SERVER_ADMIN_BACKUP_LIST_H
#define SERVER_ADMIN_BACKUP_LIST_H

#include "proto/base/arena.h"
#include "proto/base/err.h"
#include "proto/base/hash.h"

#define BACKUP_LIST  "backup.json"
#define BACKUP_DUMP  "dump"
#define BACKUP_ROLES "roles.sql"

/* Hashes what is there and writes the list; everything is on the disk then. */
bool backup_list_write(
	const char *dir, struct arena *mem, struct err *e) MUST_CHECK;

struct backup_list {
	int64_t made_ms;
	size_t files;
	int64_t bytes;
	struct sha256 sha; /* of the list itself */
};

/* ERR_USAGE when the directory is no backup; ERR_INTERNAL names the file that
 * is missing, changed or not in the list. */
bool backup_list_check(const char *dir, struct arena *mem,
	struct backup_list *out, struct err *e) MUST_CHECK;

#endif
