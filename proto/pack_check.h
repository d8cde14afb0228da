/*
 * pack_check.h - every mistake in the data a district or a programmer writes.
 *
 * Programmes, forms, scales, their wordings and code lists are JSON files. The
 * functions here add all that is wrong with one; pack_check() takes several
 * together, which may name each other, and says on which line a mistake stands.
 */
#ifndef PROTO_PACK_CHECK_H
#define PROTO_PACK_CHECK_H

#include "proto/mistake.h"
#include "proto/types.h"

/* The longest file, so that a record of it fits any program's limits. */
#define PACK_BYTES 200000

/* A programme pack (docs/packs.md "A pack"). */
void programme_mistakes(const struct catalogue *c, const json_t *pack,
	const struct place *at, struct mistakes *out);
/* A code list: {"codes","label","items":[{"code","zh","en"}]}. One that is to
 * replace another (not NULL) keeps all its codes. */
void codes_mistakes(const json_t *list, const struct code_list *before,
	const struct place *at, struct mistakes *out);

/* A `pack` record about to be added: the same, with its envelope. `others` are
 * added with it; their order may change. */
void pack_record_mistakes(const struct catalogue *c, const struct overlay *own,
	struct overlay *others, size_t n, struct mistakes *out);

/* All scales, forms and packs of a catalogue, older versions too. */
void catalogue_mistakes(const struct catalogue *c, struct mistakes *out);

/* One file; what it turned out to be is filled by pack_check(). */
struct pack_file {
	struct str text;
	const char *kind; /* pack, form, scale, wording, codes, or NULL */
	const char *name; /* NULL when it does not say */
	const char *version;
	const json_t *data;
	struct mistakes wrong;
	size_t *line; /* of each mistake */
};

/*
 * Checks files against a catalogue and each other. With `fresh`, a version that
 * is there must not be given other content; without, a file may be the next
 * draft of what is there. Everything made belongs to mem.
 */
void pack_check(const struct catalogue *c, struct pack_file *files, size_t n,
	bool fresh, struct arena *mem);

/* The mistake of a version that is there with other content. */
void pack_version_taken(struct pack_file *f, struct arena *mem);

/* "12: fields[2].kind: …" in a language. */
void pack_mistake_text(
	const struct pack_file *f, size_t i, enum lang lang, struct buf *out);
/* {"line","path","code","zh","en"} */
json_t *pack_mistake_json(const struct pack_file *f, size_t i);

#endif
