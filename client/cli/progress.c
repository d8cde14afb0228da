/*
 * progress.c - see progress.h. The estimate is by bytes, which is what takes
 * the time; it is drawn at most ten times a second.
 */
#include "client/cli/progress.h"

#include "proto/base/host.h"

#include <stdio.h>
#include <string.h>

#define EVERY_MS 100
#define BAR      24
#define MEASURED 2000               /* ms after which the line is known */
#define WORTH_IT ((int64_t)1 << 20) /* bytes worth an estimate */

void progress_begin(struct progress *p, struct cli *c)
{
	memset(p, 0, sizeof(*p));
	p->c = c;
	p->began_ms = host_mono_ms();
}

static const char *megabytes(struct cli *c, int64_t bytes)
{
	return arena_printf(c->mem, "%.1f", (double)bytes / 1e6);
}

static void draw_line(const struct progress *p, struct cli *c, int64_t now)
{
	const struct sync_report *r = &p->last;
	int64_t bytes, total, took;
	double rate;
	int full;

	bytes = p->bytes + r->bytes + (int64_t)p->page_bytes;
	total = p->bytes + r->total_bytes;
	total = total > bytes ? total : bytes;
	took = now - p->began_ms > 0 ? now - p->began_ms : 1;
	rate = (double)bytes / (double)took * 1000;
	full = (int)(bytes * BAR / total);
	fprintf(stderr, "\r\033[K[%.*s%*s] %s", full,
		"########################", BAR - full, "",
		text_of(c, T_PROGRESS, number_text(c, p->units + r->units),
			number_text(c, p->units + r->total_units),
			megabytes(c, bytes), megabytes(c, total),
			megabytes(c, (int64_t)rate),
			number_text(c,
				rate > 1 ? (int64_t)((double)(total - bytes) /
						     rate)
					 : 0),
			NULL));
	fflush(stderr);
}

const char *progress_estimate(struct cli *c, const struct sync_report *r)
{
	int64_t left = r->total_bytes - r->bytes;
	const char *time = text_raw(c->lang, T_ESTIMATE_UNKNOWN);

	if (r->rate && left / r->rate < 60)
		time = text_raw(c->lang, T_ESTIMATE_SOON);
	else if (r->rate)
		time = text_of(c, T_ESTIMATE_TIME,
			number_text(c, (left / r->rate + 59) / 60), NULL);
	return text_of(c, T_ESTIMATE, number_text(c, r->total_cases - r->cases),
		number_text(c, r->total_units - r->units),
		number_text(c, r->total_records - r->records),
		megabytes(c, left), time, NULL);
}

/* Once, as soon as it can be said how long it takes. */
static void announce(struct progress *p, struct cli *c, int64_t now)
{
	struct sync_report r = p->last;
	int64_t took = now - p->began_ms;

	if (p->announced || r.total_bytes - r.bytes < WORTH_IT)
		return;
	if (!r.rate && took < MEASURED)
		return;
	if (!r.rate)
		r.rate = (r.bytes + (int64_t)p->page_bytes) * 1000 / took;
	fprintf(stderr, "\r\033[K%s\n", progress_estimate(c, &r));
	p->announced = true;
}

static void draw(struct progress *p)
{
	struct cli c = *p->c;
	int64_t now = host_mono_ms();

	if (!c.terminal || c.json || !p->last.total_bytes ||
		now - p->drawn_ms < EVERY_MS)
		return;
	p->drawn_ms = now;
	c.mem = arena_new();
	announce(p, &c, now);
	draw_line(p, &c, now);
	arena_free(c.mem);
	p->shown = true;
}

void progress_report(void *ctx, const struct sync_report *r)
{
	struct progress *p = ctx;

	if (r->bytes < p->last.bytes) { /* another round */
		p->bytes += p->last.bytes;
		p->units += p->last.units;
	}
	p->last = *r;
	p->page_bytes = 0;
	draw(p);
}

void progress_bytes(void *ctx, size_t bytes)
{
	struct progress *p = ctx;

	p->page_bytes = bytes;
	draw(p);
}

static void draw_file(
	const struct progress *p, struct cli *c, int64_t done, int64_t size)
{
	int64_t took = host_mono_ms() - p->began_ms;
	int full = size ? (int)(done * BAR / size) : 0;

	fprintf(stderr, "\r\033[K[%.*s%*s] %s", full,
		"########################", BAR - full, "",
		text_of(c, T_FILE_PROGRESS, megabytes(c, done),
			megabytes(c, size),
			megabytes(c, done * 1000 / (took > 0 ? took : 1)),
			NULL));
	fflush(stderr);
}

void progress_file(struct progress *p, int64_t done, int64_t size)
{
	struct cli c = *p->c;
	int64_t now = host_mono_ms();

	if (done < p->file_done)
		p->began_ms = now;
	p->file_done = done;
	if (!c.terminal || c.json || now - p->drawn_ms < EVERY_MS)
		return;
	p->drawn_ms = now;
	c.mem = arena_new();
	draw_file(p, &c, done, size);
	arena_free(c.mem);
	p->shown = true;
}

void progress_end(struct progress *p)
{
	if (p->shown)
		fputs("\r\033[K", stderr);
	p->shown = false;
}
