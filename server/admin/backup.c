/*
 * backup.c - the verbs about backups: write one, restore it for a trial and let
 * it count.
 *
 * A backup nobody has restored is counted as not existing. Only what a verified
 * one holds may stations forget (Sync-Durable), so verify does what a bad day
 * would: it makes a cluster, restores into it, and looks at all of it
 * (backup_check.h). Then the newest commit in there must be one of the log that
 * is in use.
 */
#include "server/admin/admin.h"

#include "proto/base/timeutil.h"
#include "server/admin/backup_check.h"
#include "server/admin/backup_list.h"
#include "server/admin/scratch.h"
#include "server/admin/tool.h"
#include "server/audit/audit.h"
#include "server/db/migrate.h"
#include "server/vault/vault.h"

#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* ---- make ---- */

static bool is_empty(const char *dir)
{
	DIR *d = opendir(dir);
	struct dirent *f;
	bool empty = d != NULL;

	while (d && empty && (f = readdir(d)))
		empty = strcmp(f->d_name, ".") == 0 ||
			strcmp(f->d_name, "..") == 0;
	if (d)
		closedir(d);
	return empty;
}

static bool make_dir(const char *dir, struct err *e)
{
	if (mkdir(dir, 0700) == 0 ||
		(errno == EEXIST && is_empty(dir) && chmod(dir, 0700) == 0))
		return true;
	return err_set(e, ERR_USAGE,
		"'%s' must be a directory that is new or empty: %s", dir,
		errno == EEXIST ? "something is in it" : strerror(errno));
}

/* Arguments can be seen by everybody on the machine. */
static bool has_no_secret(const struct config *c, struct err *e)
{
	const char *text = c->database_backup;

	if (!text[0])
		return err_field(e, ERR_USAGE, "database-backup",
			"how to connect as a role that may read everything");
	if (strstr(text, "password") || strncmp(text, "postgres", 8) == 0)
		return err_field(e, ERR_USAGE, "database-backup",
			"key=value without a password: peer, or ~/.pgpass");
	return true;
}

static bool dump(struct call *c, const char *dir, struct err *e)
{
	const char *bin = c->conf.postgres_bin;
	const char *log = arena_printf(c->mem, "%s/make.log", dir);
	struct tool all = {
		"pg_dump", log, false,
		{arena_printf(c->mem, "%s/pg_dump", bin), "--format=directory",
			      "--no-password", "--file",
			      arena_printf(c->mem, "%s/%s", dir, BACKUP_DUMP),
			      "--dbname", c->conf.database_backup, NULL}
        };
	struct tool roles = {
		"pg_dumpall", log, false,
		{arena_printf(c->mem, "%s/pg_dumpall", bin), "--roles-only",
			      "--no-role-passwords", "--no-password", "--file",
			      arena_printf(c->mem, "%s/%s", dir, BACKUP_ROLES),
			      "--dbname", c->conf.database_backup, NULL}
        };

	if (!tool_run(&all, c->mem, e) || !tool_run(&roles, c->mem, e))
		return false;
	unlink(log);
	return true;
}

bool admin_backup_make(struct call *c, struct err *e)
{
	const char *dir = call_option(c, "dir");
	struct backup_list list;

	if (!has_no_secret(&c->conf, e) || !make_dir(dir, e) ||
		!dump(c, dir, e) || !backup_list_write(dir, c->mem, e) ||
		!backup_list_check(dir, c->mem, &list, e))
		return false;
	printf("%zu files, %lld bytes in %s; it counts when it is verified\n",
		list.files, (long long)list.bytes, dir);
	return true;
}

/* ---- verify ---- */

/* As the daemon would start on it, and as somebody who sees everything. */
static bool look(struct call *c, const struct scratch *s,
	struct backup_figures *f, struct err *e)
{
	struct vault *v = admin_vault(c, e);
	struct db *app =
		v ? db_open(scratch_conninfo(s, "casebridge_app"), e) : NULL;
	struct db *all = NULL;
	bool ok = app && db_self_check(app, true, e);

	if (ok)
		all = db_open_with(scratch_conninfo(s, "postgres"), v, e);
	ok = all && backup_check(all, vault_file_keys(v), f, e);
	db_close(all);
	db_close(app);
	return ok;
}

static bool let_count(struct call *c, const struct backup_list *list,
	const struct backup_figures *f, struct err *e)
{
	struct db *db = admin_db(c, e);
	struct reader nobody = {0};
	struct db_rows *rows = NULL;
	struct db_args a;
	bool ok;

	db_args_init(&a, c->mem);
	db_int(&a, f->head.csn);
	db_bytes(&a, f->head.chain.b, SHA256_LEN);
	db_ms(&a, list->made_ms);
	db_bytes(&a, list->sha.b, SHA256_LEN);
	ok = db && db_begin_system(db, e) && audit_is_ours(db, e) &&
	     db_run(db, Q_BACKUP_PUT, &a, &rows, e);
	if (ok && !db_get_int(rows, 0, "counts"))
		ok = err_set(e, ERR_USAGE,
			"the backup is whole, but of another log: commit %lld "
			"is not in the one that is in use",
			(long long)f->head.csn);
	ok = ok &&
	     audit_commit(db, c->mem, &nobody, "backup", "ok", NULL, 0, e);
	db_close(db);
	return ok;
}

static void print_figures(
	const struct backup_list *list, const struct backup_figures *f)
{
	char at[TIME_TEXT];

	printf("verified: made %s, log up to %lld, %lld files with %lld "
	       "bytes\n",
		time_format(list->made_ms, at), (long long)f->head.csn,
		(long long)f->files, (long long)f->file_bytes);
}

bool admin_backup_verify(struct call *c, struct err *e)
{
	const char *dir = call_option(c, "dir");
	const char *place = call_option(c, "scratch");
	struct backup_list list;
	struct backup_figures f;
	struct scratch s;
	bool ok;

	if (!backup_list_check(dir, c->mem, &list, e))
		return false;
	ok = scratch_start(
		     &s, &c->conf, place ? place : "/var/tmp", c->mem, e) &&
	     scratch_restore(&s, dir, e) && look(c, &s, &f, e);
	scratch_end(&s);
	if (!ok || !let_count(c, &list, &f, e))
		return false;
	print_figures(&list, &f);
	return true;
}
