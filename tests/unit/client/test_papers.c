/*
 * test_papers.c - what pages keep about a case stays no longer than the case.
 */
#include "tests/unit/client/papers.h"

/* A draft as a page keeps it: of a new record, or of one as it was. */
static bool put_draft(struct fixture *f, const char *name, unsigned of,
	unsigned rec, bool edit)
{
	return put_paper(f, "page", name,
		arena_printf(f->mem,
			"{\"key\":\"%s\",\"at\":1,\"value\":{\"case\":\"%s\","
			"\"rec\":\"%s\",\"base\":%s,\"values\":"
			"{\"aim\":\"MARKER-TYPED\"}}}",
			name, id_text(f, of), id_text(f, rec),
			edit ? "{\"ver\":1,\"body\":{}}" : "null"));
}

static const char *gone_pages(struct fixture *f)
{
	const json_t *gone = store_papers_gone(f->s, "page");

	return gone ? json_canonical(gone, f->mem) : "none";
}

static void a_draft_goes_with_its_case(void)
{
	struct uuid one = id(1);
	struct fixture f;
	size_t n, bytes;

	set_up(&f);
	deliver_case(&f);
	CHECK(put_draft(&f, "new", 1, 70, false));
	CHECK(put_draft(&f, "edit", 1, 3, true));
	CHECK(put_draft(&f, "other", 9, 71, false));
	CHECK(put_paper(&f, "page", "views", "{\"value\":[]}"));
	CHECK(put_paper(&f, "list", "rows", "[\"kept\"]"));
	reopen(&f); /* another program purges than the one that kept them */
	CHECK(store_begin(f.s, &f.e) && store_drop_unit(f.s, &one, &f.e) &&
		store_commit(f.s, &f.e));
	CHECK_STR(paper(&f, "page", "new"), "none");
	CHECK_STR(paper(&f, "page", "edit"), "none");
	CHECK(strstr(paper(&f, "page", "other"), "MARKER-TYPED") != NULL);
	CHECK_STR(paper(&f, "page", "views"), "{\"value\":[]}");
	CHECK(strstr(gone_pages(&f), "\"new\"") &&
		strstr(gone_pages(&f), "\"edit\"") &&
		!strstr(gone_pages(&f), "other"));
	CHECK(store_papers_total(f.s, "page", &n, &bytes, &f.e) && n == 2);
	reopen(&f);
	CHECK(store_verify(f.s, &f.e));
	CHECK_STR(paper(&f, "page", "edit"), "none");
	CHECK(store_papers_total(f.s, "page", &n, &bytes, &f.e) && n == 2);
	tear_down(&f);
}

/* Less of the case is shared than before: so what was begun on the rest goes.
 */
static void what_is_no_longer_shared_is_in_no_draft(void)
{
	struct fixture f;
	struct record left;

	set_up(&f);
	deliver_case(&f);
	CHECK(put_draft(&f, "new", 1, 70, false));
	CHECK(put_draft(&f, "edit", 1, 3, true));
	CHECK(put_draft(&f, "case", 1, 1, true));
	left = make_record(&f, "case", 1, 1, 1, CASE_BODY);
	CHECK(deliver(&f, 1, "case", 2, true, &left, 1));
	CHECK_STR(paper(&f, "page", "edit"), "none");
	CHECK(strstr(paper(&f, "page", "new"), "MARKER-TYPED") != NULL);
	CHECK(strstr(paper(&f, "page", "case"), "MARKER-TYPED") != NULL);
	tear_down(&f);
}

int main(void)
{
	RUN(a_draft_goes_with_its_case);
	RUN(what_is_no_longer_shared_is_in_no_draft);
	return tap_done();
}
