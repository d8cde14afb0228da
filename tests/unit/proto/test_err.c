/*
 * test_err.c - every failure has a name, a status and a sentence in both
 * languages, and nothing a stranger names can break the answer.
 */
#include "proto/base/err.h"

#include "proto/base/json.h"
#include "tests/lib/tap.h"

#include <string.h>

static void sentence(const struct err *e, enum lang lang, struct buf *b)
{
	buf_clear(b);
	err_sentence(e, lang, b);
}

static void every_code_has_a_name_a_status_and_two_sentences(void)
{
	struct buf zh, en;

	buf_init(&zh, 1024);
	buf_init(&en, 1024);
	for (int i = 1; i < ERR_COUNT; i++) {
		enum err_code code = (enum err_code)i;
		struct err e;

		CHECK(err_from_name(err_name(code)) == code);
		CHECK(err_http(code) >= 400 && err_http(code) <= 599);
		CHECK(strlen(err_retry_name(code)) > 0);
		err_field(&e, code, "minutes", "0-1440");
		sentence(&e, LANG_ZH, &zh);
		sentence(&e, LANG_EN, &en);
		CHECK(zh.n > 0 && en.n > 0);
		CHECK(strcmp(zh.p, en.p) != 0);
		CHECK(!strchr(zh.p, '{') && !strchr(en.p, '{'));
	}
	CHECK(err_from_name("unheard_of") == ERR_NONE);
	buf_free(&zh);
	buf_free(&en);
}

static void a_sentence_names_the_field_and_what_it_takes(void)
{
	struct err e;
	struct buf b;

	buf_init(&b, 1024);
	CHECK(!err_field(&e, ERR_OUT_OF_RANGE, "minutes", "%d-%d", 0, 1440));
	sentence(&e, LANG_EN, &b);
	CHECK_STR(b.p, "'minutes' is out of range. Accepted: 0-1440");
	sentence(&e, LANG_ZH, &b);
	CHECK_STR(b.p, "“minutes”超出范围。可接受：0-1440");
	buf_free(&b);
}

/* Stations keep codes, by number and by name: this list only ever grows. */
static const char *const wire_names[] = {"none", "bad_request", "bad_json",
	"signed_out", "bad_login", "locked_out", "forbidden", "device_unknown",
	"not_found", "bad_method", "epoch", "unknown_replica", "stale",
	"forked", "bad_token", "too_large", "bad_media", "upgrade", "internal",
	"busy", "bad_input", "unknown_type", "unknown_field", "missing",
	"bad_kind", "out_of_range", "bad_code", "bad_date", "bad_id_number",
	"cycle", "wrong_case", "server_owned", "signed", "sign_stale",
	"not_signable", "retracted", "gate", "bad_move", "id_reuse",
	"predecessor", "tx_failed", "nothing_to_settle", "usage", "offline",
	"store_damaged", "bad_passphrase", "lease_over", "not_enrolled",
	"void_page", "tls", "ambiguous", "store_busy", "store_unsafe",
	"not_saved", "bad_file", "bad_step", "decided", "bad_order", "future",
	"not_asked", "contradiction", "offset", "file_mismatch", "quota",
	"bad_range", "file_away", "no_font", "file_damaged", "in_force", "full",
	"moved_on", "unconfirmed", "screen_locked", "centre_old", "forged",
	"other_site", "step_up", "reached", "glass_limit", "glass_over",
	"device_locked", "device_wipe", "key_away", "exhausted", "other_reader",
	"step", "locked", "bad_factor", "shut", "no_offer", "notice", "sealed",
	"held", "kept", "too_early", "settled", "kept_full", "unknown_key"};

static void codes_keep_their_number_and_their_name(void)
{
	CHECK(ERR_COUNT >= ARRAY_LEN(wire_names));
	for (size_t i = 0; i < ARRAY_LEN(wire_names); i++) {
		CHECK_STR(err_name((enum err_code)i), wire_names[i]);
		CHECK((size_t)err_from_name(wire_names[i]) == i);
	}
}

/* What the person is told must not depend on the language. */
static void both_sentences_tell_the_same_things(void)
{
	struct buf zh, en;

	buf_init(&zh, 1024);
	buf_init(&en, 1024);
	for (int i = 1; i < ERR_COUNT; i++) {
		struct err e;

		err_field(&e, (enum err_code)i, "<field>", "<choices>");
		sentence(&e, LANG_ZH, &zh);
		sentence(&e, LANG_EN, &en);
		CHECK(!strstr(zh.p, "<field>") == !strstr(en.p, "<field>"));
		CHECK(!strstr(zh.p, "<choices>") == !strstr(en.p, "<choices>"));
		if (tap_bad)
			printf("# %s\n", err_name((enum err_code)i));
	}
	buf_free(&zh);
	buf_free(&en);
}

/* The answer's members as a tree; NULL when they are no JSON. */
static json_t *members(const struct err *e, struct arena *mem)
{
	struct buf b;
	struct err other;
	json_t *j;

	buf_init(&b, 8192);
	buf_char(&b, '{');
	err_json(e, &b);
	buf_char(&b, '}');
	j = json_read(b.p, b.n, &json_limits_body, mem, &other);
	buf_free(&b);
	return j;
}

static void the_answer_has_the_members_of_the_wire(void)
{
	struct arena *mem = arena_new();
	struct err e;
	json_t *j;

	err_field(&e, ERR_MISSING, "aim", "text");
	j = members(&e, mem);
	CHECK(j != NULL);
	CHECK_STR(json_str(j, "code"), "missing");
	CHECK_STR(json_str(j, "retry"), "after_edit");
	CHECK_STR(json_str(j, "field"), "aim");
	CHECK_STR(json_str(j, "accepts"), "text");
	CHECK(json_str(json_object_get(j, "text"), "zh") != NULL);
	err_set(&e, ERR_BUSY, "pool of %d is empty", 4);
	j = members(&e, mem);
	CHECK(j && !json_object_get(j, "field"));
	CHECK(!strstr(json_canonical(j, mem), "pool"));
	arena_free(mem);
}

static void a_field_name_too_long_is_cut_between_characters(void)
{
	static const char *const endings[] = {"", "x", "xx"};
	struct arena *mem = arena_new();

	for (size_t i = 0; i < ARRAY_LEN(endings); i++) {
		struct err e;
		struct buf name;

		buf_init(&name, 1000);
		buf_text(&name, endings[i]);
		for (int k = 0; k < 100; k++)
			buf_text(&name, "张");
		err_field(&e, ERR_UNKNOWN_FIELD, name.p, "%s", name.p);
		CHECK(members(&e, mem) != NULL);
		CHECK(strncmp(e.field, name.p, strlen(e.field)) == 0);
		CHECK(strlen(e.field) > sizeof(e.field) - 5);
		buf_free(&name);
	}
	arena_free(mem);
}

static void a_hostile_field_name_stays_inside_its_quotes(void)
{
	struct arena *mem = arena_new();
	struct err e;
	json_t *j;

	err_field(&e, ERR_UNKNOWN_FIELD, "a\",\"code\":\"none\n{f}{a}", "%s",
		"100%s \"");
	j = members(&e, mem);
	CHECK(j != NULL);
	CHECK_STR(json_str(j, "code"), "unknown_field");
	CHECK_STR(json_str(j, "field"), "a\",\"code\":\"none\n{f}{a}");
	arena_free(mem);
}

int main(void)
{
	RUN(every_code_has_a_name_a_status_and_two_sentences);
	RUN(codes_keep_their_number_and_their_name);
	RUN(both_sentences_tell_the_same_things);
	RUN(a_sentence_names_the_field_and_what_it_takes);
	RUN(the_answer_has_the_members_of_the_wire);
	RUN(a_field_name_too_long_is_cut_between_characters);
	RUN(a_hostile_field_name_stays_inside_its_quotes);
	return tap_done();
}
