/*
 * record_wire.c - records as bytes: the envelope in JSON and the feed's line.
 *
 * A feed line is {"r":{envelope},"b":body}. The envelope holds no nested
 * object, so the first `},"b":` ends it and the body's bytes are found, hashed,
 * looked over (json_text.h) and stored without a tree being made of them.
 */
#include "proto/record.h"

#include "proto/base/json_text.h"

#include <string.h>

/* A page has a thousand of these: text is copied, no format is read. */
#define ADD(out, literal) buf_add(out, literal, sizeof(literal) - 1)

static void add_uuid(struct buf *out, const struct uuid *id)
{
	char text[UUID_TEXT];

	if (uuid_is_nil(id)) {
		ADD(out, "null");
		return;
	}
	buf_char(out, '"');
	buf_add(out, uuid_format(id, text), UUID_TEXT - 1);
	buf_char(out, '"');
}

static void add_time(struct buf *out, int64_t unix_ms)
{
	char text[TIME_TEXT];

	buf_char(out, '"');
	buf_text(out, time_format(unix_ms, text));
	buf_char(out, '"');
}

static void add_sha(struct buf *out, const struct sha256 *sha)
{
	char text[SHA256_HEX];

	buf_char(out, '"');
	buf_add(out, hex_format(sha->b, SHA256_LEN, text), SHA256_HEX - 1);
	buf_char(out, '"');
}

static void add_people(const struct record *r, struct buf *out)
{
	ADD(out, ",\"author\":");
	add_uuid(out, &r->author);
	ADD(out, ",\"by\":");
	add_uuid(out, &r->by);
	ADD(out, ",\"device\":");
	add_uuid(out, &r->device);
}

static void add_envelope(const struct record *r, struct buf *out)
{
	ADD(out, "\"id\":");
	add_uuid(out, &r->id);
	ADD(out, ",\"type\":\"");
	buf_text(out, r->type_name);
	ADD(out, "\",\"case\":");
	add_uuid(out, &r->case_id);
	ADD(out, ",\"site\":");
	add_uuid(out, &r->site);
	ADD(out, ",\"ver\":");
	buf_int(out, r->ver);
	ADD(out, ",\"state\":\"");
	buf_text(out, state_name(r->state));
	ADD(out, "\",\"class\":");
	buf_int(out, r->cls);
	add_people(r, out);
	ADD(out, ",\"at\":");
	add_time(out, r->at);
	ADD(out, ",\"entered_at\":");
	add_time(out, r->entered_at);
	ADD(out, ",\"csn\":");
	buf_int(out, r->csn);
	ADD(out, ",\"sha\":");
	add_sha(out, &r->sha);
	if (r->reason) {
		ADD(out, ",\"reason\":");
		buf_json(out, r->reason, strlen(r->reason));
	}
}

void record_json(const struct record *r, struct buf *out)
{
	buf_char(out, '{');
	add_envelope(r, out);
	if (r->withheld)
		ADD(out, ",\"withheld\":true");
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
	/* Nobody could show it, and the rest of its case with it. */
	if (!json_is_object_text(
		    out->body.p, out->body.n, &json_limits_own, mem))
		return err_set(e, ERR_VOID_PAGE, "record body is no object");
	return true;
}
