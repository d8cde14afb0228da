/*
 * types_in.h - what the two files of the catalogue share, and nobody else sees:
 * types_read.c fills it, types.c answers from it.
 */
#ifndef PROTO_TYPES_IN_H
#define PROTO_TYPES_IN_H

#include "proto/base/hash.h"
#include "proto/types.h"

#define CATALOGUE_MAX_NO 99

struct named_type {
	const char *name;
	const struct rtype *type;
};

struct catalogue {
	struct arena *mem;
	json_t *doc; /* whole, with the lists made from it */
	struct str text;
	char etag[SHA256_HEX];
	json_t *scales;
	json_t *forms;
	json_t *packs;
	struct rtype *types; /* in order of no */
	size_t type_count;
	struct named_type *by_name; /* in order of name */
	const struct rtype *by_no[CATALOGUE_MAX_NO + 1];
	struct code_list *lists; /* in order of name */
	size_t list_count;
};

/* For sorting and searching: code lists and named types by name. */
int catalogue_cmp_list(const void *a, const void *b);
int catalogue_cmp_type(const void *a, const void *b);

/*
 * Fills c from its document; c->mem and c->doc are set. The first mistake found
 * is named by its place in e->msg.
 */
bool catalogue_fill(struct catalogue *c, struct err *e) MUST_CHECK;

/*
 * Puts the code lists that follow from what there is into the document: a code
 * for each programme, form and instrument, in order of name. `retired` is
 * {"form":{"name":true}} (may be NULL).
 */
void catalogue_make_lists(json_t *doc, const json_t *retired);

#endif
