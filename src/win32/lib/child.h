/* child.h - a program of Windows' own, run for what it says.
 *
 * It is started by its full path in the system folder, which GetSystemDirectoryW
 * names: no search, no shell. For a 32-bit maxport on 64-bit Windows that name
 * leads to SysWOW64 (Win32, "File System Redirector"); netsh is in both folders,
 * and either one sets the ranges of the one TCP/IP driver. It gets no window, the
 * system folder as its current one, NUL as its input, and the environment of
 * environment.h, so that it can neither load a DLL lying about, nor follow a variable
 * of the user's, nor wait for an answer.
 *
 * It lives in a job object of its own: when its time is up it ends, and with it what
 * it started, and nothing else. Before Windows 8 a process that is in a job already
 * cannot have another (Win32, "Nested Jobs"): then only the child itself is ended.
 */
#ifndef WIN32_LIB_CHILD_H
#define WIN32_LIB_CHILD_H

#include "core/base/fault.h"
#include "core/base/text.h"

#include <windows.h>

enum { CHILD_OUTPUT_MAX = 64 * 1024 };

struct child_answer {
    DWORD exit_code;
    struct text output; /* standard output and error as they came: bytes, no known encoding */
    bool is_cut;        /* there was more than CHILD_OUTPUT_MAX of it */
};

/* Runs `program`, a file name only, with `arguments`, a command line's rest; waits for
 * its end. Fills *answer, to be released, whatever the exit code.
 * FAULT_UNAVAILABLE: not done within the limit, or more than 4 MB of output, and ended;
 * FAULT_MISSING: no such
 * program; FAULT_DENIED; FAULT_FAILED. */
bool child_run(const wchar_t *program, const wchar_t *arguments, DWORD limit_ms,
               struct child_answer *answer, struct fault *fault) MUST_CHECK;
void child_answer_release(struct child_answer *answer);

/* Output in the console's code page (OEM; netsh's when it is redirected, seen in Japanese
 * and Portuguese output) as one safe line of UTF-8, at most so many bytes of the output. */
void child_output_line(const struct child_answer *answer, size_t bytes_max, struct text *line);

#endif
