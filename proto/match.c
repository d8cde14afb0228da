/*
 * match.c - see match.h.
 */
#include "proto/match.h"

#include "proto/person.h"

#include <string.h>

#define NAME_MAX  512
#define SOUND_MAX 512
#define YEAR_TEXT 5

struct probe {
	const char *number;
	const char *name;  /* as compared, or NULL */
	const char *sound; /* readings, separated by blanks, or NULL */
	const char *birth;
	const char *sex;
	const char *phone;
	char year[YEAR_TEXT];
};

static const char *const how_names[] = {"", "document", "name", "phone"};

const char *match_name(enum match_how how)
{
	return how_names[how];
}

static const char *taken(struct buf *b, struct arena *mem)
{
	const char *out =
		b->n && !b->full ? arena_strndup(mem, b->p, b->n) : NULL;

	buf_free(b);
	return out;
}

static const char *comparable(const char *name, struct arena *mem)
{
	struct buf b;

	buf_init(&b, NAME_MAX);
	person_name_normal(name, &b);
	return taken(&b, mem);
}

static const char *sound_of(const char *name, struct arena *mem)
{
	struct buf full, initials;
	bool known;

	buf_init(&full, SOUND_MAX);
	buf_init(&initials, SOUND_MAX);
	known = person_pinyin(name, &full, &initials);
	buf_free(&initials);
	if (known)
		return taken(&full, mem);
	buf_free(&full);
	return NULL;
}

/* A resident number in its one form; other documents as they stand. */
static const char *number_of(
	const json_t *body, struct arena *mem, struct err *e)
{
	const char *typed = json_str(body, "id_number");
	const char *kind = json_str(body, "id_kind");
	struct resident_id id;

	if (!typed || (kind && strcmp(kind, "01") != 0))
		return typed;
	return person_resident_id(typed, "id_number", &id, e)
		       ? arena_strdup(mem, id.number)
		       : NULL;
}

static bool is_enough(const struct probe *p)
{
	return p->number || (p->name && (p->phone || (p->birth && p->sex)));
}

struct probe *probe_new(const json_t *body, struct arena *mem, struct err *e)
{
	struct probe *p = ARENA_NEW(mem, struct probe);
	const char *name = json_str(body, "name");
	const char *phone = json_str(body, "phone");
	char digits[PHONE_TEXT];

	p->number = number_of(body, mem, e);
	if (!p->number && json_str(body, "id_number"))
		return NULL;
	if (name) {
		p->name = comparable(name, mem);
		p->sound = sound_of(name, mem);
	}
	p->birth = json_str(body, "birth");
	p->sex = json_str(body, "sex");
	if (phone && person_phone(phone, digits))
		p->phone = arena_strdup(mem, digits);
	if (p->birth && strlen(p->birth) >= 4)
		memcpy(p->year, p->birth, 4);
	if (is_enough(p))
		return p;
	err_field(e, ERR_MISSING, "name",
		"id_number | name + birth + sex | name + phone");
	return NULL;
}

/* ---- comparing ---- */

/* Do two lists of words, separated by blanks, share one? */
static bool share_a_word(const char *a, const char *b)
{
	while (a && b && *a) {
		size_t n = strcspn(a, " ");

		for (const char *at = b; n && *at;) {
			size_t m = strcspn(at, " ");

			if (m == n && memcmp(a, at, n) == 0)
				return true;
			at += m + strspn(at + m, " ");
		}
		a += n + strspn(a + n, " ");
	}
	return false;
}

static bool same_name(
	const struct probe *p, const char *name, struct arena *mem)
{
	const char *other = name ? comparable(name, mem) : NULL;

	if (!other || !p->name)
		return false;
	return strcmp(other, p->name) == 0 ||
	       share_a_word(p->sound, sound_of(name, mem));
}

/* The first mark in the text, or its end. */
static char *find_mark(char *text, size_t *n)
{
	static const char *const marks[] = {
		",", "，", "、", ";", "；", "/", "\n"};

	for (*n = 0; *text; text++)
		for (size_t i = 0; i < ARRAY_LEN(marks); i++)
			if (strncmp(text, marks[i], strlen(marks[i])) == 0) {
				*n = strlen(marks[i]);
				return text;
			}
	return text;
}

char *match_next_alias(char **list)
{
	while (**list) {
		char *one = *list;
		size_t n;
		char *end = find_mark(one, &n);

		*list = end + n;
		*end = 0;
		if (*one)
			return one;
	}
	return NULL;
}

static bool has_name(
	const struct probe *p, const json_t *person, struct arena *mem)
{
	const char *aliases = json_str(person, "aliases");
	char *list = arena_strdup(mem, aliases ? aliases : "");
	char *one;

	if (same_name(p, json_str(person, "name"), mem))
		return true;
	while ((one = match_next_alias(&list)))
		if (same_name(p, one, mem))
			return true;
	return false;
}

/* What is known in part agrees with what is known whole: 1987 and 1987-05-03.
 */
static bool agrees(const char *a, const char *b)
{
	size_t n, m;

	if (!a || !b)
		return false;
	n = strlen(a);
	m = strlen(b);
	return strncmp(a, b, n < m ? n : m) == 0;
}

/* An unknown sex (GB/T 2261.1: 0, 9) contradicts nobody's. */
static bool fits_sex(const char *a, const char *b)
{
	return !a || !b || strchr("09", *a) || strchr("09", *b) ||
	       strcmp(a, b) == 0;
}

static enum match_how compare(
	const struct probe *p, const json_t *person, struct arena *mem)
{
	struct err ignored;
	const char *number =
		p->number ? number_of(person, mem, &ignored) : NULL;
	const char *phone = json_str(person, "phone");
	char digits[PHONE_TEXT];

	if (number && strcmp(number, p->number) == 0)
		return MATCH_DOCUMENT;
	if (p->birth && p->sex && agrees(p->birth, json_str(person, "birth")) &&
		fits_sex(p->sex, json_str(person, "sex")) &&
		has_name(p, person, mem))
		return MATCH_NAME;
	if (p->phone && phone && person_phone(phone, digits) &&
		strcmp(digits, p->phone) == 0 && has_name(p, person, mem))
		return MATCH_PHONE;
	return MATCH_NONE;
}

enum match_how probe_match(const struct probe *p, const json_t *person)
{
	struct arena *mem = arena_new();
	enum match_how how = compare(p, person, mem);

	arena_free(mem);
	return how;
}

const char *probe_number(const struct probe *p)
{
	return p->number;
}

const char *probe_year(const struct probe *p)
{
	return p->name && p->sex && p->year[0] ? p->year : NULL;
}

const char *probe_phone(const struct probe *p)
{
	return p->name ? p->phone : NULL;
}
