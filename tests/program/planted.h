/* planted.h - a scratch folder that contains copies of maxport.exe and maxport-gui.exe, and DLLs
 * that these programs must not load. */
#ifndef TESTS_PROGRAM_PLANTED_H
#define TESTS_PROGRAM_PLANTED_H

#include "program/witness.h"

/* Returns a test case whose scratch folder contains these files; otherwise like bare_case(). */
TCase *planted_case(Suite *suite);

void assert_nothing_was_loaded(void);

#endif
