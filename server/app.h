/*
 * app.h - what main() builds once and every request may read.
 */
#ifndef SERVER_APP_H
#define SERVER_APP_H

#include "proto/types.h"
#include "server/config.h"

#include <stdatomic.h>

struct ca;
struct shelf;
struct webroot;
struct lanes;
struct http;
struct file_keys;
struct vault;
struct sweeper;
struct lineage;
struct keeper;
struct courier_keys;

struct app {
	struct config conf;
	struct shelf *shelf;          /* shelf.h: the catalogue in force */
	struct ca *ca;                /* auth/ca.h: signs device certificates */
	struct webroot *web;          /* proto/webroot.h */
	struct courier_keys *courier; /* courier/keys.h: open parcels */
	struct lanes *lanes;          /* http/lanes.h */
	struct http *http;            /* http/http.h */
	struct vault *vault; /* vault/vault.h: what is sealed at rest */
	const struct file_keys *file_keys; /* its key file: seals files */
	struct sweeper *sweeper;           /* files/files.h */
	struct lineage *lineage; /* lineage/lineage.h: is it still our log */
	struct keeper *keeper;
	unsigned char token_key[32]; /* signs feed positions and heads */
	unsigned char trail_key[32]; /* marks events (server/audit) */
	_Atomic int64_t head_csn;    /* newest commit this process saw; only
					a hint that wakes waiting feeds */
	_Atomic uint64_t request_count;
	_Atomic int64_t live[LIVE_COUNT]; /* 0: what the file says */
};

/* A setting as it is now. */
static inline int64_t app_live(struct app *app, enum live which)
{
	int64_t set = atomic_load(&app->live[which]);

	return set ? set : config_live(&app->conf, which).file;
}

#endif
