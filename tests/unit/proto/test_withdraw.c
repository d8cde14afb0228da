/*
 * test_withdraw.c - who loses a case when a membership ends or a consent is
 * withdrawn, and what falls with it. What is expected was thought out by hand
 * from the rule "home site, or a seat and a consent, or a letter taken up and a
 * consent"; that the database says the same is held by tests/flow/withdrawal.t.
 */
#include "proto/withdraw.h"

#include "tests/lib/tap.h"

#include <string.h>

#define ID(n)    "0192f5a0-0000-7000-8000-0000000000" n
#define CASE     ID("01")
#define HOME     ID("11") /* rehabilitation station: the home site */
#define CLINIC   ID("12") /* psychiatric hospital */
#define CENTRE   ID("13") /* community centre */
#define DOCTOR   ID("21") /* psychiatrist of the clinic */
#define NURSE    ID("22") /* of the clinic */
#define SOCIAL   ID("23") /* of the centre */
#define WORKER   ID("24") /* of the home site */
#define GROUP    ID("31")
#define OURS     ID("32") /* a group of the home site, run with the clinic */
#define MAX_RECS 40

struct row {
	const char *id;
	const char *type;
	const char *before;
	const char *after; /* NULL: the same */
	const char *site;
	const char *unit;
};

struct bench {
	struct arena *mem;
	struct withdraw w;
	struct withdraw_rec recs[MAX_RECS];
};

static struct uuid id_of(const char *text)
{
	struct uuid id;

	if (!uuid_parse(text, &id))
		die("the test's own id is wrong: %s", text);
	return id;
}

static json_t *read_json(struct arena *mem, const char *text)
{
	struct err e;
	json_t *j = json_read(text, strlen(text), &json_limits_own, mem, &e);

	if (!j)
		die("the test's own JSON is wrong: %s", text);
	return j;
}

/* The staff everybody has, and the case. */
static const struct row usual[] = {
	{CASE,   "case",  "{\"home_site\":\"" HOME "\"}",                        NULL, HOME, CASE},
	{DOCTOR, "staff", "{\"site\":\"" CLINIC "\",\"role\":\"psychiatrist\"}",
         NULL,									 NULL, NULL},
	{NURSE,  "staff", "{\"site\":\"" CLINIC "\",\"role\":\"nurse\"}",        NULL,
         NULL,									       NULL},
	{SOCIAL, "staff",
         "{\"site\":\"" CENTRE "\",\"role\":\"social_worker\"}",                 NULL,
         NULL,									       NULL},
	{WORKER, "staff", "{\"site\":\"" HOME "\",\"role\":\"rehab_worker\"}",
         NULL,									 NULL, NULL},
};

static void add(struct bench *b, const struct row *r)
{
	struct withdraw_rec *x = &b->recs[b->w.n++];

	if (b->w.n > MAX_RECS)
		die("the test has too many records");
	x->id = id_of(r->id);
	x->site = id_of(r->site ? r->site : HOME);
	x->unit = id_of(r->unit ? r->unit : CASE);
	x->type = r->type;
	x->before = read_json(b->mem, r->before);
	x->after = !r->after   ? x->before
		   : *r->after ? read_json(b->mem, r->after)
			       : NULL;
}

static struct bench *bench_of(const struct row *rows, size_t n)
{
	struct arena *mem = arena_new();
	struct bench *b = ARENA_NEW(mem, struct bench);

	b->mem = mem;
	b->w.mem = mem;
	b->w.recs = b->recs;
	b->w.today = (struct date){2026, 11, 21};
	for (size_t i = 0; i < ARRAY_LEN(usual); i++)
		add(b, &usual[i]);
	for (size_t i = 0; i < n; i++)
		add(b, &rows[i]);
	return b;
}
#define BENCH(rows) bench_of(rows, ARRAY_LEN(rows))

/* "type how" of each that falls, joined. */
static const char *fallen(struct bench *b)
{
	static char said[400];
	size_t n, at = 0;
	const struct withdraw_fall *f = withdraw_falls(&b->w, &n);

	said[0] = 0;
	for (size_t i = 0; i < n; i++)
		at += (size_t)snprintf(said + at, sizeof(said) - at, "%s%s %s",
			at ? ", " : "", f[i].rec->type,
			withdraw_how_name(f[i].how));
	return said;
}

static const char *losers(struct bench *b)
{
	static char said[400];
	size_t n, at = 0;
	const struct withdraw_loss *l = withdraw_losses(&b->w, &n);
	static const struct {
		const char *id;
		const char *name;
	} names[] = {
		{HOME,   "home"  },
		{CLINIC, "clinic"},
		{CENTRE, "centre"},
		{DOCTOR, "doctor"},
		{NURSE,  "nurse" },
		{SOCIAL, "social"},
	};

	said[0] = 0;
	for (size_t i = 0; i < n; i++)
		for (size_t k = 0; k < ARRAY_LEN(names); k++) {
			struct uuid id = id_of(names[k].id);
			const struct uuid *who = uuid_is_nil(&l[i].staff)
							 ? &l[i].site
							 : &l[i].staff;

			if (uuid_cmp(who, &id) == 0)
				at += (size_t)snprintf(said + at,
					sizeof(said) - at, "%s%s %d>%d",
					at ? ", " : "", names[k].name,
					l[i].before, l[i].after);
		}
	return said;
}

#define CONSENT(more)                                                          \
	"{\"purpose\":\"sharing\",\"classes\":[\"identity\",\"note\"],"        \
	"\"sites\":[\"" CLINIC "\",\"" CENTRE                                  \
	"\"],\"from\":\"2026-01-01\"" more "}"
#define SEAT(who, where, more)                                                 \
	"{\"staff\":\"" who "\",\"site\":\"" where                             \
	"\",\"from\":\"2026-01-01\"" more "}"
#define TODAY ",\"to\":\"2026-11-21\""

static const struct row work[] = {
	{ID("50"), "task",
         "{\"title\":\"a\",\"site\":\"" CLINIC "\",\"status\":\"open\"}",
         NULL,									  NULL,   NULL },
	{ID("51"), "task",        "{\"title\":\"b\",\"assignee\":\"" NURSE "\"}", NULL,
         NULL,										  NULL },
	{ID("52"), "task",
         "{\"title\":\"c\",\"site\":\"" CLINIC "\",\"status\":\"done\"}",
         NULL,									  NULL,   NULL },
	{ID("53"), "task",
         "{\"title\":\"d\",\"site\":\"" HOME "\",\"status\":\"open\"}",
         NULL,									  NULL,   NULL },
	{ID("54"), "service",
         "{\"status\":\"planned\",\"provider\":\"" NURSE
		"\",\"site\":\"" CLINIC "\"}",
         NULL,									  NULL,   NULL },
	{ID("55"), "service",
         "{\"status\":\"completed\",\"provider\":\"" NURSE
		"\",\"site\":\"" CLINIC "\"}",
         NULL,									  NULL,   NULL },
	{ID("56"), "referral",
         "{\"status\":\"requested\",\"to_site\":\"" CLINIC "\"}",                 NULL,
         NULL,										  NULL },
	{ID("57"), "request",
         "{\"status\":\"open\",\"to_site\":\"" CLINIC "\"}",                      NULL, NULL,
         NULL											},
	{ID("58"), "supervision",
         "{\"status\":\"scheduled\",\"supervisor\":\"" DOCTOR "\"}",
         NULL,									  NULL,   NULL },
	{GROUP,    "group",       "{\"name\":\"g\"}",                             NULL, CLINIC, GROUP},
	{ID("59"), "participant",
         "{\"linked_case\":\"" CASE "\",\"consent\":true}",                       NULL, CLINIC,
         GROUP										       },
	{OURS,     "group",       "{\"name\":\"h\",\"sites\":[\"" CLINIC "\"]}",  NULL,
         HOME,										  OURS },
	{ID("60"), "participant",
         "{\"linked_case\":\"" CASE "\",\"consent\":true}",                       NULL, HOME,
         OURS											},
};

static struct bench *with_work(const struct row *rows, size_t n)
{
	struct row all[MAX_RECS];

	memcpy(all, rows, n * sizeof(*rows));
	memcpy(all + n, work, sizeof(work));
	return bench_of(all, n + ARRAY_LEN(work));
}
#define WITH_WORK(rows) with_work(rows, ARRAY_LEN(rows))

/* core 1, identity 2, note 16; all 31 */
static void a_site_reaches_by_home_or_by_a_seat_and_a_consent(void)
{
	static const struct row rows[] = {
		{ID("40"), "member", SEAT(NURSE, CLINIC, ""),            NULL,               NULL, NULL},
		{ID("41"),    "consent",            CONSENT(""),               NULL,         NULL, NULL},
	};
	struct bench *b = BENCH(rows);
	struct uuid home = id_of(HOME), clinic = id_of(CLINIC),
		    centre = id_of(CENTRE), nurse = id_of(NURSE),
		    doctor = id_of(DOCTOR);

	CHECK(withdraw_site_mask(&b->w, &home, true) == 31);
	CHECK(withdraw_site_mask(&b->w, &clinic, true) == 19);
	CHECK(withdraw_site_mask(&b->w, &centre, true) == 0);
	CHECK(withdraw_staff_mask(&b->w, &nurse, true) == 19);
	CHECK(withdraw_staff_mask(&b->w, &doctor, true) == 0);
	CHECK_STR(losers(b), "");
	CHECK_STR(fallen(b), "");
	arena_free(b->mem);
}

static void a_seat_of_another_sites_staff_opens_nothing(void)
{
	static const struct row rows[] = {
		{ID("40"), "member", SEAT(SOCIAL, CLINIC, ""),           NULL,                 NULL,
                 NULL},
		{ID("42"),     "member",             SEAT(DOCTOR,                 HOME,           ""), NULL, NULL, NULL},
		{ID("41"),    "consent",        CONSENT(""),               NULL,                     NULL,                           NULL                                  },
	};
	struct bench *b = BENCH(rows);
	struct uuid clinic = id_of(CLINIC), doctor = id_of(DOCTOR);

	CHECK(withdraw_site_mask(&b->w, &clinic, true) == 0);
	CHECK(withdraw_staff_mask(&b->w, &doctor, true) == 0);
	arena_free(b->mem);
}

static void a_withdrawn_consent_takes_all_it_covered(void)
{
	static const struct row rows[] = {
		{ID("40"), "member", SEAT(NURSE, CLINIC,             ""), NULL,               NULL, NULL},
		{ID("42"),    "member",            SEAT(DOCTOR,               CLINIC,                      ""),   NULL, NULL,
                 NULL},
		{ID("43"),    "member",        SEAT(SOCIAL,                           CENTRE,                                             ""),                                         NULL,                                                NULL,
                 NULL},
		{ID("41"),  "consent",       CONSENT(""),
                 CONSENT(",\"withdrawn\":\"2026-11-21\""),NULL,                                                    NULL                                                                     },
	};
	struct bench *b = WITH_WORK(rows);
	const json_t *people;

	CHECK_STR(losers(b), "clinic 19>0, centre 19>0, doctor 19>0");
	CHECK_STR(fallen(b),
		"task cancelled, task cancelled, service cancelled, "
		"referral withdrawn, request withdrawn, supervision "
		"cancelled, participant left, participant hidden");
	people = json_object_get(
		json_array_get(
			json_object_get(withdraw_json(&b->w), "losses"), 0),
		"people");
	CHECK(json_array_size(people) == 1);
	CHECK_STR(json_str(json_array_get(people, 0), "role"), "nurse");
	arena_free(b->mem);
}

static void another_consent_that_stands_keeps_what_it_covers(void)
{
	static const struct row rows[] = {
		{ID("40"), "member", SEAT(NURSE, CLINIC, ""),            NULL, NULL, NULL},
		{ID("41"),    "consent",            CONSENT(""),
                 CONSENT(",\"withdrawn\":\"2026-11-21\""),         NULL, NULL                    },
		{ID("44"),    "consent",
                 "{\"purpose\":\"sharing\",\"classes\":[\"plan\"],"
			"\"sites\":["
			"\"" CLINIC
			"\"],\"basis\":\"statutory\",\"basis_reason\":"
			"\"x\"}",               NULL,         NULL,					NULL                         },
		{ID("45"),    "consent",
                 "{\"purpose\":\"photo\",\"classes\":[\"note\"],"
			"\"sites\":["
			"\"" CLINIC "\"]}",
                 NULL,         NULL,                              NULL							},
	};
	struct bench *b = WITH_WORK(rows);

	/* core and plan stay; identity and note go; nothing falls */
	CHECK_STR(losers(b), "clinic 27>9");
	CHECK_STR(fallen(b), "");
	arena_free(b->mem);
}

static void the_last_seat_takes_the_site_with_it_but_not_the_letters(void)
{
	static const struct row rows[] = {
		{ID("40"), "member", SEAT(NURSE, CLINIC, ""),
                 SEAT(NURSE,                                 CLINIC, TODAY), NULL, NULL},
		{ID("41"),  "consent",      CONSENT(""),            NULL,                  NULL,              NULL},
	};
	struct bench *b = WITH_WORK(rows);

	CHECK_STR(losers(b), "clinic 19>0");
	CHECK_STR(fallen(b), "task cancelled, task cancelled, service "
			     "cancelled, supervision cancelled");
	arena_free(b->mem);
}

static void while_the_site_stays_work_is_handed_back_to_it(void)
{
	static const struct row rows[] = {
		{ID("40"), "member", SEAT(NURSE, CLINIC, ""),
                 SEAT(NURSE,                                CLINIC, TODAY), NULL, NULL},
		{ID("42"),  "member",      SEAT(DOCTOR,            CLINIC,                  ""),              NULL, NULL,
                 NULL},
		{ID("41"),  "consent",       CONSENT(""),  NULL,NULL,                                        NULL                                   },
	};
	struct bench *b = WITH_WORK(rows);
	const struct withdraw_fall *f;
	size_t n;

	CHECK_STR(losers(b), "");
	CHECK_STR(fallen(b), "task handed_back, service handed_back");
	f = withdraw_falls(&b->w, &n);
	CHECK_STR(json_str(f[0].set, "site"), CLINIC);
	CHECK(json_holds(f[0].unset, "assignee"));
	CHECK(!json_object_get(f[1].set, "site")); /* it says so already */
	arena_free(b->mem);
}

static void a_psychiatrist_loses_by_their_own_seat_only(void)
{
	static const struct row rows[] = {
		{ID("40"),    "member", SEAT(NURSE, CLINIC, ""),              NULL,                    NULL, NULL},
		{ID("42"),       "member",               SEAT(DOCTOR,                  CLINIC,          ""),
                 SEAT(DOCTOR, CLINIC, TODAY), NULL, NULL},
		{ID("41"), "consent",   CONSENT(""),       NULL,         NULL,                     NULL                                           },
	};
	struct bench *b = WITH_WORK(rows);

	CHECK_STR(losers(b), "doctor 19>0");
	CHECK_STR(fallen(b), "supervision handed_back");
	arena_free(b->mem);
}

static void a_letter_taken_up_keeps_what_was_sent_with_it(void)
{
	static const struct row rows[] = {
		{ID("40"), "member", SEAT(NURSE, CLINIC, ""),
                 SEAT(NURSE,											CLINIC, TODAY), NULL, NULL},
		{ID("41"),  "consent",      CONSENT(""),            NULL,                  NULL,                           NULL                                                       },
		{ID("46"),    "referral",
                 "{\"status\":\"in_progress\",\"decided\":\"2026-11-"
			"01\","
			"\"to_site\":\"" CLINIC "\",\"sends\":[\"identity\"]}",
                 NULL,NULL,NULL},
	};
	struct bench *b = WITH_WORK(rows);

	/* core and identity stay by the letter; the nurse's work goes back */
	CHECK_STR(losers(b), "clinic 19>3");
	CHECK_STR(fallen(b), "task handed_back, service handed_back");
	arena_free(b->mem);
}

static void a_retracted_consent_is_one_withdrawn(void)
{
	static const struct row rows[] = {
		{ID("40"), "member", SEAT(NURSE, CLINIC, ""),            NULL,             NULL, NULL},
		{ID("41"),    "consent",            CONSENT(""),               "",         NULL, NULL},
	};
	struct bench *b = BENCH(rows);

	CHECK_STR(losers(b), "clinic 19>0");
	arena_free(b->mem);
}

static void tomorrow_is_not_today(void)
{
	static const struct row rows[] = {
		{ID("40"),                   "member", SEAT(NURSE, CLINIC, ""),
                 SEAT(NURSE,                 CLINIC, ",\"to\":\"2026-11-22\""), NULL,
                 NULL},
		{ID("41"), "consent",     CONSENT(""),                                             NULL,                                                   NULL,                                               NULL},
	};
	struct bench *b = WITH_WORK(rows);

	CHECK_STR(losers(b), "");
	CHECK_STR(fallen(b), "");
	arena_free(b->mem);
}

static void a_day_that_comes_ends_what_was_dated_for_it(void)
{
	static const struct row rows[] = {
		{ID("40"), "consent", CONSENT(",\"to\":\"2026-11-21\""), NULL,
                 NULL,								NULL                           },
		{ID("41"), "member",  SEAT(NURSE,                        CLINIC, ""), NULL,                            NULL, NULL},
		{ID("42"),    "member",             SEAT(SOCIAL,                                       CENTRE,                                  TODAY),              NULL, NULL,
                 NULL},
		{ID("50"),    "task",         "{\"title\":\"a\",\"site\":\"" CLINIC "\"}",
                 NULL,							 NULL,						     NULL									  },
	};
	struct bench *b = BENCH(rows);
	size_t n;

	CHECK_STR(losers(b), "");
	b->w.before_day = (struct date){2026, 11, 20};
	CHECK_STR(losers(b), "clinic 19>0, centre 19>0");
	CHECK_STR(fallen(b), "task cancelled");
	CHECK_STR(json_str(withdraw_falls(&b->w, &n)[0].set, "cancel_reason"),
		"同意已到期");
	/* The day before nothing had ended, the day after it has long. */
	b->w.today = (struct date){2026, 11, 20};
	b->w.before_day = (struct date){2026, 11, 19};
	CHECK_STR(losers(b), "");
	b->w.today = (struct date){2026, 11, 23};
	b->w.before_day = (struct date){2026, 11, 22};
	CHECK_STR(losers(b), "");
	arena_free(b->mem);
}

static void a_seat_that_runs_out_hands_its_work_back(void)
{
	static const struct row rows[] = {
		{ID("40"), "consent", CONSENT(""), NULL,   NULL,          NULL                   },
		{ID("41"), "member",  SEAT(NURSE,  CLINIC, TODAY),        NULL,                    NULL,
                 NULL},
		{ID("42"),     "member",              SEAT(DOCTOR,                  CLINIC,            ""), NULL, NULL,
                 NULL},
		{ID("50"),    "task",
                 "{\"title\":\"a\",\"assignee\":\"" NURSE "\"}",                             NULL,
                 NULL,					 NULL						      },
	};
	struct bench *b = BENCH(rows);

	b->w.before_day = (struct date){2026, 11, 20};
	CHECK_STR(fallen(b), "task handed_back");
	arena_free(b->mem);
}

static void the_record_says_why_in_as_many_words_as_fit(void)
{
	static const struct row rows[] = {
		{ID("40"), "member", SEAT(NURSE, CLINIC, ""),                                         NULL, NULL, NULL},
		{ID("41"),    "consent",            CONSENT(""),
                 CONSENT(",\"withdrawn\":\"2026-11-21\""),         NULL,                              NULL                                                 },
		{ID("50"),    "task",            "{\"title\":\"a\",\"site\":\"" CLINIC "\"}",
                 NULL,            NULL,NULL										     },
	};
	struct bench *b = BENCH(rows);
	char *lots = arena_alloc(b->mem, 3 * 450 + 1);
	const char *text;
	size_t n, chars = 0;

	for (size_t i = 0; i < 450; i++)
		memcpy(lots + 3 * i, "字", 3);
	lots[3 * 450] = 0;
	b->w.reason = "本人来电";
	CHECK_STR(json_str(withdraw_falls(&b->w, &n)[0].set, "cancel_reason"),
		"同意已撤回：本人来电");
	b->w.reason = lots;
	text = json_str(withdraw_falls(&b->w, &n)[0].set, "cancel_reason");
	for (const char *p = text; *p; p++)
		chars += ((unsigned char)*p & 0xC0) != 0x80;
	CHECK(chars <= 500 && chars > 450);
	b->w.reason = NULL;
	CHECK_STR(json_str(withdraw_falls(&b->w, &n)[0].set, "cancel_reason"),
		"同意已撤回");
	arena_free(b->mem);
}

int main(void)
{
	RUN(a_site_reaches_by_home_or_by_a_seat_and_a_consent);
	RUN(a_seat_of_another_sites_staff_opens_nothing);
	RUN(a_withdrawn_consent_takes_all_it_covered);
	RUN(another_consent_that_stands_keeps_what_it_covers);
	RUN(the_last_seat_takes_the_site_with_it_but_not_the_letters);
	RUN(while_the_site_stays_work_is_handed_back_to_it);
	RUN(a_psychiatrist_loses_by_their_own_seat_only);
	RUN(a_letter_taken_up_keeps_what_was_sent_with_it);
	RUN(a_retracted_consent_is_one_withdrawn);
	RUN(tomorrow_is_not_today);
	RUN(a_day_that_comes_ends_what_was_dated_for_it);
	RUN(a_seat_that_runs_out_hands_its_work_back);
	RUN(the_record_says_why_in_as_many_words_as_fit);
	return tap_done();
}
