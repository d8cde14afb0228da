/*
 * release.h - which releases of PostgreSQL the walls hold on.
 */
#ifndef SERVER_DB_RELEASE_H
#define SERVER_DB_RELEASE_H

#include "proto/base/base.h"

/*
 * The oldest release that is good enough to stand in for `version`
 * (PQserverVersion: 150014 is 15.14), or 0 when `version` itself is. Row-level
 * security leaked what it hides through statistics up to 15.13, 16.9 and 17.5
 * (CVE-2025-8713), and through cached plans before that (CVE-2024-10976).
 */
int db_release_wanted(int version) MUST_CHECK;

#endif
