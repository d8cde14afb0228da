/*
 * exit.c - from an error to the exit code scripts rely on: 0 done, 1 refused,
 * 2 usage, 3 offline and work kept, 4 sign-in needed, 5 store damaged.
 */
#include "client/cli/cli.h"

/* Codes that mean more than "refused". */
static const struct {
	enum err_code code;
	int exit_code;
} exits[] = {
	{ERR_USAGE,         2},
	{ERR_OFFLINE,       3},
	{ERR_TLS,           3},
	{ERR_VOID_PAGE,     3},
	{ERR_BUSY,          3},
	{ERR_UNCONFIRMED,   3},
	{ERR_INTERNAL,      3},
	{ERR_QUOTA,         3},
	{ERR_KEPT_FULL,     3},
	{ERR_STALE,         3},
	{ERR_EXHAUSTED,     3},
	{ERR_SIGNED_OUT,    4},
	{ERR_LEASE_OVER,    4},
	{ERR_DEVICE_LOCKED, 4},
	{ERR_KEY_AWAY,      4},
	{ERR_NOT_ENROLLED,  4},
	{ERR_STORE_DAMAGED, 5},
};

int cli_exit_code(const struct err *e)
{
	for (size_t i = 0; i < ARRAY_LEN(exits); i++)
		if (exits[i].code == e->code)
			return exits[i].exit_code;
	return 1;
}
