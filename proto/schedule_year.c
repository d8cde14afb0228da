/*
 * schedule_year.c - how much of what fell due in a year was done in time.
 */
#include "proto/schedule_in.h"

struct tally {
	struct kept *kept;
	int year;
	const struct date *on;
};

static void count(void *ctx, const struct date *due, const struct date *done)
{
	struct tally *t = ctx;

	if (due->year != t->year || (!done && date_cmp(due, t->on) >= 0))
		return;
	t->kept->due++;
	if (!done)
		t->kept->missing++;
	else if (date_cmp(done, due) <= 0)
		t->kept->done++;
	else
		t->kept->late++;
}

static struct kept *kept_item(struct schedule_run *run, struct entries *room,
	struct kept **list, const char *code, const char *zh, const char *en)
{
	struct kept *k;

	*list = fold_grown(run->mem, *list, room->n, &room->room, sizeof(*k));
	k = &(*list)[room->n++];
	*k = (struct kept){code, zh, en, 0, 0, 0, 0};
	return k;
}

static void add_up(struct kept *total, const struct kept *list, size_t n)
{
	*total = (struct kept){"all", "合计", "In all", 0, 0, 0, 0};
	for (size_t i = 0; i < n; i++) {
		total->due += list[i].due;
		total->done += list[i].done;
		total->late += list[i].late;
		total->missing += list[i].missing;
	}
}

size_t schedule_completeness(struct schedule_run *run, int year,
	const struct date *on, const struct kept **items, struct kept *total)
{
	const json_t *pack = json_object_get(run->pack, "schedule");
	struct after_close after[AFTER_CLOSE_MAX];
	size_t n = run->kase ? after_close_list(run, after) : 0;
	struct entries room = {NULL, 0, 0};
	struct kept *list = NULL;

	for (size_t i = 0;
		json_str(run->kase, "opened") && i < json_array_size(pack);
		i++) {
		const json_t *item = json_array_get(pack, i);
		struct tally t = {
			kept_item(run, &room, &list, json_str(item, "code"),
				json_str(item, "zh"), json_str(item, "en")),
			year, on};
		struct course c;

		course_walk(run, item, on, count, &t, &c);
	}
	for (size_t i = 0; i < n; i++) {
		const char *zh, *en;
		struct tally t;

		after_close_label(run, after[i].months, &zh, &en);
		t = (struct tally){
			kept_item(run, &room, &list,
				arena_printf(run->mem, "after_close_%d",
					after[i].months),
				zh, en),
			year, on};
		count(&t, &after[i].due,
			after[i].was_done ? &after[i].done : NULL);
	}
	add_up(total, list, room.n);
	*items = list;
	return room.n;
}
