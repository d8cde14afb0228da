/*
 * types.h - the catalogue in memory: record types, fields, code lists.
 *
 * The data are the JSON files of proto/catalogue, proto/codes, proto/scales,
 * proto/forms and proto/programmes, linked into the program as one document.
 * A catalogue never changes after catalogue_load(), so any thread may read it.
 */
#ifndef PROTO_TYPES_H
#define PROTO_TYPES_H

#include "proto/base/json.h"
#include "proto/base/uuid.h"
#include "proto/mistake.h"

/* Room for name@version and a 0. */
#define VERSIONED_NAME 96

enum field_kind {
	KIND_TEXT,
	KIND_INT,
	KIND_NUMBER,
	KIND_BOOL,
	KIND_DATE,
	KIND_PARTIAL_DATE,
	KIND_TIME,
	KIND_CODE,
	KIND_CODES,
	KIND_REF,
	KIND_REFS,
	KIND_JSON,
};

/*
 * Where records of a type live (docs/wire.md "Words"): with everybody, by
 * themselves (a person), in a case, in a group, or as a letter between sites:
 * by itself, perhaps about a case.
 */
enum scope {
	SCOPE_DIRECTORY,
	SCOPE_PERSON,
	SCOPE_CASE,
	SCOPE_GROUP,
	SCOPE_LETTER,
};

/* What a consent covers; a reader's mask is a sum of these. */
enum record_class {
	CLASS_CORE = 1,
	CLASS_IDENTITY = 2,
	CLASS_ASSESSMENT = 4,
	CLASS_PLAN = 8,
	CLASS_NOTE = 16,
	CLASS_RESTRICTED = 32,
	CLASS_ALL_SHARED = 31,
};

struct code_list {
	const char *name;
	const json_t *items;
};

struct rtype;

struct field {
	const char *name;
	enum field_kind kind;
	bool required;
	bool append;
	bool server;
	/* What docs/wire.md says they limit. A kind that counts characters,
	 * bytes or elements starts at 0; else INT64_MIN and INT64_MAX stand
	 * for no limit. */
	int64_t min;
	int64_t max;
	bool money;        /* whole fen; people type and read yuan */
	bool sealed;       /* stored sealed by the centre (secret.h) */
	const char *check; /* "resident_id", "phone", … or NULL */
	const struct code_list *codes;
	const json_t *to;      /* array of type names, or NULL */
	size_t atom;           /* fields with equal numbers belong together */
	const char *atom_name; /* its name; a field alone gives its own */
};

struct rtype {
	const char *name;
	int no; /* the number stored; append-only, 1 … 99 */
	enum scope scope;
	enum record_class cls;
	bool signable;
	bool root;        /* other records hang on it: `case`, `group` */
	bool needs_case;  /* its envelope must name a case (or a group) */
	const char *sort; /* field of the natural sort date, or NULL */
	const struct field *fields;
	size_t field_count;
	size_t atom_count;
	const json_t *json;
};

struct catalogue;

/*
 * The built-in document. Ends the process when it contradicts itself: that is
 * a bug in the data, found by the first test that runs.
 */
struct catalogue *catalogue_load(void) NEVER_NULL;
/* A catalogue from any document of that shape; NULL with every mistake named
 * by its place in *e. The text is copied. */
struct catalogue *catalogue_read(
	const char *text, size_t n, struct err *e) MUST_CHECK;
void catalogue_free(struct catalogue *c);

/* What a district lays over the built-in data: one `pack` record. */
struct overlay {
	const char *kind; /* pack, form, scale, wording, codes */
	const char *name;
	const char *version;
	const json_t *data;
	bool retired;  /* nothing new is made with it */
	bool left_out; /* set by catalogue_with() */
};

/*
 * A `pack` record's body as an overlay for a site (nil: for one that no pack
 * names). What is meant for other sites is retired here, so that records made
 * with it stay readable; a wording for other sites is none. False when there
 * is nothing to lay. Points into the body.
 */
bool overlay_read(
	const json_t *body, const struct uuid *site, struct overlay *out);

/*
 * Another catalogue: the base's data with the overlays laid over them. The
 * highest version in use is found by its name, the others stay as name@version.
 * An overlay with a mistake is left out, and so is what needs it; *out has the
 * mistakes, their paths beginning with "kind name@version". Never NULL. The
 * base may be freed first.
 */
struct catalogue *catalogue_with(const struct catalogue *base,
	struct overlay *list, size_t n, struct mistakes *out) NEVER_NULL;
/* The same with drafts that may be wrong and take the place of what has their
 * version: only for looking names up in while they are checked. */
struct catalogue *catalogue_try(const struct catalogue *base,
	struct overlay *list, size_t n) NEVER_NULL;

/* Makes the document's bytes; once, before other threads see the catalogue.
 * Only who serves it needs them. */
void catalogue_publish(struct catalogue *c);
/* The bytes, as served, and their SHA-256 in hex (the ETag). */
struct str catalogue_text(const struct catalogue *c);
const char *catalogue_etag(const struct catalogue *c);

/* NULL when there is none of that name or number. */
const struct rtype *catalogue_type(const struct catalogue *c, const char *name);
const struct rtype *catalogue_type_no(const struct catalogue *c, int no);
/* i = 0, 1, …; NULL past the end. In order of `no`. */
const struct rtype *catalogue_type_at(const struct catalogue *c, size_t i);
const struct field *rtype_field(const struct rtype *t, const char *name);

/* The JSON of the newest instrument, form or programme pack of that name, or
 * NULL. */
const json_t *catalogue_scale(const struct catalogue *c, const char *name);
const json_t *catalogue_pack(const struct catalogue *c, const char *name);
/* The same of a version; `version` NULL is the newest. NULL when that version
 * is not here, even if another is. */
const json_t *catalogue_form(
	const struct catalogue *c, const char *name, const char *version);
const json_t *catalogue_scale_version(
	const struct catalogue *c, const char *name, const char *version);
/* The pack a case is worked by: its programme in the version it was opened
 * with; NULL when it names none that is known. */
const json_t *catalogue_pack_of(
	const struct catalogue *c, const json_t *case_body);
const json_t *catalogue_pack_version(
	const struct catalogue *c, const char *name, const char *version);
/* Negative, 0 or positive: by the numbers between dots and dashes (2018.2 is
 * before 2018.10), by letters where there are no numbers. */
int version_cmp(const char *a, const char *b);
/* All of them, keyed by name; a key name@version is an older version. */
const json_t *catalogue_forms(const struct catalogue *c);
const json_t *catalogue_scales(const struct catalogue *c);
const json_t *catalogue_packs(const struct catalogue *c);
const struct code_list *catalogue_codes(
	const struct catalogue *c, const char *name);
/* The item {code,zh,en,…}, or NULL. */
const json_t *code_list_item(const struct code_list *l, const char *code);
/* The label of a code in a language; the code itself when unknown. */
const char *code_label(
	const struct code_list *l, const char *code, enum lang lang);
const char *label_of(const json_t *labelled, enum lang lang);

const char *class_name(enum record_class c); /* "note" */
int class_from_name(const char *name);       /* 0 when unknown */

#endif
