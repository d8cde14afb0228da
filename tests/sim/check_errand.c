/*
 * check_errand.c - parcels and orders (check.h): who is told "taken" need not
 * think of it any more; who was told to lock or wipe does so, whatever happens
 * in between; and nothing anybody wrote goes with it.
 */
#include "tests/sim/check.h"

#include "client/sync/orders.h"
#include "tests/sim/seam.h"
#include "tests/sim/station.h"

#include <dirent.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

/* ---- parcels ---- */

static bool is_at_centre(const char *id)
{
	PGresult *res =
		seam_ask("SELECT 1 FROM sim.result WHERE change_id = $1::uuid "
			 "UNION ALL SELECT 1 FROM sim.kept WHERE id = $1::uuid",
			&id, 1);
	bool found = PQntuples(res) > 0;

	PQclear(res);
	return found;
}

/* Nothing that was typed leaves in clear. */
static void check_closed(struct run *r, const struct request *q)
{
	for (size_t i = 0; i < r->intent_count; i++) {
		const char *key;
		json_t *v;

		json_object_foreach(r->intents[i].set, key, v)
		{
			if (json_string_length(v) > 12 &&
				strstr(q->body.p, json_string_value(v)))
				run_fail(r, "E5", "a parcel shows '%s'", key);
		}
	}
}

void check_parcels(
	struct run *r, const struct request *q, const struct reply *a)
{
	json_t *j = json_loadb(a->body.p, a->body.n, 0, NULL);
	json_t *list = json_object_get(j, "results");

	check_closed(r, q);
	for (size_t i = 0; i < json_array_size(list); i++) {
		const json_t *one = json_array_get(list, i);
		const char *id = json_str(one, "id");

		if (!json_flag(one, "taken"))
			continue;
		if (!id || !is_at_centre(id))
			run_fail(r, "E1", "parcel %s is taken and nowhere",
				id ? id + 32 : "-");
	}
	json_decref(j);
}

/* ---- orders ---- */

/* The receipt of the order that stands, by the centre's books. */
static bool has_receipt(const struct station *st)
{
	char device[UUID_TEXT];
	const char *param[1] = {uuid_format(&st->caller.reader.device, device)};
	PGresult *res = seam_ask(
		"SELECT 1 FROM sim.order WHERE device = $1::uuid AND done",
		param, 1);
	bool found = PQntuples(res) > 0;

	PQclear(res);
	return found;
}

/* What lies in the directory besides marks and keys. */
static int files_left(const struct station *st)
{
	DIR *d = opendir(st->place.dir);
	struct dirent *one;
	int n = 0;

	while (d && (one = readdir(d)))
		n += strstr(one->d_name, ".store") != NULL;
	if (d)
		closedir(d);
	return n;
}

/* Not by what the marks say: the person tries. */
static bool opens(const struct station *st)
{
	struct err e;
	struct store *s = store_open(st->path, st->catalogue, SECRET_PASSPHRASE,
		STATION_PASSPHRASE, &e);

	store_close(s);
	return s != NULL;
}

static bool has_share(const struct station *st)
{
	char path[512];

	snprintf(path, sizeof(path), "%s-share", st->path);
	return access(path, F_OK) == 0;
}

void check_order(struct station *st)
{
	struct run *r = st->run;
	bool receipt = st->order[0] && has_receipt(st);
	struct err e;

	if (st->knows && orders_check(&st->place, &e))
		run_fail(r, "E2",
			"station %d was told of an order and forgets it",
			st->i);
	if (receipt && orders_check(&st->place, &e))
		run_fail(
			r, "E2", "station %d gave a receipt, and opens", st->i);
	if (receipt && strcmp(st->order, "wipe") == 0 && files_left(st))
		run_fail(r, "E2",
			"station %d gave a receipt, and %d files of stores are "
			"left",
			st->i, files_left(st));
	if (st->wiped &&
		(files_left(st) || access(place_file(&st->place, "device.key"),
					   F_OK) == 0))
		run_fail(r, "E2", "station %d is wiped, and something is left",
			st->i);
	/* A store the centre never heard of has given nothing away; it opens
	 * for nobody because of the mark. */
	if (receipt && st->shared && strcmp(st->order, "lock") == 0 &&
		!has_share(st) && opens(st))
		run_fail(r, "E2",
			"station %d is locked, and its passphrase opens it",
			st->i);
}
