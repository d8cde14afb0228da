/*
 * indicator.c - see indicator.h. The data are part of the program.
 */
#include "server/figures/indicator.h"

#include "server/figures/figures.h"

#include "figure_indicators.h"
#include "figure_sources.h"

#include <stdlib.h>
#include <string.h>

#define NEAR 12 /* names offered for one that is not known */

static const struct {
	const char *name;
	bool has_den;
} types[] = {
	[FIGURE_COUNT] = {"count", false},
	[FIGURE_SUM] = {"sum",   true },
	[FIGURE_RATE] = {"rate",  true },
	[FIGURE_MEAN] = {"mean",  true },
	[FIGURE_RATIO] = {"ratio", true },
};

const char *figure_type_name(enum figure_type t)
{
	return types[t].name;
}

/* ---- reading ---- */

const struct figure_source *figure_source_find(const char *name, size_t n)
{
	for (size_t i = 0; i < ARRAY_LEN(figure_sources); i++)
		if (strlen(figure_sources[i].name) == n &&
			strncmp(figure_sources[i].name, name, n) == 0)
			return &figure_sources[i];
	return NULL;
}

const struct figure_source *figure_source_at(size_t i)
{
	return i < ARRAY_LEN(figure_sources) ? &figure_sources[i] : NULL;
}

/* "case_opened.m2" */
static struct figure_part part_of(const json_t *j, const char *key)
{
	const char *text = json_str(j, key);
	struct figure_part p = {NULL, 0};
	size_t n = text ? strcspn(text, ".") : 0;

	if (!text)
		return p;
	p.source = figure_source_find(text, n);
	if (!p.source || strlen(text) != n + 3 || text[n + 1] != 'm' ||
		text[n + 2] < '1' || text[n + 2] > '8')
		die("an indicator of a sum there is not");
	p.m = (size_t)(text[n + 2] - '1');
	if (!p.source->sum[p.m])
		die("an indicator of a sum its source does not have");
	return p;
}

static enum figure_type type_of(const char *name)
{
	for (size_t i = 0; name && i < ARRAY_LEN(types); i++)
		if (strcmp(types[i].name, name) == 0)
			return (enum figure_type)i;
	die("an indicator of an unknown type");
}

static void read_one(const json_t *j, struct indicator *out)
{
	const json_t *per = json_object_get(j, "per");

	out->json = j;
	out->id = json_str(j, "id");
	out->type = type_of(json_str(j, "type"));
	out->num = part_of(j, "num");
	out->den = part_of(j, "den");
	out->per = per ? json_number_value(per) : 1;
	out->of_district = json_flag(j, "district");
	out->is_public = out->num.source && out->num.source->is_public;
	if (!out->id || !out->num.source ||
		types[out->type].has_den != (out->den.source != NULL))
		die("an indicator that is not whole");
	out->live = out->num.source->live;
	if (out->den.source && out->den.source->live != out->live)
		die("an indicator of today and of a period at once");
}

const struct indicators *indicators_load(struct arena *mem)
{
	struct indicators *all = ARENA_NEW(mem, struct indicators);
	struct indicator *list;
	struct err e;
	const json_t *j = json_read(figure_indicators,
		sizeof(figure_indicators) - 1, &json_limits_own, mem, &e);

	if (!json_is_array(j))
		die("the indicators are no JSON");
	all->n = json_array_size(j);
	list = ARENA_ARRAY(mem, struct indicator, all->n + 1);
	for (size_t i = 0; i < all->n; i++)
		read_one(json_array_get(j, i), &list[i]);
	all->list = list;
	return all;
}

/* ---- finding ---- */

/* How far they begin alike, and whether one holds the other. */
static size_t likeness(const char *id, const char *asked)
{
	size_t n = 0;

	while (id[n] && id[n] == asked[n])
		n++;
	return *asked && (strstr(id, asked) || strstr(asked, id)) ? n + 100 : n;
}

static void name_some(
	const struct indicators *all, const char *asked, struct buf *out)
{
	size_t left = NEAR, floor = SIZE_MAX;

	for (; left && floor > 0; floor--) {
		size_t best = 0;

		for (size_t i = 0; i < all->n; i++) {
			size_t like = likeness(all->list[i].id, asked);

			if (like < floor && like > best)
				best = like;
		}
		floor = best + 1; /* the next round looks below `best` */
		for (size_t i = 0; best && i < all->n && left; i++)
			if (likeness(all->list[i].id, asked) == best) {
				buf_printf(out, "%s, ", all->list[i].id);
				left--;
			}
	}
}

const struct indicator *indicator_find(
	const struct indicators *all, const char *id, struct err *e)
{
	struct buf near;

	for (size_t i = 0; i < all->n; i++)
		if (strcmp(all->list[i].id, id) == 0)
			return &all->list[i];
	buf_init(&near, 300);
	name_some(all, id, &near);
	err_field(e, ERR_BAD_REQUEST, "figure", "%s…; GET /v1/figures",
		near.p ? near.p : "");
	buf_free(&near);
	return NULL;
}

bool indicator_by(const struct indicator *i, const char *by, const char **dim)
{
	static const char *const places[] = {
		"site", "site_kind", "subdistrict"};
	const char *kind = json_str(i->json, "kind");

	*dim = kind && strcmp(kind, by) == 0 ? "kind" : by;
	for (size_t k = 0; k < ARRAY_LEN(places); k++)
		if (strcmp(places[k], by) == 0)
			*dim = "all";
	return json_holds(json_object_get(i->json, "by"), by);
}

static const char *codes_of(
	const struct figure_source *s, const char *dim, struct arena *mem)
{
	size_t n = strlen(dim);

	for (const char *p = s->codes; *p; p += strcspn(p, " ")) {
		p += *p == ' ';
		if (strncmp(p, dim, n) == 0 && p[n] == '=')
			return arena_strndup(
				mem, p + n + 1, strcspn(p + n + 1, " "));
	}
	return NULL;
}

const char *indicator_codes(const struct figure_source *s, const char *by,
	const char *dim, struct arena *mem)
{
	static const struct {
		const char *by, *codes;
	} usual[] = {
		{"programme", "programme"     },
		{"site_kind", "site_kind"     },
		{"sex",       "sex"           },
		{"age",       "age_band"      },
		{"model",     "practice_model"},
		{"setting",   "care_setting"  },
	};
	const char *own = codes_of(s, dim, mem);

	for (size_t k = 0; !own && by && k < ARRAY_LEN(usual); k++)
		if (strcmp(usual[k].by, by) == 0)
			own = usual[k].codes;
	return own;
}

/* ---- for people ---- */

static json_t *part_json(const struct figure_part *p)
{
	return p->source ? json_pack("{s:s, s:s, s:s, s:s}", "source",
				   p->source->name, "sum", p->source->sum[p->m],
				   "records", p->source->records, "sql",
				   p->source->sql)
			 : json_null();
}

json_t *figures_catalogue(struct arena *mem)
{
	const struct indicators *all = indicators_load(mem);
	json_t *out = json_keep(json_array(), mem);

	for (size_t i = 0; i < all->n; i++) {
		const struct indicator *one = &all->list[i];
		json_t *j = json_deep_copy(one->json);

		json_object_set_new(
			j, "when", json_string(one->live ? "today" : "period"));
		json_object_set_new(j, "numerator_of", part_json(&one->num));
		json_object_set_new(j, "denominator_of", part_json(&one->den));
		json_array_append_new(out, j);
	}
	return out;
}
