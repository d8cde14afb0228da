/*
 * slow.c - many connections that do as little as they can, for as long as they
 * are let.
 *
 *   slow MODE FROM PORT COUNT SECONDS [HOST]
 *
 *   hello    half of a TLS greeting, then a byte a second
 *   idle     TLS, and not a word
 *   headers  TLS, a request line, then a header's byte a second
 *   body     TLS, a sign-in of 4000 bytes, then a byte a second
 *   read     TLS, a large file asked for again and again, and nothing read
 *   flood    TLS, closed at once, and again
 *   plain-…  headers and body without TLS, at a proxy
 *
 * FROM is the address of this machine they come from (127.0.0.2). One that is
 * cut off is opened again, so that COUNT of them are there all the time. In the
 * end one line: opened, cut, and the longest a connection lasted, in ms.
 */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <openssl/ssl.h>
#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#define MOST 4000

struct line {
	int fd; /* -1: none */
	SSL *ssl;
	bool greeted;
	bool told;
	int64_t since_ms;
};

struct attack {
	const char *mode, *host;
	struct sockaddr_in from, to;
	bool tls;
	SSL_CTX *ctx;
	struct line line[MOST];
	size_t n, opened, cut, refused;
	int64_t longest_ms;
};

static int64_t now_ms(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

static bool is(const struct attack *a, const char *mode)
{
	return strcmp(a->mode, mode) == 0;
}

static void drop(struct attack *a, struct line *l, bool theirs)
{
	int64_t lasted = now_ms() - l->since_ms;

	if (l->ssl)
		SSL_free(l->ssl);
	close(l->fd);
	*l = (struct line){.fd = -1};
	a->cut += theirs;
	if (lasted > a->longest_ms)
		a->longest_ms = lasted;
}

static void open_line(struct attack *a, struct line *l)
{
	int small = 2048, fd = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0);

	*l = (struct line){.fd = fd, .since_ms = now_ms()};
	if (fd < 0)
		return;
	if (is(a, "read"))
		setsockopt(fd, SOL_SOCKET, SO_RCVBUF, &small, sizeof(small));
	if (bind(fd, (struct sockaddr *)&a->from, sizeof(a->from)) != 0 ||
		(connect(fd, (struct sockaddr *)&a->to, sizeof(a->to)) != 0 &&
			errno != EINPROGRESS)) {
		a->refused++;
		drop(a, l, false);
		return;
	}
	a->opened++;
	if (!a->tls)
		return;
	l->ssl = SSL_new(a->ctx);
	SSL_set_fd(l->ssl, fd);
	SSL_set_connect_state(l->ssl);
}

/* -1: it is over; 0: not now. */
static int say(struct attack *a, struct line *l, const char *text, size_t n)
{
	ssize_t did;

	if (l->ssl && !is(a, "hello")) {
		int rc = SSL_write(l->ssl, text, (int)n);
		int why = SSL_get_error(l->ssl, rc);

		return rc > 0 ? 1
		       : why == SSL_ERROR_WANT_READ ||
				       why == SSL_ERROR_WANT_WRITE
			       ? 0
			       : -1;
	}
	did = send(l->fd, text, n, MSG_NOSIGNAL);
	return did > 0 ? 1 : errno == EAGAIN || errno == ENOTCONN ? 0 : -1;
}

static int begin(struct attack *a, struct line *l)
{
	static const char hello[] = "\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03";
	char text[512];

	if (is(a, "hello"))
		return say(a, l, hello, sizeof(hello) - 1);
	if (is(a, "idle"))
		return 1;
	if (strstr(a->mode, "headers"))
		snprintf(text, sizeof(text),
			"GET /v1/session HTTP/1.1\r\nHost: %s\r\nX: ", a->host);
	else if (strstr(a->mode, "body"))
		snprintf(text, sizeof(text),
			"POST /v1/session HTTP/1.1\r\nHost: %s\r\n"
			"X-Casebridge: web\r\nContent-Type: application/json"
			"\r\nContent-Length: 4000\r\n\r\n{",
			a->host);
	else
		snprintf(text, sizeof(text),
			"GET / HTTP/1.1\r\nHost: %s\r\n\r\n", a->host);
	return say(a, l, text, strlen(text));
}

/* Whether the other side has ended it; whatever it said is thrown away, but by
 * who reads nothing. */
static bool ended(const struct attack *a, const struct line *l)
{
	char room[4096];
	ssize_t n = recv(l->fd, room, sizeof(room),
		is(a, "read") ? MSG_PEEK : MSG_DONTWAIT);

	return n == 0 || (n < 0 && errno != EAGAIN && errno != ENOTCONN);
}

/* One step of one connection. */
static void step(struct attack *a, struct line *l)
{
	int rc = 1;

	if (l->fd < 0)
		open_line(a, l);
	if (l->fd < 0)
		return;
	if (l->ssl && !l->greeted && !is(a, "hello")) {
		rc = SSL_do_handshake(l->ssl);
		l->greeted = rc == 1;
		if (!l->greeted) {
			int why = SSL_get_error(l->ssl, rc);

			if (why != SSL_ERROR_WANT_READ &&
				why != SSL_ERROR_WANT_WRITE)
				drop(a, l, true);
			return;
		}
	}
	if (is(a, "flood")) {
		drop(a, l, false);
		return;
	}
	if (!l->told) {
		rc = begin(a, l);
		l->told = rc == 1;
	} else if (is(a, "read")) {
		rc = begin(a, l); /* asks on, and reads nothing */
	} else if (!is(a, "idle")) {
		rc = say(a, l, "a", 1);
	}
	if (rc < 0 || ended(a, l))
		drop(a, l, true);
}

static void address(struct sockaddr_in *out, const char *host, int port)
{
	*out = (struct sockaddr_in){
		.sin_family = AF_INET, .sin_port = htons((uint16_t)port)};
	if (inet_pton(AF_INET, host, &out->sin_addr) != 1)
		exit(2);
}

/* Greetings need many small steps; what trickles, one a second. */
static void round_of(struct attack *a)
{
	struct timespec pause = {0, is(a, "flood") ? 1000000 : 50000000};
	int64_t turn = now_ms() / 1000;
	static int64_t last;

	for (size_t i = 0; i < a->n; i++)
		if (turn != last || !a->line[i].told || is(a, "flood"))
			step(a, &a->line[i]);
	last = turn;
	nanosleep(&pause, NULL);
}

int main(int argc, char **argv)
{
	static const struct sigaction ignored = {.sa_handler = SIG_IGN};
	static struct attack a;
	int64_t end;

	if (argc < 6) {
		fprintf(stderr, "usage: slow MODE FROM PORT COUNT SECONDS "
				"[HOST]\n");
		return 2;
	}
	sigaction(SIGPIPE, &ignored, NULL);
	a.mode = argv[1];
	address(&a.from, argv[2], 0);
	address(&a.to, "127.0.0.1", (int)strtol(argv[3], NULL, 10));
	a.n = (size_t)strtol(argv[4], NULL, 10);
	a.n = a.n > MOST ? MOST : a.n;
	a.host = argc > 6 ? argv[6] : "localhost";
	a.tls = strncmp(a.mode, "plain-", 6) != 0;
	a.ctx = SSL_CTX_new(TLS_client_method());
	for (size_t i = 0; i < a.n; i++)
		a.line[i].fd = -1;
	end = now_ms() + strtol(argv[5], NULL, 10) * 1000;
	while (now_ms() < end)
		round_of(&a);
	for (size_t i = 0; i < a.n; i++)
		if (a.line[i].fd >= 0)
			drop(&a, &a.line[i], false);
	SSL_CTX_free(a.ctx);
	printf("opened %zu cut %zu longest %lld refused %zu\n", a.opened, a.cut,
		(long long)a.longest_ms, a.refused);
	return 0;
}
