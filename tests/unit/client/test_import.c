/*
 * test_import.c - lists as stations keep them, good rows and bad; and unsent
 * work on its way out of a damaged store and into a new one.
 */
#include "tests/unit/client/station.h"

#include <sqlite3.h>

/* ---- damage, export, import ---- */

/* A new store in the place of the old one, for the same person. */
static void replace_store(struct station *s)
{
	struct err e;

	s->f.path = in_dir(s, "0123456789abcdef.store");
	unlink(s->f.path);
	if (!store_create(
		    s->f.path, "correct horse", &cheap, s->f.recovery, &e))
		die("test: %s", e.msg);
	open_again(&s->f);
	sign_in(&s->f);
	store_close(s->f.s);
	s->f.s = NULL;
}

static void break_store(struct station *s)
{
	sqlite3 *db;

	if (sqlite3_open(in_dir(s, "0123456789abcdef.store"), &db) !=
			SQLITE_OK ||
		sqlite3_exec(db, "DELETE FROM unit", NULL, NULL, NULL) !=
			SQLITE_OK)
		die("test: %s", sqlite3_errmsg(db));
	sqlite3_close(db);
}

static void unsent_work_leaves_a_damaged_store_and_comes_back(void)
{
	struct station s;
	struct str bytes;
	const char *file;
	struct err e;
	bool too_big;

	open_station(&s);
	file = in_dir(&s, "unsent");
	CHECK(run(&s, &e, "edit", id_text(&s.f, 3), "aim=MARKER", NULL) == 0);
	CHECK(run(&s, &e, "add", "person", "name=张三", NULL) == 0);
	break_store(&s);
	CHECK(run(&s, &e, "cases", NULL) == 5);
	CHECK(e.code == ERR_STORE_DAMAGED);
	CHECK(run(&s, &e, "doctor", "--json", NULL) == 4);
	CHECK(!json_flag(s.json, "ok"));
	CHECK(run(&s, &e, "export", "--unsent", file, "--json", NULL) == 0);
	CHECK(json_int(s.json, "changes", 0) == 2);
	CHECK(json_int(s.json, "lost", -1) == 0);
	CHECK(file_read(file, 1 << 20, s.f.mem, &bytes, &too_big));
	CHECK(memcmp(bytes.p, "casebridge unsent 1 ", 20) == 0);
	for (size_t i = 0; i + 6 <= bytes.n; i++)
		CHECK(memcmp(bytes.p + i, "MARKER", 6) != 0);
	/* Never over another file. */
	CHECK(run(&s, &e, "export", "--unsent", file, NULL) == 1);
	CHECK(e.code == ERR_BAD_FILE);
	replace_store(&s);
	CHECK(run(&s, &e, "import", file, "--json", NULL) == 0);
	CHECK(json_int(s.json, "taken", 0) == 2);
	CHECK(run(&s, &e, "import", file, "--json", NULL) == 0);
	CHECK(json_int(s.json, "here", 0) == 2);
	CHECK(run(&s, &e, "status", "--json", NULL) == 0);
	CHECK(json_int(s.json, "unsent", 0) == 2);
	put_file(&s, "secret", "battery staple\n");
	CHECK(run(&s, &e, "import", file, NULL) == 1);
	close_station(&s);
}

static const char *fate(struct station *s, size_t i)
{
	const char *f = json_str(
		json_array_get(json_object_get(s->json, "rows"), i), "fate");

	return f ? f : "-";
}

static int import(
	struct station *s, struct err *e, const char *text, const char *option)
{
	put_file(s, "list.csv", text);
	return run(
		s, e, "import", in_dir(s, "list.csv"), "--json", option, NULL);
}

static void a_list_becomes_persons_and_cases(void)
{
	struct station s;
	struct err e;

	open_station(&s);
	/* Numbers with right check digits, worked out by GB 11643. */
	CHECK(import(&s, &e,
		      "姓名,性别,出生日期,身份证号,电话,项目,个案编号\n"
		      "张伟,男,1980/3/5,11010519491231002X,13800000000,,A-1\n",
		      NULL) == 1);
	CHECK_STR(fate(&s, 0), "refused"); /* born 1949, says the number */
	CHECK(import(&s, &e,
		      "姓名,性别,身份证号,电话,项目,个案编号\n"
		      "张伟,,１１０１０５１９４９１２３１００２Ｘ,138-0000-"
		      "0000,"
		      "严重精神障碍亲情关怀,A-1\n",
		      "--dry-run") == 0);
	CHECK_STR(fate(&s, 0), "new");
	CHECK(json_flag(s.json, "dry_run"));
	CHECK(json_int(s.json, "waiting", -1) == 0);
	CHECK(import(&s, &e,
		      "姓名,性别,身份证号,电话,项目,个案编号\n"
		      "张伟,,１１０１０５１９４９１２３１００２Ｘ,138-0000-"
		      "0000,"
		      "严重精神障碍亲情关怀,A-1\n",
		      NULL) == 0);
	CHECK(json_int(s.json, "waiting", -1) == 2);
	CHECK(run(&s, &e, "show", "A-1", "--json", NULL) == 0);
	CHECK_STR(json_str(at(s.json, "summary"), "birth"), "1949-12-31");
	CHECK_STR(json_str(at(s.json, "summary"), "sex"), "2");
	CHECK_STR(json_str(at(s.json, "summary"), "programme"),
		"smd_kinship_care");
	CHECK(strstr(s.out, "+8613800000000") != NULL);
	/* The same list again. */
	CHECK(import(&s, &e,
		      "姓名,身份证号,个案编号\n"
		      "张伟,11010519491231002X,A-1\n",
		      NULL) == 0);
	CHECK_STR(fate(&s, 0), "duplicate");
	CHECK(json_int(s.json, "waiting", -1) == 2);
	close_station(&s);
}

static void bad_rows_do_not_hold_up_good_ones(void)
{
	struct station s;
	struct err e;
	const json_t *rows;

	open_station(&s);
	CHECK(import(&s, &e,
		      "name;sex;birth;phone;programme\n"
		      "One;male;1980-02-30;;\n"
		      "Two;alien;1980-02-01;;\n"
		      ";male;1980-02-01;;\n"
		      "Four;male;1980.2.1;hello;\n"
		      "\n"
		      "Five;女;1981年3月;0512-65123456;Caregiver group work\n"
		      "\"Si\"\"x\";2;19820304;;\"caregiver_group\"\n"
		      "Five;;1981-03;;caregiver_group\n",
		      NULL) == 1);
	rows = json_object_get(s.json, "rows");
	CHECK(json_array_size(rows) == 7);
	CHECK_STR(fate(&s, 0), "refused");
	CHECK_STR(json_str(json_array_get(rows, 0), "column"), "birth");
	CHECK_STR(json_str(json_array_get(rows, 1), "column"), "sex");
	CHECK_STR(json_str(json_array_get(rows, 2), "column"), "name");
	CHECK_STR(json_str(json_array_get(rows, 3), "column"), "phone");
	CHECK_STR(fate(&s, 4), "new");
	CHECK(json_int(json_array_get(rows, 4), "row", 0) == 7);
	CHECK_STR(fate(&s, 5), "new");
	CHECK_STR(fate(&s, 6), "duplicate");
	CHECK_STR(json_str(json_array_get(rows, 6), "of"), "row 7");
	CHECK(json_int(s.json, "refused", 0) == 4);
	CHECK(json_int(s.json, "waiting", 0) == 4);
	CHECK(run(&s, &e, "cases", "Si\"x", "--json", NULL) == 0);
	CHECK(json_array_size(s.json) == 1);
	close_station(&s);
}

static void a_known_person_gets_a_case_in_another_programme(void)
{
	struct station s;
	struct err e;

	open_station(&s);
	CHECK(import(&s, &e,
		      "姓名,出生日期,项目\n"
		      "李娜,1990-01-01,caregiver_group\n",
		      NULL) == 0);
	CHECK(import(&s, &e,
		      "姓名,出生日期,项目\n"
		      "李娜,1990-01-01,stroke_rehab\n"
		      "李娜,1990-01-02,stroke_rehab\n",
		      NULL) == 0);
	CHECK_STR(fate(&s, 0), "known_person");
	CHECK_STR(fate(&s, 1), "new");
	CHECK(json_int(s.json, "waiting", 0) == 5);
	close_station(&s);
}

static void lists_come_in_the_encodings_of_spreadsheets(void)
{
	/* "姓名,性别\n王芳,女\n" */
	static const char gb[] = "\xd0\xd5\xc3\xfb,\xd0\xd4\xb1\xf0\n"
				 "\xcd\xf5\xb7\xbc,\xc5\xae\n";
	static const char bom[] = "\xef\xbb\xbf姓名,性别\r\n王芳,女\r\n";
	static const char utf16[] =
		"\xff\xfe\xd3\x59\x0d\x54,\0\x27\x60\x2b\x52\n\0"
		"\x8b\x73\xb3\x82,\0\x73\x59\n\0";
	static const char tabs[] = "姓名\t性别\r王芳\t女\r";
	static const struct str lists[] = {
		{gb,    sizeof(gb) - 1   },
                {bom,   sizeof(bom) - 1  },
		{tabs,  sizeof(tabs) - 1 },
                {utf16, sizeof(utf16) - 1}
        };

	for (size_t i = 0; i < ARRAY_LEN(lists); i++) {
		struct station s;
		struct err e;

		open_station(&s);
		write_text(in_dir(&s, "list.csv"), lists[i].p, lists[i].n);
		CHECK(run(&s, &e, "import", in_dir(&s, "list.csv"), "--json",
			      NULL) == 0);
		CHECK(json_int(s.json, "new", 0) == 1);
		CHECK(run(&s, &e, "cases", "王芳", "--json", NULL) == 0);
		CHECK(json_array_size(s.json) == 1);
		CHECK_STR(json_str(json_array_get(s.json, 0), "sex"), "2");
		close_station(&s);
	}
}

static void what_is_no_list_is_refused_with_a_sentence(void)
{
	static const struct str files[] = {
		{"",			     0 },
		{"just some text",               14},
		{"a,b,c\n1,2,3\n",               12},
		{"PK\003\004zip",                7 },
		{"name,sex\n\"never closed,1\n", 25},
		{"\0\0\0\0\0",                   5 },
		{"\x80\x81\xff\xff\xff",         5 },
	};

	for (size_t i = 0; i < ARRAY_LEN(files); i++) {
		struct station s;
		struct err e;

		open_station(&s);
		write_text(in_dir(&s, "list.csv"), files[i].p, files[i].n);
		CHECK(run(&s, &e, "import", in_dir(&s, "list.csv"), NULL) == 1);
		if (e.code != ERR_BAD_FILE)
			printf("# file %zu: %s\n", i, e.msg);
		CHECK(e.code == ERR_BAD_FILE);
		CHECK(e.accepts[0] != 0);
		close_station(&s);
	}
}

int main(void)
{
	RUN(unsent_work_leaves_a_damaged_store_and_comes_back);
	RUN(a_list_becomes_persons_and_cases);
	RUN(bad_rows_do_not_hold_up_good_ones);
	RUN(a_known_person_gets_a_case_in_another_programme);
	RUN(lists_come_in_the_encodings_of_spreadsheets);
	RUN(what_is_no_list_is_refused_with_a_sentence);
	return tap_done();
}
