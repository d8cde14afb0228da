/*
 * v_import.c - casebridge import: the list a station already keeps becomes
 * persons and cases, and can be taken back; unsent work that was exported
 * returns to the outbox.
 *
 * What a list says and what becomes of it is for client/import to find out;
 * here it is shown, asked about, and told.
 */
#include "client/cli/import_show.h"
#include "client/cli/out.h"
#include "client/cli/secret.h"
#include "client/cli/unsent.h"
#include "client/cli/value.h"
#include "client/sync/bundle.h"
#include "client/sync/courier.h"

#include <string.h>
#include <unistd.h>

#define SHOW_ALL 200 /* rows of a list that is shown whole */

/* ---- a list ---- */

static bool duplicates_of(struct cli *c, enum duplicates *out, struct err *e)
{
	static const char *const names[] = {"skip", "link", "new"};
	const char *how = c->option[O_DUPLICATES];

	*out = DUPLICATES_SKIP;
	if (!how)
		return true;
	for (size_t i = 0; i < ARRAY_LEN(names); i++)
		if (strcmp(how, names[i]) == 0) {
			*out = (enum duplicates)i;
			return true;
		}
	return cli_usage(e, "--duplicates", "skip, link, new");
}

static size_t to_make(const struct plan *p)
{
	return p->count[FATE_NEW] + p->count[FATE_KNOWN];
}

/* Somebody at a terminal sees the columns first and may stop; a script that
 * gave no --yes goes on, as it always did. */
static bool may_write(struct cli *c, const struct plan *p)
{
	if (c->json || cli_flag(c, O_YES) || !isatty(STDIN_FILENO))
		return true;
	return secret_confirm(c,
		text_of(c, T_ASK_IMPORT, number_text(c, (int64_t)to_make(p)),
			number_text(c, (int64_t)p->count[FATE_DUPLICATE]),
			number_text(c, (int64_t)p->count[FATE_REFUSED]), NULL));
}

static bool save_list(struct plan_job *job, const struct plan *p,
	const char **batch, struct err *e)
{
	bool ok;

	if (job->trial || !to_make(p))
		return true;
	ok = batch_save(job, p, batch, e);
	count_bar_end(job->ctx);
	return ok;
}

static void tell(struct desk *d, const struct plan *p, const char *batch)
{
	struct cli *c = d->c;

	if (c->json) {
		show_json(d, p, batch);
		return;
	}
	show_counts(c, p);
	if (c->option[O_REPORT])
		out_line(c, text_of(c, T_REPORTED, c->option[O_REPORT], NULL));
	if (cli_flag(c, O_DRY_RUN))
		out_line(c, text_raw(c->lang, T_DRY_RUN));
	if (batch)
		out_line(c, text_of(c, T_BATCH_SAVED, batch, NULL));
}

static bool take_in(
	struct desk *d, struct plan_job *job, struct str bytes, struct err *e)
{
	const char *batch = NULL;
	struct plan *p = plan_make(job, bytes, e);

	count_bar_end(job->ctx);
	if (!p)
		return false;
	if (!d->c->json) {
		show_list(d->c, p);
		show_rows(d->c, p, job->trial || p->n <= SHOW_ALL);
	}
	d->c->exit_code = p->count[FATE_REFUSED] > 0;
	if (!job->trial && to_make(p) && !may_write(d->c, p)) {
		out_line(d->c, text_raw(d->c->lang, T_NOT_IMPORTED));
		d->c->exit_code = 1;
		return true;
	}
	if ((d->c->option[O_REPORT] && !report_write(d->c, p, e)) ||
		!save_list(job, p, &batch, e))
		return false;
	tell(d, p, batch);
	return true;
}

static bool import_list(struct desk *d, const struct reading *r,
	struct str bytes, struct err *e)
{
	struct cli *c = d->c;
	struct count_bar bar = {c, false, 0};
	struct plan_job job;

	memset(&job, 0, sizeof(job));
	job.progress = count_bar_draw;
	job.ctx = &bar;
	job.r = *r;
	job.s = d->s;
	job.v = desk_view(d);
	job.site = desk_reader(d, "site");
	job.sheet = c->option[O_SHEET];
	job.maps = c->option[O_MAP];
	job.programme = c->option[O_PROGRAMME];
	job.trial = cli_flag(c, O_DRY_RUN);
	return duplicates_of(c, &job.duplicates, e) &&
	       take_in(d, &job, bytes, e);
}

/* ---- batches ---- */

static bool list_batches(struct desk *d, struct err *e)
{
	static const enum text_id heads[] = {T_C_BATCH, T_C_WHEN, T_C_FILE,
		T_C_ROWS, T_C_NEW, T_C_STATE, T_COUNT};
	struct cli *c = d->c;
	struct table *t;
	json_t *list;

	if (!batch_list(d->s, c->mem, &list, e))
		return false;
	if (c->json) {
		out_json(c, json_incref(list));
		return true;
	}
	t = table_new(c, heads);
	for (size_t i = 0; i < json_array_size(list); i++) {
		const json_t *one = json_array_get(list, i);

		table_add(t, json_str(one, "batch"));
		table_add(t, time_show(c, json_int(one, "at", 0)));
		table_add(t, json_str(one, "file"));
		table_add(t, number_text(c, json_int(one, "rows", 0)));
		table_add(t, number_text(c, json_int(one, "new", 0)));
		table_add(t, json_object_get(one, "undone")
				     ? text_raw(c->lang, T_BATCH_UNDONE)
				     : "");
	}
	table_print(t);
	return true;
}

static bool may_undo(struct cli *c, const json_t *batch)
{
	if (c->json || cli_flag(c, O_YES) || !isatty(STDIN_FILENO))
		return true;
	return secret_confirm(
		c, text_of(c, T_ASK_UNDO, json_str(batch, "batch"),
			   json_str(batch, "file"),
			   number_text(c, json_int(batch, "new", 0)), NULL));
}

static void show_left(struct cli *c, const json_t *left)
{
	static const enum text_id heads[] = {
		T_C_ROW, T_C_TYPE, T_C_ID, T_C_WHY, T_COUNT};
	struct table *t = table_new(c, heads);

	for (size_t i = 0; i < json_array_size(left); i++) {
		const json_t *one = json_array_get(left, i);
		bool edited = strcmp(json_str(one, "why"),
				      left_name(LEFT_EDITED)) == 0;

		table_add(t, number_text(c, json_int(one, "row", 0)));
		table_add(t, json_str(one, "type"));
		table_add(t, json_str(one, "id"));
		table_add(t, text_raw(c->lang, edited ? T_L_EDITED : T_L_SENT));
	}
	if (json_array_size(left))
		table_print(t);
}

static void tell_undone(
	struct desk *d, const char *batch, const struct undone *u)
{
	struct cli *c = d->c;
	size_t left = json_array_size(u->left);

	if (c->json) {
		out_json(c,
			json_pack("{s:s, s:I, s:I, s:O, s:I}", "batch", batch,
				"dropped", (json_int_t)u->dropped, "retracted",
				(json_int_t)u->retracted, "left", u->left,
				"waiting", (json_int_t)desk_waiting(d)));
		return;
	}
	show_left(c, u->left);
	out_line(c, text_of(c, T_UNDONE, number_text(c, (int64_t)u->dropped),
			    number_text(c, (int64_t)u->retracted),
			    number_text(c, (int64_t)left), NULL));
}

static bool undo(struct desk *d, struct err *e)
{
	struct cli *c = d->c;
	const char *id = c->arg[0];
	const json_t *batch;
	struct undone u;
	json_t *list;

	if (!batch_list(d->s, c->mem, &list, e))
		return false;
	batch = json_find(list, "batch", id);
	if (!batch)
		return cli_usage(e, id, "casebridge import --batches");
	if (!may_undo(c, batch)) {
		c->exit_code = 1;
		return true;
	}
	if (!batch_undo(desk_view(d), id, c->mem, &u, e))
		return false;
	tell_undone(d, id, &u);
	c->exit_code = json_array_size(u.left) > 0;
	return true;
}

/* ---- unsent work that was exported ---- */

/* From whichever station of the site: it is sealed for the centre, so nobody
 * need be signed in, and the next sync here brings it. */
static bool import_bundle(struct cli *c, struct err *e)
{
	struct desk *d = desk_new(c, false, e);
	struct bundle_about about;
	bool here;

	if (!d || !place_enrolled(&d->place, e) ||
		!bundle_check(&d->place, c->arg[0], &about, e) ||
		!courier_import(&d->place, c->arg[0], &about.sha, &here, e))
		return false;
	if (c->json)
		out_json(c,
			json_pack("{s:I, s:I, s:I, s:b}", "changes",
				(json_int_t)about.changes, "files",
				(json_int_t)about.files, "people",
				(json_int_t)about.people, "here", (int)here));
	else
		out_line(c, text_of(c, here ? T_BUNDLE_HERE : T_BUNDLE_TAKEN,
				    number_text(c, about.changes),
				    number_text(c, about.files),
				    number_text(c, about.people), NULL));
	return true;
}

/* What is the author's stays the author's. */
static bool is_author(const struct desk *d, const json_t *doc, const char *name,
	struct err *e)
{
	const char *login = json_str(doc, "login");

	return !login || !login[0] ||
	       strcmp(login, store_text(d->s, "login")) == 0 ||
	       err_field(e, ERR_BAD_FILE, name, "casebridge login --user %s",
		       login);
}

static bool take_back(struct desk *d, const json_t *changes, int64_t *taken,
	int64_t *here, struct err *e)
{
	for (size_t i = 0; i < json_array_size(changes); i++) {
		json_t *change = json_array_get(changes, i);
		const char *text = json_str(change, "id");
		struct uuid id;

		if (text && uuid_parse(text, &id) && store_work(d->s, &id)) {
			(*here)++;
			continue;
		}
		if (!store_work_add(d->s, json_deep_copy(change), e))
			return false;
		(*taken)++;
	}
	return true;
}

static bool import_unsent(
	struct desk *d, const char *name, struct str bytes, struct err *e)
{
	struct cli *c = d->c;
	json_t *doc = unsent_read(c->mem, name, bytes, d->passphrase, e);
	const json_t *changes = json_object_get(doc, "changes");
	int64_t taken = 0, here = 0;

	if (!doc || !is_author(d, doc, name, e) || !store_begin(d->s, e))
		return false;
	if (!take_back(d, changes, &taken, &here, e)) {
		store_rollback(d->s);
		return false;
	}
	if (!store_commit(d->s, e))
		return false;
	if (c->json)
		out_json(c, json_pack("{s:I, s:I, s:I}", "taken",
				    (json_int_t)taken, "here", (json_int_t)here,
				    "waiting", (json_int_t)desk_waiting(d)));
	else
		out_line(c, text_of(c, T_TAKEN_BACK, number_text(c, taken),
				    number_text(c, here), NULL));
	return true;
}

/* ---- the verb ---- */

static bool import_file(struct cli *c, struct err *e)
{
	struct reading r = {c->mem, c->lang, c->arg[0], &import_limits};
	struct str bytes;
	struct desk *d;

	if (bundle_is(c->arg[0]))
		return import_bundle(c, e);
	if (!rows_file(&r, &bytes, e))
		return false;
	d = desk_open(c, true, e);
	if (!d)
		return false;
	if (unsent_is(bytes))
		return import_unsent(d, c->arg[0], bytes, e);
	return import_list(d, &r, bytes, e);
}

bool verb_import(struct cli *c, struct err *e)
{
	bool batches = cli_flag(c, O_BATCHES), back = cli_flag(c, O_UNDO);
	struct desk *d;

	/* A file, a batch to take back, or nothing with --batches. */
	if ((batches && back) || (c->args > 0) == batches)
		return cli_usage(
			e, "import", "FILE | --batches | --undo BATCH");
	if (!batches && !back)
		return import_file(c, e);
	d = desk_open(c, true, e);
	if (!d)
		return false;
	return batches ? list_batches(d, e) : undo(d, e);
}
