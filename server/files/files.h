/*
 * files.h - the door of the files room: bytes up, bytes down.
 *
 * A file is named by the SHA-256 of its bytes, kept once, sealed (seal.h), and
 * reached only through a record the reader sees (the migration of files says
 * how). Both ways go in parts of bounded size, so that a cut costs one part,
 * and neither a worker nor a database connection ever waits for a slow line.
 */
#ifndef SERVER_FILES_H
#define SERVER_FILES_H

#include "server/req.h"
#include "server/vault/keyfile.h"

/* Bytes of a file in one PATCH, at most. */

handler upload_post;  /* POST /v1/uploads: announce a file */
handler upload_get;   /* GET, HEAD /v1/uploads/{id}: how much has arrived */
handler upload_patch; /* PATCH /v1/uploads/{id}: the next piece */
handler file_get;     /* GET /v1/files/{sha256}?rec=: a part of a file */

/* A thread that throws away what nobody finished or needs, ten minutes apart
 * and once at the start. */
struct sweeper;
struct sweeper *sweeper_start(struct app *app, struct err *e) MUST_CHECK;
/* NULL is allowed. */
void sweeper_stop(struct sweeper *TAKES s);

#endif
