/* planted.h - a scratch folder full of DLLs that must not be loaded, maxport.exe and
 * maxport-gui.exe among them.
 */
#ifndef TESTS_PROGRAM_PLANTED_H
#define TESTS_PROGRAM_PLANTED_H

#include "program/witness.h"

/* A test case with such a folder, scratch_path(L""), and all else as bare_case has it. */
TCase *planted_case(Suite *suite);

void assert_nothing_was_loaded(void);

#endif
