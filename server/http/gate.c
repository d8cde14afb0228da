/*
 * gate.c - see gate.h. Checks run from the bytes outwards: characters, then
 * counts, then meaning, then the route's own limits.
 */
#include "server/http/gate.h"

#include "server/http/router.h"

#include <string.h>
#include <strings.h>

#define COOKIE_NAME  "__Host-session="
#define BROWSER_NAME "__Host-browser="
#define TOKEN_LENGTH 43 /* 32 bytes in base64url */

static const char *const names[H_COUNT] = {
	"host",
	"content-length",
	"transfer-encoding",
	"content-type",
	"content-encoding",
	"expect",
	"authorization",
	"cookie",
	"origin",
	"sec-fetch-site",
	"x-casebridge",
	"casebridge-staff",
	"if-none-match",
	"range",
	"if-range",
	"upload-offset",
	"user-agent",
	"accept-encoding",
	"sync-replica",
	"sync-req",
	"sync-seen",
	"sync-protocol",
	"sync-schema",
};

const char *gate_header_name(enum gate_header h)
{
	return names[h];
}

/* RFC 9110 §5.6.2 */
static bool is_token(const char *p, size_t n)
{
	static const char others[] = "!#$%&'*+-.^_`|~";

	for (size_t i = 0; i < n; i++) {
		char c = p[i];

		if ((c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') ||
			(c >= 'A' && c <= 'Z'))
			continue;
		if (!c || !strchr(others, c))
			return false;
	}
	return n > 0;
}

/* No control character but the tab: in particular no NUL, CR or LF. */
static bool is_value(const char *p, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		unsigned char c = (unsigned char)p[i];

		if ((c < 0x20 && c != '\t') || c == 0x7f)
			return false;
	}
	return true;
}

/*
 * Which header this is, H_COUNT for one nobody reads. *glued tells that it
 * begins like a known one and goes on: a folded line, joined to its name.
 */
static enum gate_header find_header(const char *p, size_t n, bool *glued)
{
	*glued = false;
	for (int h = 0; h < H_COUNT; h++) {
		size_t length = strlen(names[h]);

		if (n < length || strncasecmp(p, names[h], length) != 0)
			continue;
		if (n == length)
			return (enum gate_header)h;
		*glued = true;
	}
	return H_COUNT;
}

static bool take_header(const char *name, size_t name_n, const char *value,
	size_t value_n, struct arena *mem, struct gate_result *out,
	struct err *e)
{
	enum gate_header h;
	bool glued;

	if (!is_token(name, name_n))
		return err_field(e, ERR_BAD_REQUEST, "header name", "a token");
	if (!is_value(value, value_n))
		return err_field(e, ERR_BAD_REQUEST, "header value",
			"no control characters");
	h = find_header(name, name_n, &glued);
	if (glued)
		return err_field(
			e, ERR_BAD_REQUEST, "header name", "no line folding");
	if (h == H_COUNT)
		return true;
	if (out->value[h])
		return err_field(e, ERR_BAD_REQUEST, names[h], "exactly one");
	out->value[h] = arena_strndup(mem, value, value_n);
	return true;
}

static bool take_headers(const struct gate_request *q, struct arena *mem,
	struct gate_result *out, struct err *e)
{
	size_t bytes = 0;

	if (q->header_count > LIMIT_HEADERS)
		return err_field(
			e, ERR_BAD_REQUEST, "headers", "<= %d", LIMIT_HEADERS);
	for (size_t i = 0; i < q->header_count; i++) {
		struct str name = q->header[i].name;
		struct str value = q->header[i].value;

		bytes += name.n + value.n;
		if (bytes > LIMIT_HEADER_BYTES)
			return err_field(e, ERR_BAD_REQUEST, "headers",
				"<= %d bytes", LIMIT_HEADER_BYTES);
		if (!take_header(name.p, name.n, value.p, value.n, mem, out, e))
			return false;
	}
	return true;
}

/* host or host:port or [v6]:port, the host in our list. */
static bool host_is_ours(const struct gate_rules *rules, const char *host)
{
	size_t n = strcspn(host, ":");
	const char *rest;

	if (*host == '[') {
		n = strcspn(++host, "]");
		if (host[n] != ']')
			return false;
		rest = host + n + 1;
	} else {
		rest = host + n;
	}
	if (*rest &&
		(*rest != ':' || strlen(rest) < 2 || strlen(rest) > 6 ||
			strspn(rest + 1, "0123456789") != strlen(rest + 1)))
		return false;
	for (size_t i = 0; i < rules->host_count; i++)
		if (strlen(rules->hosts[i]) == n &&
			strncasecmp(rules->hosts[i], host, n) == 0)
			return true;
	return false;
}

static bool read_length(struct gate_result *out, struct err *e)
{
	const char *text = out->value[H_CONTENT_LENGTH];
	size_t n = text ? strlen(text) : 0;

	if (out->value[H_TRANSFER_ENCODING])
		return err_field(e, ERR_BAD_REQUEST, names[H_TRANSFER_ENCODING],
			"content-length instead");
	if (!text)
		return true;
	if (n == 0 || n > 10 || strspn(text, "0123456789") != n)
		return err_field(e, ERR_BAD_REQUEST, names[H_CONTENT_LENGTH],
			"1 to 10 digits");
	for (size_t i = 0; i < n; i++)
		out->content_length =
			out->content_length * 10 + (size_t)(text[i] - '0');
	return true;
}

static bool check_envelope(const struct gate_rules *rules,
	const struct gate_request *q, struct gate_result *out, struct err *e)
{
	const char *expect = out->value[H_EXPECT];

	if (strcmp(q->version, "HTTP/1.1") != 0 &&
		!(rules->listener == ON_OPS &&
			strcmp(q->version, "HTTP/1.0") == 0))
		return err_field(e, ERR_BAD_REQUEST, "version", "HTTP/1.1");
	if (!out->value[H_HOST] || !host_is_ours(rules, out->value[H_HOST]))
		return err_field(e, ERR_BAD_REQUEST, names[H_HOST],
			"a name of this server");
	if (expect && strcasecmp(expect, "100-continue") != 0)
		return err_field(
			e, ERR_BAD_REQUEST, names[H_EXPECT], "100-continue");
	return read_length(out, e);
}

/* Known names, each once. */
static bool check_query(
	const struct route *route, const struct uri *u, struct err *e)
{
	for (size_t i = 0; i < u->query_count; i++) {
		if (!route || !router_list_has(route->query, u->query[i].name))
			return err_field(e, ERR_BAD_REQUEST, "query", "%s",
				route && route->query ? route->query
						      : "no parameters");
		for (size_t k = 0; k < i; k++)
			if (strcmp(u->query[i].name, u->query[k].name) == 0)
				return err_field(e, ERR_BAD_REQUEST,
					u->query[i].name, "once");
	}
	return true;
}

static bool is_json(const char *type)
{
	static const char plain[] = "application/json";
	size_t n = sizeof(plain) - 1;

	if (!type || strncasecmp(type, plain, n) != 0)
		return false;
	return !type[n] || strcasecmp(type + n, "; charset=utf-8") == 0 ||
	       strcasecmp(type + n, ";charset=utf-8") == 0;
}

/* A piece of a file is no JSON; its name is that of tus 1.0. */
static bool check_media(
	const struct route *route, const char *type, struct err *e)
{
	static const char piece[] = "application/offset+octet-stream";
	bool is_piece = type && strcasecmp(type, piece) == 0;
	bool wants_piece = route->lane == LANE_FILES;

	if (wants_piece ? is_piece : is_json(type))
		return true;
	return err_field(e, ERR_BAD_MEDIA, names[H_CONTENT_TYPE], "%s",
		wants_piece ? piece : "application/json");
}

static bool check_body(
	const struct route *route, struct gate_result *out, struct err *e)
{
	size_t max = route ? route->max_body : 0;

	if (out->content_length > max)
		return err_field(e, ERR_TOO_LARGE, "body", "%zu bytes", max);
	if (out->value[H_CONTENT_ENCODING])
		return err_field(
			e, ERR_BAD_MEDIA, names[H_CONTENT_ENCODING], "none");
	return !max || check_media(route, out->value[H_CONTENT_TYPE], e);
}

static bool is_session_token(const char *p, size_t n)
{
	static const char alphabet[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
				       "abcdefghijklmnopqrstuvwxyz"
				       "0123456789-_";

	return n == TOKEN_LENGTH && strspn(p, alphabet) >= n;
}

/* The value when p (n bytes) is that cookie and of 32 bytes, else NULL. */
static const char *cookie_value(
	const char *p, size_t n, const char *name, struct arena *mem)
{
	size_t name_n = strlen(name);

	if (n < name_n || strncmp(p, name, name_n) != 0 ||
		!is_session_token(p + name_n, n - name_n))
		return NULL;
	return arena_strndup(mem, p + name_n, n - name_n);
}

/* The session cookie may stand once; other cookies are not ours to judge. */
static bool read_cookie(
	struct gate_result *out, struct arena *mem, struct err *e)
{
	const char *p = out->value[H_COOKIE];
	size_t name_n = strlen(COOKIE_NAME);
	bool found = false;

	while (p && *p) {
		size_t n;

		p += strspn(p, " \t");
		n = strcspn(p, ";");
		if (n >= name_n && strncmp(p, COOKIE_NAME, name_n) == 0) {
			if (found)
				return err_field(e, ERR_BAD_REQUEST, "cookie",
					"one session");
			found = true;
			out->token = cookie_value(p, n, COOKIE_NAME, mem);
		} else if (!out->browser) {
			out->browser = cookie_value(p, n, BROWSER_NAME, mem);
		}
		p += n + (p[n] == ';');
	}
	return true;
}

static void read_bearer(struct gate_result *out)
{
	const char *p = out->value[H_AUTHORIZATION];

	if (p && strncasecmp(p, "Bearer ", 7) == 0 &&
		is_session_token(p + 7, strlen(p + 7)))
		out->token = p + 7;
}

/* Whether an Accept-Encoding list names the coding with a weight above 0. */
static bool accepts(const char *list, const char *coding)
{
	size_t n = strlen(coding);

	while (list && *list) {
		size_t item;

		list += strspn(list, " \t,");
		item = strcspn(list, ",");
		if (item >= n && strncasecmp(list, coding, n) == 0 &&
			(item == n || strchr(" \t;", list[n]))) {
			const char *q = strstr(list, "q=0");

			/* q=0 and q=0.0… refuse; q=0.5 has another digit */
			return !q || q >= list + item ||
			       strspn(q + 2, "0.") != strcspn(q + 2, ", \t;");
		}
		list += item;
	}
	return false;
}

static bool find_route(const struct gate_rules *rules,
	const struct gate_request *q, struct gate_result *out, struct err *e)
{
	bool is_get = strcmp(q->method, "GET") == 0;
	bool is_api = out->uri.segment_count > 0 &&
		      strcmp(out->uri.segment[0], "v1") == 0;

	out->is_head = strcmp(q->method, "HEAD") == 0;
	if (rules->has_static && !is_api) {
		if (is_get || out->is_head)
			return true;
		return err_field(e, ERR_BAD_METHOD, "method", "GET, HEAD");
	}
	out->route = router_find(rules->routes, rules->route_count,
		rules->listener, q->method, &out->uri, out->segment, e);
	return out->route != NULL;
}

bool gate_check(const struct gate_rules *rules, const struct gate_request *q,
	struct arena *mem, struct gate_result *out, struct err *e)
{
	memset(out, 0, sizeof(*out));
	if (!is_token(q->method, strlen(q->method)))
		return err_field(e, ERR_BAD_REQUEST, "method", "a token");
	if (!uri_parse(q->target, mem, &out->uri, e) ||
		!take_headers(q, mem, out, e) ||
		!check_envelope(rules, q, out, e) ||
		!find_route(rules, q, out, e) ||
		!check_query(out->route, &out->uri, e) ||
		!check_body(out->route, out, e))
		return false;
	if (rules->listener == ON_WEB) {
		if (!read_cookie(out, mem, e))
			return false;
	} else {
		read_bearer(out);
	}
	out->accepts_zstd = accepts(out->value[H_ACCEPT_ENCODING], "zstd");
	out->accepts_br = accepts(out->value[H_ACCEPT_ENCODING], "br");
	return true;
}
