/* golden.h - texts that are kept in files, tests/golden/NAME, for people to read and review.
 *
 *     golden_check("cli/why/a_storm.txt", fake_out(&fake));
 *
 * A file is named after its test: folder, module, test, and .json, .csv or .html for a document.
 * It is UTF-8 and holds the text byte for byte. `./dev test --accept` rewrites what differs;
 * review the result by `git diff tests/golden`. tests/toolchain/golden.py reports files that no
 * test checks any more.
 */
#ifndef TESTS_GOLDEN_H
#define TESTS_GOLDEN_H

#include <stdbool.h>

/* Fails the test, showing the lines that differ, unless `text` is the file's. With
 * MAXPORT_ACCEPT in the environment it writes the file instead. */
void golden_check(const char *name, const char *text);

/* The file of the source tree, NUL-terminated, without carriage returns, to be freed; NULL if it
 * cannot be read. */
char *golden_read(const char *path);

/* Forgets which files were checked before, for golden.py. */
void golden_begin(void);

#endif
