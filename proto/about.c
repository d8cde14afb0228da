/*
 * about.c - see about.h.
 */
#include "proto/about.h"

#include "proto/fold.h"
#include "proto/sense.h"

#include <string.h>

/* How the person is named: by a field that holds a person (absent: the client
 * of the case), or through a participant of a group. */
static const struct {
	const char *type;
	const char *person;
	const char *participant;
} subjects[] = {
	{"assessment",       "subject", NULL         },
	{"response",         "subject", NULL         },
	{"document",         "about",   NULL         },
	{"screening",        NULL,      NULL         },
	{"consent",          NULL,      NULL         },
	{"group_assessment", NULL,      "participant"},
};

/* Other records the rules of a type look at. */
static const struct {
	const char *type;
	const char *field;
} beside[] = {
	{"consent",     "guardian"   },
	{"case",        "person"     },
	{"participant", "person"     },
	{"person",      "merged_into"},
	{"contract",    "chosen_team"},
	{"member",      "staff"      },
};

static bool is(const char *text, const char *word)
{
	return text && strcmp(text, word) == 0;
}

static bool says(const json_t *body, const char *field, const char *word)
{
	return is(json_str(body, field), word);
}

static bool same(const json_t *a, const json_t *b, const char *key)
{
	const json_t *x = json_object_get(a, key), *y = json_object_get(b, key);

	return x == y || (x && y && json_equal(x, y));
}

/* Whether one of the fields is new or other than it was. */
static bool changed(const struct about *a, const char *const *fields, size_t n)
{
	for (size_t i = 0; a->before && i < n; i++)
		if (!same(a->before, a->after, fields[i]))
			return true;
	return !a->before;
}

static int subject_row(const char *type)
{
	for (size_t i = 0; i < ARRAY_LEN(subjects); i++)
		if (is(type, subjects[i].type))
			return (int)i;
	return -1;
}

/* ---- whom it is about ---- */

static const json_t *found(about_find *find, void *ctx, const char *id)
{
	struct uuid rec;

	return id && uuid_parse(id, &rec) ? find(ctx, &rec) : NULL;
}

/* Follows a person to who they were found to be; *last is the id of the body
 * that is returned. */
static const json_t *follow(
	about_find *find, void *ctx, const char *id, struct uuid *last)
{
	const json_t *p = NULL, *next;

	memset(last, 0, sizeof(*last));
	for (int i = 0; id && i <= PERSON_STEPS; i++) {
		next = found(find, ctx, id);
		if (!next)
			break;
		p = next;
		(void)uuid_parse(id, last);
		id = json_str(p, "merged_into");
	}
	return p;
}

const json_t *about_person(about_find *find, void *ctx, const char *id)
{
	struct uuid last;

	return follow(find, ctx, id, &last);
}

const json_t *about_client(
	about_find *find, void *ctx, const struct uuid *case_id)
{
	return about_person(find, ctx, json_str(find(ctx, case_id), "person"));
}

struct uuid about_client_id(
	about_find *find, void *ctx, const struct uuid *case_id)
{
	struct uuid id;

	(void)follow(find, ctx, json_str(find(ctx, case_id), "person"), &id);
	return id;
}

static const json_t *whom(const struct about *a)
{
	int row = subject_row(a->type);
	const char *id;

	if (row < 0)
		return NULL;
	if (subjects[row].participant) {
		id = json_str(a->after, subjects[row].participant);
		id = json_str(found(a->find, a->ctx, id), "person");
		return about_person(a->find, a->ctx, id);
	}
	id = subjects[row].person ? json_str(a->after, subjects[row].person)
				  : NULL;
	return id ? about_person(a->find, a->ctx, id)
		  : about_client(a->find, a->ctx, a->unit);
}

static void tell_field(const json_t *body, const char *field,
	void (*tell)(void *ctx, const struct uuid *id), void *ctx)
{
	const char *s = field ? json_str(body, field) : NULL;
	struct uuid id;

	if (s && uuid_parse(s, &id))
		tell(ctx, &id);
}

void about_names(const char *type, const json_t *body,
	void (*tell)(void *ctx, const struct uuid *id), void *ctx)
{
	int row = subject_row(type);

	if (row >= 0) {
		tell_field(body, subjects[row].person, tell, ctx);
		tell_field(body, subjects[row].participant, tell, ctx);
	}
	for (size_t i = 0; i < ARRAY_LEN(beside); i++)
		if (is(type, beside[i].type))
			tell_field(body, beside[i].field, tell, ctx);
}

/* ---- birth and death ---- */

static bool check_birth(const struct about *a, struct err *e)
{
	static const char *const fields[] = {"assessed", "responded",
		"screened", "from", "subject", "participant"};

	return !changed(a, fields, ARRAY_LEN(fields)) ||
	       sense_after_birth(
		       a->type, a->after, json_str(whom(a), "birth"), e);
}

/* Days as texts sort as they stand. */
static bool is_later(const json_t *body, const char *field, const char *day)
{
	const char *s = json_str(body, field);

	return s && day && strcmp(s, day) > 0;
}

/* Somebody else may still say how it was: a proxy's sheet, in bereavement. */
static bool check_death(const struct about *a, struct err *e)
{
	static const char *const fields[] = {
		"assessed", "subject", "participant", "respondent"};

	if (!changed(a, fields, ARRAY_LEN(fields)) ||
		!is_later(
			a->after, "assessed", json_str(whom(a), "deceased")) ||
		says(a->after, "respondent", "proxy"))
		return true;
	return err_field(
		e, ERR_BAD_ORDER, "assessed", "<= deceased, respondent=proxy");
}

/* Who hands over a document after a death says so, because then it goes to whom
 * the person named. On the day itself nobody knows which came first. */
static bool check_delivery(const struct about *a, struct err *e)
{
	static const char *const fields[] = {
		"delivered", "after_death", "about"};
	const json_t *person = whom(a);
	const char *died = json_str(person, "deceased");
	const char *day = json_str(a->after, "delivered");
	bool after = json_flag(a->after, "after_death");

	if (!person || !changed(a, fields, ARRAY_LEN(fields)))
		return true;
	if (!after && is_later(a->after, "delivered", died))
		return err_field(e, ERR_MISSING, "after_death", "true");
	if (after && (!died || (day && strcmp(day, died) < 0)))
		return err_field(e, ERR_BAD_ORDER, "after_death",
			"delivered >= person.deceased");
	return true;
}

/* ---- consent of a child ---- */

/* Completed years on that day; of a birth date known in part the last day it
 * may be, because the younger are the protected ones. -1: not known. */
static int age_on(const json_t *client, const char *day, const struct date * or)
{
	struct date birth, on = * or ;

	if (!client || !fold_day(client, "birth", &birth))
		return -1;
	if (day)
		(void)date_parse(day, &on);
	return date_age(&birth, &on);
}

/* Somebody who harms a child does not consent for it. */
static bool is_guardian(const struct about *a)
{
	const char *id = json_str(a->after, "guardian");
	const json_t *tie = found(a->find, a->ctx, id);

	if (!id || says(a->after, "relation_to_client", "0") ||
		!json_object_get(a->after, "relation_to_client"))
		return false;
	return !tie ||
	       (json_flag(tie, "guardian") && !json_flag(tie, "suspected"));
}

static bool check_consent(const struct about *a, struct err *e)
{
	static const char *const fields[] = {"purpose", "from", "basis",
		"guardian", "relation_to_client", "given_by", "assent"};
	const char *basis = json_str(a->after, "basis");
	const json_t *client = about_client(a->find, a->ctx, a->unit);
	int age = age_on(client, json_str(a->after, "from"), &a->today);

	/* Before their birth nobody is a child; that is another mistake. */
	if (age < 0 || age >= ABOUT_CHILD_UNTIL ||
		(basis && !is(basis, "consent")) ||
		!changed(a, fields, ARRAY_LEN(fields)))
		return true;
	if (!is_guardian(a))
		return err_field(e, ERR_MISSING, "guardian",
			"监护关系（guardian，未涉嫌侵害），relation_to_client "
			"不为 0" ERR_BOTH
			"a relation with guardian, not suspected; "
			"relation_to_client other than 0");
	if (age >= ABOUT_ASSENT_FROM && !json_object_get(a->after, "assent"))
		return err_field(e, ERR_MISSING, "assent", "yes, no, unable");
	return true;
}

/* ---- who is of the care group ---- */

/* What a consent covers is looked up by the site, so only that site's own staff
 * come in by it. */
static bool check_member(const struct about *a, struct err *e)
{
	static const char *const fields[] = {"staff", "site"};
	const json_t *who = found(a->find, a->ctx, json_str(a->after, "staff"));
	const char *site = json_str(a->after, "site");

	if (!who || !site || !changed(a, fields, ARRAY_LEN(fields)) ||
		says(who, "site", site))
		return true;
	return err_field(e, ERR_CONTRADICTION, "site",
		"该工作人员所在机构" ERR_BOTH "the site that member of staff "
		"belongs to");
}

/* ---- work and its order ---- */

/* The one whose work it is does not write down that another found it good. */
static bool check_verified(const struct about *a, struct err *e)
{
	char me[UUID_TEXT];

	if (!says(a->after, "status", "verified") ||
		(a->before && says(a->before, "status", "verified")) ||
		!says(a->after, "assignee", uuid_format(a->writer, me)))
		return true;
	return err_field(e, ERR_FORBIDDEN, "verified_by",
		"负责人以外的人" ERR_BOTH "somebody other than the assignee");
}

bool about_has_baseline(const char *type, const json_t *body)
{
	const char *point = json_str(body, "timepoint");

	return (is(type, "assessment") || is(type, "group_assessment")) &&
	       point && !is(point, "baseline");
}

static bool check_baseline(const struct about *a, struct err *e)
{
	static const char *const fields[] = {"assessed", "timepoint",
		"instrument", "subject", "participant"};
	const char *day = json_str(a->after, "assessed");

	if (!about_has_baseline(a->type, a->after) || !a->baseline || !day ||
		!changed(a, fields, ARRAY_LEN(fields)) ||
		strcmp(day, a->baseline) >= 0)
		return true;
	return err_field(
		e, ERR_BAD_ORDER, "assessed", ">= %s (baseline)", a->baseline);
}

static const struct {
	const char *type;
	bool (*check)(const struct about *a, struct err *e);
} rules[] = {
	{"assessment",       check_birth   },
	{"response",         check_birth   },
	{"screening",        check_birth   },
	{"consent",          check_birth   },
	{"group_assessment", check_birth   },
	{"assessment",       check_death   },
	{"group_assessment", check_death   },
	{"document",         check_delivery},
	{"consent",          check_consent },
	{"member",           check_member  },
	{"task",             check_verified},
	{"assessment",       check_baseline},
	{"group_assessment", check_baseline},
};

bool about_concerns(const char *type)
{
	for (size_t i = 0; i < ARRAY_LEN(rules); i++)
		if (is(type, rules[i].type))
			return true;
	return false;
}

bool about_check(const struct about *a, struct err *e)
{
	for (size_t i = 0; i < ARRAY_LEN(rules); i++)
		if (is(a->type, rules[i].type) && !rules[i].check(a, e))
			return false;
	return true;
}

void about_close(const json_t *before, json_t *after, const json_t *client)
{
	if (before && says(after, "phase", "closing") &&
		!says(before, "phase", "closing") &&
		!json_object_get(after, "close_reason") &&
		json_object_get(client, "deceased"))
		json_object_set_new(
			after, "close_reason", json_string("deceased"));
}
