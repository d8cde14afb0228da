/*
 * sending.c - see sending.h.
 */
#include "proto/sending.h"

#include "proto/consent.h"
#include "proto/fold.h"

#include <string.h>

static const struct {
	const char *code;
	int bit;
} classes[SENDING_CLASSES] = {
	{"core",       CLASS_CORE      },
	{"identity",   CLASS_IDENTITY  },
	{"assessment", CLASS_ASSESSMENT},
	{"plan",       CLASS_PLAN      },
	{"note",       CLASS_NOTE      },
};

struct sending_run {
	struct uuid case_id;
	struct sending out;
	int64_t consent_at; /* when the chosen one was written */
	const char *to;     /* the site it goes to */
	const char *own;    /* the site it comes from */
	struct date today;
	struct arena *mem;
	const json_t *kase;
	struct entries tasks, staff, people;
};

const char *sending_class(size_t i)
{
	return classes[i].code;
}

int sending_bit(size_t i)
{
	return classes[i].bit;
}

struct sending_run *sending_begin(const struct uuid *case_id,
	const json_t *body, const char *own, const struct date *today,
	struct arena *mem, struct err *e)
{
	struct sending_run *run = ARENA_NEW(mem, struct sending_run);

	run->case_id = *case_id;
	run->out.body = body;
	run->out.asked = consent_classes(json_object_get(body, "sends"));
	run->to = json_str(body, "to_site");
	run->own = own;
	run->today = *today;
	run->mem = mem;
	if (!run->to) {
		err_field(e, ERR_MISSING, "to_site", "site");
		return NULL;
	}
	if (strcmp(run->to, own) == 0) {
		err_field(e, ERR_BAD_INPUT, "to_site", "another site");
		return NULL;
	}
	return run;
}

static int bits_of(int mask)
{
	int n = 0;

	for (; mask; mask &= mask - 1)
		n++;
	return n;
}

/* Of several the one that covers most of what is asked; then the newest. */
static void add_consent(
	struct sending_run *run, const struct record *r, const json_t *body)
{
	struct sending *s = &run->out;
	const json_t *had =
		s->consented ? json_object_get(s->basis, "classes") : NULL;
	int mask, before = s->consented ? consent_classes(had) & s->asked : 0;

	if (!consent_opens(body, run->to, &run->today))
		return;
	mask = consent_classes(json_object_get(body, "classes"));
	s->covered |= mask;
	if (s->consented && bits_of(mask & s->asked) <= bits_of(before) &&
		(bits_of(mask & s->asked) < bits_of(before) ||
			r->entered_at <= run->consent_at))
		return;
	s->consent = r->id;
	s->basis = body;
	s->consented = true;
	run->consent_at = r->entered_at;
}

static bool same_id(const char *a, const char *b)
{
	return a && b && strcmp(a, b) == 0;
}

static void add_visit(
	struct sending_run *run, const struct record *r, const json_t *body)
{
	const char *status = json_str(body, "status");
	const char *site = json_str(body, "site");
	char made_by[UUID_TEXT];

	if (r->state != STATE_LIVE)
		return;
	if (!site)
		site = uuid_format(&r->site, made_by);
	run->out.visits += status && strcmp(status, "planned") == 0 &&
			   same_id(site, run->own);
}

static void add_of_case(
	struct sending_run *run, const struct record *r, const json_t *body)
{
	for (size_t i = 0; i < SENDING_CLASSES; i++)
		run->out.records[i] +=
			record_class_of(r->type, body) == classes[i].bit;
	if (strcmp(r->type->name, "consent") == 0)
		add_consent(run, r, body);
	else if (strcmp(r->type->name, "service") == 0)
		add_visit(run, r, body);
	else if (strcmp(r->type->name, "task") == 0 && r->state == STATE_LIVE)
		entries_add(&run->tasks, run->mem, r, body, NULL);
	if (uuid_cmp(&r->id, &run->case_id) == 0)
		run->kase = body;
}

void sending_add(
	struct sending_run *run, const struct record *r, const json_t *body)
{
	if (!r->type || r->state == STATE_RETRACTED)
		return;
	if (r->type->scope == SCOPE_CASE)
		add_of_case(run, r, body);
	else if (strcmp(r->type->name, "staff") == 0)
		entries_add(&run->staff, run->mem, r, body, NULL);
	else if (strcmp(r->type->name, "person") == 0)
		entries_add(&run->people, run->mem, r, body, NULL);
}

/* What waits for the own site: the centre's rule of what an accepted hand-over
 * moves (server/records/follow.c). */
static bool moves(const struct sending_run *run, const struct entry *task)
{
	const char *status = json_str(task->body, "status");
	const char *site = json_str(task->body, "site");
	const char *assignee = json_str(task->body, "assignee");
	const json_t *hand = NULL;

	if (status && strcmp(status, "open") != 0)
		return false;
	if (!site && assignee)
		hand = entries_find(&run->staff, assignee);
	if (hand)
		site = json_str(hand, "site");
	return !site || same_id(site, run->own);
}

void sending_end(struct sending_run *run, struct sending *out)
{
	for (size_t i = 0; i < run->tasks.n; i++)
		run->out.tasks += moves(run, &run->tasks.list[i]);
	run->out.client =
		run->kase ? entries_client(&run->people, run->kase) : NULL;
	*out = run->out;
}

static void copy_text(
	json_t *to, const char *field, const json_t *from, const char *source)
{
	const char *text = from ? json_str(from, source) : NULL;

	if (text && !json_object_get(to, field))
		json_object_set_new(to, field, json_string(text));
}

void sending_name(const struct sending *s, bool nameless, json_t *body)
{
	char id[UUID_TEXT];

	if (!nameless) {
		copy_text(body, "client_name", s->client, "name");
		if (s->consented && s->covered & CLASS_IDENTITY)
			copy_text(body, "client_phone", s->client, "phone");
	}
	if (s->consented)
		json_object_set_new(body, "consent",
			json_string(uuid_format(&s->consent, id)));
}

static json_t *class_json(const struct sending *s, int mask)
{
	json_t *out = json_object();

	for (size_t i = 0; i < SENDING_CLASSES; i++)
		if (mask & classes[i].bit)
			json_object_set_new(out, classes[i].code,
				json_integer((json_int_t)s->records[i]));
	return out;
}

json_t *sending_json(const struct sending *s)
{
	int opens = s->consented ? s->asked & s->covered : 0;
	bool moved = json_flag(s->body, "hand_over");
	char id[UUID_TEXT];

	return json_pack("{s:o, s:o, s:o, s:I, s:I}", "consent",
		s->consented ? json_string(uuid_format(&s->consent, id))
			     : json_null(),
		"opens", class_json(s, opens), "stays_closed",
		class_json(s, s->asked & ~opens), "tasks",
		(json_int_t)(moved ? s->tasks : 0), "visits",
		(json_int_t)(moved ? s->visits : 0));
}
