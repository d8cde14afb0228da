/*
 * cli.h - what every verb of casebridge is given, and how it speaks.
 *
 * A verb reads its arguments, does its work through the store and the engine,
 * prints to standard output, and returns true, or fills *e: main() prints the
 * sentence and turns the code into the exit code. Progress and questions go to
 * the terminal, never into the output.
 */
#ifndef CLIENT_CLI_H
#define CLIENT_CLI_H

#include "proto/base/arena.h"
#include "proto/base/json.h"

enum text_id {
#define TEXT(name, zh, en) T_##name,
#include "client/cli/text.def"
#undef TEXT
	T_COUNT
};

enum option {
	/* any verb */
	O_STORE,
	O_JSON,
	O_LANG,
	O_YES,
	O_HELP,
	O_VERSION,
	/* some */
	O_PASSWORD_FILE,
	O_PASSPHRASE_FILE,
	O_RECOVERY_FILE,
	O_SERVER,
	O_CA,
	O_CODE,
	O_CODE_FILE,
	O_NEW_PASSWORD_FILE,
	O_USER,
	O_WATCH,
	O_ESTIMATE,
	O_HISTORY,
	O_CASE,
	O_FILE,
	O_REASON,
	O_NOTE,
	O_DRY_RUN,
	O_PROGRAMME,
	O_SHEET,
	O_MAP,
	O_DUPLICATES,
	O_REPORT,
	O_BATCHES,
	O_UNSENT,
	O_UNDO,
	O_KIND,
	O_TITLE,
	O_RESTRICTED,
	O_READER,
	O_BEFORE,
	O_VARIANT,
	O_AGE,
	O_WORDING,
	O_DAYS,
	O_OUTPUT,
	O_MASKED,
	O_CLINICAL,
	O_RETURN,
	O_ANSWERS,
	O_DATE,
	O_SUBJECT,
	O_TO,
	O_STAFF,
	O_LETTER,
	O_SENDS,
	O_URGENCY,
	O_DEADLINE,
	O_HAND_OVER,
	O_NAMELESS,
	O_DRAFT,
	O_MANAGER,
	O_CONFIRMED,
	O_IN,
	O_OUT,
	O_OVERDUE,
	O_ALL,
	O_WARD,
	O_LABEL,
	O_BY,
	O_NEED,
	O_OTHER,
	O_PERSON,
	O_ASSIGN,
	O_OPEN,
	O_UNMET,
	O_MINE,
	O_PATIENT,
	O_LOAD,
	O_WEB,
	O_NO_BROWSER,
	O_OFFLINE,
	O_IDLE,
	O_BUDGET,
	O_PREVIEW,
	O_COPIES,
	O_FROM,
	O_CSV,
	O_OUTSIDE,
	O_READERS,
	O_XLSX,
	O_PDF,
	O_COUNT
};

#define CLI_ARGS 512

struct verb;

struct cli {
	struct arena *mem;
	enum lang lang;
	bool json;
	bool colour;   /* standard output is a terminal that wants it */
	bool terminal; /* standard error is one: progress may be shown */
	const struct verb *verb;
	/* Its value, "" for a flag, NULL; of one that may be given several
	 * times, all values, a line each. */
	const char *option[O_COUNT];
	const char *arg[CLI_ARGS]; /* what follows the verb */
	size_t args;
	int exit_code; /* of a verb that succeeded, but not wholly */
};

#define VERB_OPTIONS 16

struct verb {
	const char *name;
	const char *usage; /* what follows the name */
	enum text_id about;
	enum text_id help;
	size_t min_args;
	size_t max_args;
	enum option options[VERB_OPTIONS]; /* besides those of any verb; ends
					      with O_COUNT */
	bool (*run)(struct cli *c, struct err *e);
};

extern const struct verb verbs[];
extern const size_t verb_count;

/* Fills verb, options and arguments. False with ERR_USAGE. */
bool cli_parse(
	struct cli *c, int argc, char *const argv[], struct err *e) MUST_CHECK;
void cli_help(struct cli *c);
bool cli_flag(const struct cli *c, enum option o);
/* Its name, "--reason". */
const char *cli_option(enum option o);
/* ERR_USAGE when a verb needs an option it was not given. */
bool cli_need(const struct cli *c, enum option o, struct err *e) MUST_CHECK;
bool cli_usage(
	struct err *e, const char *what, const char *accepts); /* false */

/* A sync ended by Ctrl-C: as the shell says of a program a signal ended. */
#define EXIT_STOPPED 130

int cli_exit_code(const struct err *e);

/* ---- sentences ---- */

const char *text_raw(enum lang lang, enum text_id t);
/* A sentence with {0}, {1} … filled in; NULL ends the list. */
const char *text_of(struct cli *c, enum text_id t, ...) NEVER_NULL;
const char *number_text(struct cli *c, int64_t n) NEVER_NULL;

/* ---- verbs, one file each ---- */

bool verb_enrol(struct cli *c, struct err *e) MUST_CHECK;
bool verb_login(struct cli *c, struct err *e) MUST_CHECK;
bool verb_account(struct cli *c, struct err *e) MUST_CHECK;
bool verb_sync(struct cli *c, struct err *e) MUST_CHECK;
bool verb_carry(struct cli *c, struct err *e) MUST_CHECK;
bool verb_status(struct cli *c, struct err *e) MUST_CHECK;
bool verb_cases(struct cli *c, struct err *e) MUST_CHECK;
bool verb_show(struct cli *c, struct err *e) MUST_CHECK;
bool verb_list(struct cli *c, struct err *e) MUST_CHECK;
bool verb_add(struct cli *c, struct err *e) MUST_CHECK;
bool verb_form(struct cli *c, struct err *e) MUST_CHECK;
bool verb_edit(struct cli *c, struct err *e) MUST_CHECK;
bool verb_plan(struct cli *c, struct err *e) MUST_CHECK;
bool verb_group(struct cli *c, struct err *e) MUST_CHECK;
bool verb_match(struct cli *c, struct err *e) MUST_CHECK;
bool verb_salvage(struct cli *c, struct err *e) MUST_CHECK;
bool verb_merge(struct cli *c, struct err *e) MUST_CHECK;
bool verb_attach(struct cli *c, struct err *e) MUST_CHECK;
bool verb_discard(struct cli *c, struct err *e) MUST_CHECK;
bool verb_fetch(struct cli *c, struct err *e) MUST_CHECK;
bool verb_sign(struct cli *c, struct err *e) MUST_CHECK;
bool verb_retract(struct cli *c, struct err *e) MUST_CHECK;
bool verb_conflicts(struct cli *c, struct err *e) MUST_CHECK;
bool verb_settle(struct cli *c, struct err *e) MUST_CHECK;
bool verb_score(struct cli *c, struct err *e) MUST_CHECK;
bool verb_import(struct cli *c, struct err *e) MUST_CHECK;
bool verb_export(struct cli *c, struct err *e) MUST_CHECK;
bool verb_print(struct cli *c, struct err *e) MUST_CHECK;
bool verb_due(struct cli *c, struct err *e) MUST_CHECK;
bool verb_measures(struct cli *c, struct err *e) MUST_CHECK;
bool verb_programme(struct cli *c, struct err *e) MUST_CHECK;
bool verb_refer(struct cli *c, struct err *e) MUST_CHECK;
bool verb_referrals(struct cli *c, struct err *e) MUST_CHECK;
bool verb_referral(struct cli *c, struct err *e) MUST_CHECK;
bool verb_menu(struct cli *c, struct err *e) MUST_CHECK;
bool verb_request(struct cli *c, struct err *e) MUST_CHECK;
bool verb_requests(struct cli *c, struct err *e) MUST_CHECK;
bool verb_answer(struct cli *c, struct err *e) MUST_CHECK;
bool verb_contact(struct cli *c, struct err *e) MUST_CHECK;
bool verb_contacts(struct cli *c, struct err *e) MUST_CHECK;
bool verb_promote(struct cli *c, struct err *e) MUST_CHECK;
bool verb_withdraw(struct cli *c, struct err *e) MUST_CHECK;
bool verb_copies(struct cli *c, struct err *e) MUST_CHECK;
bool verb_break_glass(struct cli *c, struct err *e) MUST_CHECK;
bool verb_audit(struct cli *c, struct err *e) MUST_CHECK;
bool verb_figures(struct cli *c, struct err *e) MUST_CHECK;
bool verb_doctor(struct cli *c, struct err *e) MUST_CHECK;
bool verb_open(struct cli *c, struct err *e) MUST_CHECK;

#endif
