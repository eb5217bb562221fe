/* child.h - runs a program of Windows and returns its output.
 *
 * The program is started by its full path in the system folder (GetSystemDirectoryW), without a
 * search or a shell. For a 32-bit maxport on 64-bit Windows the path leads to SysWOW64 (Win32,
 * "File System Redirector"). netsh.exe is in System32 and in SysWOW64, and both files set the
 * ranges of the same TCP/IP driver. The child process has no window, the system folder as its
 * current folder, NUL as its input, and the environment of environment.h. Therefore the child
 * cannot load a DLL from another folder, use a variable of the user, or wait for input.
 *
 * The child runs in its own job object. When its time is up, the child and all processes that it
 * started are ended. If maxport itself runs in a job object, the child is in this job object from
 * its start. Before Windows 8, a process that is in a job object cannot be put into another one
 * (Win32, "Nested Jobs"). The child then has no job object of its own, and only the child itself
 * is ended.
 */
#ifndef WIN32_LIB_CHILD_H
#define WIN32_LIB_CHILD_H

#include "core/base/fault.h"
#include "core/base/text.h"

#include <windows.h>

enum { CHILD_OUTPUT_MAX = 64 * 1024 };

struct child_answer {
    DWORD exit_code;
    struct text output; /* bytes of standard output and error, encoding unknown */
    bool is_cut;        /* there were more than CHILD_OUTPUT_MAX bytes */
};

/* Runs a program and waits until it ends. `program` is a file name without a path; `arguments` is
 * the rest of the command line. Fills *answer for any exit code; the caller releases *answer. Fails
 * with FAULT_UNAVAILABLE if maxport ended the program because the program exceeded limit_ms or
 * printed more than 4 MB, with FAULT_MISSING if the program does not exist, and otherwise with
 * FAULT_DENIED, FAULT_NO_MEMORY or FAULT_FAILED. */
bool child_run(const wchar_t *program, const wchar_t *arguments, DWORD limit_ms,
               struct child_answer *answer, struct fault *fault) MUST_CHECK;
void child_answer_release(struct child_answer *answer);

/* Appends the first bytes_max bytes of the output to *line, as one line of UTF-8 that is safe to
 * print. The output must be in the console's code page (OEM). netsh prints in this code page if its
 * output is redirected (observed with Japanese and Portuguese output). */
void child_output_line(const struct child_answer *answer, size_t bytes_max, struct text *line);

#endif
