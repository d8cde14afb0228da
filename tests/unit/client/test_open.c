/*
 * test_open.c - the pages of a station, asked over its socket: a desk that
 * somebody left is locked, whatever the page asks by itself.
 */
#include "client/local/local.h"

#include "tests/unit/client/fixture.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

long syscall(long number, ...); /* not of POSIX */

#define LOCK_MS  1000
#define END_MS   60000
#define FRESH_MS 500
#define STEP_MS  50

/* How long the machine has slept, which one clock of the kernel counts and the
 * other does not. */
static atomic_llong slept_ms;

int clock_gettime(clockid_t id, struct timespec *t)
{
	int rc = (int)syscall(SYS_clock_gettime, id, t);

	if (id == CLOCK_BOOTTIME)
		t->tv_sec += atomic_load(&slept_ms) / 1000;
	return rc;
}

struct desk {
	struct fixture f;
	struct webroot *web;
	struct local_conf conf;
	struct local_host host;
	pthread_t thread;
	pthread_mutex_t lock;
	pthread_cond_t opened;
	char url[160];
	struct sockaddr_in at;
	char page[64];
	char cookie[160];
	char answer[65536];
	bool served;
};

static void closed(void *ctx)
{
	struct desk *d = ctx;

	store_close(d->f.s);
	d->f.s = NULL;
}

#define PASSPHRASE "the passphrase of this test"

static bool is_own(void *ctx, const char *passphrase)
{
	(void)ctx;
	return strcmp(passphrase, PASSPHRASE) == 0;
}

static void ready(void *ctx, const char *url)
{
	struct desk *d = ctx;

	pthread_mutex_lock(&d->lock);
	snprintf(d->url, sizeof(d->url), "%s", url);
	pthread_cond_signal(&d->opened);
	pthread_mutex_unlock(&d->lock);
}

/* What the line to the centre ends in. */
struct centre_says {
	unsigned status;
	const char *type;
	const char *body;
	enum err_code fails;
	const char *range;
};
static struct centre_says says;
/* The centre is asked and does not answer until told. */
static atomic_bool held, asking;

static void a_step(void)
{
	struct timespec t = {0, STEP_MS * 1000000};

	nanosleep(&t, NULL);
}

static bool say(void *ctx, const struct request *q, struct arena *mem,
	struct reply *out, struct err *e)
{
	(void)ctx;
	(void)q;
	memset(out, 0, sizeof(*out));
	atomic_store(&asking, true);
	while (atomic_load(&held))
		a_step();
	if (says.fails)
		return err_set(e, says.fails, "as told");
	out->status = says.status;
	snprintf(out->type, sizeof(out->type), "%s", says.type);
	if (says.range)
		snprintf(out->range, sizeof(out->range), "%s", says.range);
	out->body.p = arena_strdup(mem, says.body);
	out->body.n = strlen(says.body);
	return true;
}

static struct transport *line(void *ctx, struct arena *mem, struct err *e)
{
	struct transport *t = ARENA_NEW(mem, struct transport);

	(void)ctx;
	(void)e;
	t->send = say;
	return t;
}

static json_t *trail(void *ctx, struct arena *mem)
{
	(void)ctx;
	return json_keep(json_pack("{s:i}", "wrong", 0), mem);
}

static void *serve(void *ctx)
{
	struct desk *d = ctx;

	d->served = local_run(&d->conf, &d->host, d->f.s, &d->f.e);
	return NULL;
}

/* Status of the answer; 0 when there was none. */
static int asked(
	struct desk *d, const char *method, const char *path, const char *body)
{
	char out[1024];
	size_t have = 0;
	ssize_t n = 0;
	int status = 0, fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

	snprintf(out, sizeof(out),
		"%s %s HTTP/1.1\r\nHost: %s\r\nOrigin: http://%s\r\n"
		"X-Casebridge: web\r\nCookie: %s\r\nConnection: close\r\n"
		"Content-Type: application/json\r\nContent-Length: %zu\r\n\r\n"
		"%s",
		method, path, d->page, d->page, d->cookie, strlen(body), body);
	if (fd >= 0 &&
		connect(fd, (struct sockaddr *)&d->at, sizeof(d->at)) == 0 &&
		write(fd, out, strlen(out)) == (ssize_t)strlen(out))
		while (have < sizeof(d->answer) - 1 &&
			(n = read(fd, d->answer + have,
				 sizeof(d->answer) - 1 - have)) > 0)
			have += (size_t)n;
	if (fd >= 0)
		close(fd);
	d->answer[have] = 0;
	return sscanf(d->answer, "HTTP/1.1 %d", &status) == 1 ? status : 0;
}

/* What "http://127.1.2.3:4000/#key=…" says. */
static bool read_address(struct desk *d, char key[65])
{
	char host[32];
	unsigned port;

	if (sscanf(d->url, "http://%31[0-9.]:%u/#key=%64s", host, &port, key) !=
		3)
		return false;
	d->at.sin_family = AF_INET;
	d->at.sin_port = htons((uint16_t)port);
	snprintf(d->page, sizeof(d->page), "%s:%u", host, port);
	return inet_pton(AF_INET, host, &d->at.sin_addr) == 1;
}

static void come_in(struct desk *d)
{
	char key[65], body[96];
	const char *set;

	CHECK(read_address(d, key));
	snprintf(body, sizeof(body), "{\"key\":\"%s\"}", key);
	CHECK(asked(d, "POST", "/v1/session", body) == 201);
	set = strstr(d->answer, "Set-Cookie: ");
	CHECK(set && sscanf(set, "Set-Cookie: %159[^;]", d->cookie) == 1);
}

static void sit_down(struct desk *d, void (*fill)(struct fixture *f))
{
	memset(d, 0, sizeof(*d));
	set_up(&d->f);
	fill(&d->f);
	d->web = webroot_load(d->f.dir, &d->f.e);
	d->conf = (struct local_conf){d->web, LOCK_MS, END_MS, FRESH_MS, true};
	d->host = (struct local_host){.ctx = d,
		.is_own = is_own,
		.lock = closed,
		.line = line,
		.trail = trail,
		.ready = ready};
	pthread_mutex_init(&d->lock, NULL);
	pthread_cond_init(&d->opened, NULL);
	pthread_mutex_lock(&d->lock);
	if (pthread_create(&d->thread, NULL, serve, d) != 0)
		die("test: no thread");
	while (!d->url[0])
		pthread_cond_wait(&d->opened, &d->lock);
	pthread_mutex_unlock(&d->lock);
	come_in(d);
}

static void stand_up(struct desk *d)
{
	pthread_kill(d->thread, SIGINT);
	pthread_join(d->thread, NULL);
	CHECK(d->served);
	pthread_cond_destroy(&d->opened);
	pthread_mutex_destroy(&d->lock);
	webroot_free(d->web);
	tear_down(&d->f);
}

/* Asked over and over for so long: whether all of it was answered. *pause is
 * the longest time between two questions, as a busy machine makes it. */
static bool open_for(
	struct desk *d, const char *path, int64_t ms, int64_t *pause)
{
	int64_t from = host_mono_ms(), last = from, now;

	*pause = 0;
	while ((now = host_mono_ms()) - from < ms) {
		int status = asked(d, "GET", path, "");

		if (now - last > *pause)
			*pause = now - last;
		if (status != 200)
			return false;
		last = now;
		a_step();
	}
	return true;
}

static void what_the_page_asks_by_itself_keeps_nothing_open(void)
{
	static const char *const by_itself[] = {
		"/v1/letters?state=open", "/v1/sync", "/v1/caseload"};

	for (size_t i = 0; i < ARRAY_LEN(by_itself); i++) {
		struct desk d;
		int64_t pause;

		sit_down(&d, deliver_case);
		CHECK(asked(&d, "GET", by_itself[i], "") == 200);
		CHECK(!open_for(&d, by_itself[i], 4 * LOCK_MS, &pause));
		CHECK(strstr(d.answer, "\"screen_locked\"") != NULL);
		stand_up(&d);
	}
}

static void who_is_there_is_not_locked_out(void)
{
	struct desk d;
	int64_t pause;

	sit_down(&d, deliver_case);
	CHECK(open_for(&d, "/v1/sync?active=1", 3 * LOCK_MS, &pause) ||
		pause > LOCK_MS / 2);
	stand_up(&d);
}

/* Somebody without the session says what they like. */
static void a_stranger_keeps_nothing_open(void)
{
	char mine[160];
	struct desk d;
	int64_t from;

	sit_down(&d, deliver_case);
	memcpy(mine, d.cookie, sizeof(mine));
	from = host_mono_ms();
	while (host_mono_ms() - from < 2 * LOCK_MS) {
		d.cookie[0] = 0;
		CHECK(asked(&d, "GET", "/v1/sync?active=1", "") == 401);
		CHECK(asked(&d, "POST", "/v1/session", "{\"key\":\"x\"}") ==
			401);
		a_step();
	}
	memcpy(d.cookie, mine, sizeof(mine));
	CHECK(asked(&d, "GET", "/v1/caseload", "") == 401);
	CHECK(strstr(d.answer, "\"screen_locked\"") != NULL);
	stand_up(&d);
}

static void a_round_of_syncing_keeps_nothing_open(void)
{
	struct desk d;

	sit_down(&d, deliver_case);
	says = (struct centre_says){.fails = ERR_OFFLINE};
	atomic_store(&asking, false);
	atomic_store(&held, true);
	CHECK(asked(&d, "POST", "/v1/sync", "{\"do\":\"start\"}") == 202);
	while (!atomic_load(&asking))
		a_step();
	for (int64_t ms = 0; ms <= 2 * LOCK_MS; ms += STEP_MS)
		a_step();
	CHECK(asked(&d, "GET", "/v1/caseload", "") == 401);
	CHECK(strstr(d.answer, "\"screen_locked\"") != NULL);
	atomic_store(&held, false);
	stand_up(&d);
}

/* The clock that only measures stood still meanwhile. */
static void who_opens_the_lid_finds_it_locked(void)
{
	struct desk d;

	sit_down(&d, deliver_case);
	CHECK(asked(&d, "GET", "/v1/caseload", "") == 200);
	atomic_fetch_add(&slept_ms, 2 * LOCK_MS);
	CHECK(asked(&d, "GET", "/v1/sync?active=1", "") == 401);
	CHECK(strstr(d.answer, "\"screen_locked\"") != NULL);
	stand_up(&d);
}

static void deliver_restricted(struct fixture *f)
{
	struct record of[2] = {make_record(f, "case", 1, 1, 1, CASE_BODY),
		make_record(f, "service", 3, 1, 1,
			"{\"kind\":\"interview\",\"process\":\"WORDS\","
			"\"restricted\":true,\"started_at\":"
			"\"2026-11-20T09:30:00+08:00\",\"status\":"
			"\"completed\"}")};

	if (!deliver(f, 1, "case", 1, true, of, 2))
		die("fixture: %s", f->e.msg);
}

static void deliver_noted(struct fixture *f)
{
	struct record of[2] = {make_record(f, "case", 1, 1, 1, CASE_BODY),
		make_record(f, "service", 3, 1, 1, SERVICE_BODY)};

	if (!deliver(f, 1, "case", 1, true, of, 2))
		die("fixture: %s", f->e.msg);
}

/* Until the proof is old, however busy the desk is meanwhile. */
static void let_it_age(struct desk *d)
{
	int64_t from = host_mono_ms();

	while (host_mono_ms() - from <= FRESH_MS + STEP_MS) {
		CHECK(asked(d, "GET", "/v1/sync?active=1", "") == 200);
		a_step();
	}
}

static void what_is_restricted_wants_the_passphrase_again(void)
{
#define ID(n) "01990000-0000-7000-8000-00000000000" n
	static const char right[] = "{\"passphrase\":\"" PASSPHRASE "\"}";
	static const char *const ways[] = {"/v1/records/" ID("3"),
		"/v1/records/" ID("3") "/history",
		"/v1/print?doc=dignity&id=" ID("1"), "/v1/salvage?open=yes"};
	struct desk d;

	sit_down(&d, deliver_restricted);
	CHECK(asked(&d, "GET", "/v1/cases/" ID("1"), "") == 200);
	CHECK(strstr(d.answer, "\"withheld\":true") != NULL);
	CHECK(strstr(d.answer, "WORDS") == NULL);
	let_it_age(&d);
	for (size_t i = 0; i < ARRAY_LEN(ways); i++) {
		CHECK(asked(&d, "GET", ways[i], "") == 403);
		CHECK(strstr(d.answer, "\"step_up\"") != NULL);
		CHECK(strstr(d.answer, "\"passphrase\"") != NULL);
	}
	CHECK(asked(&d, "POST", "/v1/session/proof",
		      "{\"passphrase\":\"another\"}") == 401);
	CHECK(asked(&d, "GET", ways[0], "") == 403);
	CHECK(asked(&d, "POST", "/v1/session/proof", right) == 204);
	CHECK(asked(&d, "GET", ways[0], "") == 200);
	CHECK(strstr(d.answer, "WORDS") != NULL);
	CHECK(asked(&d, "GET", "/v1/cases/" ID("1"), "") == 200);
	CHECK(strstr(d.answer, "WORDS") == NULL);
	let_it_age(&d);
	CHECK(asked(&d, "GET", ways[0], "") == 403);
	stand_up(&d);
#undef ID
}

/* Written here and not sent, or restricted here and not sent. */
static void what_is_restricted_is_withheld_before_the_centre_has_it(void)
{
#define ID(n) "01990000-0000-7000-8000-00000000000" n
#define CHANGE(n, rec, op, set)                                                \
	"{\"id\":\"" ID(n) "\",\"rec\":\"" ID(                                 \
		rec) "\",\"type\":\"service\",\"case\":"                       \
		     "\"" ID("1") "\",\"op\":\"" op "\",\"entered_at\":"       \
				  "\"2026-11-21T09:30:"                        \
				  "00+08:00\"," set "}"
	static const char fresh[] = "{\"changes\":[" CHANGE("d", "6", "create",
		"\"set\":{\"kind\":\"interview\",\"process\":\"HIDDEN\","
		"\"restricted\":true,\"started_at\":"
		"\"2026-11-20T09:30:00+08:00\",\"status\":\"completed\"}") "]}";
	static const char later[] = "{\"changes\":[" CHANGE("e", "3", "patch",
		"\"base_ver\":1,\"seen\":{\"restricted\":null},"
		"\"set\":{\"restricted\":true,\"process\":\"HIDDEN\"}") "]}";
	static const char *const ways[] = {
		"/v1/records/" ID("6"), "/v1/records/" ID("3")};
	struct desk d;

	sit_down(&d, deliver_noted);
	CHECK(asked(&d, "POST", "/v1/changes", fresh) == 200);
	CHECK(strstr(d.answer, "\"applied\"") != NULL);
	CHECK(asked(&d, "POST", "/v1/changes", later) == 200);
	CHECK(strstr(d.answer, "\"applied\"") != NULL);
	CHECK(asked(&d, "GET", "/v1/cases/" ID("1"), "") == 200);
	CHECK(strstr(d.answer, "\"withheld\":true") != NULL);
	CHECK(strstr(d.answer, "HIDDEN") == NULL);
	let_it_age(&d);
	for (size_t i = 0; i < ARRAY_LEN(ways); i++)
		CHECK(asked(&d, "GET", ways[i], "") == 403);
	stand_up(&d);
#undef CHANGE
#undef ID
}

static void guesses_of_the_passphrase_have_to_wait(void)
{
	static const char wrong[] = "{\"passphrase\":\"another\"}";
	struct desk d;

	sit_down(&d, deliver_restricted);
	for (int i = 0; i < 5; i++)
		CHECK(asked(&d, "POST", "/v1/session/proof", wrong) == 401);
	CHECK(asked(&d, "POST", "/v1/session/proof",
		      "{\"passphrase\":\"" PASSPHRASE "\"}") == 429);
	stand_up(&d);
}

static void deliver_member(struct fixture *f)
{
	struct record of[3] = {make_record(f, "case", 1, 1, 1, CASE_BODY),
		make_record(f, "service", 3, 1, 1, SERVICE_BODY),
		make_record(f, "member", 4, 1, 1,
			"{\"staff\":\"01990000-0000-7000-8000-000000000384\","
			"\"site\":\"01990000-0000-7000-8000-000000000385\","
			"\"role\":\"social_worker\",\"from\":\"2026-01-01\"}")};

	if (!deliver(f, 1, "case", 2, true, of, 3))
		die("fixture: %s", f->e.msg);
}

/* A portal answers for the centre, or nobody does: the station's own word. */
static void a_preview_is_made_here_when_the_centre_has_no_say(void)
{
	static const struct centre_says mute[] = {
		{200, "text/html", "<p>Welcome! Accept our terms.", ERR_NONE,
                 NULL								  },
		{502, "text/html", "<p>Bad gateway",                ERR_NONE,      NULL},
		{0,   "",          "",			      ERR_VOID_PAGE, NULL},
		{0,   "",          "",			      ERR_TLS,       NULL},
		{0,   "",          "",			      ERR_OFFLINE,   NULL},
	};
	static const char order[] =
		"{\"case\":\"01990000-0000-7000-8000-000000000001\","
		"\"records\":[\"01990000-0000-7000-8000-000000000004\"],"
		"\"reason\":\"x\"}";
	struct desk d;

	sit_down(&d, deliver_member);
	for (size_t i = 0; i < ARRAY_LEN(mute); i++) {
		says = mute[i];
		CHECK(asked(&d, "POST", "/v1/withdrawals/preview", order) ==
			200);
		CHECK(strstr(d.answer, "\"from\":\"station\"") != NULL);
	}
	says = (struct centre_says){200, "application/json",
		"{\"from\":\"centre\"}", ERR_NONE, NULL};
	CHECK(asked(&d, "POST", "/v1/withdrawals/preview", order) == 200);
	CHECK(strstr(d.answer, "\"from\":\"centre\"") != NULL);
	stand_up(&d);
}

#define FILE_SHA                                                               \
	"2cf24dba5fb0a30e26e83b2ac5b9e29e1b161e5c1fa7425e73043362938b9824"

/* Of a document whose file, "hello", is at the centre. */
static void deliver_document(struct fixture *f)
{
	struct record of[2] = {make_record(f, "case", 1, 1, 1, CASE_BODY),
		make_record(f, "document", 5, 1, 1,
			"{\"title\":\"x\",\"kind\":\"other\",\"status\":"
			"\"final\","
			"\"sha256\":\"" FILE_SHA "\",\"size\":5,"
			"\"media\":\"application/pdf\"}")};

	if (!deliver(f, 1, "case", 2, true, of, 2))
		die("fixture: %s", f->e.msg);
}

static int fetched(
	struct desk *d, unsigned status, const char *range, const char *body)
{
	says = (struct centre_says){
		status, "application/octet-stream", body, ERR_NONE, range};
	return asked(d, "GET",
		"/v1/files/" FILE_SHA
		"?rec=01990000-0000-7000-8000-000000000005",
		"");
}

/* What it says of a range is believed no further than it can be. */
static void a_range_that_cannot_be_is_not_kept(void)
{
	static const struct {
		const char *range, *code;
		int status;
	} wrong[] = {
		{"bytes 0-4/999999999999999999", "too_large",     413},
		{"bytes 0-4/6",                  "file_mismatch", 422},
		{"bytes 0-9/10",                 "void_page",     502},
		{"bytes 3-7/8",                  "void_page",     502},
		{"bytes 0-4/5 and more",         "void_page",     502},
		{"bytes 0-4/3",                  "void_page",     502},
		{"",			     "void_page",     502},
	};
	struct desk d;

	sit_down(&d, deliver_document);
	for (size_t i = 0; i < ARRAY_LEN(wrong); i++) {
		CHECK(fetched(&d, 206, wrong[i].range, "hello") ==
			wrong[i].status);
		CHECK(strstr(d.answer, wrong[i].code) != NULL);
	}
	CHECK(fetched(&d, 206, "bytes 0-4/5", "jello") == 422);
	CHECK(strstr(d.answer, "file_mismatch") != NULL);
	CHECK(fetched(&d, 206, "bytes 0-4/5", "hello") == 206);
	CHECK(strstr(d.answer, "\r\n\r\nhello") != NULL);
	/* Kept: the centre is not asked again. */
	CHECK(fetched(&d, 500, NULL, "") == 206);
	stand_up(&d);
}

int main(void)
{
	/* Threads inherit it; who serves takes it up. */
	sigset_t stop;

	sigemptyset(&stop);
	sigaddset(&stop, SIGINT);
	pthread_sigmask(SIG_BLOCK, &stop, NULL);
	RUN(what_the_page_asks_by_itself_keeps_nothing_open);
	RUN(who_is_there_is_not_locked_out);
	RUN(a_stranger_keeps_nothing_open);
	RUN(a_round_of_syncing_keeps_nothing_open);
	RUN(who_opens_the_lid_finds_it_locked);
	RUN(what_is_restricted_is_withheld_before_the_centre_has_it);
	RUN(what_is_restricted_wants_the_passphrase_again);
	RUN(guesses_of_the_passphrase_have_to_wait);
	RUN(a_range_that_cannot_be_is_not_kept);
	RUN(a_preview_is_made_here_when_the_centre_has_no_say);
	return tap_done();
}
