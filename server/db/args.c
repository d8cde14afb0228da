/*
 * args.c - values as PostgreSQL's binary parameters.
 *
 * Everything is big-endian. An array is: dimensions, has-nulls, element type,
 * then per dimension its size and lower bound, then each element with its
 * length (-1 for null). Format: PostgreSQL's array_recv.
 */
#include "server/db/pg.h"

#include <string.h>

#define OID_BOOL        16
#define OID_BYTEA       17
#define OID_INT8        20
#define OID_TEXT        25
#define OID_TIMESTAMPTZ 1184
#define OID_UUID        2950

/* Between 1970-01-01 and 2000-01-01, PostgreSQL's own zero. */
#define PG_EPOCH_MS 946684800000LL

void db_args_init(struct db_args *a, struct arena *mem)
{
	memset(a, 0, sizeof(*a));
	a->mem = mem;
}

static void add(struct db_args *a, const char *p, size_t n)
{
	if (a->n == DB_ARGS_MAX || n > INT32_MAX)
		die("too many or too large statement parameters");
	a->value[a->n] = p;
	a->length[a->n++] = (int)n;
}

static void put32(unsigned char *p, uint32_t v)
{
	for (int i = 0; i < 4; i++)
		p[i] = (unsigned char)(v >> (24 - 8 * i));
}

static void put64(unsigned char *p, uint64_t v)
{
	put32(p, (uint32_t)(v >> 32));
	put32(p + 4, (uint32_t)v);
}

void db_text(struct db_args *a, const char *text)
{
	add(a, text, text ? strlen(text) : 0);
}

void db_textn(struct db_args *a, const char *p, size_t n)
{
	add(a, p, n);
}

void db_int(struct db_args *a, int64_t v)
{
	unsigned char *p = arena_alloc(a->mem, 8);

	put64(p, (uint64_t)v);
	add(a, (const char *)p, 8);
}

void db_bool(struct db_args *a, bool v)
{
	add(a, v ? "\1" : "\0", 1);
}

void db_uuid(struct db_args *a, const struct uuid *u)
{
	add(a, u ? (const char *)u->b : NULL, u ? 16 : 0);
}

void db_bytes(struct db_args *a, const void *p, size_t n)
{
	add(a, p, n);
}

static int64_t pg_us(int64_t unix_ms)
{
	return (unix_ms - PG_EPOCH_MS) * 1000;
}

void db_ms(struct db_args *a, int64_t unix_ms)
{
	db_int(a, pg_us(unix_ms));
}

/* ---- arrays ---- */

struct writer {
	unsigned char *at;
	bool nulls;
};

/* Room for n elements of `bytes` in all, header written. */
static struct writer array_begin(
	struct db_args *a, size_t n, size_t bytes, uint32_t oid)
{
	size_t room = 20 + n * 4 + bytes;
	unsigned char *p = arena_alloc(a->mem, room);
	struct writer w = {p + 20, false};

	put32(p, n ? 1 : 0);
	put32(p + 8, oid);
	if (n == 0)
		w.at = p + 12;
	else {
		put32(p + 12, (uint32_t)n);
		put32(p + 16, 1);
	}
	add(a, (const char *)p, 0);
	return w;
}

static void element(struct writer *w, const void *p, size_t n)
{
	put32(w->at, p ? (uint32_t)n : UINT32_MAX);
	w->at += 4;
	w->nulls |= !p;
	if (p && n)
		memcpy(w->at, p, n);
	w->at += p ? n : 0;
}

static void array_end(struct db_args *a, const struct writer *w)
{
	unsigned char *p;
	const char *start = a->value[a->n - 1];

	memcpy(&p, &start, sizeof(p)); /* the arena's own bytes, not const */
	put32(p + 4, w->nulls);
	a->length[a->n - 1] = (int)((const char *)w->at - start);
}

void db_texts(struct db_args *a, const char *const *v, size_t n)
{
	size_t bytes = 0;
	struct writer w;

	for (size_t i = 0; i < n; i++)
		bytes += v[i] ? strlen(v[i]) : 0;
	w = array_begin(a, n, bytes, OID_TEXT);
	for (size_t i = 0; i < n; i++)
		element(&w, v[i], v[i] ? strlen(v[i]) : 0);
	array_end(a, &w);
}

static void int_elements(
	struct db_args *a, const int64_t *v, size_t n, uint32_t oid, bool times)
{
	struct writer w = array_begin(a, n, n * 8, oid);

	for (size_t i = 0; i < n; i++) {
		unsigned char b[8];

		put64(b, (uint64_t)(times ? pg_us(v[i]) : v[i]));
		element(&w, b, sizeof(b));
	}
	array_end(a, &w);
}

void db_ints(struct db_args *a, const int64_t *v, size_t n)
{
	int_elements(a, v, n, OID_INT8, false);
}

void db_ms_array(struct db_args *a, const int64_t *v, size_t n)
{
	int_elements(a, v, n, OID_TIMESTAMPTZ, true);
}

static void id_elements(
	struct db_args *a, const struct uuid *v, size_t n, bool nil_is_null)
{
	struct writer w = array_begin(a, n, n * 16, OID_UUID);

	for (size_t i = 0; i < n; i++)
		element(&w, nil_is_null && uuid_is_nil(&v[i]) ? NULL : v[i].b,
			16);
	array_end(a, &w);
}

void db_uuids(struct db_args *a, const struct uuid *v, size_t n)
{
	id_elements(a, v, n, true);
}

void db_units(struct db_args *a, const struct uuid *v, size_t n)
{
	id_elements(a, v, n, false);
}

void db_bytes_array(struct db_args *a, const struct str *v, size_t n)
{
	size_t bytes = 0;
	struct writer w;

	for (size_t i = 0; i < n; i++)
		bytes += v[i].n;
	w = array_begin(a, n, bytes, OID_BYTEA);
	for (size_t i = 0; i < n; i++)
		element(&w, v[i].p, v[i].n);
	array_end(a, &w);
}

void db_bools(struct db_args *a, const bool *v, size_t n)
{
	struct writer w = array_begin(a, n, n, OID_BOOL);

	for (size_t i = 0; i < n; i++)
		element(&w, v[i] ? "\1" : "\0", 1);
	array_end(a, &w);
}
