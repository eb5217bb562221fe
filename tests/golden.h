/* golden.h - compares printed texts with files that people can read and review: tests/golden/NAME.
 *
 *     golden_check("cli/why/why_diagnoses_a_time_wait_storm.txt", fake_out(&fake));
 *
 * The name of a file consists of folder, module and test, with the ending .txt, or .json, .csv or
 * .html for a document. The file is UTF-8 and is compared byte for byte with the text, in which the
 * version of maxport is first replaced with the word VERSION. `./dev test --accept` rewrites files
 * that differ; review them with `git diff tests/golden`. tests/toolchain/golden.py reports files
 * that no test checks.
 */
#ifndef TESTS_GOLDEN_H
#define TESTS_GOLDEN_H

#include <stdbool.h>

/* Compares `text` with the file. If they differ, prints the different lines and fails the test. If
 * the environment has MAXPORT_ACCEPT, writes the file instead. */
void golden_check(const char *name, const char *text);

/* Reads a file of the source tree, without carriage returns and with a final NUL. The caller frees
 * the result. Returns NULL if the file could not be read. */
char *golden_read(const char *path);

/* Clears the list of checked files, which golden.py reads. */
void golden_begin(void);

#endif
