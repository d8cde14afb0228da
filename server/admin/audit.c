/*
 * audit.c - verbs about the sealed trail: seal it, write it into a file, and
 * prove such a file, for which neither database nor network is needed.
 */
#include "server/admin/admin.h"

#include "proto/base/host.h"
#include "proto/base/timeutil.h"
#include "proto/trail_check.h"
#include "server/audit/tiles.h"
#include "server/log.h"
#include "server/notary/notary.h"
#include "server/state.h"

#include <errno.h>
#include <inttypes.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#define EVERY_MS  500
#define TOLD_MOST 50
#define DAY_MS    INT64_C(86400000)
#define FILE_MOST (1 << 20) /* of a file of kept heads */

/* ---- seal ---- */

bool admin_seal_init(struct call *c, struct err *e)
{
	const char *line;
	bool made;

	if (!notary_init(&c->conf, c->mem, &line, &made, e))
		return false;
	fprintf(stderr, "%s %s\n",
		made ? "a key was made in" : "the key is there in",
		c->conf.seal_dir);
	printf("%s\n", line);
	return true;
}

/* SIGTERM and SIGINT are taken when we are ready for them; a second passes
 * otherwise. */
static bool told_to_stop(int64_t ms)
{
	struct timespec wait = {ms / 1000, ms % 1000 * 1000000};
	sigset_t set;

	sigemptyset(&set);
	sigaddset(&set, SIGTERM);
	sigaddset(&set, SIGINT);
	return sigtimedwait(&set, NULL, &wait) > 0;
}

static void hold_signals(void)
{
	sigset_t set;

	sigemptyset(&set);
	sigaddset(&set, SIGTERM);
	sigaddset(&set, SIGINT);
	sigprocmask(SIG_BLOCK, &set, NULL);
}

static bool seal_on(struct notary *n, const struct config *conf)
{
	bool complained = false;
	struct notary_turn t = {.more = false};

	do {
		struct err e;
		bool ok = notary_turn(n, &t, &e);

		if (!ok && !complained)
			log_write(conf, LOG_WARN, "seal: %s", e.msg);
		complained = !ok;
		if (!ok)
			t.more = false;
	} while (!told_to_stop(t.more ? 0 : EVERY_MS));
	return true;
}

static bool seal_once(struct notary *n, bool check, struct err *e)
{
	struct notary_turn t;
	int64_t sealed = 0, findings = 0;

	do {
		if (!notary_turn(n, &t, e))
			return false;
		sealed += t.sealed;
		findings += t.findings;
	} while (t.more);
	if (t.refused)
		return err_set(e, ERR_INTERNAL,
			"nothing is signed: the database is not what was "
			"sealed (the log says what)");
	if (check) {
		if (!notary_recheck(n, &t, e))
			return false;
		findings += t.findings;
	}
	printf("epoch %" PRId64 ": %" PRId64 " leaves, %" PRId64 " new%s\n",
		t.epoch, t.size, sealed,
		t.waits ? "; waits for casebridged epoch confirm" : "");
	return findings == 0 ||
	       err_set(e, ERR_INTERNAL, "%" PRId64 " findings", findings);
}

bool admin_seal(struct call *c, struct err *e)
{
	bool once = call_option(c, "once"), check = call_option(c, "check");
	struct notary *n;
	bool ok;

	if (check && !once)
		return err_field(e, ERR_USAGE, "check", "with --once");
	hold_signals();
	n = notary_open(&c->conf, e);
	if (!n)
		return false;
	ok = once ? seal_once(n, check, e) : seal_on(n, &c->conf);
	notary_free(n);
	return ok;
}

/* Seals what there is, so that the new key takes over from there. */
bool admin_seal_rotate(struct call *c, struct err *e)
{
	const char *line;
	struct notary *n;
	bool ok;

	hold_signals();
	n = notary_open(&c->conf, e);
	if (!n)
		return false;
	ok = seal_once(n, false, e) && notary_rotate(n, c->mem, &line, e);
	notary_free(n);
	if (ok)
		printf("%s\n", line);
	return ok;
}

/* ---- export ---- */

static bool read_day(
	struct call *c, const char *name, bool end, int64_t *out, struct err *e)
{
	const char *text = call_option(c, name);
	struct date day;

	if (!text || time_parse(text, out))
		return true;
	if (!date_parse(text, &day))
		return err_field(e, ERR_USAGE, name, "YYYY-MM-DD, RFC 3339");
	if (!time_parse(arena_printf(c->mem, "%sT00:00:00+08:00", text), out))
		return err_field(e, ERR_USAGE, name, "YYYY-MM-DD");
	*out += end ? DAY_MS : 0;
	return true;
}

static bool read_export(struct call *c, struct notary_export *x, struct err *e)
{
	const char *since = call_option(c, "since");
	struct str line;
	char *end;

	if (!read_day(c, "from", false, &x->from_ms, e) ||
		!read_day(c, "to", true, &x->to_ms, e) ||
		!state_read(c->conf.state_dir, SEAL_PUBLIC, c->mem, &line, e))
		return false;
	if (x->from_ms && !x->to_ms)
		x->to_ms = host_now_ms() + DAY_MS;
	if (x->to_ms && x->from_ms >= x->to_ms)
		return err_field(e, ERR_USAGE, "to", "> from");
	x->key_line = arena_strndup(c->mem, line.p, strcspn(line.p, "\n"));
	x->handovers = line.p + strlen(x->key_line);
	if (since) {
		x->older = strtoll(since, &end, 10);
		if (*end || x->older < 1)
			return err_field(e, ERR_USAGE, "since",
				"the size of a head that was kept");
	}
	return true;
}

bool admin_audit_export(struct call *c, struct err *e)
{
	struct notary_export x = {.leaves = 0};
	FILE *out;
	bool ok;

	if (c->files != 1)
		return err_field(e, ERR_USAGE, "FILE", "one, that is new");
	if (!read_export(c, &x, e))
		return false;
	out = fopen(c->file[0], "wxe");
	if (!out)
		return err_set(e, ERR_USAGE, "cannot write '%s': %s",
			c->file[0], strerror(errno));
	ok = notary_export(&c->conf, &x, out, e);
	fclose(out);
	if (!ok) {
		remove(c->file[0]);
		return false;
	}
	printf("%" PRId64 " leaves, %" PRId64 " events not sealed yet\n",
		x.leaves, x.open);
	return true;
}

/* ---- verify ---- */

struct told {
	uint64_t n;
};

static void tell(void *ctx, bool bad, const char *sentence)
{
	struct told *t = ctx;

	if (!bad || t->n < TOLD_MOST)
		printf("%s%s\n", bad ? "WRONG: " : "", sentence);
	else if (t->n == TOLD_MOST)
		printf("WRONG: … and more\n");
	t->n += bad;
}

static bool read_file(
	struct call *c, const char *path, struct str *out, struct err *e)
{
	FILE *f = fopen(path, "re");
	char *text;

	if (!f)
		return err_set(e, ERR_USAGE, "cannot read '%s': %s", path,
			strerror(errno));
	text = arena_alloc(c->mem, FILE_MOST + 1);
	out->p = text;
	out->n = fread(text, 1, FILE_MOST, f);
	fclose(f);
	return out->n > 0 || err_set(e, ERR_USAGE, "'%s' is empty", path);
}

/* One note after the other; between them there may be empty lines. */
static bool pin_all(struct trail_check *k, struct str text, struct err *e)
{
	const char *at = text.p, *end = text.p + text.n;

	while (at < end) {
		const char *sig, *stop;
		struct str note = {at, 0};

		if (*at == '\n') {
			at++;
			continue;
		}
		sig = strstr(at, "\n\xe2\x80\x94 ");
		stop = sig ? strchr(sig + 1, '\n') : NULL;
		note.n = (size_t)((stop ? stop + 1 : end) - at);
		if (!trail_check_pin(k, note, e))
			return false;
		at += note.n;
	}
	return true;
}

static bool read_lines(struct trail_check *k, const char *path, struct err *e)
{
	FILE *f = fopen(path, "re");
	size_t room = 0;
	char *line = NULL;
	ssize_t n;
	bool ok = true;

	if (!f)
		return err_set(e, ERR_USAGE, "cannot read '%s': %s", path,
			strerror(errno));
	while (ok && (n = getline(&line, &room, f)) > 0) {
		struct str s = {line, (size_t)n - (line[n - 1] == '\n')};

		ok = trail_check_line(k, s, e);
	}
	free(line);
	fclose(f);
	return ok;
}

static void print_result(const struct trail_result *r)
{
	char at[TIME_TEXT];

	if (r->receipt)
		printf("receipt: %" PRId64
		       " leaf is in the tree of epoch %" PRId64 " at %" PRId64
		       " leaves, sealed %s\n",
			r->leaves, r->head.epoch, r->head.size,
			time_format(r->head.at_ms, at));
	else
		printf("%s: %" PRId64 " leaves of %" PRId64
		       " epochs; the newest head is of epoch %" PRId64
		       " at %" PRId64 " leaves, sealed %s; %" PRId64
		       " events are not sealed yet\n",
			r->whole ? "all of it" : "a part", r->leaves, r->epochs,
			r->head.epoch, r->head.size,
			time_format(r->head.at_ms, at), r->open);
}

static bool verify(struct call *c, struct trail_check *k, struct err *e)
{
	const char *head = call_option(c, "head");
	struct trail_result r;
	struct str text;

	if (head && (!read_file(c, head, &text, e) || !pin_all(k, text, e)))
		return false;
	if (!read_lines(k, c->file[0], e) || !trail_check_end(k, &r, e))
		return false;
	print_result(&r);
	if (r.findings)
		return err_set(e, ERR_INTERNAL,
			"NOT VERIFIED: %" PRIu64 " things are wrong",
			r.findings);
	printf("verified\n");
	return true;
}

bool admin_audit_verify(struct call *c, struct err *e)
{
	struct told told = {0};
	struct trail_check *k;
	struct note_key key;
	struct str text;
	bool ok;

	if (c->files != 1)
		return err_field(e, ERR_USAGE, "FILE", "one");
	if (!read_file(c, call_option(c, "key"), &text, e))
		return false;
	/* Behind it are hand-overs; the file brings its own. */
	text.n = strcspn(text.p, "\n");
	if (!note_key_read(text, &key, e))
		return false;
	k = trail_check_new(&key, tell, &told);
	ok = verify(c, k, e);
	trail_check_free(k);
	return ok;
}
