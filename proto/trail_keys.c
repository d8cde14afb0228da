/*
 * trail_keys.c - see trail_check.h: which keys count in a file. Its first lines
 * say which key signs now and which handed over to which before; when the key
 * that was given is one of these, each counts for the heads of its time.
 */
#include "proto/trail_check_in.h"

#include <string.h>

bool keys_first(struct trail_check *c, struct str key, struct err *e)
{
	if (!note_key_read(key, &c->own, e))
		return false;
	chain_begin(&c->chain, &c->own);
	return true;
}

bool keys_handover(struct trail_check *c, struct str text, struct err *e)
{
	struct handover h;

	if (!handover_read(text, &h, e))
		return false;
	if (!c->handed) {
		c->handed = true;
		chain_begin(&c->chain, &h.from);
	}
	return chain_add(&c->chain, &h) ||
	       err_field(e, ERR_BAD_INPUT, "handover",
		       "from the key before, once");
}

/* Heads of the time of another key of the chain could not be read before. */
static bool read_pins(struct trail_check *c, struct err *e)
{
	for (size_t i = 0; i < c->pins; i++) {
		struct pin *p = &c->pin[i];
		struct str note = {
			p->unread, p->unread ? strlen(p->unread) : 0};

		if (note.p && !chain_read(&c->chain, note, &p->head, e))
			return false;
		p->unread = NULL;
	}
	return true;
}

bool keys_settle(struct trail_check *c, struct err *e)
{
	if (c->settled)
		return true;
	c->settled = true;
	if (!same_key(chain_newest(&c->chain), &c->own))
		return err_field(
			e, ERR_BAD_INPUT, "handover", "to the key of the file");
	if (!chain_has(&c->chain, &c->key)) {
		trail_tell(c, true,
			"the file is of another log or key (%s) than the one "
			"that counts (%s)",
			c->own.name, c->key.name);
		chain_begin(&c->chain, &c->key);
	}
	if (!read_pins(c, e))
		return false;
	pins_sort(c);
	return true;
}
