/*
 * test_letter_race.c - several people at one letter, with what they saw being
 * old: whoever comes first decides, everybody else is told, nothing is lost.
 *
 * A thousand histories of one referral are made at random from a seed: its
 * sender and two members of staff of the site it goes to take steps, one at a
 * time or several in a row as a station does offline, on what they last saw.
 * Beside the real code walks a model of a dozen lines, written from the
 * description of the loop: a step counts when it is taken from where the letter
 * stands, by the right side; on anything older it is refused with what was
 * decided. When the two differ, the seed is printed.
 */
#include "proto/merge.h"
#include "tests/lib/gen.h"
#include "tests/unit/server/batch.h"

#define SEEDS    1000
#define STATES   10
#define LETTER   ID("21")
#define THERE    ID("22") /* the site it goes to */
#define SENDER   ID("31")
#define FIRST    ID("32") /* of the target, … */
#define SECOND   ID("33") /* … and a colleague */
#define TOGETHER 3        /* steps taken in a row, at most */

/* ---- the model ---- */

static const char *const states[STATES] = {"draft", "requested", "accepted",
	"declined", "withdrawn", "in_progress", "on_hold", "failed", "returned",
	"acknowledged"};

/* clang-format off */
/* S: its sender may go there, T: the site it went to. */
static const char *const loop[STATES] = {
	/*                  d r a d w i o f r a */
	/* draft        */ ". S . . S . . . . .",
	/* requested    */ ". . T T S . . . . .",
	/* accepted     */ ". . . . S T . T T .",
	/* declined     */ ". . . . . . . . . S",
	/* withdrawn    */ ". . . . . . . . . .",
	/* in_progress  */ ". . . . S . T T T .",
	/* on_hold      */ ". . . . S T . T T .",
	/* failed       */ ". . . . . . . . . S",
	/* returned     */ ". . . . . . . . . S",
	/* acknowledged */ ". . . . . . . . . .",
};
/* clang-format on */

struct model {
	size_t state;
	bool sent; /* it left its own site once */
};

enum fate {
	TAKEN, /* the step is made */
	NO_STEP,
	LATE,   /* somebody else decided in the meantime */
	AGREED, /* somebody else took the very same step */
	HIDDEN, /* there is no such letter for them */
	EDITED, /* no step at all */
	FATES
};

static bool may_step(char side, size_t from, size_t to)
{
	return loop[from][2 * to] == side;
}

/* What must become of a step `side` takes to `to`, having seen `saw`. */
static enum fate foresee(
	const struct model *m, char side, size_t saw, size_t to)
{
	if (side == 'T' && !m->sent)
		return HIDDEN;
	if (saw == m->state)
		return may_step(side, saw, to) ? TAKEN : NO_STEP;
	return m->state == to ? AGREED : LATE;
}

static void walk(struct model *m, size_t to)
{
	m->state = to;
	m->sent |= strcmp(states[to], "requested") == 0;
}

static size_t state_no(const char *name)
{
	size_t i = 0;

	while (i < STATES && strcmp(states[i], name) != 0)
		i++;
	return i;
}

/* ---- the people ---- */

struct person {
	const char *staff;
	const char *site;
	char side;
	json_t *view; /* what they last saw; NULL: nothing yet */
};

struct history {
	unsigned seed;
	struct gen g;
	struct batch b;
	struct arena *mem; /* of bodies; each batch has its own */
	const struct rtype *type;
	json_t *body;
	int64_t ver;
	struct model model;
	struct person people[3];
	unsigned changes;
	unsigned count[FATES];
	unsigned decided_same; /* the same step, with other words */
};

static json_t *keep(struct history *h, const char *text)
{
	struct err e;
	json_t *j = json_read(text, strlen(text), &json_limits_own, h->mem, &e);

	if (!j)
		die("the test's own JSON is wrong: %s", text);
	return j;
}

/* A new batch over what stands now, sent by one of them. */
static void enter(struct history *h, const struct person *p)
{
	struct catalogue *c = h->b.catalogue;
	struct entry *x;

	arena_free(h->b.w.mem);
	memset(&h->b, 0, sizeof(h->b));
	h->b.catalogue = c;
	h->b.reader.staff = batch_id(p->staff);
	h->b.reader.site = batch_id(p->site);
	h->b.reader.role = ROLE_SOCIAL_WORKER;
	h->b.w.mem = arena_new();
	h->b.w.catalogue = c;
	h->b.w.reader = &h->b.reader;
	h->b.w.now = INT64_C(1795312800000);
	h->b.w.results = h->b.results;
	h->b.w.masks = h->b.masks;
	h->b.w.refs = h->b.refs;
	h->b.w.facts = h->b.facts;
	h->b.w.known = h->b.known;
	h->b.w.taken = h->b.taken;
	x = batch_stand(&h->b, NULL, "referral", LETTER,
		json_canonical(h->body, h->b.w.mem));
	x->now.site = batch_id(SITE);
	x->now.case_id = batch_id(CASE);
	x->now.author = batch_id(SENDER);
	x->now.ver = h->ver;
	x->stored = x->now;
	if (p->side == 'S' || h->model.sent)
		batch_see(&h->b, LETTER, CLASS_ALL_SHARED | CLASS_RESTRICTED);
	batch_ref(&h->b, ID("00"), "staff", FIRST);
	batch_ref(&h->b, ID("00"), "staff", SECOND);
}

/* ---- what they do ---- */

static void put(json_t *set, const char *field, const char *value)
{
	json_object_set_new(set, field, json_string(value));
}

/* What a person writes with a step; a station also says when and by whom. */
static json_t *words(
	struct history *h, const struct person *p, size_t to, bool station)
{
	json_t *set = json_keep(json_object(), h->mem);
	const char *state = states[to];
	static const char *const day = "2026-11-22"; /* of the batch */

	put(set, "status", state);
	if (strcmp(state, "requested") == 0 && station)
		put(set, "requested", day);
	if (strcmp(state, "accepted") == 0 && gen_chance(&h->g, 60))
		put(set, "manager", gen_chance(&h->g, 50) ? FIRST : SECOND);
	if (strcmp(state, "declined") == 0)
		put(set, "decline_reason",
			gen_chance(&h->g, 50) ? "no_capacity" : "out_of_area");
	if ((strcmp(state, "accepted") == 0 ||
		    strcmp(state, "declined") == 0) &&
		station) {
		put(set, "decided", day);
		put(set, "decided_by", p->staff);
	}
	if (strcmp(state, "in_progress") == 0 && station &&
		!json_object_get(p->view, "started"))
		put(set, "started", day);
	if (strcmp(state, "returned") == 0)
		put(set, "return_letter", p->staff);
	if (strcmp(state, "failed") == 0)
		put(set, "outcome", p->staff);
	if (strcmp(state, "acknowledged") == 0)
		json_object_set_new(set, "client_confirmed",
			json_boolean(gen_chance(&h->g, 50)));
	if (strcmp(state, "withdrawn") == 0 && station)
		put(set, "withdrawn", day);
	return set;
}

/* Mostly a step there is from what they see, and from a browser now and then
 * any other; a station does not let anybody take a step that is not there. */
static size_t choose(struct history *h, char side, size_t from, bool station)
{
	size_t open[STATES], n = 0, to;

	/* Taking it back ends it, and so is rare, or little else would be seen.
	 */
	for (size_t i = 0; i < STATES; i++)
		if (may_step(side, from, i) &&
			(strcmp(states[i], "withdrawn") != 0 ||
				gen_chance(&h->g, 15)))
			open[n++] = i;
	if (n && (station || gen_chance(&h->g, 80)))
		return open[gen_below(&h->g, (unsigned)n)];
	if (station)
		return STATES;
	do
		to = gen_below(&h->g, STATES);
	while (to == from);
	return to;
}

struct deed {
	enum fate fate;
	size_t to;
	bool names_manager;
	size_t stood; /* where the letter was */
};

/* One change on what p sees, which then is what p sees; its text, or NULL when
 * there is nothing they could do. */
static const char *act_on_view(struct history *h, struct person *p,
	struct model *m, bool station, struct deed *out)
{
	size_t saw = state_no(json_str(p->view, "status"));
	bool edit = p->side == 'T' && gen_chance(&h->g, 12);
	json_t *set, *seen;

	out->to = edit ? saw : choose(h, p->side, saw, station);
	if (out->to == STATES)
		return NULL;
	set = edit ? json_keep(json_pack("{s:s}", "manager",
				       gen_chance(&h->g, 50) ? FIRST : SECOND),
			     h->mem)
		   : words(h, p, out->to, station);
	seen = merge_seen(h->type, p->view, set, NULL, h->mem);
	out->fate = edit ? (m->sent ? EDITED : HIDDEN)
			 : foresee(m, p->side, saw, out->to);
	out->names_manager = json_object_get(set, "manager") != NULL;
	out->stood = m->state;
	if (out->fate == TAKEN)
		walk(m, out->to);
	p->view = json_keep(json_copy(p->view), h->mem);
	json_object_update(p->view, set);
	h->changes++;
	return arena_printf(h->mem,
		"{\"id\":\"0192f5a0-0000-7000-8000-%012x\",\"rec\":\"" LETTER
		"\",\"type\":\"referral\",\"case\":\"" CASE
		"\",\"op\":\"patch\"," WHEN ",\"set\":%s,\"seen\":%s}",
		h->changes, json_canonical(set, h->mem),
		json_canonical(seen, h->mem));
}

/* ---- whether it came so ---- */

static bool made_version(const struct history *h, const struct change *c)
{
	for (size_t i = 0; i < h->b.w.fresh_count; i++)
		if (uuid_cmp(&h->b.w.fresh[i].change, &c->id) == 0 &&
			strcmp(h->b.w.fresh[i].rec.type_name, "referral") == 0)
			return true;
	return false;
}

static bool is_parked(const struct change_result *r, enum err_code code)
{
	return r->status == CHANGE_PARKED && r->why.code == code;
}

static bool came_so(const struct deed *d, const struct change_result *r)
{
	bool conflict = r->status == CHANGE_CONFLICT && d->names_manager;
	bool done = r->status == CHANGE_APPLIED || r->status == CHANGE_NOTED;

	switch (d->fate) {
	case TAKEN:
		/* Who is to be in charge may be disputed by itself. */
		return r->status == CHANGE_APPLIED || conflict;
	case NO_STEP:
		return is_parked(r, ERR_BAD_STEP);
	case LATE:
		return is_parked(r, ERR_DECIDED) &&
		       strcmp(r->why.accepts, states[d->stood]) == 0;
	case AGREED:
		return done ||
		       (is_parked(r, ERR_DECIDED) &&
			       strcmp(r->why.accepts, states[d->stood]) == 0);
	case HIDDEN:
		return is_parked(r, ERR_NOT_FOUND);
	case EDITED:
		return done || conflict;
	case FATES:
		break;
	}
	return false;
}

static void check_one(struct history *h, const struct deed *d, size_t i)
{
	const struct change_result *r = &h->b.results[i];
	bool stands = r->status == CHANGE_APPLIED;

	h->count[d->fate]++;
	h->decided_same += d->fate == AGREED && is_parked(r, ERR_DECIDED);
	if (!came_so(d, r))
		printf("# seed %u, change %u: %s to %s, not %s %s\n", h->seed,
			h->changes, states[d->stood], states[d->to],
			change_status_name(r->status),
			r->status < CHANGE_PARKED ? "" : err_name(r->why.code));
	CHECK(came_so(d, r));
	/* What stands is a version; what is parked changed nothing. */
	CHECK(r->status == CHANGE_CONFLICT ||
		made_version(h, &h->b.w.changes[i]) == stands);
}

/* What stood before a batch is nobody's to take away: of the fields the loop
 * writes down once, none is emptied or replaced by a later step. */
static void check_kept(const struct history *h, const json_t *after)
{
	static const char *const once[] = {"letter", "requested", "decided",
		"decided_by", "decline_reason", "withdrawn"};

	for (size_t i = 0; i < ARRAY_LEN(once); i++) {
		const json_t *was = json_object_get(h->body, once[i]);
		const json_t *is = json_object_get(after, once[i]);

		CHECK(!was || (is && json_equal(was, is)));
	}
}

static void after_batch(struct history *h)
{
	json_t *after = keep(h, batch_body(&h->b, LETTER));
	const char *status = json_str(after, "status");

	batch_check(&h->b);
	check_kept(h, after);
	CHECK_STR(status, states[h->model.state]);
	h->body = after;
	h->ver = batch_ver(&h->b, LETTER);
}

/* ---- histories ---- */

/* Somebody who sees nothing of the letter yet may still have its id. */
static void look(struct history *h, struct person *p)
{
	if (p->side == 'S' || h->model.sent)
		p->view = h->body;
	else
		p->view = keep(h, "{\"status\":\"requested\"}");
}

/* What one of them does before the centre hears of it. */
static size_t work(struct history *h, struct person *p, struct model *m,
	struct deed *deeds, const char **text)
{
	bool station = gen_chance(&h->g, 60);
	size_t most = station ? 1 + gen_below(&h->g, TOGETHER) : 1, n = 0;

	*text = "";
	for (; n < most; n++) {
		const char *one = act_on_view(h, p, m, station, &deeds[n]);

		if (!one)
			break;
		*text = arena_printf(
			h->mem, "%s%s%s", *text, n ? "," : "", one);
	}
	return n;
}

static void one_goes_to_work(struct history *h)
{
	struct person *p = &h->people[gen_below(&h->g, 3)];
	struct model m = h->model;
	struct deed deeds[TOGETHER];
	const char *text;
	size_t n;

	if (!p->view || gen_chance(&h->g, 10))
		look(h, p);
	n = work(h, p, &m, deeds, &text);
	if (n) {
		enter(h, p);
		batch_decide(&h->b, text);
		CHECK(h->b.w.n == n);
		h->model = m;
		for (size_t i = 0; i < n; i++)
			check_one(h, &deeds[i], i);
		after_batch(h);
	}
	/* Who hears the answer hears what is new, too. */
	look(h, p);
}

static void begin(struct history *h, unsigned seed)
{
	static const struct person people[3] = {
		{SENDER, SITE,  'S', NULL},
                {FIRST,  THERE, 'T', NULL},
		{SECOND, THERE, 'T', NULL}
        };
	struct catalogue *c = h->b.catalogue;

	h->seed = seed;
	h->mem = arena_new();
	h->g = (struct gen){.state = seed, .mem = h->mem};
	h->b.w.mem = NULL;
	h->type = catalogue_type(c, "referral");
	memcpy(h->people, people, sizeof(people));
	h->model = (struct model){.state = gen_chance(&h->g, 15) ? 0 : 1};
	h->model.sent = h->model.state == 1;
	h->body = keep(h,
		arena_printf(h->mem,
			"{\"kind\":\"service\",\"to_site\":\"" THERE
			"\",\"reason\":\"r\",\"letter\":\"l\",%s}",
			h->model.sent ? "\"status\":\"requested\",\"requested\""
					":\"2026-11-20\",\"deadline\":"
					"\"2026-11-27\""
				      : "\"status\":\"draft\""));
	h->ver = 1;
	h->changes = 0;
}

static void whoever_comes_first_decides_and_everybody_else_is_told(void)
{
	struct history h;
	unsigned ended[STATES] = {0};

	memset(&h, 0, sizeof(h));
	h.b.catalogue = catalogue_load();
	for (unsigned seed = 1; seed <= SEEDS && !tap_bad; seed++) {
		begin(&h, seed);
		for (unsigned n = 1 + gen_below(&h.g, 14); n && !tap_bad; n--)
			one_goes_to_work(&h);
		ended[h.model.state]++;
		if (tap_bad)
			printf("# seed %u\n", seed);
		arena_free(h.b.w.mem);
		arena_free(h.mem);
	}
	/* Every way it can go was gone, and each end reached. */
	for (size_t i = 0; i < FATES; i++)
		CHECK(h.count[i] > 30);
	CHECK(h.decided_same > 20 && h.decided_same < h.count[AGREED]);
	for (size_t i = 0; i < STATES; i++)
		CHECK(ended[i] > 2);
	catalogue_free(h.b.catalogue);
}

/* ---- the three races of every day, by hand ---- */

static void race(struct history *h, const char *body)
{
	memset(h, 0, sizeof(*h));
	h->b.catalogue = catalogue_load();
	begin(h, 1);
	h->body = keep(h, body);
	h->model = (struct model){.state = 1, .sent = true};
}

static const char *step(struct history *h, size_t who, const char *set)
{
	json_t *s = keep(h, set);
	const char *said;

	enter(h, &h->people[who]);
	batch_decide(&h->b,
		arena_printf(h->mem,
			CHANGE("01", "patch", "referral", LETTER,
				"\"set\":%s,\"seen\":%s"),
			set,
			json_canonical(merge_seen(h->type, h->people[0].view, s,
					       NULL, h->mem),
				h->mem)));
	said = arena_printf(h->mem, "%s%s%s", batch_said(&h->b, 0),
		h->b.results[0].why.code ? " " : "",
		h->b.results[0].why.code ? h->b.results[0].why.accepts : "");
	h->body = keep(h, batch_body(&h->b, LETTER));
	h->ver = batch_ver(&h->b, LETTER);
	return said;
}

static void end_race(struct history *h)
{
	arena_free(h->b.w.mem);
	arena_free(h->mem);
	catalogue_free(h->b.catalogue);
}

#define WAITING                                                                \
	"{\"kind\":\"service\",\"to_site\":\"" THERE                           \
	"\",\"reason\":\"r\",\"letter\":\"l\",\"status\":\"requested\","       \
	"\"requested\":\"2026-11-20\",\"deadline\":\"2026-11-27\"}"
#define ACCEPT(who)                                                            \
	"{\"status\":\"accepted\",\"decided\":\"2026-11-21\",\"decided_by\":"  \
	"\"" who "\",\"manager\":\"" who "\"}"
#define DECLINE  "{\"status\":\"declined\",\"decline_reason\":\"no_capacity\"}"
#define WITHDRAW "{\"status\":\"withdrawn\"}"

static void of_two_steps_on_the_same_letter_the_first_stands(void)
{
	static const struct {
		size_t who;
		const char *first;
		size_t then;
		const char *second;
		const char *said;
		const char *status;
	} rows[] = {
		{1, ACCEPT(FIRST), 0, WITHDRAW,       "parked decided accepted",
                 "accepted"								  },
		{0, WITHDRAW,      1, ACCEPT(FIRST),  "parked decided withdrawn",
                 "withdrawn"								 },
		{1, DECLINE,       0, WITHDRAW,       "parked decided declined",
                 "declined"								  },
		{0, WITHDRAW,      1, DECLINE,        "parked decided withdrawn",
                 "withdrawn"								 },
		{1, ACCEPT(FIRST), 2, ACCEPT(SECOND), "parked decided accepted",
                 "accepted"								  },
		{1, ACCEPT(FIRST), 2, DECLINE,        "parked decided accepted",
                 "accepted"								  },
		{0, WITHDRAW,      0, WITHDRAW,       "noted",                    "withdrawn"},
	};

	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct history h;

		race(&h, WAITING);
		h.people[0].view = h.body;
		CHECK_STR(step(&h, rows[i].who, rows[i].first), "applied");
		CHECK_STR(step(&h, rows[i].then, rows[i].second), rows[i].said);
		CHECK_STR(json_str(h.body, "status"), rows[i].status);
		CHECK(h.ver == 2);
		end_race(&h);
	}
}

static void who_accepted_first_is_in_charge(void)
{
	struct history h;

	race(&h, WAITING);
	h.people[0].view = h.body;
	CHECK_STR(step(&h, 1, ACCEPT(FIRST)), "applied");
	CHECK_STR(step(&h, 2, ACCEPT(SECOND)), "parked decided accepted");
	CHECK_STR(json_str(h.body, "decided_by"), FIRST);
	CHECK_STR(json_str(h.body, "manager"), FIRST);
	CHECK(batch_fresh(&h.b, "conflict", 0) == NULL);
	end_race(&h);
}

int main(void)
{
	RUN(whoever_comes_first_decides_and_everybody_else_is_told);
	RUN(of_two_steps_on_the_same_letter_the_first_stands);
	RUN(who_accepted_first_is_in_charge);
	return tap_done();
}
