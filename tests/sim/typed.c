/*
 * typed.c - the values people type (edit.h).
 */
#include "tests/sim/edit.h"

#include "proto/base/timeutil.h"
#include "tests/sim/clock.h"
#include "tests/sim/ledger.h"

#include <stdlib.h>
#include <string.h>

enum manner { VALUE, GROW, TOGGLE, DAY };

/* Small choices: the same value from two hands, and back again to the first,
 * come up all the time. */
static const struct choice {
	const char *type;
	const char *field;
	enum manner manner;
	bool sharing;
	const char *values[4]; /* JSON; null: taken away */
} choices[] = {
	{"need",    "severity",      VALUE,  false, {"0", "1", "2", "null"}         },
	{"need",    "priority",      VALUE,  false, {"1", "2", "3", NULL}           },
	{"need",    "main",          VALUE,  false, {"true", "false", NULL, NULL}   },
	{"need",    "client_view",   VALUE,  false,
         {"\"甲\"", "\"乙\"", "\"丙\"", "null"}                                  },
	{"need",    "worker_view",   VALUE,  false, {"\"a\"", "\"b\"", "null", NULL}},
	{"service", "minutes",       VALUE,  false, {"10", "20", "30", "null"}      },
	{"service", "started_at",    VALUE,  false,
         {"\"2026-11-02T09:00:00+08:00\"",
			"\"2026-11-03T09:00:00+08:00\"",
			"\"2026-11-04T09:00:00+08:00\"", NULL}                      },
	{"service", "process",       GROW,   false, {"x", "y", "z", NULL}           },
	{"service", "next_step",     VALUE,  false,
         {"\"电话\"", "\"家访\"", "null", NULL}                                 },
	{"service", "next_due",      VALUE,  false,
         {"\"2026-12-01\"", "\"2026-12-02\"", "null", NULL}                         },
	{"service", "aim",           VALUE,  false, {"\"m\"", "\"n\"", "null", NULL}},
	{"person",  "address",       VALUE,  false,
         {"\"东路\"", "\"西路\"", "null", NULL}                                 },
	{"person",  "district_code", VALUE,  false,
         {"\"310118\"", "\"310117\"", "null", NULL}                                 },
	{"person",  "marital",       VALUE,  false, {"\"10\"", "\"20\"", NULL, NULL}},
	{"case",    "main_problem",  VALUE,  false,
         {"\"p\"", "\"q\"", "null", NULL}                                           },
	{"flag",    "level",         VALUE,  false, {"1", "2", "3", NULL}           },
	{"flag",    "text",          VALUE,  false, {"\"s\"", "\"t\"", NULL, NULL}  },
	{"member",  "to",            DAY,    true,  {"0", "1", "30", "null"}        },
	{"consent", "withdrawn",     DAY,    true,  {"0", "0", "null", NULL}        },
	{"consent", "to",            DAY,    true,  {"0", "1", "30", "null"}        },
	{"consent", "classes",       TOGGLE, true,
         {"\"identity\"", "\"note\"", "\"assessment\"", NULL}                       },
	{"consent", "sites",         TOGGLE, true,  {"#0", "#1", "#2", NULL}        },
};

static json_t *value_of(struct run *r, const char *text)
{
	char id[UUID_TEXT];
	struct uuid site;
	json_t *v;

	if (text[0] == '#') {
		site = world_site(text[1] - '0');
		return json_string(uuid_format(&site, id));
	}
	v = json_loads(text, JSON_DECODE_ANY, NULL);
	if (!v)
		die("sim: value %s", text);
	(void)r;
	return v;
}

static json_t *day_in(const char *text)
{
	struct date d = time_day_cn(clock_true());
	char day[DATE_TEXT];

	if (strcmp(text, "null") == 0)
		return json_null();
	d = date_add_days(&d, strtol(text, NULL, 10));
	return json_string(date_format(&d, day));
}

/* A set with one element put in, or taken out when it is there. */
static json_t *toggled(const json_t *old, json_t *v)
{
	json_t *out = json_array();

	for (size_t i = 0; i < json_array_size(old); i++)
		if (!json_equal(json_array_get(old, i), v))
			json_array_append(out, json_array_get(old, i));
	if (has_value(old, v))
		json_decref(v);
	else
		json_array_append_new(out, v);
	return out;
}

static json_t *type_into(
	struct run *r, const struct choice *c, struct rng *g, const json_t *old)
{
	size_t n = 0;
	const char *text;

	while (n < ARRAY_LEN(c->values) && c->values[n])
		n++;
	text = rng_pick(g, c->values, n);
	switch (c->manner) {
	case VALUE:
		return value_of(r, text);
	case GROW:
		return json_string(arena_printf(r->mem, "%s%s",
			old ? json_string_value(old) : "", text));
	case TOGGLE:
		return toggled(old, value_of(r, text));
	case DAY:
		return day_in(text);
	}
	return NULL;
}

json_t *edit_typed(struct run *r, struct rng *g, const char *type,
	const json_t *screen, bool sharing)
{
	json_t *out = json_keep(json_object(), r->mem);
	const struct choice *of[ARRAY_LEN(choices)];
	size_t n = 0, more = 1 + rng_chance(g, 300);

	for (size_t i = 0; i < ARRAY_LEN(choices); i++)
		if (strcmp(choices[i].type, type) == 0 &&
			choices[i].sharing == sharing)
			of[n++] = &choices[i];
	for (size_t i = 0; n && i < more; i++) {
		const struct choice *c = of[rng_below(g, (unsigned)n)];

		json_object_set_new(out, c->field,
			type_into(r, c, g, json_object_get(screen, c->field)));
	}
	return out;
}

json_t *edit_after(struct run *r, json_t *screen, const json_t *typed)
{
	json_t *out = json_keep(json_deep_copy(screen), r->mem);
	const char *key;
	json_t *v;

	json_object_foreach((json_t *)(uintptr_t)typed, key, v)
	{
		if (json_is_null(v))
			json_object_del(out, key);
		else
			json_object_set(out, key, v);
	}
	return out;
}
