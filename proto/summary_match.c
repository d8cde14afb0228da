/*
 * summary_match.c - whether a line is the one somebody types for.
 */
#include "proto/summary.h"

#include <ctype.h>
#include <string.h>

static bool starts_fold(const char *text, const char *query)
{
	for (; *query; query++, text++)
		if (tolower((unsigned char)*text) !=
			tolower((unsigned char)*query))
			return false;
	return true;
}

/* At the start of the text or of a word in it; anywhere for Han text. */
static bool word_matches(const char *text, const char *query)
{
	bool han = (unsigned char)*query >= 0x80;

	for (const char *at = text; *at; at++)
		if ((at == text || han || at[-1] == ' ' || at[-1] == '-') &&
			starts_fold(at, query))
			return true;
	return false;
}

static bool contains_fold(const char *text, const char *query)
{
	for (; *text; text++)
		if (starts_fold(text, query))
			return true;
	return false;
}

/* Pinyin without its spaces, so "zhangwei" finds "zhang wei". */
static bool joined_matches(const char *text, const char *query)
{
	for (; *query; text++) {
		if (*text == ' ')
			continue;
		if (tolower((unsigned char)*text) !=
			tolower((unsigned char)*query))
			return false;
		query++;
	}
	return true;
}

bool summary_matches(const json_t *summary, const char *query)
{
	const char *number = json_str(summary, "number");
	const char *name = json_str(summary, "name");
	const char *pinyin = json_str(summary, "pinyin");
	const char *initials = json_str(summary, "initials");

	if (!*query)
		return true;
	return (number && contains_fold(number, query)) ||
	       (name && word_matches(name, query)) ||
	       (pinyin && (word_matches(pinyin, query) ||
				  joined_matches(pinyin, query))) ||
	       (initials && word_matches(initials, query));
}
