/*
 * serve.c - see serve.h.
 */
#include "server/serve.h"
#include "server/figures/figures.h"

#include "proto/webroot.h"
#include "server/auth/ca.h"
#include "server/auth/step.h"
#include "server/confine.h"
#include "server/courier/courier.h"
#include "server/db/migrate.h"
#include "server/files/files.h"
#include "server/http/http.h"
#include "server/http/lanes.h"
#include "server/lineage/lineage.h"
#include "server/log.h"
#include "server/office/office.h"
#include "server/records/owed.h"
#include "server/records/ran_out.h"
#include "server/shelf.h"
#include "server/state.h"
#include "server/vault/vault.h"

#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

#define DRAIN_MS 30000

/* ---- before it listens ---- */

static bool check_database(struct app *app, struct err *e)
{
	struct db *db = db_open(app->conf.database, e);
	bool ok = db && db_self_check(db, false, e);

	db_close(db);
	if (!ok)
		return false;
	/* Now that its shape is known: do the keys fit? */
	db = db_open_with(app->conf.database, app->vault, e);
	db_close(db);
	return db != NULL;
}

/* Whether it is the log we knew is settled before anybody is let in. */
static bool look_back(struct app *app, struct err *e)
{
	struct db *db = db_open_with(app->conf.database, app->vault, e);
	bool ok;

	if (db)
		db_trail_key(db, app->trail_key);
	ok = db && lineage_look(app->lineage, db, e) &&
	     lineage_keep(app->lineage, db, true, e) &&
	     settings_keep(app, db, e);
	db_close(db);
	return ok;
}

static bool open_app(struct app *app, struct err *e)
{
	const struct config *c = &app->conf;

	if (!step_setting_check(c->second_factor, e) ||
		!state_open(c->state_dir, e) || !ca_check_server(c, e) ||
		!token_key_read(c->state_dir, app->token_key, e) ||
		!trail_key_read(c->state_dir, app->trail_key, e))
		return false;
	app->vault = vault_open(file_keys_path(c, c->mem), e);
	if (!app->vault || !check_database(app, e))
		return false;
	app->file_keys = vault_file_keys(app->vault);
	if (c->high_water_dir[0] && !state_open(c->high_water_dir, e))
		return false;
	app->lineage = lineage_open(c, e);
	if (!app->lineage)
		return false;
	app->ca = ca_open(c->state_dir, e);
	app->courier = app->ca ? courier_keys_open(c->state_dir, e) : NULL;
	app->web = app->courier ? webroot_load(c->web_root, e) : NULL;
	if (!app->web)
		return false;
	app->shelf = shelf_open(c, e);
	return app->shelf != NULL;
}

static void close_app(struct app *app)
{
	http_free(app->http);
	sweeper_stop(app->sweeper);
	lanes_stop(app->lanes);
	keeper_stop(app->keeper);
	lineage_free(app->lineage);
	webroot_free(app->web);
	ca_free(app->ca);
	courier_keys_free(app->courier);
	shelf_free(app->shelf);
	vault_free(app->vault);
}

bool serve_check(struct call *c, struct err *e)
{
	struct app app = {.conf = c->conf};
	bool ok = open_app(&app, e);

	if (ok)
		printf("all is well; %zu files of the web app\n",
			webroot_count(app.web));
	close_app(&app);
	return ok;
}

/* One descriptor a connection, and some for the database and files. */
static void raise_limits(const struct config *c)
{
	rlim_t need = (rlim_t)c->connections * 3 + 256;
	struct rlimit l;

	if (getrlimit(RLIMIT_NOFILE, &l) != 0)
		return;
	l.rlim_cur = need < l.rlim_max ? need : l.rlim_max;
	if (setrlimit(RLIMIT_NOFILE, &l) == 0 && l.rlim_cur < need)
		log_write(c, LOG_WARN,
			"only %llu file descriptors for %lld connections a "
			"listener",
			(unsigned long long)l.rlim_cur,
			(long long)c->connections);
}

/* ---- while it serves ------------------------------------------------------
 */

/* Threads made later inherit the mask, so only sigwait() sees these. */
static void block_signals(sigset_t *set)
{
	struct sigaction ignore = {.sa_handler = SIG_IGN};

	sigaction(SIGPIPE, &ignore, NULL);
	sigemptyset(set);
	sigaddset(set, SIGTERM);
	sigaddset(set, SIGINT);
	sigaddset(set, SIGHUP);
	pthread_sigmask(SIG_BLOCK, set, NULL);
}

static void reload(struct app *app)
{
	struct err e;

	shelf_doubt(app->shelf);
	if (!courier_keys_reload(app->courier, &e))
		log_write(&app->conf, LOG_ERROR, "courier key not changed: %s",
			e.msg);
	if (http_reload(app->http, &e))
		log_write(&app->conf, LOG_INFO, "certificates read again");
	else
		log_write(&app->conf, LOG_ERROR, "certificates not changed: %s",
			e.msg);
}

static void wait_for_end(struct app *app, const sigset_t *set)
{
	int sig;

	while (sigwait(set, &sig) == 0) {
		if (sig != SIGHUP)
			return;
		reload(app);
	}
}

/* Decisions a restore brought back, into records that are there; and what ends
 * because its day has come. */
static bool see_to_dates(void *ctx, struct db *db, struct err *e)
{
	static const struct uuid nobody;
	struct app *app = ctx;
	struct arena *mem = arena_new();
	const struct catalogue *c =
		shelf_take(app->shelf, db, SHELF_ANY, &nobody, mem, e);
	int done = 0, ended = 0, passed = 0;
	bool ok = c && owed_enter(db, c, &done, e) &&
		  ran_out_end(db, c, &ended, &passed, e);

	if (done)
		log_write(&app->conf, LOG_INFO,
			"decisions of before the restore entered=%d", done);
	if (ended)
		log_write(&app->conf, LOG_INFO,
			"memberships and consents ran out cases=%d", ended);
	if (passed)
		log_write(&app->conf, LOG_ERROR,
			"memberships ran out, tasks and letters left open "
			"cases=%d; audit: ran_out",
			passed);
	arena_free(mem);
	return ok;
}

static bool every_second(void *ctx, struct db *db, struct err *e)
{
	return db_take_keys(db, e) && settings_keep(ctx, db, e) &&
	       see_to_dates(ctx, db, e) && figures_keep(db, e);
}

static bool start(struct app *app, struct err *e)
{
	const struct config *c = &app->conf;

	raise_limits(c);
	/* Before any thread: they inherit it, but the running ones would not.
	 */
	if (!confine(c, e) || !look_back(app, e))
		return false;
	app->keeper = keeper_start(app->lineage,
		&(struct keeper_also){
			every_second, app, app->vault, app->trail_key},
		e);
	if (!app->keeper)
		return false;
	app->lanes = lanes_start(app, e);
	if (!app->lanes)
		return false;
	app->sweeper = sweeper_start(app, e);
	if (!app->sweeper || !http_start(app, e))
		return false;
	if (webroot_count(app->web) == 0)
		log_write(c, LOG_WARN, "no web app in '%s'", c->web_root);
	log_write(c, LOG_INFO, "listening web=%s sync=%s ops=%s",
		http_address(app->http, ON_WEB),
		http_address(app->http, ON_SYNC),
		http_address(app->http, ON_OPS));
	return true;
}

bool serve(struct call *c, struct err *e)
{
	struct app *app = calloc(1, sizeof(*app));
	sigset_t set;
	bool ok;

	if (!app)
		die("out of memory (app)");
	app->conf = c->conf;
	block_signals(&set);
	ok = open_app(app, e) && start(app, e);
	if (ok) {
		wait_for_end(app, &set);
		log_write(&app->conf, LOG_INFO, "shutting down");
		if (!http_drain(app->http, DRAIN_MS)) {
			log_write(&app->conf, LOG_ERROR,
				"requests were still running after %d s",
				DRAIN_MS / 1000);
			/* Their threads use everything: nothing is freed. */
			_exit(1);
		}
	}
	close_app(app);
	free(app);
	return ok;
}
