/*
 * wire.c - see wire.h. OpenSSL directly: libcurl would add some 20 us to each
 * request, which is half of what the no-change row measures.
 */
#include "tests/bench/wire.h"

#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <openssl/err.h>
#include <openssl/ssl.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/socket.h>
#include <unistd.h>

#define ANSWER_CAP ((size_t)512 << 20)
#define HEADER_CAP ((size_t)64 << 10)
#define READ_STEP  ((size_t)64 << 10)
#define HEAD_TEXT  80

struct wire {
	struct wire_options o;
	SSL_CTX *ctx;
	SSL *ssl;
	int fd;
	int64_t number;
	char seen[HEAD_TEXT];
	struct buf out;
	struct buf in;
};

static NO_RETURN void fail_tls(const char *what)
{
	char text[256];

	ERR_error_string_n(ERR_get_error(), text, sizeof(text));
	die("%s: %s", what, text);
}

static int connect_to(const char *host, const char *port)
{
	struct addrinfo hints = {
		.ai_family = AF_UNSPEC, .ai_socktype = SOCK_STREAM};
	struct addrinfo *all, *at;
	int fd = -1, one = 1;

	if (getaddrinfo(host, port, &hints, &all) != 0)
		die("no such host: %s", host);
	for (at = all; at && fd < 0; at = at->ai_next) {
		fd = socket(at->ai_family, at->ai_socktype, at->ai_protocol);
		if (fd >= 0 && connect(fd, at->ai_addr, at->ai_addrlen) != 0) {
			close(fd);
			fd = -1;
		}
	}
	freeaddrinfo(all);
	if (fd < 0)
		die("nobody answers at %s:%s", host, port);
	setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof(one));
	return fd;
}

static SSL_CTX *make_context(const struct wire_options *o)
{
	SSL_CTX *ctx = SSL_CTX_new(TLS_client_method());

	if (!ctx || SSL_CTX_set_min_proto_version(ctx, TLS1_3_VERSION) != 1 ||
		SSL_CTX_load_verify_locations(ctx, o->ca, NULL) != 1)
		fail_tls(o->ca);
	SSL_CTX_set_verify(ctx, SSL_VERIFY_PEER, NULL);
	if (o->certificate &&
		(SSL_CTX_use_certificate_chain_file(ctx, o->certificate) != 1 ||
			SSL_CTX_use_PrivateKey_file(
				ctx, o->key, SSL_FILETYPE_PEM) != 1))
		fail_tls(o->certificate);
	return ctx;
}

struct wire *wire_open(const struct wire_options *o)
{
	struct wire *w = calloc(1, sizeof(*w));

	if (!w)
		die("out of memory (wire)");
	w->o = *o;
	w->number = o->number;
	if (o->seen && strlen(o->seen) < HEAD_TEXT)
		memcpy(w->seen, o->seen, strlen(o->seen) + 1);
	buf_init(&w->out, ANSWER_CAP);
	buf_init(&w->in, ANSWER_CAP);
	w->ctx = make_context(o);
	w->ssl = SSL_new(w->ctx);
	w->fd = connect_to(o->host, o->port);
	if (!w->ssl || SSL_set_fd(w->ssl, w->fd) != 1 ||
		SSL_connect(w->ssl) != 1)
		fail_tls("handshake");
	return w;
}

void wire_close(struct wire *w)
{
	SSL_shutdown(w->ssl);
	SSL_free(w->ssl);
	SSL_CTX_free(w->ctx);
	close(w->fd);
	buf_free(&w->out);
	buf_free(&w->in);
	free(w);
}

static void write_request(
	struct wire *w, const char *method, const char *path, struct str body)
{
	struct buf *b = &w->out;

	buf_clear(b);
	buf_printf(b, "%s %s HTTP/1.1\r\nHost: %s:%s\r\n", method, path,
		w->o.host, w->o.port);
	if (w->o.token)
		buf_printf(b, "Authorization: Bearer %s\r\n", w->o.token);
	if (w->o.replica)
		buf_printf(b, "Sync-Replica: %s\r\nSync-Req: %lld\r\n",
			w->o.replica, (long long)++w->number);
	if (w->o.replica && w->seen[0])
		buf_printf(b, "Sync-Seen: %s\r\n", w->seen);
	if (body.n)
		buf_printf(b,
			"Content-Type: application/json\r\n"
			"Content-Length: %zu\r\n",
			body.n);
	buf_text(b, "\r\n");
	buf_add(b, body.p, body.n);
}

static void send_all(struct wire *w)
{
	size_t at = 0, n;

	for (; at < w->out.n; at += n)
		if (SSL_write_ex(w->ssl, w->out.p + at, w->out.n - at, &n) != 1)
			fail_tls("sending");
}

/* At least one more byte of the answer. */
static void read_some(struct wire *w)
{
	char *to = buf_reserve(&w->in, READ_STEP);
	size_t n;

	if (!to)
		die("the answer is larger than %zu bytes", ANSWER_CAP);
	if (SSL_read_ex(w->ssl, to, READ_STEP, &n) != 1)
		fail_tls("reading");
	w->in.n += n;
	w->in.p[w->in.n] = 0;
}

/* The value of a header within the head of an answer, or NULL. */
static const char *header(const char *head, const char *name)
{
	size_t n = strlen(name);

	for (const char *p = strchr(head, '\n'); p; p = strchr(p, '\n'))
		if (strncasecmp(++p, name, n) == 0 && p[n] == ':')
			return p + n + 1 + strspn(p + n + 1, " ");
	return NULL;
}

static void note_head(struct wire *w, const char *value)
{
	size_t n = value ? strcspn(value, "\r\n") : 0;

	if (!n || n >= HEAD_TEXT)
		return;
	memcpy(w->seen, value, n);
	w->seen[n] = 0;
}

struct answer wire_ask(
	struct wire *w, const char *method, const char *path, struct str body)
{
	struct answer a = {0};
	const char *length, *end;
	size_t head;

	write_request(w, method, path, body);
	send_all(w);
	buf_clear(&w->in);
	do {
		read_some(w);
		end = strstr(w->in.p, "\r\n\r\n");
	} while (!end && w->in.n < HEADER_CAP);
	if (!end)
		die("%s: the answer has no end of header", path);
	head = (size_t)(end - w->in.p) + 4;
	w->in.p[head - 2] = 0;
	a.status = (unsigned)strtoul(w->in.p + strcspn(w->in.p, " "), NULL, 10);
	length = header(w->in.p, "Content-Length");
	a.body.n = length ? (size_t)strtoull(length, NULL, 10) : 0;
	note_head(w, header(w->in.p, "Sync-Head"));
	while (w->in.n < head + a.body.n)
		read_some(w);
	a.body.p = w->in.p + head;
	if (!length || a.status / 100 != 2)
		die("%s %.60s: status %u: %.400s", method, path, a.status,
			a.body.p);
	return a;
}

int64_t wire_number(const struct wire *w)
{
	return w->number;
}

const char *wire_seen(const struct wire *w)
{
	return w->seen;
}

struct wire_bytes wire_bytes(const struct wire *w)
{
	struct wire_bytes b = {BIO_number_read(SSL_get_rbio(w->ssl)),
		BIO_number_written(SSL_get_wbio(w->ssl))};

	return b;
}
