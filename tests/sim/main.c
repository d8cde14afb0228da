/*
 * main.c - sim: seeds, one after the other, as TAP.
 *
 * One line for every hundred seeds, and one for each that fails: with the least
 * history that still fails, and how to see it again. Exit codes: 0 all held, 1
 * some did not, 2 wrong usage.
 */
#include "tests/sim/lab.h"
#include "tests/sim/mutants.h"
#include "tests/sim/shrink.h"

#include <malloc.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define CLOCKS 5   /* every so many seeds, when its clocks are wrong */
#define BLOCK  100 /* seeds a line of TAP stands for */
#define TOLD   5   /* failures that are searched; all are counted */

static void usage(void)
{
	fprintf(stderr,
		"sim --db CONNINFO --dir SCRATCH [--seed N] [--count N]\n"
		"    [--steps 3,7,12] [--trace] [--quick] [--more ACTION]\n"
		"    [--mutant NAME]\n"
		"sim --list: the mutants\n"
		"tests/sim/seed.sh N makes a database and does the rest.\n");
	exit(2);
}

static bool read_flag(struct options *o, const char *arg)
{
	o->trace |= strcmp(arg, "--trace") == 0;
	o->quiet |= strcmp(arg, "--quick") == 0;
	return strcmp(arg, "--trace") == 0 || strcmp(arg, "--quick") == 0;
}

static void read_value(struct options *o, const char *arg, const char *value)
{
	if (strcmp(arg, "--db") == 0)
		o->conninfo = value;
	else if (strcmp(arg, "--dir") == 0)
		o->dir = value;
	else if (strcmp(arg, "--mutant") == 0)
		o->mutant = value;
	else if (strcmp(arg, "--more") == 0)
		o->more = value;
	else if (strcmp(arg, "--steps") == 0)
		o->only = value;
	else if (strcmp(arg, "--seed") == 0)
		o->seed = strtoull(value, NULL, 10);
	else if (strcmp(arg, "--count") == 0)
		o->count = strtoull(value, NULL, 10);
	else
		usage();
}

static void read_options(struct options *o, int argc, char **argv)
{
	memset(o, 0, sizeof(*o));
	o->seed = o->count = 1;
	for (int i = 1; i < argc; i++) {
		if (read_flag(o, argv[i]))
			continue;
		if (i + 1 >= argc)
			usage();
		read_value(o, argv[i], argv[i + 1]);
		i++;
	}
	if (!o->conninfo || !o->dir)
		usage();
}

/* All steps but those named are left out. */
static const bool *only(const char *list, bool skip[STEPS_MAX])
{
	char *end;

	if (!list)
		return NULL;
	for (int i = 0; i < STEPS_MAX; i++)
		skip[i] = true;
	for (; *list; list = *end ? end + 1 : end) {
		unsigned long i = strtoul(list, &end, 10);

		if (end == list || i >= STEPS_MAX)
			usage();
		skip[i] = false;
	}
	return skip;
}

/* The least history: its steps, and what happens in them. */
static void tell(struct lab *lab, uint64_t seed, const struct failure *f)
{
	bool skip[STEPS_MAX];
	int kept = shrink(lab, seed, f, skip);

	printf("# the least history has %d steps; to see it again:\n"
	       "#   tests/sim/seed.sh %llu --trace --steps ",
		kept, (unsigned long long)seed);
	for (int i = 0, n = 0; i < STEPS_MAX; i++)
		if (!skip[i])
			printf("%s%d", n++ ? "," : "", i);
	printf("\n");
	run_seed(&lab->trial, lab, seed, skip, true);
}

struct totals {
	uint64_t failed;
	uint64_t steps;
	uint64_t syncs;
	uint64_t requests;
	uint64_t clocks; /* run again with other clocks */
	uint64_t sum;    /* of all histories: the same seeds, the same sum */
};

/* The same history with other clocks ends the same (I15). */
static bool clocks_matter(
	struct lab *lab, uint64_t seed, const bool *skip, struct totals *t)
{
	struct run *r = &lab->trial;

	if (!lab->main.swarm.skewed || seed % CLOCKS)
		return false;
	t->clocks++;
	lab->other_clocks = true;
	run_seed(r, lab, seed, skip, false);
	lab->other_clocks = false;
	if (!r->failed.what[0] && r->sum == lab->main.sum)
		return false;
	printf("not ok - seed %llu: I15, with other clocks it ends otherwise "
	       "%s\n",
		(unsigned long long)seed, r->failed.text);
	return true;
}

static bool run_one(
	struct lab *lab, uint64_t seed, const bool *skip, struct totals *t)
{
	struct run *r = &lab->main;

	run_seed(r, lab, seed, skip, lab->o->trace);
	t->steps += (uint64_t)r->swarm.steps;
	t->sum = t->sum * UINT64_C(0x9e3779b97f4a7c15) + r->sum + r->requests;
	t->requests += r->requests;
	t->syncs += r->syncs;
	if (!r->failed.what[0] && !clocks_matter(lab, seed, skip, t))
		return true;
	if (!r->failed.what[0]) {
		t->failed++;
		return false;
	}
	printf("not ok - seed %llu: %s, step %d: %s\n",
		(unsigned long long)seed, r->failed.what, r->failed.step,
		r->failed.text);
	if (t->failed++ < TOLD && !lab->o->quiet && !lab->o->trace)
		tell(lab, seed, &r->failed);
	return false;
}

static void run_all(struct lab *lab, struct totals *t)
{
	const struct options *o = lab->o;
	bool skip[STEPS_MAX];
	const bool *some = only(o->only, skip);
	uint64_t done = 0;

	while (done < o->count) {
		uint64_t first = o->seed + done, n = 0;
		bool held = true;

		for (; n < BLOCK && done < o->count; n++, done++)
			held &= run_one(lab, o->seed + done, some, t);
		lab_tidy(lab);
		if (held)
			printf("ok - seeds %llu to %llu hold\n",
				(unsigned long long)first,
				(unsigned long long)(first + n - 1));
	}
}

/* A rule is left out: some seed must notice. */
static int run_mutant(struct lab *lab, const struct mutant *m)
{
	const struct options *o = lab->o;
	struct run *r = &lab->main;

	for (uint64_t i = 0; i < o->count; i++) {
		run_seed(r, lab, o->seed + i, NULL, o->trace);
		if (i % BLOCK == BLOCK - 1)
			lab_tidy(lab);
		if (!r->failed.what[0])
			continue;
		printf("ok - without the rule that %s, seed %llu breaks %s "
		       "(%s)\n",
			m->without, (unsigned long long)(i + 1), r->failed.what,
			m->name);
		return 0;
	}
	printf("not ok - nobody notices in %llu seeds that the rule is left "
	       "out that %s (%s)\n",
		(unsigned long long)o->count, m->without, m->name);
	return 1;
}

static const struct mutant *the_mutant(const struct options *o)
{
	const struct mutant *m = o->mutant ? mutant_find(o->mutant) : NULL;

	if (o->mutant && !m)
		usage();
	mutant_choose(m);
	return m;
}

static int list_mutants(void)
{
	for (size_t i = 0; mutant_at(i); i++)
		printf("%s\n", mutant_at(i)->name);
	return 0;
}

int main(int argc, char **argv)
{
	struct totals t = {0, 0, 0, 0, 0, 0};
	const struct mutant *m;
	static struct lab lab;
	struct options o;

	if (argc == 2 && strcmp(argv[1], "--list") == 0)
		return list_mutants();
	setvbuf(stdout, NULL, _IOLBF, 0);
	/* A run frees everything; the next one wants it again. */
	mallopt(M_TRIM_THRESHOLD, 1 << 28);
	mallopt(M_MMAP_THRESHOLD, 1 << 28);
	json_object_seed(1);
	read_options(&o, argc, argv);
	m = the_mutant(&o);
	lab_open(&lab, &o);
	if (m)
		return run_mutant(&lab, m);
	run_all(&lab, &t);
	printf("# %llu seeds, %llu steps, %llu rounds, %llu requests, %llu "
	       "again with other clocks; %llu failed; sum %016llx\n",
		(unsigned long long)o.count, (unsigned long long)t.steps,
		(unsigned long long)t.syncs, (unsigned long long)t.requests,
		(unsigned long long)t.clocks, (unsigned long long)t.failed,
		(unsigned long long)t.sum);
	lab_close(&lab);
	return t.failed > 0;
}
