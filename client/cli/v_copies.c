/*
 * v_copies.c - casebridge copies: which stations hold or held a case, and which
 * still owe its purge.
 */
#include "client/cli/copies.h"

#include "client/cli/out.h"
#include "client/cli/pick.h"
#include "client/cli/value.h"
#include "proto/base/host.h"

#include <string.h>

#define DAY_MS ((int64_t)24 * 3600 * 1000)

json_t *copies_ask(struct desk *d, const struct uuid *case_id, struct err *e)
{
	char id[UUID_TEXT];

	return desk_ask(d,
		arena_printf(d->c->mem, "/v1/cases/%s/copies",
			uuid_format(case_id, id)),
		e);
}

static bool owes(const json_t *one)
{
	const char *state = json_str(one, "state");

	return state && strncmp(state, "purge_", 6) == 0;
}

static const char *moment(struct cli *c, const json_t *one, const char *key)
{
	const char *text = json_str(one, key);
	int64_t ms;

	return text && time_parse(text, &ms) ? time_show(c, ms) : "";
}

static const char *state_text(struct cli *c, const json_t *one)
{
	static const struct {
		const char *state;
		enum text_id text;
	} words[] = {
		{"offered",     T_CP_OFFERED},
		{"held",        T_CP_HELD   },
		{"purge_due",   T_CP_DUE    },
		{"purge_asked", T_CP_ASKED  },
		{"purged",      T_CP_PURGED },
		{"wiped",       T_CP_WIPED  },
	};
	const char *state = json_str(one, "state");

	for (size_t i = 0; state && i < ARRAY_LEN(words); i++)
		if (strcmp(words[i].state, state) == 0)
			return text_raw(c->lang, words[i].text);
	return state ? state : "";
}

/* Of those that owe a purge, how many, and how long the longest was away. */
static void print_summary(struct desk *d, const json_t *copies)
{
	const json_t *list = json_object_get(copies, "copies");
	int64_t asked = json_int(copies, "asked", 0), longest = 0, n = 0;
	int64_t purged = json_int(copies, "purged", 0);
	struct cli *c = d->c;

	for (size_t i = 0; i < json_array_size(list); i++) {
		const json_t *one = json_array_get(list, i);
		const char *seen = json_str(one, "last_seen");
		int64_t ms, days;

		if (!owes(one) || !seen || !time_parse(seen, &ms))
			continue;
		days = (host_now_ms() - ms) / DAY_MS;
		longest = days > longest ? days : longest;
		n++;
	}
	if (!asked)
		out_line(c, text_raw(c->lang, T_CP_NONE));
	else if (!n)
		out_line(c, text_of(c, T_CP_ALL, number_text(c, purged),
				    number_text(c, asked), NULL));
	else
		out_line(c, text_of(c, T_CP_SOME, number_text(c, purged),
				    number_text(c, asked), number_text(c, n),
				    number_text(c, longest), NULL));
}

void copies_print(struct desk *d, const json_t *copies)
{
	static const enum text_id heads[] = {
		T_C_WHO, T_C_SITE, T_C_STATE, T_C_SINCE, T_C_SEEN, T_COUNT};
	const json_t *list = json_object_get(copies, "copies");
	struct table *t = table_new(d->c, heads);

	print_summary(d, copies);
	for (size_t i = 0; i < json_array_size(list); i++) {
		const json_t *one = json_array_get(list, i);
		const char *name = json_str(one, "name");
		const char *site = json_str(one, "site_name");

		table_add(t, name ? name : "");
		table_add(t, site ? site : "");
		table_add(t, state_text(d->c, one));
		table_add(t, moment(d->c, one, "since"));
		table_add(t, moment(d->c, one, "last_seen"));
	}
	table_print(t);
}

bool verb_copies(struct cli *c, struct err *e)
{
	struct desk *d = desk_open(c, true, e);
	struct uuid id;
	json_t *copies;

	if (!d || !pick_case(d, c->arg[0], "CASE", &id, e))
		return false;
	copies = copies_ask(d, &id, e);
	if (!copies)
		return false;
	if (c->json)
		out_json(c, json_incref(copies));
	else
		copies_print(d, copies);
	return true;
}
