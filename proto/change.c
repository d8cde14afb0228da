/*
 * change.c - see change.h.
 */
#include "proto/change.h"

#include <string.h>

static const char *const op_names[] = {
	"create", "patch", "sign", "retract", "resolve"};
static const char *const status_names[] = {
	"applied", "noted", "conflict", "parked", "deferred", "refused"};

/* The members a change may have; anything else is refused by name. */
static const char *const members[] = {"id", "tx", "rec", "type", "case", "op",
	"set", "unset", "seen", "base_ver", "entered_at", "sha", "reason",
	"conflict", "after"};

const char *op_name(enum change_op op)
{
	return op_names[op];
}

const char *change_status_name(enum change_status s)
{
	return status_names[s];
}

bool change_status_from_name(const char *name, enum change_status *out)
{
	for (size_t i = 0; i < ARRAY_LEN(status_names); i++)
		if (strcmp(name, status_names[i]) == 0) {
			*out = (enum change_status)i;
			return true;
		}
	return false;
}

static bool read_id(const json_t *j, const char *key, bool required,
	struct uuid *out, struct err *e)
{
	const json_t *v = json_object_get(j, key);

	memset(out, 0, sizeof(*out));
	if (!v || json_is_null(v))
		return !required || err_field(e, ERR_MISSING, key, "UUIDv7");
	if (!json_is_string(v) || !uuid_parse(json_string_value(v), out) ||
		uuid_is_nil(out))
		return err_field(e, ERR_BAD_KIND, key, "UUIDv7");
	return true;
}

static bool read_op(const json_t *j, struct change *c, struct err *e)
{
	const char *name = json_str(j, "op");

	for (size_t i = 0; name && i < ARRAY_LEN(op_names); i++)
		if (strcmp(name, op_names[i]) == 0) {
			c->op = (enum change_op)i;
			return true;
		}
	return err_field(
		e, ERR_BAD_CODE, "op", "create patch sign retract resolve");
}

static bool known_members(const json_t *j, struct err *e)
{
	const char *key;
	json_t *v;

	json_object_foreach((json_t *)(uintptr_t)j, key, v)
	{
		bool known = false;

		for (size_t i = 0; i < ARRAY_LEN(members); i++)
			known |= strcmp(members[i], key) == 0;
		if (!known)
			return err_field(e, ERR_UNKNOWN_FIELD, key, "-");
	}
	return true;
}

static bool read_object(
	const json_t *j, const char *key, const json_t **out, struct err *e)
{
	const json_t *v = json_object_get(j, key);

	*out = v && !json_is_null(v) ? v : NULL;
	return !*out || json_is_object(v) ||
	       err_field(e, ERR_BAD_KIND, key, "{…}");
}

/* A field cannot be set and taken away by one and the same change. */
static bool read_unset(const json_t *j, const struct rtype *t,
	const json_t *set, const json_t **out, struct err *e)
{
	const json_t *v = json_object_get(j, "unset");

	*out = v && !json_is_null(v) && json_array_size(v) ? v : NULL;
	if (v && !json_is_null(v) && !json_is_array(v))
		return err_field(e, ERR_BAD_KIND, "unset", "[field, …]");
	for (size_t i = 0; i < json_array_size(*out); i++) {
		const char *name = json_string_value(json_array_get(*out, i));
		const struct field *f = name && t ? rtype_field(t, name) : NULL;

		if (!name || (t && !f))
			return err_field(e, ERR_UNKNOWN_FIELD,
				name ? name : "unset", "-");
		if (f && f->server)
			return err_field(e, ERR_SERVER_OWNED, name, "-");
		if (json_object_get(set, name))
			return err_field(e, ERR_BAD_INPUT, name, "set | unset");
	}
	return true;
}

static bool read_base_ver(const json_t *j, struct change *c, struct err *e)
{
	const json_t *v = json_object_get(j, "base_ver");

	c->base_ver = json_int(j, "base_ver", 0);
	return !v || json_is_null(v) ||
	       (json_is_integer(v) && c->base_ver >= 0) ||
	       err_field(e, ERR_BAD_KIND, "base_ver", "0, 1, 2, …");
}

/* What is added to a signed record has its reason, if it has one, as a note. */
static bool read_addition(struct change *c, struct err *e)
{
	if (c->op != OP_PATCH)
		memset(&c->keeps, 0, sizeof(c->keeps));
	if (uuid_is_nil(&c->keeps))
		return true;
	if (uuid_cmp(&c->keeps, &c->rec) == 0)
		return err_field(e, ERR_ID_REUSE, "conflict", "-");
	return !c->reason || strlen(c->reason) <= 2000 ||
	       err_field(e, ERR_TOO_LARGE, "reason", "0-2000 bytes");
}

/* What each op must bring. */
static bool read_parts(const json_t *j, struct change *c, struct err *e)
{
	const char *sha = json_str(j, "sha");
	const char *when = json_str(j, "entered_at");

	c->reason = json_str(j, "reason");
	if (!read_base_ver(j, c, e))
		return false;
	if (!when || !time_parse(when, &c->entered_at))
		return err_field(e, ERR_BAD_DATE, "entered_at",
			"2026-11-21T09:30:00+08:00");
	if (!read_object(j, "set", &c->set, e) ||
		!read_object(j, "seen", &c->seen, e) ||
		!read_unset(j, c->type, c->set, &c->unset, e))
		return false;
	if ((c->op == OP_CREATE || c->op == OP_RESOLVE) && !c->set)
		return err_field(e, ERR_MISSING, "set", "{…}");
	if (c->op == OP_PATCH && !c->set && !c->unset)
		return err_field(e, ERR_MISSING, "set", "{…}");
	if (c->op == OP_SIGN && (!sha || !hex_parse(sha, c->sha.b, SHA256_LEN)))
		return err_field(e, ERR_MISSING, "sha", "64 hex digits");
	if (c->op == OP_RETRACT &&
		(!c->reason || !c->reason[0] || strlen(c->reason) > 2000))
		return err_field(e, ERR_MISSING, "reason", "1-2000 bytes");
	return read_addition(c, e);
}

static bool read_type(const struct catalogue *cat, const json_t *j,
	struct change *c, struct err *e)
{
	const char *name = json_str(j, "type");

	if (!name)
		return err_field(e, ERR_MISSING, "type", "service, need, …");
	c->type_name = name;
	c->type = catalogue_type(cat, name);
	if (!c->type)
		return err_field(
			e, ERR_UNKNOWN_TYPE, "type", "GET /v1/catalogue");
	return read_id(j, "case", c->type->needs_case, &c->case_id, e);
}

/* The ids beside its own and its record's. */
static bool read_links(const json_t *j, struct change *c, struct err *e)
{
	if (!read_id(j, "tx", false, &c->tx, e) ||
		!read_id(j, "conflict", false, &c->keeps, e) ||
		!read_id(j, "after", false, &c->after, e))
		return false;
	if (uuid_cmp(&c->after, &c->id) == 0)
		return err_field(e, ERR_CYCLE, "after", "-");
	return true;
}

static void guess_id(const json_t *j, const char *key, struct uuid *out)
{
	struct err ignored;

	if (!read_id(j, key, false, out, &ignored))
		memset(out, 0, sizeof(*out));
}

void change_decode(const struct catalogue *cat, const json_t *j,
	struct arena *mem, struct change *out)
{
	struct err *e = &out->why;
	const char *text;

	memset(out, 0, sizeof(*out));
	out->json = j;
	out->type_name = "";
	if (!json_is_object(j)) {
		err_field(e, ERR_BAD_KIND, "changes", "{…}");
		out->refused = true;
		return;
	}
	text = json_canonical(j, mem);
	out->payload = sha256_of(text, strlen(text));
	out->has_id = read_id(j, "id", true, &out->id, e);
	/* Best effort, so that a refusal can still name its record and case,
	 * and takes the rest of its group with it. */
	guess_id(j, "rec", &out->rec);
	guess_id(j, "case", &out->case_id);
	guess_id(j, "tx", &out->tx);
	out->refused = !out->has_id || !read_id(j, "rec", true, &out->rec, e) ||
		       !read_links(j, out, e) || !known_members(j, e) ||
		       !read_op(j, out, e) || !read_type(cat, j, out, e) ||
		       !read_parts(j, out, e);
}

/* Whether the members of the group that begins at i stand in a row. */
static bool in_a_row(const struct change *c, size_t n, size_t i)
{
	bool left = false;

	for (size_t k = i + 1; k < n; k++) {
		bool member = uuid_cmp(&c[k].tx, &c[i].tx) == 0;

		if (member && left)
			return false;
		left |= !member;
	}
	return true;
}

/* Of a group torn apart a part could be taken without the rest. */
static void refuse_torn_groups(struct change *c, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		if (uuid_is_nil(&c[i].tx) || in_a_row(c, n, i))
			continue;
		for (size_t k = 0; k < n; k++)
			if (!c[k].refused && uuid_cmp(&c[k].tx, &c[i].tx) == 0)
				c[k].refused = !err_field(&c[k].why,
					ERR_BAD_INPUT, "tx", "1 1 2 2 2 …");
	}
}

bool change_batch_decode(const struct catalogue *c, const json_t *body,
	struct arena *mem, struct change **out, size_t *n, struct err *e)
{
	const json_t *list = json_object_get(body, "changes");

	if (!json_is_array(list) || json_object_size(body) != 1)
		return err_field(
			e, ERR_BAD_REQUEST, "changes", "{\"changes\":[…]}");
	*n = json_array_size(list);
	if (*n > LIMIT_CHANGES || *n == 0)
		return err_field(e, *n ? ERR_TOO_LARGE : ERR_BAD_REQUEST,
			"changes", "1-%d", LIMIT_CHANGES);
	*out = ARENA_ARRAY(mem, struct change, *n);
	for (size_t i = 0; i < *n; i++)
		change_decode(c, json_array_get(list, i), mem, &(*out)[i]);
	refuse_torn_groups(*out, *n);
	return true;
}

/* ---- results ---- */

void change_result_json(const struct change_result *r, struct buf *out)
{
	char id[UUID_TEXT], rec[UUID_TEXT], conflict[UUID_TEXT];

	if (uuid_is_nil(&r->id))
		buf_text(out, "{\"id\":null");
	else
		buf_printf(out, "{\"id\":\"%s\"", uuid_format(&r->id, id));
	if (!uuid_is_nil(&r->rec))
		buf_printf(out, ",\"rec\":\"%s\"", uuid_format(&r->rec, rec));
	buf_printf(out, ",\"status\":\"%s\"", status_names[r->status]);
	if (r->ver)
		buf_printf(out, ",\"ver\":%lld", (long long)r->ver);
	if (r->csn)
		buf_printf(out, ",\"csn\":%lld", (long long)r->csn);
	if (!uuid_is_nil(&r->conflict))
		buf_printf(out, ",\"conflict\":\"%s\"",
			uuid_format(&r->conflict, conflict));
	if (r->status >= CHANGE_PARKED) {
		buf_char(out, ',');
		err_json(&r->why, out);
	}
	buf_char(out, '}');
}

static void copy_text(char *to, size_t room, const char *from)
{
	size_t n = from ? strlen(from) : 0;

	if (n >= room)
		n = room - 1;
	memcpy(to, from ? from : "", n);
	to[n] = 0;
}

bool change_result_parse(
	const json_t *j, struct change_result *out, struct err *e)
{
	const char *status = json_str(j, "status"), *code = json_str(j, "code");
	const char *conflict = json_str(j, "conflict");

	memset(out, 0, sizeof(*out));
	if (!status || !change_status_from_name(status, &out->status) ||
		!read_id(j, "id", false, &out->id, e) ||
		!read_id(j, "rec", false, &out->rec, e))
		return err_set(e, ERR_VOID_PAGE, "no result of a change");
	out->ver = json_int(j, "ver", 0);
	out->csn = json_int(j, "csn", 0);
	if (conflict && !uuid_parse(conflict, &out->conflict))
		return err_set(e, ERR_VOID_PAGE, "no result of a change");
	if (code)
		out->why.code = err_from_name(code);
	copy_text(out->why.field, sizeof(out->why.field), json_str(j, "field"));
	copy_text(out->why.accepts, sizeof(out->why.accepts),
		json_str(j, "accepts"));
	return true;
}
