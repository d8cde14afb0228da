/*
 * kind.c - see kind.h. Two tables: how files begin, and what is written into
 * the old Office container.
 */
#include "client/import/kind.h"

#include <string.h>
#include <strings.h>

#define LOOK 4096 /* into a text, for what kind of markup it is */

/* clang-format off */
static const struct {
	const char *bytes;
	size_t n;
	enum say what; /* SAY_COUNT: asked further */
} beginnings[] = {
	{"\320\317\021\340\241\261\032\341", 8, SAY_COUNT},
	{"%PDF-", 5, SAY_IS_PDF},
	{"{\\rtf", 5, SAY_IS_RTF},
	{"\211PNG", 4, SAY_IS_PICTURE},
	{"\377\330\377", 3, SAY_IS_PICTURE},
	{"GIF8", 4, SAY_IS_PICTURE},
	{"\037\213", 2, SAY_IS_PACKED},
	{"BZh", 3, SAY_IS_PACKED},
	{"7z\274\257\047\034", 6, SAY_IS_PACKED},
	{"Rar!\032\007", 6, SAY_IS_PACKED},
	{"\3757zXZ", 5, SAY_IS_PACKED},
	{"\050\265\057\375", 4, SAY_IS_PACKED},
	{"SQLite format 3", 15, SAY_IS_DATABASE},
};

/* Names of streams, in UTF-16 as the container has them. */
static const struct {
	const char *name;
	enum say what;
} streams[] = {
	{"EncryptedPackage", SAY_IS_LOCKED}, /* a modern file, sealed */
	{"WordDocument",     SAY_IS_DOC},
	{"PowerPoint Doc",   SAY_IS_DOC},
	{"Workbook",         SAY_IS_XLS},
	{"Book",             SAY_IS_XLS},
};

static const struct {
	const char *mark;
	enum say what;
} markups[] = {
	{"urn:schemas-microsoft-com:office:spreadsheet", SAY_IS_XML_SHEET},
	{"progid=\"Excel.Sheet\"",                       SAY_IS_XML_SHEET},
	{"<html",                                        SAY_IS_HTML},
	{"<!doctype html",                               SAY_IS_HTML},
	{"<table",                                       SAY_IS_HTML},
	{"<?xml",                                        SAY_IS_XML},
};
/* clang-format on */

static bool starts(struct str s, const char *p, size_t n)
{
	return s.n >= n && memcmp(s.p, p, n) == 0;
}

/* Where the text is found, letters of either case; false when nowhere. */
static bool has_text(struct str s, const char *text)
{
	size_t n = strlen(text);

	for (size_t i = 0; i + n <= s.n; i++)
		if (strncasecmp(s.p + i, text, n) == 0)
			return true;
	return false;
}

static bool has_wide(struct str s, const char *text)
{
	size_t n = strlen(text);

	for (size_t i = 0; i + 2 * n <= s.n; i += 2) {
		size_t k = 0;

		while (k < n && s.p[i + 2 * k] == text[k] &&
			!s.p[i + 2 * k + 1])
			k++;
		if (k == n)
			return true;
	}
	return false;
}

static enum say container(struct str bytes)
{
	for (size_t i = 0; i < ARRAY_LEN(streams); i++)
		if (has_wide(bytes, streams[i].name))
			return streams[i].what;
	return SAY_IS_DOC;
}

/* A text whose first sign is "<" is no list. */
static enum say markup(struct str bytes)
{
	struct str head = {bytes.p, bytes.n < LOOK ? bytes.n : LOOK};

	if (starts(head, "\357\273\277", 3)) {
		head.p += 3;
		head.n -= 3;
	}
	while (head.n && strchr(" \t\r\n", *head.p)) {
		head.p++;
		head.n--;
	}
	if (!head.n || *head.p != '<')
		return SAY_COUNT;
	for (size_t i = 0; i < ARRAY_LEN(markups); i++)
		if (has_text(head, markups[i].mark))
			return markups[i].what;
	return SAY_COUNT;
}

static enum say what_it_is(struct str bytes)
{
	for (size_t i = 0; i < ARRAY_LEN(beginnings); i++)
		if (starts(bytes, beginnings[i].bytes, beginnings[i].n))
			return beginnings[i].what == SAY_COUNT
				       ? container(bytes)
				       : beginnings[i].what;
	return markup(bytes);
}

enum file_kind kind_of_file(struct str bytes)
{
	if (starts(bytes, "PK\003\004", 4) || starts(bytes, "PK\005\006", 4))
		return FILE_ZIP;
	return what_it_is(bytes) == SAY_COUNT ? FILE_TABLE_TEXT : FILE_OTHER;
}

bool kind_refuse(const struct reading *r, struct str bytes, struct err *e)
{
	return refuse_file(r, e, what_it_is(bytes), NULL);
}
