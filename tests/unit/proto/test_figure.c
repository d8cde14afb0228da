/*
 * test_figure.c - a figure as a spreadsheet reads it.
 */
#include "proto/figure.h"

#include "tests/lib/tap.h"

static const char answer[] =
	"{\"unit\":\"cases\",\"below\":5,\"labels\":{\"a\":{\"zh\":\"甲 "
	"\\\"站\\\"\","
	"\"en\":\"=cmd|' /C calc'!A0\"},\"b\":{\"zh\":\"乙\",\"en\":\" "
	"\\t+1\"}},"
	"\"rows\":[{\"period\":\"2026\",\"key\":\"a\",\"num\":12,\"den\":null,"
	"\"value\":12,\"hidden\":null},"
	"{\"period\":\"2026\",\"key\":\"b\",\"num\":null,\"den\":null,"
	"\"value\":null,\"hidden\":\"small\"}],"
	"\"totals\":[{\"period\":\"2026\",\"key\":null,\"num\":null,\"den\":"
	"null,\"value\":null,\"hidden\":\"also\"}]}";

static json_t *read_it(struct arena *mem)
{
	struct err e;

	return json_read(answer, sizeof(answer) - 1, &json_limits_own, mem, &e);
}

/* The rows and the totals, as a server's file has them. */
static void as_csv(
	const json_t *answer_, enum lang lang, struct arena *mem, struct buf *b)
{
	static const char *const lists[] = {"rows", "totals"};
	struct grid_cell cells[FIGURE_COLUMNS];

	buf_text(b, GRID_CSV_MARK);
	figure_heads(lang, cells);
	grid_csv(cells, FIGURE_COLUMNS, b);
	for (size_t k = 0; k < ARRAY_LEN(lists); k++) {
		const json_t *list = json_object_get(answer_, lists[k]);

		for (size_t i = 0; i < json_array_size(list); i++) {
			figure_cells(answer_, json_array_get(list, i), lang,
				mem, cells);
			grid_csv(cells, FIGURE_COLUMNS, b);
		}
	}
}

static void a_table_is_what_spreadsheets_open(void)
{
	struct arena *mem = arena_new();
	struct buf b;

	buf_init(&b, 65536);
	as_csv(read_it(mem), LANG_ZH, mem, &b);
	CHECK_STR(b.p,
		"\xEF\xBB\xBF\"期间\",\"代码\",\"名称\",\"分子\",\"分母\","
		"\"值\",\"单位\"\r\n"
		"\"2026\",\"a\",\"甲 \"\"站\"\"\",12,\"\",12,\"例\"\r\n"
		"\"2026\",\"b\",\"乙\",\"＜5\",\"\",\"＜5\",\"例\"\r\n"
		"\"2026\",\"\",\"合计\",\"—\",\"\",\"—\",\"例\"\r\n");
	buf_free(&b);
	arena_free(mem);
}

/* A spreadsheet has every place there is, a person two. */
static void people_read_two_places(void)
{
	static const char text[] =
		"{\"num\":13,\"den\":22,\"value\":59.0909,\"hidden\":null}";
	struct arena *mem = arena_new();
	struct grid_cell cells[FIGURE_COLUMNS];
	struct err e;
	json_t *row =
		json_read(text, sizeof(text) - 1, &json_limits_own, mem, &e);

	CHECK_STR(figure_text(NULL, row, "value", mem), "59.09");
	CHECK_STR(figure_text(NULL, row, "num", mem), "13");
	figure_cells(NULL, row, LANG_EN, mem, cells);
	CHECK(!cells[5].text && cells[5].number == 59.0909);
	arena_free(mem);
}

static void no_text_runs_as_a_formula(void)
{
	struct arena *mem = arena_new();
	struct buf b;

	buf_init(&b, 65536);
	as_csv(read_it(mem), LANG_EN, mem, &b);
	CHECK(strstr(b.p, "\"'=cmd|' /C calc'!A0\""));
	CHECK(strstr(b.p, "\"' \t+1\""));
	buf_free(&b);
	arena_free(mem);
}

/* What spreadsheets of China and Japan read as the narrow sign, and the blanks
 * they skip before one. */
static void nor_does_a_wide_one(void)
{
	static const char *const texts[] = {"＝1+1", "＋1", "－1", "＠A1",
		"｜calc", "％x", "\xe3\x80\x80=1", "\xc2\xa0=1",
		"\xe2\x80\x8b＝1"};

	for (size_t i = 0; i < ARRAY_LEN(texts); i++) {
		const struct grid_cell cell = {texts[i], 0};
		struct buf b;

		buf_init(&b, 4096);
		grid_csv(&cell, 1, &b);
		CHECK(strncmp(b.p, "\"'", 2) == 0);
		buf_free(&b);
	}
}

static void numbers_are_short(void)
{
	struct arena *mem = arena_new();
	json_t *row = json_keep(json_pack("{s:f, s:i, s:f, s:n}", "value",
					74.85, "num", 3, "den", 0.1, "hidden"),
		mem);

	CHECK_STR(figure_text(row, row, "value", mem), "74.85");
	CHECK_STR(figure_text(row, row, "num", mem), "3");
	CHECK_STR(figure_text(row, row, "den", mem), "0.1");
	arena_free(mem);
}

int main(void)
{
	RUN(a_table_is_what_spreadsheets_open);
	RUN(people_read_two_places);
	RUN(no_text_runs_as_a_formula);
	RUN(nor_does_a_wide_one);
	RUN(numbers_are_short);
	return tap_done();
}
