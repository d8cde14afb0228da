/*
 * demo_accounts.c - see demo_accounts.h.
 *
 * Passwords come from the kernel's randomness, unlike everything else in the
 * demo: a district that anybody can generate must not have passwords anybody
 * can generate. The file is in its place before the accounts are committed, so
 * no account is ever without its line.
 */
#include "server/admin/demo_accounts.h"

#include "proto/base/fd.h"
#include "proto/base/host.h"
#include "server/auth/account.h"
#include "server/auth/factor.h"
#include "server/auth/step.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#define PASSWORD_ROOM 24

/* Who gets an account: the k-th of a role at a site. The demo's three stations
 * and each role's own sign-in take the first line of a role. */
static const struct seat {
	enum role role;
	size_t site;
	size_t k;
} seats[] = {
	{ROLE_PSYCHIATRIST,         SITE_HOSPITAL,           0},
	{ROLE_PREVENTION_DOCTOR,    SITE_DEMO,               0},
	{ROLE_SOCIAL_WORKER,        SITE_COMMUNITY,          0},
	{ROLE_REHAB_WORKER,         SITE_DEMO,               0},
	{ROLE_CASE_WORKER,          SITE_COMMUNITY,          0},
	{ROLE_NURSE,                SITE_HOSPITAL,           0},
	{ROLE_SUPERVISOR,           SITE_DEMO,               0},
	{ROLE_DISTRICT_COORDINATOR, SITE_COMMUNITY,          0},
	{ROLE_SITE_ADMIN,           SITE_HOSPITAL,           0},
	{ROLE_SYSTEM_ADMIN,         SITE_HOSPITAL,           0},
	{ROLE_AUDITOR,              SITE_HOSPITAL,           0},
	{ROLE_SOCIAL_WORKER,        SITE_DEMO,               0},
	{ROLE_SOCIAL_WORKER,        SITE_DEMO + 1,           0},
	{ROLE_SOCIAL_WORKER,        SITE_DEMO + 2,           0},
	{ROLE_SOCIAL_WORKER,        SITE_HOSPITAL,           0},
	{ROLE_SOCIAL_WORKER,        SITE_CHILDREN,           0},
	{ROLE_SOCIAL_WORKER,        SITE_GENERAL,            0},
	{ROLE_SOCIAL_WORKER,        SITE_HOSPICE,            0},
	{ROLE_PSYCHIATRIST,         SITE_HOSPITAL,           1},
	{ROLE_PREVENTION_DOCTOR,    SITE_CENTRES + STATIONS, 0},
	{ROLE_PREVENTION_DOCTOR,    SITE_DEMO + 1,           0},
	{ROLE_REHAB_WORKER,         SITE_DEMO + 1,           0},
	{ROLE_SUPERVISOR,           SITE_HOSPITAL,           0},
	{ROLE_NURSE,                SITE_CHILDREN,           0},
};

/* In a city, who answers for all of it, and a worker of another district. */
static const struct seat city_seats[] = {
	{ROLE_DISTRICT_COORDINATOR, DEMO_SITES,     0},
	{ROLE_SOCIAL_WORKER,        DEMO_SITES + 1, 0},
};

static const struct demo_staff *seated(
	const struct district *d, const struct seat *s)
{
	size_t at = district_staff(d, s->site, s->role, s->k);

	if (at == NOBODY)
		die("demo: nobody to have an account as %s",
			role_name(s->role));
	return &d->staff[at];
}

bool accounts_exist(
	struct db *db, const struct district *d, bool *exist, struct err *e)
{
	struct arena *mem = arena_new();
	struct account a;
	bool ok = db_begin_system(db, e) &&
		  account_find(
			  db, seated(d, &seats[0])->pinyin, mem, &a, exist, e);

	db_rollback(db);
	arena_free(mem);
	return ok;
}

/*
 * Two words of three syllables and four digits: 100^6 · 10^4, 53 bits. Bytes
 * that would favour some syllables are thrown again.
 */
static size_t below(size_t n)
{
	unsigned char byte;

	do
		host_random(&byte, 1);
	while (byte >= 256 / n * n);
	return byte % n;
}

static void make_password(char out[PASSWORD_ROOM])
{
	static const char consonants[] = "bcdfghjklmnprstvwxyz";
	static const char vowels[] = "aeiou";
	size_t at = 0;

	for (int word = 0; word < 2; word++) {
		for (int i = 0; i < 3; i++) {
			out[at++] = consonants[below(sizeof(consonants) - 1)];
			out[at++] = vowels[below(sizeof(vowels) - 1)];
		}
		out[at++] = '-';
	}
	for (int i = 0; i < 4; i++)
		out[at++] = (char)('0' + below(10));
	out[at] = 0;
}

/* Administrators and the auditor: their secret stands in the file, as it would
 * in the app of a person; `make demo` makes codes of it. */
static bool make_factor(struct db *db, const struct file_keys *keys,
	const struct account *a, struct buf *file, struct arena *mem,
	struct err *e)
{
	const struct factor_room f = {db, keys, mem, a->id};
	unsigned char secret[TOTP_SECRET];
	char text[TOTP_BASE32];
	bool ok;

	if (!step_must_have_factor(a->role, ""))
		return true;
	host_random(secret, sizeof(secret));
	ok = factor_put(&f, secret, 0, e);
	totp_text(secret, text);
	buf_printf(file, "\t%s", text);
	secret_wipe(secret, sizeof(secret));
	secret_wipe(text, sizeof(text));
	return ok;
}

static bool make_one(struct db *db, const struct district *d,
	const struct seat *seat, const struct demo_options *o, struct buf *file,
	struct arena *mem, struct err *e)
{
	const struct demo_staff *m = seated(d, seat);
	char password[PASSWORD_ROOM], hash[PASSWORD_HASH_MAX];
	struct account a = {.id = uuid_new(),
		.login = m->pinyin,
		.staff = m->id,
		.role = m->role,
		.site = d->sites[m->site].id,
		.district = d->areas[d->sites[m->site].area].id,
		.name = m->name,
		.site_name = d->sites[m->site].name,
		.hash = hash};
	const struct password_owner owner = {
		a.login, a.name, a.site_name, false};
	bool ok;

	make_password(password);
	ok = password_acceptable(password, &owner, "password", e) &&
	     password_hash(password, o->cost, hash, e) &&
	     account_add(db, &a, mem, e);
	buf_printf(file, "%s\t%s\t%s\t%s\t%s", role_name(a.role), a.login,
		password, a.name, a.site_name);
	ok = ok && make_factor(db, vault_file_keys(o->vault), &a, file, mem, e);
	buf_printf(file, "\n");
	secret_wipe(password, sizeof(password));
	return ok;
}

/* A new file beside the old one, then the name: nobody reads half of it, and
 * it is never open to others. */
static bool write_file(
	const char *path, const struct buf *b, struct arena *mem, struct err *e)
{
	const char *fresh = arena_printf(mem, "%s.new", path);
	int fd;
	bool ok;

	unlink(fresh);
	fd = open(fresh, O_WRONLY | O_CREAT | O_EXCL, 0600);
	if (fd < 0)
		return err_field(e, ERR_USAGE, "accounts",
			"a file that can be written: %s", strerror(errno));
	ok = fd_write(fd, b->p, b->n) && fsync(fd) == 0;
	ok = close(fd) == 0 && ok && rename(fresh, path) == 0;
	if (!ok) {
		err_field(e, ERR_USAGE, "accounts",
			"a file that can be written: %s", strerror(errno));
		unlink(fresh);
	}
	return ok;
}

static bool make_all(struct db *db, const struct district *d,
	const struct demo_options *o, struct buf *file, struct arena *mem,
	struct err *e)
{
	for (size_t i = 0; i < ARRAY_LEN(seats); i++)
		if (!make_one(db, d, &seats[i], o, file, mem, e))
			return false;
	for (size_t i = 0; d->area_count > 1 && i < ARRAY_LEN(city_seats); i++)
		if (!make_one(db, d, &city_seats[i], o, file, mem, e))
			return false;
	if (o->accounts)
		return write_file(o->accounts, file, mem, e);
	return fd_write(STDOUT_FILENO, file->p, file->n) ||
	       err_set(e, ERR_INTERNAL, "cannot write: %s", strerror(errno));
}

bool accounts_make(struct db *db, const struct district *d,
	const struct demo_options *o, struct err *e)
{
	struct arena *mem = arena_new();
	struct buf file;
	bool ok;

	buf_init(&file, 65536);
	ok = db_begin_system(db, e);
	if (ok && !make_all(db, d, o, &file, mem, e)) {
		db_rollback(db);
		ok = false;
	}
	ok = ok && db_commit(db, e);
	if (file.p)
		secret_wipe(file.p, file.n);
	buf_free(&file);
	arena_free(mem);
	return ok;
}
