/* golden.h - expected texts in files, tests/golden/NAME, for people to read and review.
 *
 *     golden_check("cli/why/why_diagnoses_a_time_wait_storm.txt", fake_out(&fake));
 *
 * A file is named after its test: folder, module, test, and .json, .csv or .html for a document.
 * The file is UTF-8 and is compared byte for byte. `./dev test --accept` rewrites files that
 * differ; review them with `git diff tests/golden`. tests/toolchain/golden.py reports files that no
 * test checks.
 */
#ifndef TESTS_GOLDEN_H
#define TESTS_GOLDEN_H

#include <stdbool.h>

/* Fails the test and prints the different lines unless `text` equals the file. With
 * MAXPORT_ACCEPT in the environment, writes the file instead. */
void golden_check(const char *name, const char *text);

/* Reads a file of the source tree, without carriage returns and with a final NUL. The caller
 * frees the result; NULL: the file cannot be read. */
char *golden_read(const char *path);

/* Clears the list of checked files, for golden.py. */
void golden_begin(void);

#endif
