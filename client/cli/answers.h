/*
 * answers.h - the answers of a form, between what people type and what is kept.
 *
 *   danger=3  symptoms=hallucination,suspicion  symptoms=[]  cost=12.50 (yuan)
 *   results+=item:hba1c,value:7.1,date:2026-01-03    one row more
 */
#ifndef CLIENT_ANSWERS_H
#define CLIENT_ANSWERS_H

#include "client/cli/desk.h"

/* question=value … of the command line, from an argument on, into `answers`.
 * The field of an error is answers.danger, answers.results[0].value. */
bool answers_read(struct desk *d, const json_t *form, size_t from,
	json_t *answers, struct err *e) MUST_CHECK;

/* What a question takes, and a value of it as people read it. */
const char *answer_accepts(struct desk *d, const json_t *question);
const char *answer_show(
	struct desk *d, const json_t *question, const json_t *v);

#endif
