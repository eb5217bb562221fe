/* fake_state.h - reads and writes the files that control the fakes of Windows interfaces, and the
 * logs of the calls. The fakes and the tests use these functions.
 *
 * The files have fixed paths in the Wine prefix, so that all processes find them: the program under
 * test, programs that it starts, and DLLs in other processes. A file contains the state of a fake.
 * It is UTF-8 text with one entry for each line. '|' separates the fields of an entry, and a line
 * that begins with '#' is a comment.
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

/* Name of a mutex that exists while a fake netsh hangs. */
#define FAKE_NETSH_HANGS L"maxport-fake-netsh-hangs"

enum { FAKE_FIELDS_MAX = 16, FAKE_LINE_SIZE = 1024 };

struct fake_line {
    char text[FAKE_LINE_SIZE]; /* the elements of `fields` point into this text */
    char *fields[FAKE_FIELDS_MAX];
    size_t count;
};

/* Returns the whole file, followed by a NUL. If the file does not exist, returns "". Returns NULL
 * if memory runs out. The caller frees the result. */
char *fake_state_read(const wchar_t *path);
/* Replaces the whole file in one step, so that another process reads either the old or the new
 * text. */
bool fake_state_write(const wchar_t *path, const char *text);
/* Appends one line. Lines that several processes append are never mixed. */
void fake_state_log(const wchar_t *path, const char *line);

/* Reads the next line at *at that contains an entry, and moves *at behind the line. Returns false
 * if there is no such line. */
bool fake_state_next(const char **at, struct fake_line *line);
/* Like fake_state_next(), but reads the next line whose first field is `kind` and that has at least
 * `fields_min` fields. */
bool fake_state_find(const char **at, const char *kind, size_t fields_min, struct fake_line *line);

/* Finds the range of a protocol such as "tcp" and a family such as "ipv4" in the state of the fake
 * netsh. Returns false if the state does not contain this range. */
bool fake_state_range(const char *netsh_state, const char *protocol, const char *family,
                      unsigned long *start, unsigned long *count);

#endif
