/*
 * soak_station.c - one simulated station of the soak: its connection, what it
 * asks and what it makes of the answers (see soak.c).
 */
#include "tests/bench/soak.h"

#include "proto/base/arena.h"

#include <arpa/inet.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/tcp.h>
#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/ssl.h>
#include <openssl/x509.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>
#include <zstd.h>

double now_ms(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec * 1e3 + (double)t.tv_nsec / 1e6;
}

double chance(struct soak *k)
{
	k->random ^= k->random << 13;
	k->random ^= k->random >> 7;
	k->random ^= k->random << 17;
	return (double)(k->random >> 11) / 9007199254740992.0;
}

static void note(struct soak *k, enum kind kind, double ms)
{
	struct figures *f = &k->kind[kind];

	if (!f->ms && !(f->ms = calloc(SAMPLES / KINDS, sizeof(double))))
		die("out of memory");
	if (f->n < SAMPLES / KINDS)
		f->ms[f->n++] = ms;
}

static void wrong(struct soak *k, const struct station *s, const char *what,
	const char *more)
{
	k->errors++;
	if (!k->first_error[0])
		snprintf(k->first_error, sizeof(k->first_error),
			"station %d, asking %d: %s %.200s", s->no, s->ask, what,
			more ? more : "");
}

/* ---- connections ---- */

void hang_up(struct soak *k, struct station *s)
{
	if (s->ssl)
		SSL_free(s->ssl);
	if (s->fd >= 0)
		close(s->fd);
	if (!s->registered || !s->synced)
		k->setting_up -= s->connect_ms > 0;
	s->ssl = NULL;
	s->fd = -1;
	s->shaken = false;
	s->connect_ms = 0;
	s->ask = A_NOTHING;
}

/* Comes again after a pause; half of it at least, never the same for two. */
static void come_again(struct soak *k, struct station *s, double at_least_ms)
{
	s->pause_ms = s->pause_ms > 0 ? s->pause_ms * 2 : 1000;
	if (s->pause_ms > 15000)
		s->pause_ms = 15000;
	s->next_ms =
		now_ms() + at_least_ms + s->pause_ms * (0.5 + chance(k) / 2);
}

/* Who had nothing to ask finds out later that his line is from before it. */
static bool by_outage(const struct soak *k, const struct station *s)
{
	return k->outage_ms > 0 &&
	       (k->back_ms == 0 || now_ms() < k->back_ms + 2000 ||
		       s->connect_ms < k->back_ms);
}

static void was_cut(struct soak *k, struct station *s)
{
	if (by_outage(k, s))
		k->cut_in_outage++;
	else if (!k->cut++)
		snprintf(k->first_cut, sizeof(k->first_cut),
			"station %d, asking %d since %.1f s, %.1f s after it "
			"connected, at %.1f s; the daemon was back at %.1f s",
			s->no, s->ask, (now_ms() - s->began_ms) / 1000,
			(now_ms() - s->connect_ms) / 1000,
			(now_ms() - k->start_ms) / 1000,
			k->back_ms > 0 ? (k->back_ms - k->start_ms) / 1000 : 0);
	hang_up(k, s);
	come_again(k, s, 0);
}

void begin_connect(struct soak *k, struct station *s)
{
	struct sockaddr_in to = {.sin_family = AF_INET,
		.sin_port = htons((uint16_t)strtol(k->port, NULL, 10)),
		.sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
	struct epoll_event ev = {EPOLLIN | EPOLLOUT | EPOLLET, {.ptr = s}};
	int one = 1;

	s->fd = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
	s->ssl = SSL_new(k->ctx);
	if (s->fd < 0 || !s->ssl)
		die("no socket: %s", strerror(errno));
	setsockopt(s->fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof(one));
	s->connect_ms = now_ms();
	if (!s->registered || !s->synced)
		k->setting_up++;
	if (s->certificate &&
		(SSL_use_certificate(s->ssl, s->certificate) != 1 ||
			SSL_use_PrivateKey(s->ssl, s->key) != 1))
		die("certificate of station %d", s->no);
	SSL_set_fd(s->ssl, s->fd);
	SSL_set_connect_state(s->ssl);
	if (connect(s->fd, (struct sockaddr *)&to, sizeof(to)) != 0 &&
		errno != EINPROGRESS) {
		was_cut(k, s);
		return;
	}
	epoll_ctl(k->epoll, EPOLL_CTL_ADD, s->fd, &ev);
}

/* ---- asking ---- */

static void ask(struct soak *k, struct station *s, enum ask what,
	const char *method, const char *path, struct str body)
{
	struct buf *b = &s->out;

	s->ask = what;
	s->began_ms = now_ms();
	s->sent = 0;
	buf_clear(b);
	buf_clear(&s->in);
	buf_printf(b,
		"%s %s HTTP/1.1\r\nHost: 127.0.0.1:%s\r\n"
		"Accept-Encoding: zstd\r\n",
		method, path, k->port);
	if (s->token[0])
		buf_printf(b, "Authorization: Bearer %s\r\n", s->token);
	if (what >= A_PULL)
		buf_printf(b, "Sync-Replica: %s\r\nSync-Req: %lld\r\n",
			s->replica, (long long)++s->number);
	if (what >= A_PULL && s->seen[0])
		buf_printf(b, "Sync-Seen: %s\r\n", s->seen);
	if (body.n)
		buf_printf(b,
			"Content-Type: application/json\r\n"
			"Content-Length: %zu\r\n",
			body.n);
	buf_text(b, "\r\n");
	buf_add(b, body.p, body.n);
	k->bytes_up += (int64_t)b->n;
}

static void make_id(struct soak *k, char out[40])
{
	struct timespec t;
	uint64_t ms, a = (uint64_t)(chance(k) * 4294967296.0);
	uint64_t b = (uint64_t)(chance(k) * 281474976710656.0);

	clock_gettime(CLOCK_REALTIME, &t);
	ms = (uint64_t)t.tv_sec * 1000 + (uint64_t)t.tv_nsec / 1000000;
	snprintf(out, 40, "%08x-%04x-7%03x-8%03x-%012llx",
		(unsigned)(ms >> 16) & 0xffffffff, (unsigned)ms & 0xffff,
		(unsigned)a & 0xfff, (unsigned)(a >> 12) & 0xfff,
		(unsigned long long)b & 0xffffffffffff);
}

static void ask_enrol(struct soak *k, struct station *s)
{
	X509_REQ *req = X509_REQ_new();
	BIO *mem = BIO_new(BIO_s_mem());
	struct buf body;
	char *pem;
	long n;

	s->key = EVP_EC_gen("P-256");
	X509_NAME_add_entry_by_txt(X509_REQ_get_subject_name(req), "CN",
		MBSTRING_ASC, (const unsigned char *)"soak", -1, -1, 0);
	X509_REQ_set_pubkey(req, s->key);
	X509_REQ_sign(req, s->key, EVP_sha256());
	PEM_write_bio_X509_REQ(mem, req);
	n = BIO_get_mem_data(mem, &pem);
	buf_init(&body, 16384);
	buf_printf(&body, "{\"code\":\"%016d\",\"csr\":", s->no);
	buf_json(&body, pem, (size_t)n);
	buf_char(&body, '}');
	ask(k, s, A_ENROL, "POST", "/v1/devices", (struct str){body.p, body.n});
	buf_free(&body);
	BIO_free(mem);
	X509_REQ_free(req);
}

static void ask_text(struct soak *k, struct station *s, enum ask what,
	const char *path, const char *text)
{
	ask(k, s, what, "POST", path, (struct str){text, strlen(text)});
}

static void ask_pull(struct soak *k, struct station *s, int wait_s)
{
	char path[400];

	snprintf(path, sizeof(path),
		"/v1/changes?since=%s&max_bytes=%d&piece=%d&wait=%d", s->since,
		PAGE, PIECE, wait_s);
	ask(k, s, wait_s ? A_LISTEN : A_PULL, "GET", path, (struct str){0});
}

static void ask_push(struct soak *k, struct station *s)
{
	struct buf body;
	int n = 1 + (int)(chance(k) * 3);

	buf_init(&body, 65536);
	buf_text(&body, "{\"changes\":[");
	for (int i = 0; i < n; i++) {
		char id[40], rec[40];

		make_id(k, id);
		make_id(k, rec);
		buf_printf(&body,
			"%s{\"id\":\"%s\",\"tx\":null,\"rec\":\"%s\","
			"\"type\":\"service\",\"case\":\"%s\",\"op\":"
			"\"create\",\"set\":{\"started_at\":"
			"\"2026-11-20T09:00:00+08:00\",\"minutes\":30,"
			"\"kind\":\"home_visit\",\"status\":\"completed\","
			"\"aim\":\"soak\",\"process\":\"按约定时间到家中探访，"
			"案主情绪平稳，能主动谈起近一周的作息与服药情况。\"},"
			"\"unset\":[],\"seen\":{},\"base_ver\":0,"
			"\"entered_at\":\"2026-11-20T10:00:00+08:00\"}",
			i ? "," : "", id, rec,
			s->site->cases[(size_t)(chance(k) *
						(double)s->site->case_count)]);
	}
	buf_text(&body, "]}");
	ask(k, s, A_PUSH, "POST", "/v1/changes", (struct str){body.p, body.n});
	buf_free(&body);
}

/* They stay until they are answered: who was cut off asks with them again. */
static void ask_receipts(struct soak *k, struct station *s)
{
	struct buf body;

	buf_init(&body, 1 << 22);
	buf_add(&body, s->receipts.p, s->receipts.n);
	buf_text(&body, "]}");
	ask(k, s, A_RECEIPTS, "POST", "/v1/receipts",
		(struct str){body.p, body.n});
	buf_free(&body);
}

/* What comes next, when nothing is under way. */
static void go_on(struct soak *k, struct station *s)
{
	char text[200];

	if (!s->certificate)
		ask_enrol(k, s);
	else if (!s->token[0]) {
		snprintf(text, sizeof(text),
			"{\"login\":\"%s\",\"password\":\"%s\"}",
			s->site->login, k->password);
		ask_text(k, s, A_SIGN_IN, "/v1/session", text);
	} else if (!s->registered) {
		if (!s->replica[0])
			make_id(k, s->replica);
		snprintf(text, sizeof(text),
			"{\"replica\":\"%s\",\"store\":\"soak\"}", s->replica);
		ask_text(k, s, A_REPLICA, "/v1/replicas", text);
	} else if (s->receipts.n) {
		ask_receipts(k, s);
	} else if (!s->synced) {
		if (s->sync_ms <= 0)
			s->sync_ms = now_ms();
		ask_pull(k, s, 0);
	} else if (k->day_ms > 0 && now_ms() >= s->push_ms &&
		   s->site->case_count) {
		s->push_ms = now_ms() + 2 * chance(k) * k->day_s * 1000 / 8;
		ask_push(k, s);
	} else if (k->day_ms > 0)
		ask_pull(k, s, s->polls || s->news ? 0 : WAIT_S);
}

/* ---- answers ---- */

static const char *member(const char *line, const char *name)
{
	char key[40];
	const char *at;

	snprintf(key, sizeof(key), "\"%s\":", name);
	at = strstr(line, key);
	return at ? at + strlen(key) : "";
}

static void copy_text(char *to, size_t room, const char *from)
{
	size_t n = from[0] == '"' ? strcspn(from + 1, "\"") : 0;

	if (n && n < room) {
		memcpy(to, from + 1, n);
		to[n] = 0;
	}
}

static void take_certificate(
	struct soak *k, struct station *s, const char *text)
{
	const char *from = member(text, "certificate");
	size_t n = from[0] == '"' ? strcspn(from + 1, "\"") : 0;
	struct buf pem;
	BIO *mem;

	buf_init(&pem, 65536);
	for (size_t i = 0; i < n; i++)
		if (from[1 + i] == '\\' && from[2 + i] == 'n')
			buf_char(&pem, '\n'), i++;
		else
			buf_char(&pem, from[1 + i]);
	mem = BIO_new_mem_buf(pem.p, (int)pem.n);
	s->certificate = PEM_read_bio_X509(mem, NULL, NULL, NULL);
	if (!s->certificate)
		wrong(k, s, "no certificate", text);
	BIO_free(mem);
	buf_free(&pem);
}

static void take_unit(struct station *s, const char *line)
{
	struct site *site = s->site;
	char unit[40] = "";

	copy_text(unit, sizeof(unit), member(line, "unit"));
	s->news = true;
	if (strncmp(member(line, "kind"), "\"case\"", 6) == 0 && !s->synced &&
		site->case_count < CASES_MAX) {
		size_t i = 0;

		while (i < site->case_count &&
			strcmp(site->cases[i], unit) != 0)
			i++;
		if (i == site->case_count)
			snprintf(site->cases[site->case_count++], 40, "%s",
				unit);
	}
	if (strncmp(member(line, "full"), "true", 4) != 0 ||
		strncmp(member(line, "more"), "true", 4) == 0)
		return;
	buf_printf(&s->receipts,
		"%s{\"kind\":\"stored\",\"unit\":\"%s\",\"gen\":%ld}",
		s->receipts.n ? "," : "{\"receipts\":[", unit,
		strtol(member(line, "gen"), NULL, 10));
}

/* Every page of the answer has a footer; *more is the last one's. */
static bool take_pages(struct station *s, char *text, bool *more)
{
	bool footer = false;

	s->news = false;
	for (char *line = text, *end; *line; line = end + 1) {
		end = strchr(line, '\n');
		if (!end)
			return false;
		*end = 0;
		footer = strncmp(line, "{\"f\":", 5) == 0;
		if (strncmp(line, "{\"u\":", 5) == 0)
			take_unit(s, line);
		if (!footer)
			continue;
		copy_text(s->since, sizeof(s->since), member(line, "next"));
		*more = strncmp(member(line, "more"), "true", 4) == 0;
	}
	return footer;
}

static void pulled(struct soak *k, struct station *s, char *text, double took)
{
	bool more = false, waited = s->ask == A_LISTEN;

	if (!take_pages(s, text, &more)) {
		wrong(k, s, "a page without its end", NULL);
		return;
	}
	if (!s->synced) {
		s->synced = !more && !s->receipts.n;
		if (s->synced) {
			note(k, K_FIRST_SYNC, now_ms() - s->sync_ms);
			k->setting_up--;
		}
		return;
	}
	if (waited && s->news && s->site->pushed_ms > 0)
		note(k, K_NEWS, now_ms() - s->site->pushed_ms);
	else if (!waited)
		note(k, s->news ? K_PULL : K_NO_CHANGE, took);
	s->news = more;
	if (s->polls && !more)
		s->next_ms = now_ms() + 3000 + 4000 * chance(k);
}

static int count(const char *text, const char *what)
{
	int n = 0;

	for (; (text = strstr(text, what)); text += strlen(what))
		n++;
	return n;
}

static void answered(struct soak *k, struct station *s, char *text)
{
	double took = now_ms() - s->began_ms;

	s->pause_ms = 0;
	switch (s->ask) {
	case A_ENROL:
		note(k, K_ENROL, took);
		take_certificate(k, s, text);
		hang_up(k, s); /* comes back with it */
		s->next_ms = 0;
		return;
	case A_SIGN_IN:
		note(k, K_SIGN_IN, took);
		copy_text(s->token, sizeof(s->token), member(text, "token"));
		break;
	case A_REPLICA:
		s->registered = true;
		copy_text(s->seen, sizeof(s->seen), member(text, "head"));
		break;
	case A_RECEIPTS:
		note(k, K_RECEIPTS, took);
		buf_clear(&s->receipts);
		break;
	case A_PULL:
	case A_LISTEN:
		pulled(k, s, text, took);
		break;
	case A_PUSH:
		note(k, K_PUSH, took);
		s->site->pushed_ms = now_ms();
		k->applied += count(text, "\"status\":\"applied\"");
		if (count(text, "\"status\":") !=
			count(text, "\"status\":\"applied\""))
			wrong(k, s, "a change was not taken", text);
		break;
	case A_NOTHING:
		wrong(k, s, "an answer nobody asked for", NULL);
		break;
	}
	s->ask = A_NOTHING;
}

static const char *header(const char *head, const char *name)
{
	size_t n = strlen(name);

	for (const char *p = strchr(head, '\n'); p; p = strchr(p, '\n'))
		if (strncasecmp(++p, name, n) == 0 && p[n] == ':')
			return p + n + 1 + strspn(p + n + 1, " ");
	return NULL;
}

static void refused(struct soak *k, struct station *s, unsigned status,
	const char *head, const char *body)
{
	const char *after = header(head, "Retry-After");

	if (status == 503 || status == 429) {
		k->later++;
		s->ask = A_NOTHING;
		come_again(k, s, after ? strtod(after, NULL) * 1000 : 0);
		return;
	}
	wrong(k, s, head, body);
	hang_up(k, s);
	come_again(k, s, 0);
}

static void unpack(struct soak *k, struct station *s, struct buf *out,
	const char *p, size_t n)
{
	ZSTD_DStream *d = ZSTD_createDStream();
	ZSTD_inBuffer in = {p, n, 0};

	while (in.pos < in.size) {
		ZSTD_outBuffer o = {buf_reserve(out, 131072), 131072, 0};

		if (!o.dst || ZSTD_isError(ZSTD_decompressStream(d, &o, &in))) {
			wrong(k, s, "an answer that does not unpack", NULL);
			break;
		}
		out->n += o.pos;
	}
	ZSTD_freeDStream(d);
}

/* True when a whole answer was here and is dealt with. */
static bool take_answer(struct soak *k, struct station *s)
{
	char *end = s->in.p ? strstr(s->in.p, "\r\n\r\n") : NULL, *body;
	const char *length, *packed, *head, *line;
	unsigned status;
	bool last;
	struct buf plain;
	size_t at, n;

	if (!end)
		return false;
	at = (size_t)(end - s->in.p) + 4;
	end[2] = 0;
	length = header(s->in.p, "Content-Length");
	n = length ? (size_t)strtoull(length, NULL, 10) : 0;
	if (s->in.n < at + n) {
		end[2] = '\r';
		return false;
	}
	status = (unsigned)strtoul(s->in.p + strcspn(s->in.p, " "), NULL, 10);
	head = header(s->in.p, "Sync-Head");
	if (head && strcspn(head, "\r") < sizeof(s->seen))
		snprintf(s->seen, strcspn(head, "\r") + 1, "%s", head);
	line = header(s->in.p, "Connection");
	last = line && strncasecmp(line, "close", 5) == 0;
	packed = header(s->in.p, "Content-Encoding");
	body = s->in.p + at;
	buf_init(&plain, BODY_CAP);
	if (packed && strncmp(packed, "zstd", 4) == 0)
		unpack(k, s, &plain, body, n);
	else
		buf_add(&plain, body, n);
	buf_char(&plain, 0);
	if (status / 100 == 2)
		answered(k, s, plain.p);
	else
		refused(k, s, status, s->in.p, plain.p);
	buf_free(&plain);
	buf_free(&s->in);
	buf_init(&s->in, BODY_CAP);
	/* As the daemon does after a password: that is no cut. */
	if (last && s->ssl)
		hang_up(k, s);
	return true;
}

/* ---- moving bytes ---- */

/* What failed on one line must not be read as a failure of the next. */
static bool is_dead(struct station *s, int rc)
{
	int e = SSL_get_error(s->ssl, rc);

	ERR_clear_error();
	return e != SSL_ERROR_WANT_READ && e != SSL_ERROR_WANT_WRITE;
}

static bool shake(struct soak *k, struct station *s)
{
	int rc = SSL_do_handshake(s->ssl);

	if (rc == 1) {
		s->shaken = true;
		note(k, K_CONNECT, now_ms() - s->connect_ms);
		/* One that goes down still ends a handshake or two. */
		if (k->outage_ms > 0 && k->back_ms == 0 &&
			daemon_pid(k) != k->outage_pid)
			k->back_ms = now_ms();
		return true;
	}
	if (is_dead(s, rc))
		was_cut(k, s);
	return false;
}

static bool write_some(struct soak *k, struct station *s)
{
	while (s->sent < s->out.n) {
		size_t n;

		if (SSL_write_ex(s->ssl, s->out.p + s->sent, s->out.n - s->sent,
			    &n) != 1) {
			if (is_dead(s, 0))
				was_cut(k, s);
			return false;
		}
		s->sent += n;
	}
	return true;
}

static void read_some(struct soak *k, struct station *s)
{
	size_t n;

	for (;;) {
		char *to = buf_reserve(&s->in, 65536);

		if (!to)
			die("an answer larger than %zu", BODY_CAP);
		if (SSL_read_ex(s->ssl, to, 65536, &n) != 1) {
			if (is_dead(s, 0))
				was_cut(k, s);
			return;
		}
		k->bytes_down += (int64_t)n;
		s->in.n += n;
		s->in.p[s->in.n] = 0;
		if (s->ask != A_NOTHING)
			take_answer(k, s);
		if (!s->ssl)
			return;
	}
}

/* As far as it goes without waiting. */
void serve(struct soak *k, struct station *s)
{
	if (!s->shaken && !shake(k, s))
		return;
	for (int turn = 0; turn < 64 && s->ssl; turn++) {
		enum ask before = s->ask;

		if (s->ask == A_NOTHING) {
			if (now_ms() < s->next_ms)
				return;
			go_on(k, s);
			if (s->ask == A_NOTHING)
				return;
		}
		if (!write_some(k, s))
			return;
		read_some(k, s);
		if (s->ssl && s->ask != A_NOTHING && s->ask == before)
			return;
	}
}
