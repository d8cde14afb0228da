/*
 * main.c - casebridge: reads the command line, runs one verb, ends with the
 * exit code people and scripts can rely on.
 */
#include "client/cli/cli.h"
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

static int run(struct cli *c, int argc, char *const argv[])
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
		return cli_exit_code(&e);
	}
	return c->exit_code;
}

int main(int argc, char *argv[])
{
	struct cli c;
	int rc;

	umask(S_IRWXG | S_IRWXO);
	forbid_core_dumps();
	memset(&c, 0, sizeof(c));
	c.mem = arena_new();
	c.lang = usual_lang();
	c.colour = isatty(STDOUT_FILENO) && !getenv("NO_COLOR");
	c.terminal = isatty(STDERR_FILENO);
	rc = run(&c, argc, argv);
	arena_free(c.mem);
	if (fflush(stdout) != 0 && rc == 0)
		rc = 1;
	return rc;
}
