/*
 * demo_group.c - the care group of a case, and the consents by which its
 * members at other sites may see it.
 *
 * Both are written as long-lasting as they once were meant to be: what ended
 * is ended by a later change (demo_course.c), so that the people of other
 * sites can have written what they wrote.
 */
#include "server/admin/demo_case.h"

#include <string.h>

static const char *const member_roles[TEAM_SIZE] = {
	[TEAM_MANAGER] = "social_worker",
	[TEAM_WORKER] = "rehab_staff",
	[TEAM_PREVENTION] = "psych_prev_doctor",
	[TEAM_DOCTOR] = "psych_prev_doctor",
	[TEAM_PSYCHIATRIST] = "psychiatrist",
	[TEAM_PARTNER] = "social_worker",
};

static const char *role_of(const struct script *s, size_t staff, enum team who)
{
	enum role role = s->district->staff[staff].role;

	return role == ROLE_NURSE         ? "nurse"
	       : role == ROLE_CASE_WORKER ? "social_worker"
					  : member_roles[who];
}

static void write_outsider(struct script *s, struct casefile *f,
	const char *name, const char *role)
{
	script_create(s,
		case_pen(f, STAGE_OPENING, TEAM_MANAGER, f->opened, 11 * 60),
		"member", f->kase, NULL,
		json_pack("{s:s, s:s, s:s}", "name", name, "role", role, "from",
			demo_day(s->mem, f->opened)));
}

static void write_group(struct script *s, struct casefile *f)
{
	for (size_t i = 0; i < TEAM_SIZE; i++) {
		size_t staff = f->team[i];

		if (staff == NOBODY)
			continue;
		f->members[i] = script_create(s,
			case_pen(f, STAGE_OPENING, TEAM_MANAGER, f->opened,
				10 * 60 + 30),
			"member", f->kase, NULL,
			json_pack("{s:s, s:s, s:s, s:s, s:o*}", "staff",
				staff_ref(s, staff), "site",
				site_ref(s, s->district->staff[staff].site),
				"role", role_of(s, staff, (enum team)i), "from",
				demo_day(s->mem, f->opened), "lead",
				i == TEAM_MANAGER ? json_true() : NULL));
	}
	if (!f->depth.rich || !f->carer)
		return;
	write_outsider(s, f, json_str(f->carer->body, "name"), "family_member");
	write_outsider(s, f,
		arena_printf(s->mem, "%s主任（居委会）",
			people_surname(s->mem, people_name(&s->rng, s->mem,
						       NULL, FEMALE, 1972))),
		"committee");
}

static json_t *class_list(bool narrow)
{
	return narrow ? json_pack("[s, s]", "core", "plan")
		      : json_pack("[s, s, s, s, s]", "core", "identity",
				"assessment", "plan", "note");
}

/* Whether the child was asked: from eight on, and below fourteen with the
 * guardian who consents (proto/about.h). */
static const char *assent_of(const struct casefile *f)
{
	struct date birth, on = date_from_days(f->opened);
	int age = 0;

	if (date_parse(json_str(f->client->body, "birth"), &birth))
		age = date_age(&birth, &on);
	return age >= 8 && age < 18 ? "yes" : NULL;
}

static struct draft *write_consent(struct script *s, struct casefile *f,
	const char *purpose, bool narrow, json_t *TAKES sites)
{
	bool by_carer = f->carer && (f->is_child || rng_chance(&s->rng, 0.6));
	const struct draft *giver = by_carer ? f->carer : f->client;

	return script_create(s,
		case_pen(f, STAGE_OPENING, TEAM_MANAGER, f->opened,
			10 * 60 + 45),
		"consent", f->kase, NULL,
		json_pack(
			"{s:s, s:o, s:o, s:s, s:s, s:s, s:s, s:s, s:s*, s:s*}",
			"purpose", purpose, "classes", class_list(narrow),
			"sites", sites, "given_by",
			json_str(giver->body, "name"), "relation_to_client",
			by_carer ? f->carer_tie.kind : "0", "evidence",
			arena_printf(s->mem, "纸质知情同意书（%s）", f->number),
			"from", demo_day(s->mem, f->opened), "basis", "consent",
			"guardian", by_carer && f->tie ? f->tie->ref : NULL,
			"assent", by_carer ? assent_of(f) : NULL));
}

static void add_site(
	struct script *s, struct casefile *f, json_t *list, enum team who)
{
	const char *id;
	size_t site;

	if (f->team[who] == NOBODY)
		return;
	site = s->district->staff[f->team[who]].site;
	id = site_ref(s, site);
	if (site == f->home)
		return;
	for (size_t i = 0; i < json_array_size(list); i++)
		if (strcmp(json_string_value(json_array_get(list, i)), id) == 0)
			return;
	json_array_append_new(list, json_string(id));
}

/* By law the hospital must be told of danger, whatever was agreed to. */
static void write_statute(struct script *s, struct casefile *f)
{
	json_t *sites = json_array();

	add_site(s, f, sites, TEAM_PSYCHIATRIST);
	script_create(s,
		case_pen(f, STAGE_OPENING, TEAM_MANAGER, f->opened,
			10 * 60 + 50),
		"consent", f->kase, NULL,
		json_pack("{s:s, s:o, s:o, s:s, s:s, s:s}", "purpose",
			"sharing", "classes", class_list(false), "sites", sites,
			"basis", "statutory", "basis_reason",
			"危险性评估三级以上，依照严重精神障碍管理规范与精神专科"
			"医院共享必要信息。",
			"from", demo_day(s->mem, f->opened)));
}

static void write_consents(struct script *s, struct casefile *f)
{
	json_t *partner = json_array(), *others = json_array();

	write_consent(
		s, f, "care", false, json_pack("[s]", site_ref(s, f->home)));
	add_site(s, f, partner, TEAM_PARTNER);
	if (!f->by_statute)
		add_site(s, f, others, TEAM_PSYCHIATRIST);
	add_site(s, f, others, TEAM_DOCTOR);
	if (f->by_statute)
		write_statute(s, f);
	if (json_array_size(others))
		f->sharing = write_consent(s, f, "sharing", false, others);
	else
		json_decref(others);
	/* Consents are asked one purpose at a time; these open no record. */
	if (f->depth.rich && rng_chance(&s->rng, 0.5))
		write_consent(s, f,
			rng_chance(&s->rng, 0.5) ? "photo" : "teaching", true,
			json_null());
	if (json_array_size(partner))
		f->partner_sharing = write_consent(
			s, f, "sharing", f->narrow_partner, partner);
	else
		json_decref(partner);
}

void case_share(struct script *s, struct casefile *f)
{
	write_group(s, f);
	write_consents(s, f);
}
