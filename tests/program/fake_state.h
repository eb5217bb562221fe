/* fake_state.h - the files in which the fakes of Windows keep what they are to say, and
 * write down what they were asked. Used by the fakes and by the tests that set them.
 *
 * They lie at fixed places in the prefix, so that no environment has to reach a program
 * that is started by another one, or a DLL in somebody else's process. A state is UTF-8
 * text, a line for each thing, its fields parted by '|'; '#' starts a comment.
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

/* Exists while some netsh hangs. */
#define FAKE_NETSH_HANGS L"maxport-fake-netsh-hangs"

enum { FAKE_FIELDS_MAX = 16, FAKE_LINE_SIZE = 1024 };

struct fake_line {
    char text[FAKE_LINE_SIZE]; /* what the fields point into */
    char *fields[FAKE_FIELDS_MAX];
    size_t count;
};

/* The whole file and a NUL, malloc'ed; "" if there is none. NULL: no memory. */
char *fake_state_read(const wchar_t *path);
/* All at once: whoever reads meanwhile sees the old text or the new. */
bool fake_state_write(const wchar_t *path, const char *text);
/* One line; lines of several processes never mix. */
void fake_state_log(const wchar_t *path, const char *line);

/* The next line that has fields; false at the end. Starts at *at, and moves it on. */
bool fake_state_next(const char **at, struct fake_line *line);
/* The next one whose first field is `kind` and that has so many fields. */
bool fake_state_find(const char **at, const char *kind, size_t fields_min, struct fake_line *line);

/* netsh's state about one range: "tcp", "ipv4". False: it has none. */
bool fake_state_range(const char *netsh_state, const char *protocol, const char *family,
                      unsigned long *start, unsigned long *count);

#endif
