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
	CHECK(e.code == ERR_NOT_SAVED);
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

static const json_t *row(struct station *s, size_t i)
{
	return json_array_get(json_object_get(s->json, "rows"), i);
}

static const char *text_at(const json_t *o, const char *key)
{
	const char *text = json_str(o, key);

	return text ? text : "-";
}

static void a_list_becomes_persons_and_cases(void)
{
	struct station s;
	struct err e;

	open_station(&s);
	/* Numbers with right check digits, worked out by GB 11643. */
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

static void sex_or_birth_that_contradict_the_number_are_remarked(void)
{
	struct station s;
	struct err e;

	open_station(&s);
	CHECK(import(&s, &e,
		      "姓名,性别,出生日期,身份证号,个案编号\n"
		      "张伟,男,1980/3/5,11010519491231002X,A-1\n",
		      NULL) == 0);
	CHECK_STR(fate(&s, 0), "new");
	CHECK(json_array_size(at(row(&s, 0), "remarks")) == 2);
	CHECK(json_int(s.json, "warned", 0) == 1);
	CHECK(run(&s, &e, "show", "A-1", "--json", NULL) == 0);
	CHECK_STR(json_str(at(s.json, "summary"), "birth"), "1949-12-31");
	CHECK(strstr(s.out, "1980-03-05") != NULL); /* in the remarks */
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

/* ---- who is there already ---- */

static void people_are_told_apart_by_what_is_known_of_them(void)
{
	static const struct {
		const char *row; /* name, sex, birth, number, phone */
		const char *fate;
		const char *by;
	} rows[] = {
		{"王芳,女,1990-01-01,,13800000000",     "new",       "-"              },
 /* surely */
		{"王芳,女,1990-01-01,,",                "duplicate", "open_case"      },
 /* maybe */
		{"汪芳,女,1990-01-01,,",                "duplicate", "sound_and_birth"},
		{"王芳,,,,13800000000",                  "duplicate", "name_and_phone" },
		{"王芳,,,,",			     "duplicate", "name"           },
 /* not */
		{"王芳,男,1990-01-01,,",                "new",       "-"              },
		{"汪芳,,1990-01-01,,",                   "new",       "-"              },
		{"王芳,女,1991-01-01,,13900000000",     "new",       "-"              },
		{"李娜,,,110105195001010020,",           "new",       "-"              },
		{"李丽,,,110105195001010020,",           "duplicate", "open_case"      },
		{"李娜,,1950-01-01,110105195001010047,", "new",       "-"              },
	};
	struct station s;
	struct err e;
	struct buf list;

	open_station(&s);
	buf_init(&list, 1 << 16);
	buf_text(&list, "姓名,性别,出生日期,身份证号,电话\n");
	for (size_t i = 0; i < ARRAY_LEN(rows); i++)
		buf_printf(&list, "%s\n", rows[i].row);
	CHECK(import(&s, &e, list.p, "--dry-run") == 0);
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		const char *by = text_at(row(&s, i), "by");

		if (strcmp(fate(&s, i), rows[i].fate) != 0)
			printf("# %s\n", rows[i].row);
		CHECK_STR(fate(&s, i), rows[i].fate);
		CHECK_STR(by, rows[i].by);
	}
	buf_free(&list);
	close_station(&s);
}

static void former_names_are_parted_as_people_write_them(void)
{
	static const char *const marks[] = {",", "，", "、", ";", "；", "/"};
	struct station s;
	struct err e;

	open_station(&s);
	for (size_t i = 0; i < ARRAY_LEN(marks); i++) {
		char list[400];

		snprintf(list, sizeof(list),
			"姓名\t曾用名\t性别\t出生日期\n"
			"赵丽\t赵莉莉%s钱静\t女\t1980-01-01\n"
			"钱静\t\t女\t1980-01-01\n",
			marks[i]);
		CHECK(import(&s, &e, list, "--dry-run") == 0);
		CHECK_STR(fate(&s, 1), "duplicate");
		CHECK_STR(text_at(row(&s, 1), "by"), "sound_and_birth");
	}
	close_station(&s);
}

static void what_becomes_of_duplicates_is_for_the_person_to_say(void)
{
	static const char list[] = "姓名,电话\n王芳,13800000000\n";
	struct station s;
	struct err e;

	open_station(&s);
	CHECK(import(&s, &e, list, NULL) == 0);
	CHECK(import(&s, &e, list, NULL) == 0);
	CHECK_STR(fate(&s, 0), "duplicate");
	/* The same person, who has an open case: nothing to make. */
	CHECK(import(&s, &e, list, "--duplicates=link") == 0);
	CHECK_STR(fate(&s, 0), "duplicate");
	CHECK_STR(text_at(row(&s, 0), "by"), "open_case");
	CHECK(json_int(s.json, "waiting", 0) == 2);
	CHECK(import(&s, &e,
		      "姓名,电话,项目\n王芳,13800000000,caregiver_group\n",
		      "--duplicates=link") == 0);
	CHECK_STR(fate(&s, 0), "known_person");
	CHECK(json_int(s.json, "waiting", 0) == 3);
	CHECK(import(&s, &e, list, "--duplicates=new") == 0);
	CHECK_STR(fate(&s, 0), "new");
	CHECK(json_int(s.json, "waiting", 0) == 5);
	CHECK(import(&s, &e, list, "--duplicates=maybe") == 2);
	/* The same document is the same person: a second case at most. */
	CHECK(import(&s, &e, "姓名,身份证号\n李娜,110105195001010020\n",
		      NULL) == 0);
	CHECK(import(&s, &e, "姓名,身份证号\n李娜,110105195001010020\n",
		      "--duplicates=new") == 0);
	CHECK_STR(fate(&s, 0), "known_person");
	/* A number of a case is not given twice, whatever is said. */
	CHECK(import(&s, &e, "姓名,编号\n某某,SMD-0001\n",
		      "--duplicates=new") == 0);
	CHECK_STR(fate(&s, 0), "duplicate");
	CHECK_STR(text_at(row(&s, 0), "of"), "SMD-0001");
	close_station(&s);
}

/* ---- what is remembered ---- */

static void what_was_said_of_columns_is_remembered_for_these_heads(void)
{
	struct station s;
	struct err e;

	open_station(&s);
	put_file(&s, "list.csv", "人,号码\n王芳,13800000000\n");
	CHECK(run(&s, &e, "import", in_dir(&s, "list.csv"), "--map", "人=name",
		      "--map", "号码=phone", "--dry-run", "--json", NULL) == 0);
	/* A trial writes nothing down. */
	CHECK(run(&s, &e, "import", in_dir(&s, "list.csv"), NULL) == 1);
	CHECK(run(&s, &e, "import", in_dir(&s, "list.csv"), "--map", "人=name",
		      "--map", "号码=phone", "--json", NULL) == 0);
	CHECK(import(&s, &e, "人,号码\n李娜,13900000000\n", NULL) == 0);
	CHECK_STR(json_str(json_array_get(at(s.json, "columns"), 1), "how"),
		"remembered");
	CHECK_STR(json_str(json_array_get(at(s.json, "columns"), 1), "field"),
		"phone");
	/* Not for others. */
	CHECK(import(&s, &e, "人,号码,x\n张三,1,\n", NULL) == 1);
	CHECK(e.code == ERR_BAD_FILE);
	close_station(&s);
}

/* ---- batches ---- */

static const char *batch_of(struct station *s)
{
	return arena_strdup(s->f.mem, text_at(s->json, "batch"));
}

static int undo(struct station *s, struct err *e, const char *batch)
{
	return run(s, e, "import", "--undo", batch, "--json", NULL);
}

static void a_batch_that_was_not_sent_goes_without_a_trace(void)
{
	struct station s;
	const char *batch;
	struct err e;

	open_station(&s);
	CHECK(run(&s, &e, "add", "person", "name=先来", NULL) == 0);
	CHECK(import(&s, &e,
		      "姓名,编号,监护人,与患者关系,危险等级\n"
		      "王芳,B-1,王某,父亲,3\n李娜,B-2,,,\n,B-3,,,\n",
		      NULL) == 1);
	batch = batch_of(&s);
	CHECK(json_int(s.json, "waiting", 0) == 7);
	CHECK(run(&s, &e, "import", "--batches", "--json", NULL) == 0);
	CHECK(json_array_size(s.json) == 1);
	CHECK_STR(json_str(json_array_get(s.json, 0), "batch"), batch);
	CHECK_STR(json_str(json_array_get(s.json, 0), "file"), "list.csv");
	CHECK(json_int(json_array_get(s.json, 0), "new", 0) == 2);
	CHECK(undo(&s, &e, batch) == 0);
	CHECK(json_int(s.json, "dropped", 0) == 6);
	CHECK(json_array_size(at(s.json, "left")) == 0);
	CHECK(json_int(s.json, "waiting", 0) == 1);
	CHECK(run(&s, &e, "show", "B-1", NULL) == 1);
	/* Twice does no harm, and the list may come again. */
	CHECK(undo(&s, &e, batch) == 0);
	CHECK(json_int(s.json, "dropped", 1) == 0);
	CHECK(import(&s, &e, "姓名,编号\n王芳,B-1\n", NULL) == 0);
	CHECK_STR(fate(&s, 0), "new");
	CHECK(strcmp(batch_of(&s), batch) != 0);
	CHECK(undo(&s, &e, "2001-01-01.1") == 2);
	close_station(&s);
}

static void rows_worked_on_since_stay(void)
{
	struct station s;
	const char *batch;
	struct err e;

	open_station(&s);
	CHECK(import(&s, &e, "姓名,编号\n王芳,B-1\n李娜,B-2\n张伟,B-3\n",
		      NULL) == 0);
	batch = batch_of(&s);
	CHECK(run(&s, &e, "edit", "B-1", "main_problem=x", NULL) == 0);
	CHECK(run(&s, &e, "add", "task", "--case", "B-2", "title=家访", NULL) ==
		0);
	CHECK(undo(&s, &e, batch) == 1);
	CHECK(json_int(s.json, "dropped", 0) == 2); /* of the third row */
	CHECK(json_array_size(at(s.json, "left")) == 4);
	CHECK_STR(json_str(json_array_get(at(s.json, "left"), 0), "why"),
		"edited_since");
	CHECK(run(&s, &e, "show", "B-1", NULL) == 0);
	CHECK(run(&s, &e, "show", "B-2", NULL) == 0);
	CHECK(run(&s, &e, "show", "B-3", NULL) == 1);
	close_station(&s);
}

static void reopen_at(struct station *s)
{
	s->f.path = in_dir(s, "0123456789abcdef.store");
	reopen(&s->f);
}

static void close_at(struct station *s)
{
	store_close(s->f.s);
	s->f.s = NULL;
}

/* What the outbox holds is answered: taken, or not. */
static void answer_all(struct station *s, enum work_state state)
{
	struct err e;
	size_t n;

	reopen_at(s);
	n = store_work_count(s->f.s);
	CHECK(store_begin(s->f.s, &e));
	for (size_t i = 0; i < n; i++)
		CHECK(store_work_put(s->f.s, store_work_at(s->f.s, i), state,
			json_pack("{s:s, s:I}", "status", "x", "ver",
				(json_int_t)1),
			&e));
	CHECK(store_commit(s->f.s, &e));
	close_at(s);
}

static void what_was_sent_is_retracted_where_anybody_may(void)
{
	struct station s;
	const char *batch;
	struct err e;

	open_station(&s);
	CHECK(import(&s, &e,
		      "姓名,编号,监护人,与患者关系,知情同意日期\n"
		      "王芳,B-1,王某,父亲,2025-01-01\n",
		      NULL) == 0);
	batch = batch_of(&s);
	answer_all(&s, WORK_APPLIED);
	CHECK(undo(&s, &e, batch) == 1);
	CHECK(json_int(s.json, "dropped", 1) == 0);
	CHECK(json_int(s.json, "retracted", 0) == 2);
	CHECK(json_array_size(at(s.json, "left")) == 2);
	CHECK_STR(
		json_str(json_array_get(at(s.json, "left"), 0), "why"), "sent");
	CHECK(json_int(s.json, "waiting", 0) == 2);
	/* The case is still there; its guardian is on the way out. */
	CHECK(run(&s, &e, "show", "B-1", "--json", NULL) == 0);
	CHECK(strstr(s.out, "retracted") != NULL);
	CHECK(undo(&s, &e, batch) == 1);
	CHECK(json_int(s.json, "retracted", 1) == 0);
	close_station(&s);
}

static void what_the_centre_would_not_have_goes(void)
{
	struct station s;
	const char *batch;
	struct err e;

	open_station(&s);
	CHECK(import(&s, &e, "姓名,编号\n王芳,B-1\n", NULL) == 0);
	batch = batch_of(&s);
	answer_all(&s, WORK_PARKED);
	CHECK(undo(&s, &e, batch) == 0);
	CHECK(json_int(s.json, "dropped", 0) == 2);
	close_station(&s);
}

/* The types nobody may retract are those the policy gives to nobody. */
static void the_policy_agrees_on_what_is_never_retracted(void)
{
	struct arena *mem = arena_new();
	struct str policy;
	bool too_big, relation = false;
	char *line, *next;

	CHECK(file_read(
		"server/access/policy.csv", 1 << 20, mem, &policy, &too_big));
	for (line = arena_strndup(mem, policy.p, policy.n); line; line = next) {
		next = strchr(line, '\n');
		if (next)
			*next++ = 0;
		if (line[0] == '#' || !strstr(line, ",retract,"))
			continue;
		line = arena_printf(mem, "%s ", strrchr(line, ',') + 1);
		CHECK(!strstr(line, "person "));
		CHECK(strncmp(line, "case ", 5) != 0);
		CHECK(!strstr(line, " case "));
		relation |= strstr(line, "relation ") != NULL;
	}
	CHECK(relation);
	arena_free(mem);
}

/* ---- the report ---- */

static void the_report_starts_no_formula(void)
{
	struct station s;
	struct str text;
	const char *file;
	struct err e;
	bool too_big;

	open_station(&s);
	file = in_dir(&s, "report.csv");
	put_file(&s, "list.csv",
		"姓名,\"\xef\xbb\xbf =HYPERLINK(1)\",出生日期\n"
		"王芳,x,1980-02-30\n李娜,x,1980-02-03\n");
	CHECK(run(&s, &e, "import", in_dir(&s, "list.csv"), "--map", "B=birth",
		      "--map", "C=-", "--dry-run", "--report", file, "--json",
		      NULL) == 1);
	CHECK(file_read(file, 1 << 20, s.f.mem, &text, &too_big));
	CHECK(strncmp(text.p, "\xef\xbb\xbf\"row\",\"fate\"", 15) == 0);
	CHECK(strstr(text.p, "=HYPERLINK(1)\",") != NULL);
	CHECK(strstr(text.p, ",\"=") == NULL);
	CHECK(strstr(text.p, ",\"\xef\xbb\xbf") == NULL);
	CHECK(strstr(text.p, "\"2\",\"refused\",") != NULL);
	/* Neither names nor values. */
	CHECK(!strstr(text.p, "王芳") && !strstr(text.p, "1980"));
	CHECK(run(&s, &e, "import", in_dir(&s, "list.csv"), "--report", file,
		      NULL) == 1);
	CHECK(e.code == ERR_NOT_SAVED);
	/* Refused before anything was written. */
	CHECK(run(&s, &e, "status", "--json", NULL) == 0);
	CHECK(json_int(s.json, "unsent", -1) == 0);
	close_station(&s);
}

static void the_verb_takes_one_thing_at_a_time(void)
{
	struct station s;
	struct err e;

	open_station(&s);
	put_file(&s, "list.csv", "姓名\n王芳\n");
	CHECK(run(&s, &e, "import", NULL) == 2);
	CHECK(run(&s, &e, "import", in_dir(&s, "list.csv"), "--batches",
		      NULL) == 2);
	CHECK(run(&s, &e, "import", "--batches", "--undo", "x", NULL) == 2);
	CHECK(run(&s, &e, "import", in_dir(&s, "list.csv"), "--programme",
		      "nonsense", NULL) == 1);
	CHECK_STR(e.field, "programme");
	close_station(&s);
}

int main(void)
{
	RUN(unsent_work_leaves_a_damaged_store_and_comes_back);
	RUN(a_list_becomes_persons_and_cases);
	RUN(sex_or_birth_that_contradict_the_number_are_remarked);
	RUN(bad_rows_do_not_hold_up_good_ones);
	RUN(a_known_person_gets_a_case_in_another_programme);
	RUN(lists_come_in_the_encodings_of_spreadsheets);
	RUN(what_is_no_list_is_refused_with_a_sentence);
	RUN(people_are_told_apart_by_what_is_known_of_them);
	RUN(former_names_are_parted_as_people_write_them);
	RUN(what_becomes_of_duplicates_is_for_the_person_to_say);
	RUN(what_was_said_of_columns_is_remembered_for_these_heads);
	RUN(a_batch_that_was_not_sent_goes_without_a_trace);
	RUN(rows_worked_on_since_stay);
	RUN(what_was_sent_is_retracted_where_anybody_may);
	RUN(what_the_centre_would_not_have_goes);
	RUN(the_policy_agrees_on_what_is_never_retracted);
	RUN(the_report_starts_no_formula);
	RUN(the_verb_takes_one_thing_at_a_time);
	return tap_done();
}
