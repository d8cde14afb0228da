/*
 * consent.h - whether a consent opens a case to a site, and which classes.
 *
 * The rule of the centre's reach (access.case_reach, access.referral_reach),
 * for whoever must say beforehand what a letter will open: a consent to sharing
 * or to referral, or a legal basis with its reason, that names the site and is
 * in force on the day. A term ends when its last day begins.
 */
#ifndef PROTO_CONSENT_H
#define PROTO_CONSENT_H

#include "proto/base/timeutil.h"
#include "proto/types.h"

/* `site` is an id as text. */
bool consent_opens(const json_t *body, const char *site, const struct date *on);

/* The class bits of an array of record_class codes; core is always one. */
int consent_classes(const json_t *codes);

#endif
