/*
 * demo_case.h - one invented case, from referral to its last day.
 *
 * A casefile says everything that was decided about a case beforehand: who
 * cares for it, how it goes, what it is about. Writing it then is the same for
 * a flagship case with sixty records and for one of a hundred thousand.
 */
#ifndef SERVER_ADMIN_DEMO_CASE_H
#define SERVER_ADMIN_DEMO_CASE_H

#include "server/admin/demo_people.h"
#include "server/admin/demo_script.h"
#include "server/admin/demo_words.h"

enum team {
	TEAM_MANAGER,    /* social worker of the home site */
	TEAM_WORKER,     /* rehabilitation or case worker, nurse there */
	TEAM_PREVENTION, /* prevention doctor of the home site */
	TEAM_DOCTOR,     /* prevention doctor of the health centre */
	TEAM_PSYCHIATRIST,
	TEAM_PARTNER, /* social worker of another site */
	TEAM_SIZE
};

/* How far a case goes; in the order of the phases. */
enum course {
	COURSE_REFERRAL,
	COURSE_SCREENING,
	COURSE_INTAKE,
	COURSE_ASSESSMENT,
	COURSE_PLANNING,
	COURSE_INTERVENTION,
	COURSE_EVALUATION,
	COURSE_CLOSING,
	COURSE_FOLLOW_UP,
	COURSE_ENDED
};

/* How a client of the register fares; decides each follow-up's class. */
enum fare { FARE_STABLE, FARE_BASIC, FARE_UNSTABLE };

struct family {
	const char *kind; /* GB/T 4761 */
	const char *word; /* 母亲 */
	char sex;
};

#define CASE_THEMES 4
#define CASE_SCALES 5
#define CASE_FLAGS  4

/* One instrument, filled in twice. */
struct scale_pair {
	const char *instrument;
	bool of_carer;
	enum team by;
	const char *respondent;
	double before, after;
	bool has_after;
	const char *after_variant; /* another version: not to be paired */
	json_t *answers;           /* given answers instead of drawn ones */
	bool leaves_one_out;       /* an unanswered item */
};

struct flag_plan {
	const char *kind;
	int level;
	const char *text;
	int64_t from, to; /* to 0: still open */
	enum team by;
};

struct depth {
	int goals;
	int tasks;
	int reviews;
	int services;  /* completed ones */
	int visits;    /* follow-ups at most; 0: none */
	bool rich;     /* more ties, outsiders, work shared among the group */
	double missed; /* no-shows and cancellations, a completed contact */
	double signed_share;
};

struct casefile {
	/* decided beforehand */
	const char *number;
	const char *programme; /* NULL: none */
	const char *model;
	const char *setting;
	size_t home;
	size_t team[TEAM_SIZE]; /* NOBODY: no such member */
	size_t supervisor;
	enum course course;
	enum fare fare;
	bool unstable_now; /* at the newest follow-up */
	bool in_register;  /* severe mental disorder: supplement, follow-ups */
	bool is_child;
	bool taken_over;     /* begun at intake, without a screening: from the
				register */
	bool replanned;      /* a second version of the plan */
	bool stays_planning; /* … that is not approved yet */
	int64_t replan_day;
	int reopened; /* times; then back in `again` */
	enum course again;
	int64_t referred, screened, opened, work_to, closed;
	int64_t first_contact; /* before the planned ones; 0: none */
	double lift;           /* of goals below what was expected, so many
				  come up to it; negative: the other way */
	const char *close_reason;
	bool leaves_early; /* closed without an evaluation */
	const char *result, *reason, *reason_note; /* of the screening */
	bool was_assessed;  /* the criteria were gone through */
	size_t missed_rule; /* criterion not met; SIZE_MAX: all are */
	const struct theme *themes[CASE_THEMES];
	size_t theme_count;
	struct wish client_wish, carer_wish;
	struct family carer_tie;
	struct scale_pair scales[CASE_SCALES];
	size_t scale_count;
	struct flag_plan flags[CASE_FLAGS];
	size_t flag_count;
	struct depth depth;
	/* sharing */
	bool narrow_partner;  /* the partner's site sees core and plan only */
	int64_t withdrawn;    /* the partner's consent; 0: stands */
	int64_t expired;      /* all sharing ended; 0: stands */
	bool by_statute;      /* shared with the hospital on a legal basis */
	bool group_dissolved; /* memberships end with the case */
	int64_t worker_left;  /* the worker's membership ended; 0: not */
	/* written so far */
	struct draft *client, *carer, *tie, *kase, *plan;
	struct draft *needs[CASE_THEMES], *goals[CASE_THEMES];
	struct draft *members[TEAM_SIZE];
	struct draft *sharing, *partner_sharing;
	struct slots slots;
	int64_t planned, started; /* days */
	int64_t checked;          /* the newest health check; 0: none */
	size_t drug;
};

/* Fills in what every case needs: an empty team, NULLs, one theme. */
void case_init(struct casefile *f, size_t home, size_t manager);
/* Days and minutes of that member of the team; the manager for a missing one.
 */
struct pen case_pen(const struct casefile *f, enum stage stage, enum team who,
	int64_t day, int minutes);
/* Who writes as this member: the manager for a missing one. */
size_t case_author(const struct casefile *f, enum team who);
/* A working day near `day` (nine in ten; none on the first days of the long
 * holidays), not after `last`. */
int64_t case_workday(struct rng *r, int64_t day, int64_t last);
/* Three days on which nobody was reached, by telephone and at the door. */
void case_tries(
	struct script *s, struct casefile *f, enum stage stage, int64_t from);
/* The phase moves, with other fields of the case. */
void case_move(struct script *s, struct casefile *f, enum stage stage,
	const char *phase, int64_t day, json_t *TAKES more);

/* The parts, in order; each does nothing when the course ends before it. */
void case_open(struct script *s, struct casefile *f);
void case_share(struct script *s, struct casefile *f); /* group, consents */
void case_baseline(struct script *s, struct casefile *f);
void case_plan(struct script *s, struct casefile *f);
void case_work(struct script *s, struct casefile *f);
void case_visits(struct script *s, struct casefile *f, int64_t from);
void case_finish(struct script *s, struct casefile *f);

/* All of them. */
void case_write(struct script *s, struct casefile *f);

/* A referral to another site, of some cases under way; no part of the others.
 */
void case_letters(struct script *s, struct casefile *f);
/* What the programme asks for by the day, from the steps of its story. */
void case_sheets(struct script *s, struct casefile *f, const json_t *steps);
/* Requests from the wards around a case of a hospital. */
void case_requests(struct script *s, struct casefile *f);

/* An assessment of the pair's instrument. */
void case_scale(struct script *s, struct casefile *f, enum stage stage,
	const struct scale_pair *p, const char *timepoint, int64_t day);
void case_flag(struct script *s, struct casefile *f, const struct flag_plan *p);

/* A template with the case's names in its places; in the script's arena. */
const char *case_text(
	struct script *s, const struct casefile *f, const char *text);

#endif
