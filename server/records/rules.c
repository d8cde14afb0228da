/*
 * rules.c - the rules that need more than the body itself: references, circles,
 * phases, and the few fields that are not the writer's to set.
 */
#include "server/records/beside.h"
#include "server/records/decide.h"
#include "server/records/response.h"

#include "proto/deadline.h"
#include "proto/person.h"
#include "proto/scale_fit.h"
#include "proto/sense.h"
#include "proto/steps.h"

#include <string.h>

#define PINYIN_MAX   200  /* the catalogue's limits of person.pinyin … */
#define INITIALS_MAX 60   /* … and person.initials */
#define CHAIN_MAX    1024 /* links followed before a chain counts as a circle */

struct rule {
	struct world *w;
	const struct rtype *t;
	struct entry *x;
	const json_t *before;
	const json_t *after;
	struct err *e;
};

static bool same_member(const json_t *a, const json_t *b, const char *key)
{
	const json_t *x = json_object_get(a, key), *y = json_object_get(b, key);

	return x == y || (x && y && json_equal(x, y));
}

/* ---- references ---- */

static bool allowed_type(const struct field *f, const struct rtype *t)
{
	for (size_t i = 0; i < json_array_size(f->to); i++)
		if (t && strcmp(json_string_value(json_array_get(f->to, i)),
				 t->name) == 0)
			return true;
	return !f->to;
}

/* What hangs on a case or a group is named only from there, or from a letter
 * about the case. */
static bool lives_in_another(
	const struct rule *q, enum scope scope, const struct uuid *unit)
{
	if (scope == SCOPE_CASE && q->t->scope == SCOPE_LETTER)
		return uuid_cmp(unit, &q->x->now.case_id) != 0;
	return (scope == SCOPE_CASE || scope == SCOPE_GROUP) &&
	       scope == q->t->scope && uuid_cmp(unit, &q->x->unit) != 0;
}

static bool check_target(struct rule *q, const struct field *f,
	const struct rtype *t, const struct uuid *unit)
{
	if (!allowed_type(f, t))
		return err_field(q->e, ERR_BAD_INPUT, f->name, "%s",
			json_string_value(json_array_get(f->to, 0)));
	if (t && !t->root && lives_in_another(q, t->scope, unit))
		return err_field(q->e, ERR_WRONG_CASE, f->name, "-");
	return true;
}

static bool check_ref(void *ctx, const struct field *f, const struct uuid *id)
{
	struct rule *q = ctx;
	const struct entry *x = world_find(q->w, id);
	const struct ref_head *r = world_ref(q->w, id);
	char text[UUID_TEXT];

	/* What has not changed was checked when it was written; of a set, also
	 * the elements others had put there, which the batch does not name. */
	if (q->before && (same_member(q->before, q->after, f->name) ||
				 json_holds(json_object_get(q->before, f->name),
					 uuid_format(id, text))))
		return true;
	/* Oneself, whom the centre may have filled in, is there. */
	if (uuid_cmp(id, &q->w->reader->staff) == 0)
		return check_target(q, f,
			catalogue_type(q->w->catalogue, "staff"), &q->x->unit);
	if (x && x->now.ver)
		return check_target(q, f, x->now.type, &x->unit);
	if (r)
		return check_target(q, f, r->type, &r->unit);
	return err_field(q->e, ERR_PREDECESSOR, f->name, "-");
}

/* The record that `id` names in the field through which a type refers to
 * itself: as this batch leaves it, else as it stands in the database. */
static bool next_link(struct rule *q, const char *field, struct uuid *id)
{
	struct entry *x = world_find(q->w, id);
	const struct uuid *next = world_link(q->w, id);
	const char *s;

	if (x && x->now.ver) {
		s = json_str(entry_body(q->w, x), field);
		return s && uuid_parse(s, id);
	}
	if (next)
		*id = *next;
	return next != NULL;
}

static bool check_circle(struct rule *q, const struct field *f)
{
	const char *s = json_str(q->after, f->name);
	struct uuid at;

	if (!world_is_link(q->t, f) || !s || !uuid_parse(s, &at) ||
		same_member(q->before, q->after, f->name))
		return true;
	for (int i = 0; i < CHAIN_MAX; i++) {
		if (uuid_cmp(&at, &q->x->id) == 0)
			return err_field(q->e, ERR_CYCLE, f->name, "-");
		if (!next_link(q, f->name, &at))
			return true;
	}
	return err_field(q->e, ERR_CYCLE, f->name, "-");
}

static bool check_refs(struct rule *q)
{
	const struct rtype *t = q->t;

	for (size_t i = 0; i < t->field_count; i++)
		if (!check_circle(q, &t->fields[i]))
			return false;
	return record_each_ref(t, q->after, check_ref, q);
}

/* ---- rules of single types ---- */

static bool check_phase(struct rule *q)
{
	const char *from = json_str(q->before, "phase");
	const char *to = json_str(q->after, "phase");
	struct phase_facts facts;

	const json_t *pack = catalogue_pack_of(q->w->catalogue, q->after);

	if (!q->before)
		return phase_may_start(to, q->e);
	if (same_member(q->before, q->after, "phase"))
		return true;
	facts = decide_case_facts(q->w, &q->x->id);
	phase_facts_case(&facts, q->after, pack);
	return phase_may_move(
		from ? from : "", to ? to : "", pack, &facts, q->e);
}

static bool check_case(struct rule *q)
{
	char site[UUID_TEXT];
	const char *home = json_str(q->after, "home_site");

	if (!q->before &&
		strcmp(home, uuid_format(&q->w->reader->site, site)) != 0)
		return err_field(q->e, ERR_FORBIDDEN, "home_site",
			"home_site = own site");
	/* A transfer moves the home site, as what follows from its acceptance.
	 */
	if (q->before && !q->w->follows &&
		(!same_member(q->before, q->after, "home_site") ||
			!same_member(q->before, q->after, "person")))
		return err_field(q->e, ERR_FORBIDDEN, "home_site",
			"a case keeps its person and home site");
	return check_phase(q);
}

/* The four are one sheet; what has not changed was checked when it was written,
 * and its version may be an old one by now. */
static bool same_sheet(const struct rule *q)
{
	static const char *const sheet[] = {
		"instrument", "version", "variant", "answers"};

	for (size_t i = 0; q->before && i < ARRAY_LEN(sheet); i++)
		if (!same_member(q->before, q->after, sheet[i]))
			return false;
	return q->before != NULL;
}

static bool check_assessment(struct rule *q)
{
	const struct catalogue *c = q->w->catalogue;
	const char *name = json_str(q->after, "instrument");
	const char *version = json_str(q->after, "version");
	const char *variant = json_str(q->after, "variant");
	const json_t *scale =
		name ? scale_of_version(catalogue_scales(c), name, version)
		     : NULL;
	struct scale_result result;

	if (!name || !catalogue_scale(c, name) || same_sheet(q))
		return true;
	/* Of a version nobody makes, the newest says what it would take. */
	scale = scale ? scale : catalogue_scale(c, name);
	if (!scale_fit_version(scale, variant, version, q->e))
		return false;
	/* An unanswered item is a fact of life: it is kept and gives no score.
	 */
	return scale_score(scale, variant, json_object_get(q->after, "answers"),
		       &result, q->e) ||
	       q->e->code == ERR_MISSING;
}

/* Is that the record of, or does it name, the site of the one who asks? */
static bool is_own_site(const struct rule *q, const json_t *body)
{
	char site[UUID_TEXT];
	const char *s = json_str(body, "site");

	return s && strcmp(s, uuid_format(&q->w->reader->site, site)) == 0;
}

/* Whether whoever asks gives and takes the role a record says. */
static bool is_granted(const struct rule *q, const json_t *body)
{
	return !body ||
	       access_grants(q->w->reader->role, json_str(body, "role"));
}

static bool check_staff(struct rule *q)
{
	bool site_admin = q->w->reader->role == ROLE_SITE_ADMIN;

	if (uuid_cmp(&q->x->id, &q->w->reader->staff) == 0 && q->before &&
		(!same_member(q->before, q->after, "role") ||
			!same_member(q->before, q->after, "site") ||
			!same_member(q->before, q->after, "active")))
		return err_field(q->e, ERR_FORBIDDEN, "role",
			"nobody changes their own role or site");
	if (site_admin && (!is_own_site(q, q->after) ||
				  (q->before && !is_own_site(q, q->before))))
		return err_field(
			q->e, ERR_FORBIDDEN, "site", "site = own site");
	if (!is_granted(q, q->after) || !is_granted(q, q->before))
		return err_field(
			q->e, ERR_FORBIDDEN, "role", "roles of the own site");
	return true;
}

static bool check_site(struct rule *q)
{
	if (q->w->reader->role == ROLE_SITE_ADMIN &&
		uuid_cmp(&q->x->id, &q->w->reader->site) != 0)
		return err_field(q->e, ERR_FORBIDDEN, "site", "own site");
	return true;
}

/* What a site offers is that site's to say. */
static bool check_item(struct rule *q)
{
	if (q->w->reader->role == ROLE_SITE_ADMIN &&
		(!is_own_site(q, q->after) ||
			(q->before && !is_own_site(q, q->before))))
		return err_field(
			q->e, ERR_FORBIDDEN, "site", "site = own site");
	return true;
}

static bool is_self(const struct rule *q, const json_t *body)
{
	char me[UUID_TEXT];
	const char *s = json_str(body, "staff");

	return s && strcmp(s, uuid_format(&q->w->reader->staff, me)) == 0;
}

/* A membership opens a case to somebody from one day to another; whose it is
 * does not lengthen it. */
static bool check_member(struct rule *q)
{
	static const char *const terms[] = {
		"staff", "site", "role", "from", "to"};

	if (!json_object_get(q->after, "staff") &&
		!json_object_get(q->after, "name"))
		return err_field(q->e, ERR_MISSING, "staff", "staff, name");
	if (!q->before || (!is_self(q, q->before) && !is_self(q, q->after)))
		return true;
	for (size_t i = 0; i < ARRAY_LEN(terms); i++)
		if (!same_member(q->before, q->after, terms[i]))
			return err_field(q->e, ERR_FORBIDDEN, terms[i],
				"nobody changes their own membership");
	return true;
}

/* A supervisor approves with their own name. Where none has a seat at the site,
 * another writes down whose approval lies on paper; nobody approves their own.
 */
static bool check_approval(struct rule *q)
{
	char me[UUID_TEXT];
	const char *by = json_str(q->after, "approved_by");
	bool own, supervisor = q->w->reader->role == ROLE_SUPERVISOR;

	if (same_member(q->before, q->after, "approved") &&
		same_member(q->before, q->after, "approved_by"))
		return true;
	own = by && strcmp(by, uuid_format(&q->w->reader->staff, me)) == 0;
	if (!by || (own && !supervisor))
		return err_field(
			q->e, ERR_FORBIDDEN, "approved_by", "supervisor");
	return own || json_object_get(q->after, "approval_note") ||
	       err_field(q->e, ERR_MISSING, "approval_note", "approved_by");
}

/* What follows from another change is nobody's own act. */
static bool is_of_own_site(const struct rule *q)
{
	return q->w->follows ||
	       uuid_cmp(&q->x->now.site, &q->w->reader->site) == 0;
}

/* A group's own site says with whom it is run and who leads it: a site it is
 * run with would otherwise let in a third. */
static bool check_group(struct rule *q)
{
	static const char *const opens[] = {"sites", "leader"};

	for (size_t i = 0; q->before && i < ARRAY_LEN(opens); i++)
		if (!same_member(q->before, q->after, opens[i]) &&
			!is_of_own_site(q))
			return err_field(q->e, ERR_FORBIDDEN, opens[i],
				"site of the group");
	return check_approval(q);
}

/* That somebody agreed to be known to all sites of a group is for the site to
 * write down that wrote them down: no other helps itself to the person. */
static bool check_participant(struct rule *q)
{
	return !q->before || same_member(q->before, q->after, "consent") ||
	       is_of_own_site(q) ||
	       err_field(q->e, ERR_FORBIDDEN, "consent", "site");
}

/* A plan may be approved on paper and written down by whoever keeps it, but not
 * with one's own name. */
static bool check_plan(struct rule *q)
{
	char me[UUID_TEXT];
	const char *by = json_str(q->after, "approved_by");

	if (!by || same_member(q->before, q->after, "approved_by") ||
		q->w->reader->role == ROLE_SUPERVISOR ||
		strcmp(by, uuid_format(&q->w->reader->staff, me)) != 0)
		return true;
	return err_field(q->e, ERR_FORBIDDEN, "approved_by", "supervisor");
}

static bool check_response(struct rule *q)
{
	return response_check(q->w, q->x, q->before, q->after, q->e);
}

/* A transfer moves the home site: who sends and who accepts one may change the
 * case itself, or would get through a letter what the role does not have. */
static bool check_referral(struct rule *q)
{
	const char *kind = json_str(q->after, "kind");
	const char *to = json_str(q->after, "status");
	struct access_facts f = {
		.type = catalogue_type(q->w->catalogue, "case"),
		.mask = CLASS_ALL_SHARED,
		.cls = CLASS_CORE};

	if (!kind || strcmp(kind, "transfer") != 0 || !to ||
		(same_member(q->before, q->after, "status") &&
			same_member(q->before, q->after, "kind")) ||
		(strcmp(to, "requested") != 0 && strcmp(to, "accepted") != 0))
		return true;
	return access_decide(q->w->reader, VERB_PATCH, &f, q->e) != NULL;
}

static bool check_pack(struct rule *q)
{
	return decide_pack(q->w, q->before, q->after, q->e);
}

static const struct {
	const char *type;
	bool (*check)(struct rule *);
} type_rules[] = {
	{"case",             check_case       },
	{"assessment",       check_assessment },
	{"group_assessment", check_assessment },
	{"response",         check_response   },
	{"pack",             check_pack       },
	{"referral",         check_referral   },
	{"staff",            check_staff      },
	{"site",             check_site       },
	{"service_item",     check_item       },
	{"member",           check_member     },
	{"plan",             check_plan       },
	{"closure",          check_approval   },
	{"group",            check_group      },
	{"participant",      check_participant},
};

/* ---- what follows from the body ---- */

/* A name is found by its sound: whoever writes it down need not spell it. The
 * sound of another name is worse than none. */
static void derive_pinyin(
	const struct rtype *t, const json_t *before, json_t *body)
{
	const char *name = json_str(body, "name");
	struct buf full, initials;

	if (strcmp(t->name, "person") != 0 || !name ||
		same_member(before, body, "name") ||
		!same_member(before, body, "pinyin"))
		return;
	json_object_del(body, "pinyin");
	json_object_del(body, "initials");
	buf_init(&full, PINYIN_MAX);
	buf_init(&initials, INITIALS_MAX);
	if (person_pinyin(name, &full, &initials) && full.n && !full.full &&
		!initials.full) {
		json_object_set_new(body, "pinyin", json_string(full.p));
		json_object_set_new(body, "initials", json_string(initials.p));
	}
	buf_free(&full);
	buf_free(&initials);
}

/* The hours a request's item says it is answered within: as it stands, or as
 * this very batch makes it. */
static int64_t hours_of(struct world *w, const json_t *body)
{
	const char *item = json_str(body, "item");
	struct entry *x;
	struct uuid id;

	if (!item || !uuid_parse(item, &id))
		return DEADLINE_NO_HOURS;
	x = world_find(w, &id);
	if (x && x->now.ver)
		return json_int(
			entry_body(w, x), "respond_hours", DEADLINE_NO_HOURS);
	return world_item_hours(w, &id);
}

void decide_derive(struct world *w, const struct rtype *t, struct entry *x,
	const json_t *before, json_t *body)
{
	struct date today = time_day_cn(w->now);

	record_normalise(t, body, NULL);
	derive_pinyin(t, before, body);
	if (strcmp(t->name, "case") == 0)
		phase_fill(before, body, &today);
	beside_fill(w, t, before, body);
	steps_fill(t->name, before, body, w->now, &w->reader->staff);
	if (deadline_wanted(t->name, before, body))
		deadline_fill(
			t->name, before, body, w->calendar, hours_of(w, body));
	if (strcmp(t->name, "response") == 0)
		response_fill(w, x, before, body);
}

static bool check_steps(struct rule *q)
{
	const struct uuid *site =
		q->before ? &q->x->now.site : &q->w->reader->site;
	const json_t *letter = q->before ? q->before : q->after;
	int sides = steps_side(
		letter, site, &q->w->reader->site, &q->w->reader->staff);

	if (q->w->follows)
		sides = SIDE_ANY;
	if (q->t->scope == SCOPE_LETTER)
		sides |=
			steps_home(letter, world_body(q->w, &q->x->now.case_id),
				&q->w->reader->site, &q->w->reader->staff);
	return steps_check(q->t->name, q->before, q->after, sides, q->e) &&
	       sense_check(q->t->name, q->after, q->w->now, q->e);
}

static bool has_reader(const json_t *body, const json_t *who)
{
	const json_t *list = json_object_get(body, "readers");
	size_t i;
	json_t *v;

	json_array_foreach((json_t *)(uintptr_t)list, i, v)
	{
		if (json_equal(v, who))
			return true;
	}
	return false;
}

/* Who reads what is restricted is its author's to say. Whom they named may
 * read it and write in it, and neither opens it nor names others. */
static bool check_audience(struct rule *q)
{
	const json_t *list = json_object_get(q->after, "readers");
	size_t i;
	json_t *v;

	if (!q->before || q->x->now.cls != CLASS_RESTRICTED ||
		uuid_cmp(&q->x->now.author, &q->w->reader->staff) == 0)
		return true;
	if (record_class_of(q->t, q->after) != CLASS_RESTRICTED)
		return err_field(q->e, ERR_FORBIDDEN, "restricted", "author");
	json_array_foreach((json_t *)(uintptr_t)list, i, v)
	{
		if (!has_reader(q->before, v))
			return err_field(
				q->e, ERR_FORBIDDEN, "readers", "author");
	}
	return true;
}

bool decide_rules(struct world *w, const struct rtype *t, struct entry *x,
	const json_t *before, const json_t *after, struct err *e)
{
	struct rule q = {w, t, x, before, after, e};

	if (!check_refs(&q) || !record_check_in_use(t, before, after, e) ||
		!record_check_growth(t, before, after, e) || !check_steps(&q) ||
		!check_audience(&q) || !beside_check(w, t, x, before, after, e))
		return false;
	for (size_t i = 0; i < ARRAY_LEN(type_rules); i++)
		if (strcmp(type_rules[i].type, t->name) == 0)
			return type_rules[i].check(&q);
	return true;
}
