/*
 * demo_directory.c - the demo district as records of the directory, written by
 * the system's administrator.
 */
#include "server/admin/demo_cast.h"

static const char *id_text(const struct uuid *id, struct arena *mem)
{
	return uuid_format(id, arena_alloc(mem, UUID_TEXT));
}

static json_t *area_body(const struct district *d, size_t i, struct arena *mem)
{
	bool in_city = d->area_count > 1 && i != AREA_CITY;

	return json_keep(
		json_pack("{s:s, s:s, s:s*}", "name", d->areas[i].name, "code",
			d->areas[i].code, "parent",
			in_city ? id_text(&d->areas[AREA_CITY].id, mem) : NULL),
		mem);
}

static json_t *site_body(const struct district *d, size_t i, struct arena *mem)
{
	const struct demo_site *s = &d->sites[i];

	return json_keep(
		json_pack("{s:s, s:s, s:s, s:s, s:s, s:s, s:s, s:b}", "name",
			s->name, "name_en", s->name_en, "kind", s->kind,
			"district", id_text(&d->areas[s->area].id, mem),
			"subdistrict", s->subdistrict, "address",
			arena_printf(mem, "%s%s%zu号", d->areas[s->area].name,
				s->subdistrict, 10 + 7 * i),
			"phone", arena_printf(mem, "1990000%04zu", 9000 + i),
			"active", 1),
		mem);
}

static json_t *staff_body(const struct district *d, size_t i, struct arena *mem)
{
	const struct demo_staff *s = &d->staff[i];

	return json_keep(json_pack("{s:s, s:s, s:s, s:s, s:s, s:b}", "name",
				 s->name, "pinyin", s->pinyin, "site",
				 id_text(&d->sites[s->site].id, mem), "role",
				 role_name(s->role), "title", s->title,
				 "active", !s->has_left),
		mem);
}

/* The days off and the make-up workdays that come with us. */
static void calendar_write(struct script *s, struct pen pen)
{
	const json_t *items =
		catalogue_codes(s->catalogue, "public_holiday")->items;

	for (size_t i = 0; i < json_array_size(items); i++) {
		const json_t *day = json_array_get(items, i);

		script_create(s, pen, "holiday", NULL, NULL,
			json_pack("{s:s, s:s, s:s}", "date",
				json_str(day, "code"), "kind",
				json_str(day, "kind"), "name",
				json_str(day, "zh")));
	}
}

static void area_write(struct script *s, struct pen pen, size_t i)
{
	script_create(s, pen, "district", NULL, &s->district->areas[i].id,
		json_incref(area_body(s->district, i, s->mem)));
}

void directory_write(struct script *s)
{
	size_t admin = district_first(s->district, ROLE_SYSTEM_ADMIN);
	struct pen pen = {STAGE_OPENING, admin, demo_ms(s->today, 0)};

	/* The city first: the others name it. */
	if (s->district->area_count > 1)
		area_write(s, pen, AREA_CITY);
	for (size_t i = 0; i < s->district->area_count; i++)
		if (i != AREA_CITY)
			area_write(s, pen, i);
	for (size_t i = 0; i < s->district->site_count; i++)
		script_create(s, pen, "site", NULL, &s->district->sites[i].id,
			json_incref(site_body(s->district, i, s->mem)));
	for (size_t i = 0; i < s->district->staff_count; i++)
		script_create(s, pen, "staff", NULL, &s->district->staff[i].id,
			json_incref(staff_body(s->district, i, s->mem)));
	calendar_write(s, pen);
}
