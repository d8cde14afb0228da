/*
 * demo_hospice.c - three years of a hospice, as its source counts them: 171
 * persons at home, 2,100 as outpatients, 172 as inpatients.
 *
 * It does not say whether its 2,100 are persons or visits; here they are
 * persons, each once in each setting. Most see the outpatient clinic once; for
 * one in twelve care goes on at home, for as many on the ward. The cases are
 * light: a person, the case, where they were cared for, a talk, the closing.
 */
#include "server/admin/demo_cast.h"

#include "server/admin/demo_mix.h"

#define YEARS      3
#define OUTPATIENT 2100
#define HOME       171
#define INPATIENT  172

/* Which of the 2,100 go on to a setting: evenly spread, the one beside the
 * other. */
static bool goes_on(size_t no, size_t of, size_t shift)
{
	size_t i = (no + shift) % OUTPATIENT;

	return i * of / OUTPATIENT != (i + 1) * of / OUTPATIENT;
}

static struct draft *write_segment(struct script *s, struct casefile *f,
	const char *setting, int64_t from, int64_t to)
{
	return script_create(s,
		case_pen(f, STAGE_BASELINE, TEAM_MANAGER, from, 600), "segment",
		f->kase, NULL,
		json_pack("{s:s, s:s, s:s}", "setting", setting, "from",
			demo_day(s->mem, from), "to", demo_day(s->mem, to)));
}

static void write_talk(struct script *s, struct casefile *f)
{
	script_create(s,
		case_pen(f, STAGE_BASELINE, TEAM_MANAGER, f->opened, 11 * 60),
		"service", f->kase, NULL,
		json_pack("{s:s, s:i, s:s, s:s, s:s, s:s, s:s}", "started_at",
			demo_time(s->mem, demo_ms(f->opened, 10 * 60)),
			"minutes", 30, "kind", "outpatient_contact", "setting",
			"outpatient", "status", "completed", "aim",
			"了解照护意愿与家庭情况", "process",
			"门诊面谈：想在哪里被照顾、怕什么、谁来照顾。"));
}

static void write_case(struct script *s, struct casefile *f)
{
	f->client = script_create(s,
		case_pen(f, STAGE_OPENING, TEAM_MANAGER, f->opened, 540),
		"person", NULL, NULL,
		json_incref(people_body(
			&s->rng, s->mem, s->today, &f->client_wish)));
	f->kase = script_create(s,
		case_pen(f, STAGE_OPENING, TEAM_MANAGER, f->opened, 545),
		"case", NULL, NULL,
		json_pack("{s:s, s:s, s:s, s:s, s:s, s:s, s:s, s:s, s:s}",
			"number", f->number, "person", f->client->ref,
			"programme", "hospice_settings", "phase", "intake",
			"practice_model", "psychosocial_model", "care_setting",
			"outpatient", "manager",
			staff_ref(s, f->team[TEAM_MANAGER]), "home_site",
			site_ref(s, f->home), "opened",
			demo_day(s->mem, f->opened)));
}

static void close_case(struct script *s, struct casefile *f)
{
	const char *day = demo_day(s->mem, f->closed);

	script_patch(s,
		case_pen(f, STAGE_CLOSING, TEAM_MANAGER, f->closed, 900),
		f->kase,
		json_pack("{s:s, s:s}", "phase", "closing", "close_reason",
			f->close_reason));
	script_create(s,
		case_pen(f, STAGE_CLOSURE, TEAM_MANAGER, f->closed, 910),
		"closure", f->kase, NULL,
		json_pack("{s:s, s:s, s:s, s:s, s:s, s:s}", "reason",
			f->close_reason, "closed_on", day, "informed", day,
			"approved_by", staff_ref(s, f->supervisor), "approved",
			day, "approval_note", "书面批准，督导签字存档。"));
	script_patch(s, case_pen(f, STAGE_CLOSED, TEAM_MANAGER, f->closed, 920),
		f->kase,
		json_pack("{s:s, s:s}", "phase", "ended", "closed", day));
}

static void write_one(struct script *s, const struct lot *lot, size_t no)
{
	struct casefile f;
	struct date today = date_from_days(s->today),
		    first = {today.year - YEARS, 1, 1};
	int64_t from = date_to_days(&first), day;

	case_init(&f, lot->home,
		district_staff(s->district, lot->home, ROLE_SOCIAL_WORKER, 0));
	f.supervisor = district_supervisor(s->district, lot->home);
	/* The last ones begin early enough to end with their year. */
	f.opened = from + (int64_t)(no % (OUTPATIENT / YEARS)) * 330 /
				  (OUTPATIENT / YEARS);
	first.year += (int)(no / (OUTPATIENT / YEARS));
	f.opened += date_to_days(&first) - from;
	f.number = arena_printf(s->mem, "AN-%04d-M%04zu", first.year, no + 1);
	f.client_wish.age = rng_between(&s->rng, 52, 93);
	f.client_wish.born_by = f.opened;
	write_case(s, &f);
	write_talk(s, &f);
	day = f.opened + 1;
	write_segment(s, &f, "outpatient", f.opened, day);
	if (goes_on(no, HOME, 0)) {
		write_segment(s, &f, "home", day, day + 14);
		day += 14;
	}
	if (goes_on(no, INPATIENT, 7)) {
		write_segment(s, &f, "inpatient", day, day + 9);
		day += 9;
	}
	f.closed = day + 1;
	f.close_reason = day > f.opened + 1 ? "deceased" : "service_ended";
	close_case(s, &f);
}

void hospice_write(struct script *s, const struct lot *lot)
{
	for (size_t i = 0; i < lot->n; i++)
		write_one(s, lot, lot->number + i);
}

void mix_add_hospice(struct mix *m, struct arena *mem)
{
	mix_add_lots(m, NULL, SITE_HOSPICE, OUTPATIENT, mem);
}
