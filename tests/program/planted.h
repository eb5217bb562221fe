/* planted.h - a scratch folder full of DLLs that must not be loaded, with copies of maxport.exe and
 * maxport-gui.exe. */
#ifndef TESTS_PROGRAM_PLANTED_H
#define TESTS_PROGRAM_PLANTED_H

#include "program/witness.h"

/* A test case with such a folder at scratch_path(L""); otherwise like bare_case. */
TCase *planted_case(Suite *suite);

void assert_nothing_was_loaded(void);

#endif
