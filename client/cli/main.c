/*
 * main.c - casebridge: reads the command line, runs one verb, ends with the
 * exit code people and scripts can rely on.
 */
#include "client/cli/cli.h"
#include "client/cli/desk.h"
#include "client/cli/out.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

/* The language of the environment: Chinese when it says so. */
static enum lang usual_lang(void)
{
	static const char *const names[] = {"LC_ALL", "LC_MESSAGES", "LANG"};

	for (size_t i = 0; i < ARRAY_LEN(names); i++) {
		const char *v = getenv(names[i]);

		if (v && v[0])
			return strncmp(v, "zh", 2) == 0 ? LANG_ZH : LANG_EN;
	}
	return LANG_EN;
}

/* A crash must not leave keys and names in a file. */
static void forbid_core_dumps(void)
{
	const struct rlimit none = {0, 0};

	setrlimit(RLIMIT_CORE, &none);
}

static bool is_order(const struct err *e)
{
	return e->code == ERR_DEVICE_LOCKED || e->code == ERR_DEVICE_WIPE;
}

/* `ordered`: the station is to be locked or wiped. */
static int run(struct cli *c, int argc, char *const argv[], bool *ordered)
{
	struct err e;

	if (!cli_parse(c, argc, argv, &e)) {
		out_error(c, &e);
		return cli_exit_code(&e);
	}
	if (cli_flag(c, O_HELP)) {
		cli_help(c);
		return 0;
	}
	if (cli_flag(c, O_VERSION)) {
		puts("casebridge " CASEBRIDGE_VERSION);
		return 0;
	}
	if (!c->verb->run(c, &e)) {
		out_error(c, &e);
		*ordered = is_order(&e);
		return cli_exit_code(&e);
	}
	return c->exit_code;
}

static void begin(struct cli *c)
{
	memset(c, 0, sizeof(*c));
	c->mem = arena_new();
	c->lang = usual_lang();
	c->colour = isatty(STDOUT_FILENO) && !getenv("NO_COLOR");
	c->terminal = isatty(STDERR_FILENO);
}

/* Whichever command met the order, it is carried out when that has ended and
 * its store is closed. That it could not be, for want of a network or whatever,
 * is met again by the next command and not told beside the first error. */
static void obey(int argc, char *const argv[])
{
	struct cli c;
	struct err e;

	begin(&c);
	if (cli_parse(&c, argc, argv, &e) && !desk_obey(&c, &e) &&
		!is_order(&e) && !c.json && e.code != ERR_OFFLINE)
		out_error(&c, &e);
	arena_free(c.mem);
}

int main(int argc, char *argv[])
{
	bool ordered = false;
	struct cli c;
	int rc;

	umask(S_IRWXG | S_IRWXO);
	forbid_core_dumps();
	begin(&c);
	rc = run(&c, argc, argv, &ordered);
	arena_free(c.mem);
	if (ordered)
		obey(argc, argv);
	if (fflush(stdout) != 0 && rc == 0)
		rc = 1;
	return rc;
}
