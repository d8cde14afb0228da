/*
 * h_settings.c - what the running server takes anew, and what it does not.
 *
 * A setting is a row beside the file; every daemon of the database reads them
 * anew each second. Which, and how far, is config_live()'s to say.
 */
#include "server/office/desk.h"

#include "server/app.h"

#include <string.h>

static int find_live(const struct config *c, const char *key)
{
	for (int i = 0; key && i < LIVE_COUNT; i++)
		if (strcmp(config_live(c, (enum live)i).key, key) == 0)
			return i;
	return -1;
}

static bool is_within(const struct live_range *g, int64_t v)
{
	return v >= g->min && v <= g->max;
}

/* What the rows say; a row the file has since become stricter than is out. */
static void take_over(struct app *app, const struct db_rows *rows)
{
	int64_t now[LIVE_COUNT] = {0};

	for (int i = 0; i < db_count(rows); i++) {
		int k = find_live(&app->conf, db_get_text(rows, i, "key"));
		int64_t v = db_get_int(rows, i, "value");
		struct live_range g;

		if (k < 0)
			continue;
		g = config_live(&app->conf, (enum live)k);
		if (is_within(&g, v))
			now[k] = v;
	}
	for (int k = 0; k < LIVE_COUNT; k++)
		atomic_store(&app->live[k], now[k]);
}

static bool read_rows(
	struct db *db, struct arena *mem, struct db_rows **rows, struct err *e)
{
	struct db_args a;

	db_args_init(&a, mem);
	return db_run(db, Q_AUTH_SETTINGS, &a, rows, e);
}

bool settings_keep(struct app *app, struct db *db, struct err *e)
{
	struct arena *mem = arena_new();
	struct db_rows *rows;
	bool ok = db_begin_system(db, e) && read_rows(db, mem, &rows, e);

	if (ok)
		take_over(app, rows);
	ok = ok && db_commit(db, e);
	if (!ok)
		db_rollback(db);
	arena_free(mem);
	return ok;
}

/* ---- shown ---- */

static json_t *live_json(
	struct req *r, enum live which, const struct db_rows *rows)
{
	static const struct column who[] = {
		{NULL, "by", COLUMN_ID,   NULL},
                {NULL, "at", COLUMN_TIME, NULL}
        };
	struct live_range g = config_live(&r->app->conf, which);
	int64_t set = atomic_load(&r->app->live[which]);
	json_t *o = json_pack("{s:s, s:I, s:I, s:I, s:I, s:b}", "key", g.key,
		"value", (json_int_t)app_live(r->app, which), "file",
		(json_int_t)g.file, "min", (json_int_t)g.min, "max",
		(json_int_t)g.max, "set", (int)(set != 0));

	for (int i = 0; set && i < db_count(rows); i++)
		if (strcmp(db_get_text(rows, i, "key"), g.key) == 0)
			for (size_t k = 0; k < ARRAY_LEN(who); k++)
				json_object_set_new(o, who[k].name,
					json_string(column_text(
						r->mem, rows, i, &who[k])));
	return o;
}

static json_t *fixed_json(struct req *r)
{
	json_t *out = json_array();
	char text[64];
	bool more = true;

	for (size_t i = 0; more; i++) {
		const char *key = config_shown(&r->app->conf, i, text, &more);

		if (key && find_live(&r->app->conf, key) < 0)
			json_array_append_new(
				out, json_pack("{s:s, s:s}", "key", key,
					     "value", text));
	}
	return out;
}

/* → {"settings":[{"key","value","file","min","max","set","by"?,"at"?}…],
 * "fixed":[{"key","value"}…]} */
bool settings_get(struct req *r, struct err *e)
{
	json_t *list = json_keep(json_array(), r->mem);
	const struct uuid *site;
	struct db_rows *rows;

	if (!desk_begin(r, ACT_SETTING, &site, e) ||
		!read_rows(r->db, r->mem, &rows, e))
		return false;
	for (int k = 0; k < LIVE_COUNT; k++)
		json_array_append_new(list, live_json(r, (enum live)k, rows));
	return audit_end(r, "settings", "ok", NULL, 0, e) &&
	       req_reply_json(r, 200,
		       json_pack("{s:O, s:o}", "settings", list, "fixed",
			       fixed_json(r)));
}

/* ---- set ---- */

static bool put(
	struct req *r, const struct live_range *g, int64_t v, struct err *e)
{
	struct db_args a;

	db_args_init(&a, r->mem);
	db_text(&a, g->key);
	if (v == g->file)
		return db_run(r->db, Q_AUTH_SETTING_DROP, &a, NULL, e);
	db_int(&a, v);
	db_uuid(&a, &r->reader.staff);
	return db_run(r->db, Q_AUTH_SETTING_PUT, &a, NULL, e);
}

/* {"key","value"} → as GET. What the file says takes the row away. */
bool setting_post(struct req *r, struct err *e)
{
	int k = find_live(&r->app->conf, json_str(r->json, "key"));
	json_t *given = json_object_get(r->json, "value");
	const struct uuid *site;
	struct live_range g;
	const char *action;

	if (!json_only(r->json, "key value", e))
		return false;
	if (k < 0)
		return err_field(
			e, ERR_BAD_CODE, "key", "GET /v1/admin/settings");
	g = config_live(&r->app->conf, (enum live)k);
	if (!json_is_integer(given) ||
		!is_within(&g, json_integer_value(given)))
		return err_field(e, ERR_OUT_OF_RANGE, "value", "%lld-%lld",
			(long long)g.min, (long long)g.max);
	/* The trail keeps what it was: the table only what it is. */
	action = arena_printf(r->mem, "setting %s %lld>%lld", g.key,
		(long long)app_live(r->app, (enum live)k),
		(long long)json_integer_value(given));
	if (!desk_begin(r, ACT_SETTING, &site, e) ||
		!put(r, &g, json_integer_value(given), e) ||
		!audit_end(r, action, "ok", NULL, 0, e) ||
		!settings_keep(r->app, r->db, e))
		return false;
	return settings_get(r, e);
}
