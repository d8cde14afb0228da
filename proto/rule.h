/*
 * rule.h - conditions over what is known: the rules of forms and packs.
 *
 * A condition is JSON, a fact is a member of an object reached by a path with
 * dots; docs/packs.md ("Conditions") is the grammar. What is not known is
 * neither true nor false, so there are three answers (Kleene's strong logic):
 * a missing field leaves every test but `present` unsure, `all` is unsure when
 * nothing fails and something is unsure, `any` when nothing holds and
 * something is unsure.
 */
#ifndef PROTO_RULE_H
#define PROTO_RULE_H

#include "proto/base/json.h"
#include "proto/mistake.h"
#include "proto/types.h"

enum truth { RULE_NO, RULE_YES, RULE_UNSURE };

/* Levels of all, any and not in one condition; rule_check() holds it to that.
 */
#define RULE_DEPTH 8

/* A condition that rule_check() would refuse holds never. NULL holds always. */
enum truth rule_holds(const json_t *cond, const json_t *facts);

/*
 * Adds to `names`, an array of texts, each field whose absence left the
 * condition unsure; none twice. Adds nothing when rule_holds() is sure.
 */
void rule_missing(const json_t *cond, const json_t *facts, json_t *names);

/* The fact a path leads to, or NULL when there is none (null is none). */
const json_t *rule_fact(const json_t *facts, const char *path);

/* Adds to `names` every field a condition looks at; none twice. */
void rule_fields(const json_t *cond, json_t *names);

/* What a checker knows of a fact a condition may name. */
struct rule_subject {
	enum field_kind kind;
	const json_t *items; /* the {code,…} it chooses from, or NULL */
};

/* Whether there is such a fact; *out is filled when there is. A fact of an
 * unknown kind (any test suits it) is KIND_JSON. */
typedef bool rule_known(void *ctx, const char *path, struct rule_subject *out);

/*
 * Adds every mistake in a condition's shape: operators nobody knows, fields
 * `known` does not know, choices and comparisons that do not suit a field,
 * more than RULE_DEPTH levels. A NULL condition is a mistake.
 */
void rule_check(const json_t *cond, const struct place *at, rule_known *known,
	void *ctx, struct mistakes *out);

#endif
