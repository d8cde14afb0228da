/*
 * record_wire.c - records as bytes: the envelope in JSON and the feed's line.
 *
 * A feed line is {"r":{envelope},"b":body}. The envelope holds no nested
 * object, so the first `},"b":` ends it and the body's bytes are found, hashed
 * and stored without being parsed.
 */
#include "proto/record.h"

#include <string.h>

static void add_id(struct buf *out, const char *key, const struct uuid *id)
{
	char text[UUID_TEXT];

	if (uuid_is_nil(id))
		buf_printf(out, ",\"%s\":null", key);
	else
		buf_printf(out, ",\"%s\":\"%s\"", key, uuid_format(id, text));
}

static void add_envelope(const struct record *r, struct buf *out)
{
	char id[UUID_TEXT], at[TIME_TEXT], entered[TIME_TEXT], sha[SHA256_HEX];

	buf_printf(out, "\"id\":\"%s\",\"type\":\"%s\"",
		uuid_format(&r->id, id), r->type_name);
	add_id(out, "case", &r->case_id);
	add_id(out, "site", &r->site);
	buf_printf(out, ",\"ver\":%lld,\"state\":\"%s\",\"class\":%d",
		(long long)r->ver, state_name(r->state), r->cls);
	add_id(out, "author", &r->author);
	add_id(out, "by", &r->by);
	add_id(out, "device", &r->device);
	buf_printf(out,
		",\"at\":\"%s\",\"entered_at\":\"%s\",\"csn\":%lld,"
		"\"sha\":\"%s\"",
		time_format(r->at, at), time_format(r->entered_at, entered),
		(long long)r->csn, hex_format(r->sha.b, SHA256_LEN, sha));
	if (r->reason) {
		buf_text(out, ",\"reason\":");
		buf_json(out, r->reason, strlen(r->reason));
	}
}

void record_json(const struct record *r, struct buf *out)
{
	buf_char(out, '{');
	add_envelope(r, out);
	buf_text(out, ",\"body\":");
	buf_add(out, r->body.p, r->body.n);
	buf_char(out, '}');
}

void record_line(const struct record *r, struct buf *out)
{
	buf_text(out, "{\"r\":{");
	add_envelope(r, out);
	buf_text(out, "},\"b\":");
	buf_add(out, r->body.p, r->body.n);
	buf_char(out, '}');
}

/* ---- reading ---- */

static bool get_id(
	const json_t *o, const char *key, bool may_be_null, struct uuid *out)
{
	const json_t *v = json_object_get(o, key);

	memset(out, 0, sizeof(*out));
	if (may_be_null && (!v || json_is_null(v)))
		return true;
	return json_is_string(v) && uuid_parse(json_string_value(v), out);
}

static bool get_time(const json_t *o, const char *key, int64_t *out)
{
	const char *s = json_str(o, key);

	return s && time_parse(s, out);
}

/* One class, in one byte: a station may not know it, but must sort by it. */
static bool is_class_bit(int64_t c)
{
	return c > 0 && c <= 128 && (c & (c - 1)) == 0;
}

/* The name goes out again unquoted, also when no program here knows it. */
static bool is_type_name(const char *s)
{
	return s && *s && strlen(s) <= 40 &&
	       s[strspn(s, "abcdefghijklmnopqrstuvwxyz0123456789_")] == 0;
}

static bool read_envelope(
	const struct catalogue *c, const json_t *o, struct record *r)
{
	const char *state = json_str(o, "state"), *sha = json_str(o, "sha");
	int64_t cls = json_int(o, "class", 0);

	r->type_name = json_str(o, "type");
	r->reason = json_str(o, "reason");
	r->ver = json_int(o, "ver", 0);
	r->csn = json_int(o, "csn", 0);
	if (!is_type_name(r->type_name) || r->ver < 1 || r->ver > INT32_MAX ||
		!is_class_bit(cls) || !state || !sha)
		return false;
	r->cls = (int)cls;
	r->type = catalogue_type(c, r->type_name);
	return state_from_name(state, &r->state) &&
	       hex_parse(sha, r->sha.b, SHA256_LEN) &&
	       get_id(o, "id", false, &r->id) &&
	       get_id(o, "case", true, &r->case_id) &&
	       get_id(o, "site", true, &r->site) &&
	       get_id(o, "author", true, &r->author) &&
	       get_id(o, "by", true, &r->by) &&
	       get_id(o, "device", true, &r->device) &&
	       get_time(o, "at", &r->at) &&
	       get_time(o, "entered_at", &r->entered_at);
}

bool record_parse_line(const struct catalogue *c, struct str line,
	struct record *out, struct arena *mem, struct err *e)
{
	static const char head[] = "{\"r\":", mark[] = "},\"b\":";
	const char *text, *at;
	struct sha256 sha;
	json_t *o;

	memset(out, 0, sizeof(*out));
	if (line.n < sizeof(head) + sizeof(mark) ||
		memcmp(line.p, head, sizeof(head) - 1) != 0 ||
		line.p[line.n - 1] != '}')
		return err_set(e, ERR_VOID_PAGE, "no record line");
	text = arena_strndup(mem, line.p, line.n);
	at = strstr(text, mark);
	if (!at)
		return err_set(e, ERR_VOID_PAGE, "record line without a body");
	o = json_read(text + sizeof(head) - 1,
		(size_t)(at + 1 - text) - (sizeof(head) - 1), &json_limits_body,
		mem, e);
	if (!o || !read_envelope(c, o, out))
		return err_set(e, ERR_VOID_PAGE, "record line not understood");
	out->body.p = at + sizeof(mark) - 1;
	out->body.n = line.n - 1 - (size_t)(out->body.p - text);
	sha = sha256_of(out->body.p, out->body.n);
	if (!sha256_equal(&sha, &out->sha))
		return err_set(e, ERR_VOID_PAGE, "record body does not fit");
	return true;
}
