/*
 * device.c - see device.h.
 */
#include "server/auth/device.h"

#include "proto/base/hash.h"
#include "proto/base/host.h"
#include "server/app.h"
#include "server/audit/audit.h"
#include "server/auth/attempt.h"
#include "server/auth/ca.h"

#include <string.h>

static const char alphabet[] = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";

void code_make(char out[CODE_TEXT])
{
	unsigned char raw[CODE_LENGTH];
	size_t at = 0;

	host_random(raw, sizeof(raw));
	for (size_t i = 0; i < CODE_LENGTH; i++) {
		if (i && i % 4 == 0)
			out[at++] = '-';
		out[at++] = alphabet[raw[i] & 31];
	}
	out[at] = 0;
}

/* The letter meant by what was typed; 0 when there is none. */
static char read_letter(char c)
{
	if (c >= 'a' && c <= 'z')
		c = (char)(c - 'a' + 'A');
	if (c == 'I' || c == 'L')
		c = '1';
	if (c == 'O')
		c = '0';
	return c && strchr(alphabet, c) ? c : 0;
}

bool code_normalise(const char *text, char out[CODE_LENGTH + 1])
{
	size_t n = 0;

	for (; *text; text++) {
		if (*text == '-' || *text == ' ')
			continue;
		if (n == CODE_LENGTH || !read_letter(*text))
			return false;
		out[n++] = read_letter(*text);
	}
	out[n] = 0;
	return n == CODE_LENGTH;
}

bool device_find(struct db *db, const char *spki, struct arena *mem,
	struct device *out, bool *found, struct err *e)
{
	unsigned char key[SHA256_LEN];
	struct db_rows *rows;
	struct db_args a;

	*found = false;
	if (!spki || !hex_parse(spki, key, sizeof(key)))
		return true;
	db_args_init(&a, mem);
	db_bytes(&a, key, sizeof(key));
	if (!db_run(db, Q_AUTH_DEVICE_FIND, &a, &rows, e))
		return false;
	if (db_count(rows) == 0)
		return true;
	out->id = db_get_uuid(rows, 0, "id");
	out->site = db_get_uuid(rows, 0, "site");
	out->site_name = db_get_text(rows, 0, "site_name");
	*found = true;
	return true;
}

static bool read_request(struct req *r, char code[CODE_LENGTH + 1],
	const char **csr, struct err *e)
{
	const char *key;
	json_t *value;

	if (!json_is_object(r->json))
		return err_field(e, ERR_BAD_KIND, "body", "an object");
	json_object_foreach(r->json, key, value)
	{
		if (strcmp(key, "code") != 0 && strcmp(key, "csr") != 0)
			return err_field(
				e, ERR_UNKNOWN_FIELD, key, "code, csr");
		if (!json_is_string(value))
			return err_field(e, ERR_BAD_KIND, key, "a text");
	}
	*csr = json_str(r->json, "csr");
	if (!*csr)
		return err_field(e, ERR_MISSING, "csr", "a PEM text");
	if (!json_str(r->json, "code"))
		return err_field(e, ERR_MISSING, "code", "a one-time code");
	if (!code_normalise(json_str(r->json, "code"), code))
		return err_field(e, ERR_BAD_INPUT, "code",
			"%d letters and digits, as shown", CODE_LENGTH);
	return true;
}

/* Uses the code up and adds the device, or fails both. */
static bool add_device(struct req *r, const char *code, struct device *d,
	const struct device_certificate *cert, struct err *e)
{
	struct sha256 hash = sha256_of(code, CODE_LENGTH);
	struct db_rows *rows;
	struct db_args take, add;

	db_args_init(&take, r->mem);
	db_bytes(&take, hash.b, sizeof(hash.b));
	db_uuid(&take, &d->id);
	if (!db_run(r->db, Q_AUTH_CODE_TAKE, &take, &rows, e))
		return false;
	if (db_count(rows) == 0)
		return err_field(e, ERR_BAD_INPUT, "code",
			"an unused code, not older than %d minutes",
			CODE_MINUTES);
	d->site = db_get_uuid(rows, 0, "site");
	d->site_name = db_get_text(rows, 0, "site_name");
	db_args_init(&add, r->mem);
	db_uuid(&add, &d->id);
	db_uuid(&add, &d->site);
	db_text(&add, d->site_name);
	db_bytes(&add, cert->spki.b, sizeof(cert->spki.b));
	db_ms(&add, cert->expires_ms);
	if (!db_run(r->db, Q_AUTH_DEVICE_ADD, &add, &rows, e))
		return false;
	return db_count(rows) == 1 ||
	       err_field(e, ERR_BAD_INPUT, "csr", "a key of its own");
}

static bool reply_device(struct req *r, const struct device *d, const char *pem)
{
	char id[UUID_TEXT], site[UUID_TEXT];

	return req_reply_json(r, 201,
		json_pack("{s:s, s:s, s:s, s:s, s:s}", "device",
			uuid_format(&d->id, id), "certificate", pem, "ca",
			ca_pem(r->app->ca), "site", uuid_format(&d->site, site),
			"site_name", d->site_name));
}

/* Guessing codes costs an address what guessing passwords does. */
static bool charge_source(struct req *r, struct charge *c, struct err *e)
{
	int64_t wait_ms;

	c->scope = LOCK_SOURCE;
	c->key = attempt_key(r->mem, r->app->token_key, "source", r->source);
	if (!db_begin_system(r->db, e) ||
		!attempts_charge(r->db, r->mem, c, 1, &wait_ms, e) ||
		!db_commit(r->db, e))
		return false;
	return wait_ms == 0 || err_field(e, ERR_LOCKED_OUT, "code", "%lld",
				       (long long)((wait_ms + 999) / 1000));
}

bool device_post(struct req *r, struct err *e)
{
	struct device_certificate cert;
	struct charge charge = {0};
	char code[CODE_LENGTH + 1];
	struct reader actor = {0};
	struct device d = {0};
	const char *csr = NULL;

	d.id = uuid_new();
	/* A bad request must not use the code up: it is signed first. */
	if (!read_request(r, code, &csr, e) || !charge_source(r, &charge, e) ||
		!ca_sign_device(r->app->ca, csr, &d.id, r->mem, &cert, e) ||
		!db_begin_system(r->db, e) ||
		!add_device(r, code, &d, &cert, e) ||
		!attempts_pardon(r->db, r->mem, &charge, 1, e))
		return false;
	actor.device = d.id;
	actor.site = d.site;
	audit_queue(r->db, r->mem, &actor, "enrol", "ok", NULL, 0);
	db_queue_commit(r->db);
	return db_flush(r->db, r->mem, NULL, 0, e) &&
	       reply_device(r, &d, cert.pem);
}
