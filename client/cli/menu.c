/*
 * menu.c - see menu.h.
 */
#include "client/cli/menu.h"

#include "client/cli/out.h"
#include "client/cli/pick.h"

#include <stdlib.h>
#include <string.h>

static struct menu_item *add(struct desk *d, struct menu *m)
{
	if (m->n == m->room) {
		size_t room = m->room ? m->room * 2 : 32;
		struct menu_item *more =
			ARENA_ARRAY(d->c->mem, struct menu_item, room);

		if (m->n)
			memcpy(more, m->items, m->n * sizeof(*more));
		m->items = more;
		m->room = room;
	}
	memset(&m->items[m->n], 0, sizeof(*m->items));
	return &m->items[m->n++];
}

static bool is(const char *a, const char *b)
{
	return a && b && strcmp(a, b) == 0;
}

static const char *or_empty(const char *text)
{
	return text ? text : "";
}

static int by_site_and_code(const void *a, const void *b)
{
	const struct menu_item *x = a, *y = b;
	int order = strcmp(or_empty(x->site), or_empty(y->site));

	if (!order)
		order = strcmp(or_empty(x->programme), or_empty(y->programme));
	return order ? order : strcmp(x->code, y->code);
}

bool menu_read(
	struct desk *d, const char *programme, struct menu *out, struct err *e)
{
	static const struct uuid directory;
	size_t n;
	const struct uuid *ids =
		view_unit(desk_view(d), &directory, d->c->mem, &n);

	memset(out, 0, sizeof(*out));
	for (size_t i = 0; i < n; i++) {
		struct menu_item *it;
		struct seen one;

		if (!view_record(desk_view(d), &ids[i], d->c->mem, &one, e))
			return false;
		if (!is(one.type, "service_item") ||
			one.r.state == STATE_RETRACTED ||
			json_is_false(json_object_get(one.body, "active")) ||
			(programme && !is(programme,
					      json_str(one.body, "programme"))))
			continue;
		it = add(d, out);
		it->id = ids[i];
		it->site = json_str(one.body, "site");
		it->code = or_empty(json_str(one.body, "code"));
		it->programme = json_str(one.body, "programme");
		it->body = one.body;
	}
	if (out->n)
		qsort(out->items, out->n, sizeof(*out->items),
			by_site_and_code);
	return true;
}

/* ---- what packs would have ---- */

static void put(json_t *body, const char *field, const char *value)
{
	if (value && *value)
		json_object_set_new(body, field, json_string(value));
}

static const char *wording(
	struct desk *d, const json_t *service, const char *key)
{
	const json_t *both = json_object_get(service, key);

	return both ? label_of(both, d->c->lang) : NULL;
}

/* A service of a pack as the body of a service_item. */
static json_t *body_of(
	struct desk *d, const char *programme, const json_t *service)
{
	static const struct {
		const char *field;
		const char *key;
	} words[] = {
		{"clinical_name", "clinical"      },
		{"clinical_text", "clinical_about"},
		{"patient_name",  "patient"       },
		{"patient_text",  "patient_about" },
	};
	static const char *const numbers[] = {
		"minutes", "respond_hours", "capacity_day"};
	json_t *body = json_keep(json_object(), d->c->mem);

	put(body, "code", json_str(service, "code"));
	put(body, "programme", programme);
	for (size_t i = 0; i < ARRAY_LEN(words); i++)
		put(body, words[i].field, wording(d, service, words[i].key));
	for (size_t i = 0; i < ARRAY_LEN(numbers); i++) {
		json_t *v = json_object_get(service, numbers[i]);

		if (v)
			json_object_set(body, numbers[i], v);
	}
	json_object_set_new(body, "active", json_true());
	return body;
}

static bool offers(const struct menu *m, size_t n, const char *site,
	const char *programme, const char *code)
{
	for (size_t i = 0; i < n; i++)
		if ((!site || is(m->items[i].site, site)) &&
			is(m->items[i].code, code) &&
			is(m->items[i].programme, programme))
			return true;
	return false;
}

void menu_add_packs(struct desk *d, const char *programme, const char *site,
	struct menu *out)
{
	size_t offered = out->n;
	const char *name;
	json_t *pack;

	json_object_foreach(
		(json_t *)(uintptr_t)catalogue_packs(d->catalogue), name, pack)
	{
		const json_t *list = json_object_get(pack, "services");

		/* An older version stands as name@version. */
		if (strchr(name, '@') || (programme && !is(name, programme)))
			continue;
		for (size_t i = 0; i < json_array_size(list); i++) {
			const json_t *service = json_array_get(list, i);
			const char *code = json_str(service, "code");
			struct menu_item *it;

			if (!code || offers(out, offered, site, name, code))
				continue;
			it = add(d, out);
			it->code = code;
			it->programme = name;
			it->body = body_of(d, name, service);
		}
	}
}

/* ---- one ---- */

static bool fits(const struct menu_item *it, const char *typed)
{
	char id[UUID_TEXT];

	return is(it->code, typed) ||
	       is(json_str(it->body, "clinical_name"), typed) ||
	       is(json_str(it->body, "patient_name"), typed) ||
	       is(uuid_format(&it->id, id), typed);
}

static const char *shown(struct desk *d, const struct menu_item *it)
{
	struct uuid site;

	return arena_printf(d->c->mem, "%s (%s)", pick_short(d, &it->id),
		it->site && uuid_parse(it->site, &site) ? pick_name(d, &site)
							: "-");
}

bool menu_find(struct desk *d, const char *typed, const char *site,
	struct menu_item *out, struct err *e)
{
	struct menu m;
	const char *list = "";
	size_t n = 0;
	struct uuid id;
	struct err ignored;

	if (!menu_read(d, NULL, &m, e))
		return false;
	for (size_t i = 0; i < m.n; i++) {
		if (!fits(&m.items[i], typed) ||
			(site && !is(m.items[i].site, site)))
			continue;
		list = arena_printf(d->c->mem, "%s%s%s", list, n ? ", " : "",
			shown(d, &m.items[i]));
		if (!n++)
			*out = m.items[i];
	}
	if (n == 0 && pick_record(d, typed, typed, &id, &ignored))
		for (size_t i = 0; i < m.n && !n; i++)
			if (uuid_cmp(&m.items[i].id, &id) == 0) {
				*out = m.items[i];
				n++;
			}
	if (n == 0)
		return err_field(e, ERR_NOT_FOUND, typed, "casebridge menu");
	return n == 1 || err_field(e, ERR_AMBIGUOUS, typed, "%s", list);
}
