/*
 * soak.c - a working day of many stations, pressed into minutes.
 *
 *   soak --port P --ca FILE --stations N --sites FILE --day SECONDS
 *        --password-file FILE --pid-file FILE [--outage COMMAND] [--seed N]
 *
 * One thread, one epoll, and for each station a TLS 1.3 connection, a key and a
 * certificate of its own, a session and a replica, got as a station gets them.
 * A line of the file of sites is SITE STAFF LOGIN; the enrolment code of
 * station i is i in sixteen digits, and stands in the database already. Before
 * the day nine tenths of the stations make their first sync; the others make it
 * during the day.
 *
 * The day: most people come in its first fifth; four of five stations then wait
 * for news and one asks every few seconds; everybody writes one to three notes
 * eight times; at three fifths COMMAND is run, which takes the daemon down and
 * brings it back, and everybody comes again. Who is asked to come later, or cut
 * off, comes again after a pause that doubles and is never the same for two.
 *
 * Prints JSON: milliseconds by kind of request, what the daemon took of memory
 * and descriptors over time, and every answer that was not as it should be.
 */
#include "tests/bench/soak.h"

#include "proto/base/arena.h"

#include <arpa/inet.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/tcp.h>
#include <openssl/pem.h>
#include <openssl/ssl.h>
#include <openssl/x509.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>
#include <zstd.h>

static const char *const kind_names[KINDS] = {"connect", "enrol", "sign_in",
	"first_sync", "no_change", "news", "pull", "receipts", "push"};

/* ---- the day ---- */

long daemon_pid(const struct soak *k)
{
	long pid = 0;
	FILE *f = fopen(k->pid_file, "r");

	if (f && fscanf(f, "%ld", &pid) != 1)
		pid = 0;
	if (f)
		fclose(f);
	return pid;
}

static void sample(struct soak *k)
{
	struct sample *m = &k->sample[k->samples];
	char path[80], line[200];
	long pid = daemon_pid(k);
	FILE *f;
	DIR *d;

	if (!pid || k->samples == ARRAY_LEN(k->sample))
		return;
	memset(m, 0, sizeof(*m));
	m->at_s = (now_ms() - k->start_ms) / 1000;
	snprintf(path, sizeof(path), "/proc/%ld/status", pid);
	f = fopen(path, "r");
	while (f && fgets(line, sizeof(line), f))
		if (sscanf(line, "VmRSS: %ld", &m->rss_kb) == 1)
			break;
	if (f)
		fclose(f);
	snprintf(path, sizeof(path), "/proc/%ld/fd", pid);
	d = opendir(path);
	while (d && readdir(d))
		m->fds++;
	if (d)
		closedir(d);
	k->samples += m->rss_kb > 0;
}

static void run_outage(struct soak *k)
{
	pid_t child;

	k->outage_ms = now_ms();
	k->outage_pid = daemon_pid(k);
	child = fork();
	if (child == 0) {
		execl("/bin/sh", "sh", "-c", k->outage, (char *)NULL);
		_exit(127);
	}
}

/* Who is due is connected, or asks. */
static size_t wake_due(struct soak *k, bool day)
{
	double now = now_ms();
	size_t ready = 0;

	for (int i = 0; i < k->stations; i++) {
		struct station *s = &k->all[i];
		bool setting_up = !s->registered || !s->synced;

		ready += !setting_up;
		if (now < s->next_ms || (!day && !setting_up))
			continue;
		if (!day && i >= k->stations * 9 / 10)
			continue;
		if (s->fd < 0) {
			if (!setting_up || k->setting_up < AT_ONCE)
				begin_connect(k, s);
		} else if (s->shaken && s->ask == A_NOTHING)
			serve(k, s);
	}
	return ready;
}

static void turn(struct soak *k)
{
	struct epoll_event ev[256];
	int n = epoll_wait(k->epoll, ev, 256, 20);

	for (int i = 0; i < n; i++) {
		struct station *s = ev[i].data.ptr;

		if (s->fd >= 0)
			serve(k, s);
	}
	while (waitpid(-1, NULL, WNOHANG) > 0)
		;
}

/* Most come early, one by one; new ones all through the day. */
static void plan_arrivals(struct soak *k)
{
	double day = k->day_s * 1000.0;

	for (int i = 0; i < k->stations; i++) {
		struct station *s = &k->all[i];
		double at = chance(k) < 0.8 ? (chance(k) + chance(k)) * day / 10
					    : chance(k) * day * 0.7;

		if (s->fd >= 0)
			hang_up(k, s);
		s->polls = i % 5 == 4;
		s->next_ms = k->day_ms + at;
		s->push_ms = s->next_ms + chance(k) * day / 8;
		s->pause_ms = 0;
	}
}

static void run_until(struct soak *k, double end_ms, bool day)
{
	double look = 0;

	while (now_ms() < end_ms) {
		size_t ready = wake_due(k, day);

		if (!day && ready >= (size_t)k->stations * 9 / 10)
			return;
		turn(k);
		if (now_ms() >= look) {
			sample(k);
			look = now_ms() + 500;
		}
		if (day && k->outage && k->outage_ms <= 0 &&
			now_ms() > k->day_ms + k->day_s * 600.0)
			run_outage(k);
	}
	if (!day)
		die("the stations were not set up: %s", k->first_error);
}

/* ---- telling ---- */

static int by_size(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return (x > y) - (x < y);
}

static void print_kinds(struct soak *k)
{
	const char *comma = "";

	printf("\"kinds\":{");
	for (int i = 0; i < KINDS; i++) {
		struct figures *f = &k->kind[i];

		if (!f->n)
			continue;
		qsort(f->ms, f->n, sizeof(double), by_size);
		printf("%s\"%s\":{\"n\":%zu,\"p50_ms\":%.1f,\"p99_ms\":%.1f,"
		       "\"max_ms\":%.1f}",
			comma, kind_names[i], f->n, f->ms[f->n / 2],
			f->ms[f->n * 99 / 100], f->ms[f->n - 1]);
		comma = ",";
	}
	printf("}");
}

static void print_samples(const struct soak *k)
{
	size_t every = k->samples / 40 + 1;

	printf("\"daemon\":[");
	for (size_t i = 0; i < k->samples; i += every)
		printf("%s[%.0f,%ld,%ld]", i ? "," : "", k->sample[i].at_s,
			k->sample[i].rss_kb, k->sample[i].fds);
	printf("]");
}

static void tell(struct soak *k)
{
	size_t synced = 0;

	for (int i = 0; i < k->stations; i++)
		synced += k->all[i].synced;
	printf("{\"stations\":%d,\"let_in_s\":%.0f,\"synced\":%zu,\"day_s\":%d,"
	       "\"applied\":%lld,"
	       "\"errors\":%lld,\"asked_to_come_later\":%lld,\"cut\":%lld,"
	       "\"cut_in_outage\":%lld,\"bytes_down\":%lld,\"bytes_up\":%lld,",
		k->stations, (k->day_ms - k->start_ms) / 1000, synced, k->day_s,
		(long long)k->applied, (long long)k->errors,
		(long long)k->later, (long long)k->cut,
		(long long)k->cut_in_outage, (long long)k->bytes_down,
		(long long)k->bytes_up);
	if (k->first_cut[0])
		printf("\"first_cut\":\"%s\",", k->first_cut);
	if (k->outage_ms > 0)
		printf("\"outage_ms\":%.0f,\"back_s\":%.0f,",
			k->back_ms - k->outage_ms,
			(k->back_ms - k->start_ms) / 1000);
	print_kinds(k);
	putchar(',');
	print_samples(k);
	printf(",\"first_error\":");
	if (k->first_error[0]) {
		struct buf b;

		buf_init(&b, 4096);
		buf_json(&b, k->first_error, strlen(k->first_error));
		printf("%s", b.p);
		buf_free(&b);
	} else
		printf("null");
	printf("}\n");
}

/* ---- arguments ---- */

static char *first_line(const char *name)
{
	FILE *f = fopen(name, "r");
	char *line = calloc(1, 512);

	if (!f || !line || !fgets(line, 512, f))
		die("cannot read %s", name);
	fclose(f);
	line[strcspn(line, "\r\n")] = 0;
	return line;
}

static void read_sites(struct soak *k, const char *name)
{
	FILE *f = fopen(name, "r");
	struct site *s = k->site;

	while (f && k->sites < SITES_MAX &&
		fscanf(f, "%39s %39s %39s", s->id, s->staff, s->login) == 3)
		s++, k->sites++;
	if (!f || !k->sites)
		die("no sites in %s", name);
	fclose(f);
}

static bool set_option(struct soak *k, const char *name, const char *value)
{
	const struct {
		const char *name;
		const char **text;
		int *number;
	} options[] = {
		{"--port",     &k->port,     NULL        },
		{"--ca",       &k->ca,       NULL        },
		{"--pid-file", &k->pid_file, NULL        },
		{"--outage",   &k->outage,   NULL        },
		{"--stations", NULL,         &k->stations},
		{"--day",      NULL,         &k->day_s   },
	};

	if (strcmp(name, "--sites") == 0)
		read_sites(k, value);
	else if (strcmp(name, "--password-file") == 0)
		k->password = first_line(value);
	else if (strcmp(name, "--seed") == 0)
		k->random = strtoull(value, NULL, 10) * 2654435761u + 1;
	for (size_t i = 0; i < ARRAY_LEN(options); i++)
		if (strcmp(name, options[i].name) == 0) {
			if (options[i].text)
				*options[i].text = value;
			else
				*options[i].number =
					(int)strtol(value, NULL, 10);
		}
	return true;
}

static void make_stations(struct soak *k)
{
	k->all = calloc((size_t)k->stations, sizeof(*k->all));
	if (!k->all)
		die("out of memory");
	for (int i = 0; i < k->stations; i++) {
		struct station *s = &k->all[i];

		s->no = i + 1;
		s->fd = -1;
		s->site = &k->site[(size_t)i % k->sites];
		buf_init(&s->out, 1 << 20);
		buf_init(&s->in, BODY_CAP);
		buf_init(&s->receipts, 1 << 22);
	}
}

int main(int argc, char **argv)
{
	struct soak *k = calloc(1, sizeof(*k));

	if (!k)
		die("out of memory");
	k->random = 88172645463325252u;
	for (int i = 1; i + 1 < argc; i += 2)
		set_option(k, argv[i], argv[i + 1]);
	if (!k->port || !k->ca || !k->sites || !k->password || !k->stations)
		die("soak --port P --ca FILE --stations N --sites FILE …");
	k->ctx = SSL_CTX_new(TLS_client_method());
	if (!k->ctx ||
		SSL_CTX_set_min_proto_version(k->ctx, TLS1_3_VERSION) != 1 ||
		SSL_CTX_load_verify_locations(k->ctx, k->ca, NULL) != 1)
		die("no TLS");
	SSL_CTX_set_verify(k->ctx, SSL_VERIFY_PEER, NULL);
	SSL_CTX_set_mode(k->ctx, SSL_MODE_ENABLE_PARTIAL_WRITE |
					 SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER |
					 SSL_MODE_RELEASE_BUFFERS);
	sigaction(SIGPIPE, &(struct sigaction){.sa_handler = SIG_IGN}, NULL);
	k->epoll = epoll_create1(EPOLL_CLOEXEC);
	make_stations(k);
	k->start_ms = now_ms();
	run_until(k, k->start_ms + 600000 + k->stations * 400.0, false);
	k->day_ms = now_ms();
	fprintf(stderr, "soak: %d stations are in step after %.0f s\n",
		k->stations * 9 / 10, (k->day_ms - k->start_ms) / 1000);
	plan_arrivals(k);
	run_until(k, k->day_ms + k->day_s * 1000.0, true);
	tell(k);
	return k->errors > 0;
}
