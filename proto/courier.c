/*
 * courier.c - see courier.h.
 */
#include "proto/courier.h"

#include "proto/base/hash.h"
#include "proto/base/sign.h"

#include <string.h>

static const char *const kinds[PARCEL_KINDS] = {"change", "file"};

const char *parcel_kind_name(enum parcel_kind kind)
{
	return kinds[kind];
}

static struct str text_of(const char *p)
{
	return (struct str){p, strlen(p)};
}

static const char *id_or_dash(const struct uuid *id, char out[UUID_TEXT])
{
	return uuid_is_nil(id) ? "-" : uuid_format(id, out);
}

/* What the seal is about: all that stands in clear. */
static struct str about_of(const struct parcel *p, struct arena *mem)
{
	char id[UUID_TEXT], tx[UUID_TEXT], replica[UUID_TEXT];

	return text_of(arena_printf(mem,
		"casebridge courier 1\n%s\n%s\n%s\n%s\n%s\n", kinds[p->kind],
		uuid_format(&p->id, id), id_or_dash(&p->tx, tx),
		uuid_format(&p->replica, replica), p->key));
}

/* What the author signs: the same, and the sealed bytes. */
static struct str signed_of(const struct parcel *p, struct arena *mem)
{
	struct sha256 sha = sha256_of(p->sealed.p, p->sealed.n);
	char hex[SHA256_HEX];

	return text_of(arena_printf(mem, "%s%s\n", about_of(p, mem).p,
		hex_format(sha.b, SHA256_LEN, hex)));
}

static json_t *base64_json(struct str bytes, struct arena *mem)
{
	return json_string(base64url_format(bytes.p, bytes.n, mem));
}

static json_t *parcel_json(const struct parcel *p, struct arena *mem)
{
	return json_pack("{s:s, s:o, s:o, s:o, s:s, s:o, s:o}", "kind",
		kinds[p->kind], "id", json_id(&p->id), "tx", json_id(&p->tx),
		"replica", json_id(&p->replica), "key", p->key, "sealed",
		base64_json(p->sealed, mem), "sig", base64_json(p->sig, mem));
}

json_t *parcel_make(const struct parcel *about, struct str centre,
	const struct keypair *author, struct str text)
{
	struct arena *mem = arena_new();
	struct parcel p = *about;
	json_t *out = NULL;
	struct buf sealed;

	key_name(centre, p.key);
	buf_init(&sealed, (size_t)64 << 20);
	if (envelope_seal(centre, about_of(&p, mem), text, &sealed)) {
		p.sealed.p = sealed.p;
		p.sealed.n = sealed.n;
		p.sig = keypair_sign(author, signed_of(&p, mem), mem);
		out = parcel_json(&p, mem);
	}
	buf_free(&sealed);
	arena_free(mem);
	return out;
}

static bool get_id(
	const json_t *j, const char *member, struct uuid *out, struct err *e)
{
	const char *text = json_str(j, member);

	return (text && uuid_parse(text, out) && !uuid_is_nil(out)) ||
	       err_field(e, ERR_BAD_INPUT, member, "UUID");
}

static bool get_bytes(const json_t *j, const char *member, size_t max,
	struct arena *mem, struct str *out, struct err *e)
{
	const char *text = json_str(j, member);

	out->p = text && strlen(text) <= max * 4 / 3 + 4
			 ? (const char *)base64url_parse(text, &out->n, mem)
			 : NULL;
	return (out->p && out->n && out->n <= max) ||
	       err_field(e, ERR_BAD_INPUT, member, "base64url, <= %zu bytes",
		       max);
}

static bool get_kind(const json_t *j, enum parcel_kind *out, struct err *e)
{
	const char *kind = json_str(j, "kind");

	for (int i = 0; kind && i < PARCEL_KINDS; i++)
		if (strcmp(kind, kinds[i]) == 0) {
			*out = (enum parcel_kind)i;
			return true;
		}
	return err_field(e, ERR_BAD_INPUT, "kind", "change, file");
}

static bool get_key(const json_t *j, char out[KEY_NAME], struct err *e)
{
	const char *key = json_str(j, "key");
	unsigned char raw[(KEY_NAME - 1) / 2];

	if (!key || !hex_parse(key, raw, sizeof(raw)))
		return err_field(e, ERR_BAD_INPUT, "key", "16 hex digits");
	memcpy(out, key, KEY_NAME);
	return true;
}

bool parcel_read(
	const json_t *j, struct arena *mem, struct parcel *out, struct err *e)
{
	memset(out, 0, sizeof(*out));
	if (json_is_string(json_object_get(j, "tx")) &&
		!get_id(j, "tx", &out->tx, e))
		return false;
	return get_kind(j, &out->kind, e) && get_id(j, "id", &out->id, e) &&
	       get_id(j, "replica", &out->replica, e) &&
	       get_key(j, out->key, e) &&
	       get_bytes(j, "sealed", PARCEL_SEALED, mem, &out->sealed, e) &&
	       get_bytes(j, "sig", 128, mem, &out->sig, e);
}

bool parcel_is_from(const struct parcel *p, struct str author)
{
	struct arena *mem = arena_new();
	bool ok = sign_verify(author, signed_of(p, mem), p->sig);

	arena_free(mem);
	return ok;
}

bool parcel_open(const struct parcel *p, const struct keypair *centre,
	struct arena *mem, struct str *text)
{
	return envelope_open(centre, about_of(p, mem), p->sealed, mem, text);
}

/* ---- passports ---- */

struct str passport_text(const struct passport *p, struct arena *mem)
{
	char replica[UUID_TEXT], site[UUID_TEXT], device[UUID_TEXT];

	return text_of(arena_printf(mem,
		"casebridge author 1\n%s\n%s\n%s\n%s\n",
		uuid_format(&p->replica, replica), uuid_format(&p->site, site),
		uuid_format(&p->device, device),
		base64url_format(p->author.p, p->author.n, mem)));
}

json_t *passport_json(const struct passport *p)
{
	struct arena *mem = arena_new();
	json_t *j = json_pack("{s:o, s:o, s:o, s:o, s:o}", "replica",
		json_id(&p->replica), "site", json_id(&p->site), "device",
		json_id(&p->device), "author", base64_json(p->author, mem),
		"sig", base64_json(p->sig, mem));

	arena_free(mem);
	if (!j)
		die("courier: no passport");
	return j;
}

bool passport_read(
	const json_t *j, struct arena *mem, struct passport *out, struct err *e)
{
	memset(out, 0, sizeof(*out));
	return get_id(j, "replica", &out->replica, e) &&
	       get_id(j, "site", &out->site, e) &&
	       get_id(j, "device", &out->device, e) &&
	       get_bytes(j, "author", 256, mem, &out->author, e) &&
	       get_bytes(j, "sig", 128, mem, &out->sig, e);
}

bool passport_is_real(const struct passport *p, struct str authority)
{
	struct arena *mem = arena_new();
	bool ok = sign_verify(authority, passport_text(p, mem), p->sig);

	arena_free(mem);
	return ok;
}
