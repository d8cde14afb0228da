/*
 * test_factor.c - the second factor and the steps of a sign-in, without a
 * database. Codes are those of RFC 6238, appendix B.
 */
#include "server/auth/browser.h"
#include "server/auth/qr.h"
#include "server/auth/step.h"
#include "server/auth/totp.h"
#include "server/files/seal.h"
#include "tests/lib/tap.h"

#include <stdlib.h>

static struct err e;
static const unsigned char rfc[TOTP_SECRET + 1] = "12345678901234567890";

static const struct {
	int64_t seconds;
	const char *code;
} vectors[] = {
	{59,          "94287082"},
	{1111111109,  "07081804"},
	{1111111111,  "14050471"},
	{1234567890,  "89005924"},
	{2000000000,  "69279037"},
	{20000000000, "65353130"},
};

static void codes_are_those_of_the_rfc(void)
{
	for (size_t i = 0; i < ARRAY_LEN(vectors); i++) {
		char out[9];

		totp_code(rfc, TOTP_SECRET,
			totp_step(vectors[i].seconds * 1000), 8, out);
		CHECK_STR(out, vectors[i].code);
		/* Six digits are its last six. */
		totp_code(rfc, TOTP_SECRET,
			totp_step(vectors[i].seconds * 1000), 6, out);
		CHECK_STR(out, vectors[i].code + 2);
	}
}

static void a_code_is_good_in_its_step_and_the_next(void)
{
	/* 1111111109 is the last but one second of its step. */
	int64_t at = 1111111109000, step = 37037036;

	CHECK(totp_step(at) == step);
	CHECK(totp_match(rfc, "081804", at, 0) == step);
	CHECK(totp_match(rfc, "081804", at + 1000 + 30000, 0) == -1 ||
		totp_step(at + 31000) == step + 1);
	CHECK(totp_match(rfc, "081804", (step + 1) * 30000, 0) == step);
	CHECK(totp_match(rfc, "081804", (step + 2) * 30000 - 1, 0) == step);
	CHECK(totp_match(rfc, "081804", (step + 2) * 30000, 0) == -1);
	/* not yet */
	CHECK(totp_match(rfc, "081804", step * 30000 - 1, 0) == -1);
	CHECK(totp_match(rfc, "081805", at, 0) == -1);
}

static void a_step_is_used_once(void)
{
	int64_t at = 1111111109000, step = 37037036;

	CHECK(totp_match(rfc, "081804", at, step - 1) == step);
	CHECK(totp_match(rfc, "081804", at, step) == -1);
	CHECK(totp_match(rfc, "081804", at, step + 1) == -1);
}

/* Vault's own fault: the same code again, with a blank in it. */
static void a_code_is_six_digits_and_nothing_else(void)
{
	static const char *const none[] = {"", "08180", "0818040", " 081804",
		"081804 ", "081 804", "08180a", "０８１８０４", "+81804"};

	for (size_t i = 0; i < ARRAY_LEN(none); i++)
		CHECK(totp_match(rfc, none[i], 1111111109000, 0) == -1);
}

/* RFC 4648 §10, and the key every example of an app shows. */
static void a_secret_is_written_as_apps_read_it(void)
{
	char out[TOTP_BASE32];
	struct arena *mem = arena_new();

	totp_text(rfc, out);
	CHECK_STR(out, "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ");
	totp_text((const unsigned char *)"foobarfoobarfoobarfo", out);
	CHECK_STR(out, "MZXW6YTBOJTG633CMFZGM33PMJQXEZTP");
	CHECK_STR(totp_uri("GEZD", "Casebridge", "li.na@ward", mem),
		"otpauth://totp/Casebridge:li.na@ward?secret=GEZD"
		"&issuer=Casebridge&algorithm=SHA1&digits=6&period=30");
	arena_free(mem);
}

static void a_picture_is_square_and_has_its_three_corners(void)
{
	json_t *rows = qr_rows("otpauth://totp/Casebridge:li.na?secret=GEZDGNBV"
			       "GY3TQOJQGEZDGNBVGY3TQOJQ&issuer=Casebridge");
	size_t n = json_array_size(rows);

	CHECK(n >= 21 && (n - 21) % 4 == 0);
	for (size_t i = 0; i < n; i++)
		CHECK(json_string_length(json_array_get(rows, i)) == n);
	/* ISO 18004: a finder pattern begins with seven dark modules. */
	for (size_t i = 0; i < 2; i++) {
		const char *row =
			json_string_value(json_array_get(rows, i * (n - 1)));

		CHECK(row && strncmp(row, "11111110", 8) == 0);
	}
	CHECK(strcmp(json_string_value(json_array_get(rows, 0)) + n - 8,
		      "01111111") == 0);
	json_decref(rows);
}

/* ---- what comes next ---- */

static enum step next(struct step_facts f, const char *roles)
{
	return step_next(&f, roles);
}

static void the_steps_come_in_their_order(void)
{
	struct step_facts all = {
		ROLE_SITE_ADMIN, true, true, false, true, true};

	CHECK(next(all, "") == STEP_FACTOR);
	all.factored = true;
	CHECK(next(all, "") == STEP_CHANGE);
	all.must_change = false;
	all.has_factor = false;
	CHECK(next(all, "") == STEP_ENROL);
	all.has_factor = true;
	CHECK(next(all, "") == STEP_LOCKED);
	all.locked = false;
	CHECK(next(all, "") == STEP_WHOLE);
}

static void who_must_have_a_factor_is_a_setting_and_administrators_always(void)
{
	static const enum role always[] = {
		ROLE_SITE_ADMIN, ROLE_SYSTEM_ADMIN, ROLE_AUDITOR};
	struct step_facts nurse = {.role = ROLE_NURSE};

	for (size_t i = 0; i < ARRAY_LEN(always); i++)
		CHECK(step_must_have_factor(always[i], ""));
	CHECK(!step_must_have_factor(ROLE_NURSE, ""));
	CHECK(!step_must_have_factor(ROLE_NURSE, "psychiatrist, supervisor"));
	CHECK(step_must_have_factor(ROLE_PSYCHIATRIST, "psychiatrist,nurse"));
	CHECK(step_must_have_factor(ROLE_NURSE, "psychiatrist , nurse"));
	CHECK(step_must_have_factor(ROLE_NURSE, "all"));
	CHECK(next(nurse, "") == STEP_WHOLE);
	CHECK(next(nurse, "nurse") == STEP_ENROL);
	nurse.must_enrol = true;
	CHECK(next(nurse, "") == STEP_ENROL);
	CHECK(step_setting_check("", &e) && step_setting_check("all", &e));
	CHECK(step_setting_check("nurse,psychiatrist", &e));
	CHECK(!step_setting_check("nurses", &e));
	CHECK_STR(e.field, "second-factor");
}

static void administrators_prove_themselves_before_they_write(void)
{
	struct route post = {.method = "POST", .need = NEEDS_SESSION};
	struct route get = {.method = "GET", .need = NEEDS_SESSION};
	struct route fresh = {.method = "POST", .need = NEEDS_FRESH};

	CHECK(step_wants_proof(&post, ON_WEB, ROLE_SITE_ADMIN));
	CHECK(!step_wants_proof(&post, ON_SYNC, ROLE_SITE_ADMIN));
	CHECK(!step_wants_proof(&get, ON_WEB, ROLE_SYSTEM_ADMIN));
	CHECK(!step_wants_proof(&post, ON_WEB, ROLE_NURSE));
	CHECK(step_wants_proof(&fresh, ON_SYNC, ROLE_NURSE));
}

/* ---- what lies at rest ---- */

static void a_secret_opens_for_its_own_row_alone(void)
{
	struct file_keys keys = {.n = 2};
	struct uuid a = uuid_new(), b = uuid_new();
	unsigned char sealed[TOTP_SECRET + SEAL_EXTRA], out[TOTP_SECRET];
	struct str text = {(const char *)sealed, sizeof(sealed)};
	struct str plain = {(const char *)rfc, TOTP_SECRET};
	struct str id = {(const char *)keys.key[0].id, FILE_KEY_ID};
	struct str other = {(const char *)keys.key[1].id, FILE_KEY_ID};

	memset(keys.key[0].b, 1, FILE_KEY);
	memset(keys.key[0].id, 2, FILE_KEY_ID);
	memset(keys.key[1].b, 3, FILE_KEY);
	memset(keys.key[1].id, 4, FILE_KEY_ID);
	secret_seal(&keys, "second factor", &a, plain, sealed);
	CHECK(secret_open(
		&keys, "second factor", &a, id, text, TOTP_SECRET, out, &e));
	CHECK(memcmp(out, rfc, TOTP_SECRET) == 0);
	CHECK(!secret_open(
		&keys, "second factor", &b, id, text, TOTP_SECRET, out, &e));
	CHECK(!secret_open(
		&keys, "first factor", &a, id, text, TOTP_SECRET, out, &e));
	CHECK(!secret_open(
		&keys, "second factor", &a, other, text, TOTP_SECRET, out, &e));
	sealed[20] ^= 1;
	CHECK(!secret_open(
		&keys, "second factor", &a, id, text, TOTP_SECRET, out, &e));
}

static void a_browser_is_named_in_words_of_ours(void)
{
	char out[BROWSER_LABEL + 1];

	browser_label("Mozilla/5.0 (Windows NT 10.0; Win64; x64) "
		      "AppleWebKit/537.36 (KHTML, like Gecko) Chrome/120.0 "
		      "Safari/537.36 Edg/120.0",
		out);
	CHECK_STR(out, "Edge · Windows");
	browser_label(
		"Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 "
		"Firefox/128.0",
		out);
	CHECK_STR(out, "Firefox · Linux");
	browser_label("<script>alert(1)</script>", out);
	CHECK_STR(out, "? · ?");
	browser_label(NULL, out);
	CHECK_STR(out, "? · ?");
}

int main(void)
{
	RUN(codes_are_those_of_the_rfc);
	RUN(a_code_is_good_in_its_step_and_the_next);
	RUN(a_step_is_used_once);
	RUN(a_code_is_six_digits_and_nothing_else);
	RUN(a_secret_is_written_as_apps_read_it);
	RUN(a_picture_is_square_and_has_its_three_corners);
	RUN(the_steps_come_in_their_order);
	RUN(who_must_have_a_factor_is_a_setting_and_administrators_always);
	RUN(administrators_prove_themselves_before_they_write);
	RUN(a_secret_opens_for_its_own_row_alone);
	RUN(a_browser_is_named_in_words_of_ours);
	return tap_done();
}
