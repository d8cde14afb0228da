/*
 * gen.h - random bodies of catalogue types, the same ones for the same seed.
 *
 * The values are few on purpose: two authors should often write the same thing,
 * and a value should often come back after another took its place (A-B-A).
 */
#ifndef TESTS_GEN_H
#define TESTS_GEN_H

#include "proto/types.h"

#include <stdio.h>
#include <string.h>

/* SplitMix64 (Steele, Lea, Flood 2014): one word of state, any seed is good. */
struct gen {
	uint64_t state;
	struct arena *mem;
};

static inline uint64_t gen_next(struct gen *g)
{
	uint64_t z = g->state += 0x9e3779b97f4a7c15U;

	z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9U;
	z = (z ^ z >> 27) * 0x94d049bb133111ebU;
	return z ^ z >> 31;
}

/* 0 … n − 1 */
static inline unsigned gen_below(struct gen *g, unsigned n)
{
	return (unsigned)(gen_next(g) % n);
}

static inline bool gen_chance(struct gen *g, unsigned percent)
{
	return gen_below(g, 100) < percent;
}

static inline const char *gen_code(const struct field *f, unsigned i)
{
	size_t n = json_array_size(f->codes->items);

	return json_string_value(json_object_get(
		json_array_get(f->codes->items, i % n), "code"));
}

static inline json_t *gen_element(const struct field *f, unsigned i)
{
	char id[37];

	if (f->codes)
		return json_string(gen_code(f, i));
	snprintf(id, sizeof(id), "0192f5a0-0000-7000-8000-%012u", i);
	return json_string(id);
}

/* A subset of four elements, in an order of its own. */
static inline json_t *gen_set(struct gen *g, const struct field *f)
{
	json_t *out = json_array();
	unsigned taken = gen_below(g, 16), turn = gen_below(g, 4);

	for (unsigned i = 0; i < 4; i++)
		if (taken >> (i + turn) % 4 & 1)
			json_array_append_new(
				out, gen_element(f, (i + turn) % 4));
	return out;
}

static inline json_t *gen_text(struct gen *g, const struct field *f)
{
	static const char *const phones[] = {
		"13800000000", "0512-65123456", "13912345678"};
	static const char *const texts[] = {"alpha!", "beta 贝塔", "γάμμα"};
	unsigned i = gen_below(g, 3);

	if (f->check && strcmp(f->check, "phone") == 0)
		return json_string(phones[i]);
	return json_string(texts[i]);
}

/* A value the type's field takes; new reference. */
static inline json_t *gen_value(struct gen *g, const struct field *f)
{
	unsigned i = gen_below(g, 3);

	switch (f->kind) {
	case KIND_TEXT:
		return gen_text(g, f);
	case KIND_INT:
	case KIND_NUMBER:
		return json_integer((f->min > 0 ? f->min : 0) + i % 2);
	case KIND_BOOL:
		return json_boolean(i % 2);
	case KIND_DATE:
		return json_sprintf("2026-01-0%u", i + 1);
	case KIND_PARTIAL_DATE:
		return json_string(
			i ? i > 1 ? "1987" : "1987-05" : "1987-05-09");
	case KIND_TIME:
		return json_sprintf("2026-01-0%uT09:30:00+08:00", i + 1);
	case KIND_CODE:
		return json_string(gen_code(f, i));
	case KIND_REF:
		return gen_element(f, i);
	case KIND_CODES:
	case KIND_REFS:
		return gen_set(g, f);
	case KIND_JSON:
		return json_pack("{s:i, s:[i,i]}", "n", (int)i, "of", 1, 2);
	}
	return json_null();
}

/* A body in which a field stands in `percent` of all cases. */
static inline json_t *gen_body(
	struct gen *g, const struct rtype *t, unsigned percent)
{
	json_t *body = json_keep(json_object(), g->mem);

	for (size_t i = 0; i < t->field_count; i++)
		if (gen_chance(g, percent))
			json_object_set_new(body, t->fields[i].name,
				gen_value(g, &t->fields[i]));
	return body;
}

#endif
