/*
 * values.h - from the cells of a row to the bodies of records.
 *
 * A cell becomes what its field takes; a value that cannot be taken refuses
 * the row with column and reason. What was read otherwise than it is written
 * leaves a remark, and what fits no field is kept in the client's remarks,
 * under the head it had.
 */
#ifndef CLIENT_IMPORT_VALUES_H
#define CLIENT_IMPORT_VALUES_H

#include "client/import/columns.h"
#include "proto/base/timeutil.h"

/* What every row is read with. */
struct value_rules {
	const struct reading *r;
	const struct catalogue *catalogue;
	const struct columns *columns;
	bool from_1904;
	struct date today;
};

struct remark {
	const char *head; /* the column; "" when it is about the row */
	const char *text;
};

#define DRAFT_REMARKS 12

/* A row on its way. Bodies belong to the reading's mem. */
struct draft {
	json_t *person;
	json_t *of_case;
	json_t *relation[WHO_COUNT]; /* NULL: none */
	json_t *flag;                /* NULL: none */
	json_t *consent;             /* NULL: none */
	struct remark remark[DRAFT_REMARKS];
	size_t remarks;
	bool suspect; /* the identity number ends in 000, and yet is right */
	bool lost;    /* it ends so because its last digits were lost */
};

/* Reads a row. False with the field and what it takes in *e, and the head of
 * the column in *head. */
bool values_read(const struct value_rules *v, const struct row *row,
	struct draft *out, const char **head, struct err *e) MUST_CHECK;

void draft_remark(struct draft *d, const char *head, const char *text);

#endif
