/*
 * heads.c - see heads.h.
 */
#include "client/sync/heads.h"

#include "client/sync/engine.h"
#include "proto/base/host.h"
#include "proto/handover.h"
#include "proto/tree.h"

#include <string.h>

#define HEADS         "trail.heads"
#define EVIDENCE      "trail.evidence"
#define FILE_MOST     65536
#define EVERY_MS      60000
#define EVIDENCE_MOST 20 /* the first ones say it all */

struct heads {
	const struct station_dir *p;
	struct arena *mem;
	json_t *own; /* {"at","heads":[note…],"pin"?,"key"?} */
	json_t *evidence;
	const char *pin;
	struct note_key key;   /* the pinned one, or what it came to */
	struct note_head mine; /* epoch 0: none */
	const char *mine_note;
};

static struct str text_of(const char *s)
{
	return (struct str){s, strlen(s)};
}

static json_t *read_json(const struct station_dir *p, const char *name)
{
	const char *text = place_read(p, name, FILE_MOST);
	struct err ignored;

	return text ? json_read(text, strlen(text), &json_limits_body, p->mem,
			      &ignored)
		    : NULL;
}

static bool write_json(
	const struct heads *h, const char *name, const json_t *j, struct err *e)
{
	const char *text = json_canonical(j, h->mem);

	return place_write(h->p, name, text, strlen(text), e);
}

/* The key that is pinned may have handed over: to which, stands beside the
 * heads, so that both change in one step. It counts as long as the same is
 * pinned. */
static void read_key(struct heads *h)
{
	const char *pin = json_str(h->own, "pin"),
		   *key = json_str(h->own, "key");
	struct note_key now;
	struct err ignored;

	if (pin && key && strcmp(pin, note_key_text(&h->key, h->mem)) == 0 &&
		note_key_read(text_of(key), &now, &ignored))
		h->key = now;
}

static void read_files(struct heads *h)
{
	const json_t *list;
	struct err ignored;
	size_t n;

	h->pin = place_read(h->p, HEADS_PIN, NOTE_MOST);
	if (h->pin && !note_key_read(text_of(h->pin), &h->key, &ignored))
		h->pin = NULL;
	h->own = read_json(h->p, HEADS);
	if (!json_is_object(h->own))
		h->own = json_keep(json_pack("{s:[]}", "heads"), h->mem);
	h->evidence = read_json(h->p, EVIDENCE);
	if (!json_is_array(h->evidence))
		h->evidence = json_keep(json_array(), h->mem);
	if (h->pin)
		read_key(h);
	list = json_object_get(h->own, "heads");
	n = json_array_size(list);
	if (!h->pin || n == 0)
		return;
	h->mine_note = json_string_value(json_array_get(list, n - 1));
	if (!h->mine_note ||
		!note_read(text_of(h->mine_note), &h->key, &h->mine, &ignored))
		memset(&h->mine, 0, sizeof(h->mine));
}

/* ---- evidence ---- */

static json_t *untold(const struct heads *h)
{
	json_t *one;
	size_t i;

	json_array_foreach(
		h->evidence, i, one) if (!json_flag(one, "told")) return one;
	return NULL;
}

static bool keep_evidence(struct heads *h, const char *kind, const char *mine,
	const char *theirs, struct err *e)
{
	struct uuid id = uuid_new();
	char text[UUID_TEXT];
	json_t *one;
	size_t i;

	json_array_foreach(h->evidence, i,
		one) if (strcmp(json_str(one, "theirs"), theirs) ==
			 0) return true;
	if (json_array_size(h->evidence) >= EVIDENCE_MOST)
		return true;
	json_array_append_new(h->evidence,
		json_pack("{s:s, s:I, s:s, s:s, s:s, s:b}", "id",
			uuid_format(&id, text), "at", (json_int_t)host_now_ms(),
			"kind", kind, "mine", mine ? mine : "", "theirs",
			theirs, "told", 0));
	return write_json(h, EVIDENCE, h->evidence, e);
}

/* ---- a head that came ---- */

static bool read_proof(
	const json_t *list, struct tree_proof *out, struct arena *mem)
{
	out->n = json_array_size(list);
	if (!json_is_array(list) || out->n > TREE_PROOF_MOST)
		return false;
	for (size_t i = 0; i < out->n; i++) {
		const char *text = json_string_value(json_array_get(list, i));
		unsigned char *b;
		size_t n;

		b = text ? base64_parse(text_of(text), &n, mem) : NULL;
		if (!b || n != SHA256_LEN)
			return false;
		memcpy(out->node[i].b, b, SHA256_LEN);
	}
	return true;
}

/* What is wrong with it, or NULL. */
static const char *judge(
	const struct heads *h, const struct note_head *head, const json_t *j)
{
	const struct note_head *mine = &h->mine;
	struct tree_proof p;

	if (head->epoch < mine->epoch ||
		(head->epoch == mine->epoch && head->size < mine->size))
		return "back";
	/* Another epoch begins a tree of its own; only the sealer's key can
	 * say so. */
	if (head->epoch > mine->epoch || mine->size == 0)
		return NULL;
	if (head->size == mine->size)
		return sha256_equal(&head->root, &mine->root) ? NULL : "fork";
	if (!read_proof(json_object_get(j, "proof"), &p, h->mem))
		return "proof";
	return tree_continues(
		       mine->size, &mine->root, head->size, &head->root, &p)
		       ? NULL
		       : "fork";
}

static bool keep_head(struct heads *h, const struct note_head *head,
	const char *note, struct err *e)
{
	json_t *list = json_object_get(h->own, "heads");

	if (head->epoch == h->mine.epoch && json_array_size(list))
		json_array_remove(list, json_array_size(list) - 1);
	json_array_append_new(list, json_string(note));
	return write_json(h, HEADS, h->own, e);
}

static bool take_pin(struct heads *h, const char *line, struct err *e)
{
	if (h->pin)
		return true;
	if (!note_key_read(text_of(line), &h->key, e))
		return false;
	h->pin = line;
	return place_write(h->p, HEADS_PIN, line, strlen(line), e);
}

/* Another key signed: one that handed over to ours or took over from it, step
 * by step, and not before the head that is kept here? */
static bool follow(const struct heads *h, const json_t *list, const char *note,
	struct key_chain *chain, struct note_head *head)
{
	struct str kept = text_of(h->mine_note ? h->mine_note : "");
	struct note_head mine;
	struct handover one;
	struct err ignored;
	size_t i;
	json_t *j;

	json_array_foreach(list, i, j)
	{
		const char *text = json_string_value(j);

		if (!text || !handover_read(text_of(text), &one, &ignored))
			return false;
		if (i == 0)
			chain_begin(chain, &one.from);
		if (!chain_add(chain, &one))
			return false;
	}
	return json_array_size(list) > 0 && chain_has(chain, &h->key) &&
	       chain_read(chain, text_of(note), head, &ignored) &&
	       (h->mine.epoch == 0 || chain_read(chain, kept, &mine, &ignored));
}

static void take_key(struct heads *h, const struct note_key *key)
{
	struct note_key pinned;
	struct err ignored;

	h->key = *key;
	if (!note_key_read(text_of(h->pin), &pinned, &ignored))
		return;
	json_object_set_new(
		h->own, "pin", json_string(note_key_text(&pinned, h->mem)));
	json_object_set_new(
		h->own, "key", json_string(note_key_text(key, h->mem)));
}

static bool take_head(struct heads *h, const json_t *j, struct err *e)
{
	const char *line = json_str(j, "key"), *note = json_str(j, "head");
	struct key_chain *chain = ARENA_NEW(h->mem, struct key_chain);
	struct note_head head;
	const char *wrong;
	struct err why;

	if (!line || !note || strlen(line) > NOTE_MOST ||
		strlen(note) > NOTE_MOST)
		return true;
	if (!take_pin(h, line, e))
		return false;
	chain_begin(chain, &h->key);
	if (!note_read(text_of(note), &h->key, &head, &why) &&
		!follow(h, json_object_get(j, "handovers"), note, chain, &head))
		return keep_evidence(h, "key",
			h->mine_note ? h->mine_note : h->pin, note, e);
	wrong = judge(h, &head, j);
	if (wrong)
		return keep_evidence(h, wrong, h->mine_note, note, e);
	take_key(h, chain_newest(chain));
	return keep_head(h, &head, note, e);
}

/* ---- asking ---- */

static json_t *question(const struct heads *h, const json_t *told)
{
	json_t *q = json_pack("{s:I, s:I}", "epoch", (json_int_t)h->mine.epoch,
		"size", (json_int_t)h->mine.size);

	if (told)
		json_object_set_new(q, "evidence",
			json_pack("{s:s, s:s, s:s, s:s}", "id",
				json_str(told, "id"), "kind",
				json_str(told, "kind"), "mine",
				json_str(told, "mine"), "theirs",
				json_str(told, "theirs")));
	return json_keep(q, h->mem);
}

static bool ask(struct heads *h, struct transport *t, struct err *e)
{
	json_t *told = untold(h);
	struct request q = {
		.method = "POST", .path = "/v1/trail", .max_body = FILE_MOST};
	struct reply a;
	json_t *j;

	q.body.p = json_canonical(question(h, told), h->mem);
	q.body.n = strlen(q.body.p);
	if (!t->send(t->ctx, &q, h->mem, &a, e))
		return false;
	/* A centre of before seals nothing. */
	if (a.status == 404)
		return true;
	if (a.status != 200)
		return sync_problem(&a, e);
	j = json_read(a.body.p, a.body.n, &json_limits_body, h->mem, e);
	if (!j)
		return false;
	if (told) {
		json_object_set_new(told, "told", json_true());
		if (!write_json(h, EVIDENCE, h->evidence, e))
			return false;
	}
	json_object_set_new(h->own, "at", json_integer(host_now_ms()));
	return take_head(h, j, e) && write_json(h, HEADS, h->own, e);
}

bool heads_ask(const struct station_dir *p, struct transport *t, struct err *e)
{
	struct station_dir place = *p;
	struct heads h = {.p = &place};
	int64_t age;
	bool ok = true;

	place.mem = h.mem = arena_new();
	read_files(&h);
	age = host_now_ms() - json_int(h.own, "at", 0);
	if (age < 0 || age > EVERY_MS || untold(&h))
		ok = ask(&h, t, e);
	/* What was found is said at once, not after the next round. */
	if (ok && untold(&h))
		ok = ask(&h, t, e);
	arena_free(h.mem);
	return ok;
}

struct heads_report heads_report(const struct station_dir *p)
{
	struct heads h = {.p = p, .mem = p->mem};
	struct heads_report out = {.epoch = 0};

	read_files(&h);
	out.evidence = h.evidence;
	out.epoch = h.mine.epoch;
	out.size = h.mine.size;
	out.at_ms = h.mine.at_ms;
	out.note = h.mine_note;
	return out;
}

json_t *heads_json(const struct station_dir *p)
{
	struct heads_report h = heads_report(p);

	return json_keep(
		json_pack("{s:I, s:I, s:I, s:I}", "epoch", (json_int_t)h.epoch,
			"size", (json_int_t)h.size, "at", (json_int_t)h.at_ms,
			"wrong", (json_int_t)json_array_size(h.evidence)),
		p->mem);
}
