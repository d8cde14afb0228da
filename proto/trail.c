/*
 * trail.c - see trail.h.
 */
#include "proto/trail.h"

#include <string.h>

#define VERSION 1
#define HEADER  3
#define ABSENT  UINT32_MAX

/* How long a field must be: a number of bytes, or one of these. */
enum { TEXT = -1, IDS = -2 };

#define INT  8
#define UUID ((int)sizeof(struct uuid))
#define SHA  SHA256_LEN

static const struct {
	size_t n;
	int length[TRAIL_FIELDS];
} shapes[TRAIL_KINDS] = {
	[TRAIL_EVENT] = {EVENT_FIELDS,
			 {INT, INT, INT, UUID, TEXT, UUID, UUID, UUID, TEXT, TEXT, IDS,
			UUID, INT, SHA}					  },
	[TRAIL_COMMIT] = {COMMIT_FIELDS,
			 {INT, INT, INT, UUID, UUID, UUID, 1, INT, TEXT, SHA, 1} },
	[TRAIL_EPOCH] = {EPOCH_FIELDS,
			 {INT, INT, TEXT, SHA, INT, INT, INT, INT, SHA, INT, SHA}},
};

size_t trail_fields(enum trail_kind kind)
{
	return shapes[kind].n;
}

static void put_u32(unsigned char out[4], uint32_t v)
{
	for (int i = 0; i < 4; i++)
		out[i] = (unsigned char)(v >> (24 - 8 * i));
}

void trail_leaf_write(const struct trail_leaf *l, struct buf *out)
{
	unsigned char header[HEADER] = {VERSION, (unsigned char)l->kind,
		(unsigned char)trail_fields(l->kind)};
	unsigned char length[4];

	buf_add(out, header, HEADER);
	for (size_t i = 0; i < trail_fields(l->kind); i++) {
		const struct str *f = &l->field[i];

		put_u32(length, f->p ? (uint32_t)f->n : ABSENT);
		buf_add(out, length, sizeof(length));
		if (f->p)
			buf_add(out, f->p, f->n);
	}
}

static bool fits(int length, size_t n)
{
	if (length == TEXT)
		return true;
	if (length == IDS)
		return n % UUID == 0;
	return n == (size_t)length;
}

static bool read_fields(struct str at, struct trail_leaf *out)
{
	for (size_t i = 0; i < trail_fields(out->kind); i++) {
		const unsigned char *p = (const unsigned char *)at.p;
		uint32_t n;

		if (at.n < 4)
			return false;
		n = (uint32_t)p[0] << 24 | (uint32_t)p[1] << 16 |
		    (uint32_t)p[2] << 8 | p[3];
		at.p += 4;
		at.n -= 4;
		if (n == ABSENT)
			continue;
		if (n > at.n || !fits(shapes[out->kind].length[i], n))
			return false;
		out->field[i].p = at.p;
		out->field[i].n = n;
		at.p += n;
		at.n -= n;
	}
	return at.n == 0;
}

bool trail_leaf_read(struct str bytes, struct trail_leaf *out, struct err *e)
{
	struct str rest = {bytes.p + HEADER, bytes.n - HEADER};

	memset(out, 0, sizeof(*out));
	if (bytes.n < HEADER || bytes.p[0] != VERSION || bytes.p[1] < 1 ||
		bytes.p[1] >= TRAIL_KINDS)
		return err_field(e, ERR_BAD_INPUT, "leaf", "version 1");
	out->kind = (enum trail_kind)bytes.p[1];
	if ((size_t)bytes.p[2] != trail_fields(out->kind) ||
		!read_fields(rest, out))
		return err_field(e, ERR_BAD_INPUT, "leaf", "canonical bytes");
	return true;
}

struct str trail_int(int64_t v, unsigned char room[8])
{
	for (int i = 0; i < 8; i++)
		room[i] = (unsigned char)((uint64_t)v >> (56 - 8 * i));
	return (struct str){(const char *)room, 8};
}

int64_t trail_int_of(struct str field)
{
	uint64_t v = 0;

	for (size_t i = 0; i < field.n && i < 8; i++)
		v = v << 8 | (unsigned char)field.p[i];
	return (int64_t)v;
}
