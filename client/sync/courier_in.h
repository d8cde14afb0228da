/*
 * courier_in.h - what the files of the courier share: one request with as many
 * parcels as fit, and the pieces of a file.
 */
#ifndef CLIENT_COURIER_IN_H
#define CLIENT_COURIER_IN_H

#include "client/sync/courier.h"
#include "proto/courier.h"

/* An answer that is a JSON object; NULL with what stands in the way. */
json_t *courier_ask(struct transport *t, const char *path, const char *token,
	const char *body, struct arena *mem, struct err *e) MUST_CHECK;

enum fate { LEFT, TAKEN, REFUSED };

struct item {
	const char *entry;
	struct uuid id;
	struct uuid tx;
	int64_t place;
	enum fate fate;
};

struct load {
	struct item item[LIMIT_PARCELS];
	size_t n;
	size_t bytes;
};

bool load_has_room(
	const struct load *l, const char *entry, const struct uuid *tx);
void load_add(struct load *l, const struct parcel *p, const char *entry,
	int64_t place);
/* How many may go when one of group `next` did not fit: those of its group are
 * left for the next request, unless there is nothing else. */
size_t load_whole_groups(const struct load *l, const struct uuid *next);
/* Sends them and gives each its fate. */
bool load_send(struct load *l, const struct courier_job *job, struct arena *mem,
	struct err *e) MUST_CHECK;
/* Counts a fate; what was taken in *taken. */
void load_count(struct courier_report *out, enum fate fate, int64_t *taken);

/* Where the sealed chunks of a file come from. */
typedef bool chunk_source(void *from, int64_t no, struct str *out,
	struct arena *mem, struct err *e);
/* From a file as it lies in a store: `path` is its path. */
chunk_source load_from_blob;
/* Sends what the centre lacks of a file. */
bool load_send_file(const struct courier_job *job, const char *entry,
	chunk_source *next, void *from, enum fate *fate,
	struct err *e) MUST_CHECK;
/* What the centre said of one file, where others may still go. */
bool load_file_may_wait(
	const struct courier_job *job, const struct err *e, enum fate *fate);

/* courier_bundle.c: what was imported. */
bool bundles_each(const struct station_dir *p,
	bool (*what)(void *ctx, const char *path, struct err *e), void *ctx,
	struct err *e) MUST_CHECK;
bool bundles_carry(const struct courier_job *job, struct courier_report *out,
	struct err *e) MUST_CHECK;
bool bundles_count(const struct courier_job *job, struct courier_report *out,
	struct err *e) MUST_CHECK;

#endif
