/*
 * keep.c - see in.h: the files of seal-dir.
 *
 * seal.key   32 bytes, then the name of the log, and after a line end the
 *            hand-overs of the keys before, oldest first: with the key they are
 *            replaced in one step
 * seal.pub   the key as it is pinned and those hand-overs, for everybody
 * seal.state what was sealed last: lines of words, written anew each time
 * seal.past  past.c
 */
#include "server/notary/in.h"

#include "proto/base/host.h"
#include "proto/base/seal.h"
#include "server/state.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define KEY_FILE   "seal.key"
#define STATE_FILE "seal.state"
#define STATE_LINE "casebridge seal 1"

/* ---- the key ---- */

static void make_name(char out[NOTE_NAME])
{
	struct uuid id = uuid_new();
	char text[UUID_TEXT];

	snprintf(out, NOTE_NAME, "casebridge/%s", uuid_format(&id, text));
}

static bool make_key(const char *dir, struct err *e)
{
	unsigned char secret[ED25519_KEY + NOTE_NAME];
	unsigned char public_key[ED25519_KEY];
	char name[NOTE_NAME];
	bool ok;

	ed25519_make(secret, public_key);
	make_name(name);
	memcpy(secret + ED25519_KEY, name, strlen(name));
	ok = state_write(
		dir, KEY_FILE, secret, ED25519_KEY + strlen(name), false, e);
	seal_wipe(secret, sizeof(secret));
	return ok;
}

static bool chain_of(struct str rest, const struct note_key *newest,
	struct key_chain *out, struct err *e)
{
	struct handover h;
	struct str one;

	chain_begin(out, newest);
	for (bool first = true; (one = handover_next(&rest)).p; first = false) {
		if (!handover_read(one, &h, e))
			return false;
		if (first)
			chain_begin(out, &h.from);
		if (!chain_add(out, &h))
			return false;
	}
	return same_key(chain_newest(out), newest);
}

bool key_read(const char *dir, struct keys *out, struct err *e)
{
	struct arena *mem = arena_new();
	struct str s = {NULL, 0}, rest = {NULL, 0};
	size_t name = 0;
	bool ok = state_read(dir, KEY_FILE, mem, &s, e);

	memset(out, 0, sizeof(*out));
	if (ok && s.n > ED25519_KEY) {
		const char *at = s.p + ED25519_KEY;
		const char *end = memchr(at, '\n', s.n - ED25519_KEY);

		name = end ? (size_t)(end - at) : s.n - ED25519_KEY;
		rest.p = end ? end + 1 : at + name;
		rest.n = (size_t)(s.p + s.n - rest.p);
	}
	ok = ok && name > 0 && name < NOTE_NAME &&
	     rest.n < sizeof(out->handovers);
	if (ok) {
		memcpy(out->secret, s.p, ED25519_KEY);
		memcpy(out->key.name, s.p + ED25519_KEY, name);
		ed25519_public(out->secret, out->key.key);
		if (rest.n)
			memcpy(out->handovers, rest.p, rest.n);
		ok = chain_of(rest, &out->key, &out->chain, e);
	}
	if (!ok && s.p)
		err_set(e, ERR_USAGE, "%s/" KEY_FILE " is damaged", dir);
	if (s.p)
		seal_wipe((char *)(uintptr_t)s.p, s.n);
	arena_free(mem);
	return ok;
}

/* For everybody: the key as it is pinned, and what leads to it. */
static bool publish(const struct config *c, const struct keys *k,
	struct arena *mem, struct err *e)
{
	const char *text = arena_printf(
		mem, "%s\n%s", note_key_text(&k->key, mem), k->handovers);

	if (!state_write(c->seal_dir, SEAL_PUBLIC, text, strlen(text), true, e))
		return false;
	/* The daemon tells it to stations; where it is another user's, somebody
	 * copies it (casebridged(8)). */
	return access(c->state_dir, W_OK) != 0 ||
	       state_write(
		       c->state_dir, SEAL_PUBLIC, text, strlen(text), true, e);
}

bool notary_init(const struct config *c, struct arena *mem, const char **line,
	bool *made, struct err *e)
{
	struct keys *k = ARENA_NEW(mem, struct keys);
	bool ok;

	*made = false;
	if (!state_open(c->seal_dir, e))
		return false;
	if (!state_has(c->seal_dir, KEY_FILE)) {
		*made = true;
		if (!make_key(c->seal_dir, e))
			return false;
	}
	ok = key_read(c->seal_dir, k, e) && publish(c, k, mem, e);
	seal_wipe(k->secret, sizeof(k->secret));
	*line = ok ? note_key_text(&k->key, mem) : NULL;
	return ok;
}

bool key_hand_over(const struct config *c, const struct keys *k,
	const struct note_head *last, struct arena *mem, const char **line,
	struct err *e)
{
	struct handover h = {.from = k->key, .to = k->key, .last = *last};
	unsigned char secret[ED25519_KEY];
	struct keys *next = ARENA_NEW(mem, struct keys);
	struct buf b;
	bool ok;

	if (k->chain.n > HANDOVERS_MOST)
		return err_set(e, ERR_USAGE,
			"the key was changed %d times: no more",
			HANDOVERS_MOST);
	ed25519_make(secret, h.to.key);
	buf_init(&b, 65536);
	buf_add(&b, secret, sizeof(secret));
	buf_printf(&b, "%s\n%s%s", k->key.name, k->handovers,
		handover_write(&h, k->secret, secret, mem));
	ok = state_write(c->seal_dir, KEY_FILE, b.p, b.n, false, e) &&
	     key_read(c->seal_dir, next, e) && publish(c, next, mem, e);
	seal_wipe(b.p, b.n);
	buf_free(&b);
	seal_wipe(secret, sizeof(secret));
	seal_wipe(next->secret, sizeof(next->secret));
	*line = note_key_text(&h.to, mem);
	return ok;
}

/* ---- the memory ---- */

void memory_free(struct memory *m)
{
	seq_free(&m->seqs);
	seq_free(&m->seqs_before);
}

static void write_seqs(
	struct buf *b, const struct seq_table *t, const char *word)
{
	char id[UUID_TEXT];

	for (size_t i = 0; i < t->room; i++)
		if (t->row[i].last)
			buf_printf(b, "%s %s %" PRId64 "\n", word,
				uuid_format(&t->row[i].worker, id),
				t->row[i].last);
}

bool memory_write(const char *dir, const struct memory *m, struct err *e)
{
	char hex[SHA256_HEX];
	struct buf b;
	bool ok;

	buf_init(&b, 65536);
	buf_printf(&b,
		STATE_LINE "\nat %" PRId64 " %" PRId64 " %" PRId64 " %" PRId64
			   " %" PRId64 " %" PRId64 " %" PRId64 " %" PRId64
			   " %" PRId64 "\n",
		m->epoch, m->began_us, m->edge.size, m->xid, m->kind, m->no,
		m->scrub, m->marked, m->past);
	for (size_t i = 0; i < m->edge.n; i++)
		buf_printf(&b, "edge %s\n",
			hex_format(m->edge.node[i].b, SHA256_LEN, hex));
	write_seqs(&b, &m->seqs, "seq");
	write_seqs(&b, &m->seqs_before, "before");
	buf_text(&b, "end\n");
	ok = b.full ? err_set(e, ERR_INTERNAL, STATE_FILE " would be too large")
		    : state_write(dir, STATE_FILE, b.p, b.n, false, e);
	buf_free(&b);
	return ok;
}

static bool take_seq(struct seq_table *t, const char *line)
{
	char id[UUID_TEXT];
	struct uuid worker;
	int64_t seq;

	if (sscanf(line, "%*s %36s %" SCNd64, id, &seq) != 2 || seq < 1 ||
		!uuid_parse(id, &worker))
		return false;
	seq_note(t, &worker, seq);
	return true;
}

/* A release of before looked at the marks in the same step, and forgot. */
static bool take_place(struct memory *m, const char *line)
{
	int n = sscanf(line,
		"at %" SCNd64 " %" SCNd64 " %" SCNd64 " %" SCNd64 " %" SCNd64
		" %" SCNd64 " %" SCNd64 " %" SCNd64 " %" SCNd64,
		&m->epoch, &m->began_us, &m->edge.size, &m->xid, &m->kind,
		&m->no, &m->scrub, &m->marked, &m->past);

	if (n == 7)
		m->marked = m->edge.size;
	return (n == 7 || n == 9) && m->marked >= 0 && m->past >= 0 &&
	       m->marked <= m->edge.size && m->past <= PAST_MOST;
}

static bool take_line(struct memory *m, const char *line)
{
	char hex[SHA256_HEX];

	if (strncmp(line, "seq ", 4) == 0)
		return take_seq(&m->seqs, line);
	if (strncmp(line, "before ", 7) == 0)
		return take_seq(&m->seqs_before, line);
	if (strncmp(line, "edge ", 5) == 0)
		return m->edge.n < TREE_PROOF_MOST &&
		       sscanf(line, "edge %64s", hex) == 1 &&
		       hex_parse(hex, m->edge.node[m->edge.n++].b, SHA256_LEN);
	return take_place(m, line);
}

static bool take_lines(struct memory *m, char *text)
{
	char *at = text, *end;
	bool first = true;

	for (; (end = strchr(at, '\n')); at = end + 1) {
		*end = 0;
		if (strcmp(at, "end") == 0) {
			struct tree_part part[2 * TREE_PROOF_MOST];

			return !end[1] && m->edge.size >= 0 &&
			       m->edge.size <= TREE_MOST &&
			       tree_cover(0, m->edge.size, part) == m->edge.n;
		}
		if (first ? strcmp(at, STATE_LINE) != 0 : !take_line(m, at))
			return false;
		first = false;
	}
	return false;
}

bool memory_read(
	const char *dir, struct memory *out, bool *found, struct err *e)
{
	struct arena *mem;
	struct str s;
	bool ok;

	memset(out, 0, sizeof(*out));
	*found = state_has(dir, STATE_FILE);
	if (!*found)
		return true;
	mem = arena_new();
	ok = state_read(dir, STATE_FILE, mem, &s, e);
	if (ok && !take_lines(out, arena_strndup(mem, s.p, s.n)))
		ok = err_set(e, ERR_USAGE, "%s/" STATE_FILE " is damaged", dir);
	arena_free(mem);
	return ok;
}
