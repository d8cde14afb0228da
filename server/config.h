/*
 * config.h - every setting of the daemon, read from one table.
 *
 * A file holds `key = value` lines; '#' starts a comment line. The same keys
 * may be given as --key=value, which wins. The table in config.c also prints
 * --help, so a setting cannot exist without a line that explains it.
 * All texts belong to the arena given to config_init().
 */
#ifndef SERVER_CONFIG_H
#define SERVER_CONFIG_H

#include "proto/base/arena.h"
#include "proto/base/err.h"

#define CONFIG_FILE "/etc/casebridge/casebridged.conf"

enum log_level { LOG_ERROR, LOG_WARN, LOG_INFO, LOG_DEBUG };
enum data_kind { DATA_REAL, DATA_DEMO };
enum password_cost { COST_FLOOR, COST_STANDARD };

struct config {
	const char *database;        /* libpq conninfo of the daemon's role */
	const char *database_owner;  /* migrate, demo and admin verbs only */
	const char *database_backup; /* backup verbs only */
	const char *database_seal;   /* the verbs seal and audit export */
	const char *postgres_bin;
	const char *state_dir;
	const char *high_water_dir; /* "": state_dir */
	const char *seal_dir;
	const char *trail_key; /* "": trail.key in state_dir */
	const char *web_root;
	const char *host_names; /* as written; config_check() splits it */
	const char *web_listen;
	const char *sync_listen;
	const char *ops_listen;
	int64_t web_tls;   /* 12 or 13: the oldest TLS browsers may use */
	int64_t log_level; /* enum log_level */
	int64_t threads;
	int64_t lane_fast;
	int64_t lane_feed;
	int64_t lane_push;
	int64_t lane_password;
	int64_t lane_files;
	int64_t lane_figures;
	int64_t connections; /* per listener */
	int64_t connections_per_source;
	int64_t session_idle_minutes;
	int64_t session_hours;
	int64_t station_session_hours;
	int64_t step_up_minutes;
	const char *second_factor; /* roles; auth/step.h reads it */
	int64_t lease_days;
	int64_t purge_raise_days;
	int64_t figures_below_sites;
	int64_t figures_below_outside;
	int64_t min_push_schema;
	const char *files_key; /* "": files.key in state_dir */
	int64_t file_quota_mib;
	int64_t upload_hours;
	int64_t password_cost; /* enum password_cost */
	int64_t data;          /* enum data_kind */

	const char *const *hosts; /* host_names, split, lower case */
	size_t host_count;
	struct arena *mem;
};

struct address {
	char host[64]; /* numeric */
	uint16_t port;
	bool is_v6;
	bool is_loopback;
};

/* Fills in every default. */
void config_init(struct config *c, struct arena *mem);
/* Reads a file over what is there. Errors name file, line and key. */
bool config_read(struct config *c, const char *path, struct err *e) MUST_CHECK;
/* Sets one key; `where` (a file and line, or "--key") is for the error. */
bool config_set(struct config *c, const char *where, const char *key,
	const char *value, struct err *e) MUST_CHECK;
/* What only the whole can tell: addresses, host names. Call last. */
bool config_check(struct config *c, struct err *e) MUST_CHECK;

/* HOST:PORT or [V6]:PORT; the host is a numeric address or "localhost". */
bool address_parse(const char *text, struct address *out);

/* Appends one line a key: name, default, meaning. */
void config_help(struct buf *out);
/* The i-th key's name, or NULL past the end. */
const char *config_key(size_t i);

/*
 * What a running server takes anew, from the table auth.setting: thresholds and
 * times. Only the stricter way: what the file says is the loosest it gets, so
 * that whoever administers accounts cannot open what whoever runs the machine
 * closed.
 */
enum live {
	LIVE_SESSION_IDLE,
	LIVE_SESSION_HOURS,
	LIVE_STATION_HOURS,
	LIVE_LEASE_DAYS,
	LIVE_PURGE_DAYS,
	LIVE_BELOW_SITES,
	LIVE_BELOW_OUTSIDE,
	LIVE_QUOTA,
	LIVE_UPLOAD_HOURS,
	LIVE_COUNT
};
struct live_range {
	const char *key;
	int64_t file; /* what the file (or the default) says */
	int64_t min;  /* what may be set: from the strictest … */
	int64_t max;  /* … to what the file says, or the other way round */
};
struct live_range config_live(const struct config *c, enum live which);

/* The i-th setting that is a number or a choice, as a person reads it (`text`
 * has room for 64 bytes); NULL when it is none, *more false at the end. */
const char *config_shown(
	const struct config *c, size_t i, char text[64], bool *more);

#endif
