/*
 * transport.c - HTTPS by libcurl (see transport.h); the only file that knows
 * it.
 *
 * TLS 1.3, and only the authority this station was enrolled with: no system
 * certificates, no proxy from the environment, no redirects, no other scheme.
 * An answer is decoded (zstd) within a limit that counts decoded bytes, so a
 * small answer cannot become a large one. A transfer that stands still is
 * given up: a path that swallows large packets would otherwise hold it forever.
 */
#include "client/sync/transport.h"

#include "client/store/place.h"
#include "proto/base/crash.h"
#include "proto/base/host.h"

#include <curl/curl.h>
#include <string.h>
#include <strings.h>

#define CONNECT_S 10
#define STALL_S   30
/* Until an answer begins: the centre may keep a request waiting for 20 s and
 * work on it for 60 (server/http/lanes.c). Who goes sooner asks again, and then
 * waits for himself. */
#define ANSWER_S 90
#define TOTAL_S  900
/* A body as large as this is asked for first. It may be refused for its size
 * alone; the centre then closes, and a refusal that meets what is still on its
 * way can be lost. */
#define ASK_FIRST   ((size_t)1 << 20)
#define ASK_FIRST_S 10
/* What libcurl says of a certificate before it saw one; 0: it was good. */
#define NOT_LOOKED_AT 1

struct line {
	struct https h;
	CURL *curl;
	struct curl_slist *headers;
};

/* One answer as it comes in. */
struct intake {
	const struct https *h;
	const struct request *q;
	CURL *curl;
	struct reply *out;
	struct buf body;
	int64_t began_ms; /* its first byte, 0: none yet */
};

static void close_line(void *p)
{
	struct line *l = p;

	curl_slist_free_all(l->headers);
	curl_easy_cleanup(l->curl);
}

/* Gives the taker what is here; the rest moves to the front. */
static bool pass_on(struct intake *in)
{
	const struct taker *t = in->q->taker;
	struct str have = {in->body.p, in->body.n};
	long status = 0;
	size_t used = 0;

	curl_easy_getinfo(in->curl, CURLINFO_RESPONSE_CODE, &status);
	if (!t || status != 200)
		return true;
	in->out->status = (unsigned)status;
	if (!t->take(t->ctx, in->out, have, &used))
		return false;
	memmove(in->body.p, in->body.p + used, in->body.n - used);
	in->body.n -= used;
	return true;
}

static size_t take_body(char *p, size_t size, size_t count, void *ctx)
{
	struct intake *in = ctx;
	size_t n = size * count;
	bool ok;

	if (!in->began_ms)
		in->began_ms = host_mono_ms();
	buf_add(&in->body, p, n);
	CRASH_POINT("answer_part");
	ok = !in->body.full && pass_on(in);
	if (in->h->received)
		in->h->received(in->h->received_ctx, in->body.n);
	return ok ? n : 0;
}

static int still_waiting(void *ctx, curl_off_t down_all, curl_off_t down,
	curl_off_t up_all, curl_off_t up)
{
	const struct https *h = ctx;

	(void)down_all;
	(void)down;
	(void)up_all;
	(void)up;
	return !h->waiting(h->waiting_ctx);
}

/* The value of a header line when it is the one asked for. */
static bool header_is(const char *p, size_t n, const char *name, char *out)
{
	size_t at = strlen(name), end = n;

	if (n <= at || p[at] != ':' || strncasecmp(p, name, at) != 0)
		return false;
	for (at++; at < n && (p[at] == ' ' || p[at] == '\t'); at++)
		;
	while (end > at &&
		(p[end - 1] == '\r' || p[end - 1] == '\n' || p[end - 1] == ' '))
		end--;
	if (end - at >= HEADER_TEXT)
		end = at + HEADER_TEXT - 1;
	memcpy(out, p + at, end - at);
	out[end - at] = 0;
	return true;
}

static int64_t whole_number(const char *text)
{
	int64_t n = 0;

	for (; *text >= '0' && *text <= '9' && n < 1000000000; text++)
		n = n * 10 + (*text - '0');
	return n;
}

static size_t take_header(char *p, size_t size, size_t count, void *ctx)
{
	struct intake *in = ctx;
	size_t n = size * count;
	char value[HEADER_TEXT];

	CRASH_POINT("request_sent");
	curl_easy_setopt(in->curl, CURLOPT_LOW_SPEED_TIME, (long)STALL_S);
	if (header_is(p, n, "Content-Type", in->out->type))
		in->out->type[strcspn(in->out->type, "; ")] = 0;
	else if (header_is(p, n, "Retry-After", value))
		in->out->retry_after_s = whole_number(value);
	else if (header_is(p, n, "Content-Length", value))
		in->out->length = whole_number(value);
	else if (header_is(p, n, "Date", value))
		in->out->date_ms = (int64_t)curl_getdate(value, NULL) * 1000;
	else if (!header_is(p, n, "Sync-Head", in->out->head) &&
		 !header_is(p, n, "Sync-Courier", in->out->courier) &&
		 !header_is(p, n, "Content-Range", in->out->range))
		header_is(p, n, "Sync-Durable", in->out->durable);
	return n;
}

static bool set_up(struct line *l, struct err *e)
{
	CURL *c = l->curl;
	CURLcode rc = CURLE_OK;

	rc = curl_easy_setopt(c, CURLOPT_CAINFO, l->h.ca);
	curl_easy_setopt(c, CURLOPT_CAPATH, NULL);
	curl_easy_setopt(c, CURLOPT_PROXY, "");
	curl_easy_setopt(c, CURLOPT_PROTOCOLS_STR, "https");
	curl_easy_setopt(c, CURLOPT_FOLLOWLOCATION, 0L);
	curl_easy_setopt(c, CURLOPT_SSLVERSION, (long)CURL_SSLVERSION_TLSv1_3);
	curl_easy_setopt(c, CURLOPT_SSL_VERIFYPEER, 1L);
	curl_easy_setopt(c, CURLOPT_SSL_VERIFYHOST, 2L);
	curl_easy_setopt(c, CURLOPT_HTTP_VERSION, (long)CURL_HTTP_VERSION_1_1);
	curl_easy_setopt(c, CURLOPT_ACCEPT_ENCODING, "zstd");
	curl_easy_setopt(c, CURLOPT_NOSIGNAL, 1L);
	curl_easy_setopt(c, CURLOPT_CONNECTTIMEOUT, (long)CONNECT_S);
	curl_easy_setopt(c, CURLOPT_LOW_SPEED_LIMIT, 1L);
	curl_easy_setopt(c, CURLOPT_WRITEFUNCTION, take_body);
	curl_easy_setopt(c, CURLOPT_HEADERFUNCTION, take_header);
	curl_easy_setopt(c, CURLOPT_USERAGENT, "casebridge");
	curl_easy_setopt(c, CURLOPT_EXPECT_100_TIMEOUT_MS, ASK_FIRST_S * 1000L);
	if (l->h.waiting) {
		curl_easy_setopt(c, CURLOPT_NOPROGRESS, 0L);
		curl_easy_setopt(c, CURLOPT_XFERINFOFUNCTION, still_waiting);
		curl_easy_setopt(c, CURLOPT_XFERINFODATA, &l->h);
	}
	if (l->h.certificate && rc == CURLE_OK) {
		rc = curl_easy_setopt(c, CURLOPT_SSLCERT, l->h.certificate);
		curl_easy_setopt(c, CURLOPT_SSLKEY, l->h.key);
	}
	return rc == CURLE_OK ||
	       err_set(e, ERR_TLS, "curl: %s", curl_easy_strerror(rc));
}

/* What a failed transfer means to the person. */
static bool failed(CURLcode rc, CURL *c, bool full, struct err *e)
{
	long verify = 0;

	curl_easy_getinfo(c, CURLINFO_SSL_VERIFYRESULT, &verify);
	if (full)
		return err_set(e, ERR_VOID_PAGE, "answer too large");
	if (place_crowded(e))
		return false;
	switch ((int)rc) {
	case CURLE_PEER_FAILED_VERIFICATION:
	case CURLE_SSL_CERTPROBLEM:
	case CURLE_SSL_CACERT_BADFILE:
	case CURLE_SSL_ISSUER_ERROR:
	case CURLE_SSL_CIPHER:
		err_field(e, ERR_TLS, "", "%s", curl_easy_strerror(rc));
		break;
	case CURLE_SSL_CONNECT_ERROR:
		/* Also a line cut in the handshake, a plain or an older server:
		 * then nobody has looked at a certificate. */
		if (verify <= NOT_LOOKED_AT)
			return err_set(e, ERR_OFFLINE, "curl: %s",
				curl_easy_strerror(rc));
		err_field(e, ERR_TLS, "", "TLS 1.3");
		break;
	case CURLE_PARTIAL_FILE:
	case CURLE_WRITE_ERROR:
	case CURLE_BAD_CONTENT_ENCODING:
	case CURLE_WEIRD_SERVER_REPLY:
		return err_set(
			e, ERR_VOID_PAGE, "curl: %s", curl_easy_strerror(rc));
	default:
		return err_set(
			e, ERR_OFFLINE, "curl: %s", curl_easy_strerror(rc));
	}
	return false;
}

static void add_header(struct line *l, const char *text)
{
	struct curl_slist *more = curl_slist_append(l->headers, text);

	if (!more)
		die("out of memory (headers)");
	l->headers = more;
}

static void set_headers(
	struct line *l, const struct request *q, struct arena *mem)
{
	curl_slist_free_all(l->headers);
	l->headers = NULL;
	add_header(
		l, q->body.n > ASK_FIRST ? "Expect: 100-continue" : "Expect:");
	if (q->body.n)
		add_header(l, arena_printf(mem, "Content-Type: %s",
				      q->type ? q->type : "application/json"));
	if (q->upload_offset)
		add_header(l, arena_printf(mem, "Upload-Offset: %s",
				      q->upload_offset));
	if (q->range)
		add_header(l, arena_printf(mem, "Range: %s", q->range));
	if (q->token)
		add_header(l, arena_printf(mem, "Authorization: Bearer %s",
				      q->token));
	if (q->replica) {
		add_header(
			l, arena_printf(mem, "Sync-Replica: %s", q->replica));
		add_header(l, arena_printf(mem, "Sync-Req: %lld",
				      (long long)q->number));
		add_header(l, arena_printf(mem, "Sync-Protocol: %d",
				      CASEBRIDGE_PROTOCOL));
		add_header(l, arena_printf(mem, "Sync-Schema: %d",
				      CASEBRIDGE_SCHEMA));
	}
	if (q->seen && q->seen[0])
		add_header(l, arena_printf(mem, "Sync-Seen: %s", q->seen));
	curl_easy_setopt(l->curl, CURLOPT_HTTPHEADER, l->headers);
}

static void set_body(struct line *l, const struct request *q)
{
	curl_easy_setopt(l->curl, CURLOPT_HTTPGET, 1L);
	if (q->body.n) {
		curl_easy_setopt(l->curl, CURLOPT_POST, 1L);
		curl_easy_setopt(l->curl, CURLOPT_POSTFIELDSIZE_LARGE,
			(curl_off_t)q->body.n);
		curl_easy_setopt(l->curl, CURLOPT_POSTFIELDS, q->body.p);
	}
	curl_easy_setopt(l->curl, CURLOPT_CUSTOMREQUEST, q->method);
}

static bool send_request(void *ctx, const struct request *q, struct arena *mem,
	struct reply *out, struct err *e)
{
	struct line *l = ctx;
	struct intake in = {&l->h, q, l->curl, out, {0}, 0};
	long status = 0;
	CURLcode rc;
	bool ok;

	memset(out, 0, sizeof(*out));
	buf_init(&in.body, q->max_body);
	set_body(l, q);
	set_headers(l, q, mem);
	curl_easy_setopt(l->curl, CURLOPT_URL,
		arena_printf(mem, "%s%s", l->h.server, q->path));
	curl_easy_setopt(l->curl, CURLOPT_WRITEDATA, &in);
	curl_easy_setopt(l->curl, CURLOPT_HEADERDATA, &in);
	curl_easy_setopt(
		l->curl, CURLOPT_LOW_SPEED_TIME, (long)(ANSWER_S + q->wait_s));
	curl_easy_setopt(l->curl, CURLOPT_TIMEOUT, (long)(TOTAL_S + q->wait_s));
	CRASH_POINT("asking");
	rc = curl_easy_perform(l->curl);
	CRASH_POINT("answered");
	curl_easy_getinfo(l->curl, CURLINFO_RESPONSE_CODE, &status);
	out->status = (unsigned)status;
	if (in.began_ms)
		out->took_ms = host_mono_ms() - in.began_ms + 1;
	out->body.p = arena_strndup(mem, in.body.p, in.body.n);
	out->body.n = in.body.n;
	ok = rc == CURLE_OK || failed(rc, l->curl, in.body.full, e);
	buf_free(&in.body);
	return ok;
}

struct transport *https_open(
	const struct https *h, struct arena *mem, struct err *e)
{
	struct transport *t = ARENA_NEW(mem, struct transport);
	struct line *l = ARENA_NEW(mem, struct line);

	l->h = *h;
	l->curl = curl_easy_init();
	if (!l->curl)
		die("curl: cannot start");
	arena_adopt(mem, l, close_line);
	if (!set_up(l, e))
		return NULL;
	t->ctx = l;
	t->send = send_request;
	return t;
}
