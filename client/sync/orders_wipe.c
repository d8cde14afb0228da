/*
 * orders_wipe.c - a station's directory is destroyed (see orders_in.h).
 */
#include "client/sync/orders_in.h"

#include "client/store/share.h"
#include "proto/base/crash.h"

#include <dirent.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static void destroy_in(const struct station_dir *p, const char *dir)
{
	DIR *d = opendir(dir);
	struct dirent *one;

	while (d && (one = readdir(d)))
		if (one->d_name[0] != '.')
			file_destroy(arena_printf(
				p->mem, "%s/%s", dir, one->d_name));
	if (d)
		closedir(d);
	rmdir(dir);
}

/* What opens it goes first, and at once; then the rest of it. */
static void destroy_store(const struct station_dir *p, const char *name)
{
	static const char *const parts[] = {
		"", "-wal", "-shm", "-journal", ".lock"};
	const char *path = place_file(p, name);

	share_destroy(path);
	for (size_t i = 0; i < ARRAY_LEN(parts); i++) {
		CRASH_POINT("wiping");
		file_destroy(arena_printf(p->mem, "%s%s", path, parts[i]));
	}
	destroy_in(p, arena_printf(p->mem, "%s-files", path));
}

/* Anything of a store, also copies a salvage left behind. */
static void destroy_strays(const struct station_dir *p)
{
	DIR *d = opendir(p->dir);
	struct dirent *one;

	while (d && (one = readdir(d))) {
		const char *path = place_file(p, one->d_name);
		struct stat st;

		if (!strstr(one->d_name, ".store") || lstat(path, &st) != 0)
			continue;
		if (S_ISDIR(st.st_mode))
			destroy_in(p, path);
		else
			file_destroy(path);
	}
	if (d)
		closedir(d);
}

void orders_destroy(const struct station_dir *p)
{
	size_t n;
	const char **names = place_stores(p, &n);

	for (size_t i = 0; i < n; i++)
		share_destroy(place_file(p, names[i]));
	for (size_t i = 0; i < n; i++)
		destroy_store(p, names[i]);
	destroy_strays(p);
	destroy_in(p, place_file(p, "courier"));
	file_destroy(place_file(p, "current"));
}
