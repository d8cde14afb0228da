/*
 * keep.c - see in.h: the files of seal-dir.
 *
 * seal.key   32 bytes, then the name of the log
 * seal.pub   the key as it is pinned, for everybody
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

bool key_read(const char *dir, struct note_key *key,
	unsigned char secret[ED25519_KEY], struct err *e)
{
	struct arena *mem = arena_new();
	struct str s;
	bool ok = state_read(dir, KEY_FILE, mem, &s, e);

	if (ok && (s.n <= ED25519_KEY || s.n >= ED25519_KEY + NOTE_NAME))
		ok = err_set(e, ERR_USAGE, "%s/" KEY_FILE " is damaged", dir);
	if (ok) {
		memset(key, 0, sizeof(*key));
		memcpy(secret, s.p, ED25519_KEY);
		memcpy(key->name, s.p + ED25519_KEY, s.n - ED25519_KEY);
		ed25519_public(secret, key->key);
		seal_wipe((char *)(uintptr_t)s.p, s.n);
	}
	arena_free(mem);
	return ok;
}

bool notary_init(const struct config *c, struct arena *mem, const char **line,
	bool *made, struct err *e)
{
	unsigned char secret[ED25519_KEY];
	struct note_key key;
	const char *text;

	*made = false;
	if (!state_open(c->seal_dir, e))
		return false;
	if (!state_has(c->seal_dir, KEY_FILE)) {
		*made = true;
		if (!make_key(c->seal_dir, e))
			return false;
	}
	if (!key_read(c->seal_dir, &key, secret, e))
		return false;
	seal_wipe(secret, sizeof(secret));
	*line = note_key_text(&key, mem);
	text = arena_printf(mem, "%s\n", *line);
	if (!state_write(c->seal_dir, SEAL_PUBLIC, text, strlen(text), true, e))
		return false;
	/* The daemon tells it to stations; where it is another user's, somebody
	 * copies it (casebridged(8)). */
	return access(c->state_dir, W_OK) != 0 ||
	       state_write(
		       c->state_dir, SEAL_PUBLIC, text, strlen(text), true, e);
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
