/*
 * call.c - see call.h.
 */
#include "server/admin/call.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

enum traits { TRAIT_NONE, TRAIT_REQUIRED, TRAIT_FLAG, TRAIT_UNKNOWN };

/* What a list like "site! json?" says of a name. */
static enum traits traits_of(const char *list, const char *name, size_t n)
{
	while (list && *list) {
		size_t word = strcspn(list, " ");
		size_t bare = strcspn(list, "!? ");

		if (bare == n && strncmp(list, name, n) == 0)
			return bare == word        ? TRAIT_NONE
			       : list[bare] == '!' ? TRAIT_REQUIRED
						   : TRAIT_FLAG;
		list += word + (list[word] == ' ');
	}
	return TRAIT_UNKNOWN;
}

static bool is_setting(const char *name)
{
	for (size_t i = 0; config_key(i); i++)
		if (strcmp(config_key(i), name) == 0)
			return true;
	return false;
}

const char *call_option(const struct call *c, const char *name)
{
	for (size_t i = 0; i < c->option_count; i++)
		if (strcmp(c->option[i].name, name) == 0)
			return c->option[i].value;
	return NULL;
}

/* Words of the verb: the longest row that matches. */
static const struct verb *find_verb(
	const struct verb *verbs, size_t n, int argc, char **argv, int *words)
{
	for (*words = 2; *words > 0; --*words) {
		char name[64];

		if (argc <= *words)
			continue;
		snprintf(name, sizeof(name), *words == 2 ? "%s %s" : "%s",
			argv[1], *words == 2 ? argv[2] : "");
		for (size_t i = 0; i < n; i++)
			if (strcmp(verbs[i].name, name) == 0)
				return &verbs[i];
	}
	return NULL;
}

static bool keep(
	struct call *c, const char *name, const char *value, struct err *e)
{
	if (call_option(c, name))
		return err_field(e, ERR_USAGE, name, "once");
	if (c->option_count == CALL_OPTIONS)
		return err_field(e, ERR_USAGE, name, "fewer options");
	c->option[c->option_count].name = name;
	c->option[c->option_count].value = value;
	c->option_count++;
	return true;
}

/* One --name=value or --name value. */
static bool read_option(struct call *c, const struct verb *v, int argc,
	char **argv, int *i, struct err *e)
{
	const char *word = argv[*i], *eq, *name, *value = "";
	enum traits traits;

	if (strncmp(word, "--", 2) != 0) {
		if (traits_of(v->options, "FILE", 4) == TRAIT_UNKNOWN)
			return err_field(e, ERR_USAGE, word, "--option value");
		c->file[c->files++] = word;
		return true;
	}
	eq = strchr(word, '=');
	name = arena_strndup(c->mem, word + 2,
		eq ? (size_t)(eq - word - 2) : strlen(word + 2));
	traits = traits_of(v->options, name, strlen(name));
	if ((traits == TRAIT_UNKNOWN || strcmp(name, "FILE") == 0) &&
		strcmp(name, "config") != 0 && !is_setting(name))
		return err_field(e, ERR_USAGE, word, "%s",
			v->options ? v->options : "settings only");
	if (eq)
		value = eq + 1;
	else if (traits != TRAIT_FLAG) {
		if (*i + 1 >= argc)
			return err_field(e, ERR_USAGE, word, "a value");
		value = argv[++*i];
	}
	return keep(c, name, value, e);
}

/* Settings: defaults, then the file, then the options. */
static bool read_settings(struct call *c, struct err *e)
{
	const char *file = call_option(c, "config");

	config_init(&c->conf, c->mem);
	if (file || access(CONFIG_FILE, F_OK) == 0)
		if (!config_read(&c->conf, file ? file : CONFIG_FILE, e))
			return false;
	for (size_t i = 0; i < c->option_count; i++) {
		const char *name = c->option[i].name;

		if (is_setting(name) &&
			!config_set(&c->conf,
				arena_printf(c->mem, "--%s", name), name,
				c->option[i].value, e))
			return false;
	}
	return config_check(&c->conf, e);
}

static bool check_required(
	const struct call *c, const struct verb *v, struct err *e)
{
	const char *list = v->options;

	while (list && *list) {
		size_t word = strcspn(list, " ");
		char name[32];

		snprintf(name, sizeof(name), "%.*s", (int)strcspn(list, "!? "),
			list);
		if (memchr(list, '!', word) && !call_option(c, name))
			return err_field(e, ERR_USAGE, v->name, "--%s", name);
		if (strcmp(name, "FILE") == 0 && !memchr(list, '?', word) &&
			c->files == 0)
			return err_field(e, ERR_USAGE, v->name, "FILE …");
		list += word + (list[word] == ' ');
	}
	return true;
}

const struct verb *call_read(struct call *c, const struct verb *verbs, size_t n,
	int argc, char **argv, struct arena *mem, struct err *e)
{
	const struct verb *v;
	int words;

	memset(c, 0, sizeof(*c));
	c->mem = mem;
	c->file = ARENA_ARRAY(mem, const char *, argc + 1);
	v = find_verb(verbs, n, argc, argv, &words);
	if (!v) {
		err_field(e, ERR_USAGE, argc > 1 ? argv[1] : "verb",
			"a verb; casebridged --help lists them");
		return NULL;
	}
	for (int i = words + 1; i < argc; i++)
		if (!read_option(c, v, argc, argv, &i, e))
			return NULL;
	return read_settings(c, e) && check_required(c, v, e) ? v : NULL;
}
