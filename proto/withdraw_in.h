/*
 * withdraw_in.h - what the files of withdraw.h share.
 */
#ifndef PROTO_WITHDRAW_IN_H
#define PROTO_WITHDRAW_IN_H

#include "proto/withdraw.h"

/* How a role reaches cases (server/access/policy.csv). */
enum wd_reach { REACH_BY_NOTHING, REACH_BY_SEAT, REACH_BY_SITE };

enum wd_reach wd_reach_of(const char *role);

bool wd_is(const struct withdraw_rec *r, const char *type);
const json_t *wd_body(const struct withdraw_rec *r, bool after);
/* Whether a field names that record. */
bool wd_names(const json_t *body, const char *field, const struct uuid *id);
/* A member in their term, of the site the record names. */
bool wd_has_seat(
	const struct withdraw *w, const struct withdraw_rec *r, bool after);
/* Whether a consent opens the case to a site at all. */
bool wd_is_covered(
	const struct withdraw *w, const struct uuid *site, bool after);
bool wd_is_home(const struct withdraw *w, const struct uuid *site, bool after);
/* Every site members and letters name. */
struct uuid *wd_sites(const struct withdraw *w, size_t *n);

#endif
