/*
 * portal.c - a TLS server that answers whatever it is told to.
 *
 *   portal PORT CERTIFICATE KEY WATCHED ANSWER [HOLD]
 *
 * A captive portal, a broken proxy, a server gone mad: to every request it
 * sends the bytes of the file ANSWER and closes the connection; with HOLD it
 * keeps it open instead and says nothing more. ANSWER is read anew for each
 * connection. Prints its pid, goes into the background, and ends when the
 * process WATCHED is gone. Each request read adds a line to ANSWER.log: when,
 * in milliseconds.
 */
#include <arpa/inet.h>
#include <openssl/ssl.h>
#include <poll.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

struct portal {
	SSL_CTX *tls;
	const char *answer;
	pid_t watched;
	bool holds;
};

static void fail(const char *what)
{
	perror(what);
	exit(1);
}

static int listen_on(int port)
{
	struct sockaddr_in at = {.sin_family = AF_INET};
	int fd = socket(AF_INET, SOCK_STREAM, 0), on = 1;

	at.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	at.sin_port = htons((in_port_t)port);
	setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on));
	if (bind(fd, (struct sockaddr *)&at, sizeof(at)) != 0 ||
		listen(fd, 16) != 0)
		fail("portal: port");
	return fd;
}

/* Until the headers are over; a body may come or not, it is not looked at. */
static bool read_request(SSL *s)
{
	char text[16384];
	size_t n = 0;

	while (n < sizeof(text) - 1) {
		int got = SSL_read(s, text + n, (int)(sizeof(text) - 1 - n));

		if (got <= 0)
			return false;
		n += (size_t)got;
		text[n] = 0;
		if (strstr(text, "\r\n\r\n"))
			return true;
	}
	return false;
}

static void note(const struct portal *p)
{
	char path[4096];
	struct timespec now;
	FILE *log;

	clock_gettime(CLOCK_MONOTONIC, &now);
	snprintf(path, sizeof(path), "%s.log", p->answer);
	log = fopen(path, "a");
	if (!log)
		return;
	fprintf(log, "%lld\n",
		(long long)now.tv_sec * 1000 + now.tv_nsec / 1000000);
	fclose(log);
}

static void send_file(SSL *s, const char *path)
{
	FILE *in = fopen(path, "rb");
	char piece[16384];
	size_t n;

	if (!in)
		fail(path);
	while ((n = fread(piece, 1, sizeof(piece), in)) > 0)
		if (SSL_write(s, piece, (int)n) <= 0)
			break;
	fclose(in);
}

static void hold(const struct portal *p, int fd)
{
	struct pollfd f = {fd, POLLIN, 0};
	char drop[1024];

	while (kill(p->watched, 0) == 0)
		if (poll(&f, 1, 500) > 0 && read(fd, drop, sizeof(drop)) <= 0)
			return;
}

static void serve(const struct portal *p, int fd)
{
	SSL *s = SSL_new(p->tls);

	if (s && SSL_set_fd(s, fd) == 1 && SSL_accept(s) == 1 &&
		read_request(s)) {
		note(p);
		send_file(s, p->answer);
		if (p->holds)
			hold(p, fd);
		SSL_shutdown(s);
	}
	SSL_free(s);
	close(fd);
}

static SSL_CTX *open_tls(const char *certificate, const char *key)
{
	SSL_CTX *c = SSL_CTX_new(TLS_server_method());

	if (!c || SSL_CTX_use_certificate_chain_file(c, certificate) != 1 ||
		SSL_CTX_use_PrivateKey_file(c, key, SSL_FILETYPE_PEM) != 1)
		fail("portal: certificate");
	return c;
}

static void run(const struct portal *p, int listener)
{
	struct pollfd f = {listener, POLLIN, 0};

	while (kill(p->watched, 0) == 0) {
		int fd = poll(&f, 1, 500) > 0 ? accept(listener, NULL, NULL)
					      : -1;

		if (fd >= 0)
			serve(p, fd);
	}
}

int main(int argc, char **argv)
{
	struct portal p = {0};
	pid_t child;
	int fd;

	if (argc < 6) {
		fprintf(stderr, "usage: portal PORT CERTIFICATE KEY WATCHED "
				"ANSWER [HOLD]\n");
		return 2;
	}
	sigaction(SIGPIPE, &(struct sigaction){.sa_handler = SIG_IGN}, NULL);
	p.tls = open_tls(argv[2], argv[3]);
	p.watched = (pid_t)strtol(argv[4], NULL, 10);
	p.answer = argv[5];
	p.holds = argc > 6;
	fd = listen_on((int)strtol(argv[1], NULL, 10));
	child = fork();
	if (child != 0) {
		printf("%ld\n", (long)child);
		return child < 0;
	}
	close(0);
	close(1);
	run(&p, fd);
	return 0;
}
