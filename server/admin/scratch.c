/*
 * scratch.c - see scratch.h.
 */
#include "server/admin/scratch.h"

#include "server/admin/backup_list.h"
#include "server/admin/tool.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* The path of a socket has 107 characters at most. */
#define PLACE_MOST 80

static const char *bin(const struct scratch *s, const char *name)
{
	return arena_printf(s->mem, "%s/%s", s->conf->postgres_bin, name);
}

static const char *at(const struct scratch *s, const char *name)
{
	return arena_printf(s->mem, "%s/%s", s->dir, name);
}

static bool make_dir(struct scratch *s, const char *place, struct err *e)
{
	char *dir = arena_printf(s->mem, "%s/casebridge-check.XXXXXX", place);

	if (strlen(dir) > PLACE_MOST)
		return err_field(e, ERR_USAGE, "scratch", "a shorter path");
	if (!mkdtemp(dir))
		return err_set(e, ERR_USAGE, "cannot make '%s': %s", dir,
			strerror(errno));
	s->dir = dir;
	s->log = arena_printf(s->mem, "%s.log", dir);
	return true;
}

/* Under root the server runs as PostgreSQL's user, who must get in. */
static bool hand_over(struct scratch *s, struct err *e)
{
	struct tool chown = {
		"chown", s->log, false,
		{"chown", "postgres:postgres", s->dir, NULL}
        };

	return geteuid() != 0 || tool_run(&chown, s->mem, e);
}

bool scratch_start(struct scratch *s, const struct config *c, const char *place,
	struct arena *mem, struct err *e)
{
	memset(s, 0, sizeof(*s));
	s->conf = c;
	s->mem = mem;
	if (!make_dir(s, place, e) || !hand_over(s, e))
		return false;
	{
		struct tool initdb = {
			"initdb", s->log, true,
			{bin(s, "initdb"), "-D", at(s, "pg"), "-U", "postgres",
					"--auth=trust", "--no-sync", "--encoding=UTF8",
					"--locale=C.UTF-8", NULL}
                };
		struct tool start = {
			"pg_ctl", s->log, true,
			{bin(s, "pg_ctl"), "-D", at(s, "pg"), "-l",
					at(s, "server.log"), "-w", "-t", "120", "-o",
					arena_printf(mem,
					"-c listen_addresses='' -c fsync=off "
					"-c unix_socket_directories='%s' "
					"-c log_min_error_statement=panic "
					"-c log_error_verbosity=terse", s->dir),
					"start", NULL}
                };

		s->runs = tool_run(&initdb, mem, e) && tool_run(&start, mem, e);
	}
	return s->runs;
}

const char *scratch_conninfo(const struct scratch *s, const char *role)
{
	return arena_printf(
		s->mem, "host=%s user=%s dbname=casebridge", s->dir, role);
}

/* psql's own commands begin with a backslash, anywhere on a line, and start
 * programs as whoever runs it. Of a list of roles only the two that newer
 * pg_dumpall writes around it, against just this, have one; and these with a
 * plain word, because psql would run what stands in backticks there. */
static bool is_own_command(const char *line)
{
	static const char *const own[] = {"\\restrict ", "\\unrestrict "};
	static const char word[] = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"
				   "abcdefghijklmnopqrstuvwxyz";

	for (size_t i = 0; i < ARRAY_LEN(own); i++) {
		const char *rest = line + strlen(own[i]);

		if (strncmp(line, own[i], strlen(own[i])) == 0)
			return strcmp(rest + strspn(rest, word), "\n") == 0;
	}
	return false;
}

static bool is_only_sql(const char *path, struct err *e)
{
	FILE *f = fopen(path, "re");
	char *line = NULL;
	size_t room = 0;
	bool ok = true;

	if (!f)
		return err_set(e, ERR_USAGE, "cannot read '%s': %s", path,
			strerror(errno));
	for (ssize_t n; ok && (n = getline(&line, &room, f)) > 0;) {
		size_t from = is_own_command(line) ? 1 : 0;

		ok = !memchr(line + from, '\\', (size_t)n - from) ||
		     err_set(e, ERR_USAGE,
			     "'%s' holds a backslash, which no list of roles "
			     "does",
			     path);
	}
	ok = ok &&
	     (!ferror(f) || err_set(e, ERR_INTERNAL, "cannot read '%s'", path));
	free(line);
	fclose(f);
	return ok;
}

bool scratch_restore(struct scratch *s, const char *backup, struct err *e)
{
	/* That the superuser is there already is no reason to stop. */
	struct tool roles = {
		"psql", s->log, false,
		{bin(s, "psql"), "-qX", "-h", s->dir, "-U", "postgres", "-d",
				 "postgres", "-f",
				 arena_printf(s->mem, "%s/%s", backup, BACKUP_ROLES),
				 NULL}
        };
	struct tool create = {
		"createdb", s->log, false,
		{bin(s, "createdb"), "-h", s->dir, "-U", "postgres", "-O",
				 "casebridge_owner", "casebridge", NULL}
        };
	struct tool restore = {
		"pg_restore", s->log, false,
		{bin(s, "pg_restore"), "-h", s->dir, "-U", "postgres", "-d",
				 "casebridge", "--exit-on-error",
				 arena_printf(s->mem, "%s/%s", backup, BACKUP_DUMP),
				 NULL}
        };

	return is_only_sql(arena_printf(s->mem, "%s/%s", backup, BACKUP_ROLES),
		       e) &&
	       tool_run(&roles, s->mem, e) && tool_run(&create, s->mem, e) &&
	       tool_run(&restore, s->mem, e);
}

void scratch_end(struct scratch *s)
{
	struct err ignored;

	if (!s->dir)
		return;
	if (s->runs) {
		struct tool stop = {
			"pg_ctl", s->log, true,
			{bin(s, "pg_ctl"), "-D", at(s, "pg"), "-w", "-m",
					"immediate", "stop", NULL}
                };

		if (!tool_run(&stop, s->mem, &ignored))
			s->runs = false;
	}
	{
		struct tool rm = {
			"rm", s->log, false, {"rm", "-rf", "--", s->dir, NULL}
                };

		if (tool_run(&rm, s->mem, &ignored))
			unlink(s->log);
	}
}
