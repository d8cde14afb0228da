/*
 * test_capacity.c - who is proposed for a request, and whether the day is full.
 *
 * The morning below was counted by hand: three social workers, a nurse and
 * others at an emergency department, requests of today and of yesterday.
 */
#include "proto/capacity.h"

#include "tests/lib/tap.h"

#include <string.h>

#define ID(n)  "0192f5a0-0000-7000-8000-0000000000" n
#define ED     ID("01")
#define CLINIC ID("02")
#define CRISIS ID("10")
#define FUNDS  ID("11")
#define LI     ID("21")
#define WANG   ID("22")
#define ZHAO   ID("23")
#define NURSE  ID("24")

struct row {
	const char *type;
	const char *id;
	const char *body;
	enum record_state state;
};

#define STAFF(name, role, site)                                                \
	"{\"name\":\"" name "\",\"role\":\"" role "\",\"site\":\"" site "\"}"
#define ASKED(item, who, status, responded)                                    \
	"{\"to_site\":\"" ED "\",\"item\":\"" item "\",\"provider\":\"" who    \
	"\",\"status\":\"" status "\",\"responded\":\"" responded "\"}"
#define TODAY     "2026-11-21T08:00:00+08:00"
#define YESTERDAY "2026-11-20T23:59:59+08:00" /* 15:59:59 UTC */

/* clang-format off */
static const struct row morning[] = {
	{"staff", LI,       STAFF("李", "social_worker", ED),   STATE_LIVE},
	{"staff", WANG,     STAFF("王", "social_worker", ED),   STATE_LIVE},
	{"staff", ZHAO,     STAFF("赵", "case_worker", ED),     STATE_LIVE},
	{"staff", NURSE,    STAFF("护", "nurse", ED),           STATE_LIVE},
	/* none of these is proposed */
	{"staff", ID("25"), STAFF("督", "supervisor", ED),      STATE_LIVE},
	{"staff", ID("26"), STAFF("管", "site_admin", ED),      STATE_LIVE},
	{"staff", ID("27"), STAFF("远", "social_worker", CLINIC), STATE_LIVE},
	{"staff", ID("28"), "{\"name\":\"走\",\"role\":\"nurse\",\"site\":\"" ED "\",\"active\":false}", STATE_LIVE},
	{"staff", ID("29"), STAFF("误", "nurse", ED),           STATE_RETRACTED},
	{"service_item", CRISIS, "{\"site\":\"" ED "\",\"capacity_day\":3}", STATE_LIVE},
	{"service_item", FUNDS,  "{\"site\":\"" ED "\"}",       STATE_LIVE},
	/* in hand: 李 2, 王 1, 赵 1; taken up today: 李 1, 王 2, 赵 0 */
	{"request", ID("31"), ASKED(CRISIS, LI, "accepted", TODAY),       STATE_LIVE},
	{"request", ID("32"), ASKED(FUNDS, LI, "in_progress", YESTERDAY), STATE_LIVE},
	{"request", ID("33"), ASKED(CRISIS, WANG, "in_progress", TODAY),  STATE_LIVE},
	{"request", ID("34"), ASKED(FUNDS, WANG, "done", TODAY),          STATE_LIVE},
	{"request", ID("35"), ASKED(CRISIS, ZHAO, "accepted", YESTERDAY), STATE_LIVE},
	{"request", ID("36"), ASKED(CRISIS, ZHAO, "unmet", TODAY),        STATE_LIVE},
	{"request", ID("37"), ASKED(CRISIS, NURSE, "accepted", TODAY),    STATE_RETRACTED},
	{"request", ID("38"), "{\"to_site\":\"" ED "\",\"item\":\"" CRISIS "\",\"status\":\"open\"}", STATE_LIVE},
	{"request", ID("39"), "{\"to_site\":\"" CLINIC "\",\"item\":\"" CRISIS "\",\"provider\":\"" NURSE
		"\",\"status\":\"accepted\",\"responded\":\"" TODAY "\"}", STATE_LIVE},
};
/* clang-format on */

static struct uuid id(const char *text)
{
	struct uuid u;

	if (!uuid_parse(text, &u))
		die("the test's own id is wrong");
	return u;
}

/* Rows from `first` on, then those before it. */
static struct capacity count(const struct row *rows, size_t n, size_t first,
	const char *item, struct arena *mem)
{
	static const struct date today = {2026, 11, 21};
	struct catalogue *c = catalogue_load();
	struct capacity_run *run = capacity_begin(ED, item, &today, mem);
	struct capacity out;

	for (size_t i = 0; i < n; i++) {
		const struct row *x = &rows[(i + first) % n];
		struct record r = {
			.state = x->state, .type = catalogue_type(c, x->type)};

		r.id = id(x->id);
		capacity_add(
			run, &r, json_keep(json_loads(x->body, 0, NULL), mem));
	}
	out = capacity_end(run);
	catalogue_free(c);
	return out;
}

static const char *proposed(const struct capacity *k, struct arena *mem)
{
	const char *out = "";

	for (size_t i = 0; i < k->n; i++)
		out = arena_printf(mem, "%s%s%lld/%lld ", out,
			k->providers[i].name, (long long)k->providers[i].open,
			(long long)k->providers[i].today);
	return out;
}

static void the_least_loaded_is_proposed_first(void)
{
	for (size_t first = 0; first < ARRAY_LEN(morning); first++) {
		struct arena *mem = arena_new();
		struct capacity k =
			count(morning, ARRAY_LEN(morning), first, CRISIS, mem);

		CHECK_STR(proposed(&k, mem), "护0/0 赵1/0 王1/2 李2/1 ");
		arena_free(mem);
	}
}

static void the_day_is_full_when_the_items_number_is_reached(void)
{
	struct arena *mem = arena_new();
	struct capacity k = count(morning, ARRAY_LEN(morning), 0, CRISIS, mem);
	struct row more[ARRAY_LEN(morning) + 1];

	CHECK(k.taken == 2 && k.limit == 3 && !k.full);
	memcpy(more, morning, sizeof(morning));
	more[ARRAY_LEN(morning)] = (struct row){"request", ID("40"),
		ASKED(CRISIS, LI, "done", "2026-11-21T00:00:00+08:00"),
		STATE_LIVE};
	k = count(more, ARRAY_LEN(more), 0, CRISIS, mem);
	CHECK(k.taken == 3 && k.full);
	arena_free(mem);
}

static void an_item_that_names_no_number_is_never_full(void)
{
	struct arena *mem = arena_new();
	struct capacity k = count(morning, ARRAY_LEN(morning), 0, FUNDS, mem);

	CHECK(k.taken == 1 && k.limit < 0 && !k.full);
	k = count(morning, ARRAY_LEN(morning), 0, NULL, mem);
	CHECK(k.taken == 0 && k.limit < 0 && !k.full && k.n == 4);
	arena_free(mem);
}

static void none_at_all_is_full_at_once(void)
{
	static const struct row rows[] = {
		{"service_item", CRISIS, "{\"capacity_day\":0}", STATE_LIVE}
        };
	struct arena *mem = arena_new();
	struct capacity k = count(rows, 1, 0, CRISIS, mem);

	CHECK(k.n == 0 && k.full);
	arena_free(mem);
}

int main(void)
{
	RUN(the_least_loaded_is_proposed_first);
	RUN(the_day_is_full_when_the_items_number_is_reached);
	RUN(an_item_that_names_no_number_is_never_full);
	RUN(none_at_all_is_full_at_once);
	return tap_done();
}
