/*
 * scale_wording.h - the licensed wording of an instrument that ships without.
 *
 * Of an instrument with "wording":"tags" only a word or two an item and its
 * scoring are passed on. A site that holds a licence loads the words:
 *
 *   {"scale":"zbi12","version":"2001","licence":"holder, number",
 *    "about"?:{"zh","en"},"options"?:{"SET":[{"value","zh"?,"en"?}]},
 *    "items":[{"no":"1","zh"?,"en"?}]}
 *
 * `version` is the instrument's. Every item is there, once, with its words in
 * Chinese, English or both: what the licence does not cover in one language is
 * shown in the other, because a licensed wording may not be translated. Nothing
 * in it can change a score. A newer wording may take the place of one that was
 * put on.
 */
#ifndef PROTO_SCALE_WORDING_H
#define PROTO_SCALE_WORDING_H

#include "proto/scale.h"

/* Adds every mistake. `scale` may be NULL: there is no such instrument. */
void scale_wording_mistakes(const json_t *scale, const json_t *wording,
	const struct place *at, struct mistakes *out);

/*
 * The instrument in those words: a copy with "wording":"full" and the licence
 * as "licensed". NULL with the first mistake's place as the field.
 */
json_t *scale_with_wording(const json_t *scale, const json_t *wording,
	struct arena *mem, struct err *e) MUST_CHECK;

/* Whether somebody must load the wording before the items can be asked. */
bool scale_lacks_wording(const json_t *scale);

#endif
