/*
 * conn.c - see conn.h.
 */
#include "server/http/conn.h"

#define SLOWEST 16384 /* bytes a second */

int64_t conn_limit_ms(enum conn_phase phase, size_t bytes)
{
	int64_t moving = (int64_t)(bytes / SLOWEST) * 1000;

	switch (phase) {
	case CONN_OPENING:
	case CONN_HEADERS:
		return 10000;
	case CONN_BODY:
		return 10000 + moving;
	case CONN_WORKING:
		return 0;
	case CONN_SENDING:
		return 30000 + moving;
	case CONN_IDLE:
		return 75000;
	}
	return 0;
}
