/*
 * carry.c - see carry.h.
 */
#include "client/cli/carry.h"

static void let_go(void *ctx)
{
	desk_close_store(((struct carry *)ctx)->d);
}

static struct store *take(void *ctx, struct err *e)
{
	struct desk *d = ((struct carry *)ctx)->d;

	return desk_open_store(d, e) ? d->s : NULL;
}

static void on_progress(void *ctx, int64_t done, int64_t size)
{
	progress_file(((struct carry *)ctx)->bar, done, size);
}

void carry_begin(struct carry *k, struct desk *d, struct progress *bar)
{
	k->d = d;
	k->bar = bar;
	k->hooks.ctx = k;
	k->hooks.let_go = let_go;
	k->hooks.take = take;
	k->hooks.progress = on_progress;
}

const char *carry_size(struct cli *c, int64_t bytes)
{
	return arena_printf(c->mem, "%.1f", (double)bytes / 1e6);
}

struct carry_counts carry_count(const struct store *s)
{
	struct carry_counts n = {0, 0, 0, 0};

	for (size_t i = 0; i < file_count(s); i++) {
		const struct file *f = file_at(s, i);
		bool waits = f->state == FILE_WAITING;

		n.here += f->state != FILE_PART;
		n.refused += f->state == FILE_REFUSED;
		n.waiting += waits;
		n.waiting_bytes += waits ? f->size : 0;
	}
	return n;
}
