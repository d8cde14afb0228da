/*
 * group_roll.h - who is in a group, and who was there: one line a session, one
 * grid for all of them.
 */
#ifndef CLIENT_GROUP_ROLL_H
#define CLIENT_GROUP_ROLL_H

#include "client/cli/desk.h"

/* `casebridge group attend GROUP NUMBER all | NAME | NAME=REASON …`: notes it,
 * in the order typed, and that the session was held. */
bool group_attend(struct desk *d, struct err *e) MUST_CHECK;

/* `casebridge group show GROUP`: members against sessions. */
bool group_show(struct desk *d, struct err *e) MUST_CHECK;

#endif
