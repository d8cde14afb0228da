/*
 * v_enrol.c - casebridge enrol: this computer becomes a station.
 *
 * The key is made here and never leaves. The code is used up by the first
 * request that arrives, so the key is on the disk before it is sent: whatever
 * breaks afterwards, the same command goes on with it, or a new code is all
 * that is needed. Unless the code was made for one person, somebody else than
 * who made it has to grant the request; until then it waits.
 */
#include "client/cli/desk.h"
#include "client/cli/out.h"
#include "client/cli/pause.h"
#include "client/cli/secret.h"
#include "client/sync/device.h"
#include "client/sync/heads.h"
#include "client/sync/orders.h"
#include "proto/base/crash.h"
#include "proto/station.h"

#include <stdio.h>
#include <string.h>

#define CA_MAX     262144
#define ANSWER_MAX 262144
#define WAIT_MS    IN_TRIALS(200, 2000)

/* https://host[:port] and nothing after it. */
static bool is_server(const char *url)
{
	const char *host = url + 8;

	return strncmp(url, "https://", 8) == 0 && host[0] &&
	       strlen(host) < 260 && !strpbrk(host, "/?#@ \t\\\"");
}

static const char *server_of(struct cli *c, struct err *e)
{
	const char *url = c->option[O_SERVER];
	char *copy;
	size_t n;

	if (!cli_need(c, O_SERVER, e) || !cli_need(c, O_CA, e))
		return NULL;
	copy = arena_strdup(c->mem, url);
	n = strlen(copy);
	if (n && copy[n - 1] == '/')
		copy[n - 1] = 0;
	if (is_server(copy))
		return copy;
	cli_usage(e, "--server", "https://HOST:PORT");
	return NULL;
}

static bool may_enrol(struct cli *c, struct desk *d, struct err *e)
{
	const char *at = json_str(d->place.station, "server");

	if (!at || secret_confirm(c, text_of(c, T_ASK_REPLACE, at, NULL)))
		return true;
	return cli_usage(e, "enrol", "--yes");
}

static const char *code_of(struct cli *c, struct err *e)
{
	if (c->option[O_CODE] && c->option[O_CODE][0])
		return c->option[O_CODE];
	return secret_get(c, O_CODE_FILE, text_raw(c->lang, T_ASK_CODE),
		"--code-file FILE", e);
}

static bool keep_ca(struct cli *c, struct desk *d, struct err *e)
{
	struct str ca;
	bool too_big;

	if (!file_read(c->option[O_CA], CA_MAX, c->mem, &ca, &too_big) ||
		!strstr(ca.p, "-----BEGIN CERTIFICATE-----"))
		return err_field(e, ERR_BAD_FILE, c->option[O_CA], "PEM");
	return place_write(&d->place, "ca.crt.next", ca.p, ca.n, e);
}

/* One that was made for this very code goes on being the one: the request to be
 * let in may be waiting with it. */
static bool take_key(struct desk *d, const char *code, const char **key,
	const char **csr, struct err *e)
{
	struct sha256 id = sha256_of(code, strlen(code));
	char hex[SHA256_HEX];
	const char *mark = place_read(&d->place, "code.next", SHA256_HEX);

	hex_format(id.b, SHA256_LEN, hex);
	*key = mark && strcmp(mark, hex) == 0
		       ? place_read(&d->place, "device.key.next", CA_MAX)
		       : NULL;
	if (*key)
		return device_request(*key, d->c->mem, csr, e);
	place_remove(&d->place, "code.next");
	return device_make(d->c->mem, key, csr, e) &&
	       place_write(
		       &d->place, "device.key.next", *key, strlen(*key), e) &&
	       place_write(&d->place, "code.next", hex, strlen(hex), e);
}

/* Somebody else than who made the code compares this number. */
static bool show_check(
	struct cli *c, const json_t *j, const char *key, struct err *e)
{
	const char *site = json_str(j, "site_name");
	char check[CHECK_TEXT];
	struct sha256 id;

	if (!device_key_id(key, &id, e))
		return false;
	fprintf(stderr, "%s\n",
		text_of(c, T_ENROL_WAITS, check_number(&id, check),
			site ? site : "", NULL));
	return true;
}

/* Asks until somebody has granted it or refused, or it is ended here. */
static json_t *ask(struct cli *c, const struct https *h,
	const struct request *q, const char *key, struct err *e)
{
	struct pauses pauses = pauses_begin();
	bool shown = false;

	for (;;) {
		struct transport *t = https_open(h, c->mem, e);
		struct reply a;
		json_t *j;

		if (!t || !t->send(t->ctx, q, c->mem, &a, e))
			return NULL;
		if (a.status < 200 || a.status > 202) {
			sync_problem(&a, e);
			return NULL;
		}
		j = json_read(a.body.p, a.body.n, &json_limits_body, c->mem, e);
		if (!j || !json_is_true(json_object_get(j, "waiting")))
			return j;
		if (!shown && !show_check(c, j, key, e))
			return NULL;
		shown = true;
		pauses_wait(&pauses, WAIT_MS);
		if (pauses_stop(&pauses)) {
			err_set(e, ERR_BUSY, "ended while it waited");
			return NULL;
		}
	}
}

static json_t *request(struct cli *c, struct desk *d, const char *server,
	const char *code, const char *key, const char *csr, struct err *e)
{
	struct request q = {.method = "POST",
		.path = "/v1/devices",
		.max_body = ANSWER_MAX};
	struct https h = {
		.server = server, .ca = place_file(&d->place, "ca.crt.next")};

	q.body.p = json_canonical(
		json_keep(json_pack("{s:s, s:s}", "code", code, "csr", csr),
			c->mem),
		c->mem);
	q.body.n = strlen(q.body.p);
	return ask(c, &h, &q, key, e);
}

/* Everything goes under its last name only when all of it is there. */
static bool keep(struct cli *c, struct desk *d, const char *server,
	const char *key, const json_t *j, struct err *e)
{
	const char *cert = json_str(j, "certificate"), *text, *ca;
	const char *seal = json_str(j, "seal");
	struct device_dates dates;

	if (!cert || !json_str(j, "device") || !json_str(j, "site"))
		return err_set(e, ERR_VOID_PAGE, "no certificate came");
	if (!device_certificate(cert, key, &dates, e))
		return false;
	text = json_canonical(
		json_keep(json_pack("{s:s, s:s, s:s, s:s*}", "server", server,
				  "device", json_str(j, "device"), "site",
				  json_str(j, "site"), "site_name",
				  json_str(j, "site_name")),
			c->mem),
		c->mem);
	ca = place_need(&d->place, "ca.crt.next", CA_MAX, e);
	return ca &&
	       (!seal || place_write(&d->place, HEADS_PIN, seal, strlen(seal),
				 e)) &&
	       place_write(&d->place, "device.key", key, strlen(key), e) &&
	       place_write(&d->place, "device.crt", cert, strlen(cert), e) &&
	       place_write(&d->place, "ca.crt", ca, strlen(ca), e) &&
	       place_write(&d->place, "station.json", text, strlen(text), e);
}

bool verb_enrol(struct cli *c, struct err *e)
{
	const char *server = server_of(c, e), *code, *key, *csr;
	struct desk *d = server ? desk_new(c, true, e) : NULL;
	json_t *j;

	if (!d || !may_enrol(c, d, e))
		return false;
	code = code_of(c, e);
	if (!code || !keep_ca(c, d, e) || !take_key(d, code, &key, &csr, e))
		return false;
	j = request(c, d, server, code, key, csr, e);
	if (!j || !keep(c, d, server, key, j, e))
		return false;
	orders_enrolled(&d->place);
	place_remove(&d->place, "code.next");
	place_remove(&d->place, "told");
	place_remove(&d->place, "device.key.next");
	place_remove(&d->place, "ca.crt.next");
	if (c->json)
		out_json(c, json_pack("{s:s, s:s, s:s, s:s*}", "server", server,
				    "device", json_str(j, "device"), "site",
				    json_str(j, "site"), "site_name",
				    json_str(j, "site_name")));
	else
		out_line(c, text_of(c, T_ENROLLED, server,
				    json_str(j, "site_name")
					    ? json_str(j, "site_name")
					    : "",
				    NULL));
	return true;
}
