/*
 * digest.c - see digest.h.
 */
#include "proto/digest.h"

#include <stdlib.h>
#include <string.h>

void digest_leaf(const struct leaf *l, unsigned char out[DIGEST_LEAF])
{
	uint32_t ver = (uint32_t)l->ver;

	memcpy(out, l->id.b, 16);
	for (int i = 0; i < 4; i++)
		out[16 + i] = (unsigned char)(ver >> (24 - 8 * i));
	memcpy(out + 20, l->sha.b, SHA256_LEN);
}

static int by_class_and_id(const void *a, const void *b)
{
	const struct leaf *x = a, *y = b;

	if (x->cls != y->cls)
		return x->cls < y->cls ? -1 : 1;
	return uuid_cmp(&x->id, &y->id);
}

struct sha256 digest_unit(struct leaf *leaves, size_t n)
{
	struct sha256_run *unit = sha256_begin();

	if (n)
		qsort(leaves, n, sizeof(*leaves), by_class_and_id);
	for (size_t i = 0; i < n;) {
		struct sha256_run *cls = sha256_begin();
		const int bit = leaves[i].cls;
		const unsigned char one = (unsigned char)bit;
		struct sha256 d;

		for (; i < n && leaves[i].cls == bit; i++) {
			unsigned char leaf[DIGEST_LEAF];

			digest_leaf(&leaves[i], leaf);
			sha256_add(cls, leaf, sizeof(leaf));
		}
		d = sha256_end(cls);
		sha256_add(unit, &one, 1);
		sha256_add(unit, d.b, SHA256_LEN);
	}
	return sha256_end(unit);
}

struct digest_holding *digest_holding_begin(void)
{
	return (struct digest_holding *)sha256_begin();
}

void digest_holding_add(struct digest_holding *h, const struct uuid *unit,
	const struct sha256 *digest)
{
	sha256_add((struct sha256_run *)h, unit->b, sizeof(unit->b));
	sha256_add((struct sha256_run *)h, digest->b, SHA256_LEN);
}

struct sha256 digest_holding_end(struct digest_holding *h)
{
	return sha256_end((struct sha256_run *)h);
}
