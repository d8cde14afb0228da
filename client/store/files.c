/*
 * files.c - see files.h.
 *
 * Blobs lie in a directory named after the store, each named by the key of its
 * row, which says nothing. They are removed after the commit that forgot them;
 * a blob no row knows, because a process was killed in between, is removed when
 * the store is opened.
 */
#include "client/store/files.h"

#include "client/store/store_in.h"
#include "proto/base/host.h"

#include <dirent.h>
#include <errno.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static const char *const state_names[FILE_STATES] = {
	"waiting", "refused", "kept", "part"};

static struct file **files_of(const struct store *s)
{
	return (struct file **)(void *)s->files.p;
}

size_t file_count(const struct store *s)
{
	return s->files.n / sizeof(struct file *);
}

const struct file *file_at(const struct store *s, size_t i)
{
	return files_of(s)[i];
}

const struct file *file_find(
	const struct store *s, const struct uuid *rec, const struct sha256 *sha)
{
	for (size_t i = 0; i < file_count(s); i++)
		if (uuid_cmp(&files_of(s)[i]->rec, rec) == 0 &&
			sha256_equal(&files_of(s)[i]->sha, sha))
			return files_of(s)[i];
	return NULL;
}

bool file_may_go(const struct store *s, const struct file *f)
{
	if (f->state != FILE_WAITING || store_held(s, &f->rec, NULL))
		return f->state == FILE_WAITING;
	for (size_t i = 0; i < store_work_count(s); i++) {
		const struct work *w = store_work_at(s, i);

		if (work_waits(w) && uuid_cmp(&w->rec, &f->rec) == 0)
			return false;
	}
	return true;
}

/* What only this station has of a withdrawn case is closed for the centre, and
 * handed in (courier.h): from a centre that knows nothing of parcels there is
 * no key to close it with. */
static bool can_leave(const struct store *s, const struct file *f)
{
	return f->own && store_get(s, "passport") &&
	       (f->state == FILE_WAITING || f->state == FILE_REFUSED);
}

bool file_unit_waits(const struct store *s, const struct uuid *unit)
{
	for (size_t i = 0; i < file_count(s); i++)
		if (uuid_cmp(&files_of(s)[i]->unit, unit) == 0 &&
			(file_may_go(s, files_of(s)[i]) ||
				(files_of(s)[i]->state == FILE_WAITING &&
					!can_leave(s, files_of(s)[i]))))
			return true;
	return false;
}

/* ---- keys of units ---- */

/* The key the files of a unit are sealed with; not that of its records,
 * because files may be here before any record is. */
struct file_unit {
	unsigned char row[SHA256_LEN];
	struct seal_key key;
};

static struct file_unit *units_of(const struct store *s)
{
	return (struct file_unit *)(void *)s->file_units.p;
}

static size_t unit_count(const struct store *s)
{
	return s->file_units.n / sizeof(struct file_unit);
}

static struct file_unit *unit_by_row(
	const struct store *s, const unsigned char row[SHA256_LEN])
{
	for (size_t i = 0; i < unit_count(s); i++)
		if (memcmp(units_of(s)[i].row, row, SHA256_LEN) == 0)
			return &units_of(s)[i];
	return NULL;
}

static void unit_row(const struct store *s, const struct uuid *unit,
	unsigned char out[SHA256_LEN])
{
	store_key(s, ROW_FILE_UNIT, unit->b, sizeof(unit->b), out);
}

static bool add_unit(
	struct store *s, const unsigned char row[SHA256_LEN], struct err *e)
{
	struct sql_run *q = sql_take(s->db, S_FILE_UNIT_PUT);
	struct file_unit u;
	struct str sealed;

	memcpy(u.row, row, SHA256_LEN);
	u.key = seal_key_new();
	sealed = store_seal(s, &s->keys.unit, ROW_FILE_UNIT, row, 0,
		(struct str){(const char *)u.key.b, SEAL_KEY});
	sql_blob(q, 1, row, SHA256_LEN);
	sql_blob(q, 2, sealed.p, sealed.n);
	buf_add(&s->file_units, &u, sizeof(u));
	seal_wipe(&u, sizeof(u));
	return sql_do(s->db, q, e) || store_broke(s);
}

static bool drop_unit(struct store *s, struct file_unit *u, struct err *e)
{
	struct sql_run *q = sql_take(s->db, S_FILE_UNIT_DROP);
	size_t after = unit_count(s) - 1 - (size_t)(u - units_of(s));

	sql_blob(q, 1, u->row, SHA256_LEN);
	if (!sql_do(s->db, q, e))
		return store_broke(s);
	s->purged = true;
	memmove(u, u + 1, after * sizeof(*u));
	s->file_units.n -= sizeof(*u);
	seal_wipe(s->file_units.p + s->file_units.n, sizeof(*u));
	return true;
}

/* ---- rows ---- */

static json_t *id_json(const struct uuid *id)
{
	char text[UUID_TEXT];

	return json_string(uuid_format(id, text));
}

static bool get_id(const json_t *doc, const char *key, struct uuid *out)
{
	const char *text = json_str(doc, key);

	return text && uuid_parse(text, out);
}

static bool read_doc(struct file *f)
{
	const char *sha = json_str(f->doc, "sha256");
	const char *state = json_str(f->doc, "state");
	int i = 0;

	while (i < FILE_STATES &&
		(!state || strcmp(state, state_names[i]) != 0))
		i++;
	f->state = (enum file_state)i;
	f->size = json_int(f->doc, "size", 0);
	f->media = json_str(f->doc, "media");
	f->added_ms = json_int(f->doc, "added", 0);
	f->own = json_flag(f->doc, "own");
	f->why = json_object_get(f->doc, "why");
	return i < FILE_STATES && get_id(f->doc, "rec", &f->rec) &&
	       get_id(f->doc, "unit", &f->unit) && sha && f->media &&
	       f->size > 0 && hex_parse(sha, f->sha.b, SHA256_LEN);
}

static void file_key(const struct store *s, const struct uuid *rec,
	const struct sha256 *sha, unsigned char out[SHA256_LEN])
{
	unsigned char id[16 + SHA256_LEN];

	memcpy(id, rec->b, 16);
	memcpy(id + 16, sha->b, SHA256_LEN);
	store_key(s, ROW_FILE, id, sizeof(id), out);
}

/* Only what waits is carried by others. */
static bool close_file(struct store *s, const struct file *f, struct err *e)
{
	unsigned char row[SHA256_LEN];

	unit_row(s, &f->unit, row);
	return courier_file(s, f->key, f->doc,
		f->state == FILE_WAITING ? &unit_by_row(s, row)->key : NULL, e);
}

bool files_close_again(struct store *s, struct err *e)
{
	for (size_t i = 0; i < file_count(s); i++)
		if (files_of(s)[i]->state == FILE_WAITING &&
			!close_file(s, files_of(s)[i], e))
			return store_broke(s);
	return true;
}

static bool write_row(struct store *s, struct file *f, struct err *e)
{
	struct sql_run *q = sql_take(s->db, S_FILE_PUT);
	struct arena *mem = arena_new();
	unsigned char row[SHA256_LEN];
	struct str text;
	bool ok;

	unit_row(s, &f->unit, row);
	if (f->rev)
		store_sum(s, ROW_FILE, f->key, f->rev);
	f->rev = store_rev(s);
	store_sum(s, ROW_FILE, f->key, f->rev);
	text.p = json_canonical(f->doc, mem);
	text.n = strlen(text.p);
	text = store_seal(
		s, &unit_by_row(s, row)->key, ROW_FILE, f->key, f->rev, text);
	sql_blob(q, 1, f->key, SHA256_LEN);
	sql_blob(q, 2, row, SHA256_LEN);
	sql_int(q, 3, f->rev);
	sql_blob(q, 4, text.p, text.n);
	ok = sql_do(s->db, q, e) && close_file(s, f, e);
	arena_free(mem);
	return ok || store_broke(s);
}

/* The file itself, to be changed: callers hold it const. */
static struct file *mutable_file(struct store *s, const struct file *f)
{
	size_t i = 0;

	while (files_of(s)[i] != f)
		i++;
	return files_of(s)[i];
}

bool file_set(struct store *s, const struct file *f, enum file_state state,
	json_t *why, struct err *e)
{
	struct file *own = mutable_file(s, f);

	json_object_set_new(own->doc, "state", json_string(state_names[state]));
	/* What is to be sent was put here by hand, piece by piece or whole. */
	if (state == FILE_WAITING)
		json_object_set_new(own->doc, "own", json_true());
	if (why)
		json_object_set_new(own->doc, "why", why);
	else
		json_object_del(own->doc, "why");
	if (!read_doc(own))
		die("files: a row of ours cannot be read");
	return write_row(s, own, e);
}

/* ---- blobs ---- */

static const char *blob_path(struct arena *mem, const struct store *s,
	const unsigned char key[SHA256_LEN])
{
	char hex[SHA256_HEX];

	return arena_printf(
		mem, "%s/%s", s->files_dir, hex_format(key, SHA256_LEN, hex));
}

struct blob *file_open(
	struct store *s, const struct file *f, enum blob_use use, struct err *e)
{
	struct arena *mem = arena_new();
	unsigned char row[SHA256_LEN];
	struct blob_name name;
	struct blob *b;

	unit_row(s, &f->unit, row);
	name.path = blob_path(mem, s, f->key);
	name.key = unit_by_row(s, row)->key;
	name.size = f->size;
	memcpy(name.row, f->key, SHA256_LEN);
	b = blob_open(&name, use, e);
	seal_wipe(&name, sizeof(name));
	arena_free(mem);
	return b;
}

/* Gone with the next commit, not before. */
static void forget_blob(struct store *s, const struct file *f)
{
	buf_add(&s->unlinks, f->key, SHA256_LEN);
}

void files_committed(struct store *s)
{
	struct arena *mem = arena_new();

	for (size_t i = 0; i < s->unlinks.n; i += SHA256_LEN)
		unlink(blob_path(
			mem, s, (const unsigned char *)s->unlinks.p + i));
	buf_clear(&s->unlinks);
	arena_free(mem);
}

static const struct file *file_by_key(
	const struct store *s, const unsigned char key[SHA256_LEN])
{
	for (size_t i = 0; i < file_count(s); i++)
		if (memcmp(files_of(s)[i]->key, key, SHA256_LEN) == 0)
			return files_of(s)[i];
	return NULL;
}

static void remove_strays(struct store *s)
{
	struct arena *mem = arena_new();
	DIR *d = opendir(s->files_dir);
	struct dirent *one;

	while (d && (one = readdir(d))) {
		unsigned char key[SHA256_LEN];

		if (hex_parse(one->d_name, key, SHA256_LEN) &&
			!file_by_key(s, key) && !courier_keeps(s, key))
			unlink(blob_path(mem, s, key));
	}
	if (d)
		closedir(d);
	arena_free(mem);
}

/* ---- adding and dropping ---- */

static json_t *new_doc(const struct file_about *a, enum file_state state)
{
	char hex[SHA256_HEX];

	return json_pack("{s:o, s:o, s:s, s:I, s:s, s:I, s:b, s:s}", "rec",
		id_json(&a->rec), "unit", id_json(&a->unit), "sha256",
		hex_format(a->sha.b, SHA256_LEN, hex), "size",
		(json_int_t)a->size, "media", a->media, "added",
		(json_int_t)host_now_ms(), "own", state == FILE_WAITING,
		"state", state_names[state]);
}

static bool make_dir(const struct store *s, struct err *e)
{
	if (mkdir(s->files_dir, S_IRWXU) == 0 || errno == EEXIST)
		return true;
	return err_field(e, ERR_NOT_SAVED, "file", "%s", strerror(errno));
}

struct blob *file_add(struct store *s, const struct file_about *about,
	enum file_state state, struct err *e)
{
	struct file *f = ARENA_NEW(s->mem, struct file);
	unsigned char row[SHA256_LEN];

	f->doc = new_doc(about, state);
	if (!read_doc(f))
		die("files: what is added is no file");
	file_key(s, &f->rec, &f->sha, f->key);
	unit_row(s, &f->unit, row);
	buf_add(&s->files, &f, sizeof(struct file *));
	if (!make_dir(s, e) || (!unit_by_row(s, row) && !add_unit(s, row, e)) ||
		!write_row(s, f, e)) {
		store_broke(s);
		return NULL;
	}
	return file_open(s, f, BLOB_MAKE, e);
}

static bool has_more(const struct store *s, const struct uuid *unit)
{
	for (size_t i = 0; i < file_count(s); i++)
		if (uuid_cmp(&files_of(s)[i]->unit, unit) == 0)
			return true;
	return false;
}

/* The row goes, and the key when it was the last of its unit. */
static bool drop_row(struct store *s, struct file *own, struct err *e)
{
	struct sql_run *q = sql_take(s->db, S_FILE_DROP);
	unsigned char row[SHA256_LEN];
	size_t n = file_count(s), at = 0;

	sql_blob(q, 1, own->key, SHA256_LEN);
	if (!sql_do(s->db, q, e))
		return store_broke(s);
	store_sum(s, ROW_FILE, own->key, own->rev);
	while (files_of(s)[at] != own)
		at++;
	memmove(files_of(s) + at, files_of(s) + at + 1,
		(n - at - 1) * sizeof(struct file *));
	s->files.n -= sizeof(struct file *);
	unit_row(s, &own->unit, row);
	json_decref(own->doc);
	return has_more(s, &own->unit) || drop_unit(s, unit_by_row(s, row), e);
}

bool file_drop(struct store *s, const struct file *f, struct err *e)
{
	struct file *own = mutable_file(s, f);

	forget_blob(s, own);
	return (courier_file(s, own->key, own->doc, NULL, e) ||
		       store_broke(s)) &&
	       drop_row(s, own, e);
}

/* The bytes stay, closed: see can_leave(). */
static bool leave(struct store *s, const struct file *f, struct err *e)
{
	struct file *own = mutable_file(s, f);
	unsigned char row[SHA256_LEN];

	unit_row(s, &own->unit, row);
	return (courier_file(
			s, own->key, own->doc, &unit_by_row(s, row)->key, e) ||
		       store_broke(s)) &&
	       drop_row(s, own, e);
}

static bool give_up(struct store *s, const struct file *f, struct err *e)
{
	return can_leave(s, f) ? leave(s, f, e) : file_drop(s, f, e);
}

bool files_drop_unit(struct store *s, const struct uuid *unit, struct err *e)
{
	size_t i = 0;

	while (i < file_count(s))
		if (uuid_cmp(&files_of(s)[i]->unit, unit) != 0)
			i++;
		else if (!give_up(s, files_of(s)[i], e))
			return false;
	return true;
}

bool files_rewind(struct store *s, struct err *e)
{
	for (size_t i = 0; i < file_count(s); i++) {
		const struct file *f = files_of(s)[i];

		if (f->own && f->state == FILE_KEPT &&
			!file_set(s, f, FILE_WAITING, NULL, e))
			return false;
	}
	return true;
}

static bool is_wanted(const struct store *s, const struct file *f)
{
	if (f->state == FILE_WAITING || store_held(s, &f->rec, NULL))
		return true;
	for (size_t i = 0; i < store_work_count(s); i++)
		if (uuid_cmp(&store_work_at(s, i)->rec, &f->rec) == 0 &&
			!work_hidden(store_work_at(s, i)))
			return true;
	return false;
}

bool files_tidy(struct store *s, size_t *n, struct err *e)
{
	size_t i = 0;

	*n = 0;
	while (i < file_count(s))
		if (is_wanted(s, files_of(s)[i]))
			i++;
		else if (give_up(s, files_of(s)[i], e))
			++*n;
		else
			return false;
	return true;
}

/* ---- loading ---- */

static bool load_unit(struct store *s, struct sql_run *r, struct arena *mem)
{
	struct str row = sql_col_blob(r, 0), text;
	struct file_unit u;

	if (row.n != SHA256_LEN)
		return false;
	memcpy(u.row, row.p, SHA256_LEN);
	if (!store_unseal(s, &s->keys.unit, ROW_FILE_UNIT, u.row, 0,
		    sql_col_blob(r, 1), mem, &text) ||
		text.n != SEAL_KEY)
		return false;
	memcpy(u.key.b, text.p, SEAL_KEY);
	buf_add(&s->file_units, &u, sizeof(u));
	seal_wipe(&u, sizeof(u));
	return true;
}

static bool load_file(struct store *s, struct sql_run *r, struct arena *mem)
{
	struct str key = sql_col_blob(r, 0), row = sql_col_blob(r, 1), text;
	struct file *f = ARENA_NEW(s->mem, struct file);
	const struct file_unit *u;

	if (key.n != SHA256_LEN || row.n != SHA256_LEN)
		return false;
	memcpy(f->key, key.p, SHA256_LEN);
	u = unit_by_row(s, (const unsigned char *)row.p);
	f->rev = sql_col_int(r, 2);
	if (!u || !store_unseal(s, &u->key, ROW_FILE, f->key, f->rev,
			  sql_col_blob(r, 3), mem, &text))
		return false;
	f->doc = json_loadb(text.p, text.n, 0, NULL);
	if (!read_doc(f)) {
		json_decref(f->doc);
		return false;
	}
	buf_add(&s->files, &f, sizeof(struct file *));
	store_sum(s, ROW_FILE, f->key, f->rev);
	return true;
}

bool files_load(struct store *s, struct err *e)
{
	return store_load(s, S_FILE_UNIT_ALL, load_unit, "file", e) &&
	       store_load(s, S_FILE_ALL, load_file, "file", e);
}

void files_opened(struct store *s)
{
	remove_strays(s);
}

void files_free(struct store *s)
{
	for (size_t i = 0; i < file_count(s); i++)
		json_decref(files_of(s)[i]->doc);
	buf_free(&s->files);
	if (s->file_units.n)
		seal_wipe(s->file_units.p, s->file_units.n);
	buf_free(&s->file_units);
	buf_free(&s->unlinks);
}

bool files_verify(struct store *s, struct err *e)
{
	for (size_t i = 0; i < file_count(s); i++) {
		const struct file *f = files_of(s)[i];
		struct sha256 sha;
		struct blob *b;
		bool ok;

		if (f->state == FILE_PART)
			continue;
		b = file_open(s, f, BLOB_READ, e);
		ok = b && blob_hash(b, &sha, e) &&
		     (sha256_equal(&sha, &f->sha) ||
			     err_field(e, ERR_FILE_DAMAGED, "file", "-"));
		blob_close(b);
		if (!ok)
			return false;
	}
	return true;
}
