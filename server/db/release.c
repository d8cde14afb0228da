/*
 * release.c - which releases of PostgreSQL the walls hold on.
 */
#include "server/db/release.h"

/* The first good one of each major release; later ones were good from 0 on. */
static const int first_good[] = {150014, 160010, 170006};

int db_release_wanted(int version)
{
	int wanted = first_good[0];

	for (size_t i = 0; i < ARRAY_LEN(first_good); i++)
		if (version / 10000 >= first_good[i] / 10000)
			wanted = first_good[i];
	return version >= wanted ? 0 : wanted;
}
