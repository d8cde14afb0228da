/*
 * paired_r.c - reads what tests/data/paired.R prints and compares it with what
 * proto/paired.h reckons: a line for each number that differs, then how many
 * were compared.
 */
#include "proto/paired.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define MOST 256
#define LINE 65536

static int wrong;

static size_t read_numbers(const char *line, double *out)
{
	size_t n = 0;
	char *end;

	for (;; line = end) {
		double v = strtod(line, &end);

		if (end == line || n == MOST)
			return n;
		out[n++] = v;
	}
}

static const double *named(const struct paired *p, const char *name)
{
	const struct {
		const char *name;
		const double *v;
	} all[] = {
		{"mean",      &p->change.mean  },
		{"sd",        &p->change.sd    },
		{"before",    &p->before.mean  },
		{"before_sd", &p->before.sd    },
		{"after",     &p->after.mean   },
		{"after_sd",  &p->after.sd     },
		{"t",         &p->t            },
		{"df",        &p->df           },
		{"p",         &p->p            },
		{"low",       &p->low          },
		{"high",      &p->high         },
		{"dz",        &p->dz           },
		{"dav",       &p->dav          },
		{"drm",       &p->drm          },
		{"g",         &p->g            },
		{"r",         &p->r            },
		{"plus",      &p->rank.plus    },
		{"minus",     &p->rank.minus   },
		{"variance",  &p->rank.variance},
		{"z",         &p->rank.z       },
		{"rank_p",    &p->rank.p       },
	};

	for (size_t i = 0; i < ARRAY_LEN(all); i++)
		if (strcmp(all[i].name, name) == 0)
			return all[i].v;
	return NULL;
}

/* To nine figures; of what should be nothing, to twelve decimals, and to six
 * where a root makes 1e-16 of it 1e-8. */
static bool same(const char *name, double a, double b)
{
	if (strcmp(name, "drm") == 0 && fabs(a) + fabs(b) < 1e-6)
		return true;
	return fabs(a - b) <= 1e-9 * fmax(1e-3, fmax(fabs(a), fabs(b)));
}

static int compare(const struct paired *p, char *said)
{
	char *rest = NULL;
	int n = 0;

	for (char *name = strtok_r(said, " \n", &rest); name;
		name = strtok_r(NULL, " \n", &rest)) {
		char *value = strtok_r(NULL, " \n", &rest);
		double want = value ? strtod(value, NULL) : (double)NAN;
		const double *got = named(p, name);

		n++;
		if (strcmp(name, "zeros") == 0 && (double)p->rank.zeros == want)
			continue;
		if (got && same(name, *got, want))
			continue;
		printf("# n %zu, %s: got %.12g, R says %s\n", p->n, name,
			got ? *got : (double)NAN, value ? value : "nothing");
		wrong++;
	}
	return n;
}

int main(void)
{
	static char line[LINE];
	static double before[MOST], after[MOST];
	int sets = 0, compared = 0;

	for (; fgets(line, LINE, stdin); sets++) {
		struct arena *mem = arena_new();
		size_t n = read_numbers(line, before);
		struct paired p;

		if (!fgets(line, LINE, stdin) ||
			read_numbers(line, after) != n ||
			!fgets(line, LINE, stdin))
			return 2;
		paired_reckon(before, after, n, mem, &p);
		compared += compare(&p, line);
		arena_free(mem);
	}
	printf("%d sets, %d numbers\n", sets, compared);
	return wrong != 0;
}
