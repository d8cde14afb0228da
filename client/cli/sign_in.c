/*
 * sign_in.c - see sign_in.h.
 */
#include "client/cli/sign_in.h"

#include "client/cli/out.h"
#include "client/cli/secret.h"
#include "client/sync/engine.h"

#include <stdio.h>
#include <string.h>

#define STEPS_MOST 8 /* a centre that asks for ever is none */

struct steps {
	struct cli *c;
	struct transport *t;
	const char **password;
	json_t *session;
	const char *token;
};

static json_t *ask(struct steps *s, const char *method, const char *path,
	json_t *TAKES body, struct err *e)
{
	struct arena *mem = s->c->mem;
	struct request q;
	struct reply a;

	memset(&q, 0, sizeof(q));
	q.method = method;
	q.path = path;
	q.token = s->token ? s->token : "";
	q.max_body = 262144;
	if (body) {
		q.body.p = json_canonical(json_keep(body, mem), mem);
		q.body.n = strlen(q.body.p);
	}
	if (!s->t->send(s->t->ctx, &q, mem, &a, e))
		return NULL;
	if (a.status != 200 && a.status != 201) {
		sync_problem(&a, e);
		return NULL;
	}
	return json_read(a.body.p, a.body.n, &json_limits_body, mem, e);
}

/* An answer that is a session, and its token where it has a new one. */
static bool take(struct steps *s, json_t *session)
{
	const char *token = session ? json_str(session, "token") : NULL;

	s->session = session;
	if (token)
		s->token = token;
	return session != NULL;
}

bool sign_in_is_code(const char *text)
{
	return strlen(text) == 6 && strspn(text, "0123456789") == 6;
}

static bool give_factor(struct steps *s, struct err *e)
{
	const char *code = secret_get(s->c, O_CODE_FILE,
		text_raw(s->c->lang, T_ASK_FACTOR), "--code-file FILE", e);

	return code &&
	       take(s, ask(s, "POST", "/v1/session/factor",
			       json_pack("{s:s}",
				       sign_in_is_code(code) ? "code"
							     : "recovery",
				       code),
			       e));
}

const char *sign_in_new_password(
	struct cli *c, enum text_id prompt, struct err *e)
{
	const char *hint = "--new-password-file FILE";
	const char *fresh = secret_get(
		c, O_NEW_PASSWORD_FILE, text_raw(c->lang, prompt), hint, e);
	const char *again = fresh;

	if (fresh && !c->option[O_NEW_PASSWORD_FILE])
		again = secret_get(c, O_NEW_PASSWORD_FILE,
			text_raw(c->lang, T_ASK_AGAIN), hint, e);
	if (!fresh || !again)
		return NULL;
	if (strcmp(fresh, again) == 0)
		return fresh;
	err_field(e, ERR_BAD_INPUT, "password", "%s",
		text_raw(c->lang, T_NOT_THE_SAME));
	return NULL;
}

static bool change_password(struct steps *s, struct err *e)
{
	const char *fresh = sign_in_new_password(s->c, T_ASK_NEW_PASSWORD, e);

	if (!fresh)
		return false;
	if (!take(s, ask(s, "POST", "/v1/password",
			     json_pack("{s:s}", "new", fresh), e)))
		return false;
	*s->password = fresh;
	return true;
}

/* Two rows of the picture in a line, dark on light, with its quiet zone. */
static void print_picture(const json_t *rows)
{
	static const char *const half[] = {"█", "▄", "▀", " "};
	int n = (int)json_array_size(rows);

	for (int y = -2; n && y < n + 2; y += 2) {
		for (int x = -2; x < n + 2; x++) {
			int dark = 0;

			for (int k = 0; k < 2; k++) {
				const char *row = json_string_value(
					json_array_get(rows, (size_t)(y + k)));

				if (y + k >= 0 && y + k < n && x >= 0 &&
					x < n && row && row[x] == '1')
					dark |= k ? 2 : 1;
			}
			fputs(half[dark], stderr);
		}
		fputc('\n', stderr);
	}
}

void sign_in_print_codes(struct cli *c, const json_t *answer)
{
	const json_t *codes = json_object_get(answer, "codes");

	fprintf(stderr, "%s\n", text_raw(c->lang, T_FACTOR_CODES));
	for (size_t i = 0; i < json_array_size(codes); i++)
		fprintf(stderr, "  %s\n",
			json_string_value(json_array_get(codes, i)));
}

/* What is shown once stays off standard output, which scripts keep. */
static bool set_up_now(struct steps *s, struct err *e)
{
	struct cli *c = s->c;
	json_t *offer, *answer;
	const char *code;

	/* A code in a file is of another key. */
	if (c->option[O_CODE_FILE])
		return cli_usage(
			e, "login", text_raw(c->lang, T_FACTOR_TERMINAL));
	offer = ask(s, "POST", "/v1/account/factor", NULL, e);
	if (!offer)
		return false;
	fprintf(stderr, "%s\n", text_raw(c->lang, T_ENROL_FACTOR));
	print_picture(json_object_get(offer, "qr"));
	fprintf(stderr, "  %s\n", json_str(offer, "secret"));
	code = secret_get(c, O_CODE_FILE, text_raw(c->lang, T_ASK_FACTOR),
		text_raw(c->lang, T_FACTOR_TERMINAL), e);
	answer = code ? ask(s, "POST", "/v1/account/factor/confirm",
				json_pack("{s:s}", "code", code), e)
		      : NULL;
	if (answer)
		sign_in_print_codes(c, answer);
	return answer != NULL;
}

static bool set_up(struct steps *s, struct err *e)
{
	return set_up_now(s, e) &&
	       take(s, ask(s, "GET", "/v1/session", NULL, e));
}

bool sign_in_set_up(
	struct cli *c, struct transport *t, const char *token, struct err *e)
{
	struct steps s = {.c = c, .t = t, .token = token};

	return set_up_now(&s, e);
}

static const struct {
	const char *name;
	bool (*run)(struct steps *s, struct err *e);
} steps[] = {
	{"factor", give_factor    },
	{"change", change_password},
	{"enrol",  set_up         },
};

/* Whether the step is one this program knows, and was taken. */
static bool take_step(struct steps *s, const char *name, struct err *e)
{
	for (size_t i = 0; i < ARRAY_LEN(steps); i++)
		if (strcmp(steps[i].name, name) == 0)
			return steps[i].run(s, e);
	return err_set(e, ERR_UPGRADE, "a step this program does not know");
}

bool sign_in(struct cli *c, struct transport *t, const char *login,
	const char **password, json_t **session, struct err *e)
{
	struct steps s = {.c = c, .t = t, .password = password};
	const char *step;

	if (!take(&s, ask(&s, "POST", "/v1/session",
			      json_pack("{s:s, s:s}", "login", login,
				      "password", *password),
			      e)))
		return false;
	for (int i = 0; i < STEPS_MOST && (step = json_str(s.session, "step"));
		i++)
		if (!take_step(&s, step, e))
			return false;
	if (!s.token ||
		!json_str(json_object_get(s.session, "reader"), "staff"))
		return err_set(e, ERR_VOID_PAGE, "no session came");
	json_object_set_new(s.session, "token", json_string(s.token));
	*session = s.session;
	return true;
}
