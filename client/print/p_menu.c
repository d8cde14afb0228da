/*
 * p_menu.c - what a site's social workers offer, in the words of patients, or
 * of the clinic.
 *
 * The items are the site's own (service_item records); a site that has none
 * yet shows those of the programme packs.
 */
#include "client/print/print_in.h"

#include <stdlib.h>
#include <string.h>

struct item {
	const char *code;
	const char *programme;
	const char *clinical, *clinical_about;
	const char *patient, *patient_about;
	int64_t minutes, respond_hours, capacity_day; /* 0: not said */
};

struct menu {
	const struct print_job *j;
	struct item *items;
	size_t n, room;
};

static bool wanted(const struct menu *m, const char *programme)
{
	return !m->j->name || (programme && strcmp(m->j->name, programme) == 0);
}

static struct item *add(struct menu *m)
{
	if (m->n == m->room) {
		size_t room = m->room ? m->room * 2 : 16;
		struct item *more = ARENA_ARRAY(m->j->mem, struct item, room);

		if (m->n)
			memcpy(more, m->items, m->n * sizeof(*more));
		m->items = more;
		m->room = room;
	}
	return &m->items[m->n++];
}

static const char *or_empty(const char *text)
{
	return text ? text : "";
}

/* ---- the site's own ---- */

static bool is_of_site(const struct menu *m, const struct seen *r)
{
	const json_t *active = json_object_get(r->body, "active");
	const char *site = json_str(r->body, "site");
	char own[UUID_TEXT];

	return r->r.state != STATE_RETRACTED && !json_is_false(active) &&
	       site && strcmp(site, uuid_format(&m->j->site, own)) == 0 &&
	       wanted(m, json_str(r->body, "programme"));
}

static int by_code(const void *a, const void *b)
{
	const struct item *x = a, *y = b;
	int order = strcmp(or_empty(x->programme), or_empty(y->programme));

	return order ? order : strcmp(x->code, y->code);
}

static bool own_items(struct menu *m, struct err *e)
{
	static const struct uuid directory;
	const struct print_job *j = m->j;
	size_t n;
	const struct uuid *ids = view_unit(j->view, &directory, j->mem, &n);

	for (size_t i = 0; i < n; i++) {
		struct seen r;
		struct item *it;

		if (!view_record(j->view, &ids[i], j->mem, &r, e))
			return false;
		if (strcmp(r.type, "service_item") != 0 || !is_of_site(m, &r))
			continue;
		it = add(m);
		it->code = or_empty(json_str(r.body, "code"));
		it->programme = json_str(r.body, "programme");
		it->clinical = json_str(r.body, "clinical_name");
		it->clinical_about = json_str(r.body, "clinical_text");
		it->patient = json_str(r.body, "patient_name");
		it->patient_about = json_str(r.body, "patient_text");
		it->minutes = json_int(r.body, "minutes", 0);
		it->respond_hours = json_int(r.body, "respond_hours", 0);
		it->capacity_day = json_int(r.body, "capacity_day", 0);
	}
	if (m->n)
		qsort(m->items, m->n, sizeof(*m->items), by_code);
	return true;
}

/* ---- those of the packs ---- */

static const char *wording(
	const struct menu *m, const json_t *s, const char *key)
{
	const json_t *both = json_object_get(s, key);

	return both ? label_of(both, m->j->lang) : NULL;
}

static void pack_items(struct menu *m, const char *pack, const json_t *services)
{
	for (size_t i = 0; i < json_array_size(services); i++) {
		const json_t *s = json_array_get(services, i);
		struct item *it = add(m);

		it->code = or_empty(json_str(s, "code"));
		it->programme = pack;
		it->clinical = wording(m, s, "clinical");
		it->clinical_about = wording(m, s, "clinical_about");
		it->patient = wording(m, s, "patient");
		it->patient_about = wording(m, s, "patient_about");
		it->minutes = json_int(s, "minutes", 0);
		it->respond_hours = json_int(s, "respond_hours", 0);
		it->capacity_day = json_int(s, "capacity_day", 0);
	}
}

static int by_name(const void *a, const void *b)
{
	return strcmp(*(const char *const *)a, *(const char *const *)b);
}

/* The newest version of each pack, in order of name. */
static void packs(struct menu *m)
{
	json_t *all = json_object();
	size_t n = 0;
	const char *name, **names;
	json_t *pack;

	json_object_update(
		all, (json_t *)(uintptr_t)catalogue_packs(m->j->catalogue));
	json_keep(all, m->j->mem);
	names = ARENA_ARRAY(m->j->mem, const char *, json_object_size(all) + 1);
	json_object_foreach(all, name,
		pack) if (!strchr(name, '@') && wanted(m, name)) names[n++] =
		name;
	if (n)
		qsort(names, n, sizeof(*names), by_name);
	for (size_t i = 0; i < n; i++)
		pack_items(m, names[i],
			json_object_get(
				catalogue_pack(m->j->catalogue, names[i]),
				"services"));
}

/* ---- for patients ---- */

/* A number a person can call is one they can read. */
static const char *phone_text(const struct print_job *j)
{
	char id[UUID_TEXT];
	struct seen site;
	const char *phone;

	if (!record_at(j, uuid_format(&j->site, id), &site))
		return NULL;
	phone = json_str(site.body, "phone");
	if (phone && strncmp(phone, "+86", 3) == 0)
		phone += 3;
	return phone;
}

static void card(struct doc *d, const struct print_job *j,
	const struct item *it, size_t no)
{
	doc_cell_in(d, FACE_NUMBER, number_text_of(j, (double)no));
	doc_cell_in(d, FACE_LARGE_BOLD, or_empty(it->patient));
	doc_more(d, FACE_LARGE, it->patient_about);
	if (it->minutes)
		doc_more(d, FACE_SOFT,
			words(j, W_MENU_MINUTES,
				number_text_of(j, (double)it->minutes), NULL));
}

static void for_patients(struct doc *d, const struct menu *m)
{
	static const struct column columns[] = {
		{NULL, 32, ALIGN_LEFT},
		{NULL, 0,  ALIGN_LEFT},
	};
	const struct print_job *j = m->j;
	const char *phone = phone_text(j);

	doc_title(d, word(j, W_MENU_TITLE), j->site_name);
	doc_box(d, FACE_LARGE, word(j, W_MENU_INTRO));
	doc_table(d, STYLE_CARD, columns, 2);
	for (size_t i = 0; i < m->n; i++)
		card(d, j, &m->items[i], i + 1);
	doc_space(d, 8);
	doc_table(d, STYLE_BOX, columns + 1, 1);
	doc_cell_in(d, FACE_LARGE_BOLD, word(j, W_MENU_HOW));
	doc_more(d, FACE_LARGE, word(j, W_MENU_ASK));
	if (phone)
		doc_more(d, FACE_LARGE, words(j, W_MENU_PHONE, phone, NULL));
	doc_more(d, FACE_LARGE, word(j, W_MENU_OTHER));
}

/* ---- for the clinic ---- */

static const char *count(const struct print_job *j, int64_t n, enum word unit)
{
	const char *text = number_text_of(j, (double)n);

	if (!n)
		return "";
	return unit == W_COUNT ? text : words(j, unit, text, NULL);
}

static void for_the_clinic(struct doc *d, const struct menu *m)
{
	static const enum word heads[] = {W_NUMBER, W_MENU_SERVICE,
		W_MENU_LENGTH, W_MENU_RESPOND, W_MENU_CAPACITY};
	static const double widths[] = {26, 0, 54, 62, 54};
	const struct print_job *j = m->j;

	doc_title(d, word(j, W_MENU_CLINICAL),
		dotted(j, j->site_name,
			j->name ? code_text(j, "programme", j->name) : ""));
	doc_table(d, STYLE_TABLE, columns_of(j, heads, widths, 5), 5);
	for (size_t i = 0; i < m->n; i++) {
		const struct item *it = &m->items[i];

		doc_cell(d, number_text_of(j, (double)(i + 1)));
		doc_cell_in(d, FACE_SMALL_BOLD, or_empty(it->clinical));
		doc_more(d, FACE_SMALL, it->clinical_about);
		doc_more(d, FACE_LABEL,
			it->patient ? words(j, W_MENU_PATIENT_NAME, it->patient,
					      NULL)
				    : NULL);
		doc_more(d, FACE_LABEL,
			dotted(j, it->code,
				code_text(j, "programme", it->programme)));
		doc_cell(d, count(j, it->minutes, W_MINUTES));
		doc_cell(d, count(j, it->respond_hours, W_MENU_HOURS));
		doc_cell(d, count(j, it->capacity_day, W_COUNT));
	}
}

bool print_menu(const struct print_job *j, struct doc *d, struct err *e)
{
	struct menu m = {j, NULL, 0, 0};

	if (!own_items(&m, e))
		return false;
	if (!m.n)
		packs(&m);
	if (!m.n)
		return err_field(
			e, ERR_BAD_INPUT, "menu", "%s", word(j, W_NEEDS_ITEMS));
	if (j->clinical)
		for_the_clinic(d, &m);
	else
		for_patients(d, &m);
	return true;
}
