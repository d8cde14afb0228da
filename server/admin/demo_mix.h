/*
 * demo_mix.h - which further cases there are: so many of each programme at each
 * site, and how each programme and each site fare.
 */
#ifndef SERVER_ADMIN_DEMO_MIX_H
#define SERVER_ADMIN_DEMO_MIX_H

#include "server/admin/demo_case.h"

#define LOT_CASES    64
#define DEMO_RECORDS 20 /* of a case, about */

/* How the cases of a programme are. */
struct programme {
	const char *code;
	const char *prefix; /* of case numbers */
	int age_low, age_high;
	size_t theme; /* enum other_theme; unused for the register */
	const char *model;
	const char *setting;
	int days;        /* median duration */
	double contacts; /* a case-year; a case where it lasts less than that */
	const char *instruments[2];
	bool of_carer; /* whom the instruments ask */
	bool is_register;
	double lift;      /* goals: more of them reached than drawn, or fewer */
	double early;     /* share of the closed ones that left early */
	const char *rest; /* why so many others were closed, or NULL; all */
	double rest_share; /* else with their goals met, or most of them */
	double waits;      /* share on its waiting list; 0: it has none */
};

/* What is one writer's: cases of one programme at one site. */
struct lot {
	const struct programme *programme; /* NULL: the hospice's light cases */
	size_t home;
	size_t n;      /* at most LOT_CASES */
	size_t number; /* of the first case */
};

struct mix {
	struct lot *list;
	size_t n;
	size_t cases;
};

/* `cases` further ones, in proportion; NOBODY: at all sites of the district,
 * and of the city around it when there is one. */
void mix_make(struct mix *m, const struct district *d, size_t cases,
	size_t home, struct arena *mem);
/* More of them; of no programme, counted from 0. */
void mix_add_lots(struct mix *m, const struct programme *p, size_t home,
	size_t cases, struct arena *mem);
/* Three years of a hospice, as its source has them (demo_hospice.c). */
void mix_add_hospice(struct mix *m, struct arena *mem);

/* How a site works: days to the first contact, appointments missed a contact
 * kept, notes that are signed, whether letters wait there. */
struct pace {
	int first_low, first_high;
	double missed;
	double signs; /* of the notes */
	bool is_slow;
};
struct pace mix_pace(size_t site);

#endif
