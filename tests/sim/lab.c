/*
 * lab.c - see lab.h.
 */
#include "tests/sim/lab.h"

#include "client/sync/device.h"
#include "tests/sim/clock.h"
#include "tests/sim/model.h"
#include "tests/sim/mutants.h"
#include "tests/sim/seam.h"

#include <errno.h>
#include <openssl/pem.h>
#include <openssl/x509.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* Each station's computer is a directory (client/store/place.h). */
static void make_place(struct lab *lab, const char *name)
{
	if (mkdir(arena_printf(lab->mem, "%s/%s", lab->o->dir, name),
		    S_IRWXU) != 0 &&
		errno != EEXIST)
		die("sim: cannot make %s in %s", name, lab->o->dir);
}

static const struct seal_cost cheap = {2, 1, 1};

bool lab_copy(const char *from, const char *to)
{
	FILE *in = fopen(from, "rb"), *out;
	char part[65536];
	size_t n;

	if (!in)
		return false;
	out = fopen(to, "wb");
	if (!out)
		die("sim: cannot write %s", to);
	while ((n = fread(part, 1, sizeof(part), in)) > 0)
		if (fwrite(part, 1, n, out) != n)
			die("sim: cannot write %s", to);
	fclose(in);
	if (fclose(out) != 0)
		die("sim: cannot write %s", to);
	return true;
}

static struct str public_key(const char *pem, struct arena *mem)
{
	BIO *bio = BIO_new_mem_buf(pem, -1);
	EVP_PKEY *key = PEM_read_bio_PrivateKey(bio, NULL, NULL, NULL);
	unsigned char *der = NULL;
	int n = i2d_PUBKEY(key, &der);
	struct str out;

	if (n <= 0)
		die("sim: no public key");
	out.p = arena_strndup(mem, (const char *)der, (size_t)n);
	out.n = (size_t)n;
	OPENSSL_free(der);
	EVP_PKEY_free(key);
	BIO_free(bio);
	return out;
}

static void make_device(struct lab *lab, int i)
{
	char recovery[SEAL_RECOVERY];
	const char *csr, *path;
	struct err e;

	lab->device[i].id = (struct uuid){
		{0x01, 0x9b, 0, 0, 0, 0, 0x70, 0,
                 0x80, [15] = (unsigned char)(i + 1)}
        };
	if (!device_make(lab->mem, &lab->device[i].key, &csr, &e))
		die("sim: %s", e.msg);
	lab->device[i].spki = public_key(lab->device[i].key, lab->mem);
	path = arena_printf(lab->mem, "%s/empty%d.store", lab->o->dir, i);
	make_place(lab, arena_printf(lab->mem, "station%d", i));
	unlink(path);
	if (!store_create(path, "correct horse", &cheap, recovery, &e))
		die("sim: %s", e.msg);
	lab->device[i].store = path;
}

/* Takes an entry out of a list of names or of named objects. */
static void leave_out(json_t *list, const char *name)
{
	for (size_t i = json_array_size(list); i-- > 0;) {
		const json_t *one = json_array_get(list, i);
		const char *text = json_is_string(one) ? json_string_value(one)
						       : json_str(one, "name");

		if (text && strcmp(text, name) == 0)
			json_array_remove(list, i);
	}
}

static void leave_out_type(json_t *types, const char *name)
{
	const char *key;
	json_t *t;

	json_object_del(types, name);
	json_object_foreach(types, key, t)
	{
		json_t *fields = json_object_get(t, "fields");

		for (size_t i = 0; i < json_array_size(fields); i++)
			leave_out(json_object_get(
					  json_array_get(fields, i), "to"),
				name);
	}
}

/* A station of the release before: a type and a field it never heard of. */
static struct catalogue *older(struct lab *lab)
{
	struct str now;
	struct catalogue *c;
	json_t *j, *types;
	struct err e;
	char *text;

	catalogue_publish(lab->catalogue);
	now = catalogue_text(lab->catalogue);
	j = json_loadb(now.p, now.n, 0, NULL);
	types = json_object_get(j, "types");
	leave_out_type(types, "flag");
	leave_out(json_object_get(json_object_get(types, "need"), "fields"),
		"worker_view");
	text = json_dumps(j, JSON_COMPACT);
	c = catalogue_read(text, strlen(text), &e);
	if (!c)
		die("sim: the older catalogue: %s", e.msg);
	free(text);
	json_decref(j);
	return c;
}

void lab_open(struct lab *lab, const struct options *o)
{
	memset(lab, 0, sizeof(*lab));
	lab->o = o;
	lab->mem = arena_new();
	clock_start(WORLD_START, 1);
	lab->catalogue = catalogue_load();
	lab->old_catalogue = older(lab);
	for (int i = 0; i < STATIONS; i++)
		make_device(lab, i);
	make_place(lab, "centre");
	lab->centre = centre_open(o->conninfo, lab->catalogue,
		arena_printf(lab->mem, "%s/centre", o->dir));
	seam_be_app(centre_db(lab->centre));
	seam_open(centre_db(lab->centre));
	world_make(lab->centre);
	seam_keep();
	lab->world.mem = lab->mem;
	model_look(&lab->world);
	mutant_apply();
}

void lab_tidy(struct lab *lab)
{
	(void)lab;
	seam_sweep();
}

void lab_close(struct lab *lab)
{
	centre_close(lab->centre);
	catalogue_free(lab->old_catalogue);
	catalogue_free(lab->catalogue);
	arena_free(lab->mem);
}
