/*
 * test_auth.c - logins, codes, passwords, cross-site writes, certificates: the
 * parts of sign-in that need no database.
 */
#include "server/auth/account.h"
#include "server/auth/ca.h"
#include "server/auth/csrf.h"
#include "server/auth/device.h"
#include "server/auth/password.h"
#include "server/state.h"
#include "tests/lib/tap.h"

#include <openssl/pem.h>
#include <openssl/x509.h>
#include <openssl/x509v3.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

static struct arena *mem;
static struct err e;
static char dir[] = "/tmp/casebridge-state-XXXXXX";
static struct config conf;

/* ---- logins and codes ---- */

static void a_login_has_one_spelling(void)
{
	char out[LIMIT_LOGIN_BYTES + 1];

	CHECK(login_normalise("Li.Na@hospital", out));
	CHECK_STR(out, "li.na@hospital");
	CHECK(!login_normalise("", out));
	CHECK(!login_normalise(" lina", out));
	CHECK(!login_normalise("lina ", out));
	CHECK(!login_normalise("li na", out));
	CHECK(!login_normalise(".lina", out));
	CHECK(!login_normalise("李娜", out));
	CHECK(!login_normalise("lina\n", out));
	CHECK(!login_normalise("aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
			       "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa",
		out));
}

static void a_code_is_read_as_people_type_it(void)
{
	char out[CODE_LENGTH + 1], shown[CODE_TEXT], again[CODE_LENGTH + 1];

	CHECK(code_normalise("abcd-efgh-jkmn-pqrs", out));
	CHECK_STR(out, "ABCDEFGHJKMNPQRS");
	CHECK(code_normalise("0OoI 1iLl 2345 6789", out));
	CHECK_STR(out, "0001111123456789");
	CHECK(!code_normalise("ABCDEFGHJKMNPQR", out));
	CHECK(!code_normalise("ABCDEFGHJKMNPQRST", out));
	CHECK(!code_normalise("ABCDEFGHJKMNPQRU", out));
	CHECK(!code_normalise("ABCDEFGHJKMNPQR!", out));
	CHECK(!code_normalise("", out));
	code_make(shown);
	CHECK(strlen(shown) == CODE_TEXT - 1 && shown[4] == '-');
	CHECK(code_normalise(shown, out));
	code_make(shown);
	CHECK(code_normalise(shown, again));
	CHECK(strcmp(out, again) != 0);
}

/* ---- passwords ---- */

static void a_password_is_checked_against_its_hash(void)
{
	char hash[PASSWORD_HASH_MAX];

	CHECK(password_hash("correct horse", COST_FLOOR, hash, &e));
	CHECK(strncmp(hash, "$argon2id$v=19$m=19456,t=2,p=1$", 31) == 0);
	CHECK(password_verify(hash, "correct horse", COST_FLOOR) ==
		PASSWORD_RIGHT);
	CHECK(password_verify(hash, "correct hors", COST_FLOOR) ==
		PASSWORD_WRONG);
	CHECK(password_verify(hash, "", COST_FLOOR) == PASSWORD_WRONG);
	CHECK(password_verify(hash, "correct horse", COST_STANDARD) ==
		PASSWORD_RIGHT_BUT_OLD);
	CHECK(password_verify(NULL, "correct horse", COST_FLOOR) ==
		PASSWORD_WRONG);
	CHECK(password_verify("nonsense", "correct horse", COST_FLOOR) ==
		PASSWORD_WRONG);
}

static void a_password_made_elsewhere_is_taken(void)
{
	/* a vector of the reference program's own test: argon2id, t=2, 64
	 * MiB, p=1, "password", "somesalt" */
	static const char hash[] =
		"$argon2id$v=19$m=65536,t=2,p=1$c29tZXNhbHQ$"
		"CTFhFdXPJO1aFaMaO6Mm5c8y7cJHAph8ArZWb2GRPPc";

	CHECK(password_verify(hash, "password", COST_STANDARD) ==
		PASSWORD_RIGHT_BUT_OLD);
	CHECK(password_verify(hash, "passwore", COST_STANDARD) ==
		PASSWORD_WRONG);
}

static const struct password_owner lina = {
	"li.na", "李娜丽莎", "平桥社区服务中心", false};

static void a_new_password_is_long_enough(void)
{
	struct password_owner admin = lina;
	char longest[LIMIT_PASSWORD_BYTES + 2];

	admin.has_factor = true;
	CHECK(password_acceptable("vb3kqz8mwx2rthy", &lina, "new", &e));
	CHECK(!password_acceptable("vb3kqz8mwx2rth", &lina, "new", &e));
	CHECK_STR(e.field, "new");
	CHECK(password_acceptable("vb3kqz8mwx2r", &admin, "new", &e));
	CHECK(!password_acceptable("vb3kqz8mwx2", &admin, "new", &e));
	CHECK(password_acceptable(
		"十五个汉字也可以当作一句密码呀", &lina, "new", &e));
	CHECK(!password_acceptable(
		"十四个汉字不可以当作一句密码", &lina, "new", &e));
	for (size_t i = 0; i < sizeof(longest); i++)
		longest[i] = (char)('a' + i * i % 23);
	longest[LIMIT_PASSWORD_BYTES] = 0;
	CHECK(password_acceptable(longest, &lina, "new", &e));
	longest[LIMIT_PASSWORD_BYTES] = 'a';
	longest[LIMIT_PASSWORD_BYTES + 1] = 0;
	CHECK(!password_acceptable(longest, &lina, "new", &e));
}

static void a_password_is_not_what_everybody_knows_of_its_owner(void)
{
	CHECK(!password_acceptable("li.na-li.na-li.na", &lina, "new", &e));
	CHECK(!password_acceptable("Casebridge-Li.Na1", &lina, "new", &e));
	CHECK(!password_acceptable(
		"李娜丽莎平桥社区服务中心2026", &lina, "new", &e));
	CHECK(password_acceptable("li.na likes swimming", &lina, "new", &e));
}

static void a_password_is_not_one_many_people_use(void)
{
	/* from published lists of breached passwords, and made of such */
	static const char *const bad[] = {"123456789987654321",
		"1qaz2wsx3edc4rfv", "Password1234567", "!!!!dragon2026!!!!!",
		"qwertyqwertyqwerty", "111111111111111", "ababababababababab",
		"20261122-20261122", "passwordpassword1"};

	for (size_t i = 0; i < ARRAY_LEN(bad); i++) {
		if (password_acceptable(bad[i], &lina, "new", &e))
			printf("# %s\n", bad[i]);
		CHECK(!password_acceptable(bad[i], &lina, "new", &e));
	}
	CHECK(password_acceptable(
		"correct horse battery staple", &lina, "new", &e));
}

/* ---- cross-site writes ---- */

static bool passes(const char *origin, const char *site, const char *marker)
{
	struct csrf_facts f = {true, "case.example:8443", origin, site, marker};

	return csrf_check(&f, &e);
}

static void a_write_comes_from_our_own_pages(void)
{
	struct csrf_facts read = {false, "case.example", NULL, NULL, NULL};

	CHECK(csrf_check(&read, &e));
	CHECK(passes("https://case.example:8443", "same-origin", "web"));
	CHECK(passes("https://Case.Example:8443", NULL, "web"));
	CHECK(passes(NULL, NULL, "web"));
	CHECK(!passes("https://case.example:8443", "same-origin", NULL));
	CHECK(e.code == ERR_FORBIDDEN);
	CHECK(!passes("https://case.example:8443", "same-origin", "1"));
	CHECK(!passes("https://evil.example", NULL, "web"));
	CHECK(!passes("http://case.example:8443", NULL, "web"));
	CHECK(!passes("https://case.example", NULL, "web"));
	CHECK(!passes("https://case.example:8443.evil.example", NULL, "web"));
	CHECK(!passes("null", NULL, "web"));
	CHECK(!passes("https://case.example:8443", "same-site", "web"));
	CHECK(!passes("https://case.example:8443", "cross-site", "web"));
	CHECK(!passes("https://case.example:8443", "none", "web"));
}

/* ---- certificates ---- */

/* A request for `key`; `broken` changes a byte of the proof. */
static char *make_request(EVP_PKEY *key, EVP_PKEY *signer)
{
	X509_REQ *req = X509_REQ_new();
	BIO *bio = BIO_new(BIO_s_mem());
	char *p, *text;
	long n;

	X509_NAME_add_entry_by_txt(X509_REQ_get_subject_name(req), "CN",
		MBSTRING_ASC, (const unsigned char *)"somebody else", -1, -1,
		0);
	X509_REQ_set_pubkey(req, key);
	X509_REQ_sign(req, signer, EVP_sha256());
	PEM_write_bio_X509_REQ(bio, req);
	n = BIO_get_mem_data(bio, &p);
	text = arena_strndup(mem, p, (size_t)n);
	BIO_free(bio);
	X509_REQ_free(req);
	return text;
}

static X509 *read_pem(const char *text)
{
	BIO *bio = BIO_new_mem_buf(text, -1);
	X509 *x = PEM_read_bio_X509(bio, NULL, NULL, NULL);

	BIO_free(bio);
	return x;
}

static void keys_are_made_once(void)
{
	struct stat st;
	char path[64];
	int made;

	CHECK(ca_init(&conf, false, &made, &e) && made == 4);
	CHECK(ca_init(&conf, false, &made, &e) && made == 0);
	snprintf(path, sizeof(path), "%s/ca.key", dir);
	CHECK(stat(path, &st) == 0 && (st.st_mode & 0777) == 0600);
	CHECK(ca_check_server(&conf, &e));
	CHECK(ca_init(&conf, true, &made, &e) && made == 1);
}

static void a_server_certificate_must_name_every_host(void)
{
	struct config other = conf;

	other.host_names = "localhost,other.example";
	CHECK(config_check(&other, &e));
	CHECK(!ca_check_server(&other, &e));
	CHECK(strstr(e.msg, "other.example"));
}

static void a_state_directory_is_closed_to_others(void)
{
	CHECK(chmod(dir, 0755) == 0);
	CHECK(!state_open(dir, &e));
	CHECK(chmod(dir, 0700) == 0);
	CHECK(state_open(dir, &e));
	CHECK(!state_open("/dev/null", &e));
}

static void a_device_certificate_says_only_what_we_say(void)
{
	struct ca *ca = ca_open(dir, &e);
	EVP_PKEY *key = EVP_EC_gen("P-256");
	struct device_certificate out;
	struct uuid id = uuid_new();
	char text[UUID_TEXT], subject[200];
	X509 *x = NULL, *issuer = NULL;

	CHECK(ca_sign_device(ca, make_request(key, key), &id, mem, &out, &e));
	x = read_pem(out.pem);
	issuer = read_pem(ca_pem(ca));
	CHECK(x && issuer);
	CHECK(X509_verify(x, X509_get0_pubkey(issuer)) == 1);
	X509_NAME_oneline(
		X509_get_subject_name(x), subject, (int)sizeof(subject));
	CHECK(strstr(subject, uuid_format(&id, text)));
	CHECK(!strstr(subject, "somebody"));
	CHECK(X509_get_extended_key_usage(x) == XKU_SSL_CLIENT);
	CHECK(X509_check_ca(x) == 0);
	X509_free(x);
	X509_free(issuer);
	EVP_PKEY_free(key);
	ca_free(ca);
}

static void requests_that_prove_nothing_are_refused(void)
{
	struct ca *ca = ca_open(dir, &e);
	EVP_PKEY *key = EVP_EC_gen("P-256"), *other = EVP_EC_gen("P-256");
	EVP_PKEY *larger = EVP_EC_gen("P-384"), *rsa = EVP_RSA_gen(2048);
	struct device_certificate out;
	struct uuid id = uuid_new();

	CHECK(!ca_sign_device(
		ca, make_request(key, other), &id, mem, &out, &e));
	CHECK(strstr(e.accepts, "signed by its own key"));
	CHECK(!ca_sign_device(
		ca, make_request(larger, larger), &id, mem, &out, &e));
	CHECK(strstr(e.accepts, "P-256"));
	CHECK(!ca_sign_device(ca, make_request(rsa, rsa), &id, mem, &out, &e));
	CHECK(!ca_sign_device(ca, "", &id, mem, &out, &e));
	CHECK(!ca_sign_device(ca, ca_pem(ca), &id, mem, &out, &e));
	CHECK_STR(e.field, "csr");
	EVP_PKEY_free(key);
	EVP_PKEY_free(other);
	EVP_PKEY_free(larger);
	EVP_PKEY_free(rsa);
	ca_free(ca);
}

/* Somebody who stands before the daemon's terminal must not be asked for the
 * passphrase of a stranger's request, nor anything be read for it. */
static void nobody_is_asked_for_a_passphrase(void)
{
	static const char encrypted[] =
		"-----BEGIN CERTIFICATE REQUEST-----\n"
		"Proc-Type: 4,ENCRYPTED\n"
		"DEK-Info: AES-128-CBC,000102030405060708090A0B0C0D0E0F\n\n"
		"AAECAwQFBgcICQoLDA0ODw==\n"
		"-----END CERTIFICATE REQUEST-----\n";
	struct ca *ca = ca_open(dir, &e);
	struct device_certificate out;
	struct uuid id = uuid_new();
	int ends[2], was = dup(0);
	char first = 0;

	CHECK(pipe(ends) == 0 && write(ends[1], "secret\n", 7) == 7);
	close(ends[1]);
	dup2(ends[0], 0);
	CHECK(!ca_sign_device(ca, encrypted, &id, mem, &out, &e));
	CHECK_STR(e.field, "csr");
	CHECK(read(0, &first, 1) == 1 && first == 's');
	dup2(was, 0);
	close(was);
	close(ends[0]);
	ca_free(ca);
}

static void remove_state(void)
{
	static const char *const files[] = {"ca.pem", "ca.key", "server.pem",
		"server.key", "token.key", "trail.key"};

	for (size_t i = 0; i < ARRAY_LEN(files); i++)
		unlink(arena_printf(mem, "%s/%s", dir, files[i]));
	rmdir(dir);
}

int main(void)
{
	if (!password_start() || !mkdtemp(dir))
		return 1;
	mem = arena_new();
	config_init(&conf, mem);
	conf.state_dir = dir;
	CHECK(config_check(&conf, &e));
	RUN(a_login_has_one_spelling);
	RUN(a_code_is_read_as_people_type_it);
	RUN(a_password_is_checked_against_its_hash);
	RUN(a_password_made_elsewhere_is_taken);
	RUN(a_new_password_is_long_enough);
	RUN(a_password_is_not_what_everybody_knows_of_its_owner);
	RUN(a_password_is_not_one_many_people_use);
	RUN(a_write_comes_from_our_own_pages);
	RUN(keys_are_made_once);
	RUN(a_server_certificate_must_name_every_host);
	RUN(a_state_directory_is_closed_to_others);
	RUN(a_device_certificate_says_only_what_we_say);
	RUN(requests_that_prove_nothing_are_refused);
	RUN(nobody_is_asked_for_a_passphrase);
	remove_state();
	arena_free(mem);
	return tap_done();
}
