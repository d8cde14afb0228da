/*
 * soak.h - what the two files of the soak share: the stations (soak_station.c)
 * and their day (soak.c).
 */
#ifndef BENCH_SOAK_H
#define BENCH_SOAK_H

#include "proto/base/buf.h"

#include <openssl/ssl.h>

#define SITES_MAX 256
#define CASES_MAX 64
#define SAMPLES   12000000
#define BODY_CAP  ((size_t)64 << 20)
#define AT_ONCE   8  /* stations being set up at the same time */
#define WAIT_S    25 /* of a long poll */
#define PIECE     262144
#define PAGE      4194304

enum kind {
	K_CONNECT,
	K_ENROL,
	K_SIGN_IN,
	K_FIRST_SYNC,
	K_NO_CHANGE,
	K_NEWS,
	K_PULL,
	K_RECEIPTS,
	K_PUSH,
	KINDS
};

struct site {
	char id[40], staff[40], login[40];
	char cases[CASES_MAX][40];
	size_t case_count;
	double pushed_ms; /* when the last push of the site was answered */
};

/* What a station is asking for. */
enum ask {
	A_NOTHING,
	A_ENROL,
	A_SIGN_IN,
	A_REPLICA,
	A_PULL,
	A_RECEIPTS,
	A_LISTEN,
	A_PUSH
};

struct station {
	int no, fd;
	struct site *site;
	SSL *ssl;
	EVP_PKEY *key;
	X509 *certificate;
	char token[80], replica[40], seen[96], since[256];
	int64_t number;
	bool shaken, registered, synced, polls;
	enum ask ask;
	double began_ms, connect_ms, sync_ms, next_ms, push_ms, pause_ms;
	struct buf out, in, receipts;
	size_t sent;
	bool news;
};

struct figures {
	double *ms;
	size_t n;
};

struct sample {
	double at_s;
	long rss_kb, fds;
};

struct soak {
	const char *port, *ca, *pid_file, *outage;
	char *password;
	int stations, day_s;
	uint64_t random;
	struct site site[SITES_MAX];
	size_t sites;
	struct station *all;
	SSL_CTX *ctx;
	int epoll;
	struct figures kind[KINDS];
	struct sample sample[8192];
	size_t samples;
	double start_ms, day_ms, outage_ms, back_ms;
	long outage_pid; /* who went down */
	int setting_up;
	int64_t applied, errors, later, cut, cut_in_outage, bytes_down,
		bytes_up;
	char first_error[400], first_cut[200];
};

double now_ms(void);
/* Of the daemon that was started last, 0: not known. */
long daemon_pid(const struct soak *k);
/* 0 up to 1. */
double chance(struct soak *k);
/* Connects a station; what follows, serve() does, as far as it goes without
 * waiting. */
void begin_connect(struct soak *k, struct station *s);
void serve(struct soak *k, struct station *s);
void hang_up(struct soak *k, struct station *s);

#endif
