/*
 * common.h - passwords an attacker tries first.
 */
#ifndef SERVER_AUTH_COMMON_H
#define SERVER_AUTH_COMMON_H

#include "proto/base/base.h"

/*
 * Whether a password (lower case) is one of the list of common_list.S, or is
 * made of one: with digits and signs around it, or the same said twice; or has
 * hardly any different characters.
 */
bool common_password(const char *lower);

#endif
