/*
 * v_refer.c - casebridge refer, referrals, referral: asking another site to
 * take part, what is under way, and the next step of one.
 *
 * Before a letter leaves, exactly what it sends is shown and has to be
 * confirmed; accepting one opens nothing by itself. Every step is kept here
 * first; when somebody else had decided in the meantime, the next sync tells.
 */
#include "client/cli/letter_step.h"
#include "client/cli/out.h"
#include "client/cli/pick.h"
#include "client/cli/secret.h"
#include "client/cli/sending_show.h"
#include "client/cli/value.h"
#include "client/store/check.h"

#include <string.h>

/* clang-format off */
static const struct step_word words[] = {
	{"send",        "发出", "requested"   },
	{"accept",      "接收", "accepted"    },
	{"decline",     "不予接收", "declined"},
	{"start",       "开始", "in_progress" },
	{"hold",        "暂停", "on_hold"     },
	{"return",      "回执", "returned"    },
	{"fail",        "失败", "failed"      },
	{"acknowledge", "确认", "acknowledged"},
	{"withdraw",    "撤回", "withdrawn"   },
};

static const struct step_option taken[] = {
	{"accepted",     O_MANAGER,   "manager"         },
	{"accepted",     O_NOTE,      "decision_note"   },
	{"declined",     O_REASON,    "decline_reason"  },
	{"declined",     O_NOTE,      "decision_note"   },
	{"returned",     O_LETTER,    "return_letter"   },
	{"returned",     O_NOTE,      "outcome"         },
	{"failed",       O_NOTE,      "outcome"         },
	{"acknowledged", O_CONFIRMED, "client_confirmed"},
};
/* clang-format on */

static const struct step_table steps = {
	"referral", words, ARRAY_LEN(words), taken, ARRAY_LEN(taken)};

/* ---- writing one ---- */

static bool from_options(
	struct desk *d, const struct rtype *t, json_t *body, struct err *e)
{
	static const struct {
		enum option option;
		const char *field;
	} fields[] = {
		{O_TO,        "to_site"  },
		{O_STAFF,     "to_staff" },
		{O_KIND,      "kind"     },
		{O_REASON,    "reason"   },
		{O_URGENCY,   "urgency"  },
		{O_DEADLINE,  "deadline" },
		{O_SENDS,     "sends"    },
		{O_HAND_OVER, "hand_over"},
	};

	for (size_t i = 0; i < ARRAY_LEN(fields); i++)
		if (!option_value(
			    d, t, fields[i].option, fields[i].field, body, e))
			return false;
	if (!json_object_get(body, "kind"))
		json_object_set_new(body, "kind", json_string("service"));
	return option_text(d, t, O_LETTER, "letter", body, e);
}

static bool goes_elsewhere(
	const struct desk *d, const json_t *body, struct err *e)
{
	const char *to = json_str(body, "to_site");

	return !to || strcmp(to, desk_reader(d, "site")) != 0 ||
	       err_field(e, ERR_BAD_INPUT, "to_site", "%s",
		       text_raw(d->c->lang, T_RF_ANOTHER_SITE));
}

/* True to go on. A letter is sent by somebody who has seen what it sends. */
static bool confirmed(struct desk *d, const struct sending *s, struct err *e)
{
	struct cli *c = d->c;

	if (!c->json)
		sending_print(d, s);
	else if (!cli_flag(c, O_YES))
		return cli_usage(e, "--json", "--yes");
	return secret_confirm(c, text_raw(c->lang, T_RF_ASK)) ||
	       err_field(e, ERR_NOT_SAVED, "refer", "%s",
		       text_raw(c->lang, T_RF_NOT_SENT));
}

static json_t *sends_json(const struct sending *s)
{
	json_t *out = sending_json(s);

	json_object_set(out, "letter", (json_t *)(uintptr_t)s->body);
	return out;
}

static bool saved(struct desk *d, const struct uuid *rec,
	const struct sending *s, struct err *e)
{
	struct cli *c = d->c;
	char id[UUID_TEXT];

	if (!c->json)
		return desk_saved(d, rec, e);
	if (!store_commit(d->s, e))
		return false;
	out_json(
		c, json_pack("{s:s, s:b, s:I, s:o}", "id", uuid_format(rec, id),
			   "saved", 1, "waiting", (json_int_t)desk_waiting(d),
			   "sends", sends_json(s)));
	return true;
}

static bool keep(struct desk *d, const struct uuid *case_id, json_t *body,
	const struct sending *s, struct err *e)
{
	const struct rtype *t = catalogue_type(d->catalogue, "referral");
	struct uuid rec;

	memset(&rec, 0, sizeof(rec));
	if (!store_begin(d->s, e))
		return false;
	if (outbox_create(desk_view(d), t, case_id, body, NULL, &rec, e))
		return saved(d, &rec, s, e);
	store_rollback(d->s);
	return false;
}

bool verb_refer(struct cli *c, struct err *e)
{
	struct desk *d = desk_open(c, true, e);
	json_t *body = json_keep(json_object(), c->mem);
	bool draft = cli_flag(c, O_DRAFT);
	const struct rtype *t;
	struct sending s;
	struct uuid id;

	if (!d || !cli_need(c, O_TO, e) || !cli_need(c, O_REASON, e) ||
		(!draft && !cli_need(c, O_LETTER, e)) ||
		!pick_case(d, c->arg[0], "CASE", &id, e))
		return false;
	t = catalogue_type(d->catalogue, "referral");
	if (!from_options(d, t, body, e) || !goes_elsewhere(d, body, e) ||
		!sending_read(d, &id, body, &s, e))
		return false;
	sending_name(&s, cli_flag(c, O_NAMELESS), body);
	json_object_set_new(
		body, "status", json_string(draft ? "draft" : "requested"));
	check_fill(desk_view(d), t, NULL, body);
	if (!record_check(d->catalogue, t, body, false, e) ||
		(!draft && !confirmed(d, &s, e)))
		return false;
	return keep(d, &id, body, &s, e);
}

/* ---- what is under way ---- */

static bool wanted(const struct cli *c, const struct letter *l)
{
	bool all = cli_flag(c, O_ALL);

	if (cli_flag(c, O_IN) && !(l->at.sides & SIDE_TARGET))
		return false;
	if (cli_flag(c, O_OUT) && !(l->at.sides & SIDE_SENDER))
		return false;
	if (cli_flag(c, O_OVERDUE) && !l->at.late)
		return false;
	return all || (!l->at.ended && l->at.sides != SIDE_OTHER);
}

/* The other end, with an arrow that says which way it went. */
static const char *way_of(struct desk *d, const struct letter *l)
{
	const char *to = json_str(l->s.body, "to_site");
	struct uuid id;

	if (!(l->at.sides & SIDE_TARGET) && to && uuid_parse(to, &id))
		return arena_printf(d->c->mem, "→ %s", pick_name(d, &id));
	return arena_printf(d->c->mem, "← %s", pick_name(d, &l->s.r.site));
}

/* Of whom: as the letter says, else the number of the case. */
static const char *about(struct desk *d, const struct letter *l)
{
	const char *name = json_str(l->s.body, "client_name");

	if (name)
		return name;
	return store_held(d->s, &l->s.r.case_id, NULL)
		       ? pick_name(d, &l->s.r.case_id)
		       : "";
}

static const char *field_text(
	struct desk *d, const struct letter *l, const char *field)
{
	const struct field *f = rtype_field(l->s.r.type, field);
	const json_t *v = json_object_get(l->s.body, field);

	return f && v ? value_show(d, f, v) : "";
}

static const char *turn_of(struct cli *c, const struct letter *l)
{
	if (l->at.ended || !l->at.turn)
		return "";
	return text_raw(c->lang, letter_is_ours(l) ? T_LT_OURS : T_LT_THEIRS);
}

static void print_list(struct desk *d, const struct letter *list, size_t n)
{
	static const enum text_id heads[] = {T_C_ID, T_C_SITE, T_C_CLIENT,
		T_C_KIND, T_C_STATE, T_C_TURN, T_C_CLOCK, T_C_MARKS, T_COUNT};
	struct cli *c = d->c;
	struct table *t = table_new(c, heads);

	for (size_t i = 0; i < n; i++) {
		const struct letter *l = &list[i];

		if (!wanted(c, l))
			continue;
		table_add(t, pick_short(d, &l->s.r.id));
		table_add(t, way_of(d, l));
		table_add(t, about(d, l));
		table_add(t, field_text(d, l, "kind"));
		table_add(t, field_text(d, l, "status"));
		table_add(t, turn_of(c, l));
		table_add(t, letter_clock(d, l));
		table_add(t, l->s.waiting ? text_raw(c->lang, T_M_UNSENT) : "");
	}
	table_print(t);
}

bool verb_referrals(struct cli *c, struct err *e)
{
	struct desk *d = desk_open(c, true, e);
	struct letter *list;
	json_t *out;
	size_t n;

	if (!d || !letters_read(d, "referral", &list, &n, e))
		return false;
	if (!c->json) {
		print_list(d, list, n);
		return true;
	}
	out = json_array();
	for (size_t i = 0; i < n; i++)
		if (wanted(c, &list[i]))
			json_array_append_new(out, letter_json(d, &list[i]));
	out_json(c, out);
	return true;
}

/* ---- one ---- */

static bool is_long(const struct field *f)
{
	return strcmp(f->name, "letter") == 0 ||
	       strcmp(f->name, "return_letter") == 0;
}

static void print_text(struct desk *d, const char *label, const char *text)
{
	out_line(d->c, "");
	out_line(d->c, label);
	while (*text) {
		size_t n = strcspn(text, "\n");

		out_line(d->c,
			out_plain(d->c, arena_strndup(d->c->mem, text, n), 0));
		text += n + (text[n] == '\n');
	}
}

static void print_one(struct desk *d, const struct letter *l)
{
	static const enum text_id heads[] = {T_C_LABEL, T_C_VALUE, T_COUNT};
	const struct rtype *type = l->s.r.type;
	struct table *t = table_new(d->c, heads);
	const char *next = step_words(d, &steps, l);

	table_add(t, text_raw(d->c->lang, T_C_SITE));
	table_add(t, way_of(d, l));
	for (size_t i = 0; i < type->field_count; i++) {
		const struct field *f = &type->fields[i];
		const json_t *v = json_object_get(l->s.body, f->name);

		if (!v || is_long(f))
			continue;
		table_add(t, value_label(d->c, type, f));
		table_add(t, value_show(d, f, v));
	}
	table_print(t);
	for (size_t i = 0; i < type->field_count; i++) {
		const struct field *f = &type->fields[i];
		const char *text = json_str(l->s.body, f->name);

		if (text && is_long(f))
			print_text(d, value_label(d->c, type, f), text);
	}
	out_line(d->c, "");
	if (*next)
		out_line(d->c, text_of(d->c, T_LT_NEXT, next, NULL));
}

static bool show_one(struct desk *d, const struct letter *l)
{
	if (!d->c->json) {
		print_one(d, l);
		return true;
	}
	out_json(d->c, letter_json(d, l));
	return true;
}

/* A draft is shown like a new letter before it leaves. */
static bool preview(
	struct desk *d, const struct letter *l, json_t *set, struct err *e)
{
	const struct rtype *t = l->s.r.type;
	json_t *body = json_keep(json_copy(l->s.body), d->c->mem);
	struct sending s;
	char id[UUID_TEXT];

	json_object_update(body, set);
	check_fill(desk_view(d), t, l->s.body, body);
	if (!sending_read(d, &l->s.r.case_id, body, &s, e) ||
		!confirmed(d, &s, e))
		return false;
	if (s.consented)
		json_object_set_new(set, "consent",
			json_string(uuid_format(&s.consent, id)));
	return true;
}

bool verb_referral(struct cli *c, struct err *e)
{
	struct desk *d = desk_open(c, true, e);
	json_t *set = json_keep(json_object(), c->mem);
	struct letter l;
	const char *to;

	if (!d || !letter_pick(d, c->arg[0], "referral", &l, e))
		return false;
	if (c->args == 1)
		return show_one(d, &l);
	if (!step_read(d, &steps, &l, c->arg[1], set, e))
		return false;
	to = json_str(set, "status");
	if (strcmp(to, "requested") == 0 && !preview(d, &l, set, e))
		return false;
	if (!step_take(d, &steps, &l, set, e))
		return false;
	if (strcmp(to, "accepted") == 0 && !c->json)
		out_line(c, text_of(c, T_RF_ACCEPTED, pick_short(d, &l.s.r.id),
				    NULL));
	return true;
}
