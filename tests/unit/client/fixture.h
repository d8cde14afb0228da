/*
 * fixture.h - a store in a scratch directory, and records to put into it.
 *
 * Ids are written as small numbers: id(7) ends in …0007. Bodies are given as
 * JSON text and made canonical as the centre would.
 */
#ifndef TESTS_CLIENT_FIXTURE_H
#define TESTS_CLIENT_FIXTURE_H

#include "client/store/outbox.h"
#include "proto/base/host.h"
#include "proto/digest.h"
#include "tests/lib/tap.h"

#include <dirent.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

static const struct seal_cost cheap = {2, 1, 1};

struct fixture {
	struct arena *mem;
	struct catalogue *c;
	struct store *s;
	const char *dir;
	const char *path;
	char recovery[SEAL_RECOVERY];
	struct err e;
};

static inline struct uuid id(unsigned n)
{
	struct uuid u = {
		{0x01, 0x99, 0, 0, 0, 0, 0x70, 0, 0x80}
        };

	for (int i = 0; i < 4; i++)
		u.b[12 + i] = (unsigned char)(n >> (24 - 8 * i));
	return u;
}

static inline const char *id_text(struct fixture *f, unsigned n)
{
	struct uuid u = id(n);
	char *text = arena_alloc(f->mem, UUID_TEXT);

	return uuid_format(&u, text);
}

static inline void open_again(struct fixture *f)
{
	store_close(f->s);
	f->s = store_open(
		f->path, f->c, SECRET_PASSPHRASE, "correct horse", &f->e);
}

/* The same, where it must succeed for the test to mean anything. */
static inline void reopen(struct fixture *f)
{
	open_again(f);
	if (!f->s)
		die("fixture: %s", f->e.msg);
}

/* Who is signed in: staff 900 of site 901. */
static inline void sign_in(struct fixture *f)
{
	if (!store_begin(f->s, &f->e))
		die("fixture: %s", f->e.msg);
	store_set(f->s, "reader",
		json_pack("{s:s, s:s}", "staff", id_text(f, 900), "site",
			id_text(f, 901)));
	store_set(f->s, "token", json_string("token"));
	if (!store_commit(f->s, &f->e))
		die("fixture: %s", f->e.msg);
}

static inline void set_up(struct fixture *f)
{
	/* In memory where that is possible: what fsync costs is not the point.
	 */
	char memory[] = "/dev/shm/cb-client.XXXXXX";
	char disk[] = "/tmp/cb-client.XXXXXX";
	char *dir = mkdtemp(memory);

	memset(f, 0, sizeof(*f));
	f->mem = arena_new();
	f->c = catalogue_load();
	if (!dir)
		dir = mkdtemp(disk);
	if (!dir)
		die("fixture: no directory");
	f->dir = arena_strdup(f->mem, dir);
	f->path = arena_printf(f->mem, "%s/a.store", dir);
	if (!store_create(f->path, "correct horse", &cheap, f->recovery, &f->e))
		die("fixture: %s", f->e.msg);
	reopen(f);
	sign_in(f);
}

/* With everything in it; true when nothing is left. */
static inline bool remove_files(const char *dir, struct arena *mem)
{
	DIR *d = opendir(dir);
	struct dirent *one;

	while (d && (one = readdir(d))) {
		const char *path = arena_printf(mem, "%s/%s", dir, one->d_name);
		bool self = strcmp(one->d_name, ".") == 0 ||
			    strcmp(one->d_name, "..") == 0;

		if (!self && unlink(path) != 0)
			remove_files(path, mem);
	}
	if (d)
		closedir(d);
	return rmdir(dir) == 0;
}

static inline void tear_down(struct fixture *f)
{
	store_close(f->s);
	CHECK(remove_files(f->dir, f->mem));
	catalogue_free(f->c);
	arena_free(f->mem);
}

/* A record as the centre would send it. `of` is its case; 0: none. */
static inline struct record make_record(struct fixture *f, const char *type,
	unsigned rec, unsigned of, int64_t ver, const char *body)
{
	json_t *j = json_keep(json_loads(body, 0, NULL), f->mem);
	struct record r;
	char *text;

	if (!j)
		die("fixture: body %s", body);
	memset(&r, 0, sizeof(r));
	r.id = id(rec);
	r.type = catalogue_type(f->c, type);
	r.type_name = type;
	if (of)
		r.case_id = id(of);
	r.site = id(901);
	r.ver = ver;
	r.state = STATE_LIVE;
	r.cls = r.type ? record_class_of(r.type, j) : CLASS_CORE;
	r.author = r.by = id(902);
	r.at = r.entered_at = INT64_C(1795000000000);
	r.csn = ver;
	text = json_canonical(j, f->mem);
	r.body.p = text;
	r.body.n = strlen(text);
	r.sha = sha256_of(text, r.body.n);
	return r;
}

static inline struct str line_of(struct fixture *f, const struct record *r)
{
	struct buf b;
	struct str out;

	buf_init(&b, 1 << 20);
	record_line(r, &b);
	out.p = arena_strndup(f->mem, b.p, b.n);
	out.n = b.n;
	buf_free(&b);
	return out;
}

/* Puts records under a unit, in a transaction of its own. */
static inline bool deliver(struct fixture *f, unsigned unit, const char *kind,
	int64_t gen, bool full, const struct record *records, size_t n)
{
	struct incoming *in = ARENA_ARRAY(f->mem, struct incoming, n + 1);
	struct delivery d = {id(unit), kind, gen, full, in, n, 0, false, false};

	for (size_t i = 0; i < n; i++) {
		in[i].r = records[i];
		in[i].line = line_of(f, &records[i]);
	}
	if (!store_begin(f->s, &f->e))
		return false;
	if (!store_deliver(f->s, &d, &f->e)) {
		store_rollback(f->s);
		return false;
	}
	return store_commit(f->s, &f->e);
}

#define CASE_BODY                                                              \
	"{\"person\":\"01990000-0000-7000-8000-000000000002\","                \
	"\"phase\":\"intake\",\"number\":\"SMD-0001\","                        \
	"\"home_site\":\"01990000-0000-7000-8000-000000000385\"}"
#define SERVICE_BODY                                                           \
	"{\"started_at\":\"2026-11-01T09:00:00+08:00\",\"minutes\":30,"        \
	"\"kind\":\"home_visit\",\"status\":\"completed\"}"

/* Case 1 of person 2, with service 3. */
static inline void deliver_case(struct fixture *f)
{
	struct record person = make_record(
		f, "person", 2, 0, 1, "{\"name\":\"刘建国\",\"sex\":\"1\"}");
	struct record of[2] = {make_record(f, "case", 1, 1, 1, CASE_BODY),
		make_record(f, "service", 3, 1, 1, SERVICE_BODY)};

	if (!deliver(f, 2, "person", 1, true, &person, 1) ||
		!deliver(f, 1, "case", 1, true, of, 2))
		die("fixture: %s", f->e.msg);
}

#endif
