/*
 * words.h - what people write into cells, made comparable: cleaned texts, yes
 * and no, levels, and codes by any of their names.
 */
#ifndef CLIENT_IMPORT_WORDS_H
#define CLIENT_IMPORT_WORDS_H

#include "proto/types.h"

/* Full-width signs made narrow, breaks and tabs made spaces, marks without
 * width left out, trimmed; for everything that is no free text. */
char *words_narrow(struct arena *mem, const char *text) NEVER_NULL;
/* Trimmed, breaks as \n, nothing a body may not hold; the wording stays. */
char *words_free(struct arena *mem, const char *text) NEVER_NULL;

/* 无, /, -, 不详 …: a cell that says there is nothing to say. */
bool words_nothing(const char *text);
enum yes { YES_UNKNOWN, YES_NO, YES_YES };
enum yes words_yes(const char *text);
/* A level from 0 to 9 in digits, Han or Roman numerals, with or without 级;
 * -1 when it is none. */
int words_level(const char *text);
/* A number as a spreadsheet writes long ones: 1.10105E+17. */
bool words_scientific(const char *text);
/* A line below the list that is about the list: 合计, 填表人 … */
bool words_footer(const char *text);

enum fit {
	FIT_NONE,
	FIT_SURE,  /* the code, its name, or a word for it */
	FIT_LIKELY /* one of these is part of it, or it of one of these, and of
		      no other */
};

/* The code of a list that a text means. */
enum fit words_code(
	const struct code_list *l, const char *text, const char **code);

#endif
