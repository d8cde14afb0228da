/*
 * consent.h - what the body of a consent opens, from design/3 and
 * docs/manual/en/withdrawal.md: to the sites it names, the classes it names,
 * when its purpose and basis allow any sharing at all. Days are the model's
 * matter.
 */
#ifndef TESTS_SIM_CONSENT_H
#define TESTS_SIM_CONSENT_H

#include "proto/base/json.h"

/* The classes it opens to a site, given as text; 0: none. */
int consent_mask(const json_t *body, const char *site);
/* It opens less than another version of it: a site, a class or a day fewer. */
bool consent_is_narrower(const json_t *body, const json_t *than);
/* Nothing in it goes beyond what another version of it opened. */
bool consent_is_within(const json_t *body, const json_t *limit);

#endif
