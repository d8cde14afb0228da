/*
 * away.c - see away.h.
 */
#include "server/figures/away.h"

#include "proto/base/buf.h"
#include "proto/base/fd.h"
#include "proto/base/hash.h"
#include "proto/base/host.h"
#include "proto/figure.h"
#include "server/app.h"
#include "server/figures/book.h"

#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define FLUSH ((size_t)64 << 10)

static const struct {
	const char *name, *type;
} formats[] = {
	[AWAY_JSON] = {"json", "application/json"                                 },
	[AWAY_CSV] = {"csv",  "text/csv; charset=utf-8"                          },
	[AWAY_XLSX] = {"xlsx", "application/vnd.openxmlformats-officedocument."
			       "spreadsheetml.sheet"},
};

bool away_read(struct req *r, struct away *out, struct err *e)
{
	const char *format = req_query(r, "format");
	const char *lang = req_query(r, "lang");

	out->format = AWAY_JSON;
	out->lang = lang && strcmp(lang, "en") == 0 ? LANG_EN : LANG_ZH;
	if (lang && strcmp(lang, "en") != 0 && strcmp(lang, "zh") != 0)
		return err_field(e, ERR_BAD_REQUEST, "lang", "zh, en");
	for (size_t i = 0; format && i < ARRAY_LEN(formats); i++)
		if (strcmp(formats[i].name, format) == 0) {
			out->format = (enum away_format)i;
			return true;
		}
	return !format ||
	       err_field(e, ERR_BAD_REQUEST, "format", "json, csv, xlsx");
}

/* ---- a file in the making ---- */

struct out {
	struct req *r;
	const struct away *how;
	int fd; /* of CSV, without a name */
	struct buf lines;
	struct book *book;
};

static void close_out(void *p)
{
	struct out *o = p;

	if (o->fd >= 0)
		close(o->fd);
	o->fd = -1;
	buf_free(&o->lines);
}

/* A file that goes when it is closed. */
static int nameless(const char *dir, struct arena *mem)
{
	unsigned char random[12];
	char hex[2 * sizeof(random) + 1];
	const char *path;
	int fd;

	host_random(random, sizeof(random));
	hex_format(random, sizeof(random), hex);
	path = arena_printf(mem, "%s/figures-%s.csv", dir, hex);
	fd = open(path, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
	if (fd >= 0)
		(void)unlink(path);
	return fd;
}

static struct out *out_new(struct req *r, const struct away *how, struct err *e)
{
	struct out *o = ARENA_NEW(r->mem, struct out);
	const char *dir = r->app->conf.state_dir;

	o->r = r;
	o->how = how;
	o->fd = -1;
	buf_init(&o->lines, 2 * FLUSH);
	arena_adopt(r->mem, o, close_out);
	if (how->format == AWAY_XLSX) {
		o->book = book_new(dir, r->mem, e);
		return o->book ? o : NULL;
	}
	o->fd = nameless(dir, r->mem);
	if (o->fd < 0) {
		err_set(e, ERR_INTERNAL, "no file for figures in %s", dir);
		return NULL;
	}
	buf_text(&o->lines, GRID_CSV_MARK);
	return o;
}

static bool flush(struct out *o, struct err *e)
{
	bool ok = !o->lines.full && fd_write(o->fd, o->lines.p, o->lines.n);

	o->lines.n = 0;
	return ok || err_set(e, ERR_INTERNAL, "figures cannot be written");
}

static bool add_line(struct out *o, const struct grid_cell *cells, size_t n,
	bool bold, struct err *e)
{
	if (o->book)
		return book_row(o->book, cells, n, bold, e);
	grid_csv(cells, n, &o->lines);
	return o->lines.n < FLUSH || flush(o, e);
}

/* ---- the reply ---- */

static bool reply_with(struct out *o, const char *name, struct err *e)
{
	struct req *r = o->r;
	struct stat st;
	int fd;

	if (!o->book && !flush(o, e))
		return false;
	fd = o->book ? book_finish(o->book, e) : o->fd;
	if (fd < 0)
		return false;
	o->fd = fd; /* closed with the request */
	if (fstat(fd, &st) != 0)
		return err_set(e, ERR_INTERNAL, "figures cannot be read again");
	req_header(r, "Content-Disposition",
		arena_printf(r->mem,
			"attachment; filename=\"casebridge-%s.%s\"", name,
			formats[o->how->format].name));
	return req_reply_file(
		r, 200, formats[o->how->format].type, fd, (size_t)st.st_size);
}

/* ---- the sheet of definitions ---- */

static const char *said(const json_t *j, const char *member, enum lang lang)
{
	const json_t *v = json_object_get(j, member);
	const char *text = json_is_object(v)
				   ? json_str(v, lang == LANG_ZH ? "zh" : "en")
				   : json_string_value(v);

	return text ? text : "";
}

static const struct {
	const char *zh, *en, *member;
} facts[] = {
	{"代码",          "id",             "id"         },
	{"版本",          "version",        "version"    },
	{"名称",          "name",           "name"       },
	{"定义",          "definition",     "definition" },
	{"分子",          "numerator",      "numerator"  },
	{"分母",          "denominator",    "denominator"},
	{"单位",          "unit",           "unit_name"  },
	{"哪个方向好", "good",           "good"       },
	{"来源记录",    "records",        "records"    },
	{"起始",          "from",           "from"       },
	{"截止",          "to",             "to"         },
	{"年份",          "year",           "year"       },
	{"截至",          "as of",          "as_of"      },
	{"范围",          "scope",          "scope"      },
	{"不显示的数", "what is hidden", "rule"       },
	{"临界值",       "cut-offs",       "cutoffs"    },
};

/* Both languages, whatever the data are in: a reader of the file may need the
 * other one. */
static bool define(struct out *o, const json_t *head, struct err *e)
{
	static const double widths[] = {16, 18, 60, 60};
	struct grid_cell last[] = {
		{"统计到",  0},
                {"counted at", 0},
                {"",           0},
                {"",           0}
        };
	const json_t *at = json_object_get(head, "counted");
	enum lang lang = o->how->lang;

	if (!o->book)
		return true;
	if (!book_sheet(o->book, lang == LANG_ZH ? "定义" : "definitions",
		    widths, ARRAY_LEN(widths), e) ||
		!add_line(o,
			(struct grid_cell[]){
				{"项目",  0},
                                {"item",    0},
                                {"中文",  0},
				{"English", 0}
        },
			4, true, e))
		return false;
	for (size_t i = 0; i < ARRAY_LEN(facts); i++) {
		const json_t *v = json_object_get(head, facts[i].member);
		struct grid_cell cells[4] = {
			{facts[i].zh, 0},
                        {facts[i].en, 0},
                        {"",          0},
                        {"",          0}
                };

		if (!v || json_is_null(v))
			continue;
		if (json_is_number(v))
			cells[2] = cells[3] =
				(struct grid_cell){NULL, json_number_value(v)};
		else {
			cells[2].text = said(head, facts[i].member, LANG_ZH);
			cells[3].text = said(head, facts[i].member, LANG_EN);
		}
		if (!add_line(o, cells, 4, false, e))
			return false;
	}
	last[2].text = said(at, "at", LANG_ZH);
	last[3].text = said(at, "at", LANG_EN);
	return !at || add_line(o, last, ARRAY_LEN(last), false, e);
}

/* ---- figures ---- */

static bool add_rows(struct out *o, const json_t *answer, const json_t *list,
	struct arena *mem, struct err *e)
{
	struct grid_cell cells[FIGURE_COLUMNS];

	for (size_t i = 0; i < json_array_size(list); i++) {
		figure_cells(answer, json_array_get(list, i), o->how->lang, mem,
			cells);
		if (!add_line(o, cells, FIGURE_COLUMNS, false, e))
			return false;
	}
	return true;
}

/* One part, in an arena of its own; its totals are kept for the end. */
static bool add_part(struct out *o, const struct figure_ask *ask,
	away_part *part, json_t *totals, struct err *e)
{
	struct req one = *o->r;
	json_t *answer;
	bool ok;

	one.mem = arena_new();
	ok = part(&one, ask, &answer, e) &&
	     add_rows(o, answer, json_object_get(answer, "rows"), one.mem, e);
	if (ok)
		json_array_extend(totals, json_object_get(answer, "totals"));
	arena_free(one.mem);
	return ok;
}

static bool add_parts(struct out *o, const struct figure_ask *ask,
	away_part *part, json_t *totals, struct err *e)
{
	int64_t first = ask->period.first / 12, last = ask->period.last / 12;

	if (ask->i->live)
		return add_part(o, ask, part, totals, e);
	for (int64_t y = first; y <= last; y++) {
		struct figure_ask year = *ask;

		if (year.period.first < y * 12)
			year.period.first = y * 12;
		if (year.period.last > y * 12 + 11)
			year.period.last = y * 12 + 11;
		if (!add_part(o, &year, part, totals, e))
			return false;
	}
	return true;
}

bool away_figure(struct req *r, const struct figure_ask *ask,
	const struct away *how, const json_t *head, away_part *part,
	struct err *e)
{
	static const double widths[] = {10, 24, 28, 14, 14, 14, 12};
	json_t *totals = json_keep(json_array(), r->mem);
	struct grid_cell heads[FIGURE_COLUMNS];
	struct out *o = out_new(r, how, e);

	figure_heads(how->lang, heads);
	return o &&
	       (!o->book || book_sheet(o->book,
				    how->lang == LANG_ZH ? "数据" : "data",
				    widths, ARRAY_LEN(widths), e)) &&
	       add_line(o, heads, FIGURE_COLUMNS, true, e) &&
	       add_parts(o, ask, part, totals, e) &&
	       add_rows(o, head, totals, r->mem, e) && define(o, head, e) &&
	       reply_with(o, ask->i->id, e);
}

/* ---- scores before and after ---- */

bool away_outcomes(struct req *r, const struct away *how, const json_t *answer,
	struct err *e)
{
	static const char *const lists[] = {"rows", "totals"};
	static const double widths[] = {12, 12, 12, 24, 28};
	struct grid_cell cells[OUTCOME_COLUMNS];
	struct out *o = out_new(r, how, e);

	outcome_heads(how->lang, cells);
	if (!o ||
		(o->book && !book_sheet(o->book,
				    how->lang == LANG_ZH ? "数据" : "data",
				    widths, ARRAY_LEN(widths), e)) ||
		!add_line(o, cells, OUTCOME_COLUMNS, true, e))
		return false;
	for (size_t k = 0; k < ARRAY_LEN(lists); k++) {
		const json_t *list = json_object_get(answer, lists[k]);

		for (size_t i = 0; i < json_array_size(list); i++) {
			outcome_cells(answer, json_array_get(list, i),
				how->lang, cells);
			if (!add_line(o, cells, OUTCOME_COLUMNS, false, e))
				return false;
		}
	}
	return define(o, answer, e) && reply_with(o, "outcomes", e);
}
