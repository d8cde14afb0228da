/*
 * change.h - one intention on one record, and what became of it.
 *
 * The wire form is in docs/wire.md. A change is decoded once, checked for
 * shape only; whether it is possible is for the centre to decide.
 */
#ifndef PROTO_CHANGE_H
#define PROTO_CHANGE_H

#include "proto/record.h"

enum change_op { OP_CREATE, OP_PATCH, OP_SIGN, OP_RETRACT, OP_RESOLVE };

const char *op_name(enum change_op op);

struct change {
	struct uuid id;
	struct uuid tx; /* nil: stands alone */
	struct uuid rec;
	struct uuid case_id; /* nil when none was given */
	struct uuid after;   /* nil: nothing must come first */
	/* Of a patch: its author knew the record as signed and adds to it; the
	 * conflict it is kept in has this id, and is settled. Nil: not so. */
	struct uuid keeps;
	const struct rtype *type; /* NULL: unknown; then refused says so */
	const char *type_name;
	enum change_op op;
	const json_t *set;   /* object or NULL */
	const json_t *unset; /* array of strings or NULL */
	const json_t *seen;  /* object or NULL */
	int64_t base_ver;
	int64_t entered_at; /* ms */
	struct sha256 sha;  /* of the body a signer saw */
	const char *reason;
	struct sha256
		payload;    /* of the canonical text: same id, same payload */
	const json_t *json; /* the whole change, to be kept when parked */
	bool has_id;        /* an id that can carry a stored result */
	bool refused;       /* the shape itself is wrong; `why` says where */
	struct err why;
};

/*
 * Reads one change. Never fails as a whole: a misshapen change comes back
 * `refused`, so that its neighbours are unaffected.
 */
void change_decode(const struct catalogue *c, const json_t *j,
	struct arena *mem, struct change *out);

/* {"changes":[…]}: ≤ LIMIT_CHANGES of them. */
bool change_batch_decode(const struct catalogue *c, const json_t *body,
	struct arena *mem, struct change **out, size_t *n,
	struct err *e) MUST_CHECK;

enum change_status {
	CHANGE_APPLIED,
	CHANGE_NOTED,
	CHANGE_CONFLICT,
	CHANGE_PARKED,
	CHANGE_DEFERRED,
	CHANGE_REFUSED, /* no id: nothing that could be kept */
};

const char *change_status_name(enum change_status s);
bool change_status_from_name(const char *name, enum change_status *out);

struct change_result {
	struct uuid id;
	struct uuid rec;
	enum change_status status;
	int64_t ver;          /* 0: none */
	int64_t csn;          /* 0: none */
	struct uuid conflict; /* nil: none */
	struct err why;       /* when parked, deferred or refused */
};

void change_result_json(const struct change_result *r, struct buf *out);
/* The client's side; fails with ERR_VOID_PAGE when it is no result. */
bool change_result_parse(
	const json_t *j, struct change_result *out, struct err *e) MUST_CHECK;

#endif
