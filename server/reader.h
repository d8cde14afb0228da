/*
 * reader.h - who is asking: the outcome of sign-in, the input of every
 * decision.
 */
#ifndef SERVER_READER_H
#define SERVER_READER_H

#include "proto/base/uuid.h"

enum role {
	ROLE_NONE,
	ROLE_REHAB_WORKER,
	ROLE_CASE_WORKER,
	ROLE_NURSE,
	ROLE_PREVENTION_DOCTOR,
	ROLE_SOCIAL_WORKER,
	ROLE_SUPERVISOR,
	ROLE_PSYCHIATRIST,
	ROLE_DISTRICT_COORDINATOR,
	ROLE_SITE_ADMIN,
	ROLE_SYSTEM_ADMIN,
	ROLE_AUDITOR,
	ROLE_COUNT
};

/* "psychiatrist"; the codes of proto/codes/staff_role.json. */
const char *role_name(enum role r);
enum role role_from_name(const char *name); /* ROLE_NONE when unknown */

struct reader {
	struct uuid staff;
	struct uuid site;
	struct uuid district;
	enum role role;
	struct uuid session;
	struct uuid device;  /* nil: no device certificate */
	struct uuid replica; /* nil: not a replica's request */
	struct uuid glass;   /* the emergency it is in; nil: none */
};

#endif
