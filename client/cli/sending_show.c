/*
 * sending_show.c - see sending_show.h.
 */
#include "client/cli/sending_show.h"

#include "client/cli/out.h"
#include "client/cli/value.h"
#include "client/store/sending.h"
#include "proto/base/host.h"

#include <string.h>

bool sending_read(struct desk *d, const struct uuid *case_id,
	const json_t *body, struct sending *out, struct err *e)
{
	return sending_of(desk_view(d), case_id, body, d->c->mem, out, e);
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
	const json_t *b = s->basis;
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
		if (mask & sending_bit(i))
			out = joined(c, out,
				text_of(c, T_RF_CLASS,
					code_label(codes, sending_class(i),
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
