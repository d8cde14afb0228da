/*
 * demo_story.c - see demo_story.h.
 */
#include "server/admin/demo_story.h"

#include "proto/form.h"

#include "demo_stories.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define NAMES_MAX 200
#define CAST_MAX  16
#define NOON      (12 * 60)

struct named_draft {
	const char *name;
	struct draft *draft;
};

struct actor {
	const char *name;
	size_t staff;
};

struct story {
	struct script *s;
	const char *name;
	size_t step;
	size_t home;
	struct actor cast[CAST_MAX];
	size_t cast_count;
	struct named_draft made[NAMES_MAX];
	size_t made_count;
	size_t cases;
};

static NO_RETURN void wrong(const struct story *t, const char *what)
{
	die("demo story %s, step %zu: %s", t->name, t->step + 1, what);
}

/* ---- places and people ---- */

static size_t site_no(const struct story *t, const char *name)
{
	static const struct {
		const char *name;
		size_t site;
	} sites[] = {
		{"hospital",       SITE_HOSPITAL      },
		{"children",       SITE_CHILDREN      },
		{"general",        SITE_GENERAL       },
		{"rehab_hospital", SITE_REHAB_HOSPITAL},
		{"community",      SITE_COMMUNITY     },
		{"station",        SITE_STATIONS      },
		{"hospice",        SITE_HOSPICE       },
		{"centre",         SITE_CENTRES + 1   },
	};

	if (strcmp(name, "home") == 0)
		return t->home;
	for (size_t i = 0; i < ARRAY_LEN(sites); i++)
		if (strcmp(sites[i].name, name) == 0)
			return sites[i].site;
	wrong(t, name);
}

static size_t actor(const struct story *t, const char *name)
{
	for (size_t i = 0; name && i < t->cast_count; i++)
		if (strcmp(t->cast[i].name, name) == 0)
			return t->cast[i].staff;
	wrong(t, name ? name : "nobody writes it");
}

static void read_cast(struct story *t, const json_t *cast)
{
	const char *name;
	json_t *part;

	json_object_foreach((json_t *)(uintptr_t)cast, name, part)
	{
		const char *role = json_str(part, "role");
		const char *at = json_str(part, "at");
		size_t site = at ? site_no(t, at) : t->home;
		struct actor *a = &t->cast[t->cast_count];

		if (t->cast_count == CAST_MAX || !role)
			wrong(t, "cast");
		a->name = name;
		a->staff = district_staff(t->s->district, site,
			role_from_name(role), (size_t)json_int(part, "nth", 0));
		if (a->staff == NOBODY)
			wrong(t, name);
		t->cast_count++;
	}
}

static struct draft *find(const struct story *t, const char *name)
{
	for (size_t i = t->made_count; i-- > 0;)
		if (strcmp(t->made[i].name, name) == 0)
			return t->made[i].draft;
	return NULL;
}

static struct draft *need(const struct story *t, const char *name)
{
	struct draft *d = name ? find(t, name) : NULL;

	if (!d)
		wrong(t, name ? name : "no name");
	return d;
}

/* ---- values ---- */

/* "HH:MM" as minutes after midnight. */
static int minutes_of(const struct story *t, const char *text)
{
	int h, m;

	if (sscanf(text, "%d:%d", &h, &m) != 2 || h < 0 || h > 23 || m < 0 ||
		m > 59)
		wrong(t, text);
	return h * 60 + m;
}

/* "{-30}" or "{-30 09:30}"; NULL when the text is neither. */
static const char *day_text(const struct story *t, const char *text)
{
	struct arena *mem = t->s->mem;
	size_t n = strlen(text);
	char *end;
	long day;

	if (n < 3 || text[0] != '{' || text[n - 1] != '}')
		return NULL;
	day = strtol(text + 1, &end, 10);
	if (end == text + 1)
		return NULL;
	if (*end == '}')
		return demo_day(mem, t->s->today + day);
	return demo_time(
		mem, demo_ms(t->s->today + day, minutes_of(t, end + 1)));
}

static const char *named_id(const struct story *t, const char *text)
{
	if (strncmp(text, "@staff:", 7) == 0)
		return staff_ref(t->s, actor(t, text + 7));
	if (strncmp(text, "@site:", 6) == 0)
		return site_ref(t->s, site_no(t, text + 6));
	return need(t, text + 1)->ref;
}

static json_t *value(const struct story *t, const json_t *v);

static json_t *object(const struct story *t, const json_t *v)
{
	json_t *out = json_object(), *one;
	const char *key;

	json_object_foreach((json_t *)(uintptr_t)v, key, one)
		json_object_set_new(out, key, value(t, one));
	return out;
}

/* The value with names and days filled in; a new reference. */
static json_t *value(const struct story *t, const json_t *v)
{
	const char *text = json_string_value(v);
	json_t *out;

	if (json_is_object(v))
		return object(t, v);
	if (json_is_array(v)) {
		out = json_array();
		for (size_t i = 0; i < json_array_size(v); i++)
			json_array_append_new(
				out, value(t, json_array_get(v, i)));
		return out;
	}
	if (text && text[0] == '@')
		return json_string(named_id(t, text));
	if (text && day_text(t, text))
		return json_string(day_text(t, text));
	return json_deep_copy(v);
}

/* ---- steps ---- */

static struct pen pen_of(const struct story *t, const json_t *step)
{
	const char *at = json_str(step, "at");
	struct pen pen = {STAGE_OPENING, actor(t, json_str(step, "by")),
		demo_ms(t->s->today + json_int(step, "day", 0),
			at ? minutes_of(t, at) : NOON)};

	return pen;
}

/* What a record belongs to: what the step says, else the story's case. */
static struct draft *root_of(
	const struct story *t, const char *type, const json_t *step)
{
	const struct rtype *r = catalogue_type(t->s->catalogue, type);
	const char *in = json_str(step, "in");

	if (!r)
		wrong(t, type);
	if (in)
		return need(t, in);
	return r->needs_case ? need(t, "kase") : NULL;
}

static void call_it(struct story *t, const char *name, struct draft *d)
{
	if (!name || t->made_count == NAMES_MAX)
		wrong(t, name ? "too many names" : "as");
	t->made[t->made_count].name = name;
	t->made[t->made_count++].draft = d;
}

static void make(struct story *t, const json_t *step, const char *type)
{
	const char *as = json_str(step, "as");
	struct draft *d = script_create(t->s, pen_of(t, step), type,
		root_of(t, type, step), NULL,
		object(t, json_object_get(step, "set")));

	t->cases += strcmp(type, "case") == 0;
	if (as)
		call_it(t, as, d);
}

/* The flag the centre raised by the rules of a response's form: nobody makes
 * it, but somebody ends it. */
static void raised(struct story *t, const json_t *step, const char *kind)
{
	const struct draft *response = need(t, json_str(step, "of"));
	int level = (int)json_int(step, "level", 0);
	struct draft *d = ARENA_NEW(t->s->mem, struct draft);

	d->id = form_flag_id(&response->id, kind, level);
	d->case_id = response->case_id;
	d->type = catalogue_type(t->s->catalogue, "flag");
	d->ver = 1;
	uuid_format(&d->id, d->ref);
	d->body = json_keep(
		json_pack("{s:s, s:i, s:s}", "kind", kind, "level", level,
			"from", json_str(response->body, "responded")),
		t->s->mem);
	call_it(t, json_str(step, "as"), d);
}

static void play(struct story *t, const json_t *step)
{
	const char *type = json_str(step, "make");
	const char *change = json_str(step, "change");
	const char *sign = json_str(step, "sign");
	const char *flag = json_str(step, "raised");

	if (flag)
		raised(t, step, flag);
	else if (type)
		make(t, step, type);
	else if (change)
		script_patch(t->s, pen_of(t, step), need(t, change),
			object(t, json_object_get(step, "set")));
	else if (sign)
		script_sign(t->s, pen_of(t, step), need(t, sign));
	else
		wrong(t, "neither make, change, sign nor raised");
}

/* How many cases it has. */
static size_t tell(struct script *s, const json_t *story)
{
	struct story *t = ARENA_NEW(s->mem, struct story);
	const json_t *steps = json_object_get(story, "steps");
	const char *home = json_str(story, "home");

	t->s = s;
	t->name = json_str(story, "story");
	t->name = t->name ? t->name : "without a name";
	if (!home)
		wrong(t, "no home");
	t->home = site_no(t, home);
	read_cast(t, json_object_get(story, "cast"));
	for (t->step = 0; t->step < json_array_size(steps); t->step++)
		play(t, json_array_get(steps, t->step));
	return t->cases;
}

static const json_t *read_all(struct script *s)
{
	struct err e;
	const json_t *all = json_read(demo_stories, strlen(demo_stories),
		&json_limits_own, s->mem, &e);

	if (!all)
		die("the demo's stories are no JSON: %s", e.msg);
	return all;
}

const json_t *story_steps(struct script *s, const char *name)
{
	const json_t *all = read_all(s);

	for (size_t i = 0; i < json_array_size(all); i++) {
		const json_t *story = json_array_get(all, i);
		const char *is = json_str(story, "story");

		if (is && strcmp(is, name) == 0)
			return json_object_get(story, "steps");
	}
	return NULL;
}

size_t stories_write(struct script *s)
{
	const json_t *all = read_all(s);
	size_t cases = 0;

	for (size_t i = 0; i < json_array_size(all); i++)
		cases += tell(s, json_array_get(all, i));
	return cases;
}
