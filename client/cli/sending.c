/*
 * sending.c - see sending.h.
 */
#include "client/cli/sending.h"

#include "client/cli/out.h"
#include "client/cli/pick.h"
#include "client/cli/value.h"
#include "proto/base/host.h"
#include "proto/consent.h"

#include <string.h>

/* In the order of the code list record_class. */
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

struct reading {
	struct desk *d;
	struct sending *out;
	const char *to;  /* the site it goes to */
	const char *own; /* the site it comes from */
	struct date today;
};

static int bits_of(int mask)
{
	int n = 0;

	for (; mask; mask &= mask - 1)
		n++;
	return n;
}

/* Of several the one that covers most of what is asked; then the newest. */
static void add_consent(struct reading *q, const struct seen *one)
{
	struct sending *s = q->out;
	const json_t *had =
		s->consented ? json_object_get(s->consent.body, "classes")
			     : NULL;
	int mask, before = s->consented ? consent_classes(had) & s->asked : 0;

	if (!consent_opens(one->body, q->to, &q->today))
		return;
	mask = consent_classes(json_object_get(one->body, "classes"));
	s->covered |= mask;
	if (s->consented && bits_of(mask & s->asked) <= bits_of(before) &&
		(bits_of(mask & s->asked) < bits_of(before) ||
			one->r.entered_at <= s->consent.r.entered_at))
		return;
	s->consent = *one;
	s->consented = true;
}

static bool same_id(const char *a, const char *b)
{
	return a && b && strcmp(a, b) == 0;
}

static const char *site_of_staff(struct desk *d, const char *staff)
{
	struct seen one;
	struct err ignored;
	struct uuid id;

	return staff && uuid_parse(staff, &id) &&
			       view_record(desk_view(d), &id, d->c->mem, &one,
				       &ignored)
		       ? json_str(one.body, "site")
		       : NULL;
}

/* What waits for the own site: the centre's rule of what an accepted hand-over
 * moves (server/records/follow.c). */
static void add_work(struct reading *q, const struct seen *one)
{
	const char *status = json_str(one->body, "status");
	const char *site = json_str(one->body, "site");
	char made_by[UUID_TEXT];

	if (one->r.state != STATE_LIVE)
		return;
	if (strcmp(one->type, "task") == 0) {
		if (!site)
			site = site_of_staff(
				q->d, json_str(one->body, "assignee"));
		q->out->tasks += (!status || strcmp(status, "open") == 0) &&
				 (!site || same_id(site, q->own));
	} else if (strcmp(one->type, "service") == 0) {
		if (!site)
			site = uuid_format(&one->r.site, made_by);
		q->out->visits += status && strcmp(status, "planned") == 0 &&
				  same_id(site, q->own);
	}
}

static void add_record(void *ctx, const struct seen *one)
{
	struct reading *q = ctx;

	if (!one->r.type || one->r.type->scope != SCOPE_CASE ||
		one->r.state == STATE_RETRACTED)
		return;
	for (size_t i = 0; i < SENDING_CLASSES; i++)
		q->out->records[i] += record_class_of(one->r.type, one->body) ==
				      classes[i].bit;
	if (strcmp(one->type, "consent") == 0)
		add_consent(q, one);
	add_work(q, one);
}

bool sending_read(struct desk *d, const struct uuid *case_id,
	const json_t *body, struct sending *out, struct err *e)
{
	struct reading q = {.d = d, .out = out};

	memset(out, 0, sizeof(*out));
	q.to = json_str(body, "to_site");
	q.own = desk_reader(d, "site");
	q.today = time_day_cn(host_now_ms());
	out->case_id = *case_id;
	out->body = body;
	out->asked = consent_classes(json_object_get(body, "sends"));
	return q.to ? view_case(desk_view(d), case_id, d->c->mem, add_record,
			      &q, e)
		    : err_field(e, ERR_MISSING, "to_site", "--to");
}

/* ---- for people ---- */

static const char *shown(
	struct desk *d, const json_t *body, const char *type, const char *field)
{
	const struct rtype *t = catalogue_type(d->catalogue, type);
	const struct field *f = t ? rtype_field(t, field) : NULL;
	const json_t *v = json_object_get(body, field);

	return f && v ? value_show(d, f, v) : "";
}

static const char *joined(struct cli *c, const char *a, const char *b)
{
	return b && *b ? arena_printf(c->mem, "%s%s%s", a, *a ? "  " : "", b)
		       : a;
}

static const char *consent_text(struct desk *d, const struct sending *s)
{
	struct cli *c = d->c;
	const json_t *b = s->consent.body;
	const char *out;

	if (!s->consented)
		return text_raw(c->lang, T_RF_NO_CONSENT);
	out = joined(c, shown(d, b, "consent", "purpose"),
		shown(d, b, "consent", "from"));
	out = joined(c, out, shown(d, b, "consent", "given_by"));
	if (json_str(b, "basis"))
		out = joined(c, out, shown(d, b, "consent", "basis"));
	return joined(c, out, shown(d, b, "consent", "classes"));
}

static const char *class_list(struct desk *d, const struct sending *s, int mask)
{
	const struct code_list *codes =
		catalogue_codes(d->catalogue, "record_class");
	struct cli *c = d->c;
	const char *out = "";

	for (size_t i = 0; i < SENDING_CLASSES; i++)
		if (mask & classes[i].bit)
			out = joined(c, out,
				text_of(c, T_RF_CLASS,
					code_label(codes, classes[i].code,
						c->lang),
					number_text(c, s->records[i]), NULL));
	return out;
}

static void pair(struct desk *d, const struct sending *s, enum text_id label,
	const char *field)
{
	const char *text = shown(d, s->body, "referral", field);

	if (*text)
		out_pair(d->c, label, out_plain(d->c, text, 0));
}

/* The letter as it stands, its own lines kept. */
static void print_letter(struct desk *d, const char *text)
{
	while (text && *text) {
		size_t n = strcspn(text, "\n");

		out_line(d->c,
			arena_printf(d->c->mem, "    %s",
				out_plain(d->c,
					arena_strndup(d->c->mem, text, n), 0)));
		text += n + (text[n] == '\n');
	}
}

static void print_moves(struct desk *d, const struct sending *s)
{
	struct cli *c = d->c;
	const char *kind = json_str(s->body, "kind");

	if (json_flag(s->body, "hand_over"))
		out_pair(c, T_RF_MOVES,
			text_of(c, T_RF_MOVED, number_text(c, s->tasks),
				number_text(c, s->visits), NULL));
	if (kind && strcmp(kind, "transfer") == 0)
		out_pair(c, T_RF_HOME, text_raw(c->lang, T_RF_TRANSFER));
}

void sending_print(struct desk *d, const struct sending *s)
{
	struct cli *c = d->c;
	int opens = s->consented ? s->asked & s->covered : 0;

	out_pair(c, T_RF_TO,
		out_plain(c,
			joined(c, shown(d, s->body, "referral", "to_site"),
				shown(d, s->body, "referral", "to_staff")),
			0));
	out_pair(c, T_RF_KIND,
		joined(c, shown(d, s->body, "referral", "kind"),
			shown(d, s->body, "referral", "urgency")));
	pair(d, s, T_RF_DEADLINE, "deadline");
	out_pair(c, T_RF_CONSENT, out_plain(c, consent_text(d, s), 0));
	pair(d, s, T_RF_CLIENT, "client_name");
	pair(d, s, T_RF_PHONE, "client_phone");
	pair(d, s, T_RF_REASON, "reason");
	out_pair(c, T_RF_LETTER, "");
	print_letter(d, json_str(s->body, "letter"));
	out_pair(c, T_RF_OPENS,
		opens ? class_list(d, s, opens)
		      : text_raw(c->lang, T_RF_NOTHING));
	if (s->asked & ~opens)
		out_pair(c, T_RF_CLOSED, class_list(d, s, s->asked & ~opens));
	print_moves(d, s);
}

/* ---- for programs ---- */

static json_t *class_json(const struct sending *s, int mask)
{
	json_t *out = json_object();

	for (size_t i = 0; i < SENDING_CLASSES; i++)
		if (mask & classes[i].bit)
			json_object_set_new(out, classes[i].code,
				json_integer(s->records[i]));
	return out;
}

json_t *sending_json(struct desk *d, const struct sending *s)
{
	int opens = s->consented ? s->asked & s->covered : 0;
	char id[UUID_TEXT];

	(void)d;
	return json_pack("{s:O, s:o, s:o, s:o, s:I, s:I}", "letter", s->body,
		"consent",
		s->consented ? json_string(uuid_format(&s->consent.r.id, id))
			     : json_null(),
		"opens", class_json(s, opens), "stays_closed",
		class_json(s, s->asked & ~opens), "tasks",
		(json_int_t)(json_flag(s->body, "hand_over") ? s->tasks : 0),
		"visits",
		(json_int_t)(json_flag(s->body, "hand_over") ? s->visits : 0));
}
