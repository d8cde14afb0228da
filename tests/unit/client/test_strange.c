/*
 * test_strange.c - a centre that is broken, hostile or of a later release: of
 * what it sends the station takes what is proven and keeps what it does not
 * know as it came; anything else leaves the copy and the outbox untouched.
 *
 * Every page here has a true footer: it is its content that is wrong.
 */
#include "tests/unit/client/centre.h"

#define U(n, kind, rest)                                                       \
	"{\"u\":{\"unit\":\"01990000-0000-7000-8000-0000000000" n              \
	"\",\"kind\":\"" kind "\"," rest "}}\n"
#define HEAD "{\"h\":{\"v\":1,\"head\":\"1.5.x\",\"units\":1}}\n"

struct liar {
	struct fixture f;
	struct centre k;
	struct transport t;
	const char
		*lines; /* of the next page, without its footer; NULL: none */
	const char *answer; /* to the next push; NULL: the true one */
	struct sync_report r;
	struct err e;
	struct sha256 digest;
	char list[4096]; /* what was held before, record by record */
};

static bool lying_page(struct liar *l, struct arena *mem, struct reply *a)
{
	struct sha256 sha = sha256_of(l->lines, strlen(l->lines));
	char hex[SHA256_HEX];
	size_t n = 0;

	for (const char *p = l->lines; *p; p++)
		n += *p == '\n';
	answer(&l->k, a, 200, "application/x-ndjson",
		arena_printf(mem,
			"%s{\"f\":{\"lines\":%zu,\"sha256\":\"%s\",\"next\":"
			"\"tX\",\"more\":false}}\n",
			l->lines, n, hex_format(sha.b, 32, hex)),
		mem);
	return true;
}

static bool lie(void *ctx, const struct request *q, struct arena *mem,
	struct reply *a, struct err *e)
{
	struct liar *l = ctx;

	if (l->lines && strncmp(q->path, "/v1/changes?", 12) == 0)
		return lying_page(l, mem, a);
	if (l->answer && strcmp(q->path, "/v1/changes") == 0)
		return answer(
			&l->k, a, 200, "application/json", l->answer, mem);
	return l->k.t.send(l->k.t.ctx, q, mem, a, e);
}

static bool sync(struct liar *l)
{
	struct sync_hooks hooks = {&l->k, NULL, hook_sign, NULL};

	return sync_round(l->f.s, &l->t, &hooks, &l->r, &l->e);
}

static bool edit(struct liar *l, unsigned rec, const char *set)
{
	struct arena *mem = arena_new();
	struct view *v = view_new(l->f.s, mem);
	json_t *j = json_keep(json_loads(set, 0, NULL), mem);
	json_t *unset = json_keep(json_array(), mem);
	struct uuid u = id(rec);
	bool changed, ok;

	ok = store_begin(l->f.s, &l->e) &&
	     outbox_patch(v, &u, j, unset, &changed, &l->e) &&
	     store_commit(l->f.s, &l->e);
	arena_free(mem);
	return ok;
}

/* Unit, record, version and hash of all that is held, as text. */
static void list_held(struct liar *l, char *out, size_t room)
{
	size_t at = 0;

	*out = 0;
	for (size_t i = 0; i < store_unit_count(l->f.s); i++) {
		const struct unit *u = store_unit_at(l->f.s, i);

		for (size_t k = 0; k < u->n; k++)
			at += (size_t)snprintf(out + at, room - at,
				"%02x%02x/%02x%02x.%lld.%02x%02x ", u->id.b[14],
				u->id.b[15], u->records[k].id.b[14],
				u->records[k].id.b[15],
				(long long)u->records[k].ver,
				u->records[k].sha.b[0], u->records[k].sha.b[1]);
	}
}

/* A station in step with an honest centre, with one edit not sent. */
static void begin(struct liar *l)
{
	memset(l, 0, sizeof(*l));
	set_up(&l->f);
	centre_init(&l->k, &l->f);
	l->t.ctx = l;
	l->t.send = lie;
	put(&l->k, 1, "case", "service", 3, 3,
		"{\"kind\":\"home_visit\",\"minutes\":40,\"started_at\":"
		"\"2026-11-01T09:00:00+08:00\",\"status\":\"completed\"}");
	CHECK(sync(l) && sync(l));
	CHECK(edit(l, 3, "{\"minutes\":45}"));
	l->digest = store_digest(l->f.s);
	list_held(l, l->list, sizeof(l->list));
}

static void end(struct liar *l)
{
	tear_down(&l->f);
}

/* Also after the store was closed and read again. */
static bool untouched(struct liar *l)
{
	struct sha256 now;
	char list[4096];

	reopen(&l->f);
	now = store_digest(l->f.s);
	list_held(l, list, sizeof(list));
	return sha256_equal(&now, &l->digest) && strcmp(list, l->list) == 0;
}

/* The edit goes out like any other when somebody honest answers. */
static bool work_goes_out(struct liar *l)
{
	l->lines = l->answer = NULL;
	return sync(l) && l->k.results == 1 && l->k.result[0].applied == 1;
}

/* A record line, its envelope and body as given. */
static const char *line(struct liar *l, const char *envelope, const char *body)
{
	struct sha256 sha = sha256_of(body, strlen(body));
	char hex[SHA256_HEX];

	return arena_printf(l->f.mem,
		"{\"r\":{%s,\"site\":\"01990000-0000-7000-8000-000000000385\","
		"\"author\":\"01990000-0000-7000-8000-000000000386\",\"by\":"
		"\"01990000-0000-7000-8000-000000000386\",\"device\":null,"
		"\"at\":\"2026-11-01T09:00:00+08:00\",\"entered_at\":"
		"\"2026-11-01T09:00:00+08:00\",\"csn\":9,\"sha\":\"%s\"},"
		"\"b\":%s}\n",
		envelope, hex_format(sha.b, 32, hex), body);
}

#define ENV(rec, type, kase, ver, state, cls)                                  \
	"\"id\":\"01990000-0000-7000-8000-0000000000" rec                      \
	"\",\"type\":\"" type                                                  \
	"\",\"case\":\"01990000-0000-7000-8000-0000000000" kase                \
	"\",\"ver\":" ver ",\"state\":\"" state "\",\"class\":" cls

/* ---- what is not believed ---- */

struct wrong {
	const char *what;
	const char *unit; /* its line; NULL: unit 01, one record, a delta */
	const char *env;
	const char *body;
};

static void content_that_contradicts_itself_changes_nothing(void)
{
	static const struct wrong rows[] = {
		{"a record of another case",           NULL,
                 ENV("03",					     "service",                           "0a", "9",          "live",                                                  "16"),"{}"  },
		{"a record that is a case of its own", NULL,
                 ENV("0a",					     "case",                              "0a", "9",          "live",                                                  "1"),"{}"  },
		{"no version",                         NULL,
                 ENV("03",					     "service",                           "01", "0",          "live",                                                  "16"),"{}"  },
		{"a version below nought",             NULL,
                 ENV("03",					     "service",                           "01", "-1",         "live",                                                  "16"),"{}"  },
		{"a version no column holds",          NULL,
                 ENV("03",					     "service",                           "01", "4294967299", "live",                                                  "16"),
                 "{}"},
		{"a state nobody knows",               NULL,
                 ENV("03",					     "service",                           "01", "9",          "melted",                                                "16"),"{}"  },
		{"no class",                           NULL, ENV("03", "service",                           "01", "9",          "live",                                                  "0"),
                 "{}"},
		{"two classes at once",                NULL,
                 ENV("03",					     "service",                           "01", "9",          "live",                                                  "3"),"{}"  },
		{"a class no byte holds",              NULL,
                 ENV("03",					     "service",                           "01", "9",          "live",                                                  "256"),"{}"  },
		{"a class below nought",               NULL,
                 ENV("03",					     "service",                           "01", "9",          "live",                                                  "-16"),"{}"  },
		{"a body that is no object",           NULL,
                 ENV("03",					     "service",                           "01", "9",          "live",                                                  "16"),"[1]" },
		{"a body that is no JSON",             NULL,
                 ENV("03",					     "service",                           "01", "9",          "live",                                                  "16"),
                 "{nonsense"},
		{"a key twice",                        NULL,
                 ENV("03",					     "service",                           "01", "9",          "live",                                                  "16"),
                 "{\"minutes\":1,\"minutes\":2}"},
		{"more records than follow",
                 U("01",				     "case",   "\"gen\":1,\"full\":false,\"n\":2"),
                 ENV("03",											"service",    "01",						    "9","live", "16"), "{}"},
		{"more records than there could be",
                 U("01",				    "case",
                 "\"gen\":1,\"full\":true,\"n\":2000000000"),
                 ENV("03",					       "service",								   "01",																			       "9","live","16"), "{}"},
		{"fewer than none",
                 U("01",                             "case",                                 "\"gen\":1,\"full\":true,\"n\":-1"),
                 ENV("03",							"service",													"01",															     "9","live","16"), "{}"},
		{"an incarnation below nought",
                 U("01",				 "case",                                   "\"gen\":-1,\"full\":true,\"n\":1"),
                 ENV("03",								 "service","01","9","live","16"), "{}"},
		{"a unit of no kind",
                 "{\"u\":{\"unit\":\"01990000-0000-7000-8000-"
			"000000000001\",\"gen\":1,\"full\":false,\"n\":1}}\n",			ENV("03",                            "service",							    "01","9",                            "live",																									   "16"),                                         "{}"												    },
	};

	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct liar l;

		begin(&l);
		l.lines = arena_printf(l.f.mem, HEAD "%s%s",
			rows[i].unit
				? rows[i].unit
				: U("01", "case",
					  "\"gen\":1,\"full\":false,\"n\":1"),
			line(&l, rows[i].env, rows[i].body));
		/* The edit is taken by the push before, so it is held back. */
		l.answer = "{\"head\":\"x\",\"results\":[]}";
		CHECK(!sync(&l));
		CHECK(l.e.code == ERR_VOID_PAGE);
		CHECK(untouched(&l));
		CHECK(work_goes_out(&l));
		if (tap_bad)
			printf("# %s\n", rows[i].what);
		end(&l);
	}
}

static void a_body_that_is_not_the_one_hashed_changes_nothing(void)
{
	struct liar l;
	char *lines, *at;

	begin(&l);
	lines = arena_printf(l.f.mem, HEAD "%s%s",
		U("01", "case", "\"gen\":1,\"full\":false,\"n\":1"),
		line(&l, ENV("03", "service", "01", "9", "live", "16"),
			"{\"minutes\":41}"));
	at = strstr(lines, "41}");
	if (at)
		*at = '9';
	l.lines = lines;
	CHECK(!sync(&l) && l.e.code == ERR_VOID_PAGE);
	CHECK(untouched(&l));
	end(&l);
}

static void one_record_twice_in_a_unit_changes_nothing(void)
{
	struct liar l;
	const char *one;

	begin(&l);
	one = line(&l, ENV("03", "service", "01", "9", "live", "16"), "{}");
	l.lines = arena_printf(l.f.mem, HEAD "%s%s%s",
		U("01", "case", "\"gen\":2,\"full\":true,\"n\":2"), one,
		line(&l, ENV("03", "service", "01", "8", "live", "16"),
			"{\"minutes\":1}"));
	l.answer = "{\"head\":\"x\",\"results\":[]}";
	CHECK(!sync(&l) && l.e.code == ERR_VOID_PAGE);
	CHECK(untouched(&l));
	CHECK(work_goes_out(&l));
	end(&l);
}

static void a_version_is_not_replaced_by_a_lower_one(void)
{
	struct liar l;
	struct uuid rec = id(3);
	const struct held *h;

	begin(&l);
	l.lines = arena_printf(l.f.mem, HEAD "%s%s",
		U("01", "case", "\"gen\":1,\"full\":false,\"n\":1"),
		line(&l, ENV("03", "service", "01", "2", "live", "16"),
			"{\"minutes\":1}"));
	CHECK(sync(&l));
	h = store_held(l.f.s, &rec, NULL);
	CHECK(h && h->ver == 3);
	CHECK(!l.r.matched);
	end(&l);
}

static void a_purge_of_what_is_not_held_takes_nothing_else(void)
{
	static const char *const purges[] = {
		"01990000-0000-7000-8000-0000000000ee",
		"00000000-0000-0000-0000-0000000000ee"};

	for (size_t i = 0; i < ARRAY_LEN(purges); i++) {
		struct liar l;

		begin(&l);
		l.answer = "{\"head\":\"x\",\"results\":[]}";
		l.lines = arena_printf(l.f.mem,
			HEAD "{\"p\":{\"unit\":\"%s\",\"gen\":7,\"purge\":"
			     "\"01990000-0000-7000-8000-0000000000ef\","
			     "\"reason\":\"x\"}}\n",
			purges[i]);
		(void)!sync(&l);
		CHECK(untouched(&l));
		CHECK(work_goes_out(&l));
		end(&l);
	}
}

/* ---- answers to a push ---- */

static void a_result_counts_for_the_change_it_names_and_no_other(void)
{
	static const struct {
		const char *what;
		const char *results;
	} rows[] = {
		{"nothing at all",            ""					    },
		{"a change never sent",
                 "{\"id\":\"01990000-0000-7000-8000-0000000000ee\","
			"\"status\":\"applied\",\"ver\":4,\"csn\":9}"                       },
		{"no id",                     "{\"status\":\"applied\",\"ver\":4,\"csn\":9}"},
		{"an id that is none",
                 "{\"id\":7,\"status\":\"applied\",\"ver\":4}"                              },
		{"a word of a later release",
                 "{\"id\":\"01990000-0000-7000-8000-0000000000ee\","
			"\"status\":\"postponed\"}"                                         },
		{"a list in a list",          "[[[[]]]]"                                    },
	};

	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct liar l;

		begin(&l);
		l.answer = arena_printf(l.f.mem,
			"{\"head\":\"x\",\"results\":[%s]}", rows[i].results);
		(void)!sync(&l);
		CHECK(untouched(&l));
		CHECK(store_work_count(l.f.s) == 1);
		CHECK(work_waits(store_work_at(l.f.s, 0)));
		CHECK(work_goes_out(&l));
		if (tap_bad)
			printf("# %s\n", rows[i].what);
		end(&l);
	}
}

/* ---- what a later release may send ---- */

static void what_is_not_known_is_kept_as_it_came(void)
{
	static const struct {
		const char *what;
		const char *env;
		const char *body;
	} rows[] = {
		{"a type",                   ENV("31", "wish",    "01", "1", "live", "16"),
                 "{\"text\":\"\\u00e9 \\/ 1.50\",\"z\":1,\"a\":2}"  },
		{"a field",                  ENV("31", "task",    "01", "1", "live", "2"),
                 "{\"colour\":\"red\",\"title\":\"t\"}"             },
		{"a code",                   ENV("31", "service", "01", "1", "live", "16"),
                 "{\"kind\":\"drone_visit\",\"started_at\":\"2026-11-01T"
			"09:00:00+08:00\",\"status\":\"completed\"}"},
		{"a value of another kind",
                 ENV("31",                             "task",    "01", "1", "live", "2"),
                 "{\"title\":{\"zh\":\"t\"}}"                       },
		{"a class",                  ENV("31", "task",    "01", "1", "live", "64"),
                 "{\"title\":\"t\"}"                                },
		{"a member of the envelope",
                 "\"later\":{\"x\":1}," ENV(
				"31",                  "task",    "01", "1", "live", "2"),
                 "{\"title\":\"t\"}"                                },
	};

	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct liar l;
		struct arena *mem;
		struct uuid rec = id(0x31);
		const struct held *h;
		const struct unit *u;
		struct record back;

		begin(&l);
		mem = arena_new();
		l.lines = arena_printf(l.f.mem, HEAD "%s%s",
			U("01", "case", "\"gen\":1,\"full\":false,\"n\":1"),
			line(&l, rows[i].env, rows[i].body));
		CHECK(sync(&l));
		reopen(&l.f);
		h = store_held(l.f.s, &rec, &u);
		CHECK(h && store_read(l.f.s, u, h, mem, &back, &l.e));
		if (h) {
			CHECK(back.body.n == strlen(rows[i].body) &&
				memcmp(back.body.p, rows[i].body,
					back.body.n) == 0);
		}
		if (tap_bad)
			printf("# %s\n", rows[i].what);
		arena_free(mem);
		end(&l);
	}
}

/* Lines and units whose kind this program does not know. */
static void a_unit_of_a_later_kind_is_kept_with_its_records(void)
{
	struct liar l;
	struct uuid rec = id(0x31);

	begin(&l);
	l.lines = arena_printf(l.f.mem, HEAD "%s%s",
		U("31", "flock", "\"gen\":1,\"full\":true,\"n\":1"),
		line(&l,
			"\"id\":\"01990000-0000-7000-8000-000000000031\","
			"\"type\":\"flock\",\"case\":null,\"ver\":1,\"state\":"
			"\"live\",\"class\":1",
			"{\"n\":7}"));
	CHECK(sync(&l));
	reopen(&l.f);
	CHECK(store_held(l.f.s, &rec, NULL) != NULL);
	end(&l);
}

static void too_old_to_send_is_not_too_old_to_read(void)
{
	struct liar l;
	struct uuid rec = id(0x31);

	begin(&l);
	put(&l.k, 1, "case", "task", 0x31, 1, "{\"title\":\"news\"}");
	l.k.status = 426;
	l.k.code = "upgrade";
	l.k.trouble[0] = PROBLEM;
	l.k.troubles = 1;
	l.k.now = 0;
	CHECK(!sync(&l));
	CHECK(l.e.code == ERR_UPGRADE);
	CHECK(store_held(l.f.s, &rec, NULL) != NULL);
	CHECK(l.r.matched);
	CHECK(store_work_count(l.f.s) == 1);
	CHECK(work_waits(store_work_at(l.f.s, 0)));
	CHECK(work_goes_out(&l));
	end(&l);
}

int main(void)
{
	RUN(content_that_contradicts_itself_changes_nothing);
	RUN(a_body_that_is_not_the_one_hashed_changes_nothing);
	RUN(one_record_twice_in_a_unit_changes_nothing);
	RUN(a_version_is_not_replaced_by_a_lower_one);
	RUN(a_purge_of_what_is_not_held_takes_nothing_else);
	RUN(a_result_counts_for_the_change_it_names_and_no_other);
	RUN(what_is_not_known_is_kept_as_it_came);
	RUN(a_unit_of_a_later_kind_is_kept_with_its_records);
	RUN(too_old_to_send_is_not_too_old_to_read);
	return tap_done();
}
