/*
 * courier_bundle.c - work another station exported: taken over, and brought to
 * the centre from here (see courier.h, bundle.h).
 *
 * What was taken over lies beside the stores, named by its own hash, until the
 * centre has every parcel in it; taken over twice it is there once. Where the
 * centre refused some it is not brought again and stays, named by how many, for
 * a person to look after: it may be the only copy.
 */
#include "client/sync/bundle.h"
#include "client/sync/courier_in.h"
#include "proto/base/crash.h"
#include "proto/base/fd.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define FOLDER "courier"
#define ENDING ".unsent"
#define TURNED ".refused"

/* ---- a bundle from another station ---- */

struct bundle_source {
	struct bundle_in *b;
	int64_t at;
	struct bundle_frame *ahead; /* read, and not yet used */
	struct arena *frames;
};

/* Chunks come in order; what the centre has already is read past. */
static bool from_bundle(void *from, int64_t no, struct str *out,
	struct arena *mem, struct err *e)
{
	struct bundle_source *s = from;
	struct bundle_frame f = {
		BUNDLE_END, {"", 0}
        };
	int64_t from_here = s->at;

	while (s->at <= no) {
		if (!bundle_next(s->b, mem, &f, e))
			return false;
		if (f.kind != BUNDLE_CHUNK) {
			s->ahead = ARENA_NEW(s->frames, struct bundle_frame);
			s->ahead->kind = f.kind;
			s->ahead->bytes.p =
				arena_strndup(s->frames, f.bytes.p, f.bytes.n);
			s->ahead->bytes.n = f.bytes.n;
			break;
		}
		s->at++;
	}
	/* A file that ends too soon; or one to be begun anew, which the next
	 * round does. */
	if (s->at <= no || no < from_here)
		return err_field(e, ERR_FILE_DAMAGED, "file", "-");
	*out = f.bytes;
	return true;
}

static bool bundle_frame(struct bundle_source *s, struct arena *mem,
	struct bundle_frame *out, struct err *e)
{
	if (s->ahead) {
		*out = *s->ahead;
		s->ahead = NULL;
		return true;
	}
	return bundle_next(s->b, mem, out, e);
}

static bool send_load(const struct courier_job *job, struct load *l,
	struct courier_report *out, struct err *e)
{
	struct arena *mem = arena_new();
	bool ok = !l->n || load_send(l, job, mem, e);

	for (size_t i = 0; ok && i < l->n; i++)
		load_count(out, l->item[i].fate, &out->changes);
	memset(l, 0, sizeof(*l));
	arena_free(mem);
	return ok;
}

/* Sends all but the group that goes on. */
static bool send_groups(const struct courier_job *job, struct load *l,
	const struct uuid *next, struct courier_report *out, struct err *e)
{
	struct arena *mem = arena_new();
	struct load *rest = ARENA_NEW(mem, struct load);
	size_t n = l->n;
	bool ok;

	l->n = load_whole_groups(l, next);
	for (size_t i = l->n; i < n; i++) {
		rest->item[rest->n++] = l->item[i];
		rest->bytes += strlen(l->item[i].entry);
	}
	ok = send_load(job, l, out, e);
	*l = *rest;
	arena_free(mem);
	return ok;
}

static bool add_change(const struct courier_job *job, struct load *l,
	const struct bundle_frame *f, struct arena *mem,
	struct courier_report *out, struct err *e)
{
	json_t *j =
		json_read(f->bytes.p, f->bytes.n, &json_limits_sealed, mem, e);
	struct parcel p;

	if (!j || !parcel_read(j, mem, &p, e))
		return false;
	if (!load_has_room(l, f->bytes.p, &p.tx) &&
		!send_groups(job, l, &p.tx, out, e))
		return false;
	load_add(l, &p, f->bytes.p, 0);
	return true;
}

static bool bring_file(const struct courier_job *job, struct bundle_source *s,
	const struct bundle_frame *f, struct courier_report *out, struct err *e)
{
	enum fate fate;

	s->at = 0;
	if (!load_send_file(job, f->bytes.p, from_bundle, s, &fate, e) &&
		!load_file_may_wait(job, e, &fate))
		return false;
	load_count(out, fate, &out->files);
	return true;
}

static bool bring_all(const struct courier_job *job, struct bundle_source *s,
	struct courier_report *out, struct err *e)
{
	struct load *l = ARENA_NEW(s->frames, struct load);
	bool more = true;

	while (more) {
		struct bundle_frame f;

		if (!bundle_frame(s, s->frames, &f, e))
			return false;
		more = f.kind != BUNDLE_END;
		if (f.kind == BUNDLE_CHANGE &&
			!add_change(job, l, &f, s->frames, out, e))
			return false;
		/* A file's record goes first. */
		if (f.kind == BUNDLE_FILE &&
			(!send_load(job, l, out, e) ||
				!bring_file(job, s, &f, out, e)))
			return false;
	}
	return send_load(job, l, out, e);
}

/* Refused is not lost: the file stays, under a name nothing brings. */
static void put_away(const char *path, int64_t refused)
{
	struct arena *mem = arena_new();
	size_t n = strlen(path) - strlen(ENDING);

	if (refused)
		rename(path, arena_printf(mem, "%.*s.%lld" TURNED, (int)n, path,
				     (long long)refused));
	else
		unlink(path);
	arena_free(mem);
}

/* It was checked when it was taken over; a copy that no longer reads is left
 * where it is, and the centre checks every parcel in any case. */
static bool carry_bundle(const struct courier_job *job, const char *path,
	struct courier_report *out, struct err *e)
{
	struct courier_report own = {0, 0, 0, 0, 0};
	struct bundle_source s = {NULL, 0, NULL, arena_new()};
	bool ok;

	s.b = bundle_open(path, s.frames, e);
	ok = s.b && bring_all(job, &s, &own, e);
	out->changes += own.changes;
	out->files += own.files;
	out->refused += own.refused;
	out->left += own.left;
	CRASH_POINT("bundle_brought");
	if (ok && !own.left)
		put_away(path, own.refused);
	arena_free(s.frames);
	if (ok || e->code != ERR_BAD_FILE)
		return ok;
	out->left++;
	return true;
}

static bool ends(const char *name, const char *ending)
{
	size_t n = strlen(name), end = strlen(ending);

	return n > end && strcmp(name + n - end, ending) == 0;
}

static bool each_ending(const struct station_dir *p, const char *ending,
	bool (*what)(void *ctx, const char *path, struct err *e), void *ctx,
	struct err *e)
{
	const char *dir = place_file(p, FOLDER);
	DIR *d = opendir(dir);
	struct dirent *one;
	bool ok = true;

	while (ok && d && (one = readdir(d)))
		if (ends(one->d_name, ending))
			ok = what(ctx,
				arena_printf(p->mem, "%s/%s", dir, one->d_name),
				e);
	if (d)
		closedir(d);
	return ok;
}

bool bundles_each(const struct station_dir *p,
	bool (*what)(void *ctx, const char *path, struct err *e), void *ctx,
	struct err *e)
{
	return each_ending(p, ENDING, what, ctx, e);
}

/* A job, and what it came to. */
struct round {
	const struct courier_job *job;
	struct courier_report *out;
};

static bool carry_one(void *ctx, const char *path, struct err *e)
{
	struct round *r = ctx;

	return carry_bundle(r->job, path, r->out, e);
}

bool bundles_carry(const struct courier_job *job, struct courier_report *out,
	struct err *e)
{
	struct round r = {job, out};

	return bundles_each(job->place, carry_one, &r, e);
}

static bool count_one(void *ctx, const char *path, struct err *e)
{
	struct round *r = ctx;
	struct bundle_about about;

	if (!bundle_check(r->job->place, path, &about, e)) {
		r->out->left++;
		return true;
	}
	r->out->changes += about.changes;
	r->out->files += about.files;
	return true;
}

/* "HASH.NUMBER.refused" */
static bool count_refused(void *ctx, const char *path, struct err *e)
{
	struct round *r = ctx;
	const char *at = path + strlen(path) - strlen(TURNED);
	long long n;

	(void)e;
	while (at > path && at[-1] != '.' && at[-1] != '/')
		at--;
	n = strtoll(at, NULL, 10);
	r->out->refused += n > 0 ? n : 1;
	return true;
}

bool bundles_count(const struct courier_job *job, struct courier_report *out,
	struct err *e)
{
	struct round r = {job, out};

	return bundles_each(job->place, count_one, &r, e) &&
	       each_ending(job->place, TURNED, count_refused, &r, e);
}

/* ---- taking over ---- */

static bool not_saved(struct err *e)
{
	return err_field(e, ERR_NOT_SAVED, FOLDER, "%s", strerror(errno));
}

static bool copy_over(
	const char *path, const char *made, const char *to, struct err *e)
{
	int in = open(path, O_RDONLY | O_CLOEXEC), out = -1;
	bool ok;

	unlink(made);
	if (in >= 0)
		out = open(made, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC,
			S_IRUSR | S_IWUSR);
	ok = in >= 0 && out >= 0 && fd_copy(in, out) && fsync(out) == 0;
	if (in >= 0)
		close(in);
	if (out >= 0)
		close(out);
	CRASH_POINT("bundle_copied");
	if (ok && rename(made, to) == 0)
		return true;
	not_saved(e);
	unlink(made);
	return false;
}

/* Taken over anew it has another chance: what lay aside is the same bytes. */
static bool drop_turned(void *ctx, const char *path, struct err *e)
{
	(void)e;
	if (strstr(path, ctx))
		unlink(path);
	return true;
}

static bool taken_over(
	const struct station_dir *p, const char *to, char *hex, struct err *e)
{
	if (!file_keep_name(to) || !file_keep_name(place_file(p, FOLDER)))
		return not_saved(e);
	return each_ending(p, TURNED, drop_turned, hex, e);
}

bool courier_import(const struct station_dir *p, const char *path,
	const struct sha256 *name, bool *here, struct err *e)
{
	const char *dir = place_file(p, FOLDER);
	char hex[SHA256_HEX];
	const char *to = arena_printf(p->mem, "%s/%s" ENDING, dir,
		hex_format(name->b, SHA256_LEN, hex));

	if (mkdir(dir, S_IRWXU) != 0 && errno != EEXIST)
		return not_saved(e);
	*here = access(to, F_OK) == 0;
	if (*here)
		return true;
	return copy_over(path, arena_printf(p->mem, "%s.new", to), to, e) &&
	       taken_over(p, to, hex, e);
}
