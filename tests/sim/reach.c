/*
 * reach.c - who may see what, from design/3 and docs/wire.md:
 *
 *   the home site sees all of its case; a member's site, and the member where
 *   only members see, what a consent to sharing covers, while both run; a
 *   person is seen wherever the identity of one of their cases is; what is
 *   restricted, only by its author and the named readers. An end on a day ends
 *   when that day begins, where the users live.
 */
#include "tests/sim/model.h"

#include "proto/base/timeutil.h"
#include "proto/digest.h"
#include "tests/sim/clock.h"

#include <stdlib.h>
#include <string.h>

#define ALL 63

static bool is_type(const struct version *v, const char *type)
{
	return strcmp(v->type, type) == 0;
}

static bool is_head(const struct version *v)
{
	return !v->after;
}

static bool names(const json_t *body, const char *field, const struct uuid *id)
{
	const char *text = json_str(body, field);
	struct uuid u;

	return text && uuid_parse(text, &u) && uuid_cmp(&u, id) == 0;
}

int64_t model_day(const char *text, int64_t otherwise)
{
	struct date d;

	if (!text || !date_parse(text, &d))
		return otherwise;
	return date_to_days(&d) * DAY_MS - 8 * HOUR_MS;
}

static bool runs(const struct model *m, const struct version *v, int64_t now)
{
	return model_day(json_str(v->body, "from"), INT64_MIN) <= now &&
	       now < model_day(json_str(v->body, "to"), INT64_MAX) &&
	       now < model_day(model_end(m, v), INT64_MAX);
}

/* What consents in force open of a case to a site. */
static int consented(const struct model *m, const struct uuid *k,
	const char *site, int64_t now)
{
	int mask = 0;

	for (size_t i = 0; i < m->n; i++) {
		const struct version *v = m->v[i];

		if (is_head(v) && is_type(v, "consent") &&
			v->state != STATE_RETRACTED &&
			uuid_cmp(&v->unit, k) == 0 && runs(m, v, now))
			mask |= model_opens(m, v, site, now);
	}
	return mask;
}

/* Does this membership speak for the reader? Psychiatrists for themselves,
 * others for their site. */
static bool speaks_for(const struct reader *r, const json_t *member)
{
	return r->role == ROLE_PSYCHIATRIST ? names(member, "staff", &r->staff)
					    : names(member, "site", &r->site);
}

static bool sees_cases(enum role role)
{
	return role != ROLE_NONE && role != ROLE_DISTRICT_COORDINATOR &&
	       role != ROLE_SITE_ADMIN && role != ROLE_SYSTEM_ADMIN &&
	       role != ROLE_AUDITOR;
}

/* Who a membership names must be of the site it names. */
static bool is_of_site(
	const struct model *m, const json_t *member, const char *site)
{
	const char *text = json_str(member, "staff");
	const struct version *who;
	const char *theirs;
	struct uuid id;

	if (!text || !uuid_parse(text, &id))
		return false;
	who = model_head(m, &id);
	theirs = who ? json_str(who->body, "site") : NULL;
	return theirs && who->state != STATE_RETRACTED &&
	       strcmp(theirs, site) == 0;
}

static int case_mask(const struct model *m, const struct reader *r,
	const struct version *k, int64_t now)
{
	const char *home = json_str(k->body, "home_site");
	int mask = 0;

	if (!sees_cases(r->role))
		return 0;
	if (r->role != ROLE_PSYCHIATRIST && k->state != STATE_RETRACTED &&
		names(k->body, "home_site", &r->site))
		return ALL;
	for (size_t i = 0; i < m->n; i++) {
		const struct version *v = m->v[i];
		const char *site = json_str(v->body, "site");

		if (!is_head(v) || !is_type(v, "member") ||
			v->state == STATE_RETRACTED || !site ||
			uuid_cmp(&v->unit, &k->rec) != 0 ||
			!is_of_site(m, v->body, site) ||
			!speaks_for(r, v->body) || !runs(m, v, now))
			continue;
		if (home && strcmp(site, home) == 0)
			return ALL;
		mask |= consented(m, &k->rec, site, now);
	}
	return mask;
}

static int person_mask(const struct model *m, const struct reader *r,
	const struct version *p, int64_t now)
{
	bool tied = false;

	if (!sees_cases(r->role))
		return 0;
	for (size_t i = 0; i < m->n; i++) {
		const struct version *v = m->v[i];

		if (!is_head(v) || !is_type(v, "case") ||
			!names(v->body, "person", &p->rec))
			continue;
		tied = true;
		if (case_mask(m, r, v, now) & 2)
			return ALL;
	}
	return !tied && r->role != ROLE_PSYCHIATRIST &&
			       uuid_cmp(&p->site, &r->site) == 0
		       ? ALL
		       : 0;
}

int model_mask(const struct model *m, const struct reader *r,
	const struct uuid *unit, int64_t now)
{
	const struct version *root;

	if (uuid_is_nil(unit))
		return 1;
	root = model_head(m, unit);
	if (!root)
		return 0;
	if (is_type(root, "case"))
		return case_mask(m, r, root, now);
	if (is_type(root, "person"))
		return person_mask(m, r, root, now);
	die("sim: the model knows no unit of type %s", root->type);
}

static bool sees_class(
	const struct reader *r, const struct version *v, int mask)
{
	char me[UUID_TEXT];

	if (!(v->cls & mask))
		return false;
	return v->cls != CLASS_RESTRICTED ||
	       uuid_cmp(&v->author, &r->staff) == 0 ||
	       strstr(v->readers, uuid_format(&r->staff, me));
}

bool model_sees(const struct model *m, const struct reader *r,
	const struct version *v, int64_t now)
{
	return sees_class(r, v, model_mask(m, r, &v->unit, now));
}

/* ---- what is held, and what should be ---- */

static int by_place(const void *a, const void *b)
{
	const struct holding *x = a, *y = b;
	int order = uuid_cmp(&x->unit, &y->unit);

	return order ? order : uuid_cmp(&x->rec, &y->rec);
}

static struct holding *sorted(struct holding *h, size_t n)
{
	if (n)
		qsort(h, n, sizeof(*h), by_place);
	return h;
}

struct holding *model_holding(const struct model *m, const struct reader *r,
	int64_t now, struct arena *mem, size_t *n)
{
	struct holding *out = ARENA_ARRAY(mem, struct holding, 2 * m->n + 2);
	struct uuid nil = {{0}};

	*n = 0;
	for (size_t i = 0; i < m->n; i++) {
		const struct version *v = m->v[i];
		int mask = is_head(v) ? model_mask(m, r, &v->unit, now) : 0;
		bool root = uuid_cmp(&v->unit, &v->rec) == 0;

		if (mask && root)
			out[(*n)++] = (struct holding){v->unit, nil, 0, ""};
		if (mask && sees_class(r, v, mask))
			out[(*n)++] = (struct holding){
				v->unit, v->rec, v->ver, v->sha};
	}
	out[(*n)++] = (struct holding){nil, nil, 0, ""};
	return sorted(out, *n);
}

struct holding *store_holding(
	const struct store *s, struct arena *mem, size_t *n)
{
	struct uuid nil = {{0}};
	struct holding *out;
	size_t room = 0;

	for (size_t i = 0; i < store_unit_count(s); i++)
		room += 1 + store_unit_at(s, i)->n;
	out = ARENA_ARRAY(mem, struct holding, room + 1);
	*n = 0;
	for (size_t i = 0; i < store_unit_count(s); i++) {
		const struct unit *u = store_unit_at(s, i);

		out[(*n)++] = (struct holding){u->id, nil, 0, ""};
		for (size_t k = 0; k < u->n; k++) {
			char *hex = arena_alloc(mem, SHA256_HEX);

			hex_format(u->records[k].sha.b, SHA256_LEN, hex);
			out[(*n)++] = (struct holding){u->id, u->records[k].id,
				u->records[k].ver, hex};
		}
	}
	return sorted(out, *n);
}

static uint64_t mix(uint64_t h, const void *p, size_t n)
{
	const unsigned char *c = p;

	for (size_t i = 0; i < n; i++)
		h = (h ^ c[i]) * UINT64_C(0x100000001b3);
	return h;
}

uint64_t holding_sum(const struct holding *h, size_t n)
{
	uint64_t sum = UINT64_C(0xcbf29ce484222325);

	for (size_t i = 0; i < n; i++) {
		sum = mix(sum, h[i].unit.b, 16);
		sum = mix(sum, h[i].rec.b, 16);
		sum = mix(sum, &h[i].ver, sizeof(h[i].ver));
		sum = mix(sum, h[i].sha, strlen(h[i].sha));
	}
	return sum;
}

uint64_t model_sum(const struct model *m)
{
	static const char *const times[] = {
		"mine_at", "theirs_at", "settled_at"};
	uint64_t sum = UINT64_C(0xcbf29ce484222325);

	for (size_t i = 0; i < m->n; i++) {
		const struct version *v = m->v[i];
		struct arena *mem = arena_new();
		json_t *body = json_keep(json_copy(v->body), mem);
		const char *text;

		for (size_t k = 0; k < ARRAY_LEN(times); k++)
			json_object_del(body, times[k]);
		text = json_canonical(body, mem);
		sum = mix(sum, v->rec.b, 16);
		sum = mix(sum, &v->ver, sizeof(v->ver));
		sum = mix(sum, &v->state, sizeof(v->state));
		sum = mix(sum, v->by.b, 16);
		sum = mix(sum, text, strlen(text));
		arena_free(mem);
	}
	return sum;
}
