/* witness.h - the contents of the registry and the store, read without maxport.
 *
 * The registry is read byte for byte by functions of Windows. reg.exe is run where a person would
 * run it, but it damages unusual types, so it is not used to compare bytes.
 */
#ifndef TESTS_PROGRAM_WITNESS_H
#define TESTS_PROGRAM_WITNESS_H

#include "program/run.h"

#define KEY_PATH L"SYSTEM\\CurrentControlSet\\Services\\Tcpip\\Parameters"
#define KEY_FULL "HKEY_LOCAL_MACHINE\\SYSTEM\\CurrentControlSet\\Services\\Tcpip\\Parameters"
#define SCRATCH_SUBKEY L"maxport-tests"

enum { STORE_PATHS = MAX_PATH };

bool is_wine(void);

/* ---- fixtures --------------------------------------------------------- */

/* Refuses (false, *why) a machine without permission for changes, or with a store or settings.
 * Called once, before anything else. */
bool witness_begin(const char **why);

/* The set-up provides a machine without store and settings, an unchanged key and an empty scratch
 * folder. The teardown also ends programs that still run, and fails if the key has changed. */
void bare_setup(void);
void bare_teardown(void);

/* A test case with these fixtures. */
TCase *bare_case(Suite *suite, const char *name);

/* ---- registry --------------------------------------------------------- */

/* Functions that access values directly in the registry, without maxport. If a value cannot be
 * written or deleted, the test fails. */
void value_write(const wchar_t *name, DWORD type, const void *data, size_t length);
void value_write_number(const wchar_t *name, DWORD number);
void value_delete(const wchar_t *name); /* may be absent */

bool value_is_absent(const wchar_t *name);
void assert_value(const wchar_t *name, DWORD type, const void *data, size_t length);
void assert_number(const wchar_t *name, DWORD number);

/* Opens a key with the given access. The caller closes it. */
HKEY key_open(const wchar_t *path, REGSAM access);

/* Lists everything in and below the key, in a fixed order. Two snapshots are equal if and only if
 * the contents are equal. The caller frees it. */
char *key_snapshot(void);
#define ASSERT_KEY_IS(snapshot) assert_key_is((snapshot), __FILE__, __LINE__)
void assert_key_is(const char *snapshot, const char *file, int line);

/* Runs reg.exe of System32. Exit code 0 of an import proves nothing; check the values. */
const struct run *reg(const char *arguments, ...) __attribute__((format(gnu_printf, 1, 2)));

/* ---- files ------------------------------------------------------------ */

/* Returns a path in the store, such as C:\ProgramData\maxport\lock. The buffer belongs to this
 * module, and the fourth call from now overwrites it. */
const wchar_t *store_path(const wchar_t *name);
/* The same for the scratch folder. */
const wchar_t *scratch_path(const wchar_t *name);
const char *utf8(const wchar_t *wide); /* the same, in UTF-8 */

bool is_there(const wchar_t *path);
/* Returns the whole file, followed by a NUL. The caller frees it. */
char *file_read(const wchar_t *path, size_t *length);
void file_write(const wchar_t *path, const void *data, size_t length);
void tree_delete(const wchar_t *path);

/* Lists names and sizes of everything below the store, one for each line; "" without a store. The
 * caller frees it. */
char *store_listing(void);

/* Returns the lines of the journal, each strictly parsed as one JSON object. The caller releases it
 * with json_decref. */
json_t *journal_lines(void);

#endif
