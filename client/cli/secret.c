/*
 * secret.c - see secret.h.
 */
#include "client/cli/secret.h"

#include "client/store/seal.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <termios.h>
#include <unistd.h>

#define SECRET_MAX 1024

static void wipe(void *p)
{
	seal_wipe(p, SECRET_MAX);
}

/* Room for a secret that is overwritten when the program ends its work. */
static char *room(struct cli *c)
{
	char *p = arena_alloc(c->mem, SECRET_MAX);

	arena_adopt(c->mem, p, wipe);
	return p;
}

/* Reads up to the first line feed; -1 when nothing can be read. */
static ssize_t read_line(int fd, char *p)
{
	ssize_t n = 0;
	char one;

	while (n < SECRET_MAX - 1 && read(fd, &one, 1) == 1 && one != '\n')
		p[n++] = one;
	while (n > 0 && p[n - 1] == '\r')
		n--;
	p[n] = 0;
	return n;
}

const char *secret_from_file(struct cli *c, const char *path, struct err *e)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	char *p = room(c);
	ssize_t n = fd >= 0 ? read_line(fd, p) : -1;

	if (fd >= 0)
		close(fd);
	if (n > 0)
		return p;
	err_field(e, ERR_BAD_FILE, path, "%s", text_raw(c->lang, T_NOT_THERE));
	return NULL;
}

/* Signals stay off while the echo is: a terminal left silent is worse than a
 * moment without Ctrl-C, which counts as an empty answer here. */
static ssize_t ask(int tty, const char *prompt, bool echo, char *p)
{
	struct termios old, quiet;
	bool set = !echo && tcgetattr(tty, &old) == 0;
	ssize_t n;

	dprintf(tty, "%s: ", prompt);
	if (set) {
		quiet = old;
		quiet.c_lflag &= ~(tcflag_t)(ECHO | ISIG);
		tcsetattr(tty, TCSAFLUSH, &quiet);
	}
	n = read_line(tty, p);
	if (set) {
		tcsetattr(tty, TCSAFLUSH, &old);
		dprintf(tty, "\n");
	}
	return n > 0 && p[0] == 3 ? 0 : n;
}

const char *secret_get(struct cli *c, enum option file, const char *prompt,
	const char *hint, struct err *e)
{
	const char *path = c->option[file];
	int tty;
	char *p;
	ssize_t n;

	if (path)
		return secret_from_file(c, path, e);
	tty = open("/dev/tty", O_RDWR | O_CLOEXEC | O_NOCTTY);
	if (tty < 0) {
		cli_usage(e, prompt, text_of(c, T_NO_TERMINAL, hint, NULL));
		return NULL;
	}
	p = room(c);
	n = ask(tty, prompt, false, p);
	close(tty);
	if (n > 0)
		return p;
	cli_usage(e, prompt, hint);
	return NULL;
}

bool secret_passphrase_given(struct cli *c, const char **out, struct err *e)
{
	const char *path = c->option[O_PASSPHRASE_FILE];

	if (!path)
		path = getenv("CASEBRIDGE_PASSPHRASE_FILE");
	*out = path && path[0] ? secret_from_file(c, path, e) : NULL;
	return *out || !path || !path[0];
}

const char *secret_passphrase(struct cli *c, struct err *e)
{
	const char *given;

	if (!secret_passphrase_given(c, &given, e))
		return NULL;
	if (given)
		return given;
	return secret_get(c, O_PASSPHRASE_FILE,
		text_raw(c->lang, T_ASK_PASSPHRASE), "--passphrase-file FILE",
		e);
}

bool secret_confirm(struct cli *c, const char *question)
{
	char answer[SECRET_MAX];
	int tty;
	bool yes;

	if (cli_flag(c, O_YES))
		return true;
	tty = open("/dev/tty", O_RDWR | O_CLOEXEC | O_NOCTTY);
	if (tty < 0)
		return false;
	yes = ask(tty, question, true, answer) > 0 &&
	      (answer[0] == 'y' || answer[0] == 'Y');
	close(tty);
	return yes;
}
