/*
 * withhold.c - see withhold.h. What may be told is a list; whatever a type gets
 * in later years is withheld until somebody puts it here.
 */
#include "proto/withhold.h"

#include <string.h>

/* Besides the field a type is sorted by, its day. From `record` on it is what a
 * conflict is about and between whom, without any value. */
static const char *const told[] = {"kind", "status", "restricted", "record",
	"record_type", "signed", "settled", "mine_by", "mine_site", "mine_at",
	"theirs_by", "theirs_site", "theirs_at", "settled_by", "settled_at"};

bool withholds(int cls)
{
	return cls == CLASS_RESTRICTED;
}

static void copy(json_t *to, const json_t *from, const char *name)
{
	json_t *v = json_object_get(from, name);

	if (v)
		json_object_set(to, name, v);
}

json_t *withheld_body(
	const struct rtype *t, const json_t *body, struct arena *mem)
{
	json_t *out = json_keep(json_object(), mem);

	for (size_t i = 0; i < ARRAY_LEN(told); i++)
		copy(out, body, told[i]);
	if (t && t->sort)
		copy(out, body, t->sort);
	return out;
}

void record_withhold(struct record *r, struct arena *mem)
{
	struct err ignored;
	const json_t *body;

	if (!withholds(r->cls))
		return;
	body = json_read(r->body.p, r->body.n, &json_limits_own, mem, &ignored);
	r->body.p = json_canonical(withheld_body(r->type, body, mem), mem);
	r->body.n = strlen(r->body.p);
	r->sha = sha256_of(r->body.p, r->body.n);
	/* On what ground it was taken back is written by a person, too. */
	r->reason = NULL;
	r->withheld = true;
}
