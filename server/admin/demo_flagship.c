/*
 * demo_flagship.c - the severe-mental-disorder kinship-care programme, case by
 * case: 58 referred, 49 reached, 41 assessed, 31 eligible, 26 enrolled.
 *
 * Its shape is that of the practice the product answers to: one year, about
 * fifteen contacts a case, a care group across three sites. What is deliberate
 * (an expired consent, a shared guardian, a reopened case …) stands in tables
 * by case number; the rest is drawn.
 */
#include "server/admin/demo_cast.h"

#include "server/admin/demo_scales.h"

#include <string.h>

#define CONTACTS       15 /* a case and year */
#define CONTACTS_SD    4
#define CONTACTS_LEAST 6

/* ---- the 26 ---- */

enum edge {
	EDGE_NONE,
	EDGE_STATUTE,   /* shared with the hospital on a legal basis */
	EDGE_NARROW,    /* the partner's site sees core and plan only */
	EDGE_WITHDRAWN, /* the partner's consent was withdrawn */
	EDGE_EXPIRED,   /* sharing has run out */
	EDGE_LEFT,      /* a worker left the station */
};

/* clang-format off */
static const struct role_card {
	size_t station;
	enum course course;
	enum fare fare;
	enum edge edge;
	int reopened;        /* times; then it is back in `again` */
	enum course again;
	int closed_ago;      /* days; 0: open */
	const char *reason;
	bool replanned, stays_planning;
	bool leaves_early;
	bool no_after;       /* not asked again at the end */
} cards[ENROLLED] = {
	[0] = {.station = 0, .course = COURSE_INTERVENTION, .replanned = true},
	[1] = {.station = 0, .course = COURSE_INTERVENTION, .fare = FARE_UNSTABLE, .no_after = true, .edge = EDGE_STATUTE},
	[2] = {.station = 0, .course = COURSE_INTERVENTION, .replanned = true},
	[3] = {.station = 0, .course = COURSE_INTERVENTION, .fare = FARE_BASIC},
	[4] = {.station = 0, .course = COURSE_INTERVENTION, .replanned = true, .edge = EDGE_LEFT},
	[5] = {.station = 0, .course = COURSE_EVALUATION},
	[6] = {.station = 0, .course = COURSE_INTERVENTION, .replanned = true},
	[7] = {.station = 0, .course = COURSE_INTERVENTION, .replanned = true, .stays_planning = true},
	[8] = {.station = 0, .course = COURSE_INTERVENTION, .replanned = true},
	[9] = {.station = 0, .course = COURSE_INTERVENTION, .fare = FARE_BASIC, .no_after = true},
	[10] = {.station = 0, .course = COURSE_ENDED, .closed_ago = 60, .reason = "goals_met"},
	[11] = {.station = 0, .course = COURSE_FOLLOW_UP, .closed_ago = 25, .reason = "mostly_met"},
	[12] = {.station = 0, .course = COURSE_ENDED, .closed_ago = 130, .reason = "mostly_met", .reopened = 2, .again = COURSE_INTAKE},
	[13] = {.station = 0, .course = COURSE_INTERVENTION, .fare = FARE_BASIC, .replanned = true, .edge = EDGE_WITHDRAWN},
	[14] = {.station = 0, .course = COURSE_ENDED, .closed_ago = 150, .reason = "client_withdrew", .leaves_early = true, .no_after = true},
	[15] = {.station = 0, .course = COURSE_CLOSING, .reason = "goals_met"},
	[16] = {.station = 1, .course = COURSE_ENDED, .closed_ago = 45, .reason = "goals_met"},
	[17] = {.station = 1, .course = COURSE_FOLLOW_UP, .closed_ago = 40, .reason = "mostly_met"},
	[18] = {.station = 1, .course = COURSE_INTERVENTION, .replanned = true, .edge = EDGE_NARROW},
	[19] = {.station = 1, .course = COURSE_ENDED, .fare = FARE_UNSTABLE, .closed_ago = 120, .reason = "moved", .leaves_early = true, .no_after = true},
	[20] = {.station = 1, .course = COURSE_ENDED, .closed_ago = 70, .reason = "goals_met", .reopened = 1, .again = COURSE_ASSESSMENT},
	[21] = {.station = 1, .course = COURSE_INTERVENTION, .replanned = true, .stays_planning = true},
	[22] = {.station = 2, .course = COURSE_INTERVENTION, .replanned = true, .edge = EDGE_EXPIRED},
	[23] = {.station = 2, .course = COURSE_EVALUATION, .fare = FARE_BASIC},
	[24] = {.station = 2, .course = COURSE_FOLLOW_UP, .closed_ago = 30, .reason = "goals_met"},
	[25] = {.station = 2, .course = COURSE_ENDED, .closed_ago = 90, .reason = "mostly_met", .reopened = 1, .again = COURSE_ASSESSMENT, .no_after = true},
};
/* clang-format on */

/* People with something particular about them: by number in the programme. */
/* clang-format off */
static const struct person_card {
	size_t no;
	const char *name;
	char sex;
	struct date birth;
	const char *id_number; /* "X": one that ends in X; "": none */
	const char *ethnicity;
	const char *lunar;
	const char *phone;
} persons[] = {
	{0, "王建明", MALE, {1979, 3, 8}, "X", NULL, NULL, NULL},
	{2, "艾山·买买提", MALE, {1986, 7, 15}, NULL, "05", NULL, NULL},
	{3, "仇文斌", MALE, {1974, 11, 2}, NULL, NULL, NULL, NULL},
	{4, "单晓梅", FEMALE, {1981, 5, 23}, NULL, NULL, NULL, NULL},
	{5, "周嘉宁", MALE, {1992, 2, 29}, NULL, NULL, NULL, NULL},
	{6, "周嘉欣", FEMALE, {1996, 10, 6}, NULL, NULL, NULL, NULL},
	{7, "解立强", MALE, {1988, 1, 19}, NULL, NULL, NULL, NULL},
	{8, "吴秀英", FEMALE, {1961, 8, 12}, "329905610812124", NULL,
		"农历七月初二", NULL},
	{9, "龚䶮", MALE, {1960, 12, 30}, NULL, NULL, NULL, NULL},
	{10, "欧阳慧敏", FEMALE, {1977, 4, 4}, NULL, NULL, NULL, NULL},
	{11, "陈桂兰", FEMALE, {1964, 9, 17}, NULL, NULL, "农历八月十二",
		NULL},
	{12, "李秀兰", FEMALE, {1970, 6, 1}, NULL, NULL, NULL, "19900002468"},
	{13, "沈国华", MALE, {1968, 2, 11}, "old", NULL, NULL, NULL},
	{15, "尉迟永强", MALE, {1983, 12, 8}, NULL, NULL, NULL, NULL},
	{16, "赵海燕", FEMALE, {1984, 3, 27}, "", NULL, NULL, NULL},
	{18, "查丽华", FEMALE, {1972, 7, 7}, NULL, NULL, NULL, NULL},
	{21, "沈𬱖", FEMALE, {1999, 11, 11}, NULL, NULL, NULL, NULL},
	{22, "任国庆", MALE, {1975, 10, 1}, NULL, NULL, NULL, NULL},
	{24, "陆㛃", FEMALE, {1994, 5, 5}, NULL, NULL, NULL, NULL},
	{ENROLLED + 3, "顾𫖯", MALE, {1990, 1, 8}, NULL, NULL, NULL, NULL},
	/* the same person referred a second time, written otherwise */
	{ENROLLED + 9, "李秀蘭", FEMALE, {1970, 6, 1}, "", NULL, NULL,
		"19900002468"},
};
/* clang-format on */

static const char *diagnosis(struct rng *r)
{
	static const char *const codes[] = {
		"SCZ", "BPD", "IDM", "SAD", "EPI", "PAR"};
	static const int weights[] = {70, 13, 9, 3, 4, 1};

	return codes[rng_pick(r, weights, 6)];
}

static int an_age(struct rng *r)
{
	static const int weights[] = {47, 33, 20};
	size_t band = rng_pick(r, weights, 3);

	return band == 0   ? rng_between(r, 19, 44)
	       : band == 1 ? rng_between(r, 45, 59)
			   : rng_between(r, 60, 69);
}

/* A number that ends in X, one of a division that is no more, or as given. */
static const char *special_number(
	struct script *s, const char *how, const struct date *birth, char sex)
{
	int sequence = sex == MALE ? 101 : 102;
	const char *number;

	if (!how || !how[0] || how[1] == '2')
		return how;
	if (strcmp(how, "old") == 0)
		return people_id_number(s->mem, "329950", birth, sequence);
	do {
		number = people_id_number(s->mem, "329903", birth, sequence);
		sequence += 2;
	} while (number[17] != 'X');
	return number;
}

struct wish flagship_client(struct script *s, size_t no)
{
	struct wish w = {
		.age = an_age(&s->rng), .diagnosis = diagnosis(&s->rng)};

	for (size_t i = 0; i < ARRAY_LEN(persons); i++) {
		const struct person_card *p = &persons[i];

		if (p->no != no)
			continue;
		w.name = p->name;
		w.sex = p->sex;
		w.birth = p->birth;
		w.ethnicity = p->ethnicity;
		w.lunar = p->lunar;
		w.phone = p->phone;
		w.id_number =
			special_number(s, p->id_number, &p->birth, p->sex);
	}
	return w;
}

/* ---- carers ---- */

struct family cast_family(struct rng *r, int age, bool is_child, bool married)
{
	static const struct family kin[] = {
		{"52", "母亲", FEMALE},
                {"51", "父亲", MALE  },
		{"1",  "妻子", FEMALE},
                {"1",  "丈夫", MALE  },
		{"7",  "姐姐", FEMALE},
                {"7",  "哥哥", MALE  },
		{"3",  "女儿", FEMALE},
                {"2",  "儿子", MALE  },
		{"62", "祖母", FEMALE}
        };
	static const int of_child[] = {74, 18, 0, 0, 0, 0, 0, 0, 8};
	static const int of_single[] = {52, 22, 0, 0, 16, 10, 0, 0, 0};
	static const int of_married[] = {10, 5, 45, 25, 5, 3, 4, 3, 0};
	static const int of_old[] = {0, 0, 25, 15, 15, 10, 20, 15, 0};
	const int *weights = is_child   ? of_child
			     : age > 58 ? of_old
			     : married  ? of_married
					: of_single;

	return kin[rng_pick(r, weights, ARRAY_LEN(kin))];
}

static void cast_carer(struct script *s, struct casefile *f)
{
	int age = f->client_wish.birth.year ? date_from_days(s->today).year -
						      f->client_wish.birth.year
					    : f->client_wish.age;
	bool married = rng_chance(&s->rng, 0.35);
	const char *kind;

	f->carer_tie = cast_family(&s->rng, age, false, married);
	kind = f->carer_tie.kind;
	/* A wife's husband, a husband's wife. */
	if (strcmp(kind, "1") == 0) {
		f->client_wish.marital = "20";
		if (!f->client_wish.sex)
			f->client_wish.sex =
				f->carer_tie.sex == MALE ? FEMALE : MALE;
		if (f->client_wish.sex == f->carer_tie.sex)
			f->carer_tie =
				f->client_wish.sex == MALE
					? (struct family){"1", "妻子", FEMALE}
					: (struct family){"1", "丈夫", MALE};
	}
	f->carer_wish.sex = f->carer_tie.sex;
	f->carer_wish.age = kind[0] == '5' ? age + 25
			    : kind[0] == '2' || kind[0] == '3'
				    ? (age > 44 ? age - 26 : 20)
				    : age + rng_between(&s->rng, -3, 4);
	if (f->carer_wish.age < 20)
		f->carer_wish.age = 20;
}

/* ---- scales ---- */

void cast_scale(struct script *s, struct casefile *f, const char *instrument,
	bool of_carer, enum team by, const char *respondent, bool has_after)
{
	struct scale_pair *p = &f->scales[f->scale_count++];

	*p = (struct scale_pair){.instrument = instrument,
		.of_carer = of_carer,
		.by = by,
		.respondent = respondent,
		.has_after = has_after};
	scales_pair(scales_model(instrument), &s->rng, &p->before, &p->after);
}

static json_t *list_of(struct script *s, const int *v, size_t n)
{
	json_t *out = json_keep(json_array(), s->mem);

	for (size_t i = 0; i < n; i++)
		json_array_append_new(out, json_integer(v[i]));
	return out;
}

/* Two sheets from the scoring vectors: a low total with an alert all the same,
 * and a raw score of 42, which decides how a standard score is rounded. */
static void cast_vectors(struct script *s, struct casefile *f, size_t no)
{
	static const int phq9[] = {1, 1, 0, 1, 0, 0, 0, 0, 1};
	static const int sds[] = {
		2, 3, 2, 1, 3, 3, 1, 3, 2, 3, 3, 2, 2, 2, 2, 3, 3, 2, 1, 3};

	if (no == 3) {
		cast_scale(s, f, "phq9", false, TEAM_MANAGER, "self", false);
		f->scales[f->scale_count - 1].answers =
			list_of(s, phq9, ARRAY_LEN(phq9));
	}
	if (no == 6) {
		cast_scale(s, f, "sds", true, TEAM_MANAGER, "self", false);
		f->scales[f->scale_count - 1].answers =
			list_of(s, sds, ARRAY_LEN(sds));
	}
	if (no == 17)
		f->scales[0].leaves_one_out = true;
	if (no == 23)
		f->scales[0].after_variant = "4D";
}

static void cast_scales(struct script *s, struct casefile *f, size_t no)
{
	bool again = !cards[no].no_after;

	cast_scale(s, f, "ssrs", false, TEAM_MANAGER, "self", again);
	cast_scale(s, f, "sdss", false, TEAM_DOCTOR, "worker", again);
	cast_scale(s, f, "sas", true, TEAM_WORKER, "self", again);
	cast_vectors(s, f, no);
}

/* ---- team, days ---- */

static void cast_team(struct script *s, struct casefile *f, size_t no)
{
	const struct district *d = s->district;
	size_t station = f->home - SITE_STATIONS;
	bool community = station == 0 ? no < 14 : no == 18 || no == 22;

	f->team[TEAM_WORKER] = district_staff(d, f->home, ROLE_REHAB_WORKER,
		cards[no].edge == EDGE_LEFT ? 2 : no % 2);
	f->team[TEAM_PREVENTION] =
		district_staff(d, f->home, ROLE_PREVENTION_DOCTOR, 0);
	f->team[TEAM_DOCTOR] = district_staff(
		d, district_centre_of(f->home), ROLE_PREVENTION_DOCTOR, 0);
	f->team[TEAM_PSYCHIATRIST] =
		district_staff(d, SITE_HOSPITAL, ROLE_PSYCHIATRIST,
			no < 11 || no == 16 || no == 17 ? 0 : 1 + no % 7);
	f->team[TEAM_PARTNER] =
		district_staff(d, community ? SITE_COMMUNITY : SITE_HOSPITAL,
			ROLE_SOCIAL_WORKER, no);
	f->supervisor = district_staff(d,
		station == 0 ? SITE_DEMO : SITE_HOSPITAL, ROLE_SUPERVISOR, 0);
}

/* Case numbers follow the day of referral, over four weeks of the campaign. */
void flagship_referral(struct script *s, struct casefile *f, size_t no)
{
	size_t number = no * 27 % FLAGSHIP_CASES;

	f->referred = case_workday(
		&s->rng, s->today - 445 + (int64_t)number / 2, s->today);
	f->screened = case_workday(
		&s->rng, f->referred + rng_between(&s->rng, 9, 20), s->today);
	f->number = arena_printf(s->mem, "QQ-%04d-%03zu",
		date_from_days(f->referred).year, number + 1);
	f->programme = "smd_kinship_care";
	f->model = "case_management";
	f->in_register = true;
}

static void cast_days(
	struct script *s, struct casefile *f, const struct role_card *card)
{
	f->opened = case_workday(
		&s->rng, f->screened + rng_between(&s->rng, 8, 24), s->today);
	f->planned = f->opened + rng_between(&s->rng, 13, 18);
	f->started = f->planned + 4;
	f->closed = card->closed_ago
			    ? case_workday(&s->rng, s->today - card->closed_ago,
				      s->today)
			    : 0;
	f->work_to =
		f->closed ? f->closed - 6
		: card->course == COURSE_INTERVENTION && !card->stays_planning
			? s->today - 3
			: s->today - 12;
	f->close_reason = card->reason;
	/* Half-way, or just now and not approved yet. */
	f->replan_day = card->stays_planning ? s->today - 9 : f->started + 185;
}

static void cast_edge(struct script *s, struct casefile *f, enum edge edge)
{
	f->by_statute = f->unstable_now = edge == EDGE_STATUTE;
	f->narrow_partner = edge == EDGE_NARROW;
	f->withdrawn = edge == EDGE_WITHDRAWN ? s->today - 95 : 0;
	f->expired = edge == EDGE_EXPIRED ? s->today - 30 : 0;
	f->worker_left = edge == EDGE_LEFT ? s->today - 120 : 0;
}

/* What else than danger was flagged; days before today. */
/* clang-format off */
static const struct flag_card {
	size_t no;
	const char *kind;
	const char *text;
	int from, to;
} flag_cards[] = {
	{4, "caregiver_burden",
		"主要照顾者连续失眠并出现腰背疼痛，照顾负担加重，已安排喘息服务。", 200,
		150},
	{9, "abuse",
		"社区反映疑似家庭暴力，涉及主要照顾者。已按规定报告，由居委会与社区民警"
		"到场了解，并另行指定联系人。",
		240, 180},
};
/* clang-format on */

static void cast_flags(struct script *s, struct casefile *f, size_t no)
{
	for (size_t i = 0; i < ARRAY_LEN(flag_cards); i++) {
		const struct flag_card *c = &flag_cards[i];

		if (c->no == no)
			f->flags[f->flag_count++] = (struct flag_plan){c->kind,
				2, c->text, s->today - c->from,
				s->today - c->to, TEAM_MANAGER};
	}
}

/* Goals: 2 five times in ten, 3 four times, 4 once. */
static void cast_work(struct script *s, struct casefile *f)
{
	static const int weights[] = {50, 40, 10};
	size_t main = rng_below(&s->rng, SMD_THEMES);

	f->depth =
		(struct depth){.goals = 2 + (int)rng_pick(&s->rng, weights, 3),
			.tasks = rng_between(&s->rng, 3, 5),
			.reviews = f->leaves_early ? 2 : 3,
			.visits = 16,
			.rich = true,
			.missed = 0.1,
			.signed_share = 0.97};
	f->theme_count = CASE_THEMES;
	for (size_t i = 0; i < CASE_THEMES; i++)
		f->themes[i] = &smd_themes[(main + 3 * i) % SMD_THEMES];
}

static void cast_enrolled(struct script *s, struct casefile *f, size_t no)
{
	const struct role_card *card = &cards[no];
	size_t home = SITE_STATIONS + card->station;

	case_init(f, home,
		district_staff(s->district, home, ROLE_SOCIAL_WORKER, 0));
	cast_team(s, f, no);
	flagship_referral(s, f, no);
	f->setting = "community";
	f->course = card->course;
	f->fare = card->fare;
	f->replanned = card->replanned;
	f->stays_planning = card->stays_planning;
	f->reopened = card->reopened;
	f->again = card->again;
	f->leaves_early = card->leaves_early;
	f->group_dissolved = card->leaves_early;
	f->result = "eligible";
	f->reason = "criteria_met";
	f->was_assessed = true;
	cast_days(s, f, card);
	cast_edge(s, f, card->edge);
	f->client_wish = flagship_client(s, no);
	cast_carer(s, f);
	cast_work(s, f);
	cast_flags(s, f, no);
	cast_scales(s, f, no);
}

/* Contacts: spread as they are in life, six at least, fifteen on average. */
static void cast_contacts(struct script *s, struct casefile *files)
{
	int sum = 0;

	for (size_t i = 0; i < ENROLLED; i++) {
		int n = rng_count(&s->rng, CONTACTS, CONTACTS_SD);

		files[i].depth.services =
			n < CONTACTS_LEAST ? CONTACTS_LEAST : n;
		sum += files[i].depth.services;
	}
	while (sum != ENROLLED * CONTACTS) {
		int *n = &files[rng_below(&s->rng, ENROLLED)].depth.services;
		int step = sum < ENROLLED * CONTACTS ? 1 : -1;

		if (*n + step < CONTACTS_LEAST)
			continue;
		*n += step;
		sum += step;
	}
}

/* Two pairs of cases know each other: brother and sister have one mother, who
 * cares for both; and one client looks after another. */
static void cast_ties(struct casefile *files, size_t no)
{
	if (no == 5 || no == 6) {
		files[no].carer_tie = (struct family){"52", "母亲", FEMALE};
		files[no].carer_wish.sex = FEMALE;
		files[no].carer_wish.age = 61;
		files[no].client_wish.marital = "10";
	}
	if (no == 6)
		files[6].carer = files[5].carer;
	if (no == 9) {
		files[9].carer_tie = (struct family){"1", "妻子", FEMALE};
		files[9].client_wish.marital = "20";
		files[9].carer = files[8].client;
	}
}

void flagship_write(struct script *s)
{
	struct casefile *files = ARENA_ARRAY(s->mem, struct casefile, ENROLLED);

	for (size_t no = 0; no < ENROLLED; no++)
		cast_enrolled(s, &files[no], no);
	cast_contacts(s, files);
	for (size_t no = 0; no < ENROLLED; no++) {
		cast_ties(files, no);
		case_write(s, &files[no]);
	}
	candidates_write(s);
}
