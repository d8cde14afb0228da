/*
 * config.c - see config.h.
 *
 * One row a key says its kind, its limits, its default and what it means. The
 * _Generic in each row refuses to compile when the member has another type.
 */
#include "server/config.h"

#include <arpa/inet.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum kind { KIND_LINE, KIND_NUMBER, KIND_CHOICE };

struct key {
	const char *name;
	enum kind kind;
	size_t offset;
	int64_t min;
	int64_t max;
	const char *choices; /* "a b c"; the value is the position */
	const char *otherwise;
	const char *meaning;
};

#define AT(m, t)                                                               \
	_Generic(((struct config *)0)->m, t : offsetof(struct config, m))
#define LINE(m)           KIND_LINE, AT(m, const char *), 0, 0, NULL
#define NUMBER(m, lo, hi) KIND_NUMBER, AT(m, int64_t), lo, hi, NULL
#define CHOICE(m, list)   KIND_CHOICE, AT(m, int64_t), 0, 0, list

/* clang-format off */
static const struct key keys[] = {
	{"database", LINE(database), "dbname=casebridge user=casebridge_app",
		"where PostgreSQL is, as the daemon's own role (libpq conninfo)"},
	{"database-owner", LINE(database_owner), "",
		"the same as the owner of the tables: migrate, demo, account, enrol-code"},
	{"database-backup", LINE(database_backup), "",
		"the same as a role that may read everything: backup make (no password in it)"},
	{"database-seal", LINE(database_seal), "dbname=casebridge user=casebridge_seal",
		"the same as the role that seals the trail: seal, audit export"},
	{"postgres-bin", LINE(postgres_bin), "/usr/lib/postgresql/15/bin",
		"where pg_dump, pg_restore, initdb and pg_ctl are: backup"},
	{"state-dir", LINE(state_dir), "/var/lib/casebridge",
		"device CA, TLS keys and token key (a directory of mode 0700)"},
	{"high-water-dir", LINE(high_water_dir), "",
		"where it is kept how far the log was, if not state-dir; on another disk than PostgreSQL"},
	{"seal-dir", LINE(seal_dir), "/var/lib/casebridge-seal",
		"the key of the trail's seal, for casebridged seal alone (mode 0700, not the daemon's)"},
	{"trail-key", LINE(trail_key), "",
		"what marks events until they are sealed, if not trail.key in state-dir"},
	{"web-root", LINE(web_root), "/usr/share/casebridge/web",
		"the built web app"},
	{"host-names", LINE(host_names), "localhost,127.0.0.1",
		"names this server answers to, comma-separated; also in its certificate"},
	{"web-listen", LINE(web_listen), "127.0.0.1:8443",
		"address for browsers (TLS)"},
	{"sync-listen", LINE(sync_listen), "127.0.0.1:8444",
		"address for stations (TLS with device certificates)"},
	{"ops-listen", LINE(ops_listen), "127.0.0.1:8445",
		"address for health and metrics (plain; loopback only)"},
	{"web-tls", CHOICE(web_tls, "1.2 1.3"), "1.3",
		"the oldest TLS version browsers may use: 1.2 or 1.3"},
	{"log-level", CHOICE(log_level, "error warn info debug"), "info",
		"error, warn, info (one line a request) or debug"},
	{"threads", NUMBER(threads, 1, 64), "2",
		"threads that move bytes; as many as cores"},
	{"lane-fast", NUMBER(lane_fast, 1, 64), "4",
		"workers, each with a database connection, for short requests"},
	{"lane-feed", NUMBER(lane_feed, 1, 64), "2",
		"workers for the feed"},
	{"lane-push", NUMBER(lane_push, 1, 64), "2",
		"workers for writes"},
	{"lane-password", NUMBER(lane_password, 1, 16), "2",
		"workers for sign-in; each may use the memory of one password hash"},
	{"lane-files", NUMBER(lane_files, 1, 64), "2",
		"workers for pieces of files, up and down"},
	{"lane-figures", NUMBER(lane_figures, 1, 16), "1",
		"workers that answer questions for figures"},
	{"connections", NUMBER(connections, 16, 100000), "4096",
		"most open connections a listener"},
	{"connections-per-source", NUMBER(connections_per_source, 8, 100000), "1024",
		"most open connections from one address"},
	{"session-idle-minutes", NUMBER(session_idle_minutes, 1, 1440), "15",
		"a browser session ends when unused this long"},
	{"session-hours", NUMBER(session_hours, 1, 24), "10",
		"a browser session ends after this long in any case"},
	{"station-session-hours", NUMBER(station_session_hours, 1, 720), "168",
		"a station's session ends after this long"},
	{"step-up-minutes", NUMBER(step_up_minutes, 1, 60), "5",
		"dangerous acts ask for password or code when it was given longer ago"},
	{"second-factor", LINE(second_factor), "",
		"roles beside administrators and auditors that must have one, comma-separated; or all"},
	{"lease-days", NUMBER(lease_days, 1, 90), "7",
		"how long a station may be used without meeting the centre"},
	{"purge-raise-days", NUMBER(purge_raise_days, 1, 365), "7",
		"a purge no station confirmed is raised to its supervisor after this"},
	{"figures-below-sites", NUMBER(figures_below_sites, 2, 1000), "5",
		"figures of a district hide counts below this"},
	{"figures-below-outside", NUMBER(figures_below_outside, 2, 1000), "11",
		"the same in what is given to others"},
	{"min-push-schema", NUMBER(min_push_schema, 0, CASEBRIDGE_SCHEMA), "0",
		"stations whose program writes an older schema may read, but send nothing"},
	{"files-key", LINE(files_key), "",
		"the keys that seal files, if not files.key in state-dir (mode 0600)"},
	{"file-quota-mib", NUMBER(file_quota_mib, 1, 1048576), "4096",
		"how much a site may upload in a day, in MiB"},
	{"upload-hours", NUMBER(upload_hours, 1, 720), "72",
		"an upload that is not finished is thrown away after this long"},
	{"password-cost", CHOICE(password_cost, "floor standard"), "standard",
		"work of one password check: standard (64 MiB) or floor (19 MiB)"},
	{"data", CHOICE(data, "real demo"), "real",
		"demo marks every page as demonstration data"},
};
/* clang-format on */

static const struct key *find_key(const char *name)
{
	for (size_t i = 0; i < ARRAY_LEN(keys); i++)
		if (strcmp(keys[i].name, name) == 0)
			return &keys[i];
	return NULL;
}

const char *config_key(size_t i)
{
	return i < ARRAY_LEN(keys) ? keys[i].name : NULL;
}

static bool parse_number(const struct key *k, const char *text, int64_t *out)
{
	char *end;
	long long v;

	errno = 0;
	v = strtoll(text, &end, 10);
	if (errno || end == text || *end || v < k->min || v > k->max)
		return false;
	*out = v;
	return true;
}

static bool parse_choice(const struct key *k, const char *text, int64_t *out)
{
	const char *p = k->choices;
	size_t n = strlen(text);

	for (int64_t i = 0; *p; i++) {
		size_t word = strcspn(p, " ");

		if (word == n && strncmp(p, text, n) == 0) {
			*out = i;
			return true;
		}
		p += word + (p[word] == ' ');
	}
	return false;
}

static bool assign(struct config *c, const struct key *k, const char *value)
{
	char *at = (char *)c + k->offset;

	switch (k->kind) {
	case KIND_LINE:
		*(const char **)(void *)at = arena_strdup(c->mem, value);
		return true;
	case KIND_NUMBER:
		return parse_number(k, value, (int64_t *)(void *)at);
	case KIND_CHOICE:
		return parse_choice(k, value, (int64_t *)(void *)at);
	}
	return false;
}

void config_init(struct config *c, struct arena *mem)
{
	memset(c, 0, sizeof(*c));
	c->mem = mem;
	for (size_t i = 0; i < ARRAY_LEN(keys); i++)
		if (!assign(c, &keys[i], keys[i].otherwise))
			die("config: the default of '%s' is not allowed",
				keys[i].name);
}

bool config_set(struct config *c, const char *where, const char *key,
	const char *value, struct err *e)
{
	const struct key *k = find_key(key);

	if (!k)
		return err_field(e, ERR_USAGE, where,
			"a known setting; casebridged --help lists them");
	if (assign(c, k, value))
		return true;
	if (k->kind == KIND_CHOICE)
		return err_field(
			e, ERR_USAGE, where, "%s: one of %s", key, k->choices);
	return err_field(e, ERR_USAGE, where, "%s: %lld … %lld", key,
		(long long)k->min, (long long)k->max);
}

/* Cuts white space at both ends; returns the new start. */
static char *trim(char *s)
{
	size_t n;

	s += strspn(s, " \t");
	n = strlen(s);
	while (n && strchr(" \t\r\n", s[n - 1]))
		n--;
	s[n] = 0;
	return s;
}

static bool read_line(
	struct config *c, const char *where, char *line, struct err *e)
{
	char *eq;

	line = trim(line);
	if (!*line || *line == '#')
		return true;
	eq = strchr(line, '=');
	if (!eq)
		return err_field(e, ERR_USAGE, where, "key = value");
	*eq = 0;
	return config_set(c, where, trim(line), trim(eq + 1), e);
}

bool config_read(struct config *c, const char *path, struct err *e)
{
	FILE *f = fopen(path, "r");
	char line[2048];
	char where[96];
	bool ok = true;

	if (!f)
		return err_set(e, ERR_USAGE, "cannot read '%s': %s", path,
			strerror(errno));
	for (int n = 1; ok && fgets(line, sizeof(line), f); n++) {
		snprintf(where, sizeof(where), "%.80s:%d", path, n);
		if (strlen(line) == sizeof(line) - 1)
			ok = err_field(e, ERR_USAGE, where,
				"lines shorter than %zu bytes", sizeof(line));
		else
			ok = read_line(c, where, line, e);
	}
	fclose(f);
	return ok;
}

static bool parse_port(const char *text, uint16_t *port)
{
	unsigned v = 0;

	if (!*text || strlen(text) > 5)
		return false;
	for (; *text; text++) {
		if (*text < '0' || *text > '9')
			return false;
		v = v * 10 + (unsigned)(*text - '0');
	}
	*port = (uint16_t)v;
	return v <= 65535;
}

bool address_parse(const char *text, struct address *out)
{
	const char *colon = strrchr(text, ':');
	struct in6_addr v6;
	struct in_addr v4;
	size_t n;

	memset(out, 0, sizeof(*out));
	if (!colon || !parse_port(colon + 1, &out->port))
		return false;
	n = (size_t)(colon - text);
	if (n >= 2 && text[0] == '[' && text[n - 1] == ']') {
		text++;
		n -= 2;
		out->is_v6 = true;
	}
	if (n == 0 || n >= sizeof(out->host))
		return false;
	memcpy(out->host, text, n);
	if (strcmp(out->host, "localhost") == 0)
		memcpy(out->host, "127.0.0.1", sizeof("127.0.0.1"));
	if (out->is_v6) {
		if (inet_pton(AF_INET6, out->host, &v6) != 1)
			return false;
		out->is_loopback = IN6_IS_ADDR_LOOPBACK(&v6);
		return true;
	}
	if (inet_pton(AF_INET, out->host, &v4) != 1)
		return false;
	out->is_loopback = (ntohl(v4.s_addr) >> 24) == 127;
	return true;
}

/* A DNS name or a numeric address; what may stand in a Host header. */
static bool host_name_ok(const char *s)
{
	size_t n = strlen(s);

	return n > 0 && n <= 253 &&
	       strspn(s, "abcdefghijklmnopqrstuvwxyz0123456789.-:") == n;
}

static bool split_hosts(struct config *c, struct err *e)
{
	char *text = arena_strdup(c->mem, c->host_names);
	const char **list;
	size_t commas = 0;

	for (char *p = text; *p; p++) {
		commas += *p == ',';
		if (*p >= 'A' && *p <= 'Z')
			*p = (char)(*p + 32);
	}
	list = ARENA_ARRAY(c->mem, const char *, commas + 1);
	for (size_t i = 0; i <= commas; i++) {
		char *next = strchr(text, ',');

		if (next)
			*next = 0;
		list[i] = trim(text);
		if (!host_name_ok(list[i]))
			return err_field(e, ERR_USAGE, "host-names",
				"names or addresses, comma-separated");
		text = next ? next + 1 : text;
	}
	c->hosts = list;
	c->host_count = commas + 1;
	return true;
}

bool config_check(struct config *c, struct err *e)
{
	struct address a;

	if (!address_parse(c->web_listen, &a))
		return err_field(e, ERR_USAGE, "web-listen", "ADDRESS:PORT");
	if (!address_parse(c->sync_listen, &a))
		return err_field(e, ERR_USAGE, "sync-listen", "ADDRESS:PORT");
	if (!address_parse(c->ops_listen, &a) || !a.is_loopback)
		return err_field(
			e, ERR_USAGE, "ops-listen", "a loopback ADDRESS:PORT");
	if (c->figures_below_outside < c->figures_below_sites)
		return err_field(e, ERR_USAGE, "figures-below-outside",
			"%lld … 1000, as figures-below-sites hides",
			(long long)c->figures_below_sites);
	return split_hosts(c, e);
}

void config_help(struct buf *out)
{
	for (size_t i = 0; i < ARRAY_LEN(keys); i++)
		buf_printf(out, "  %-23s %s\n  %-23s default: %s\n",
			keys[i].name, keys[i].meaning, "",
			*keys[i].otherwise ? keys[i].otherwise : "none");
}

/* ---- what a running server takes ---- */

static const struct {
	const char *key;
	bool up; /* a larger number is the stricter one */
} live_keys[LIVE_COUNT] = {
	[LIVE_SESSION_IDLE] = {"session-idle-minutes",  false},
	[LIVE_SESSION_HOURS] = {"session-hours",         false},
	[LIVE_STATION_HOURS] = {"station-session-hours", false},
	[LIVE_LEASE_DAYS] = {"lease-days",            false},
	[LIVE_PURGE_DAYS] = {"purge-raise-days",      false},
	[LIVE_BELOW_SITES] = {"figures-below-sites",   true },
	[LIVE_BELOW_OUTSIDE] = {"figures-below-outside", true },
	[LIVE_QUOTA] = {"file-quota-mib",        false},
	[LIVE_UPLOAD_HOURS] = {"upload-hours",          false},
};

static int64_t number_of(const struct config *c, const struct key *k)
{
	return *(const int64_t *)(const void *)((const char *)c + k->offset);
}

struct live_range config_live(const struct config *c, enum live which)
{
	const struct key *k = find_key(live_keys[which].key);
	int64_t file = number_of(c, k);

	return (struct live_range){k->name, file,
		live_keys[which].up ? file : k->min,
		live_keys[which].up ? k->max : file};
}

const char *config_shown(
	const struct config *c, size_t i, char text[64], bool *more)
{
	const struct key *k = &keys[i];
	const char *p;

	*more = i < ARRAY_LEN(keys);
	if (!*more || k->kind == KIND_LINE)
		return NULL;
	if (k->kind == KIND_NUMBER) {
		snprintf(text, 64, "%lld", (long long)number_of(c, k));
		return k->name;
	}
	p = k->choices;
	for (int64_t n = number_of(c, k); n > 0; n--)
		p += strcspn(p, " ") + 1;
	snprintf(text, 64, "%.*s", (int)strcspn(p, " "), p);
	return k->name;
}
