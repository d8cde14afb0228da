/*
 * courier_export.c - everything that is only on this machine, in a file for
 * another station (see courier.h, bundle.h). No store is opened for it.
 */
#include "client/sync/bundle.h"
#include "client/sync/courier_in.h"

#include "client/store/outside.h"
#include "proto/base/host.h"

#include <dirent.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#define PEM_MAX   65536
#define LOCK_WAIT 5000

struct exporting {
	const struct station_dir *p;
	struct bundle_out *b;
	struct exported *out;
};

static struct str text_of(const char *p)
{
	return (struct str){p, strlen(p)};
}

/* ---- one store ---- */

static bool put_chunks(struct exporting *x, const char *path, struct err *e)
{
	int fd = open(path, O_RDONLY | O_NOFOLLOW | O_CLOEXEC);
	bool ok = fd >= 0 ||
		  err_field(e, ERR_FILE_DAMAGED, "file", "casebridge doctor");
	size_t room = seal_size(SEAL_CHUNK);
	ssize_t n = 1;

	for (off_t at = 0; ok && n > 0; at += (off_t)room) {
		struct arena *mem = arena_new();
		char *p = arena_alloc(mem, room);

		n = pread(fd, p, room, at);
		if (n > 0)
			ok = bundle_put(x->b, BUNDLE_CHUNK,
				(struct str){p, (size_t)n}, e);
		arena_free(mem);
	}
	if (fd >= 0)
		close(fd);
	return ok;
}

static bool put_parcel(
	struct exporting *x, const struct outside_parcel *one, struct err *e)
{
	if (one->is_file && access(one->blob, R_OK) != 0) {
		x->out->lost++;
		return true;
	}
	x->out->files += one->is_file;
	x->out->changes += !one->is_file;
	return bundle_put(x->b, one->is_file ? BUNDLE_FILE : BUNDLE_CHANGE,
		       text_of(one->entry), e) &&
	       (!one->is_file || put_chunks(x, one->blob, e));
}

static bool put_parcels(struct exporting *x, struct outside *o, struct err *e)
{
	struct outside_parcel one, last;
	bool found = true, begun = false, ok = true;

	while (ok && found) {
		struct arena *mem = arena_new();

		ok = outside_next(
			o, begun ? &last : NULL, mem, &one, &found, e);
		if (ok && found) {
			ok = put_parcel(x, &one, e);
			last = one;
			begun = true;
		}
		arena_free(mem);
	}
	return ok;
}

static bool put_store(struct exporting *x, struct outside *o, struct err *e)
{
	struct arena *mem = arena_new();
	struct outside_counts n;
	const char *passport = NULL;
	bool ok = outside_count(o, &n, e) &&
		  outside_passport(o, mem, &passport, e);

	if (ok && n.to_carry + n.files > 0 && passport) {
		x->out->people++;
		ok = bundle_put(x->b, BUNDLE_PASSPORT, text_of(passport), e) &&
		     put_parcels(x, o, e);
	}
	if (ok)
		x->out->uncovered += n.waiting - n.closed;
	arena_free(mem);
	return ok;
}

/* A store that cannot be read from outside does not keep the others here. */
static bool export_store(struct exporting *x, const char *name, struct err *e)
{
	struct outside *o;
	bool ok = true;
	int lock;

	if (!place_lock(x->p, name, LOCK_WAIT, &lock, e))
		return false;
	o = outside_open(place_file(x->p, name), e);
	if (o)
		ok = put_store(x, o, e);
	else
		x->out->unread++;
	outside_close(o);
	place_unlock(lock);
	if (!ok && e->code == ERR_STORE_DAMAGED) {
		x->out->unread++;
		ok = true;
	}
	return ok;
}

/* ---- what was imported here and not brought yet ---- */

static bool copy_frames(struct exporting *x, const char *path, struct err *e)
{
	struct arena *mem = arena_new();
	struct bundle_in *in = bundle_open(path, mem, e);
	struct bundle_frame f = {
		BUNDLE_HEAD, {"", 0}
        };
	bool ok = in != NULL;

	while (ok && f.kind != BUNDLE_END) {
		struct arena *one = arena_new();

		ok = bundle_next(in, one, &f, e);
		if (ok && f.kind != BUNDLE_HEAD && f.kind != BUNDLE_DEVICE &&
			f.kind != BUNDLE_END) {
			x->out->people += f.kind == BUNDLE_PASSPORT;
			x->out->changes += f.kind == BUNDLE_CHANGE;
			x->out->files += f.kind == BUNDLE_FILE;
			ok = bundle_put(x->b, f.kind, f.bytes, e);
		}
		arena_free(one);
	}
	arena_free(mem);
	return ok;
}

static bool export_bundle(void *ctx, const char *path, struct err *e)
{
	struct exporting *x = ctx;
	struct bundle_about about;

	if (bundle_check(x->p, path, &about, e))
		return copy_frames(x, path, e);
	x->out->unread++;
	return true;
}

/* ---- the whole ---- */

static bool put_head(struct exporting *x, struct err *e)
{
	const char *cert = place_need(x->p, "device.crt", PEM_MAX, e);
	json_t *j = json_keep(json_pack("{s:s*, s:s*, s:I}", "device",
				      json_str(x->p->station, "device"), "site",
				      json_str(x->p->station, "site"), "at",
				      (json_int_t)host_now_ms()),
		x->p->mem);

	return cert &&
	       bundle_put(x->b, BUNDLE_HEAD,
		       text_of(json_canonical(j, x->p->mem)), e) &&
	       bundle_put(x->b, BUNDLE_DEVICE, text_of(cert), e);
}

static bool export_all(struct exporting *x, struct err *e)
{
	size_t n;
	const char **names = place_stores(x->p, &n);

	if (!put_head(x, e))
		return false;
	for (size_t i = 0; i < n; i++)
		if (!export_store(x, names[i], e))
			return false;
	return bundles_each(x->p, export_bundle, x, e);
}

bool courier_export(const struct station_dir *p, const char *path,
	struct exported *out, struct err *e)
{
	struct arena *mem = arena_new();
	const char *key = place_need(p, "device.key", PEM_MAX, e);
	struct exporting x = {p, NULL, out};
	bool ok = key != NULL;

	memset(out, 0, sizeof(*out));
	if (ok)
		x.b = bundle_create(path, mem, e);
	ok = ok && x.b && export_all(&x, e) && bundle_finish(x.b, key, e);
	arena_free(mem);
	return ok;
}
