/*
 * queue.c - see queue.h: the cases in order, and the answer.
 */
#include "proto/queue_in.h"

#include <stdlib.h>
#include <string.h>

static const struct {
	const char *code;
	const char *unit;
	const char *zh, *en;
	const char *source_zh, *source_en;
} reasons[QUEUE_REASONS] = {
#define QUEUE(code, unit, zh, en, source_zh, source_en)                        \
	{#code, unit, zh, en, source_zh, source_en},
#include "proto/queue.def"
#undef QUEUE
};

struct queue *queue_begin(const struct catalogue *c, const struct uuid *staff,
	const struct date *today, struct arena *mem)
{
	struct queue *q = ARENA_NEW(mem, struct queue);

	q->c = c;
	q->staff = *staff;
	q->today = *today;
	q->mem = mem;
	return q;
}

void queue_case(struct queue *q, const struct uuid *case_id, const json_t *line)
{
	const char *phase = json_str(line, "phase");
	struct queue_case *k;

	if (phase && strcmp(phase, "ended") == 0)
		return;
	if (q->n == QUEUE_CASES_MAX) {
		q->left++;
		return;
	}
	q->cases =
		fold_grown(q->mem, q->cases, q->n, &q->room, sizeof(*q->cases));
	k = &q->cases[q->n++];
	memset(k, 0, sizeof(*k));
	k->id = *case_id;
	k->line = line;
	k->last_seen = -1;
	k->flag = -1;
}

static int by_id(const void *a, const void *b)
{
	const struct queue_case *x = a, *y = b;

	return uuid_cmp(&x->id, &y->id);
}

const struct uuid *queue_cases(struct queue *q, size_t *n)
{
	struct uuid *ids = ARENA_ARRAY(q->mem, struct uuid, q->n + 1);

	if (q->n)
		qsort(q->cases, q->n, sizeof(*q->cases), by_id);
	for (size_t i = 0; i < q->n; i++)
		ids[i] = q->cases[i].id;
	*n = q->n;
	return ids;
}

void queue_add(struct queue *q, const struct uuid *case_id,
	const struct record *r, const json_t *body, const struct uuid *by_site)
{
	struct queue_case key, *k;

	key.id = *case_id;
	k = q->n ? bsearch(&key, q->cases, q->n, sizeof(*q->cases), by_id)
		 : NULL;
	if (k && r->type)
		queue_fold(q, k, r, body, by_site);
}

/* ---- the order ---- */

/* Who was reviewed today comes last; then the table, the higher value first;
 * then what falls due first, so that the same question has the same answer. */
static int by_need(const void *a, const void *b)
{
	const struct queue_case *x = a, *y = b;
	const char *p = json_str(x->line, "next_due");
	const char *r = json_str(y->line, "next_due");
	int order = x->is_done - y->is_done;

	for (size_t i = 0; !order && i < QUEUE_REASONS; i++)
		order = (x->value[i] < y->value[i]) -
			(x->value[i] > y->value[i]);
	if (!order)
		order = strcmp(p ? p : "~", r ? r : "~");
	return order ? order : uuid_cmp(&x->id, &y->id);
}

/* ---- the answer ---- */

/* Days count from the day itself, so the first is none yet. */
static int64_t shown(size_t reason, int64_t value)
{
	return reason == WHY_discharged || reason == WHY_owed ? value - 1
							      : value;
}

static json_t *why_json(const struct queue_case *k)
{
	json_t *out = json_array();

	for (size_t i = 0; i < QUEUE_REASONS; i++)
		if (k->value[i] > 0)
			json_array_append_new(out,
				json_pack("{s:s, s:I}", "code", reasons[i].code,
					"value",
					(json_int_t)shown(i, k->value[i])));
	return out;
}

static json_t *row_json(const struct queue *q, const struct queue_case *k)
{
	char id[UUID_TEXT];
	json_t *line = json_incref((json_t *)(uintptr_t)k->line);

	return json_pack(
		"{s:s, s:o, s:o, s:b, s:o, s:o, s:o, s:{s:I, s:I, s:I}}",
		"case", uuid_format(&k->id, id), "line", line, "why",
		why_json(k), "done", k->is_done, "last", queue_last_json(k),
		"changed", queue_changed_json(k, q->mem), "medication",
		queue_medicine_json(k), "decisions", "open",
		(json_int_t)k->open, "late", (json_int_t)k->late, "answered",
		(json_int_t)k->answered);
}

static json_t *order_json(void)
{
	json_t *out = json_array();

	for (size_t i = 0; i < QUEUE_REASONS; i++)
		json_array_append_new(
			out, json_pack("{s:s, s:s, s:{s:s, s:s}, s:{s:s, s:s}}",
				     "code", reasons[i].code, "unit",
				     reasons[i].unit, "label", "zh",
				     reasons[i].zh, "en", reasons[i].en,
				     "source", "zh", reasons[i].source_zh, "en",
				     reasons[i].source_en));
	return out;
}

/* Behind that case; one that is gone by now begins the list anew. */
static size_t start_of(const struct queue *q, const char *after)
{
	struct uuid id;

	if (!*after || !uuid_parse(after, &id))
		return 0;
	for (size_t i = 0; i < q->n; i++)
		if (uuid_cmp(&q->cases[i].id, &id) == 0)
			return i + 1;
	return 0;
}

json_t *queue_end(
	struct queue *q, const char *after, size_t limit, int64_t unseen)
{
	json_t *rows = json_array(), *out;
	char day[DATE_TEXT], id[UUID_TEXT];
	int64_t waiting = 0;
	size_t from, to;

	for (size_t i = 0; i < q->n; i++) {
		queue_weigh(q, &q->cases[i]);
		waiting += !q->cases[i].is_done;
	}
	if (q->n)
		qsort(q->cases, q->n, sizeof(*q->cases), by_need);
	from = start_of(q, after);
	to = q->n - from < limit ? q->n : from + limit;
	for (size_t i = from; i < to; i++)
		json_array_append_new(rows, row_json(q, &q->cases[i]));
	out = json_pack("{s:s, s:o, s:o, s:I, s:I, s:I, s:n}", "on",
		date_format(&q->today, day), "order", order_json(), "rows",
		rows, "total", (json_int_t)q->n, "waiting", (json_int_t)waiting,
		"left_out", (json_int_t)(q->left + unseen), "next");
	if (to < q->n)
		json_object_set_new(out, "next",
			json_string(uuid_format(&q->cases[to - 1].id, id)));
	return json_keep(out, q->mem);
}
