/* witness.h - reads the registry and the store without maxport, so that tests can check maxport.
 *
 * Functions of Windows read the registry byte for byte. The tests also run reg.exe where a person
 * would run it. But reg.exe damages values of unusual types, so the tests do not use it to compare
 * bytes.
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

/* Must be called once, before anything else. Returns false and the reason in *why if this machine
 * does not permit changes, or if it already has a store or settings. */
bool witness_begin(const char **why);

/* The set-up provides a machine without store and settings, an unchanged registry key and an empty
 * scratch folder. The teardown ends programs that still run, and fails under Wine if the key has
 * changed. */
void bare_setup(void);
void bare_teardown(void);

/* Returns a test case with these fixtures. */
TCase *bare_case(Suite *suite, const char *name);

/* ---- registry --------------------------------------------------------- */

/* These functions access values directly in the registry, without maxport. If a value cannot be
 * written or deleted, the test fails. */
void value_write(const wchar_t *name, DWORD type, const void *data, size_t length);
void value_write_number(const wchar_t *name, DWORD number);
void value_delete(const wchar_t *name); /* does nothing if the value is absent */

bool value_is_absent(const wchar_t *name);
void assert_value(const wchar_t *name, DWORD type, const void *data, size_t length);
void assert_number(const wchar_t *name, DWORD number);

/* Opens a registry key with the given access. The caller closes the key. */
HKEY key_open(const wchar_t *path, REGSAM access);

/* Lists everything in the key and below it, in a fixed order. Two lists are equal if and only if
 * the contents are equal. The caller frees the list. */
char *key_snapshot(void);
#define ASSERT_KEY_IS(snapshot) assert_key_is((snapshot), __FILE__, __LINE__)
void assert_key_is(const char *snapshot, const char *file, int line);

/* Runs the reg.exe of System32. An import may exit with 0 although it has failed, so the caller
 * must check the values. */
const struct run *reg(const char *arguments, ...) __attribute__((format(gnu_printf, 1, 2)));

/* ---- files ------------------------------------------------------------ */

/* Returns a path in the store, such as C:\ProgramData\maxport\lock. The buffer belongs to this
 * module. The fourth later call of store_path() or scratch_path() overwrites it. */
const wchar_t *store_path(const wchar_t *name);
/* Like store_path(), for the scratch folder. */
const wchar_t *scratch_path(const wchar_t *name);
const char *utf8(const wchar_t *wide); /* in UTF-8; the fourth later call overwrites it */

bool is_there(const wchar_t *path);
/* Returns the content of the file, followed by a NUL. The caller frees the content. */
char *file_read(const wchar_t *path, size_t *length);
void file_write(const wchar_t *path, const void *data, size_t length);
void tree_delete(const wchar_t *path);

/* Lists the names and sizes of all files and folders in the store except the lock, one per line.
 * Returns "" if there is no store. The caller frees the list. */
char *store_listing(void);

/* Parses each line of the journal strictly as one JSON object, and returns the objects as an array.
 * The caller releases the array with json_decref(). */
json_t *journal_lines(void);

#endif
