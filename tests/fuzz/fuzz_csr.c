/*
 * fuzz_csr.c - whatever is handed over as a certificate request: a station's
 * certificate comes of it only with the key's own signature, and says nothing
 * the request said.
 *
 * The first byte decides: even, the rest is the text as it comes; odd, it is
 * the DER inside one, so that what lies below PEM is reached too. The authority
 * is made once, in a directory of its own that goes with the process.
 */
#include "server/auth/ca.h"
#include "tests/fuzz/fuzz.h"

#include <openssl/pem.h>
#include <openssl/x509v3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static char dir[] = "/tmp/fuzz-csr.XXXXXX";

static void remove_files(void)
{
	static const char *const files[] = {"ca.pem", "ca.key", "server.pem",
		"server.key", "token.key", "trail.key"};

	for (size_t i = 0; i < ARRAY_LEN(files); i++) {
		char path[64];

		snprintf(path, sizeof(path), "%s/%s", dir, files[i]);
		unlink(path);
	}
	rmdir(dir);
}

static struct ca *make_authority(void)
{
	struct arena *mem = arena_new();
	struct config c;
	struct err e;
	struct ca *ca;
	int made;

	config_init(&c, mem);
	MUST(mkdtemp(dir));
	atexit(remove_files);
	c.state_dir = dir;
	MUST(config_check(&c, &e) && ca_init(&c, false, &made, &e));
	ca = ca_open(dir, &e);
	MUST(ca);
	arena_free(mem);
	return ca;
}

static const char *as_pem(const uint8_t *p, size_t n, struct arena *mem)
{
	BIO *bio = BIO_new(BIO_s_mem());
	char *text, *out;
	long length;

	MUST(bio && PEM_write_bio(bio, PEM_STRING_X509_REQ, "", p, (long)n));
	length = BIO_get_mem_data(bio, &text);
	out = arena_strndup(mem, text, (size_t)length);
	BIO_free(bio);
	return out;
}

static void check_certificate(const char *pem, const struct uuid *device)
{
	BIO *bio = BIO_new_mem_buf(pem, -1);
	X509 *x = PEM_read_bio_X509(bio, NULL, NULL, NULL);
	char id[UUID_TEXT], name[64];

	MUST(x);
	MUST(X509_NAME_entry_count(X509_get_subject_name(x)) == 2);
	MUST(X509_NAME_get_text_by_NID(X509_get_subject_name(x), NID_commonName,
		     name, sizeof(name)) > 0);
	MUST(strcmp(name, uuid_format(device, id)) == 0);
	MUST(X509_check_ca(x) == 0);
	MUST(X509_get_extended_key_usage(x) == XKU_SSL_CLIENT);
	MUST(X509_get_key_usage(x) == KU_DIGITAL_SIGNATURE);
	X509_free(x);
	BIO_free(bio);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	static struct ca *ca; /* made once: it is the same for all */
	const struct uuid device = {
		{1, 2, 3, 4, 5, 6, 0x70, 8, 0x80}
        };
	struct device_certificate out;
	struct arena *mem;
	const char *csr;
	struct err e;

	if (!ca)
		ca = make_authority();
	if (n < 2 || n > 16384)
		return 0;
	mem = arena_new();
	csr = data[0] & 1 ? as_pem(data + 1, n - 1, mem)
			  : arena_strndup(mem, (const char *)data + 1, n - 1);
	if (ca_sign_device(ca, csr, &device, mem, &out, &e))
		check_certificate(out.pem, &device);
	else
		MUST(e.code == ERR_BAD_INPUT && strcmp(e.field, "csr") == 0);
	arena_free(mem);
	return 0;
}
