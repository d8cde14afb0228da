/*
 * client.c - the bench's station: pulls, polls and posts, and times only that.
 *
 *   client OPTIONS pull              a first sync: every page, discarded, with
 *                                    the receipts the protocol demands
 *   client OPTIONS poll N PATH       one GET N times, one after the other
 *   client OPTIONS post FILE PATH    each line of FILE is the body of one POST
 *
 * Connecting and reading files is not timed. The answer is one JSON object on
 * standard output, every time in milliseconds.
 */
#include "tests/bench/wire.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#define FILE_CAP   ((size_t)256 << 20)
#define PAGE_BYTES 1048576 /* what a station asks for */
#define POLLS_MAX  1000000

static double now_ms(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec * 1e3 + (double)t.tv_nsec / 1e6;
}

/* ---- pull ---- */

struct pull {
	struct wire *w;
	struct buf receipts;
	struct buf path;
	int64_t pages, units, records, bytes;
	bool more;
};

static bool starts(const char *line, const char *with)
{
	return strncmp(line, with, strlen(with)) == 0;
}

/* The text behind `"key":` in one line of a page. */
static const char *member(const char *line, const char *key)
{
	char name[32];
	const char *at;

	snprintf(name, sizeof(name), "\"%s\":", key);
	at = strstr(line, name);
	if (!at)
		die("a line of the feed without %s: %.80s", key, line);
	return at + strlen(name);
}

static int quoted(const char *value)
{
	return (int)strcspn(value + 1, "\"");
}

static void take_unit(struct pull *p, const char *line)
{
	const char *unit = member(line, "unit"), *gen = member(line, "gen");

	p->units++;
	if (!starts(member(line, "full"), "true"))
		return;
	buf_printf(&p->receipts,
		"%s{\"kind\":\"stored\",\"unit\":\"%.*s\",\"gen\":%lld}",
		p->receipts.n ? "," : "{\"receipts\":[", quoted(unit), unit + 1,
		strtoll(gen, NULL, 10));
}

static void take_footer(struct pull *p, const char *line)
{
	const char *next = member(line, "next");

	p->more = starts(member(line, "more"), "true");
	buf_clear(&p->path);
	buf_printf(&p->path, "/v1/changes?since=%.*s&max_bytes=%d&wait=0",
		quoted(next), next + 1, PAGE_BYTES);
}

static void take_page(struct pull *p, struct str page)
{
	const char *at = page.p, *end = page.p + page.n, *line;

	p->bytes += (int64_t)page.n;
	p->pages++;
	for (; at < end; at = line + 1) {
		line = memchr(at, '\n', (size_t)(end - at));
		if (!line)
			die("the page ends within a line");
		if (starts(at, "{\"r\""))
			p->records++;
		else if (starts(at, "{\"u\""))
			take_unit(p, at);
		else if (starts(at, "{\"f\""))
			take_footer(p, at);
	}
}

static void send_receipts(struct pull *p)
{
	if (!p->receipts.n)
		return;
	buf_text(&p->receipts, "]}");
	wire_ask(p->w, "POST", "/v1/receipts",
		(struct str){p->receipts.p, p->receipts.n});
	buf_clear(&p->receipts);
}

/* What every verb says in the end: the bytes since `before`. */
static void print_bytes(const struct wire *w, struct wire_bytes before)
{
	struct wire_bytes now = wire_bytes(w);

	printf(",\"down\":%" PRIu64 ",\"up\":%" PRIu64 "}\n",
		now.down - before.down, now.up - before.up);
}

static void run_pull(struct wire *w)
{
	struct wire_bytes before = wire_bytes(w);
	struct pull p = {.w = w, .more = true};
	double start = now_ms();

	buf_init(&p.receipts, FILE_CAP);
	buf_init(&p.path, FILE_CAP);
	buf_printf(
		&p.path, "/v1/changes?since=&max_bytes=%d&wait=0", PAGE_BYTES);
	while (p.more) {
		take_page(
			&p, wire_ask(w, "GET", p.path.p, (struct str){0}).body);
		send_receipts(&p);
	}
	printf("{\"ms\":%.3f,\"records\":%" PRId64 ",\"units\":%" PRId64
	       ",\"bytes\":%" PRId64 ",\"pages\":%" PRId64
	       ",\"path\":\"%s\",\"number\":%" PRId64 ",\"seen\":\"%s\"",
		now_ms() - start, p.records, p.units, p.bytes, p.pages,
		p.path.p, wire_number(w), wire_seen(w));
	print_bytes(w, before);
	buf_free(&p.receipts);
	buf_free(&p.path);
}

/* ---- poll ---- */

static int by_size(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return (x > y) - (x < y);
}

static void run_poll(struct wire *w, long n, const char *path)
{
	struct wire_bytes bytes = wire_bytes(w);
	double *ms, start, before, after;

	if (n < 1 || n > POLLS_MAX || !(ms = calloc((size_t)n, sizeof(*ms))))
		die("poll 1 … %d times", POLLS_MAX);
	start = before = now_ms();
	for (long i = 0; i < n; i++, before = after) {
		wire_ask(w, "GET", path, (struct str){0});
		after = now_ms();
		ms[i] = after - before;
	}
	qsort(ms, (size_t)n, sizeof(*ms), by_size);
	printf("{\"ms\":%.3f,\"n\":%ld,\"median\":%.4f,\"p90\":%.4f,"
	       "\"p99\":%.4f,\"number\":%" PRId64,
		before - start, n, ms[n / 2], ms[n * 9 / 10], ms[n * 99 / 100],
		wire_number(w));
	print_bytes(w, bytes);
	free(ms);
}

/* ---- post ---- */

static struct buf read_file(const char *name)
{
	FILE *f = fopen(name, "rb");
	struct buf b;
	char *to;
	size_t n;

	buf_init(&b, FILE_CAP);
	if (!f)
		die("cannot read %s", name);
	do {
		to = buf_reserve(&b, 1 << 20);
		if (!to)
			die("%s is larger than %zu bytes", name, FILE_CAP);
		n = fread(to, 1, 1 << 20, f);
		b.n += n;
	} while (n);
	b.p[b.n] = 0;
	fclose(f);
	return b;
}

static int64_t count(struct str in, const char *what)
{
	const char *at = in.p, *end = in.p + in.n;
	int64_t n = 0;

	while ((at = strstr(at, what)) && at < end) {
		at += strlen(what);
		n++;
	}
	return n;
}

static void run_post(struct wire *w, const char *name, const char *path)
{
	struct wire_bytes before = wire_bytes(w);
	struct buf file = read_file(name);
	int64_t requests = 0, results = 0, applied = 0, conflicts = 0;
	const char *at = file.p, *line;
	double start = now_ms();

	for (; *at; at = line + 1) {
		struct answer a;

		line = strchr(at, '\n');
		if (!line)
			die("%s ends within a line", name);
		a = wire_ask(
			w, "POST", path, (struct str){at, (size_t)(line - at)});
		requests++;
		results += count(a.body, "\"status\":");
		applied += count(a.body, "\"status\":\"applied\"");
		conflicts += count(a.body, "\"status\":\"conflict\"");
		if (results != applied + conflicts)
			die("a change was not taken: %.600s",
				strstr(a.body.p, "\"parked\"")
					? strstr(a.body.p, "\"parked\"")
					: a.body.p);
	}
	printf("{\"ms\":%.3f,\"requests\":%" PRId64 ",\"applied\":%" PRId64
	       ",\"conflicts\":%" PRId64 ",\"number\":%" PRId64
	       ",\"seen\":\"%s\"",
		now_ms() - start, requests, applied, conflicts, wire_number(w),
		wire_seen(w));
	print_bytes(w, before);
	buf_free(&file);
}

/* ---- arguments ---- */

/* The first line of a file, for what must not stand in a list of processes. */
static char *first_line(const char *name)
{
	struct buf b = read_file(name);

	b.p[strcspn(b.p, "\r\n")] = 0;
	return b.p;
}

static bool set_option(
	struct wire_options *o, const char *name, const char *value)
{
	if (strcmp(name, "--host") == 0)
		o->host = value;
	else if (strcmp(name, "--port") == 0)
		o->port = value;
	else if (strcmp(name, "--ca") == 0)
		o->ca = value;
	else if (strcmp(name, "--certificate") == 0)
		o->certificate = value;
	else if (strcmp(name, "--key") == 0)
		o->key = value;
	else if (strcmp(name, "--token-file") == 0)
		o->token = first_line(value);
	else if (strcmp(name, "--replica") == 0)
		o->replica = value;
	else if (strcmp(name, "--number") == 0)
		o->number = strtoll(value, NULL, 10);
	else if (strcmp(name, "--seen") == 0)
		o->seen = value;
	else
		return false;
	return true;
}

int main(int argc, char **argv)
{
	struct wire_options o = {.host = "127.0.0.1"};
	struct wire *w;
	int i = 1;

	while (i + 1 < argc && set_option(&o, argv[i], argv[i + 1]))
		i += 2;
	if (!o.port || !o.ca || i >= argc)
		die("client --port P --ca FILE … pull | poll N PATH | post "
		    "FILE PATH");
	w = wire_open(&o);
	if (strcmp(argv[i], "pull") == 0)
		run_pull(w);
	else if (strcmp(argv[i], "poll") == 0 && i + 2 < argc)
		run_poll(w, strtol(argv[i + 1], NULL, 10), argv[i + 2]);
	else if (strcmp(argv[i], "post") == 0 && i + 2 < argc)
		run_post(w, argv[i + 1], argv[i + 2]);
	else
		die("unknown verb '%s'", argv[i]);
	wire_close(w);
	return 0;
}
