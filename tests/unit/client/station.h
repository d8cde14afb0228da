/*
 * station.h - a station in a scratch directory: enrolled, signed in, with one
 * case and a directory of staff, and commands run as the shell would, with
 * their output caught.
 */
#ifndef TESTS_CLIENT_STATION_H
#define TESTS_CLIENT_STATION_H

#include "client/cli/cli.h"
#include "client/cli/out.h"
#include "client/store/place.h"
#include "tests/unit/client/fixture.h"

#include <fcntl.h>
#include <stdarg.h>

struct station {
	struct fixture f;
	struct station_dir place;
	const char *secret; /* the file with the passphrase */
	const char *out;    /* what the last command printed */
	json_t *json;       /* the same, when it is JSON */
};

static inline void write_text(const char *path, const char *text, size_t n)
{
	int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0600);

	if (fd < 0 || write(fd, text, n) != (ssize_t)n)
		die("test: cannot write %s", path);
	close(fd);
}

static inline const char *in_dir(struct station *s, const char *name)
{
	return arena_printf(s->f.mem, "%s/%s", s->f.dir, name);
}

static inline void put_file(
	struct station *s, const char *name, const char *text)
{
	write_text(in_dir(s, name), text, strlen(text));
}

/* The directory everybody sees: two members of staff, two sites. */
static inline void deliver_directory(struct fixture *f)
{
	static const struct uuid nil;
	const char *site = id_text(f, 901);
	struct record r[4] = {
		make_record(f, "site", 901, 0, 1, "{\"name\":\"康复站\"}"),
		make_record(
			f, "site", 903, 0, 1, "{\"name\":\"精神卫生中心\"}"),
		make_record(f, "staff", 900, 0, 1,
			arena_printf(f->mem,
				"{\"name\":\"陈静\",\"site\":\"%s\","
				"\"role\":\"social_worker\"}",
				site)),
		make_record(f, "staff", 902, 0, 1,
			arena_printf(f->mem,
				"{\"name\":\"王强\",\"site\":\"%s\","
				"\"role\":\"nurse\"}",
				site))};
	struct incoming in[4];
	struct delivery d = {nil, "directory", 1, true, in, 4, 0, false, false};

	for (size_t i = 0; i < 4; i++) {
		in[i].r = r[i];
		in[i].line = line_of(f, &r[i]);
	}
	if (!store_begin(f->s, &f->e) || !store_deliver(f->s, &d, &f->e) ||
		!store_commit(f->s, &f->e))
		die("test: %s", f->e.msg);
}

static inline void open_station(struct station *s)
{
	struct err e;

	memset(s, 0, sizeof(*s));
	set_up(&s->f);
	deliver_case(&s->f);
	deliver_directory(&s->f);
	store_close(s->f.s);
	s->f.s = NULL;
	if (rename(s->f.path, in_dir(s, "0123456789abcdef.store")) != 0)
		die("test: rename");
	put_file(s, "current", "0123456789abcdef.store");
	put_file(s, "station.json",
		"{\"server\":\"https://127.0.0.1:1\",\"device\":\"d\","
		"\"site\":\"s\"}");
	put_file(s, "secret", "correct horse\n");
	s->secret = in_dir(s, "secret");
	if (!place_open(s->f.dir, false, s->f.mem, &s->place, &e))
		die("test: %s", e.msg);
}

static inline void close_station(struct station *s)
{
	json_decref(s->json);
	tear_down(&s->f);
}

/* Runs a command with standard output in a file; gives the exit code. */
static inline int run_captured(struct station *s, struct cli *c, int argc,
	char *const argv[], struct err *e)
{
	const char *path = in_dir(s, "out");
	int fd = open(path, O_RDWR | O_CREAT | O_TRUNC, 0600), old;
	struct str text;
	bool ok, too_big;

	fflush(stdout);
	old = dup(STDOUT_FILENO);
	dup2(fd, STDOUT_FILENO);
	ok = cli_parse(c, argc, argv, e) &&
	     (cli_flag(c, O_HELP) ? (cli_help(c), true) : c->verb->run(c, e));
	if (!ok && c->json)
		out_error(c, e);
	fflush(stdout);
	dup2(old, STDOUT_FILENO);
	close(old);
	close(fd);
	if (!file_read(path, 1 << 24, s->f.mem, &text, &too_big))
		die("test: no output");
	s->out = text.p;
	json_decref(s->json);
	s->json = json_loads(s->out, JSON_DECODE_ANY, NULL);
	return ok ? c->exit_code : cli_exit_code(e);
}

#define MAX_ARGS 24

/* run(s, &e, "edit", "…", NULL) */
static inline int run(struct station *s, struct err *e, ...)
{
	char *argv[MAX_ARGS];
	int argc = 0, rc;
	struct cli c;
	va_list ap;
	const char *word;
	const char *const always[] = {"casebridge", "--store", s->f.dir,
		"--passphrase-file", s->secret, "--lang", "en"};

	memset(&c, 0, sizeof(c));
	c.mem = arena_new();
	c.lang = LANG_EN;
	va_start(ap, e);
	word = va_arg(ap, const char *);
	for (size_t i = 0; i < ARRAY_LEN(always); i++)
		if (strcmp(word, "score") != 0 || i < 3 || i > 4)
			argv[argc++] = arena_strdup(s->f.mem, always[i]);
	for (; word && argc < MAX_ARGS; word = va_arg(ap, const char *))
		argv[argc++] = arena_strdup(s->f.mem, word);
	va_end(ap);
	memset(e, 0, sizeof(*e));
	rc = run_captured(s, &c, argc, argv, e);
	arena_free(c.mem);
	return rc;
}

static inline const json_t *at(const json_t *j, const char *key)
{
	return json_object_get(j, key);
}

#endif
