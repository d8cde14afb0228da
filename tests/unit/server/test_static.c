/*
 * test_static.c - the web app's files, and how long a connection may take.
 */
#include "server/http/conn.h"
#include "server/http/static.h"
#include "tests/lib/tap.h"

#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

static struct arena *mem;
static char root[] = "/tmp/casebridge-web-XXXXXX";
static struct webroot *files;
static struct req r;
static struct err e;

static void put(const char *name, const char *text)
{
	FILE *f = fopen(arena_printf(mem, "%s/%s", root, name), "w");

	if (!f || fputs(text, f) < 0 || fclose(f) != 0)
		printf("# cannot write %s\n", name);
}

static bool get(const char *path, const char *etag, bool accepts_br)
{
	struct gate_result g = {.accepts_br = accepts_br};

	g.uri.path = path;
	g.value[H_IF_NONE_MATCH] = etag;
	memset(&r, 0, sizeof(r));
	r.mem = mem;
	return static_reply(files, &g, &r, &e);
}

static const char *header(const char *name)
{
	for (size_t i = 0; i < r.header_count; i++)
		if (strcmp(r.header[i].name, name) == 0)
			return r.header[i].value;
	return "";
}

static void only_what_was_there_at_start_exists(void)
{
	CHECK(webroot_count(files) == 4);
	CHECK(get("/", NULL, false) && r.status == 200);
	CHECK_STR(r.content_type, "text/html; charset=utf-8");
	CHECK(r.out.n == 6 && memcmp(r.out.p, "<html>", 6) == 0);
	CHECK(!get("/.secret", NULL, false));
	CHECK(e.code == ERR_NOT_FOUND);
	CHECK(!get("/assets", NULL, false));
	CHECK(!get("/assets/", NULL, false));
	CHECK(!get("/../etc/passwd", NULL, false));
	put("late.html", "later");
	CHECK(!get("/late.html", NULL, false));
}

static void hashed_names_are_kept_and_the_page_is_asked_for(void)
{
	CHECK(get("/assets/app-1a2b.js", NULL, false));
	CHECK_STR(
		header("Cache-Control"), "public, max-age=31536000, immutable");
	CHECK_STR(r.content_type, "text/javascript; charset=utf-8");
	CHECK(get("/", NULL, false));
	CHECK_STR(header("Cache-Control"), "no-cache");
}

static void what_the_caller_has_is_not_sent_again(void)
{
	const char *etag;

	CHECK(get("/", NULL, false));
	etag = header("ETag");
	CHECK(strlen(etag) > 10 && etag[0] == '"');
	CHECK(get("/", etag, false) && r.status == 304 && r.out.n == 0);
	CHECK(get("/", "\"other\"", false) && r.status == 200);
}

static void compressed_files_go_to_those_who_take_them(void)
{
	CHECK(get("/assets/app-1a2b.js", NULL, true));
	CHECK_STR(header("Content-Encoding"), "br");
	CHECK_STR(header("Vary"), "Accept-Encoding");
	CHECK_STR(r.content_type, "text/javascript; charset=utf-8");
	CHECK(r.out.n == 2 && memcmp(r.out.p, "br", 2) == 0);
	CHECK(get("/", NULL, true));
	CHECK_STR(header("Content-Encoding"), "");
}

static void no_directory_means_no_files(void)
{
	struct webroot *none = webroot_load("/nonexistent/web", &e);

	CHECK(none && webroot_count(none) == 0);
	webroot_free(none);
}

static void every_phase_but_our_own_ends(void)
{
	CHECK(conn_limit_ms(CONN_OPENING, 0) == 10000);
	CHECK(conn_limit_ms(CONN_HEADERS, 0) == 10000);
	CHECK(conn_limit_ms(CONN_WORKING, 0) == 0);
	CHECK(conn_limit_ms(CONN_IDLE, 0) == 75000);
	/* 1 MiB at 16 KiB a second takes 64 seconds. */
	CHECK(conn_limit_ms(CONN_BODY, 1048576) == 74000);
	CHECK(conn_limit_ms(CONN_SENDING, 1048576) == 94000);
}

static void remove_tree(void)
{
	static const char *const names[] = {"index.html", ".secret",
		"late.html", "assets/app-1a2b.js", "assets/app-1a2b.js.br",
		"logo.svg"};

	for (size_t i = 0; i < ARRAY_LEN(names); i++)
		unlink(arena_printf(mem, "%s/%s", root, names[i]));
	rmdir(arena_printf(mem, "%s/assets", root));
	rmdir(root);
}

int main(void)
{
	mem = arena_new();
	if (!mkdtemp(root) || mkdir(arena_printf(mem, "%s/assets", root), 0700))
		return 1;
	put("index.html", "<html>");
	put(".secret", "no");
	put("logo.svg", "<svg/>");
	put("assets/app-1a2b.js", "let a;");
	put("assets/app-1a2b.js.br", "br");
	files = webroot_load(root, &e);
	CHECK(files);
	RUN(only_what_was_there_at_start_exists);
	RUN(hashed_names_are_kept_and_the_page_is_asked_for);
	RUN(what_the_caller_has_is_not_sent_again);
	RUN(compressed_files_go_to_those_who_take_them);
	RUN(no_directory_means_no_files);
	RUN(every_phase_but_our_own_ends);
	webroot_free(files);
	remove_tree();
	arena_free(mem);
	return tap_done();
}
