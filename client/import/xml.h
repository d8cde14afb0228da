/*
 * xml.h - a walk through one XML entry of an archive, in stretches.
 *
 * Nothing is fetched, no entity of the document's own is expanded: a document
 * that declares a type is refused, and so is one nested or with marks longer
 * than any spreadsheet writes. Names come without their prefix.
 */
#ifndef CLIENT_IMPORT_XML_H
#define CLIENT_IMPORT_XML_H

#include "client/import/archive.h"

struct xml;

/* Each is given the walk and the ctx of xml_open(); NULL: not wanted. */
struct xml_calls {
	/* attrs: name, value, name, value, NULL. */
	void (*open)(
		struct xml *x, void *ctx, const char *name, const char **attrs);
	void (*close)(struct xml *x, void *ctx, const char *name);
	void (*text)(struct xml *x, void *ctx, const char *p, size_t n);
};

/* Closes with mem. */
struct xml *xml_open(const struct reading *r, struct archive *a,
	const char *name, const struct xml_calls *calls, void *ctx,
	struct err *e) MUST_CHECK;
/* Walks until a call says xml_pause() (*more), or to the end. */
bool xml_run(struct xml *x, bool *more, struct err *e) MUST_CHECK;
/* The same without pauses, and closes. */
bool xml_walk(const struct reading *r, struct archive *a, const char *name,
	const struct xml_calls *calls, void *ctx, struct err *e) MUST_CHECK;

/* From within a call: xml_run() returns behind it. */
void xml_pause(struct xml *x);
/* From within a call: xml_run() fails with that sentence; NULL ends the list.
 */
void xml_refuse(struct xml *x, enum say what, ...);
/* Bytes walked, and what the entry says its size is. */
void xml_progress(const struct xml *x, size_t *done, size_t *total);

/* NULL when there is none. A name with a prefix in the document is found by
 * what follows it. */
const char *xml_attr(const char **attrs, const char *name);
/* The same, but only with a prefix (r:id). */
const char *xml_attr_prefixed(const char **attrs, const char *name);
bool xml_flag(const char **attrs, const char *name);

#endif
