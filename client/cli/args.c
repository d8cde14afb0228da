/*
 * args.c - the command line: verbs and options from two tables, and the help
 * made of them.
 */
#include "client/cli/cli.h"

#include <stdio.h>
#include <string.h>

/* clang-format off */
static const struct {
	const char *name;
	const char *value; /* what it takes; NULL: nothing */
	enum text_id about;
} options[] = {
	[O_STORE] =           {"--store", "DIR", T_O_STORE},
	[O_JSON] =            {"--json", NULL, T_O_JSON},
	[O_LANG] =            {"--lang", "zh|en", T_O_LANG},
	[O_YES] =             {"--yes", NULL, T_O_YES},
	[O_HELP] =            {"--help", NULL, T_O_HELP},
	[O_VERSION] =         {"--version", NULL, T_O_VERSION},
	[O_PASSWORD_FILE] =   {"--password-file", "FILE", T_O_PASSWORD_FILE},
	[O_PASSPHRASE_FILE] = {"--passphrase-file", "FILE", T_O_PASSPHRASE_FILE},
	[O_RECOVERY_FILE] =   {"--recovery-file", "FILE", T_O_RECOVERY_FILE},
	[O_SERVER] =          {"--server", "URL", T_O_SERVER},
	[O_CA] =              {"--ca", "FILE", T_O_CA},
	[O_CODE] =            {"--code", "CODE", T_O_CODE},
	[O_CODE_FILE] =       {"--code-file", "FILE", T_O_CODE_FILE},
	[O_NEW_PASSWORD_FILE] = {"--new-password-file", "FILE", T_O_NEW_PASSWORD_FILE},
	[O_USER] =            {"--user", "LOGIN", T_O_USER},
	[O_WATCH] =           {"--watch", NULL, T_O_WATCH},
	[O_ESTIMATE] =        {"--estimate", NULL, T_O_ESTIMATE},
	[O_HISTORY] =         {"--history", NULL, T_O_HISTORY},
	[O_CASE] =            {"--case", "ID", T_O_CASE},
	[O_FILE] =            {"--file", "FILE", T_O_FILE},
	[O_REASON] =          {"--reason", "TEXT", T_O_REASON},
	[O_NOTE] =            {"--note", "TEXT", T_O_NOTE},
	[O_DRY_RUN] =         {"--dry-run", NULL, T_O_DRY_RUN},
	[O_PROGRAMME] =       {"--programme", "P", T_O_PROGRAMME},
	[O_SHEET] =           {"--sheet", "NAME", T_O_SHEET},
	[O_MAP] =             {"--map", "PAIR", T_O_MAP},
	[O_DUPLICATES] =      {"--duplicates", "HOW", T_O_DUPLICATES},
	[O_REPORT] =          {"--report", "FILE", T_O_REPORT},
	[O_BATCHES] =         {"--batches", NULL, T_O_BATCHES},
	[O_UNSENT] =          {"--unsent", "FILE", T_O_UNSENT},
	[O_UNDO] =            {"--undo", NULL, T_O_UNDO},
	[O_KIND] =            {"--kind", "KIND", T_O_KIND},
	[O_TITLE] =           {"--title", "TEXT", T_O_TITLE},
	[O_RESTRICTED] =      {"--restricted", NULL, T_O_RESTRICTED},
	[O_READER] =          {"--reader", "STAFF", T_O_READER},
	[O_BEFORE] =          {"--before", "ANSWERS", T_O_BEFORE},
	[O_VARIANT] =         {"--variant", "V", T_O_VARIANT},
	[O_AGE] =             {"--age", "YEARS", T_O_AGE},
	[O_WORDING] =         {"--wording", "FILE", T_O_WORDING},
	[O_DAYS] =            {"--days", "N", T_O_DAYS},
	[O_OUTPUT] =          {"--output", "FILE", T_O_OUTPUT},
	[O_MASKED] =          {"--masked", NULL, T_O_MASKED},
	[O_CLINICAL] =        {"--clinical", NULL, T_O_CLINICAL},
	[O_RETURN] =          {"--return", NULL, T_O_RETURN},
	[O_ANSWERS] =         {"--answers", "FILE", T_O_ANSWERS},
	[O_DATE] =            {"--date", "DATE", T_O_DATE},
	[O_SUBJECT] =         {"--subject", "PERSON", T_O_SUBJECT},
	[O_TO] =              {"--to", "TO", T_O_TO},
	[O_STAFF] =           {"--staff", "NAME", T_O_STAFF},
	[O_LETTER] =          {"--letter", "FILE", T_O_LETTER},
	[O_SENDS] =           {"--sends", "CLASSES", T_O_SENDS},
	[O_URGENCY] =         {"--urgency", "LEVEL", T_O_URGENCY},
	[O_DEADLINE] =        {"--deadline", "DATE", T_O_DEADLINE},
	[O_HAND_OVER] =       {"--hand-over", NULL, T_O_HAND_OVER},
	[O_NAMELESS] =        {"--nameless", NULL, T_O_NAMELESS},
	[O_DRAFT] =           {"--draft", NULL, T_O_DRAFT},
	[O_MANAGER] =         {"--manager", "NAME", T_O_MANAGER},
	[O_CONFIRMED] =       {"--confirmed", NULL, T_O_CONFIRMED},
	[O_IN] =              {"--in", NULL, T_O_IN},
	[O_OUT] =             {"--out", NULL, T_O_OUT},
	[O_OVERDUE] =         {"--overdue", NULL, T_O_OVERDUE},
	[O_ALL] =             {"--all", NULL, T_O_ALL},
	[O_WARD] =            {"--ward", "WARD", T_O_WARD},
	[O_LABEL] =           {"--label", "LABEL", T_O_LABEL},
	[O_BY] =              {"--by", "BY", T_O_BY},
	[O_NEED] =            {"--need", "TEXT", T_O_NEED},
	[O_OTHER] =           {"--other", NULL, T_O_OTHER},
	[O_PERSON] =          {"--person", "PERSON", T_O_PERSON},
	[O_ASSIGN] =          {"--assign", "NAME", T_O_ASSIGN},
	[O_OPEN] =            {"--open", NULL, T_O_OPEN},
	[O_UNMET] =           {"--unmet", NULL, T_O_UNMET},
	[O_MINE] =            {"--mine", NULL, T_O_MINE},
	[O_PATIENT] =         {"--patient", NULL, T_O_PATIENT},
	[O_LOAD] =            {"--load", "PACK", T_O_LOAD},
	[O_WEB] =             {"--web", "DIR", T_O_WEB},
	[O_NO_BROWSER] =      {"--no-browser", NULL, T_O_NO_BROWSER},
	[O_OFFLINE] =         {"--offline", NULL, T_O_OFFLINE},
	[O_IDLE] =            {"--idle", "MINUTES", T_O_IDLE},
	[O_BUDGET] =          {"--budget", "MB", T_O_BUDGET},
	[O_PREVIEW] =         {"--preview", NULL, T_O_PREVIEW},
	[O_COPIES] =          {"--copies", NULL, T_O_COPIES},
	[O_FROM] =            {"--from", "PERIOD", T_O_FROM},
	[O_CSV] =             {"--csv", NULL, T_O_CSV},
	[O_OUTSIDE] =         {"--outside", NULL, T_O_OUTSIDE},
	[O_READERS] =         {"--readers", NULL, T_O_READERS},
	[O_XLSX] =            {"--xlsx", "FILE", T_O_XLSX},
	[O_PDF] =             {"--pdf", "FILE", T_O_PDF},
};
/* clang-format on */

bool cli_usage(struct err *e, const char *what, const char *accepts)
{
	return err_field(e, ERR_USAGE, what, "%s", accepts);
}

bool cli_flag(const struct cli *c, enum option o)
{
	return c->option[o] != NULL;
}

const char *cli_option(enum option o)
{
	return options[o].name;
}

bool cli_need(const struct cli *c, enum option o, struct err *e)
{
	if (c->option[o] && c->option[o][0])
		return true;
	return err_field(e, ERR_USAGE, options[o].name, "%s %s %s",
		options[o].name, options[o].value ? options[o].value : "",
		"(casebridge --help)");
}

static const struct verb *find_verb(const char *name)
{
	for (size_t i = 0; i < verb_count; i++)
		if (strcmp(verbs[i].name, name) == 0)
			return &verbs[i];
	return NULL;
}

static bool takes(const struct verb *v, enum option o)
{
	if (o < O_PASSWORD_FILE)
		return true;
	for (size_t i = 0; v && v->options[i] != O_COUNT; i++)
		if (v->options[i] == o)
			return true;
	return false;
}

/* "--name" or "--name=value": the option and where its value begins. */
static enum option find_option(const char *text, const char **value)
{
	int i = 0;

	*value = NULL;
	for (; i < O_COUNT; i++) {
		size_t n = strlen(options[i].name);

		if (strncmp(text, options[i].name, n) != 0)
			continue;
		if (text[n] == '=')
			*value = text + n + 1;
		if (!text[n] || text[n] == '=')
			break;
	}
	return (enum option)i;
}

static bool take_option(struct cli *c, const char *text, const char *next,
	bool *used_next, struct err *e)
{
	const char *value;
	enum option o = find_option(text, &value);

	*used_next = false;
	if (o == O_COUNT)
		return cli_usage(e, text, "casebridge --help");
	if (!options[o].value && value)
		return cli_usage(e, options[o].name, options[o].name);
	if (options[o].value && !value) {
		if (!next)
			return cli_need(c, o, e);
		value = next;
		*used_next = true;
	}
	/* The one option that may be given several times. */
	if (o == O_MAP && c->option[o])
		value = arena_printf(c->mem, "%s\n%s", c->option[o], value);
	c->option[o] = value ? value : "";
	return true;
}

/* Words and options in any order; after "--" everything is a word. */
static bool split(struct cli *c, int argc, char *const argv[], struct err *e)
{
	bool only_words = false, used_next;

	for (int i = 1; i < argc; i++) {
		/* The one option with a short form, as people know it. */
		const char *word =
			strcmp(argv[i], "-o") == 0 ? "--output" : argv[i];

		if (!only_words && strcmp(word, "--") == 0) {
			only_words = true;
		} else if (!only_words && word[0] == '-' && word[1] == '-') {
			if (!take_option(c, word,
				    i + 1 < argc ? argv[i + 1] : NULL,
				    &used_next, e))
				return false;
			i += used_next;
		} else if (!c->verb) {
			c->verb = find_verb(word);
			if (!c->verb)
				return cli_usage(e, word, "casebridge --help");
		} else if (c->args == CLI_ARGS) {
			return cli_usage(e, word, "512");
		} else {
			c->arg[c->args++] = word;
		}
	}
	return true;
}

static bool set_lang(struct cli *c, struct err *e)
{
	const char *lang = c->option[O_LANG];

	if (!lang)
		return true;
	if (strcmp(lang, "zh") != 0 && strcmp(lang, "en") != 0)
		return cli_usage(e, "--lang", "zh, en");
	c->lang = lang[0] == 'z' ? LANG_ZH : LANG_EN;
	return true;
}

bool cli_parse(struct cli *c, int argc, char *const argv[], struct err *e)
{
	/* Known first, so that a fault in the rest is told as asked for. */
	for (int i = 1; i < argc; i++)
		c->json |= strcmp(argv[i], "--json") == 0;
	if (!split(c, argc, argv, e) || !set_lang(c, e))
		return false;
	if (cli_flag(c, O_HELP) || cli_flag(c, O_VERSION))
		return true;
	if (!c->verb)
		return cli_usage(e, "casebridge", "casebridge --help");
	for (int o = 0; o < O_COUNT; o++)
		if (c->option[o] && !takes(c->verb, (enum option)o))
			return err_field(e, ERR_USAGE, options[o].name,
				"casebridge %s --help", c->verb->name);
	if (c->args < c->verb->min_args || c->args > c->verb->max_args)
		return err_field(e, ERR_USAGE, c->verb->name,
			"casebridge %s %s", c->verb->name, c->verb->usage);
	return true;
}

/* ---- help ---- */

static void print_option(struct cli *c, enum option o)
{
	const char *value = options[o].value ? options[o].value : "";
	int n = printf("  %s %s", options[o].name, value);

	printf("%*s%s\n", n < 27 ? 27 - n : 1, "",
		text_raw(c->lang, options[o].about));
}

static void verb_help(struct cli *c)
{
	const struct verb *v = c->verb;

	printf("%s: casebridge %s %s\n\n%s\n\n%s\n\n%s:\n",
		text_raw(c->lang, T_USAGE), v->name, v->usage,
		text_raw(c->lang, v->about), text_raw(c->lang, v->help),
		text_raw(c->lang, T_OPTIONS));
	for (size_t i = 0; v->options[i] != O_COUNT; i++)
		print_option(c, v->options[i]);
	for (int o = 0; o < O_VERSION; o++)
		print_option(c, (enum option)o);
	printf("\n%s\n", text_raw(c->lang, T_EXIT_CODES));
}

void cli_help(struct cli *c)
{
	if (c->verb) {
		verb_help(c);
		return;
	}
	printf("%s\n\n%s: casebridge [%s] VERB …\n\n%s:\n",
		text_raw(c->lang, T_ABOUT), text_raw(c->lang, T_USAGE),
		text_raw(c->lang, T_OPTIONS), text_raw(c->lang, T_VERBS));
	for (size_t i = 0; i < verb_count; i++)
		printf("  %-12s %s\n", verbs[i].name,
			text_raw(c->lang, verbs[i].about));
	printf("\n%s:\n", text_raw(c->lang, T_OPTIONS));
	for (int o = 0; o <= O_VERSION; o++)
		print_option(c, (enum option)o);
	print_option(c, O_PASSPHRASE_FILE);
	printf("\n%s\n", text_raw(c->lang, T_EXIT_CODES));
}
