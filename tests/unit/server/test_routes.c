/*
 * test_routes.c - the route table and proto/api.yaml say the same.
 *
 * The YAML is read by its indentation: a path stands two columns in, a method
 * four, what is said of it six, a parameter of it eight. Run from the top of
 * the repository, as `make check` does.
 */
#include "server/auth/step.h"
#include "server/http/lanes.h"
#include "tests/lib/tap.h"

#define OPERATIONS 128

struct operation {
	char method[8];
	char path[64];
	char handler[32];
	char listeners[32];
	char needs[16];
	char query[128]; /* names in order, each with a space before it */
	bool has_body;
};

static struct operation said[OPERATIONS];
static size_t said_count;

static const char *after(const char *line, const char *start)
{
	size_t n = strlen(start);

	return strncmp(line, start, n) == 0 ? line + n : NULL;
}

static void copy(char *out, size_t room, const char *text)
{
	snprintf(out, room, "%.*s", (int)strcspn(text, "\n"), text);
}

static void read_detail(struct operation *o, const char *line)
{
	const char *rest;

	if ((rest = after(line, "      operationId: ")))
		copy(o->handler, sizeof(o->handler), rest);
	if ((rest = after(line, "      x-listeners: ")))
		copy(o->listeners, sizeof(o->listeners), rest);
	if ((rest = after(line, "      x-needs: ")))
		copy(o->needs, sizeof(o->needs), rest);
	if (after(line, "      requestBody:"))
		o->has_body = true;
	if ((rest = after(line, "        - { name: ")) &&
		strstr(rest, "in: query")) {
		size_t n = strlen(o->query);

		snprintf(o->query + n, sizeof(o->query) - n, " %.*s",
			(int)strcspn(rest, ","), rest);
	}
}

static bool read_yaml(void)
{
	static const char *const methods[] = {
		"get", "head", "post", "put", "patch", "delete"};
	FILE *f = fopen("proto/api.yaml", "r");
	char line[1024], path[64] = "";
	struct operation *o = NULL;

	if (!f)
		return false;
	while (fgets(line, sizeof(line), f) && !after(line, "components:")) {
		if (after(line, "  /")) {
			snprintf(path, sizeof(path), "%.*s",
				(int)strcspn(line + 2, ":"), line + 2);
			o = NULL;
			continue;
		}
		for (size_t i = 0; i < ARRAY_LEN(methods); i++) {
			const char *rest = after(line, "    ");

			if (!rest || !after(rest, methods[i]) ||
				said_count == OPERATIONS)
				continue;
			o = &said[said_count++];
			snprintf(o->path, sizeof(o->path), "%s", path);
			snprintf(
				o->method, sizeof(o->method), "%s", methods[i]);
			for (char *p = o->method; *p; p++)
				*p = (char)(*p - 'a' + 'A');
		}
		if (o)
			read_detail(o, line);
	}
	fclose(f);
	return said_count > 0;
}

static const struct operation *find(const struct route *r)
{
	for (size_t i = 0; i < said_count; i++)
		if (strcmp(said[i].method, r->method) == 0 &&
			strcmp(said[i].path, r->path) == 0)
			return &said[i];
	return NULL;
}

static void every_route_is_described(void)
{
	for (size_t i = 0; i < route_count; i++) {
		if (!find(&routes[i]))
			printf("# %s %s\n", routes[i].method, routes[i].path);
		CHECK(find(&routes[i]));
	}
}

static void everything_described_is_a_route(void)
{
	CHECK(said_count == route_count);
	for (size_t i = 0; i < said_count; i++) {
		bool found = false;

		for (size_t k = 0; k < route_count; k++)
			found |= find(&routes[k]) == &said[i];
		if (!found)
			printf("# %s %s\n", said[i].method, said[i].path);
		CHECK(found);
	}
}

static void who_may_call_is_described(void)
{
	static const char *const needs[] = {"nothing", "station", "certificate",
		"session", "device", "fresh", "step", "step-factor",
		"step-change", "step-enrol", "step-proof"};

	for (size_t i = 0; i < route_count; i++) {
		const struct route *r = &routes[i];
		const struct operation *o = find(r);

		CHECK_STR(o ? o->needs : "", needs[r->need]);
		CHECK(o && (strstr(o->listeners, "web") != NULL) ==
				   ((r->listeners & ON_WEB) != 0));
		CHECK(o && (strstr(o->listeners, "sync") != NULL) ==
				   ((r->listeners & ON_SYNC) != 0));
		CHECK(o && (strstr(o->listeners, "ops") != NULL) ==
				   ((r->listeners & ON_OPS) != 0));
	}
}

static void bodies_and_queries_are_described(void)
{
	for (size_t i = 0; i < route_count; i++) {
		const struct route *r = &routes[i];
		const struct operation *o = find(r);

		CHECK(o && o->has_body == (r->max_body > 0));
		CHECK_STR(o && *o->query ? o->query + 1 : "",
			r->query ? r->query : "");
	}
}

static void the_table_keeps_its_own_rules(void)
{
	for (size_t i = 0; i < route_count; i++) {
		const struct route *r = &routes[i];
		bool is_public = r->need == NEEDS_NOTHING;

		CHECK(r->run && r->listeners);
		/* The only doors without a sign-in. */
		CHECK(!is_public || r->listeners == ON_OPS ||
			(strcmp(r->method, "POST") == 0 &&
				(strcmp(r->path, "/v1/session") == 0 ||
					strcmp(r->path, "/v1/devices") == 0)));
		CHECK(r->need != NEEDS_DEVICE || r->listeners == ON_SYNC);
		/* What the policy calls public is, and nothing else. */
		CHECK(is_public == (r->who == WHO_PUBLIC));
		CHECK(r->about && *r->about);
		/* Roles are known of who is signed in. */
		CHECK(r->who != WHO_ROLES || r->need >= NEEDS_SESSION);
		CHECK(r->roles != 0 &&
			!(r->who == WHO_ROLES && r->roles == ~0u));
		CHECK(strcmp(r->method, "GET") != 0 || r->max_body == 0);
		for (size_t k = 0; k < i; k++)
			CHECK(strcmp(r->method, routes[k].method) != 0 ||
				strcmp(r->path, routes[k].path) != 0);
	}
}

/* What somebody reaches whose sign-in is not finished: these, and no more. */
static void half_a_session_reaches_the_next_step_alone(void)
{
	static const struct {
		enum step step;
		const char *routes;
	} allowed[] = {
		{STEP_FACTOR, "|GET /v1/session|DELETE /v1/session"
			      "|POST /v1/session/factor|"      },
		{STEP_CHANGE, "|GET /v1/session|DELETE /v1/session"
			      "|POST /v1/password|"            },
		{STEP_ENROL,  "|GET /v1/session|DELETE /v1/session"
			     "|POST /v1/account/factor"
			     "|POST /v1/account/factor/confirm|"},
		{STEP_LOCKED, "|GET /v1/session|DELETE /v1/session"
			      "|POST /v1/session/proof"
			      "|POST /v1/session/lock|"        },
	};

	for (size_t i = 0; i < route_count; i++)
		for (size_t k = 0; k < ARRAY_LEN(allowed); k++) {
			char what[128];

			if (routes[i].need < NEEDS_SESSION)
				continue;
			snprintf(what, sizeof(what), "|%s %s|",
				routes[i].method, routes[i].path);
			if (step_admits(routes[i].need, allowed[k].step) !=
				(strstr(allowed[k].routes, what) != NULL))
				printf("# %s %s\n", what,
					step_name(allowed[k].step));
			CHECK(step_admits(routes[i].need, allowed[k].step) ==
				(strstr(allowed[k].routes, what) != NULL));
		}
}

static void a_whole_session_reaches_all_but_the_second_factor(void)
{
	for (size_t i = 0; i < route_count; i++)
		CHECK(routes[i].need < NEEDS_SESSION ||
			step_admits(routes[i].need, STEP_WHOLE) ==
				(strcmp(routes[i].path, "/v1/session/factor") !=
					0));
}

int main(void)
{
	if (!read_yaml()) {
		printf("Bail out! proto/api.yaml cannot be read\n");
		return 1;
	}
	RUN(every_route_is_described);
	RUN(everything_described_is_a_route);
	RUN(who_may_call_is_described);
	RUN(bodies_and_queries_are_described);
	RUN(the_table_keeps_its_own_rules);
	RUN(half_a_session_reaches_the_next_step_alone);
	RUN(a_whole_session_reaches_all_but_the_second_factor);
	return tap_done();
}
