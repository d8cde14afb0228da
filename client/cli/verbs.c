/*
 * verbs.c - the table of verbs: what each is called, takes and says of itself.
 *
 * Help, argument checking and dispatch all read it, so they cannot disagree.
 */
#include "client/cli/cli.h"

#define UNLOCKED O_PASSPHRASE_FILE

/* clang-format off */
const struct verb verbs[] = {
	{"enrol", "--server https://HOST:PORT --ca FILE [--code CODE | --code-file FILE]",
		T_V_ENROL, T_H_ENROL, 0, 0,
		{O_SERVER, O_CA, O_CODE, O_CODE_FILE, O_COUNT}, verb_enrol},
	{"login", "--user LOGIN", T_V_LOGIN, T_H_LOGIN, 0, 0,
		{O_USER, O_PASSWORD_FILE, UNLOCKED, O_RECOVERY_FILE, O_COUNT}, verb_login},
	{"sync", "[--watch]", T_V_SYNC, T_H_SYNC, 0, 0, {O_WATCH, UNLOCKED, O_COUNT}, verb_sync},
	{"status", "", T_V_STATUS, T_H_STATUS, 0, 0, {UNLOCKED, O_COUNT}, verb_status},
	{"cases", "[QUERY]", T_V_CASES, T_H_CASES, 0, 8, {UNLOCKED, O_COUNT}, verb_cases},
	{"due", "[--days N]", T_V_DUE, T_H_DUE, 0, 0, {O_DAYS, UNLOCKED, O_COUNT}, verb_due},
	{"measures", "CASE | GROUP", T_V_MEASURES, T_H_MEASURES, 1, 1, {UNLOCKED, O_COUNT}, verb_measures},
	{"programme", "[PACK]", T_V_PROGRAMME, T_H_PROGRAMME, 0, 1, {UNLOCKED, O_COUNT}, verb_programme},
	{"show", "ID [--history]", T_V_SHOW, T_H_SHOW, 1, 1,
		{O_HISTORY, UNLOCKED, O_COUNT}, verb_show},
	{"add", "TYPE [--case ID] field=value ...", T_V_ADD, T_H_ADD, 1, CLI_ARGS,
		{O_CASE, O_FILE, UNLOCKED, O_COUNT}, verb_add},
	{"form", "[FORM [--case CASE] [question=value ...] [--answers FILE]]", T_V_FORM, T_H_FORM, 0, CLI_ARGS,
		{O_CASE, O_ANSWERS, O_DATE, O_SUBJECT, O_DRY_RUN, UNLOCKED, O_COUNT}, verb_form},
	{"edit", "RECORD field=value ...", T_V_EDIT, T_H_EDIT, 1, CLI_ARGS,
		{O_FILE, UNLOCKED, O_COUNT}, verb_edit},
	{"plan", "CASE [GOAL ...] [--dry-run]", T_V_PLAN, T_H_PLAN, 1, CLI_ARGS,
		{O_DRY_RUN, UNLOCKED, O_COUNT}, verb_plan},
	{"group", "[list | new TEMPLATE ... | attend GROUP NUMBER ... | show GROUP]", T_V_GROUP, T_H_GROUP, 0, CLI_ARGS,
		{UNLOCKED, O_COUNT}, verb_group},
	{"match", "field=value ... [--file FILE] [--reason TEXT]", T_V_MATCH, T_H_MATCH, 0, CLI_ARGS,
		{O_FILE, O_REASON, UNLOCKED, O_COUNT}, verb_match},
	{"merge", "PERSON INTO | PERSON --undo", T_V_MERGE, T_H_MERGE, 1, 2,
		{O_UNDO, UNLOCKED, O_COUNT}, verb_merge},
	{"attach", "CASE FILE [--kind KIND] [--title TEXT] [--restricted] [--reader STAFF] [field=value ...]",
		T_V_ATTACH, T_H_ATTACH, 2, CLI_ARGS,
		{O_KIND, O_TITLE, O_RESTRICTED, O_READER, UNLOCKED, O_COUNT}, verb_attach},
	{"fetch", "DOCUMENT [--output FILE]", T_V_FETCH, T_H_FETCH, 1, 1, {O_OUTPUT, UNLOCKED, O_COUNT}, verb_fetch},
	{"sign", "RECORD", T_V_SIGN, T_H_SIGN, 1, 1, {UNLOCKED, O_COUNT}, verb_sign},
	{"retract", "RECORD --reason TEXT", T_V_RETRACT, T_H_RETRACT, 1, 1,
		{O_REASON, UNLOCKED, O_COUNT}, verb_retract},
	{"conflicts", "", T_V_CONFLICTS, T_H_CONFLICTS, 0, 0, {UNLOCKED, O_COUNT}, verb_conflicts},
	{"settle", "CONFLICT mine|theirs|field=value ...", T_V_SETTLE, T_H_SETTLE, 2, 64,
		{O_NOTE, UNLOCKED, O_COUNT}, verb_settle},
	{"score", "[INSTRUMENT [ANSWERS]]", T_V_SCORE, T_H_SCORE, 0, 2,
		{O_BEFORE, O_VARIANT, O_AGE, O_WORDING, O_COUNT}, verb_score},
	{"import", "FILE [--dry-run] ... | --batches | --undo BATCH", T_V_IMPORT, T_H_IMPORT, 0, 1,
		{O_DRY_RUN, O_SHEET, O_MAP, O_PROGRAMME, O_DUPLICATES, O_REPORT, O_BATCHES, O_UNDO,
		UNLOCKED, O_COUNT}, verb_import},
	{"export", "--unsent FILE", T_V_EXPORT, T_H_EXPORT, 0, 0,
		{O_UNSENT, UNLOCKED, O_RECOVERY_FILE, O_COUNT}, verb_export},
	{"print", "case|plan|referral|group|menu|dignity [ID] [-o FILE.pdf]", T_V_PRINT, T_H_PRINT, 1, 2,
		{O_OUTPUT, O_MASKED, O_CLINICAL, O_RETURN, UNLOCKED, O_COUNT}, verb_print},
	{"doctor", "", T_V_DOCTOR, T_H_DOCTOR, 0, 0, {UNLOCKED, O_COUNT}, verb_doctor},
};
/* clang-format on */

const size_t verb_count = ARRAY_LEN(verbs);
