/*
 * json_text.h - whether bytes are a JSON object, told without making a tree.
 *
 * A station checks every body it is sent. Those a centre of ours wrote are
 * canonical (json.h): no spaces, keys in order, so one pass over the bytes can
 * be sure of them, also that no key comes twice. Anything else that is still
 * JSON is left to the full reader.
 */
#ifndef PROTO_JSON_TEXT_H
#define PROTO_JSON_TEXT_H

#include "proto/base/json.h"

/* True for exactly what json_read() would take as an object within `limits`.
 * What it has to read in full belongs to mem. */
bool json_is_object_text(const char *p, size_t n,
	const struct json_limits *limits, struct arena *mem);

#endif
