/*
 * test_config.c - settings: defaults, files, refusals that say what to write.
 */
#include "server/config.h"
#include "tests/lib/tap.h"

#include <stdlib.h>
#include <unistd.h>

static struct arena *mem;
static struct config c;
static struct err e;

static bool read_text(const char *text)
{
	char path[] = "/tmp/casebridge-conf-XXXXXX";
	int fd = mkstemp(path);
	bool ok;

	config_init(&c, mem);
	if (fd < 0 || write(fd, text, strlen(text)) != (ssize_t)strlen(text))
		return false;
	close(fd);
	ok = config_read(&c, path, &e) && config_check(&c, &e);
	unlink(path);
	return ok;
}

static void defaults_stand_on_their_own(void)
{
	config_init(&c, mem);
	CHECK(config_check(&c, &e));
	CHECK_STR(c.web_listen, "127.0.0.1:8443");
	CHECK(c.threads == 2 && c.log_level == LOG_INFO);
	CHECK(c.session_idle_minutes == 15 && c.session_hours == 10);
	CHECK(c.host_count == 2);
	CHECK_STR(c.hosts[1], "127.0.0.1");
}

static void a_file_is_read_line_by_line(void)
{
	CHECK(read_text("# comment\n\n  threads = 4  \nlog-level=debug\r\n"
			"host-names = Localhost , Case.Example\n"));
	CHECK(c.threads == 4 && c.log_level == LOG_DEBUG);
	CHECK(c.host_count == 2);
	CHECK_STR(c.hosts[0], "localhost");
	CHECK_STR(c.hosts[1], "case.example");
}

static void a_refusal_names_the_line_and_what_is_taken(void)
{
	CHECK(!read_text("threads = 4\nthreads = 65\n"));
	CHECK(strstr(e.field, ":2"));
	CHECK_STR(e.accepts, "threads: 1 … 64");
	CHECK(!read_text("log-level = loud\n"));
	CHECK_STR(e.accepts, "log-level: one of error warn info debug");
	CHECK(!read_text("threads = 4x\n"));
	CHECK(!read_text("threads =\n"));
	CHECK(!read_text("thread = 4\n"));
	CHECK(!read_text("threads 4\n"));
	CHECK(!config_read(&c, "/nonexistent/casebridged.conf", &e));
	CHECK(e.code == ERR_USAGE);
}

static void addresses_are_numeric_with_a_port(void)
{
	struct address a;

	CHECK(address_parse("0.0.0.0:443", &a) && a.port == 443 &&
		!a.is_loopback);
	CHECK(address_parse("localhost:0", &a) && a.is_loopback);
	CHECK(address_parse("[::1]:8443", &a) && a.is_v6 && a.is_loopback);
	CHECK(!address_parse("127.0.0.1", &a));
	CHECK(!address_parse("127.0.0.1:65536", &a));
	CHECK(!address_parse("127.0.0.1:8x", &a));
	CHECK(!address_parse("::1:8443", &a));
	CHECK(!address_parse("example.org:8443", &a));
	CHECK(!address_parse("[::1:8443", &a));
}

static void health_is_shown_on_loopback_only(void)
{
	CHECK(!read_text("ops-listen = 0.0.0.0:8445\n"));
	CHECK_STR(e.field, "ops-listen");
	CHECK(!read_text("host-names = good,\n"));
	CHECK(!read_text("host-names = a b\n"));
}

static void every_key_is_in_the_help(void)
{
	struct buf b;

	buf_init(&b, 1 << 16);
	config_help(&b);
	for (size_t i = 0; config_key(i); i++)
		CHECK(strstr(b.p, config_key(i)));
	buf_free(&b);
}

int main(void)
{
	mem = arena_new();
	RUN(defaults_stand_on_their_own);
	RUN(a_file_is_read_line_by_line);
	RUN(a_refusal_names_the_line_and_what_is_taken);
	RUN(addresses_are_numeric_with_a_port);
	RUN(health_is_shown_on_loopback_only);
	RUN(every_key_is_in_the_help);
	arena_free(mem);
	return tap_done();
}
