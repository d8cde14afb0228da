/*
 * model.h - the simulator's own idea of what the centre holds and who may see
 * it.
 *
 * What records say is read from the log as raw rows. Who sees what is worked
 * out here from cases, members and consents as design/3 has it, without asking
 * the database's or the server's functions.
 */
#ifndef TESTS_SIM_MODEL_H
#define TESTS_SIM_MODEL_H

#include "tests/sim/run.h"

/* Reads what was committed since the last look. */
void model_look(struct model *m);
/* Forgets commits above a number: the centre was restored. */
void model_back_to(struct model *m, int64_t csn);
/* Another model that begins where this one stands. */
void model_copy(struct model *to, const struct model *from, struct arena *mem);

/* All versions, as one number; without the times stations wrote down, which are
 * evidence and nothing else. */
uint64_t model_sum(const struct model *m);

/* The day on which a membership or a consent ends by what its body says, or by
 * a decision that outlived a restore; NULL: it does not. */
const char *model_end(const struct model *m, const struct version *v);
/* What a consent opens to a site, by its body and such decisions; 0: nothing.
 */
int model_opens(const struct model *m, const struct version *v,
	const char *site, int64_t now_ms);
/* First instant of a day in Shanghai; `otherwise` when there is no day. */
int64_t model_day(const char *text, int64_t otherwise);

/* The newest version; NULL when there is none. */
const struct version *model_head(const struct model *m, const struct uuid *rec);
/* The newest at a commit. */
const struct version *model_at(
	const struct model *m, const struct uuid *rec, int64_t csn);

/* The classes a reader sees of a unit at a time; 0: none. */
int model_mask(const struct model *m, const struct reader *r,
	const struct uuid *unit, int64_t now_ms);
bool model_sees(const struct model *m, const struct reader *r,
	const struct version *v, int64_t now_ms);

/* Everything a reader should hold at a time, in order. */
struct holding *model_holding(const struct model *m, const struct reader *r,
	int64_t now_ms, struct arena *mem, size_t *n);
/* The same of a store. */
struct holding *store_holding(
	const struct store *s, struct arena *mem, size_t *n);
uint64_t holding_sum(const struct holding *h, size_t n);

#endif
