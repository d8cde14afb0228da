/*
 * fuzz.h - what every target begins with: the function libFuzzer calls, and a
 * claim that ends the program when it does not hold.
 */
#ifndef TESTS_FUZZ_H
#define TESTS_FUZZ_H

#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);

#define MUST(claim)                                                            \
	do {                                                                   \
		if (!(claim))                                                  \
			abort();                                               \
	} while (0)

#endif
