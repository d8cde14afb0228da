/*
 * menu.h - the service menu as this station knows it: the items sites offer
 * (service_item records), and what the programmes' packs would have them offer.
 */
#ifndef CLIENT_MENU_H
#define CLIENT_MENU_H

#include "client/cli/desk.h"

struct menu_item {
	struct uuid id;   /* nil: only in a pack */
	const char *site; /* id as text, or NULL */
	const char *code;
	const char *programme; /* or NULL */
	const json_t *body;    /* as a service_item record has it */
};

struct menu {
	struct menu_item *items;
	size_t n, room;
};

/* Items on offer, by site and code. `programme` NULL: of all. */
bool menu_read(struct desk *d, const char *programme, struct menu *out,
	struct err *e) MUST_CHECK;
/* The services of packs that the site (NULL: any site) does not offer yet are
 * added, without an id. */
void menu_add_packs(struct desk *d, const char *programme, const char *site,
	struct menu *out);
/* One item by id, code or name in either wording, of that site unless NULL.
 * ERR_NOT_FOUND or ERR_AMBIGUOUS. */
bool menu_find(struct desk *d, const char *typed, const char *site,
	struct menu_item *out, struct err *e) MUST_CHECK;

#endif
