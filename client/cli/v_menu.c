/*
 * v_menu.c - casebridge menu: what can be asked for, in the clinical or in the
 * patients' wording; and a site's own menu made from a programme's pack.
 */
#include "client/cli/menu.h"
#include "client/cli/out.h"
#include "client/cli/pick.h"
#include "client/cli/value.h"

#include <string.h>

static const char *site_name(struct desk *d, const struct menu_item *it)
{
	struct uuid id;

	if (!it->site)
		return text_raw(d->c->lang, T_MN_IN_PACK);
	return uuid_parse(it->site, &id) ? pick_name(d, &id) : "";
}

static const char *number_at(
	struct desk *d, const json_t *body, const char *field)
{
	const json_t *v = json_object_get(body, field);

	return json_is_integer(v) ? number_text(d->c, json_integer_value(v))
				  : "";
}

static const char *text_at(const json_t *body, const char *field)
{
	const char *text = json_str(body, field);

	return text ? text : "";
}

static void print(struct desk *d, const struct menu *m, bool patient)
{
	const struct code_list *programmes =
		catalogue_codes(d->catalogue, "programme");
	static const enum text_id heads[] = {T_C_CODE, T_C_NAME, T_C_PROGRAMME,
		T_C_SITE, T_C_MINUTES, T_C_HOURS, T_C_CAPACITY, T_C_WHAT,
		T_COUNT};
	struct table *t = table_new(d->c, heads);

	for (size_t i = 0; i < m->n; i++) {
		const json_t *b = m->items[i].body;

		table_add(t, m->items[i].code);
		table_add(t,
			text_at(b, patient ? "patient_name" : "clinical_name"));
		table_add(
			t, m->items[i].programme
				   ? code_label(programmes,
					     m->items[i].programme, d->c->lang)
				   : "");
		table_add(t, site_name(d, &m->items[i]));
		table_add(t, number_at(d, b, "minutes"));
		table_add(t, number_at(d, b, "respond_hours"));
		table_add(t, number_at(d, b, "capacity_day"));
		table_add(t,
			text_at(b, patient ? "patient_text" : "clinical_text"));
	}
	table_print(t);
}

static json_t *menu_json(const struct menu *m)
{
	json_t *out = json_array();

	for (size_t i = 0; i < m->n; i++) {
		json_t *one = json_copy((json_t *)(uintptr_t)m->items[i].body);
		char id[UUID_TEXT];

		json_object_set_new(one, "id",
			uuid_is_nil(&m->items[i].id)
				? json_null()
				: json_string(
					  uuid_format(&m->items[i].id, id)));
		json_array_append_new(out, one);
	}
	return out;
}

/* ---- loading ---- */

static bool may_load(const struct desk *d, struct err *e)
{
	const char *role = desk_reader(d, "role");

	return strcmp(role, "site_admin") == 0 ||
	       strcmp(role, "system_admin") == 0 ||
	       err_field(e, ERR_FORBIDDEN, "menu", "%s",
		       text_raw(d->c->lang, T_MN_ADMIN));
}

static bool make(struct desk *d, const struct menu_item *it, struct err *e)
{
	static const struct uuid nil;
	json_t *body =
		json_keep(json_copy((json_t *)(uintptr_t)it->body), d->c->mem);
	struct uuid rec;

	memset(&rec, 0, sizeof(rec));
	json_object_set_new(body, "site", json_string(desk_reader(d, "site")));
	return outbox_create(desk_view(d),
		catalogue_type(d->catalogue, "service_item"), &nil, body, NULL,
		&rec, e);
}

static bool make_all(
	struct desk *d, const struct menu *m, int64_t *made, struct err *e)
{
	desk_view(d);
	if (!store_begin(d->s, e))
		return false;
	for (size_t i = 0; i < m->n; i++) {
		if (!uuid_is_nil(&m->items[i].id))
			continue;
		if (!make(d, &m->items[i], e)) {
			store_rollback(d->s);
			return false;
		}
		(*made)++;
	}
	return store_commit(d->s, e);
}

static bool load(struct desk *d, const char *pack, struct err *e)
{
	struct cli *c = d->c;
	int64_t made = 0;
	struct menu m;

	if (!may_load(d, e))
		return false;
	if (!catalogue_pack(d->catalogue, pack))
		return err_field(
			e, ERR_BAD_CODE, "--load", "casebridge programme");
	if (!menu_read(d, pack, &m, e))
		return false;
	menu_add_packs(d, pack, desk_reader(d, "site"), &m);
	if (!make_all(d, &m, &made, e))
		return false;
	if (c->json)
		out_json(c, json_pack("{s:I, s:I}", "made", (json_int_t)made,
				    "waiting", (json_int_t)desk_waiting(d)));
	else
		out_line(c, text_of(c, T_MN_LOADED, number_text(c, made),
				    number_text(c, desk_waiting(d)), NULL));
	return true;
}

bool verb_menu(struct cli *c, struct err *e)
{
	struct desk *d = desk_open(c, !c->option[O_LOAD], e);
	const char *programme = c->args ? c->arg[0] : NULL;
	struct menu m;

	if (!d)
		return false;
	if (c->option[O_LOAD])
		return c->args ? cli_usage(e, c->arg[0], "--load PACK")
			       : load(d, c->option[O_LOAD], e);
	if (programme && !catalogue_pack(d->catalogue, programme))
		return err_field(
			e, ERR_BAD_CODE, programme, "casebridge programme");
	if (!menu_read(d, programme, &m, e))
		return false;
	menu_add_packs(d, programme, NULL, &m);
	if (c->json)
		out_json(c, menu_json(&m));
	else
		print(d, &m, cli_flag(c, O_PATIENT));
	return true;
}
