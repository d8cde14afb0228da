/*
 * rewrap.c - casebridged keys rewrap: everything the key file wraps is wrapped
 * by its first line. Nothing is sealed anew but keys of 32 bytes and second
 * factors. Each step is a short transaction and leaves nothing half done, so
 * that it may be broken off and called again.
 */
#include "server/admin/admin.h"

#include "server/admin/table.h"
#include "server/auth/factor.h"
#include "server/db/sealed.h"
#include "server/files/seal.h"

#include <stdio.h>
#include <string.h>

#define AT_ONCE 200

struct rewrap {
	struct db *db;
	struct arena *mem; /* of one step */
	struct vault *vault;
	struct sealer *cipher;
	const struct file_keys *file;
};

static bool put(struct rewrap *r, enum query q, struct db_args *a,
	const unsigned char *sealed, size_t n, struct err *e)
{
	db_bytes(a, r->file->key[0].id, FILE_KEY_ID);
	db_bytes(a, sealed, n);
	return db_run(r->db, q, a, NULL, e);
}

static bool data_key(
	struct rewrap *r, const struct db_rows *rows, int i, struct err *e)
{
	struct data_key k = {db_get_int(rows, i, "no"),
		db_get_bytes(rows, i, "by"), db_get_bytes(rows, i, "wrapped"),
		false};
	unsigned char out[WRAPPED_KEY];
	struct db_args a;

	db_args_init(&a, r->mem);
	db_int(&a, k.no);
	return vault_rewrap(r->vault, r->cipher, &k, out, e) &&
	       put(r, Q_REWRAP_DATA_KEY_PUT, &a, out, sizeof(out), e);
}

static bool open_box(struct rewrap *r, const struct db_rows *rows, int i,
	unsigned char out[SEALED_KEY], struct sha256 *sha, struct err *e)
{
	struct str hash = db_get_bytes(rows, i, "sha256");
	struct file_box box;
	bool ok;

	if (hash.n != SHA256_LEN)
		return err_set(e, ERR_INTERNAL, "a file without a hash");
	memcpy(sha->b, hash.p, SHA256_LEN);
	ok = file_box_open(r->file, sha, db_get_int(rows, i, "size"),
		db_get_bytes(rows, i, "key_id"),
		db_get_bytes(rows, i, "sealed_key"), &box, e);
	if (ok)
		file_box_seal(r->file, &box, out);
	file_box_wipe(&box);
	return ok;
}

static bool file(
	struct rewrap *r, const struct db_rows *rows, int i, struct err *e)
{
	unsigned char out[SEALED_KEY];
	struct sha256 sha;
	struct db_args a;

	db_args_init(&a, r->mem);
	if (!open_box(r, rows, i, out, &sha, e))
		return false;
	db_bytes(&a, sha.b, SHA256_LEN);
	return put(r, Q_REWRAP_FILE_PUT, &a, out, sizeof(out), e);
}

static bool upload(
	struct rewrap *r, const struct db_rows *rows, int i, struct err *e)
{
	struct uuid id = db_get_uuid(rows, i, "id");
	unsigned char out[SEALED_KEY];
	struct sha256 sha;
	struct db_args a;

	db_args_init(&a, r->mem);
	db_uuid(&a, &id);
	return open_box(r, rows, i, out, &sha, e) &&
	       put(r, Q_REWRAP_UPLOAD_PUT, &a, out, sizeof(out), e);
}

static bool secret_of(struct rewrap *r, const struct db_rows *rows, int i,
	enum query q, struct err *e)
{
	struct factor_room f = {
		r->db, r->file, r->mem, db_get_uuid(rows, i, "account")};
	unsigned char out[FACTOR_SEALED];
	struct db_args a;

	db_args_init(&a, r->mem);
	db_uuid(&a, &f.account);
	return factor_rewrap(&f, db_get_bytes(rows, i, "key"),
		       db_get_bytes(rows, i, "sealed"), out, e) &&
	       put(r, q, &a, out, sizeof(out), e);
}

static bool factor(
	struct rewrap *r, const struct db_rows *rows, int i, struct err *e)
{
	return secret_of(r, rows, i, Q_REWRAP_FACTOR_PUT, e);
}

static bool offer(
	struct rewrap *r, const struct db_rows *rows, int i, struct err *e)
{
	return secret_of(r, rows, i, Q_REWRAP_OFFER_PUT, e);
}

static const struct {
	const char *what;
	enum query rows;
	bool bounded;
	bool (*one)(struct rewrap *r, const struct db_rows *rows, int i,
		struct err *e);
} kinds[] = {
	{"data_keys",      Q_REWRAP_DATA_KEYS, false, data_key},
	{"files",          Q_REWRAP_FILES,     true,  file    },
	{"uploads",        Q_REWRAP_UPLOADS,   true,  upload  },
	{"second_factors", Q_REWRAP_FACTORS,   true,  factor  },
	{"offered",        Q_REWRAP_OFFERS,    true,  offer   },
};

static bool step(struct rewrap *r, size_t k, int *n, struct err *e)
{
	struct db_rows *rows;
	struct db_args a;
	bool ok;

	r->mem = arena_new();
	db_args_init(&a, r->mem);
	db_bytes(&a, r->file->key[0].id, FILE_KEY_ID);
	if (kinds[k].bounded)
		db_int(&a, AT_ONCE);
	ok = db_begin_system(r->db, e) &&
	     db_run(r->db, kinds[k].rows, &a, &rows, e);
	*n = ok ? db_count(rows) : 0;
	for (int i = 0; ok && i < *n; i++)
		ok = kinds[k].one(r, rows, i, e);
	ok = ok && db_commit(r->db, e);
	if (!ok)
		db_rollback(r->db);
	arena_free(r->mem);
	return ok;
}

static bool rewrap_all(struct call *c, struct db *db, struct err *e)
{
	struct sealing by = db_sealing(db);
	struct rewrap r = {
		db, NULL, by.vault, by.cipher, vault_file_keys(by.vault)};
	json_t *told = json_keep(json_object(), c->mem);

	for (size_t k = 0; k < ARRAY_LEN(kinds); k++) {
		int n = 0, sum = 0;

		do {
			if (!step(&r, k, &n, e))
				return false;
			sum += n;
		} while (kinds[k].bounded && n);
		json_object_set_new(told, kinds[k].what, json_integer(sum));
		if (!call_option(c, "json"))
			printf("%s\t%d\n", kinds[k].what, sum);
	}
	if (call_option(c, "json"))
		table_print_json(c, json_incref(told));
	return true;
}

bool admin_keys_rewrap(struct call *c, struct err *e)
{
	struct db *db = keys_owner(c, e);
	bool ok = db && keys_note(c, "keys_rewrap", e) && rewrap_all(c, db, e);

	db_close(db);
	return ok;
}
