/*
 * sealed.h - what seals bodies on a connection.
 */
#ifndef SERVER_DB_SEALED_H
#define SERVER_DB_SEALED_H

#include "server/db/db.h"
#include "server/vault/body.h"

struct sealing db_sealing(const struct db *db);

#endif
