/*
 * demo_candidates.c - the 32 of 58 candidates who were not enrolled, each with
 * the reason; the reasons add up to the programme's screening funnel.
 *
 * A candidate is a case that never left referral or screening: that is how far
 * it came, and its closing says why it ended there.
 */
#include "server/admin/demo_cast.h"

#include <string.h>

/* clang-format off */
static const struct drop {
	int n;
	const char *result, *reason, *note;
	bool was_assessed;
	size_t missed_rule;
	const char *closed_as;
} drops[] = {
	{4, "unreachable", "wrong_contact",      "登记电话停机，地址已更换住户。", false,
         SIZE_MAX, "lost_contact"   },
	{5, "unreachable", "no_answer",
         "三次不同日期电话与上门均未联系上。",				    false,
         SIZE_MAX, "lost_contact"   },
	{6, "declined",    "refused_assessment",
         "家属暂不愿接受评估，已留联系方式。",				    false,
         SIZE_MAX, "client_withdrew"},
	{2, "ineligible",  "other_programme",    "正在参加残联职业康复项目。",     false,
         SIZE_MAX, "ineligible"     },
	{3, "ineligible",  "diagnosis",
         "经专科医院复核，不属六类登记诊断。",				    true,
         0,        "ineligible"     },
	{1, "ineligible",  "age",		"筛查时未满18周岁。",	     true,
         1,        "ineligible"     },
	{2, "ineligible",  "residence",	  "实际居住在外区。",	       true,
         2,        "ineligible"     },
	{2, "ineligible",  "no_caregiver",       "无家属愿意参与。",	       true,
         3,        "ineligible"     },
	{2, "ineligible",  "unstable",	   "病情不稳定，先转专科住院。",     true,
         4,        "ineligible"     },
	{4, "declined",    "refused_service",    "符合条件，本人表示暂不需要。",   true,
         SIZE_MAX, "client_withdrew"},
	{1, "ineligible",  "moved",	      "符合条件，入组前迁往外市。",     true,
         SIZE_MAX, "moved"	  },
};
/* clang-format on */

static const struct drop *drop_of(size_t i)
{
	for (size_t k = 0; k < ARRAY_LEN(drops); k++) {
		if (i < (size_t)drops[k].n)
			return &drops[k];
		i -= (size_t)drops[k].n;
	}
	die("demo: more candidates than reasons");
}

/* Three tries on different days before somebody counts as not reached. */
static void write_candidate(struct script *s, size_t i)
{
	size_t home = SITE_STATIONS + (i < 18 ? 0 : i < 26 ? 1 : 2);
	size_t no = ENROLLED + i;
	const struct drop *d = drop_of(i);
	struct casefile f;

	case_init(&f, home,
		district_staff(s->district, home, ROLE_SOCIAL_WORKER, 0));
	flagship_referral(s, &f, no);
	f.team[TEAM_PREVENTION] =
		district_staff(s->district, home, ROLE_PREVENTION_DOCTOR, 0);
	f.result = d->result;
	f.reason = d->reason;
	f.reason_note = d->note;
	f.was_assessed = d->was_assessed;
	f.missed_rule = d->missed_rule;
	f.course = strcmp(d->result, "unreachable") == 0 ? COURSE_REFERRAL
							 : COURSE_SCREENING;
	f.client_wish = flagship_client(s, no);
	if (strcmp(d->reason, "age") == 0) {
		/* Seventeen when asked, eighteen since. */
		f.client_wish.birth = date_from_days(s->today - 40);
		f.client_wish.birth.year -= 18;
		if (!date_is_valid(&f.client_wish.birth))
			f.client_wish.birth.day = 28;
	}
	case_write(s, &f);
	if (strcmp(d->reason, "no_answer") == 0)
		case_tries(s, &f, STAGE_OPENING, f.referred + 2);
	/* Over, though it never came further than this phase. */
	script_patch(s,
		case_pen(&f, STAGE_OPENING, TEAM_MANAGER, f.screened + 2, 1050),
		f.kase,
		json_pack("{s:s, s:s}", "closed",
			demo_day(s->mem, f.screened + 2), "close_reason",
			d->closed_as));
}

void candidates_write(struct script *s)
{
	for (size_t i = 0; i < FLAGSHIP_CASES - ENROLLED; i++)
		write_candidate(s, i);
}
