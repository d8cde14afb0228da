/*
 * v_open.c - casebridge open: the pages of the web app, served from the store
 * (client/local).
 *
 * The one-time key must not stand among the arguments of a browser, where every
 * user of the computer could read it; so the browser is given a file only its
 * user can read, which leads on to the address.
 */
#include "client/cli/desk.h"
#include "client/cli/others.h"
#include "client/cli/out.h"
#include "client/local/local.h"
#include "client/sync/device.h"
#include "client/sync/heads.h"
#include "client/sync/renew.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#define LOCK_MIN 10
#define END_MIN  60
#define IDLE_MAX 1440
#define FRESH_MIN                                                              \
	5 /* as the centre's step-up-minutes, which we are not told            \
	   */
#define MINUTE_MS INT64_C(60000)
#define KEY_MAX   65536
#define PATH_ROOM 4096
#define LEAD      "open.html"

struct opening {
	struct cli *c;
	struct desk *d;
	const char *key; /* PEM of the device */
};

/* ---- what the room asks of us ---- */

static struct store *unlock(void *ctx, const char *passphrase, struct err *e)
{
	struct desk *d = ((struct opening *)ctx)->d;

	if (!desk_unlock(d, passphrase, e))
		return NULL;
	catalogue_publish(d->catalogue);
	return d->s;
}

static bool is_own(void *ctx, const char *passphrase)
{
	const char *own = ((struct opening *)ctx)->d->passphrase;
	struct sha256 a, b;

	if (!own)
		return false;
	a = sha256_of(own, strlen(own));
	b = sha256_of(passphrase, strlen(passphrase));
	return sha256_equal(&a, &b);
}

static void lock(void *ctx)
{
	desk_lock(((struct opening *)ctx)->d);
}

static struct transport *line(void *ctx, struct arena *mem, struct err *e)
{
	return desk_transport(((struct opening *)ctx)->d, NULL, mem, e);
}

static bool sign(
	void *ctx, const char *text, size_t n, struct buf *out, struct err *e)
{
	return device_sign(((struct opening *)ctx)->key, text, n, out, e);
}

/* ---- the browser ---- */

static bool write_lead(struct desk *d, const char *url, struct err *e)
{
	const char *page = arena_printf(d->c->mem,
		"<!doctype html><meta charset=\"utf-8\">"
		"<meta name=\"referrer\" content=\"no-referrer\">"
		"<meta http-equiv=\"refresh\" content=\"0;url=%s\">"
		"<title>Casebridge</title><p><a href=\"%s\">Casebridge</a>\n",
		url, url);

	return place_write(&d->place, LEAD, page, strlen(page), e);
}

/* The opener runs beside us, with nothing of ours on its terminal. */
static bool start_browser(const char *file)
{
	pid_t pid = fork();
	int status = 0;

	if (pid == 0) {
		int nowhere = open("/dev/null", O_RDWR | O_CLOEXEC);

		dup2(nowhere, STDOUT_FILENO);
		dup2(nowhere, STDERR_FILENO);
		execlp("xdg-open", "xdg-open", file, (char *)NULL);
		_exit(127);
	}
	while (pid > 0 && waitpid(pid, &status, 0) < 0 && errno == EINTR)
		;
	return pid > 0 && WIFEXITED(status) && WEXITSTATUS(status) == 0;
}

static void ready(void *ctx, const char *url)
{
	struct opening *o = ctx;
	struct cli *c = o->c;
	struct err e;

	if (c->json)
		out_json(c, json_pack("{s:s}", "url", url));
	else if (!cli_flag(c, O_NO_BROWSER) && write_lead(o->d, url, &e) &&
		 start_browser(place_file(&o->d->place, LEAD)))
		out_line(c, text_raw(c->lang, T_OPEN_FILE));
	else
		out_line(c, text_of(c, T_OPEN_AT, url, NULL));
	fflush(stdout);
}

/* ---- where the pages are ---- */

static bool is_directory(const char *path)
{
	struct stat st;

	return stat(path, &st) == 0 && S_ISDIR(st.st_mode);
}

/* --web, else beside the program, else where a package puts them. */
static const char *web_of(struct cli *c)
{
	char exe[PATH_ROOM];
	ssize_t n = readlink("/proc/self/exe", exe, sizeof(exe) - 1);
	const char *beside;
	char *slash;

	if (c->option[O_WEB])
		return c->option[O_WEB];
	exe[n > 0 ? n : 0] = 0;
	slash = strrchr(exe, '/');
	if (slash)
		*slash = 0;
	beside = arena_printf(c->mem, "%s/web", exe);
	if (is_directory(beside))
		return beside;
	return arena_printf(c->mem, "%s/../share/casebridge/web", exe);
}

static void free_web(void *p)
{
	webroot_free(p);
}

static const struct webroot *read_web(struct cli *c, struct err *e)
{
	const char *dir = web_of(c);
	struct webroot *web = webroot_load(dir, e);

	if (!web)
		return NULL;
	arena_adopt(c->mem, web, free_web);
	if (webroot_count(web) > 0)
		return web;
	err_field(e, ERR_USAGE, "--web", "make web (%s)", dir);
	return NULL;
}

static json_t *trail(void *ctx, struct arena *mem)
{
	struct opening *o = ctx;
	struct station_dir place = o->d->place;

	place.mem = mem;
	return heads_json(&place);
}

static void told(void *ctx, struct transport *line)
{
	struct desk *d = ((struct opening *)ctx)->d;
	struct courier_report others;
	struct err ignored;

	if (!heads_ask(&d->place, line, &ignored))
		ignored.code = ERR_NONE;
	if (!d->s || !others_wait(d, &others, &ignored) ||
		!renew_tell(&d->place, d->s, others.left, line, &ignored))
		return;
}

static bool read_idle(struct cli *c, struct local_conf *conf, struct err *e)
{
	const char *typed = c->option[O_IDLE];
	char *end = NULL;
	long minutes = typed ? strtol(typed, &end, 10) : END_MIN;

	if (typed && (*end || minutes < 1 || minutes > IDLE_MAX))
		return err_field(
			e, ERR_OUT_OF_RANGE, "--idle", "1-%d", IDLE_MAX);
	conf->end_ms = minutes * MINUTE_MS;
	conf->fresh_ms = FRESH_MIN * MINUTE_MS;
	conf->lock_ms = (minutes < LOCK_MIN ? minutes : LOCK_MIN) * MINUTE_MS;
	return true;
}

bool verb_open(struct cli *c, struct err *e)
{
	struct local_conf conf = {.offline = cli_flag(c, O_OFFLINE)};
	struct opening o = {.c = c};
	struct local_host host = {.ctx = &o,
		.unlock = unlock,
		.is_own = is_own,
		.lock = lock,
		.line = line,
		.sign = sign,
		.told = told,
		.trail = trail,
		.ready = ready};
	bool ok;

	if (!read_idle(c, &conf, e))
		return false;
	conf.web = read_web(c, e);
	if (!conf.web)
		return false;
	o.d = desk_open(c, true, e);
	if (!o.d)
		return false;
	o.key = place_need(&o.d->place, "device.key", KEY_MAX, e);
	if (!o.key)
		return false;
	catalogue_publish(o.d->catalogue);
	ok = local_run(&conf, &host, o.d->s, e);
	place_remove(&o.d->place, LEAD);
	return ok;
}
