/*
 * demo_cast.h - who plays: the flagship programme's 58 candidates, and the
 * further cases of a larger district.
 */
#ifndef SERVER_ADMIN_DEMO_CAST_H
#define SERVER_ADMIN_DEMO_CAST_H

#include "server/admin/demo_case.h"

#define FLAGSHIP_CASES 58 /* referred to the programme */
#define ENROLLED       26 /* … and taken in */

/* Carers by who they are to the client. */
struct family cast_family(struct rng *r, int age, bool is_child, bool married);
/* A pair of scores for f->scales, drawn by the instrument's model. */
void cast_scale(struct script *s, struct casefile *f, const char *instrument,
	bool of_carer, enum team by, const char *respondent, bool has_after);

/* A candidate by number (0 … 57): what is known of the client, and number and
 * days of the referral. */
struct wish flagship_client(struct script *s, size_t no);
void flagship_referral(struct script *s, struct casefile *f, size_t no);
/* Those who were not enrolled. */
void candidates_write(struct script *s);
/* The whole kinship-care programme of 58 referrals and 26 clients. */
void flagship_write(struct script *s);

/* The directory: district, sites, staff, by the system's administrator. */
void directory_write(struct script *s);

/* How to make further cases. */
struct further {
	size_t home;   /* all of them at this site; NOBODY: as the mix has it */
	int records;   /* a case, on average */
	size_t number; /* of the first case of the script */
};

/* n cases of one programme at one site, drawn from the mix of programmes. */
void further_write(struct script *s, const struct further *how, size_t n);

#endif
