/*
 * test_rows_csv.c - texts as spreadsheets and people write them, and files
 * that are something else.
 */
#include "tests/unit/client/lists.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

/* What most lists below say. */
#define USUAL "1:t姓名|t性别\n2:t王芳|t女\n"

struct text_case {
	const char *what;
	struct str text;
	const char *rows;
};

#define TEXT(literal)                                                          \
	{                                                                      \
		literal, sizeof(literal) - 1                                   \
	}

/* clang-format off */
static const struct text_case good[] = {
	{"UTF-8", TEXT("姓名,性别\n王芳,女\n"), USUAL},
	{"UTF-8 with its mark", TEXT("\xef\xbb\xbf姓名,性别\r\n王芳,女\r\n"), USUAL},
	{"GB 18030", TEXT("\xd0\xd5\xc3\xfb,\xd0\xd4\xb1\xf0\n\xcd\xf5\xb7\xbc,\xc5\xae\n"), USUAL},
	{"GB 18030, four bytes (U+20BB7)", TEXT("\xd0\xd5\xc3\xfb\n\x95\x34\xb2\x35\n"), "1:t姓名\n2:t𠮷\n"},
	{"UTF-16, little end first", TEXT("\xff\xfe\xd3\x59\x0d\x54,\0\x27\x60\x2b\x52\n\0\x8b\x73\xb3\x82,\0\x73\x59\n\0"), USUAL},
	{"UTF-16, big end first", TEXT("\xfe\xff\x59\xd3\x54\x0d\0,\x60\x27\x52\x2b\0\n\x73\x8b\x82\xb3\0,\x59\x73\0\n"), USUAL},
	{"semicolons", TEXT("姓名;性别\n王芳;女\n"), USUAL},
	{"tabs", TEXT("姓名\t性别\n王芳\t女\n"), USUAL},
	{"full-width commas", TEXT("姓名，性别\n王芳，女\n"), USUAL},
	{"a full-width comma in a sentence", TEXT("姓名,备注\n王芳,好，很好\n"), "1:t姓名|t备注\n2:t王芳|t好，很好\n"},
	{"sep=", TEXT("sep=;\r\n姓名;性别\r\n王芳;女\r\n"), "2:t姓名|t性别\n3:t王芳|t女\n"},
	{"commas in addresses, tabs between cells", TEXT("姓名\t性别\t住址\n王芳\t女\ta,b,c,d,e,f\n"),
		"1:t姓名|t性别|t住址\n2:t王芳|t女|ta,b,c,d,e,f\n"},
	{"lines that end as on an old Mac", TEXT("姓名,性别\r王芳,女\r"), USUAL},
	{"lines that end in every way", TEXT("a\nb\r\nc\rd"), "1:ta\n2:tb\n3:tc\n4:td\n"},
	{"no end of the last line", TEXT("姓名,性别\n王芳,女"), USUAL},
	{"empty lines", TEXT("\n姓名,性别\n\n,,\n王芳,女\n\n\n"), "2:t姓名|t性别\n5:t王芳|t女\n"},
	{"commas at the end", TEXT("姓名,性别,,,\n王芳,女,,,,\n"), USUAL},
	{"spaces around", TEXT("姓名 , 性别\n 王芳,女\t\n"), USUAL},
	{"quotes", TEXT("\"姓名\",\"性别\"\n\"王芳\",\"女\"\n"), USUAL},
	{"a break and quotes within quotes", TEXT("a,b\n\"1\n2\",\"x\"\"y\"\nz\n"), "1:ta|tb\n2:t1\n2|tx\"y\n4:tz\n"},
	{"a mark within quotes", TEXT("a,b\n\"1,2\",3\n"), "1:ta|tb\n2:t1,2|t3\n"},
	{"a quote in the middle", TEXT("a,5\" pipe\n"), "1:ta|t5\" pipe\n"},
	{"text behind a quote", TEXT("\"a\"b,c\n"), "1:tab|tc\n"},
	{"numbers said to be text", TEXT("=\"0123\",'0456,\"=\"\"789\"\"\"\n"), "1:t0123|t0456|t789\n"},
	{"a formula nobody computes", TEXT("=A1+B1,x\n"), "1:t=A1+B1|tx\n"},
	{"one column", TEXT("姓名\n王芳\n"), "1:t姓名\n2:t王芳\n"},
	{"nothing", TEXT(""), ""},
	{"nothing but the mark", TEXT("\xef\xbb\xbf"), ""},
	{"nothing but ends of lines", TEXT("\n\r\n,,\n"), ""},
};
/* clang-format on */

static void texts_are_read_in_every_form_spreadsheets_write(void)
{
	for (size_t i = 0; i < ARRAY_LEN(good); i++) {
		struct arena *mem = arena_new();
		const char *got = read_list(
			mem, good[i].text, NULL, &import_limits, NULL);

		if (strcmp(got, good[i].rows) != 0)
			printf("# %s\n", good[i].what);
		CHECK_STR(got, good[i].rows);
		arena_free(mem);
	}
}

static void texts_longer_than_the_window_are_read_the_same(void)
{
	struct arena *mem = arena_new();
	struct buf utf8, gb;
	const char *a, *b;

	buf_init(&utf8, 1 << 24);
	buf_init(&gb, 1 << 24);
	for (int i = 0; i < 20000; i++) {
		buf_printf(&utf8, "%d,\"王\n芳\",女\n", i);
		buf_printf(&gb, "%d,\"\xcd\xf5\n\xb7\xbc\",\xc5\xae\n", i);
	}
	a = read_list(
		mem, (struct str){utf8.p, utf8.n}, NULL, &import_limits, NULL);
	b = read_list(
		mem, (struct str){gb.p, gb.n}, NULL, &import_limits, NULL);
	CHECK(strcmp(a, b) == 0);
	CHECK(strstr(a, "\n39999:t19999|t王\n芳|t女\n") != NULL);
	buf_free(&utf8);
	buf_free(&gb);
	arena_free(mem);
}

/* ---- refused ---- */

static void expect_refused(const char *what, struct str bytes, enum say why,
	const char *a, const char *b)
{
	struct arena *mem = arena_new();
	const char *got = read_list(mem, bytes, NULL, &import_limits, NULL);
	const char *want = refused(mem, why, a, b);

	if (strcmp(got, want) != 0)
		printf("# %s\n", what);
	CHECK_STR(got, want);
	arena_free(mem);
}

static void texts_that_break_off_or_are_none_are_refused(void)
{
	static const struct {
		const char *what;
		struct str text;
		enum say why;
		const char *a;
	} bad[] = {
		{"a quote that never ends",   TEXT("a,b\n1,\"x\n2,3\n4,5\n"),
                 SAY_OPEN_QUOTE,							    "2" },
		{"zeros",                     TEXT("a,b\n\0\0\0"),            SAY_NOT_TEXT, NULL},
		{"no encoding",               TEXT("\x80\x81\xff\xff\xff"),   SAY_NOT_TEXT,
                 NULL									   },
		{"a mark and something else",
                 TEXT("\xef\xbb\xbf"
			     "a,\xd0\xd5\n"),
                 SAY_NOT_TEXT,							      NULL},
		{"half a sign of UTF-16",     TEXT("\xff\xfe\xd3\x59\x0d"),
                 SAY_NOT_TEXT,							      NULL},
		{"UTF-16 without its mark",   TEXT("a\0,\0b\0\n\0"),          SAY_NOT_TEXT,
                 NULL									   },
		{"half a sign of GB 18030",   TEXT("\xd0\xd5\xc3\xfb,\xd0"),
                 SAY_NOT_TEXT,							      NULL},
	};

	for (size_t i = 0; i < ARRAY_LEN(bad); i++)
		expect_refused(
			bad[i].what, bad[i].text, bad[i].why, bad[i].a, NULL);
}

static void what_is_too_much_is_refused(void)
{
	struct arena *mem = arena_new();
	struct import_limits small = import_limits;
	struct buf b;

	small.rows = 3;
	CHECK_STR(read_list(mem, str_of("a\nb\nc\n"), NULL, &small, NULL),
		"1:ta\n2:tb\n3:tc\n");
	CHECK_STR(read_list(mem, str_of("a\nb\nc\nd\n"), NULL, &small, NULL),
		refused(mem, SAY_MANY_ROWS, "3", NULL));
	small = import_limits;
	small.columns = 3;
	CHECK_STR(read_list(mem, str_of("a,b,c\n"), NULL, &small, NULL),
		"1:ta|tb|tc\n");
	CHECK_STR(read_list(mem, str_of("a\nb,c,d,e\n"), NULL, &small, NULL),
		refused(mem, SAY_MANY_COLUMNS, "3", "2"));
	small = import_limits;
	small.cells = 5;
	CHECK_STR(read_list(mem, str_of("a,b\nc,d\ne,f\n"), NULL, &small, NULL),
		refused(mem, SAY_MANY_CELLS, "5", NULL));
	small = import_limits;
	small.cell = 4;
	CHECK_STR(read_list(mem, str_of("a\nbcde\n"), NULL, &small, NULL),
		"1:ta\n2:tbcde\n");
	CHECK_STR(read_list(mem, str_of("a\nbcdef\n"), NULL, &small, NULL),
		refused(mem, SAY_LONG_CELL, "2", NULL));
	/* The usual limit of a cell is Excel's. */
	buf_init(&b, 1 << 20);
	for (size_t i = 0; i < 4 * 32767 + 1; i++)
		buf_char(&b, 'x');
	CHECK_STR(read_list(mem, (struct str){b.p, b.n}, NULL, &import_limits,
			  NULL),
		refused(mem, SAY_LONG_CELL, "1", NULL));
	buf_free(&b);
	arena_free(mem);
}

/* clang-format off */
static const struct {
	const char *what;
	struct str bytes;
	enum say why;
} others[] = {
	{"an old workbook", TEXT("\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1....W\0o\0r\0k\0b\0o\0o\0k\0...."), SAY_IS_XLS},
	{"an older workbook", TEXT("\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1....B\0o\0o\0k\0...."), SAY_IS_XLS},
	{"a workbook with a password", TEXT("\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" "E\0n\0c\0r\0y\0p\0t\0e\0d\0P\0a\0c\0k\0a\0g\0e\0"), SAY_IS_LOCKED},
	{"an old document", TEXT("\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1W\0o\0r\0d\0D\0o\0c\0u\0m\0e\0n\0t\0"), SAY_IS_DOC},
	{"a PDF", TEXT("%PDF-1.7\n..."), SAY_IS_PDF},
	{"a web page", TEXT("\r\n<html><table><tr><td>姓名</td></tr></table></html>"), SAY_IS_HTML},
	{"a web page that begins with its table", TEXT("<table><tr><td>a</td></tr></table>"), SAY_IS_HTML},
	{"a spreadsheet of 2003", TEXT("<?xml version=\"1.0\"?><?mso-application progid=\"Excel.Sheet\"?><Workbook/>"), SAY_IS_XML_SHEET},
	{"some XML", TEXT("\xef\xbb\xbf<?xml version=\"1.0\"?><a/>"), SAY_IS_XML},
	{"RTF", TEXT("{\\rtf1\\ansi}"), SAY_IS_RTF},
	{"a PNG", TEXT("\x89PNG\r\n\x1a\n"), SAY_IS_PICTURE},
	{"a photograph", TEXT("\xff\xd8\xff\xe0\0\x10JFIF"), SAY_IS_PICTURE},
	{"gzip", TEXT("\x1f\x8b\x08\0\0"), SAY_IS_PACKED},
	{"RAR", TEXT("Rar!\x1a\x07\x01\0"), SAY_IS_PACKED},
	{"7z", TEXT("7z\xbc\xaf\x27\x1c\0\x04"), SAY_IS_PACKED},
	{"a database", TEXT("SQLite format 3\0"), SAY_IS_DATABASE},
};
/* clang-format on */

static void what_is_something_else_is_called_by_its_name(void)
{
	for (size_t i = 0; i < ARRAY_LEN(others); i++)
		expect_refused(others[i].what, others[i].bytes, others[i].why,
			NULL, NULL);
}

static void a_text_has_no_sheets(void)
{
	struct arena *mem = arena_new();

	CHECK_STR(read_list(mem, str_of("a,b\n"), "S", &import_limits, NULL),
		refused(mem, SAY_NO_SHEETS, NULL, NULL));
	arena_free(mem);
}

/* ---- files ---- */

static bool open_file(
	struct arena *mem, const char *name, const char **sentence)
{
	struct reading r = {mem, LANG_EN, name, &import_limits};
	struct str bytes;
	struct err e;

	if (rows_file(&r, &bytes, &e))
		return true;
	*sentence = arena_strdup(mem, e.accepts);
	return false;
}

static void a_file_too_large_is_refused_before_it_is_read(void)
{
	struct arena *mem = arena_new();
	char dir[] = "/tmp/cb-rows.XXXXXX";
	const char *name, *sentence = "";
	int fd;

	if (!mkdtemp(dir))
		die("test: no directory");
	name = arena_printf(mem, "%s/big.csv", dir);
	fd = open(name, O_WRONLY | O_CREAT, 0600);
	/* A gigabyte that takes no room: reading it would take a second. */
	CHECK(fd >= 0 && ftruncate(fd, (off_t)1 << 30) == 0);
	CHECK(!open_file(mem, name, &sentence));
	CHECK_STR(sentence, say(mem, LANG_EN, SAY_TOO_BIG, "64", NULL));
	CHECK(ftruncate(fd, 10) == 0);
	CHECK(open_file(mem, name, &sentence));
	close(fd);
	CHECK(!open_file(mem, dir, &sentence));
	CHECK_STR(sentence, say_raw(LANG_EN, SAY_NOT_A_FILE));
	unlink(name);
	CHECK(!open_file(mem, name, &sentence));
	CHECK_STR(sentence, say_raw(LANG_EN, SAY_NOT_THERE));
	rmdir(dir);
	arena_free(mem);
}

static void sentences_fit_into_an_error(void)
{
	struct err e;

	for (int lang = 0; lang < 2; lang++)
		for (int i = 0; i < SAY_COUNT; i++) {
			const char *text =
				say_raw((enum lang)lang, (enum say)i);

			err_field(&e, ERR_BAD_FILE, "f", "%s", text);
			if (strcmp(e.accepts, text) != 0)
				printf("# %s\n", text);
			CHECK_STR(e.accepts, text);
		}
}

int main(void)
{
	RUN(texts_are_read_in_every_form_spreadsheets_write);
	RUN(texts_longer_than_the_window_are_read_the_same);
	RUN(texts_that_break_off_or_are_none_are_refused);
	RUN(what_is_too_much_is_refused);
	RUN(what_is_something_else_is_called_by_its_name);
	RUN(a_text_has_no_sheets);
	RUN(a_file_too_large_is_refused_before_it_is_read);
	RUN(sentences_fit_into_an_error);
	return tap_done();
}
