/*
 * mutants.c - see mutants.h. The names are those of reference sync §4.4 where
 * it has one.
 */
#include "tests/sim/mutants.h"

#include "tests/sim/seam.h"

#include <string.h>

/* clang-format off */
static const struct mutant mutants[] = {
	{"cursor_first",           "the position is stored with the rows",                    NULL,           0  },
	{"base_is_predecessor",    "what the author saw is compared, not the version before", NULL,           0  },
	{"lww",                    "who did not see a value does not replace it",             NULL,           0  },
	{"no_atoms",               "fields that belong together come from one author",        NULL,           0  },
	{"conflict_dropped",       "a value that lost is kept",                               NULL,           0  },
	{"ack_without_commit",     "every acknowledgement is a commit",                       NULL,           0  },
	{"park_forgets",           "what cannot be taken is kept whole",                      NULL,           0  },
	{"no_dedupe",              "a change that was decided is not decided again",          NULL,           0  },
	{"edit_signed",            "signed bodies never change",                              "sign",         30 },
	{"sign_unseen",            "only what the signer saw is signed",                      "sign",         30 },
	{"drop_rejected",          "no answer empties the outbox",                            "garble",       400},
	{"mark_synced_on_garbage", "an answer that is none means nothing",                    "garble",       400},
	{"body_dedupe",            "the same content twice is two intentions",                NULL,           0  },
	{"server_wins_local",      "what arrives takes no unsent work away",                  NULL,           0  },
	{"purge_drops_outbox",     "a purge waits for unsent work",                           "sharing",      20 },
	{"offered_is_held",        "offered is not stored",                                   NULL,           0  },
	{"late_manifest",          "what may leave is written down before",                   NULL,           0  },
	{"vis_at_open",            "who sees what is asked for every page",                   "desk sharing", 40 },
	{"purge_once",             "a purge is repeated until its receipt",                   "desk sharing", 20 },
	{"class_leak",             "a consent opens the classes it names",                    NULL,           0  },
	{"no_req_guard",           "two copies do not speak as one",                          "clone",        10 },
	{"no_journal",             "acknowledged work is kept until a backup has it",         "backup",       20 },
	{"no_epoch",               "a log that went back is noticed",                         "backup",       20 },
	{"chain_only",             "a log that went back is another, also where its chain fits", "backup",      20 },
	{"parcel_unstored",        "a parcel that is called taken is kept",                   "order",        10 },
	{"order_forgotten",        "a lock is written down before anything is done about it", "order",        20 },
	{"wipe_first",             "nothing is destroyed before the centre has it",           "order",        20 },
};
/* clang-format on */

/* What some of them change in SQL. */
static const struct {
	const char *mutant;
	const char *function; /* NULL: `name` is a statement */
	const char *name;
	const char *from;
	const char *to;
} texts[] = {
	{"no_dedupe",       NULL,            "result_put",     ") x (id, sha, result)",
         ") x (id, sha, result) ON CONFLICT DO NOTHING"                                                 },
	{"offered_is_held", NULL,            "feed_changed",   "m.state = 'h'",
         "m.state IN ('h', 'o')"									},
	{"offered_is_held", NULL,            "feed_waiting",   "m.state IN ('q', 'o')",
         "m.state = 'q'"										},
	{"late_manifest",   NULL,            "feed_offer",     "state = 'o',",                   ""     },
	{"late_manifest",   NULL,            "receipt_stored", "m.state = 'o'",
         "m.state IN ('o', 'q')"									},
	{"vis_at_open",     "log.sweep",     NULL,             "IF r.swept_csn IS NOT NULL AND",
         "IF r.swept_csn IS NOT NULL AND r.wait_units > 0 THEN RETURN "
		"false; END IF; IF r.swept_csn IS NOT NULL AND"                                         },
	{"purge_once",      NULL,            "feed_purges",    "m.state = 'p'",
         "m.state = 'p' AND NOT EXISTS (SELECT 1 FROM log.replica r "
		"WHERE r.replica = m.replica AND r.last_req % 2 = 0)"                                   },
	{"class_leak",      "log.unit_rows", NULL,             "AND v.class & a.classes <> 0",
         ""											     },
	{"no_req_guard",    "log.guard",     NULL,             "p_req < r.last_req",             "false"},
	{"no_req_guard",    "log.guard",     NULL,
         "p_req = r.last_req AND p_sha <> r.last_sha",                                           "false"},
	{"no_epoch",        "log.guard",     NULL,             "IF p_epoch IS NOT NULL AND",
         "IF false AND"										 },
	{"no_epoch",        "log.guard",     NULL,             "r.epoch <> h.epoch",             "false"},
	{"chain_only",      "log.guard",     NULL,             "p_epoch <> h.epoch OR",          ""     },
	{"chain_only",      "log.guard",     NULL,             "r.epoch <> h.epoch",             "false"},
};

static const struct mutant *chosen;

bool mutant_is(const char *name);
bool mutant_is(const char *name)
{
	return chosen && strcmp(chosen->name, name) == 0;
}

const struct mutant *mutant_at(size_t i)
{
	return i < ARRAY_LEN(mutants) ? &mutants[i] : NULL;
}

const struct mutant *mutant_find(const char *name)
{
	for (size_t i = 0; i < ARRAY_LEN(mutants); i++)
		if (strcmp(mutants[i].name, name) == 0)
			return &mutants[i];
	return NULL;
}

void mutant_choose(const struct mutant *m)
{
	chosen = m;
	for (size_t i = 0; m && i < ARRAY_LEN(texts); i++)
		if (strcmp(texts[i].mutant, m->name) == 0 && texts[i].name)
			seam_replace(texts[i].name, texts[i].from, texts[i].to);
}

const struct mutant *mutant_chosen(void)
{
	return chosen;
}

void mutant_apply(void)
{
	if (!chosen)
		return;
	if (!seam_replaced())
		die("sim: %s: its statement reads otherwise now", chosen->name);
	for (size_t i = 0; i < ARRAY_LEN(texts); i++)
		if (strcmp(texts[i].mutant, chosen->name) == 0 &&
			texts[i].function)
			seam_rewrite(
				texts[i].function, texts[i].from, texts[i].to);
}
