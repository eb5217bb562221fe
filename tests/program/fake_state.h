/* fake_state.h - the files that control the fakes of Windows interfaces, and the logs of their
 * calls. Used by the fakes and by the tests.
 *
 * The files have fixed paths in the prefix, so that they also reach a program that another program
 * starts, or a DLL in another process. A state is UTF-8 text with one entry for each line; '|'
 * separates the fields; '#' starts a comment.
 */
#ifndef TESTS_PROGRAM_FAKE_STATE_H
#define TESTS_PROGRAM_FAKE_STATE_H

#include <stdbool.h>
#include <stddef.h>
#include <wchar.h>

#define FAKE_FOLDER L"C:\\fake"
#define FAKE_WMI_STATE FAKE_FOLDER L"\\wmi.txt"
#define FAKE_WMI_LOG FAKE_FOLDER L"\\wmi.log"
#define FAKE_SRCLIENT_STATE FAKE_FOLDER L"\\srclient.txt"
#define FAKE_SRCLIENT_LOG FAKE_FOLDER L"\\srclient.log"
#define FAKE_IPHLPAPI_STATE FAKE_FOLDER L"\\iphlpapi.txt"
#define FAKE_NETSH_STATE FAKE_FOLDER L"\\netsh.txt"
#define FAKE_NETSH_LOG FAKE_FOLDER L"\\netsh.log"

/* Exists while a netsh hangs. */
#define FAKE_NETSH_HANGS L"maxport-fake-netsh-hangs"

enum { FAKE_FIELDS_MAX = 16, FAKE_LINE_SIZE = 1024 };

struct fake_line {
    char text[FAKE_LINE_SIZE]; /* the fields point into this text */
    char *fields[FAKE_FIELDS_MAX];
    size_t count;
};

/* Returns the whole file and a NUL, which the caller frees; "" if the file does not exist. NULL:
 * out of memory. */
char *fake_state_read(const wchar_t *path);
/* Replaces the file at once: a concurrent reader sees either the old or the new text. */
bool fake_state_write(const wchar_t *path, const char *text);
/* Appends one line; lines of several processes never mix. */
void fake_state_log(const wchar_t *path, const char *line);

/* Reads the next line that has fields, from *at, and advances *at. Returns false at the end. */
bool fake_state_next(const char **at, struct fake_line *line);
/* Finds the next line whose first field is `kind` and that has at least `fields_min` fields. */
bool fake_state_find(const char **at, const char *kind, size_t fields_min, struct fake_line *line);

/* Finds the range of e.g. "tcp", "ipv4" in netsh's state. Returns false if the state has none. */
bool fake_state_range(const char *netsh_state, const char *protocol, const char *family,
                      unsigned long *start, unsigned long *count);

#endif
