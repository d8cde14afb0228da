/*
 * demo_story.h - the demo's cases of further programmes, as data.
 *
 * A story is a JSON file of server/admin/stories: who plays which part, and
 * what each writes on which day before today. It becomes a script like
 * everything else in the demo and goes through the one door.
 *
 *   {"story":"t1d_families","home":"children","cast":{"worker":{"role":"social_worker"},
 *    "nurse":{"role":"nurse","at":"children"}},
 *    "steps":[{"day":-210,"by":"worker","make":"person","as":"child","set":{…}},
 *             {"day":-210,"by":"worker","make":"case","as":"kase","set":{"person":"@child",…}},
 *             {"day":-200,"at":"10:30","by":"worker","in":"kase","make":"need","set":{…}},
 *             {"day":-100,"by":"worker","change":"kase","set":{"phase":"planning"}},
 *             {"day":-99,"by":"worker","sign":"note"},
 *             {"raised":"danger","level":3,"of":"crisis","as":"flag"}]}
 *
 * In values, "@name" is the id of what was made as that, "@site:home" or
 * "@site:station" a site, "@staff:worker" one of the cast; "{-30}" a day and
 * "{-30 09:30}" an instant, counted from today. A null takes a field away.
 * `raised` names a flag that follows from a response, so that it can be ended.
 * Steps are played in their order. `in` names the case or the group a record
 * belongs to (usually "kase", so that it may be left out where that was made).
 */
#ifndef SERVER_ADMIN_DEMO_STORY_H
#define SERVER_ADMIN_DEMO_STORY_H

#include "server/admin/demo_script.h"

/* All of them, in order of their names. A mistake in a story ends the program
 * with the story and the step: it is a bug in the data. Returns how many cases
 * they have. */
size_t stories_write(struct script *s);
/* The steps of the story of that name, as they stand in its file; NULL: none.
 * They belong to the script's arena. */
const json_t *story_steps(struct script *s, const char *name);

#endif
