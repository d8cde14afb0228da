/*
 * test_cli.c - casebridge offline, as somebody at the keyboard meets it: what
 * is typed, what is printed, with which exit code. No centre is running.
 */
#include "client/cli/cli.h"
#include "client/cli/csv.h"
#include "client/cli/out.h"
#include "client/store/place.h"
#include "tests/unit/client/fixture.h"

#include <fcntl.h>
#include <signal.h>
#include <sqlite3.h>
#include <stdarg.h>
#include <sys/wait.h>

struct station {
	struct fixture f;
	struct place place;
	const char *secret; /* the file with the passphrase */
	const char *out;    /* what the last command printed */
	json_t *json;       /* the same, when it is JSON */
};

static void write_text(const char *path, const char *text, size_t n)
{
	int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0600);

	if (fd < 0 || write(fd, text, n) != (ssize_t)n)
		die("test: cannot write %s", path);
	close(fd);
}

static const char *in_dir(struct station *s, const char *name)
{
	return arena_printf(s->f.mem, "%s/%s", s->f.dir, name);
}

static void put_file(struct station *s, const char *name, const char *text)
{
	write_text(in_dir(s, name), text, strlen(text));
}

/* The directory everybody sees: two members of staff, two sites. */
static void deliver_directory(struct fixture *f)
{
	static const struct uuid nil;
	const char *site = id_text(f, 901);
	struct record r[4] = {
		make_record(f, "site", 901, 0, 1, "{\"name\":\"康复站\"}"),
		make_record(
			f, "site", 903, 0, 1, "{\"name\":\"精神卫生中心\"}"),
		make_record(f, "staff", 900, 0, 1,
			arena_printf(f->mem,
				"{\"name\":\"陈静\",\"site\":\"%s\","
				"\"role\":\"social_worker\"}",
				site)),
		make_record(f, "staff", 902, 0, 1,
			arena_printf(f->mem,
				"{\"name\":\"王强\",\"site\":\"%s\","
				"\"role\":\"nurse\"}",
				site))};
	struct incoming in[4];
	struct delivery d = {nil, "directory", 1, true, in, 4};

	for (size_t i = 0; i < 4; i++) {
		in[i].r = r[i];
		in[i].line = line_of(f, &r[i]);
	}
	if (!store_begin(f->s, &f->e) || !store_deliver(f->s, &d, &f->e) ||
		!store_commit(f->s, &f->e))
		die("test: %s", f->e.msg);
}

static void open_station(struct station *s)
{
	struct err e;

	memset(s, 0, sizeof(*s));
	set_up(&s->f);
	deliver_case(&s->f);
	deliver_directory(&s->f);
	store_close(s->f.s);
	s->f.s = NULL;
	if (rename(s->f.path, in_dir(s, "0123456789abcdef.store")) != 0)
		die("test: rename");
	put_file(s, "current", "0123456789abcdef.store");
	put_file(s, "station.json",
		"{\"server\":\"https://127.0.0.1:1\",\"device\":\"d\","
		"\"site\":\"s\"}");
	put_file(s, "secret", "correct horse\n");
	s->secret = in_dir(s, "secret");
	if (!place_open(s->f.dir, false, s->f.mem, &s->place, &e))
		die("test: %s", e.msg);
}

static void close_station(struct station *s)
{
	json_decref(s->json);
	tear_down(&s->f);
}

/* Runs a command with standard output in a file; gives the exit code. */
static int run_captured(struct station *s, struct cli *c, int argc,
	char *const argv[], struct err *e)
{
	const char *path = in_dir(s, "out");
	int fd = open(path, O_RDWR | O_CREAT | O_TRUNC, 0600), old;
	struct str text;
	bool ok, too_big;

	fflush(stdout);
	old = dup(STDOUT_FILENO);
	dup2(fd, STDOUT_FILENO);
	ok = cli_parse(c, argc, argv, e) &&
	     (cli_flag(c, O_HELP) ? (cli_help(c), true) : c->verb->run(c, e));
	if (!ok && c->json)
		out_error(c, e);
	fflush(stdout);
	dup2(old, STDOUT_FILENO);
	close(old);
	close(fd);
	if (!file_read(path, 1 << 24, s->f.mem, &text, &too_big))
		die("test: no output");
	s->out = text.p;
	json_decref(s->json);
	s->json = json_loads(s->out, JSON_DECODE_ANY, NULL);
	return ok ? c->exit_code : cli_exit_code(e);
}

#define MAX_ARGS 24

/* run(s, &e, "edit", "…", NULL) */
static int run(struct station *s, struct err *e, ...)
{
	char *argv[MAX_ARGS];
	int argc = 0, rc;
	struct cli c;
	va_list ap;
	const char *word;
	const char *const always[] = {"casebridge", "--store", s->f.dir,
		"--passphrase-file", s->secret, "--lang", "en"};

	memset(&c, 0, sizeof(c));
	c.mem = arena_new();
	c.lang = LANG_EN;
	va_start(ap, e);
	word = va_arg(ap, const char *);
	for (size_t i = 0; i < ARRAY_LEN(always); i++)
		if (strcmp(word, "score") != 0 || i < 3 || i > 4)
			argv[argc++] = arena_strdup(s->f.mem, always[i]);
	for (; word && argc < MAX_ARGS; word = va_arg(ap, const char *))
		argv[argc++] = arena_strdup(s->f.mem, word);
	va_end(ap);
	memset(e, 0, sizeof(*e));
	rc = run_captured(s, &c, argc, argv, e);
	arena_free(c.mem);
	return rc;
}

static const json_t *at(const json_t *j, const char *key)
{
	return json_object_get(j, key);
}

/* ---- reading ---- */

static void the_caseload_lists_and_finds(void)
{
	struct station s;
	struct err e;

	open_station(&s);
	CHECK(run(&s, &e, "cases", "--json", NULL) == 0);
	CHECK(json_array_size(s.json) == 1);
	CHECK_STR(json_str(json_array_get(s.json, 0), "name"), "刘建国");
	CHECK(run(&s, &e, "cases", "SMD-0001", "--json", NULL) == 0);
	CHECK(json_array_size(s.json) == 1);
	CHECK(run(&s, &e, "cases", "刘建", "--json", NULL) == 0);
	CHECK(json_array_size(s.json) == 1);
	CHECK(run(&s, &e, "cases", "nobody", "--json", NULL) == 0);
	CHECK(json_array_size(s.json) == 0);
	CHECK(run(&s, &e, "cases", NULL) == 0);
	CHECK(strstr(s.out, "刘建国") != NULL);
	close_station(&s);
}

static void a_record_is_found_by_id_beginning_and_number(void)
{
	struct station s;
	struct err e;

	open_station(&s);
	CHECK(run(&s, &e, "show", id_text(&s.f, 3), "--json", NULL) == 0);
	CHECK(json_int(at(s.json, "body"), "minutes", 0) == 30);
	CHECK(run(&s, &e, "show", "SMD-0001", "--json", NULL) == 0);
	CHECK_STR(json_str(at(s.json, "summary"), "number"), "SMD-0001");
	/* Every id here begins alike. */
	CHECK(run(&s, &e, "show", "01990000", NULL) == 1);
	CHECK(e.code == ERR_AMBIGUOUS);
	CHECK(strstr(e.accepts, "01990000-0000-7000-8000-") != NULL);
	CHECK(run(&s, &e, "show", "ffffffff", NULL) == 1);
	CHECK(e.code == ERR_NOT_FOUND);
	CHECK(run(&s, &e, "show", "0199", NULL) == 1);
	CHECK(e.code == ERR_NOT_FOUND);
	close_station(&s);
}

/* ---- writing ---- */

static void values_are_taken_as_people_write_them(void)
{
	static const struct {
		const char *typed;
		const char *field;
		const char *want; /* in the body, as JSON */
	} cases[] = {
		{"kind=电访",                 "kind",       "\"phone_contact\""},
		{"kind=Home visit",             "kind",       "\"home_visit\""   },
		{"kind=home_visit",             "kind",       "\"home_visit\""   },
		{"minutes=45",                  "minutes",    "45"               },
		{"student=是",                 "student",    "true"             },
		{"student=no",                  "student",    "false"            },
		{"next_due=2026-12-01",         "next_due",   "\"2026-12-01\""   },
		{"started_at=2026-11-20 14:30", "started_at",
                 "\"2026-11-20T14:30:00+08:00\""                                 },
		{"readers=陈静，王强",     "readers",
                 "[\"01990000-0000-7000-8000-000000000384\","
			"\"01990000-0000-7000-8000-000000000386\"]"              },
		{"aim=a=b",                     "aim",        "\"a=b\""          },
	};

	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		struct station s;
		struct err e;
		json_t *want = json_loads(cases[i].want, JSON_DECODE_ANY, NULL);
		json_t *got;

		open_station(&s);
		if (run(&s, &e, "edit", id_text(&s.f, 3), cases[i].typed,
			    "--json", NULL) != 0)
			printf("# %s: %s\n", cases[i].typed, e.msg);
		run(&s, &e, "show", id_text(&s.f, 3), "--json", NULL);
		got = json_object_get(at(s.json, "body"), cases[i].field);
		if (!json_equal(got, want))
			printf("# %s\n", s.out);
		CHECK(json_equal(got, want));
		json_decref(want);
		close_station(&s);
	}
}

static void wrong_values_name_the_field_and_what_is_taken(void)
{
	static const struct {
		const char *typed;
		enum err_code code;
		const char *field;
		const char *accepts; /* part of it */
	} cases[] = {
		{"kind=flying",         ERR_BAD_CODE,      "kind",       "home_visit"},
		{"minutes=long",        ERR_BAD_KIND,      "minutes",    "1440"      },
		{"minutes=1441",        ERR_OUT_OF_RANGE,  "minutes",    "1440"      },
		{"student=perhaps",     ERR_BAD_KIND,      "student",    "yes"       },
		{"next_due=2026-02-30", ERR_BAD_DATE,      "next_due",   "YYYY"      },
		{"started_at=soon",     ERR_BAD_DATE,      "started_at", "HH:MM"     },
		{"goal=陈静",         ERR_BAD_INPUT,     "goal",       "goal"      },
		{"colour=red",          ERR_UNKNOWN_FIELD, "colour",     ""          },
		{"minutes",             ERR_USAGE,         "minutes",    "field"     },
	};

	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		struct station s;
		struct err e;

		open_station(&s);
		CHECK(run(&s, &e, "edit", id_text(&s.f, 3), cases[i].typed,
			      NULL) != 0);
		if (e.code != cases[i].code)
			printf("# %s: %s\n", cases[i].typed, e.msg);
		CHECK(e.code == cases[i].code);
		CHECK_STR(e.field, cases[i].field);
		CHECK(strstr(e.accepts, cases[i].accepts) != NULL);
		CHECK(run(&s, &e, "status", "--json", NULL) == 0);
		CHECK(json_int(s.json, "unsent", -1) == 0);
		close_station(&s);
	}
}

static void what_was_saved_waits_to_be_sent(void)
{
	struct station s;
	struct err e;
	const char *rec;

	open_station(&s);
	CHECK(run(&s, &e, "add", "task", "--case", "SMD-0001", "title=复诊提醒",
		      "due=2026-12-01", "--json", NULL) == 0);
	CHECK(json_flag(s.json, "saved"));
	CHECK(json_int(s.json, "waiting", 0) == 1);
	rec = arena_strdup(s.f.mem, json_str(s.json, "id"));
	CHECK(run(&s, &e, "edit", rec, "due=", "--json", NULL) == 0);
	CHECK(run(&s, &e, "show", rec, "--json", NULL) == 0);
	CHECK(!json_object_get(at(s.json, "body"), "due"));
	CHECK(json_int(s.json, "waiting", 0) == 2);
	CHECK(run(&s, &e, "status", "--json", NULL) == 0);
	CHECK(json_int(s.json, "unsent", 0) == 2);
	CHECK(run(&s, &e, "cases", "--json", NULL) == 0);
	CHECK(json_int(json_array_get(s.json, 0), "waiting", 0) == 2);
	close_station(&s);
}

static void a_new_case_gets_what_a_station_knows(void)
{
	struct station s;
	struct err e;

	open_station(&s);
	CHECK(run(&s, &e, "add", "person", "name=张三", "--json", NULL) == 0);
	CHECK(run(&s, &e, "add", "case", "person=张三",
		      "programme=严重精神障碍亲情关怀", "number=X-1", "--json",
		      NULL) == 0);
	CHECK(run(&s, &e, "show", "X-1", "--json", NULL) == 0);
	CHECK_STR(json_str(at(s.json, "summary"), "phase"), "referral_in");
	CHECK_STR(json_str(at(s.json, "summary"), "home_site"),
		id_text(&s.f, 901));
	CHECK_STR(json_str(at(s.json, "summary"), "name"), "张三");
	/* A record of a case that only exists here. */
	CHECK(run(&s, &e, "add", "task", "--case", "X-1", "title=x", NULL) ==
		0);
	close_station(&s);
}

static void signing_and_retracting(void)
{
	struct station s;
	struct err e;

	open_station(&s);
	CHECK(run(&s, &e, "sign", id_text(&s.f, 2), NULL) == 1);
	CHECK(e.code == ERR_NOT_SIGNABLE);
	CHECK(run(&s, &e, "sign", id_text(&s.f, 3), NULL) == 0);
	CHECK(run(&s, &e, "edit", id_text(&s.f, 3), "minutes=1", NULL) == 1);
	CHECK(e.code == ERR_SIGNED);
	CHECK(run(&s, &e, "retract", id_text(&s.f, 3), NULL) == 2);
	CHECK(run(&s, &e, "retract", id_text(&s.f, 3), "--reason", "twice",
		      NULL) == 0);
	CHECK(run(&s, &e, "show", id_text(&s.f, 3), "--json", NULL) == 0);
	CHECK_STR(json_str(s.json, "state"), "retracted");
	close_station(&s);
}

/* ---- without a centre ---- */

static void offline_keeps_the_work_and_says_so(void)
{
	struct station s;
	struct err e;

	open_station(&s);
	put_file(&s, "device.key", "x");
	put_file(&s, "device.crt", "x");
	put_file(&s, "ca.crt", "x");
	CHECK(run(&s, &e, "edit", id_text(&s.f, 3), "minutes=45", NULL) == 0);
	CHECK(run(&s, &e, "sync", NULL) == 3);
	CHECK(run(&s, &e, "status", "--json", NULL) == 0);
	CHECK(json_int(s.json, "unsent", 0) == 1);
	close_station(&s);
}

static void a_station_too_long_out_of_touch_stays_shut(void)
{
	struct station s;
	struct err e;

	open_station(&s);
	s.f.path = in_dir(&s, "0123456789abcdef.store");
	open_again(&s.f);
	CHECK(store_begin(s.f.s, &e));
	store_set(s.f.s, "lease_days", json_integer(7));
	store_set(s.f.s, "contact",
		json_integer(host_now_ms() - INT64_C(8) * 86400000));
	CHECK(store_commit(s.f.s, &e));
	store_close(s.f.s);
	s.f.s = NULL;
	CHECK(run(&s, &e, "cases", NULL) == 4);
	CHECK(e.code == ERR_LEASE_OVER);
	CHECK(run(&s, &e, "show", "SMD-0001", NULL) == 4);
	/* Counts and the way out stay open. */
	CHECK(run(&s, &e, "status", NULL) == 0);
	CHECK(run(&s, &e, "export", "--unsent", in_dir(&s, "way.out"), NULL) ==
		0);
	close_station(&s);
}

static void another_users_eyes_are_kept_off(void)
{
	struct station s;
	struct err e;

	open_station(&s);
	CHECK(chmod(s.f.dir, 0755) == 0);
	CHECK(run(&s, &e, "status", NULL) == 1);
	CHECK(e.code == ERR_STORE_UNSAFE);
	CHECK_STR(e.accepts, "chmod 700");
	CHECK(chmod(s.f.dir, 0700) == 0);
	CHECK(chmod(in_dir(&s, "current"), 0644) == 0);
	CHECK(run(&s, &e, "status", NULL) == 1);
	CHECK(e.code == ERR_STORE_UNSAFE);
	close_station(&s);
}

static void two_commands_take_turns(void)
{
	struct station s;
	struct err e;
	pid_t child;
	int pipes[2], fd;
	char one = 0;

	open_station(&s);
	CHECK(pipe(pipes) == 0);
	child = fork();
	if (child == 0) {
		if (!place_lock(&s.place, "0123456789abcdef.store", 0, &fd, &e))
			_exit(1);
		if (write(pipes[1], "x", 1) != 1)
			_exit(1);
		pause();
	}
	CHECK(read(pipes[0], &one, 1) == 1);
	CHECK(!place_lock(&s.place, "0123456789abcdef.store", 100, &fd, &e));
	CHECK(e.code == ERR_STORE_BUSY);
	kill(child, SIGKILL);
	waitpid(child, NULL, 0);
	/* A lock ends with its process, however that ends. */
	CHECK(run(&s, &e, "status", NULL) == 0);
	close(pipes[0]);
	close(pipes[1]);
	close_station(&s);
}

static void nobody_signed_in_and_nothing_enrolled(void)
{
	struct station s;
	struct err e;

	open_station(&s);
	CHECK(unlink(in_dir(&s, "current")) == 0);
	CHECK(run(&s, &e, "cases", NULL) == 4);
	CHECK(e.code == ERR_SIGNED_OUT);
	CHECK(unlink(in_dir(&s, "station.json")) == 0);
	CHECK(run(&s, &e, "cases", NULL) == 4);
	CHECK(e.code == ERR_NOT_ENROLLED);
	close_station(&s);
}

static void a_wrong_passphrase_is_refused(void)
{
	struct station s;
	struct err e;

	open_station(&s);
	put_file(&s, "secret", "battery staple\n");
	CHECK(run(&s, &e, "cases", NULL) == 1);
	CHECK(e.code == ERR_BAD_PASSPHRASE);
	close_station(&s);
}

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

/* ---- the table of verbs ---- */

static void every_verb_helps_in_both_languages(void)
{
	struct station s;
	struct err e;

	open_station(&s);
	for (size_t i = 0; i < verb_count; i++) {
		CHECK(run(&s, &e, verbs[i].name, "--help", NULL) == 0);
		CHECK(strstr(s.out, verbs[i].name) != NULL);
		CHECK(strstr(s.out, "exit codes") != NULL);
		/* Every option a verb takes is named in its help. */
		if (strcmp(verbs[i].name, "sync") == 0)
			CHECK(strstr(s.out, "--watch") != NULL);
	}
	close_station(&s);
}

static void wrong_usage_is_named(void)
{
	struct station s;
	struct err e;

	open_station(&s);
	CHECK(run(&s, &e, "fly", NULL) == 2);
	CHECK_STR(e.field, "fly");
	CHECK(run(&s, &e, "show", NULL) == 2);
	CHECK(run(&s, &e, "show", "a", "b", NULL) == 2);
	CHECK(run(&s, &e, "cases", "--watch", NULL) == 2);
	CHECK_STR(e.field, "--watch");
	CHECK(run(&s, &e, "cases", "--nonsense", NULL) == 2);
	CHECK(run(&s, &e, "cases", "--lang", "fr", NULL) == 2);
	CHECK(run(&s, &e, "add", "task", "title=x", NULL) == 2);
	CHECK_STR(e.field, "--case");
	CHECK(run(&s, &e, "add", "hologram", "a=b", NULL) == 1);
	CHECK(e.code == ERR_UNKNOWN_TYPE);
	CHECK(strstr(e.accepts, "service") != NULL);
	CHECK(run(&s, &e, "fly", "--json", NULL) == 2);
	CHECK_STR(json_str(at(s.json, "error"), "code"), "usage");
	close_station(&s);
}

static void columns_line_up_for_chinese(void)
{
	struct cli c;

	memset(&c, 0, sizeof(c));
	c.mem = arena_new();
	CHECK(out_width("abc") == 3);
	CHECK(out_width("王芳") == 4);
	CHECK(out_width("𠮷野") == 4);
	CHECK(out_width("ＡＢ") == 4);
	CHECK_STR(out_plain(&c,
			  "a\033[31mb\nc\xe2\x80\xae"
			  "d",
			  0),
		"a [31mb c d");
	CHECK_STR(out_plain(&c, "王芳王芳王芳", 8), "王芳王..");
	CHECK_STR(out_plain(&c, "abcdefgh", 8), "abcdefgh");
	arena_free(c.mem);
}

/* The vector is reference work of the instrument's authors: 11 is moderate. */
static void scoring_needs_neither_store_nor_sign_in(void)
{
	struct station s;
	struct err e;

	open_station(&s);
	CHECK(unlink(in_dir(&s, "station.json")) == 0);
	CHECK(run(&s, &e, "score", "phq9", "2,2,3,1,1,1,0,0,1", "--json",
		      NULL) == 0);
	CHECK_STR(json_str(s.json, "band"), "moderate");
	CHECK(json_int(at(s.json, "scores"), "total", 0) == 11);
	CHECK(run(&s, &e, "score", "phq9", "2,2", NULL) == 1);
	CHECK(run(&s, &e, "score", "phq10", "2,2", NULL) == 2);
	close_station(&s);
}

int main(void)
{
	RUN(the_caseload_lists_and_finds);
	RUN(a_record_is_found_by_id_beginning_and_number);
	RUN(values_are_taken_as_people_write_them);
	RUN(wrong_values_name_the_field_and_what_is_taken);
	RUN(what_was_saved_waits_to_be_sent);
	RUN(a_new_case_gets_what_a_station_knows);
	RUN(signing_and_retracting);
	RUN(offline_keeps_the_work_and_says_so);
	RUN(a_station_too_long_out_of_touch_stays_shut);
	RUN(another_users_eyes_are_kept_off);
	RUN(two_commands_take_turns);
	RUN(nobody_signed_in_and_nothing_enrolled);
	RUN(a_wrong_passphrase_is_refused);
	RUN(unsent_work_leaves_a_damaged_store_and_comes_back);
	RUN(a_list_becomes_persons_and_cases);
	RUN(bad_rows_do_not_hold_up_good_ones);
	RUN(a_known_person_gets_a_case_in_another_programme);
	RUN(lists_come_in_the_encodings_of_spreadsheets);
	RUN(what_is_no_list_is_refused_with_a_sentence);
	RUN(every_verb_helps_in_both_languages);
	RUN(wrong_usage_is_named);
	RUN(columns_line_up_for_chinese);
	RUN(scoring_needs_neither_store_nor_sign_in);
	return tap_done();
}
