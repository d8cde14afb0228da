/*
 * mutant.h - rules that can be left out, to see that a test would notice.
 *
 * MUTANT(lww) stands where a rule of the protocol is kept, and is false; only
 * in the simulator's second build (-DCASEBRIDGE_MUTANTS) can it be made true,
 * one name at a time. tests/sim/mutants.def says what each leaves out;
 * tests/sim/mutants.t runs all of them, and sees to it that released programs
 * contain none.
 */
#ifndef PROTO_MUTANT_H
#define PROTO_MUTANT_H

#ifdef CASEBRIDGE_MUTANTS
#include <stdbool.h>
bool mutant_is(const char *name);
#define MUTANT(name) mutant_is(#name)
#else
#define MUTANT(name) false
#endif

#endif
