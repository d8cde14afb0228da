/*
 * papers.h - papers in the store of a fixture, as text.
 */
#ifndef TESTS_CLIENT_PAPERS_H
#define TESTS_CLIENT_PAPERS_H

#include "tests/unit/client/fixture.h"

/* `text` NULL takes the paper away. */
static inline bool put_paper(
	struct fixture *f, const char *kind, const char *name, const char *text)
{
	return store_begin(f->s, &f->e) &&
	       store_paper_put(f->s, kind, name,
		       text ? json_loads(text, 0, NULL) : NULL, &f->e) &&
	       store_commit(f->s, &f->e);
}

static inline const char *paper(
	struct fixture *f, const char *kind, const char *name)
{
	json_t *doc;

	if (!store_paper(f->s, kind, name, f->mem, &doc, &f->e))
		return f->e.msg;
	return doc ? json_canonical(doc, f->mem) : "none";
}

#endif
