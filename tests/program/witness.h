/* witness.h - what is really in the registry and in the store, found without maxport.
 *
 * The registry is read byte for byte by Windows' own calls, and reg.exe is asked
 * where a person would ask it (it mangles odd types, so it is no judge of bytes).
 */
#ifndef TESTS_PROGRAM_WITNESS_H
#define TESTS_PROGRAM_WITNESS_H

#include "program/run.h"

#define KEY_PATH L"SYSTEM\\CurrentControlSet\\Services\\Tcpip\\Parameters"
#define KEY_FULL "HKEY_LOCAL_MACHINE\\SYSTEM\\CurrentControlSet\\Services\\Tcpip\\Parameters"
#define SCRATCH_SUBKEY L"maxport-tests"

enum { STORE_PATHS = MAX_PATH };

bool is_wine(void);

/* ---- around every test ------------------------------------------------ */

/* Refuses (false, *why) a machine that nobody said may be changed, or that has a store
 * or settings already. Once, before anything. */
bool witness_begin(const char **why);

/* Neither store nor settings, a key as it was, and an empty scratch folder. The
 * teardown also ends what still runs, and fails where the key is not as it was. */
void bare_setup(void);
void bare_teardown(void);

/* A test case with these fixtures. */
TCase *bare_case(Suite *suite, const char *name);

/* ---- registry --------------------------------------------------------- */

/* Values directly in the key. Written and deleted at once, or the test fails. */
void value_write(const wchar_t *name, DWORD type, const void *data, size_t length);
void value_write_number(const wchar_t *name, DWORD number);
void value_delete(const wchar_t *name); /* absent is fine */

bool value_is_absent(const wchar_t *name);
void assert_value(const wchar_t *name, DWORD type, const void *data, size_t length);
void assert_number(const wchar_t *name, DWORD number);

/* A key that anybody with rights to it may write. Close it. */
HKEY key_open(const wchar_t *path, REGSAM access);

/* Everything in the key and below, in an order that only depends on what there is.
 * Two of them are equal exactly if the key is. free() it. */
char *key_snapshot(void);
#define ASSERT_KEY_IS(snapshot) assert_key_is((snapshot), __FILE__, __LINE__)
void assert_key_is(const char *snapshot, const char *file, int line);

/* reg.exe of System32. Exit code 0 of an import proves nothing: look. */
const struct run *reg(const char *arguments, ...) __attribute__((format(gnu_printf, 1, 2)));

/* ---- files ------------------------------------------------------------ */

/* The store, such as C:\ProgramData\maxport, and a path in it. In a buffer of this
 * module that the fourth call from now reuses. */
const wchar_t *store_path(const wchar_t *name);
/* The scratch folder's. */
const wchar_t *scratch_path(const wchar_t *name);
const char *utf8(const wchar_t *wide); /* the same, in UTF-8 */

bool is_there(const wchar_t *path);
/* The whole file, with a NUL behind; free() it. */
char *file_read(const wchar_t *path, size_t *length);
void file_write(const wchar_t *path, const void *data, size_t length);
void tree_delete(const wchar_t *path);

/* Names and sizes of all below the store, one a line; "" without a store. free() it. */
char *store_listing(void);

/* The journal's lines, each parsed strictly as one JSON object. json_decref it. */
json_t *journal_lines(void);

#endif
