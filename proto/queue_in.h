/*
 * queue_in.h - what the two halves of the queue share: a case's records folded
 * (queue_case.c), and the cases put in order (queue.c).
 */
#ifndef PROTO_QUEUE_IN_H
#define PROTO_QUEUE_IN_H

#include "proto/fold.h"
#include "proto/queue.h"

/* A record somebody else wrote last. */
struct touch {
	const struct rtype *type;
	struct uuid site; /* of who wrote it */
	int64_t csn;
	int64_t at;
};

/* A task that says in which review it was decided. */
struct decided {
	struct uuid id;
	struct uuid review;
	const json_t *body;
};

enum queue_reason {
#define QUEUE(code, unit, zh, en, source_zh, source_en) WHY_##code,
#include "proto/queue.def"
#undef QUEUE
	QUEUE_REASONS
};

struct queue_case {
	struct uuid id;
	const json_t *line;
	struct newest last; /* my last review that is signed */
	int64_t last_seen;  /* the commit it had looked at; -1: never */
	int64_t last_csn;   /* its own; 0: it is only here */
	int64_t flag;       /* the highest open flag; -1: none */
	bool in_hospital;   /* a stay that has not ended */
	struct newest discharge;
	struct newest met;  /* face to face */
	struct newest ward; /* the newest follow-up that tells of a stay */
	struct newest adherence;
	struct newest drugs;
	int64_t open, late, answered; /* decisions that owe me an answer */
	struct decided *decided;
	size_t decided_count, decided_room;
	struct touch *touches;
	size_t touch_count, touch_room;
	/* when the case is whole: */
	int64_t changed; /* touches since the last review */
	int64_t value[QUEUE_REASONS];
	bool is_done; /* reviewed today, and nothing changed since */
};

struct queue {
	const struct catalogue *c;
	struct uuid staff;
	struct date today;
	struct arena *mem;
	struct queue_case *cases;
	size_t n, room;
	int64_t left; /* cases there was no room for */
};

/* Takes one record into a case. */
void queue_fold(struct queue *q, struct queue_case *k, const struct record *r,
	const json_t *body, const struct uuid *by_site);
/* Fills what follows from all of them. */
void queue_weigh(struct queue *q, struct queue_case *k);
/* The parts of the answer about one case: new references. */
json_t *queue_last_json(const struct queue_case *k);
json_t *queue_changed_json(const struct queue_case *k, struct arena *mem);
json_t *queue_medicine_json(const struct queue_case *k);

#endif
