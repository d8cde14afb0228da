/*
 * h_letters.c - letters and groups: from the store, as the centre would answer.
 */
#include "client/local/local_in.h"

#include "client/store/doc.h"
#include "proto/ask.h"
#include "proto/base/host.h"

#include <string.h>

bool local_letters(struct local *l, struct ask *a, struct err *e)
{
	const char *state = ask_query(a, "state");
	bool all = state && strcmp(state, "all") == 0;
	json_t *out;

	if (state && !all && strcmp(state, "open") != 0)
		return err_field(e, ERR_BAD_REQUEST, "state", "open, all");
	return doc_letters(local_view(l, a), all, a->mem, &out, e) &&
	       ask_json(a, 200, out);
}

bool local_letter(struct local *l, struct ask *a, struct err *e)
{
	struct uuid id;
	json_t *out;

	if (!a->segment || !uuid_parse(a->segment, &id))
		return err_field(e, ERR_NOT_FOUND, "id", "-");
	return doc_letter(local_view(l, a), &id, a->mem, &out, e) &&
	       ask_json(a, 200, out);
}

bool local_letter_preview(struct local *l, struct ask *a, struct err *e)
{
	json_t *out;

	return doc_sending(local_view(l, a), a->json, a->mem, &out, e) &&
	       ask_json(a, 200, out);
}

bool local_groups(struct local *l, struct ask *a, struct err *e)
{
	json_t *out;

	return doc_groups(local_view(l, a), a->mem, &out, e) &&
	       ask_json(a, 200, out);
}

bool local_group_plan(struct local *l, struct ask *a, struct err *e)
{
	struct date today = time_day_cn(host_now_ms());
	json_t *out = group_plan_answer(
		store_catalogue(l->s), &today, a->json, a->mem, e);

	return out && ask_json(a, 200, out);
}
