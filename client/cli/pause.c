/*
 * pause.c - see pause.h.
 */
#include "client/cli/pause.h"

#include "proto/base/host.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <string.h>
#include <sys/signalfd.h>
#include <unistd.h>

#define LOOK_MS 1000
/* The two clocks drift apart by less, whatever adjusts them. */
#define SLEPT_MS 15000

static int64_t skew(void)
{
	return host_now_ms() - host_mono_ms();
}

struct pauses pauses_begin(void)
{
	struct pauses p = {-1, false, skew()};
	sigset_t set;

	sigemptyset(&set);
	sigaddset(&set, SIGINT);
	sigaddset(&set, SIGTERM);
	sigprocmask(SIG_BLOCK, &set, NULL);
	p.fd = signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK);
	if (p.fd < 0)
		die("signals: %s", strerror(errno));
	return p;
}

static void look(struct pauses *p, int64_t ms)
{
	struct pollfd f = {p->fd, POLLIN, 0};
	struct signalfd_siginfo info;

	if (poll(&f, 1, (int)ms) > 0 &&
		read(p->fd, &info, sizeof(info)) == (ssize_t)sizeof(info))
		p->stop = true;
}

bool pauses_stop(struct pauses *p)
{
	if (!p->stop)
		look(p, 0);
	return p->stop;
}

bool pauses_woke(struct pauses *p)
{
	int64_t now = skew(), moved = now - p->skew_ms;

	p->skew_ms = now;
	return moved > SLEPT_MS || moved < -SLEPT_MS;
}

void pauses_wait(struct pauses *p, int64_t ms)
{
	int64_t end = host_mono_ms() + ms, left = ms;

	while (!p->stop && left > 0) {
		look(p, left < LOOK_MS ? left : LOOK_MS);
		if (pauses_woke(p))
			return;
		left = end - host_mono_ms();
	}
}

int64_t pauses_jitter(int64_t ms)
{
	uint32_t random;

	host_random(&random, sizeof(random));
	return ms / 2 + (int64_t)(random % (uint32_t)(ms / 2 + 1));
}
