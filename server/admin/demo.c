/*
 * demo.c - see demo.h: in which order the district comes to be.
 *
 * First the directory, then the flagship programme, then a story of each
 * further one, then more cases by several writers at once, then the summary
 * lines, and the sign-ins last: a district with sign-ins is complete.
 */
#include "server/admin/demo.h"

#include "proto/base/host.h"
#include "proto/base/timeutil.h"
#include "server/admin/demo_accounts.h"
#include "server/admin/demo_cast.h"
#include "server/admin/demo_crowd.h"
#include "server/admin/demo_load.h"
#include "server/admin/demo_story.h"
#include "server/records/summaries.h"

#include <string.h>

enum {
	STREAM_DIRECTORY = 1,
	STREAM_FLAGSHIP,
	STREAM_STORIES,
	STREAM_PEERS,
	STREAM_CROWD = 1000
};

#define BATCH_BEST 1000

struct demo {
	const struct demo_options *o;
	struct arena *mem;
	struct db *db;
	struct district d;
	int64_t today;
	size_t home;
	size_t batch;
	size_t told; /* cases of the stories */
};

static void say(const struct demo *m, const char *text)
{
	if (m->o->progress)
		fprintf(m->o->progress, "demo: %s\n", text);
}

/* ---- what is there already ---- */

enum found { FOUND_NOTHING, FOUND_PART, FOUND_OTHER_DEMO, FOUND_STRANGERS };

/* Looks at the directory's districts: ours by its id, another seed's by its
 * code. A part of ours tells the day it was begun. */
static enum found look_at(struct demo *m, const struct db_rows *rows)
{
	enum found found = FOUND_STRANGERS;

	for (int i = 0; i < db_count(rows); i++) {
		struct uuid id = db_get_uuid(rows, i, "record_id");
		struct str body = db_get_bytes(rows, i, "body");
		struct err ignored;
		json_t *j;

		if (uuid_cmp(&id, &m->d.areas[AREA_DISTRICT].id) == 0) {
			struct date begun =
				time_day_cn(db_get_ms(rows, i, "entered_at"));

			m->today = date_to_days(&begun);
			return FOUND_PART;
		}
		j = json_read(
			body.p, body.n, &json_limits_own, m->mem, &ignored);
		if (j && json_str(j, "code") &&
			strcmp(json_str(j, "code"), DEMO_DIVISION) == 0)
			found = FOUND_OTHER_DEMO;
	}
	return found;
}

static bool read_directory(struct demo *m, struct db_rows **rows, struct err *e)
{
	struct reader r =
		load_reader(&m->d, district_first(&m->d, ROLE_SYSTEM_ADMIN));
	static const struct uuid directory;
	struct db_args a;
	bool ok;

	db_args_init(&a, m->mem);
	db_uuid(&a, &directory);
	ok = db_begin(m->db, &r, false, e) &&
	     db_run(m->db, Q_UNIT_RECORDS, &a, rows, e);
	db_rollback(m->db);
	return ok;
}

static bool find_demo(struct demo *m, enum found *found, struct err *e)
{
	struct db_rows *rows;
	struct db_args none;

	db_args_init(&none, m->mem);
	if (!db_run(m->db, Q_HEAD, &none, &rows, e))
		return false;
	*found = FOUND_NOTHING;
	if (db_get_int(rows, 0, "csn") == 0)
		return true;
	if (!read_directory(m, &rows, e))
		return false;
	*found = look_at(m, rows);
	return true;
}

/* Whether there is anything left to load. */
static bool is_needed(struct demo *m, bool *needed, struct err *e)
{
	enum found found;
	bool complete = false;

	if (!find_demo(m, &found, e) ||
		(found == FOUND_PART &&
			!accounts_exist(m->db, &m->d, &complete, e)))
		return false;
	*needed = found == FOUND_NOTHING || (found == FOUND_PART && !complete);
	if (found == FOUND_STRANGERS)
		return err_field(e, ERR_USAGE, "database",
			"an empty one: this one holds records of its own");
	if (found == FOUND_PART && *needed)
		say(m, "an earlier load was broken off; going on");
	if (!*needed)
		say(m, found == FOUND_OTHER_DEMO
				? "a demo district of another seed is there "
				  "already"
				: "the demo district is there already");
	return true;
}

/* ---- loading ---- */

static void write_directory(struct demo *m, struct script *s)
{
	(void)m;
	directory_write(s);
	script_sort(s);
}

static void write_flagship(struct demo *m, struct script *s)
{
	(void)m;
	flagship_write(s);
	script_sort(s);
}

/* In the order in which they are told. */
static void write_stories(struct demo *m, struct script *s)
{
	m->told = stories_write(s);
}

static bool load_one(struct demo *m, uint64_t stream,
	void (*write)(struct demo *m, struct script *s), struct err *e)
{
	struct arena *mem = arena_new();
	struct script s;
	bool ok;

	script_init(
		&s, mem, m->o->catalogue, &m->d, m->today, m->o->seed, stream);
	write(m, &s);
	ok = load_script(m->db, &s, m->batch, e);
	if (ok && m->o->progress)
		fprintf(m->o->progress, "demo: %zu records in %zu changes\n",
			s.records, s.n);
	arena_free(mem);
	return ok;
}

static void write_peers(struct demo *m, struct script *s)
{
	(void)m;
	peers_write(s);
	script_sort(s);
}

/* Whatever is more than the flagship and the stories. */
static bool load_crowd(struct demo *m, struct err *e)
{
	size_t there = FLAGSHIP_CASES + m->told;
	struct mix mix;
	struct crowd c = {
		.database = m->o->database,
		.trail_key = m->o->trail_key,
		.vault = m->o->vault,
		.catalogue = m->o->catalogue,
		.district = &m->d,
		.today = m->today,
		.seed = m->o->seed,
		.stream = STREAM_CROWD,
		.mix = &mix,
		.records = (int)m->o->records,
		.writers = m->o->writers,
		.batch = m->batch,
		.progress = m->o->progress,
	};

	if (m->o->cases <= there && !m->o->city)
		return true;
	mix_make(&mix, &m->d, m->o->cases > there ? m->o->cases - there : 0,
		m->home, m->mem);
	if (m->o->city)
		mix_add_hospice(&mix, m->mem);
	return load_one(m, STREAM_PEERS, write_peers, e) && crowd_load(&c, e);
}

static bool analyze(struct demo *m, struct err *e)
{
	struct db *owner;
	struct db_args none;
	bool ok;

	if (!m->o->owner || !*m->o->owner)
		return true;
	owner = db_open(m->o->owner, e);
	db_args_init(&none, m->mem);
	ok = owner && db_run(owner, Q_DEMO_ANALYZE, &none, NULL, e);
	db_close(owner);
	return ok;
}

static bool load_all(struct demo *m, struct err *e)
{
	if (!load_one(m, STREAM_DIRECTORY, write_directory, e) ||
		!load_one(m, STREAM_FLAGSHIP, write_flagship, e) ||
		!load_one(m, STREAM_STORIES, write_stories, e) ||
		!load_crowd(m, e))
		return false;
	if (!analyze(m, e) ||
		!summaries_refresh(m->db, m->o->catalogue, NULL, 0, e) ||
		!accounts_make(m->db, &m->d, m->o, e))
		return false;
	say(m, "the district is complete");
	return true;
}

/* ---- options ---- */

static bool read_today(struct demo *m, struct err *e)
{
	struct date now = time_day_cn(host_now_ms()), day = now;

	if (m->o->today &&
		(!date_parse(m->o->today, &day) || date_cmp(&day, &now) > 0))
		return err_field(e, ERR_USAGE, "today",
			"a day, YYYY-MM-DD, that is not in the future");
	m->today = date_to_days(&day);
	return true;
}

static bool read_home(struct demo *m, struct err *e)
{
	m->home = NOBODY;
	if (!m->o->home)
		return true;
	m->home = district_site(&m->d, m->o->home);
	if (m->home == NOBODY ||
		district_staff(&m->d, m->home, ROLE_SOCIAL_WORKER, 0) == NOBODY)
		return err_field(e, ERR_USAGE, "home",
			"the name of a demo site with a social worker, such as "
			"%s",
			m->d.sites[SITE_DEMO].name);
	return true;
}

static bool read_options(struct demo *m, struct err *e)
{
	const struct demo_options *o = m->o;

	m->batch = o->batch ? o->batch : BATCH_BEST;
	if (o->records && (o->records < 15 || o->records > 500))
		return err_field(e, ERR_USAGE, "records-per-case", "15-500");
	if (m->batch > 5000)
		return err_field(e, ERR_USAGE, "batch", "1-5000");
	district_make(&m->d, o->seed, o->city, m->mem);
	return read_today(m, e) && read_home(m, e);
}

bool demo_run(const struct demo_options *o, struct err *e)
{
	struct demo m = {.o = o, .mem = arena_new()};
	bool needed = false, ok;

	ok = read_options(&m, e);
	m.db = ok ? db_open_with(o->database, o->vault, e) : NULL;
	if (m.db)
		db_trail_key(m.db, o->trail_key);
	ok = m.db && is_needed(&m, &needed, e) && (!needed || load_all(&m, e));
	db_close(m.db);
	arena_free(m.mem);
	return ok;
}
