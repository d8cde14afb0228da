/*
 * leaf.c - rows of the trail as leaves: the columns come in binary, which is
 * how most of them stand in a leaf, too.
 */
#include "server/audit/audit.h"

#include <string.h>

/* PostgreSQL counts microseconds from 2000-01-01. */
#define PG_EPOCH_US INT64_C(946684800000000)

static const char *const names[TRAIL_KINDS][TRAIL_FIELDS] = {
	[TRAIL_EVENT] = {"id",  "at",  "xid", "actor", "role", "site_id",
			 "session",				       "device",         "action",            "outcome", "records", "worker",
			 "seq", "mac"},
	[TRAIL_COMMIT] = {"csn", "at", "xid",      "actor",         "device",           "replica",
			 "kind", "n", "leaf", "chain",											    "moved"												 },
};

struct audit_columns audit_columns_of(
	const struct db_rows *rows, enum trail_kind kind)
{
	struct audit_columns c = {.kind = kind};

	for (size_t i = 0; i < trail_fields(kind); i++)
		c.at[i] = db_column(rows, names[kind][i]);
	return c;
}

/* An array of ids: what it holds, one after the other. Whoever can change rows
 * can put nulls into it; they are sixteen zeros. */
static struct str ids_of(struct str raw, struct arena *mem)
{
	const unsigned char *at = (const unsigned char *)raw.p + 20;
	const unsigned char *end = (const unsigned char *)raw.p + raw.n;
	struct str out = {"", 0};
	char *to;

	if (raw.n < 20)
		return out;
	out.p = to = arena_alloc(mem, raw.n);
	while (end - at >= 4) {
		bool is_null = at[0] == 0xff;

		at += 4;
		if (!is_null && end - at < (ptrdiff_t)sizeof(struct uuid))
			break;
		if (!is_null) {
			memcpy(to + out.n, at, sizeof(struct uuid));
			at += sizeof(struct uuid);
		}
		out.n += sizeof(struct uuid);
	}
	return out;
}

void audit_leaf(const struct db_rows *rows, int row,
	const struct audit_columns *c, struct arena *mem,
	struct trail_leaf *out)
{
	memset(out, 0, sizeof(*out));
	out->kind = c->kind;
	for (size_t i = 0; i < trail_fields(c->kind); i++)
		out->field[i] = db_raw(rows, row, c->at[i]);
	out->field[EVENT_AT] =
		trail_int(trail_int_of(out->field[EVENT_AT]) + PG_EPOCH_US,
			arena_alloc(mem, 8));
	if (c->kind == TRAIL_EVENT && out->field[EVENT_RECORDS].p)
		out->field[EVENT_RECORDS] =
			ids_of(out->field[EVENT_RECORDS], mem);
}
