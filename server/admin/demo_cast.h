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

struct lot;

/* The cases of a lot, with so many records each on average; 0: as the programme
 * has them. */
void further_write(struct script *s, const struct lot *lot, int records);
/* The same for a lot of the hospice's three years. */
void hospice_write(struct script *s, const struct lot *lot);
/* A year of an open group of children: 78 sessions, 256 participants. */
void peers_write(struct script *s);

#endif
