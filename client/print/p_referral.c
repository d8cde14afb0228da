/*
 * p_referral.c - a letter of referral with its receipt to cut off, and the
 * return letter.
 *
 * The receipt stands at the foot of the last page, so that one cut frees it.
 */
#include "client/print/print_in.h"

#include <string.h>

struct referral {
	const struct print_job *j;
	struct seen r;
	const char *from; /* the site that wrote it */
	const char *to;
	const char *client;
	const char *author;
};

static bool status_is(const struct referral *f, const char *status)
{
	const char *is = json_str(f->r.body, "status");

	return is && strcmp(is, status) == 0;
}

static bool status_among(
	const struct referral *f, const char *const *list, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (status_is(f, list[i]))
			return true;
	return false;
}

static bool read_referral(
	const struct print_job *j, struct referral *f, struct err *e)
{
	char id[UUID_TEXT], site[UUID_TEXT], author[UUID_TEXT];

	memset(f, 0, sizeof(*f));
	f->j = j;
	if (!record_at(j, uuid_format(&j->id, id), &f->r))
		return err_set(e, ERR_NOT_FOUND, "not held");
	if (strcmp(f->r.type, "referral") != 0 ||
		f->r.r.state == STATE_RETRACTED)
		return err_field(e, ERR_BAD_INPUT, "referral", "%s",
			word(j, W_NEEDS_REFERRAL));
	f->from = name_of(j, uuid_format(&f->r.r.site, site));
	f->author = name_of(j, uuid_format(&f->r.r.author, author));
	f->to = value_of(j, &f->r, "to_site");
	f->client = shown_name(j, json_str(f->r.body, "client_name"));
	return true;
}

static void hide_client(const struct referral *f, struct doc *d)
{
	const char *name = json_str(f->r.body, "client_name");

	if (f->j->masked && name)
		doc_hide(d, name, shown_name(f->j, name));
}

static void fact(struct doc *d, const struct referral *f, const char *name)
{
	doc_fact(d, label_of_field(f->j, &f->r, name),
		value_of(f->j, &f->r, name));
}

static void wide(struct doc *d, const struct referral *f, const char *name)
{
	doc_fact_wide(d, label_of_field(f->j, &f->r, name),
		value_of(f->j, &f->r, name));
}

static const char *clean_phone(const struct print_job *j, const char *phone)
{
	if (j->masked || !phone)
		return "";
	return strncmp(phone, "+86", 3) == 0 ? phone + 3 : phone;
}

static void signature(struct doc *d, const struct referral *f, enum word who,
	const char *name)
{
	const struct print_job *j = f->j;

	doc_space(d, 10);
	doc_sign(d, dotted(j, word(j, who), name), word(j, W_SIGN_DATE));
}

/* ---- the letter ---- */

static void letter(struct doc *d, const struct referral *f)
{
	const struct print_job *j = f->j;
	struct seen consent;
	const char *given = "";

	if (record_at(j, json_str(f->r.body, "consent"), &consent))
		given = dotted(j, value_of(j, &consent, "purpose"),
			value_of(j, &consent, "from"));
	doc_title(d, word(j, W_REFERRAL_TITLE),
		dotted(j, value_of(j, &f->r, "kind"),
			value_of(j, &f->r, "urgency")));
	if (status_is(f, "draft"))
		doc_box(d, FACE_WARN, word(j, W_REFERRAL_DRAFT));
	if (status_is(f, "withdrawn"))
		doc_box(d, FACE_WARN, word(j, W_REFERRAL_WITHDRAWN));
	doc_space(d, 6);
	doc_facts(d);
	doc_fact(d, word(j, W_REFERRAL_TO),
		dotted(j, f->to, value_of(j, &f->r, "to_staff")));
	doc_fact(d, word(j, W_REFERRAL_FROM), f->from);
	doc_fact(d, label_of_field(j, &f->r, "client_name"), f->client);
	doc_fact(d, label_of_field(j, &f->r, "client_phone"),
		clean_phone(j, json_str(f->r.body, "client_phone")));
	fact(d, f, "requested");
	fact(d, f, "deadline");
	wide(d, f, "reason");
	wide(d, f, "sends");
	doc_fact_wide(d, word(j, W_REFERRAL_CONSENT), given);
	doc_facts_end(d);
	doc_space(d, 8);
	doc_paras(d, FACE_LETTER, 5, value_of(j, &f->r, "letter"));
	signature(d, f, W_SIGN_REFERRER, f->author);
}

/* ---- the receipt ---- */

static void receipt(struct doc *d, const struct referral *f)
{
	static const char *const accepted[] = {"accepted", "in_progress",
		"on_hold", "failed", "returned", "acknowledged"};
	static const char blank[] = "＿＿＿＿＿＿＿＿＿＿＿＿";
	const struct print_job *j = f->j;
	const char *requested = long_day(j, json_str(f->r.body, "requested"));
	const char *reason = dotted(j, value_of(j, &f->r, "decline_reason"),
		value_of(j, &f->r, "decision_note"));
	bool yes = status_among(f, accepted, ARRAY_LEN(accepted));
	bool no = status_is(f, "declined");

	doc_foot(d);
	doc_cut(d, word(j, W_CUT));
	doc_subheading(d, word(j, W_RECEIPT_TITLE));
	doc_para(d, FACE_BODY,
		words(j, W_RECEIPT_TEXT, f->from,
			requested[0] ? requested : word(j, W_RECEIPT_NO_DATE),
			f->client[0] ? f->client : blank, NULL));
	doc_para(d, FACE_BODY, words(j, W_BOX_ACCEPT, yes ? "■" : "□", NULL));
	doc_para(d, FACE_BODY,
		words(j, W_BOX_DECLINE, no ? "■" : "□",
			no && reason[0] ? reason : blank, NULL));
	doc_sign(d,
		dotted(j, word(j, W_RECEIPT_IN_CHARGE),
			value_of(j, &f->r, "manager")),
		word(j, W_RECEIPT_PHONE));
	doc_sign(d, word(j, W_RECEIPT_BY), word(j, W_SIGN_DATE));
	doc_foot_end(d);
}

/* ---- the return letter ---- */

static void return_letter(struct doc *d, const struct referral *f)
{
	const struct print_job *j = f->j;

	d->frame.running = word(j, W_RETURN_TITLE);
	doc_title(d, word(j, W_RETURN_TITLE), value_of(j, &f->r, "kind"));
	doc_space(d, 6);
	doc_facts(d);
	doc_fact(d, word(j, W_REFERRAL_TO), f->from);
	doc_fact(d, word(j, W_REFERRAL_FROM), f->to);
	doc_fact(d, label_of_field(j, &f->r, "client_name"), f->client);
	fact(d, f, "requested");
	fact(d, f, "decided");
	fact(d, f, "decided_by");
	fact(d, f, "started");
	fact(d, f, "returned");
	wide(d, f, "reason");
	wide(d, f, "outcome");
	doc_facts_end(d);
	doc_space(d, 8);
	doc_paras(d, FACE_LETTER, 5, value_of(j, &f->r, "return_letter"));
	signature(d, f, W_SIGN_RETURNER, value_of(j, &f->r, "manager"));
}

bool print_referral(const struct print_job *j, struct doc *d, struct err *e)
{
	struct referral f;

	if (!read_referral(j, &f, e))
		return false;
	hide_client(&f, d);
	if (j->returning) {
		if (!json_str(f.r.body, "return_letter") &&
			!json_str(f.r.body, "outcome"))
			return err_field(e, ERR_BAD_INPUT, "--return", "%s",
				word(j, W_NEEDS_RETURN));
		return_letter(d, &f);
		return true;
	}
	letter(d, &f);
	receipt(d, &f);
	return true;
}
