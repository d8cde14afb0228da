/*
 * known.c - see known.h. One map: the hash of what is compared → who it is.
 */
#include "client/import/known.h"

#include "client/store/idmap.h"
#include "proto/fold.h"
#include "proto/match.h"
#include "proto/person.h"

#include <string.h>

struct known_index {
	struct arena *mem;
	struct idmap map;
};

static const char *const by_names[] = {"", "identity_number", "name_and_birth",
	"name_and_part_of_birth", "sound_and_birth", "name_and_phone", "name",
	"case_number", "open_case"};

const char *same_by_name(enum same_by by)
{
	return by_names[by];
}

const char *same_by_text(enum same_by by, enum lang lang)
{
	static const enum say texts[] = {
		[BY_NOTHING] = SAY_BY_NOTHING,
		[BY_IDENTITY] = SAY_BY_IDENTITY,
		[BY_BIRTH] = SAY_BY_BIRTH,
		[BY_BIRTH_PART] = SAY_BY_BIRTH,
		[BY_SOUND] = SAY_BY_SOUND,
		[BY_PHONE] = SAY_BY_PHONE,
		[BY_NAME] = SAY_BY_NAME,
		[BY_CASE_NUMBER] = SAY_BY_CASE_NUMBER,
		[BY_CASE] = SAY_BY_CASE,
	};

	return say_raw(lang, texts[by]);
}

bool same_is_sure(enum same_by by)
{
	return by == BY_IDENTITY || by == BY_BIRTH;
}

static void release(void *p)
{
	idmap_clear(&((struct known_index *)p)->map);
}

struct known_index *known_new(struct arena *mem)
{
	struct known_index *x = ARENA_NEW(mem, struct known_index);

	x->mem = mem;
	idmap_init(&x->map);
	arena_adopt(mem, x, release);
	return x;
}

/* ---- the map ---- */

static struct uuid key_of(char kind, const char *a, const char *b)
{
	struct sha256_run *run = sha256_begin();
	struct sha256 sum;
	struct uuid out;

	sha256_add(run, &kind, 1);
	sha256_add(run, a, strlen(a) + 1);
	sha256_add(run, b, strlen(b) + 1);
	sum = sha256_end(run);
	memcpy(out.b, sum.b, sizeof(out.b));
	return out;
}

static struct known *find(
	struct known_index *x, char kind, const char *a, const char *b)
{
	struct uuid key = key_of(kind, a, b);

	return idmap_get(&x->map, &key);
}

/* The first one of a key stays in front: it is the one shown. */
static void remember(struct known_index *x, char kind, const char *a,
	const char *b, const struct known *what)
{
	struct uuid key = key_of(kind, a, b);
	struct known *k = ARENA_NEW(x->mem, struct known);
	struct known *first = idmap_get(&x->map, &key);

	*k = *what;
	k->next = NULL;
	if (!first) {
		idmap_put(&x->map, &key, k);
		return;
	}
	k->next = first->next;
	first->next = k;
}

static const char *id_text(struct known_index *x, const struct uuid *id)
{
	return uuid_format(id, arena_alloc(x->mem, UUID_TEXT));
}

static const char *kept(struct known_index *x, const char *text)
{
	return text ? arena_strdup(x->mem, text) : NULL;
}

/* ---- persons ---- */

/* What is compared, and no more, so that a long list stays small. */
static const char *const compared[] = {
	"name", "aliases", "birth", "sex", "id_kind", "id_number", "phone"};

static json_t *excerpt(struct known_index *x, const json_t *body)
{
	json_t *out = json_keep(json_object(), x->mem);

	for (size_t i = 0; i < ARRAY_LEN(compared); i++) {
		json_t *v = json_object_get(body, compared[i]);

		if (v)
			json_object_set(out, compared[i], v);
	}
	return out;
}

/* In its one form, as lists are read too. */
static const char *number_of(const json_t *body, struct resident_id *room)
{
	const char *number = json_str(body, "id_number");
	const char *kind = json_str(body, "id_kind");
	struct err ignored;

	if (!number || (kind && strcmp(kind, "01") != 0) ||
		!person_resident_id(number, "id_number", room, &ignored))
		return number;
	return room->number;
}

/* A name as written and in each of its readings, one after the other. */
static char *sounds_of(struct arena *mem, const char *name)
{
	struct buf full, initials;
	char *out;

	buf_init(&full, 1024);
	buf_init(&initials, 1024);
	person_pinyin(name, &full, &initials);
	out = arena_printf(mem, "%s %s", name, full.p ? full.p : "");
	buf_free(&full);
	buf_free(&initials);
	return out;
}

/* Former names stand in one field. */
static char *all_sounds(struct arena *mem, const json_t *body)
{
	const char *name = json_str(body, "name");
	const char *aliases = json_str(body, "aliases");
	char *out = name ? sounds_of(mem, name) : arena_strdup(mem, "");
	char *list = arena_strdup(mem, aliases ? aliases : "");
	char *one;

	while ((one = match_next_alias(&list)))
		out = arena_printf(mem, "%s %s", out, sounds_of(mem, one));
	return out;
}

typedef void (*use_word)(
	struct known_index *x, const char *word, const char *year, void *ctx);

/* Calls use() for each word and the year of birth. */
static void each_sound(
	struct known_index *x, const json_t *body, use_word use, void *ctx)
{
	const char *birth = json_str(body, "birth");
	char *list, *word, year[5] = "";
	struct arena *mem;

	if (!birth || strlen(birth) < 4)
		return;
	mem = arena_new();
	memcpy(year, birth, 4);
	list = all_sounds(mem, body);
	for (word = strtok_r(list, " ", &list); word;
		word = strtok_r(NULL, " ", &list))
		use(x, word, year, ctx);
	arena_free(mem);
}

static void remember_sound(
	struct known_index *x, const char *word, const char *year, void *ctx)
{
	remember(x, 's', word, year, ctx);
}

static const char *phone_of(const json_t *body, char phone[PHONE_TEXT])
{
	const char *text = json_str(body, "phone");

	return text && person_phone(text, phone) ? phone : NULL;
}

void known_add_person(struct known_index *x, const struct uuid *id,
	const json_t *body, const char *shown)
{
	const char *birth = json_str(body, "birth");
	struct resident_id room;
	char digits[PHONE_TEXT];
	const char *number = number_of(body, &room);
	const char *phone = phone_of(body, digits);
	struct known k;

	memset(&k, 0, sizeof(k));
	k.id = *id;
	k.shown = shown;
	k.body = excerpt(x, body);
	k.name = json_str(k.body, "name");
	if (number)
		remember(x, 'i', number, "", &k);
	if (phone)
		remember(x, 'p', phone, "", &k);
	each_sound(x, body, remember_sound, &k);
	if (!k.name)
		return;
	remember(x, 'n', k.name, "", &k);
	if (birth)
		remember(x, 'b', k.name, birth, &k);
}

/* ---- who it is ---- */

static bool differ(const char *a, const char *b)
{
	return a && b && strcmp(a, b) != 0;
}

static bool is_told(const char *sex)
{
	return sex && strcmp(sex, "0") != 0 && strcmp(sex, "9") != 0;
}

/* Two documents, or two sexes, are two people. */
static bool told_apart(const struct known *k, const json_t *body)
{
	const char *sex = json_str(body, "sex");
	const char *other = json_str(k->body, "sex");
	struct resident_id a, b;

	return differ(number_of(body, &a), number_of(k->body, &b)) ||
	       (is_told(sex) && is_told(other) && differ(sex, other));
}

static const struct known *first_like(const struct known *k, const json_t *body)
{
	while (k && told_apart(k, body))
		k = k->next;
	return k;
}

struct asking {
	const json_t *body;
	const struct probe *probe;
	const struct known *found;
	enum match_how how;
};

/* The first of those who share a key by whom the rules say it may be. */
static void ask(struct asking *q, const struct known *k)
{
	for (; k && !q->found; k = k->next) {
		enum match_how how = probe_match(q->probe, k->body);

		if (how == MATCH_NONE || told_apart(k, q->body))
			continue;
		q->found = k;
		q->how = how;
	}
}

static void ask_sound(
	struct known_index *x, const char *word, const char *year, void *ctx)
{
	ask(ctx, find(x, 's', word, year));
}

static const struct known *maybe(
	struct known_index *x, const json_t *body, enum same_by *by)
{
	struct asking q = {body, NULL, NULL, MATCH_NONE};
	char digits[PHONE_TEXT];
	const char *phone = phone_of(body, digits);
	struct arena *mem = arena_new();
	struct err ignored;

	q.probe = probe_new(body, mem, &ignored);
	if (q.probe)
		each_sound(x, body, ask_sound, &q);
	if (q.probe && phone)
		ask(&q, find(x, 'p', phone, ""));
	*by = q.how == MATCH_PHONE ? BY_PHONE : BY_SOUND;
	arena_free(mem);
	return q.found;
}

const struct known *known_person(
	struct known_index *x, const json_t *body, enum same_by *by)
{
	const char *name = json_str(body, "name");
	const char *birth = json_str(body, "birth");
	struct resident_id room;
	const char *number = number_of(body, &room);
	const struct known *k = number ? find(x, 'i', number, "") : NULL;

	*by = BY_IDENTITY;
	if (!k && name && birth) {
		*by = strlen(birth) == DATE_TEXT - 1 ? BY_BIRTH : BY_BIRTH_PART;
		k = first_like(find(x, 'b', name, birth), body);
	}
	if (!k)
		k = maybe(x, body, by);
	if (!k && name && !number && !birth && !json_str(body, "phone")) {
		*by = BY_NAME;
		k = first_like(find(x, 'n', name, ""), body);
	}
	if (!k)
		*by = BY_NOTHING;
	return k;
}

/* ---- cases ---- */

void known_add_case(struct known_index *x, const struct uuid *id,
	const json_t *body, const char *shown)
{
	const char *number = json_str(body, "number");
	const char *person = json_str(body, "person");
	const char *programme = json_str(body, "programme");
	struct known k;

	memset(&k, 0, sizeof(k));
	k.id = *id;
	k.shown = shown;
	if (number)
		remember(x, 'c', number, "", &k);
	if (person)
		remember(x, 'q', person, "", &k);
	if (person && !json_str(body, "closed"))
		remember(x, 'o', person, programme ? programme : "", &k);
}

const struct known *known_case(
	struct known_index *x, const json_t *body, enum same_by *by)
{
	const char *number = json_str(body, "number");
	const char *person = json_str(body, "person");
	const char *programme = json_str(body, "programme");
	const struct known *k = number ? find(x, 'c', number, "") : NULL;

	*by = BY_CASE_NUMBER;
	if (!k && person) {
		*by = BY_CASE;
		k = find(x, 'o', person, programme ? programme : "");
	}
	if (!k)
		*by = BY_NOTHING;
	return k;
}

const char *known_shown(struct known_index *x, const struct known *person)
{
	const struct known *of = find(x, 'q', id_text(x, &person->id), "");

	return of ? of->shown : person->shown;
}

/* ---- the store ---- */

/* Who a person was found to be (fold.h), as far as that record is here. */
static struct uuid person_of(
	struct view *v, struct uuid id, const json_t *body, struct arena *mem)
{
	for (int i = 0; i < PERSON_STEPS; i++) {
		const char *text = json_str(body, "merged_into");
		struct err ignored;
		struct seen other;
		struct uuid next;

		if (!text || !uuid_parse(text, &next) ||
			!view_record(v, &next, mem, &other, &ignored))
			break;
		id = next;
		body = other.body;
	}
	return id;
}

static void add_seen(struct known_index *x, struct view *v,
	const struct seen *one, const char *type, struct arena *mem)
{
	const char *number = json_str(one->body, "number");
	struct uuid id = one->r.id;

	if (strcmp(type, "person") == 0)
		id = person_of(v, id, one->body, mem);
	if (strcmp(type, "person") == 0)
		known_add_person(x, &id, one->body, id_text(x, &id));
	else
		known_add_case(x, &id, one->body,
			number ? kept(x, number) : id_text(x, &id));
}

static void add_record(struct known_index *x, struct view *v,
	const struct uuid *id, const char *type)
{
	struct arena *mem = arena_new();
	struct err ignored;
	struct seen one;

	if (view_record(v, id, mem, &one, &ignored) &&
		strcmp(one.type, type) == 0 && one.r.state != STATE_RETRACTED)
		add_seen(x, v, &one, type, mem);
	arena_free(mem);
}

static void add_type(struct known_index *x, struct view *v, const char *type)
{
	struct store *s = view_store(v);

	for (size_t i = 0; i < store_unit_count(s); i++) {
		const struct unit *u = store_unit_at(s, i);

		/* A person's and a case's own record carry the unit's id. */
		if (strcmp(u->kind, type) == 0 && store_held(s, &u->id, NULL))
			add_record(x, v, &u->id, type);
	}
	for (size_t i = 0; i < store_work_count(s); i++) {
		const struct work *w = store_work_at(s, i);
		const char *made = json_str(work_change(w), "type");
		const char *op = json_str(work_change(w), "op");

		if (!store_held(s, &w->rec, NULL) && made && op &&
			strcmp(made, type) == 0 && strcmp(op, "create") == 0)
			add_record(x, v, &w->rec, type);
	}
}

void known_add_store(struct known_index *x, struct view *v)
{
	add_type(x, v, "person");
	add_type(x, v, "case");
}
