/* random_machine.h - machines with random ranges, exclusions and sockets. */
#ifndef CLI_RANDOM_MACHINE_H
#define CLI_RANDOM_MACHINE_H

#include "fake/machine.h"

/* Sets the start of the random numbers. The same seed gives the same numbers on every system. */
void random_start(uint32_t seed);
unsigned random_number_below(unsigned limit); /* 0 to limit - 1 */

/* Fills *fake with a random machine. The caller calls fake_release(). */
void random_machine(struct fake *fake);

/* Replaces the names of the programs by random names that try to break out of a format: quotes,
 * backslashes, line ends, separators, wide, invisible and ill-formed characters. */
void random_names(struct fake *fake);

#endif
