/*
 * proxy.c - a bad line: passes TCP on, and does one bad thing to it.
 *
 *   proxy PORT TARGET WATCHED [DIRECTION OFFSET ACTION [ARGUMENT]]
 *
 * Listens on 127.0.0.1:PORT, prints its pid and goes into the background; it
 * ends by itself when the process WATCHED is gone. DIRECTION is up (to the
 * server) or down; OFFSET counts the bytes of that direction over all
 * connections since the start. When it is reached, once:
 *
 *   cut    both ends are closed         reset  … with RST
 *   half   nothing more goes that way, its reader sees the end of the stream
 *   stall  the connection stays open and nothing moves any more
 *   flip   one bit of the byte at OFFSET is turned
 *   kill   the process ARGUMENT gets SIGKILL
 *
 * And for the whole time, OFFSET being bytes a piece:
 *
 *   drip MS   a piece of OFFSET bytes every MS milliseconds
 *
 * And for a poor line, OFFSET being a list, "1000,52000,90000":
 *
 *   cuts RATE   closed at each of them, every third time with RST; between them
 *               it carries RATE KB a second each way
 *
 * On SIGTERM it prints on standard error what passed: connections, bytes up,
 * bytes down, and whether the bad thing happened.
 */
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#define LINES 256
#define ROOM  16384
/* A rate is kept to in steps of so many milliseconds. */
#define PACE_MS 5

enum way { UP, DOWN, WAYS };

/* One direction of one connection. */
struct flow {
	char bytes[ROOM];
	size_t n;
	int64_t due_ms;
	bool ended; /* its writer said so */
	bool shut;  /* its reader was told */
};

struct line {
	int fd[WAYS]; /* UP: the client's, DOWN: the server's */
	struct flow flow[WAYS];
	bool open;
	bool stalled;
};

struct proxy {
	int listener;
	in_port_t target;
	pid_t watched;
	enum way way;
	int64_t offset;
	const char *offsets; /* the rest of a list, or NULL */
	const char *action;  /* NULL: none, or it has happened */
	long argument;
	size_t piece; /* bytes at a time, and how often; 0: as they come */
	long every_ms;
	int happened;
	int64_t passed[WAYS];
	int64_t connections;
	struct line line[LINES];
};

static volatile sig_atomic_t told_to_end;

static void on_term(int sig)
{
	(void)sig;
	told_to_end = 1;
}

static void fail(const char *what)
{
	perror(what);
	exit(1);
}

static int64_t now_ms(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

static struct sockaddr_in loopback(in_port_t port)
{
	struct sockaddr_in a;

	memset(&a, 0, sizeof(a));
	a.sin_family = AF_INET;
	a.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	a.sin_port = htons(port);
	return a;
}

static void set_nonblocking(int fd)
{
	fcntl(fd, F_SETFL, fcntl(fd, F_GETFL) | O_NONBLOCK);
}

/* ---- connections ---- */

static void hang_up(struct line *l, bool reset)
{
	struct linger at_once = {1, 0};

	for (int i = 0; i < WAYS; i++) {
		if (reset)
			setsockopt(l->fd[i], SOL_SOCKET, SO_LINGER, &at_once,
				sizeof(at_once));
		close(l->fd[i]);
	}
	l->open = false;
}

static void take_one(struct proxy *p)
{
	struct sockaddr_in to = loopback(p->target);
	int client = accept(p->listener, NULL, NULL), server;
	struct line *l = p->line;

	if (client < 0)
		return;
	p->connections++; /* also when nobody is behind it */
	while (l < p->line + LINES && l->open)
		l++;
	server = socket(AF_INET, SOCK_STREAM, 0);
	if (l == p->line + LINES || server < 0 ||
		connect(server, (struct sockaddr *)&to, sizeof(to)) != 0) {
		close(client);
		if (server >= 0)
			close(server);
		return;
	}
	memset(l, 0, sizeof(*l));
	l->fd[UP] = client;
	l->fd[DOWN] = server;
	l->open = true;
	set_nonblocking(client);
	set_nonblocking(server);
}

/* ---- the bad thing ---- */

/* How many of n bytes may pass before it happens. */
static size_t before_it(const struct proxy *p, enum way way, size_t n)
{
	int64_t left = p->offset - p->passed[way];

	if (p->piece && n > p->piece)
		n = p->piece;
	if (!p->action || way != p->way || left > (int64_t)n)
		return n;
	return left > 0 ? (size_t)left : 0;
}

static bool is_time(const struct proxy *p, const struct line *l, enum way way)
{
	return p->action && way == p->way && p->passed[way] >= p->offset &&
	       l->flow[way].n > 0;
}

/* The first of the list is the place; none is left: never. */
static void next_offset(struct proxy *p)
{
	char *end = NULL;

	p->offset = strtoll(p->offsets, &end, 10);
	if (end == p->offsets)
		p->offset = INT64_MAX;
	p->offsets = *end == ',' ? end + 1 : end;
}

static void do_it(struct proxy *p, struct line *l)
{
	struct flow *f = &l->flow[p->way];
	const char *what = p->action;

	p->happened++;
	if (p->offsets)
		next_offset(p);
	else
		p->action = NULL;
	if (strcmp(what, "cuts") == 0)
		hang_up(l, p->happened % 3 == 0);
	else if (strcmp(what, "cut") == 0 || strcmp(what, "reset") == 0)
		hang_up(l, what[0] == 'r');
	else if (strcmp(what, "stall") == 0)
		l->stalled = true;
	else if (strcmp(what, "flip") == 0)
		f->bytes[0] = (char)(f->bytes[0] ^ 1 << (p->offset % 8));
	else if (strcmp(what, "kill") == 0)
		kill((pid_t)p->argument, SIGKILL);
	else {
		shutdown(l->fd[p->way == UP ? DOWN : UP], SHUT_WR);
		f->ended = f->shut = true;
		f->n = 0;
	}
}

/* ---- passing on ---- */

static void take_bytes(struct line *l, enum way way)
{
	struct flow *f = &l->flow[way];
	ssize_t n = read(l->fd[way], f->bytes + f->n, ROOM - f->n);

	if (n > 0)
		f->n += (size_t)n;
	else if (n == 0)
		f->ended = true;
	else if (errno != EAGAIN && errno != EINTR)
		hang_up(l, true);
}

static void pass_on(struct proxy *p, struct line *l, enum way way)
{
	struct flow *f = &l->flow[way];
	int to = l->fd[way == UP ? DOWN : UP];
	size_t want = before_it(p, way, f->n);
	ssize_t n = want ? send(to, f->bytes, want, MSG_NOSIGNAL) : 0;

	if (n < 0 && errno != EAGAIN && errno != EINTR) {
		hang_up(l, true);
		return;
	}
	if (n > 0) {
		p->passed[way] += n;
		f->n -= (size_t)n;
		memmove(f->bytes, f->bytes + n, f->n);
		if (p->piece)
			f->due_ms = now_ms() + p->every_ms;
	}
	if (is_time(p, l, way))
		do_it(p, l);
}

static void end_flow(struct line *l, enum way way)
{
	struct flow *f = &l->flow[way];

	if (f->ended && !f->shut && f->n == 0) {
		f->shut = true;
		shutdown(l->fd[way == UP ? DOWN : UP], SHUT_WR);
	}
	if (l->flow[UP].shut && l->flow[DOWN].shut)
		hang_up(l, false);
}

static void serve_line(struct proxy *p, struct line *l, const short got[WAYS])
{
	for (int way = UP; way < WAYS; way++) {
		struct flow *f = &l->flow[way];

		if (l->open && got[way] & (POLLIN | POLLHUP | POLLERR) &&
			!f->ended && f->n < ROOM)
			take_bytes(l, (enum way)way);
		if (l->open && !l->stalled && f->n && now_ms() >= f->due_ms)
			pass_on(p, l, (enum way)way);
		if (l->open && !l->stalled)
			end_flow(l, (enum way)way);
	}
}

/* ---- the loop ---- */

/* Bytes in hand that the other end does not take yet are tried again soon. */
static bool is_waiting(const struct line *l)
{
	return l->open && !l->stalled && (l->flow[UP].n || l->flow[DOWN].n);
}

static size_t watch(struct proxy *p, struct pollfd *fds, int *wait_ms)
{
	size_t n = 0;

	fds[n++] = (struct pollfd){p->listener, POLLIN, 0};
	for (int i = 0; i < LINES; i++)
		for (int way = UP; way < WAYS; way++) {
			struct line *l = &p->line[i];
			bool wants = l->open && !l->stalled &&
				     !l->flow[way].ended &&
				     l->flow[way].n < ROOM;

			fds[n++] = (struct pollfd){
				wants ? l->fd[way] : -1, POLLIN, 0};
			if (is_waiting(l))
				*wait_ms = 2;
		}
	return n;
}

static void turn(struct proxy *p)
{
	struct pollfd fds[1 + LINES * WAYS];
	int wait_ms = 500;
	size_t n = watch(p, fds, &wait_ms);

	if (poll(fds, n, wait_ms) < 0)
		return;
	for (int i = 0; i < LINES; i++) {
		short got[WAYS] = {
			fds[1 + 2 * i].revents, fds[2 + 2 * i].revents};

		if (p->line[i].open)
			serve_line(p, &p->line[i], got);
	}
	if (fds[0].revents)
		take_one(p);
}

static int listen_on(in_port_t port)
{
	struct sockaddr_in at = loopback(port);
	int fd = socket(AF_INET, SOCK_STREAM, 0), on = 1;

	setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on));
	if (bind(fd, (struct sockaddr *)&at, sizeof(at)) != 0 ||
		listen(fd, 64) != 0)
		fail("proxy: port");
	set_nonblocking(fd);
	return fd;
}

static void go_into_background(void)
{
	pid_t child = fork();

	if (child < 0)
		fail("proxy: fork");
	if (child > 0) {
		printf("%ld\n", (long)child);
		exit(0);
	}
	close(0);
	close(1);
}

static void read_plan(struct proxy *p, char **arg, int n)
{
	p->way = strcmp(arg[0], "up") == 0 ? UP : DOWN;
	p->offset = strtoll(arg[1], NULL, 10);
	p->action = arg[2];
	p->argument = n > 3 ? strtol(arg[3], NULL, 10) : 0;
	if (strcmp(p->action, "drip") == 0) {
		p->piece = (size_t)p->offset;
		p->every_ms = p->argument;
		p->action = NULL;
	} else if (strcmp(p->action, "cuts") == 0) {
		p->offsets = arg[1];
		p->piece = (size_t)p->argument * PACE_MS;
		p->every_ms = PACE_MS;
		next_offset(p);
	}
}

int main(int argc, char **argv)
{
	struct proxy *p;

	if (argc < 4 || (argc > 4 && argc < 7)) {
		fprintf(stderr, "usage: proxy PORT TARGET WATCHED "
				"[up|down OFFSET ACTION [ARGUMENT]]\n");
		return 2;
	}
	p = calloc(1, sizeof(*p));
	if (!p)
		fail("proxy: memory");
	p->target = (in_port_t)strtol(argv[2], NULL, 10);
	p->watched = (pid_t)strtol(argv[3], NULL, 10);
	if (argc > 4)
		read_plan(p, argv + 4, argc - 4);
	p->listener = listen_on((in_port_t)strtol(argv[1], NULL, 10));
	sigaction(SIGTERM, &(struct sigaction){.sa_handler = on_term}, NULL);
	go_into_background();
	while (!told_to_end && kill(p->watched, 0) == 0)
		turn(p);
	fprintf(stderr, "connections=%lld up=%lld down=%lld happened=%d\n",
		(long long)p->connections, (long long)p->passed[UP],
		(long long)p->passed[DOWN], p->happened);
	free(p);
	return 0;
}
