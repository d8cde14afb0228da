/*
 * values_in.h - what the files that read values share and nobody else sees.
 */
#ifndef CLIENT_IMPORT_VALUES_IN_H
#define CLIENT_IMPORT_VALUES_IN_H

#include "client/import/values.h"

/* One cell being read. */
struct reader {
	const struct value_rules *v;
	struct draft *d;
	const struct column *column;
	const struct cell *cell;
	const char *text; /* narrow */
};

/* A remark about the cell's column. */
void remark_cell(struct reader *q, enum say what, ...);
/* Puts a text under its head into the client's remarks. */
void draft_note(const struct value_rules *v, struct draft *d, const char *head,
	const char *text);
void keep_in_note(struct reader *q, const char *text);
bool refuse_value(struct reader *q, enum err_code code, struct err *e,
	enum say accepts, ...);

bool values_name(struct reader *q, json_t *body, struct err *e);
bool values_id_number(struct reader *q, json_t *body, struct err *e);
bool values_phone(struct reader *q, json_t *body, struct err *e);
bool values_day(struct reader *q, json_t *body, struct err *e);
bool values_code(struct reader *q, json_t *body, struct err *e);
bool values_danger(struct reader *q, struct err *e);
bool values_consent(struct reader *q, struct err *e);

/* What the cells of a row mean together: sex and birth by the identity number,
 * relations that have what they need, pinyin. */
void values_finish(const struct value_rules *v, struct draft *d);

#endif
