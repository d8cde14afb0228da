/*
 * courier_load.c - the courier's requests (see courier_in.h).
 */
#include "client/sync/courier_in.h"

#include "client/sync/engine.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#define ANSWER_MAX  ((size_t)1 << 20)
#define BATCH_BYTES ((size_t)700000)

/* ---- one exchange ---- */

json_t *courier_ask(struct transport *t, const char *path, const char *token,
	const char *body, struct arena *mem, struct err *e)
{
	struct request q = {.method = "POST",
		.path = path,
		.token = token,
		.max_body = ANSWER_MAX};
	struct reply a;
	json_t *j = NULL;

	q.body.p = body;
	q.body.n = strlen(body);
	if (!t->send(t->ctx, &q, mem, &a, e))
		return NULL;
	if (a.status != 200 && a.status != 201) {
		sync_problem(&a, e);
		return NULL;
	}
	if (strcmp(a.type, "application/json") == 0)
		j = json_read(a.body.p, a.body.n, &json_limits_own, mem, e);
	if (!json_is_object(j)) {
		err_set(e, ERR_VOID_PAGE, "answer is no JSON object");
		return NULL;
	}
	return j;
}

/* ---- a batch of changes ---- */

static bool same_group(const struct uuid *a, const struct uuid *b)
{
	return !uuid_is_nil(a) && uuid_cmp(a, b) == 0;
}

/* Changes of one group go in one request, however many bytes they are. */
bool load_has_room(
	const struct load *l, const char *entry, const struct uuid *tx)
{
	size_t bytes = l->bytes + strlen(entry);

	if (!l->n)
		return true;
	return l->n < LIMIT_PARCELS &&
	       (bytes <= BATCH_BYTES ||
		       (same_group(tx, &l->item[0].tx) &&
			       bytes < COURIER_BODY_MAX - 1000));
}

void load_add(struct load *l, const struct parcel *p, const char *entry,
	int64_t place)
{
	struct item *x = &l->item[l->n++];

	x->entry = entry;
	x->id = p->id;
	x->tx = p->tx;
	x->place = place;
	x->fate = LEFT;
	l->bytes += strlen(entry);
}

size_t load_whole_groups(const struct load *l, const struct uuid *next)
{
	size_t n = l->n;

	while (n && same_group(next, &l->item[n - 1].tx))
		n--;
	return n ? n : l->n;
}

static enum fate fate_of(const json_t *result)
{
	const char *code = json_str(result, "code");
	enum err_code why = code ? err_from_name(code) : ERR_NONE;

	if (json_flag(result, "taken"))
		return TAKEN;
	return why == ERR_FORGED || why == ERR_ID_REUSE ||
			       why == ERR_BAD_INPUT || why == ERR_BAD_JSON
		       ? REFUSED
		       : LEFT;
}

bool load_send(struct load *l, const struct courier_job *job, struct arena *mem,
	struct err *e)
{
	struct buf body;
	json_t *j;

	buf_init(&body, COURIER_BODY_MAX);
	buf_text(&body, "{\"parcels\":[");
	for (size_t i = 0; i < l->n; i++) {
		if (i)
			buf_char(&body, ',');
		buf_text(&body, l->item[i].entry);
	}
	buf_text(&body, job->keep ? "],\"keep\":true}" : "]}");
	j = body.full
		    ? NULL
		    : courier_ask(job->t, "/v1/courier", NULL, body.p, mem, e);
	if (body.full)
		err_field(e, ERR_TOO_LARGE, "parcels", "%zu bytes",
			COURIER_BODY_MAX);
	buf_free(&body);
	if (!j)
		return false;
	j = json_object_get(j, "results");
	if (json_array_size(j) != l->n)
		return err_set(e, ERR_VOID_PAGE, "not a result for each");
	for (size_t i = 0; i < l->n; i++)
		l->item[i].fate = fate_of(json_array_get(j, i));
	return true;
}

void load_count(struct courier_report *out, enum fate fate, int64_t *taken)
{
	*taken += fate == TAKEN;
	out->refused += fate == REFUSED;
	out->left += fate == LEFT;
}

/* ---- the chunks of a file ---- */

static const char *piece_body(const struct courier_job *job, const char *entry,
	int64_t no, struct str chunk, struct arena *mem)
{
	return arena_printf(mem,
		"{\"parcel\":%s,\"no\":%lld,\"chunk\":\"%s\"%s}", entry,
		(long long)no, base64url_format(chunk.p, chunk.n, mem),
		job->keep ? ",\"keep\":true" : "");
}

bool load_from_blob(void *path, int64_t no, struct str *out, struct arena *mem,
	struct err *e)
{
	size_t room = seal_size(SEAL_CHUNK);
	char *p = arena_alloc(mem, room);
	int fd = open(path, O_RDONLY | O_NOFOLLOW | O_CLOEXEC);
	ssize_t n =
		fd < 0 ? -1 : pread(fd, p, room, (off_t)(no * (int64_t)room));
	int why = n < 0 ? errno : ENOENT;

	if (fd >= 0)
		close(fd);
	out->p = p;
	out->n = n > 0 ? (size_t)n : 0;
	/* What cannot be read just now is not given up. */
	return n > 0 || (!place_exhausted(why, e) &&
				err_field(e, ERR_FILE_DAMAGED, "file", "-"));
}

/* Further each time, but for once: what the centre begins to keep as it is, it
 * wants from the beginning. */
static bool goes_on(int64_t offset, int64_t before, bool *back)
{
	bool once = *back && offset >= 0 && offset <= before;

	if (once)
		*back = false;
	return once || offset > before;
}

/* Sends what the centre lacks; it says after each piece where to go on. */
bool load_send_file(const struct courier_job *job, const char *entry,
	chunk_source *next, void *from, enum fate *fate, struct err *e)
{
	int64_t no = 0, offset = -1;
	bool done = false, ok = true, back = job->keep;

	*fate = LEFT;
	while (ok && !done) {
		struct arena *mem = arena_new();
		struct str chunk;
		json_t *j = NULL;

		ok = next(from, no, &chunk, mem, e);
		if (ok)
			j = courier_ask(job->t, "/v1/courier/files", NULL,
				piece_body(job, entry, no, chunk, mem), mem, e);
		ok = ok && j;
		if (ok && !goes_on(json_int(j, "offset", -1), offset, &back))
			ok = err_set(e, ERR_VOID_PAGE, "a file stands still");
		if (ok) {
			offset = json_int(j, "offset", -1);
			no = offset / (int64_t)SEAL_CHUNK;
			done = json_flag(j, "done");
		}
		arena_free(mem);
	}
	if (ok)
		*fate = TAKEN;
	return ok;
}

static bool any_of(const enum err_code *of, size_t n, enum err_code code)
{
	for (size_t i = 0; i < n; i++)
		if (of[i] == code)
			return true;
	return false;
}

bool load_file_may_wait(
	const struct courier_job *job, const struct err *e, enum fate *fate)
{
	static const enum err_code never[] = {ERR_FORGED, ERR_BAD_MEDIA,
		ERR_TOO_LARGE, ERR_FILE_MISMATCH, ERR_BAD_INPUT,
		ERR_OUT_OF_RANGE};
	static const enum err_code later[] = {ERR_UNKNOWN_REPLICA,
		ERR_FORBIDDEN, ERR_FILE_DAMAGED, ERR_QUOTA, ERR_UNKNOWN_KEY};
	/* Where the centre is to keep it nobody waits: what it has no room or
	 * no key for stops whatever would destroy it. */
	static const enum err_code held[] = {ERR_QUOTA, ERR_UNKNOWN_KEY};

	*fate = LEFT;
	if (any_of(never, ARRAY_LEN(never), e->code)) {
		*fate = REFUSED;
		return true;
	}
	return any_of(later, ARRAY_LEN(later), e->code) &&
	       !(job->keep && any_of(held, ARRAY_LEN(held), e->code));
}
