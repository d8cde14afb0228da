/*
 * test_requests.c - requests from the menu, ward contacts, and cases made of
 * them, worked offline: who could take a request, and what the day has room
 * for.
 */
#include "tests/unit/client/letters.h"

/* ---- requests ---- */

#define REQUEST(more)                                                          \
	arena_printf(f->mem,                                                   \
		"{\"to_site\":\"%s\",\"item\":\"%s\",\"item_name\":\"Crisis "  \
		"support\",\"requested_by_kind\":\"nurse\",\"urgency\":"       \
		"\"urgent\",\"requested\":\"2020-01-01T08:00:00Z\"," more "}", \
		id_text(f, HERE), id_text(f, 200))

static void a_ward(struct station *s, struct fixture *f)
{
	(void)s;
	be(f, "nurse");
	put_directory(f, "service_item", 200,
		arena_printf(f->mem,
			"{\"code\":\"crisis\",\"site\":\"%s\",\"clinical_name\""
			":\"Crisis support\",\"patient_name\":\"Somebody "
			"stays\",\"respond_hours\":2,\"capacity_day\":1}",
			id_text(f, HERE)));
	put_directory(f, "service_item", 201,
		arena_printf(f->mem,
			"{\"code\":\"crisis\",\"site\":\"%s\",\"clinical_name\""
			":\"Crisis support\",\"patient_name\":\"We come\"}",
			id_text(f, THERE)));
	put_directory(f, "service_item", 202,
		arena_printf(f->mem,
			"{\"code\":\"old\",\"site\":\"%s\",\"clinical_name\":"
			"\"Old\",\"patient_name\":\"Old\",\"active\":false}",
			id_text(f, HERE)));
	put_letter(f, "request", 210, 0, THERE,
		REQUEST("\"status\":\"open\",\"respond_by\":"
			"\"2020-01-01T10:00:00Z\",\"ward\":\"ED\","
			"\"client_label\":\"bed 12\""));
	put_letter(f, "request", 211, 0, THERE,
		arena_printf(f->mem,
			"{\"to_site\":\"%s\",\"item_name\":\"x\","
			"\"requested_by_kind\":\"nurse\",\"urgency\":\"soon\","
			"\"requested\":\"2020-01-01T08:00:00Z\",\"status\":"
			"\"in_progress\",\"responded\":"
			"\"2020-01-01T09:00:00Z\",\"provider\":\"%s\"}",
			id_text(f, HERE), id_text(f, ME)));
	put_letter(f, "request", 212, 0, THERE,
		REQUEST("\"status\":\"unmet\",\"unmet_reason\":"
			"\"no_provider\""));
}

static void a_request_is_made_from_the_menu(void)
{
	struct station s;
	struct err e;
	const json_t *b;

	open_station(&s);
	with_store(&s, a_ward);
	/* Two sites offer it: no guess is made. */
	CHECK(run(&s, &e, "request", "crisis", NULL) == 1);
	CHECK(e.code == ERR_AMBIGUOUS);
	CHECK(run(&s, &e, "request", "old", NULL) == 1);
	CHECK(e.code == ERR_NOT_FOUND);
	CHECK(run(&s, &e, "request", "crisis", "--to", "康复站", "--ward", "ED",
		      "--label", "bed 3", "--json", NULL) == 0);
	b = body(&s, json_str(s.json, "id"));
	CHECK_STR(first(json_str(b, "item")), id_text(&s.f, 200));
	CHECK_STR(first(json_str(b, "item_name")), "Crisis support");
	CHECK_STR(first(json_str(b, "requested_by_kind")), "nurse");
	CHECK_STR(first(json_str(b, "urgency")), "routine");
	CHECK_STR(first(json_str(b, "status")), "open");
	CHECK(run(&s, &e, "request", "We come", "--json", NULL) == 0);
	CHECK_STR(first(json_str(body(&s, json_str(s.json, "id")), "to_site")),
		id_text(&s.f, THERE));
	CHECK(run(&s, &e, "request", "a piano", "--other", NULL) == 2);
	CHECK(run(&s, &e, "request", "a piano", "--other", "--to", "康复站",
		      "--by", "patient", "--json", NULL) == 0);
	b = body(&s, json_str(s.json, "id"));
	CHECK(!at(b, "item"));
	CHECK_STR(first(json_str(b, "item_name")), "a piano");
	close_station(&s);
}

/* Two hours after it was made, by the item; a day, by the urgency. */
static void the_clock_is_the_items_else_goes_by_urgency(void)
{
	static const struct {
		const char *item[4];
		int64_t hours;
	} rows[] = {
		{{"crisis", "--to", "康复站", NULL},     2 },
		{{"We come", "--urgency", "soon", NULL},    8 },
		{{"We come", "--urgency", "routine", NULL}, 24},
	};
	struct station s;
	struct err e;

	open_station(&s);
	with_store(&s, a_ward);
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		int64_t made = 0, due = 0;
		const json_t *b;

		CHECK(run(&s, &e, "request", "--json", rows[i].item[0],
			      rows[i].item[1], rows[i].item[2], NULL) == 0);
		b = body(&s, json_str(s.json, "id"));
		CHECK(time_parse(first(json_str(b, "requested")), &made) &&
			time_parse(first(json_str(b, "respond_by")), &due));
		CHECK(due - made == rows[i].hours * 3600000);
	}
	close_station(&s);
}

static void who_could_take_it_is_proposed_the_least_loaded_first(void)
{
	struct station s;
	struct err e;
	const json_t *p;

	open_station(&s);
	with_store(&s, a_ward);
	CHECK(run(&s, &e, "requests", "--open", "--json", NULL) == 0);
	CHECK(json_array_size(s.json) == 1);
	CHECK(json_flag(json_array_get(s.json, 0), "late"));
	p = at(json_array_get(s.json, 0), "proposal");
	CHECK(json_array_size(at(p, "providers")) == 2);
	CHECK_STR(
		first(json_str(json_array_get(at(p, "providers"), 0), "staff")),
		id_text(&s.f, 902));
	CHECK(json_int(json_array_get(at(p, "providers"), 1), "open", -1) == 1);
	CHECK(json_int(p, "capacity", -1) == 1 && !json_flag(p, "full"));
	CHECK(run(&s, &e, "requests", "--unmet", "--json", NULL) == 0);
	CHECK_STR(ids(&s), "0d4 ");
	CHECK(run(&s, &e, "requests", "--mine", "--json", NULL) == 0);
	CHECK_STR(ids(&s), "0d3 ");
	CHECK(run(&s, &e, "requests", "--all", "--json", NULL) == 0);
	CHECK(json_array_size(s.json) == 3);
	CHECK(run(&s, &e, "requests", NULL) == 0);
	CHECK(strstr(s.out, "王强 0, 陈静 1") && strstr(s.out, "0 of 1 today"));
	close_station(&s);
}

static void the_best_is_assigned_while_the_day_has_room(void)
{
	struct station s;
	struct err e;
	const char *rec, *more;

	open_station(&s);
	with_store(&s, a_ward);
	rec = id_text(&s.f, 210);
	CHECK(run(&s, &e, "answer", rec, "triage", NULL) == 1);
	CHECK(e.code == ERR_MISSING && strstr(e.accepts, "--urgency"));
	CHECK(run(&s, &e, "answer", rec, "triage", "--urgency", "soon", NULL) ==
		0);
	CHECK(run(&s, &e, "answer", rec, "triage", "--assign", "best", NULL) ==
		1);
	CHECK(run(&s, &e, "answer", rec, "accept", "--assign", "best", NULL) ==
		0);
	CHECK_STR(
		first(json_str(body(&s, rec), "provider")), id_text(&s.f, 902));
	CHECK(at(body(&s, rec), "responded") != NULL);
	/* One a day: the next is for a person to decide. */
	CHECK(run(&s, &e, "request", "crisis", "--to", "康复站", "--json",
		      NULL) == 0);
	more = arena_strdup(s.f.mem, json_str(s.json, "id"));
	CHECK(run(&s, &e, "answer", more, "accept", "--assign", "best", NULL) ==
		1);
	CHECK(e.code == ERR_NOT_SAVED && strstr(e.accepts, "1 of 1"));
	CHECK(run(&s, &e, "answer", more, "accept", NULL) == 0);
	CHECK_STR(
		first(json_str(body(&s, more), "provider")), id_text(&s.f, ME));
	CHECK(run(&s, &e, "answer", more, "done", NULL) == 1);
	CHECK(e.code == ERR_MISSING);
	CHECK(run(&s, &e, "answer", more, "done", "--note", "stayed", NULL) ==
		0);
	CHECK(at(body(&s, more), "result_at") != NULL);
	CHECK(run(&s, &e, "answer", rec, "unmet", NULL) == 1);
	CHECK(strstr(e.accepts, "--reason no_provider") != NULL);
	CHECK(run(&s, &e, "answer", rec, "unmet", "--reason", "client_left",
		      NULL) == 0);
	close_station(&s);
}

/* ---- the menu ---- */

static void the_menu_has_both_wordings(void)
{
	struct station s;
	struct err e;

	open_station(&s);
	with_store(&s, a_ward);
	CHECK(run(&s, &e, "menu", NULL) == 0);
	CHECK(strstr(s.out, "Crisis support") && !strstr(s.out, "We come"));
	CHECK(run(&s, &e, "menu", "--patient", NULL) == 0);
	CHECK(strstr(s.out, "We come") != NULL);
	CHECK(run(&s, &e, "menu", "emergency_services", "--json", NULL) == 0);
	CHECK(json_array_size(s.json) == 16);
	CHECK(json_is_null(at(json_array_get(s.json, 0), "id")));
	CHECK(run(&s, &e, "menu", "no_such_thing", NULL) == 1);
	CHECK(run(&s, &e, "menu", "--load", "emergency_services", NULL) == 1);
	CHECK(e.code == ERR_FORBIDDEN);
	close_station(&s);
}

static void an_administrator(struct station *s, struct fixture *f)
{
	(void)s;
	be(f, "site_admin");
}

static void a_site_administrator_loads_a_packs_services_once(void)
{
	struct station s;
	struct err e;

	open_station(&s);
	with_store(&s, an_administrator);
	CHECK(run(&s, &e, "menu", "--load", "emergency_services", "--json",
		      NULL) == 0);
	CHECK(json_int(s.json, "made", -1) == 16);
	CHECK(json_int(s.json, "waiting", -1) == 16);
	CHECK(run(&s, &e, "menu", "--load", "emergency_services", "--json",
		      NULL) == 0);
	CHECK(json_int(s.json, "made", -1) == 0);
	CHECK(run(&s, &e, "menu", "emergency_services", "--json", NULL) == 0);
	CHECK(json_array_size(s.json) == 16);
	CHECK_STR(first(json_str(json_array_get(s.json, 0), "site")),
		id_text(&s.f, HERE));
	CHECK(run(&s, &e, "menu", "--load", "no_such_thing", NULL) == 1);
	CHECK(e.code == ERR_BAD_CODE);
	close_station(&s);
}

/* ---- contacts ---- */

static void a_worker(struct station *s, struct fixture *f)
{
	seven_letters(s, f);
	be(f, "social_worker");
}

static void a_contact_becomes_a_case_in_one_group(void)
{
	struct station s;
	struct err e;
	const char *rec, *kase;

	open_station(&s);
	with_store(&s, a_worker);
	CHECK(run(&s, &e, "contact", NULL) == 2);
	CHECK(run(&s, &e, "contact", "place=ED", "client_label=bed 3",
		      "needs=economic", "note=no money", "--json", NULL) == 0);
	rec = arena_strdup(s.f.mem, json_str(s.json, "id"));
	CHECK(at(body(&s, rec), "at") != NULL);
	CHECK(run(&s, &e, "contacts", "--json", NULL) == 0);
	CHECK(json_array_size(s.json) == 1);
	/* A bed is nobody's name. */
	CHECK(run(&s, &e, "promote", rec, NULL) == 1);
	CHECK(e.code == ERR_MISSING);
	CHECK_STR(e.field, "name");
	CHECK(run(&s, &e, "promote", rec, "name=王小二", "sex=1", "--programme",
		      "emergency_services", "--json", NULL) == 0);
	kase = arena_strdup(s.f.mem, json_str(s.json, "id"));
	CHECK(json_int(s.json, "waiting", -1) == 4);
	CHECK_STR(first(json_str(body(&s, kase), "origin")), rec);
	CHECK_STR(first(json_str(body(&s, kase), "programme")),
		"emergency_services");
	CHECK_STR(
		first(json_str(body(&s, kase), "manager")), id_text(&s.f, ME));
	CHECK_STR(first(json_str(body(&s, rec), "case_opened")), kase);
	CHECK_STR(text_of_body(&s, rec, "person"),
		text_of_body(&s, kase, "person"));
	CHECK(run(&s, &e, "contacts", "--json", NULL) == 0);
	CHECK(json_array_size(s.json) == 0);
	CHECK(run(&s, &e, "contacts", "--all", "--json", NULL) == 0);
	CHECK(json_array_size(s.json) == 1);
	CHECK(run(&s, &e, "promote", rec, "name=王小二", NULL) == 1);
	CHECK(e.code == ERR_NOT_SAVED);
	close_station(&s);
}

static void the_three_changes_of_a_promotion_share_a_group(void)
{
	struct station s;
	struct err e;
	const char *tx = NULL;
	size_t n = 0;

	open_station(&s);
	with_store(&s, a_worker);
	run(&s, &e, "contact", "note=x", "--json", NULL);
	CHECK(run(&s, &e, "promote", json_str(s.json, "id"), "name=a", NULL) ==
		0);
	reopen(&s.f);
	for (size_t i = 1; i < store_work_count(s.f.s); i++) {
		const char *of =
			json_str(work_change(store_work_at(s.f.s, i)), "tx");

		CHECK(of && (!tx || strcmp(tx, of) == 0));
		tx = of;
		n++;
	}
	CHECK(n == 3);
	close_station(&s);
}

static void a_referral_becomes_a_case_by_the_name_in_the_letter(void)
{
	struct station s;
	struct err e;
	const char *kase;
	const json_t *b;

	open_station(&s);
	with_store(&s, a_worker);
	CHECK(run(&s, &e, "promote", id_text(&s.f, 100), "--json", NULL) == 0);
	kase = arena_strdup(s.f.mem, json_str(s.json, "id"));
	CHECK_STR(
		first(json_str(body(&s, kase), "origin")), id_text(&s.f, 100));
	b = body(&s, text_of_body(&s, kase, "person"));
	CHECK_STR(first(json_str(b, "name")), "李梅");
	CHECK(!at(body(&s, id_text(&s.f, 100)), "case_opened"));
	/* Somebody on file is not written down again. */
	CHECK(run(&s, &e, "promote", id_text(&s.f, 101), "--person",
		      id_text(&s.f, 2), "--json", NULL) == 0);
	CHECK_STR(
		text_of_body(&s, arena_strdup(s.f.mem, json_str(s.json, "id")),
			"person"),
		id_text(&s.f, 2));
	CHECK(run(&s, &e, "promote", id_text(&s.f, 3), NULL) == 1);
	CHECK(e.code == ERR_BAD_INPUT);
	close_station(&s);
}

int main(void)
{
	RUN(a_request_is_made_from_the_menu);
	RUN(the_clock_is_the_items_else_goes_by_urgency);
	RUN(who_could_take_it_is_proposed_the_least_loaded_first);
	RUN(the_best_is_assigned_while_the_day_has_room);
	RUN(the_menu_has_both_wordings);
	RUN(a_site_administrator_loads_a_packs_services_once);
	RUN(a_contact_becomes_a_case_in_one_group);
	RUN(the_three_changes_of_a_promotion_share_a_group);
	RUN(a_referral_becomes_a_case_by_the_name_in_the_letter);
	return tap_done();
}
