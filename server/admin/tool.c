/*
 * tool.c - see tool.h.
 */
#include "server/admin/tool.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

static const char *const to_postgres[] = {
	"setpriv", "--reuid=postgres", "--regid=postgres", "--clear-groups"};

/* The last line of the file, without what cannot be printed. */
static const char *last_line(const char *path, struct arena *mem)
{
	char block[1024];
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	off_t size = fd >= 0 ? lseek(fd, 0, SEEK_END) : 0;
	off_t from = size > (off_t)sizeof(block) - 1
			     ? size - (off_t)sizeof(block) + 1
			     : 0;
	ssize_t n = fd >= 0 ? pread(fd, block, sizeof(block) - 1, from) : 0;
	char *line;

	if (fd >= 0)
		close(fd);
	while (n > 0 && (unsigned char)block[n - 1] <= ' ')
		n--;
	block[n > 0 ? n : 0] = 0;
	line = strrchr(block, '\n');
	return arena_strdup(mem, line ? line + 1 : block);
}

static void become(const struct tool *t, const char **argv)
{
	int log = open(t->log, O_WRONLY | O_CREAT | O_APPEND, 0600);
	int null = open("/dev/null", O_RDONLY);

	if (!argv[0] || log < 0 || null < 0 || dup2(null, 0) < 0 ||
		dup2(log, 1) < 0 || dup2(log, 2) < 0)
		_exit(127);
	umask(077);
	setenv("LC_ALL", "C.UTF-8", 1);
	unsetenv("PGOPTIONS");
	execvp(argv[0], (char *const *)(uintptr_t)argv);
	fprintf(stderr, "%s: %s\n", argv[0], strerror(errno));
	_exit(127);
}

bool tool_run(const struct tool *t, struct arena *mem, struct err *e)
{
	const char *argv[TOOL_ARGS + ARRAY_LEN(to_postgres)];
	size_t n = 0;
	int status = 0;
	pid_t pid;

	if (t->as_postgres && geteuid() == 0)
		for (; n < ARRAY_LEN(to_postgres); n++)
			argv[n] = to_postgres[n];
	for (size_t i = 0; i < TOOL_ARGS && (argv[n++] = t->argv[i]); i++)
		;
	pid = fork();
	if (pid == 0)
		become(t, argv);
	if (pid < 0)
		return err_set(
			e, ERR_INTERNAL, "%s: %s", t->name, strerror(errno));
	while (waitpid(pid, &status, 0) < 0 && errno == EINTR)
		;
	if (WIFEXITED(status) && WEXITSTATUS(status) == 0)
		return true;
	return err_set(e, ERR_INTERNAL, "%s failed: %s", t->name,
		last_line(t->log, mem));
}
