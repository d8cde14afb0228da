/*
 * setup.c - verbs that make a server: keys, tables, first places.
 */
#include "server/admin/admin.h"

#include "server/admin/place.h"
#include "server/auth/ca.h"
#include "server/db/migrate.h"
#include "server/vault/vault.h"

#include <stdio.h>
#include <unistd.h>

static void let_go(void *vault)
{
	vault_free(vault);
}

struct vault *admin_vault(struct call *c, struct err *e)
{
	struct vault *v = vault_open(file_keys_path(&c->conf, c->mem), e);

	if (v)
		arena_adopt(c->mem, v, let_go);
	return v;
}

struct db *admin_db(struct call *c, struct err *e)
{
	const char *path = file_keys_path(&c->conf, c->mem);
	struct vault *v = NULL;
	unsigned char key[32];
	struct db *db;

	if (!trail_key_read(c->conf.state_dir, key, e))
		return NULL;
	if (access(path, F_OK) == 0 && !(v = admin_vault(c, e)))
		return NULL;
	db = db_open_with(c->conf.database, v, e);
	if (db)
		db_trail_key(db, key);
	return db;
}

static bool make_keys(struct call *c, bool renew, struct err *e)
{
	const char *files = file_keys_path(&c->conf, c->mem);
	bool sealing;
	int made;

	if (!ca_init(&c->conf, renew, &made, e) ||
		!file_keys_make(files, &sealing, e))
		return false;
	if (made + sealing)
		printf("%d of 5 made in %s\n", made + sealing,
			c->conf.state_dir);
	else
		printf("all 5 are there in %s\n", c->conf.state_dir);
	return true;
}

bool admin_ca_init(struct call *c, struct err *e)
{
	return make_keys(c, false, e);
}

bool admin_ca_renew(struct call *c, struct err *e)
{
	return make_keys(c, true, e);
}

bool admin_migrate(struct call *c, struct err *e)
{
	const char *owner = *c->conf.database_owner ? c->conf.database_owner
						    : c->conf.database;
	struct catalogue *catalogue = catalogue_load();
	int ran;
	bool ok = migrate_run(owner, catalogue, &ran, e);

	catalogue_free(catalogue);
	if (ok)
		printf("%d migrations ran\n", ran);
	return ok;
}

/* The district's id by id or name; a name nobody has makes one. */
static bool district_of(struct call *c, struct db *db, const char *what,
	struct uuid *out, struct err *e)
{
	struct db_rows *rows;
	struct db_args a;

	db_args_init(&a, c->mem);
	db_text(&a, what);
	if (!db_run(db, Q_AUTH_DISTRICT_FIND, &a, &rows, e))
		return false;
	if (db_count(rows) == 2)
		return err_field(e, ERR_USAGE, "district",
			"the id: several districts have that name");
	if (db_count(rows) == 1) {
		*out = db_get_uuid(rows, 0, "id");
		return true;
	}
	*out = uuid_new();
	return place_write(c, db, out, "district", out,
		json_pack("{s:s}", "name", what), e);
}

bool admin_site_add(struct call *c, struct err *e)
{
	struct db *db = admin_db(c, e);
	char text[UUID_TEXT], in[UUID_TEXT];
	struct uuid id = uuid_new(), district;
	bool ok;

	if (!db)
		return false;
	ok = district_of(c, db, call_option(c, "district"), &district, e) &&
	     place_write(c, db, &id, "site", &id,
		     json_pack("{s:s, s:s, s:s, s:b}", "name",
			     call_option(c, "name"), "kind",
			     call_option(c, "kind"), "district",
			     uuid_format(&district, in), "active", 1),
		     e);
	if (ok)
		printf("%s\n", uuid_format(&id, text));
	db_close(db);
	return ok;
}
