/*
 * lineage_in.h - what the files of this room share.
 */
#ifndef SERVER_LINEAGE_IN_H
#define SERVER_LINEAGE_IN_H

#include "server/lineage/files.h"
#include "server/lineage/lineage.h"

#include <pthread.h>

struct lineage {
	const struct config *conf;
	const char *dir;
	int decisions;          /* the file, to add to */
	pthread_mutex_t filing; /* one thread writes the files */
	pthread_mutex_t lock;   /* of everything below */
	pthread_cond_t wake;    /* the keeper's */
	bool poked;
	struct log_head water;    /* the newest head anybody was told */
	struct log_head written;  /* of it, what is in the file */
	int64_t written_ms;       /* monotonic */
	struct lineage_view seen; /* as the database last said */
	struct head_claim doubt;
	uint64_t doubts;
	bool has_trouble;
};

#endif
