/*
 * view_in.h - what the files of the view share: records (view.c), lists of them
 * (view_lists.c), a case as a whole (view_case.c).
 */
#ifndef CLIENT_VIEW_IN_H
#define CLIENT_VIEW_IN_H

#include "client/store/idmap.h"
#include "client/store/view.h"
#include "proto/change.h"

/* The own changes that touch one record, in order of entry. */
struct touch {
	struct touch *next;
	const struct work *work;
	struct change change;
};

/* A record, and the unit or the case it is looked up by. */
struct about {
	struct uuid of;
	struct uuid rec;
};

/* Many of them, in order; made when first asked for. */
struct abouts {
	struct about *list; /* NULL: not made yet */
	size_t n;
};

struct view {
	struct store *s;
	struct arena *mem;
	struct idmap first; /* record → struct touch * */
	struct idmap last;
	struct calendar *calendar; /* made when first asked for */
	struct abouts letters;     /* by the case they are about */
	struct abouts made;        /* by the unit they will be in */
};

/* What was added to a signed record: a record of its own, until the centre's
 * copy of it is here. */
bool view_is_addition(const struct view *v, const struct change *c);

#endif
