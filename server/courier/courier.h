/*
 * courier.h - the door of the courier room: work that somebody else brings.
 *
 * A parcel (proto/courier.h) is opened with the centre's courier key, known to
 * be its author's by the key of their store, and goes through the doors the
 * author would use: changes as changes, pieces of files as uploads, decided
 * for the author as they are now. Who brings it needs a station's certificate
 * and nothing more: they learn whether it was taken, and not what became of it.
 */
#ifndef SERVER_COURIER_H
#define SERVER_COURIER_H

#include "proto/courier.h"
#include "server/req.h"

/* The key parcels are sealed to: courier.key in the state directory, made when
 * there is none yet. */
struct keypair *courier_key_open(
	const char *state_dir, struct err *e) MUST_CHECK;

handler authors_post;      /* POST /v1/authors: the key of a store */
handler courier_post;      /* POST /v1/courier: changes */
handler courier_file_post; /* POST /v1/courier/files: a piece of a file */

#endif
