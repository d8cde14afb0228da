/*
 * test_vault.c - what is sealed opens as it was, in its place and nowhere else.
 */
#include "server/vault/body.h"

#include "tests/lib/tap.h"

#include <string.h>

static struct catalogue *catalogue;
static const struct file_keys file = {
	.n = 2,
	.key = {{"key one", "this wraps the keys of one test."},
		{"key two", "and this did so before that one."}}
};

static const char person[] =
	"{\"address\":\"梅园路 7 "
	"号\",\"name\":\"王小明\",\"phone\":\"13900001111\"}";

struct bench {
	struct arena *mem;
	struct sealing by;
	unsigned char wrapped[2][WRAPPED_KEY];
	struct data_key key[2];
};

static void set_up(struct bench *b)
{
	struct err e;

	b->mem = arena_new();
	b->by.vault = vault_new(&file);
	b->by.cipher = sealer_new();
	for (int i = 0; i < 2; i++) {
		vault_make(b->by.vault, b->by.cipher, 2 - i, b->wrapped[i]);
		b->key[i] = (struct data_key){
			2 - i, {(const char *)file.key[0].id, FILE_KEY_ID},
			{(const char *)b->wrapped[i],  WRAPPED_KEY},
                           i == 0
                };
	}
	CHECK(vault_take(b->by.vault, b->by.cipher, b->key, 2, &e));
}

static void tear_down(struct bench *b)
{
	vault_free(b->by.vault);
	sealer_free(b->by.cipher);
	arena_free(b->mem);
}

static struct vault_place place(char id, int64_t version)
{
	struct vault_place at = {BODY_COLUMN, {{0}}, version};

	memset(at.row.b, id, sizeof(at.row.b));
	return at;
}

static struct stored_body sealed_as(
	struct bench *b, const struct vault_place *at, const char *body)
{
	struct stored_body out;
	struct err e;

	CHECK(body_seal(&b->by, catalogue, catalogue_type(catalogue, "person"),
		CLASS_IDENTITY, at, (struct str){body, strlen(body)}, b->mem,
		&out, &e));
	return out;
}

static bool opens(struct bench *b, const struct vault_place *at,
	struct str stored, struct str *out, struct err *e)
{
	return body_open(&b->by, at, stored, b->mem, out, e);
}

static void it_opens_byte_for_byte(void)
{
	struct vault_place at = place(7, 3);
	struct stored_body s;
	struct bench b;
	struct str out;
	struct err e;

	set_up(&b);
	s = sealed_as(&b, &at, person);
	CHECK(s.key == 2);
	CHECK(strncmp(s.text.p, "{\"~\":\"2.", 8) == 0);
	CHECK(!strstr(s.text.p, "梅园") && !strstr(s.text.p, "1390000"));
	CHECK_STR(s.plain.p,
		"{\"address\":null,\"name\":\"王小明\",\"phone\":null}");
	CHECK(opens(&b, &at, s.text, &out, &e));
	CHECK_STR(out.p, person);
	/* Nothing secret: as it stands. */
	s = sealed_as(&b, &at, "{\"name\":\"x\"}");
	CHECK(s.key == 0 && !body_is_sealed(s.text));
	CHECK_STR(s.text.p, "{\"name\":\"x\"}");
	tear_down(&b);
}

static void nowhere_else_and_not_with_a_bit_changed(void)
{
	struct vault_place at = place(7, 3), other = place(8, 3);
	struct vault_place later = place(7, 4), column = at;
	struct stored_body s;
	struct bench b;
	struct str out;
	struct err e;
	char *text;

	set_up(&b);
	column.column = SALVAGE_COLUMN;
	s = sealed_as(&b, &at, person);
	CHECK(!opens(&b, &other, s.text, &out, &e) && e.code == ERR_SEALED);
	CHECK_STR(e.field, "08080808-0808-0808-0808-080808080808");
	CHECK(!opens(&b, &later, s.text, &out, &e) && e.code == ERR_SEALED);
	CHECK(!opens(&b, &column, s.text, &out, &e) && e.code == ERR_SEALED);
	/* Each byte up to the open members: refused, or (a digit of the key's
	 * number, a brace) no sealed text of ours. Never another body. */
	text = arena_strndup(b.mem, s.text.p, s.text.n);
	for (size_t i = 6; text[i] != '"'; i++) {
		text[i] ^= 1;
		CHECK(!opens(&b, &at, (struct str){text, s.text.n}, &out, &e));
		text[i] ^= 1;
	}
	tear_down(&b);
}

static void what_stands_open_beside_it_is_not_moved(void)
{
	struct vault_place at = place(7, 3);
	struct stored_body s;
	struct bench b;
	struct str out;
	struct err e;
	char *moved;

	set_up(&b);
	s = sealed_as(&b, &at, person);
	moved = arena_printf(b.mem, "{ %s", s.text.p + 1);
	CHECK(!opens(&b, &at, (struct str){moved, strlen(moved)}, &out, &e));
	moved = arena_printf(b.mem, "%.*s}", (int)s.text.n - 5, s.text.p);
	CHECK(!opens(&b, &at, (struct str){moved, strlen(moved)}, &out, &e));
	tear_down(&b);
}

static void without_a_key_nothing_is_sealed_or_opened(void)
{
	struct vault_place at = place(7, 3);
	struct stored_body s, none;
	struct bench b;
	struct str out;
	struct err e;

	set_up(&b);
	s = sealed_as(&b, &at, person);
	CHECK(vault_take(b.by.vault, b.by.cipher, b.key, 0, &e));
	CHECK(!opens(&b, &at, s.text, &out, &e) && vault_is_behind(b.by.vault));
	CHECK(!body_seal(&b.by, catalogue, catalogue_type(catalogue, "person"),
		CLASS_IDENTITY, &at, (struct str){person, sizeof(person) - 1},
		b.mem, &none, &e));
	CHECK(vault_take(b.by.vault, b.by.cipher, b.key, 2, &e));
	CHECK(opens(&b, &at, s.text, &out, &e) && !vault_is_behind(b.by.vault));
	tear_down(&b);
}

static void a_key_of_another_file_is_named(void)
{
	struct file_keys strange = {.n = 1, .key = {{"another", "key"}}};
	struct vault *v = vault_new(&strange);
	struct bench b;
	struct err e;

	set_up(&b);
	CHECK(!vault_take(v, b.by.cipher, b.key, 2, &e));
	/* "key one" and its 0, as hex */
	CHECK(e.code == ERR_USAGE && strstr(e.msg, "6b6579206f6e6500"));
	/* One that lies under the number of the other is damaged. */
	b.key[0].no = 1;
	b.key[1].no = 2;
	CHECK(!vault_take(b.by.vault, b.by.cipher, b.key, 0, &e) ||
		!vault_take(b.by.vault, b.by.cipher, b.key, 2, &e));
	CHECK(e.code == ERR_INTERNAL);
	vault_free(v);
	tear_down(&b);
}

static void wrapped_anew_it_is_the_same_key(void)
{
	struct vault_place at = place(7, 3);
	unsigned char again[WRAPPED_KEY];
	struct stored_body s;
	struct bench b;
	struct str out;
	struct err e;

	set_up(&b);
	s = sealed_as(&b, &at, person);
	CHECK(vault_rewrap(b.by.vault, b.by.cipher, &b.key[0], again, &e));
	CHECK(memcmp(again, b.wrapped[0], sizeof(again)) != 0);
	memcpy(b.wrapped[0], again, sizeof(again));
	CHECK(vault_take(b.by.vault, b.by.cipher, b.key, 0, &e));
	CHECK(vault_take(b.by.vault, b.by.cipher, b.key, 2, &e));
	CHECK(opens(&b, &at, s.text, &out, &e));
	CHECK_STR(out.p, person);
	tear_down(&b);
}

static void equal_values_are_found_and_fields_kept_apart(void)
{
	struct str one = {"13900001111", 11}, other = {"13900001112", 11};
	struct vault_mac a[VAULT_KEYS], again[VAULT_KEYS], c[VAULT_KEYS];
	struct bench b;

	set_up(&b);
	CHECK(vault_macs(b.by.vault, "phone", one, a) == 2);
	CHECK(a[0].key == 2 && a[1].key == 1);
	CHECK(memcmp(a[0].b, a[1].b, VAULT_MAC) != 0);
	vault_macs(b.by.vault, "phone", one, again);
	CHECK(memcmp(a[0].b, again[0].b, VAULT_MAC) == 0);
	vault_macs(b.by.vault, "phone", other, c);
	CHECK(memcmp(a[0].b, c[0].b, VAULT_MAC) != 0);
	vault_macs(b.by.vault, "id_number", one, c);
	CHECK(memcmp(a[0].b, c[0].b, VAULT_MAC) != 0);
	tear_down(&b);
}

int main(void)
{
	catalogue = catalogue_load();
	RUN(it_opens_byte_for_byte);
	RUN(nowhere_else_and_not_with_a_bit_changed);
	RUN(what_stands_open_beside_it_is_not_moved);
	RUN(without_a_key_nothing_is_sealed_or_opened);
	RUN(a_key_of_another_file_is_named);
	RUN(wrapped_anew_it_is_the_same_key);
	RUN(equal_values_are_found_and_fields_kept_apart);
	catalogue_free(catalogue);
	return tap_done();
}
