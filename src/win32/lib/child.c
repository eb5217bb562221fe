#include "win32/lib/child.h"

#include "win32/lib/environment.h"
#include "win32/lib/system_message.h"
#include "win32/lib/wide.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
    PIPE_BYTES = CHILD_OUTPUT_MAX, /* room for the usual output, so that the child need not wait */
    ENDLESS_BYTES = 4 << 20,       /* a child that prints more is ended */
    LOOK_MS = 20,                  /* interval of reads while the child runs */
    ENDING_MS = 500,               /* time for the child to end after TerminateProcess */
    COMMAND_SIZE = 512,
    EXIT_CODE_ENDED = 1,
};

/* The child's input, and both ends of the pipe for its output. */
struct ends {
    HANDLE input;  /* for the child: NUL */
    HANDLE output; /* for the child: the writing end of the pipe */
    HANDLE reader; /* the reading end */
};

static void close_handle(HANDLE *handle)
{
    if (*handle && *handle != INVALID_HANDLE_VALUE)
        CloseHandle(*handle);
    *handle = NULL;
}

static void close_ends(struct ends *ends)
{
    close_handle(&ends->input);
    close_handle(&ends->output);
    close_handle(&ends->reader);
}

/* Opens the input and the pipe. Another child that is started at the same time inherits these
 * handles too. This is harmless, because maxport waits for the end of the child's process, not for
 * the end of the pipe. */
static bool open_ends(struct ends *ends, DWORD *code)
{
    SECURITY_ATTRIBUTES inheritable = {.nLength = sizeof inheritable, .bInheritHandle = TRUE};
    *ends = (struct ends){NULL, NULL, NULL};
    ends->input =
        CreateFileW(L"NUL", GENERIC_READ, FILE_SHARE_READ | FILE_SHARE_WRITE, &inheritable,
                    OPEN_EXISTING, SECURITY_SQOS_PRESENT | SECURITY_IDENTIFICATION, NULL);
    *code = GetLastError();
    if (ends->input == INVALID_HANDLE_VALUE)
        return false;
    if (!CreatePipe(&ends->reader, &ends->output, &inheritable, PIPE_BYTES)) {
        *code = GetLastError();
        close_ends(ends);
        return false;
    }
    SetHandleInformation(ends->reader, HANDLE_FLAG_INHERIT, 0);
    return true;
}

/* Makes a job object. When its handle is closed, or maxport ends, Windows ends the processes in the
 * job object. On failure returns NULL; the child then runs without a job object. */
static HANDLE make_job(void)
{
    JOBOBJECT_EXTENDED_LIMIT_INFORMATION limits = {.BasicLimitInformation.LimitFlags =
                                                       JOB_OBJECT_LIMIT_KILL_ON_JOB_CLOSE};
    HANDLE job = CreateJobObjectW(NULL, NULL);
    if (job &&
        !SetInformationJobObject(job, JobObjectExtendedLimitInformation, &limits, sizeof limits)) {
        close_handle(&job);
    }
    return job;
}

/* Fills `folder` with the system folder, `path` with the path of the program, and `command` with
 * `"PATH" ARGUMENTS`. */
static bool spell(const wchar_t *program, const wchar_t *arguments, wchar_t folder[MAX_PATH],
                  wchar_t path[MAX_PATH], wchar_t command[COMMAND_SIZE])
{
    UINT count = GetSystemDirectoryW(folder, MAX_PATH);
    if (count == 0 || count >= MAX_PATH || wcspbrk(program, L"\\/:\""))
        return false;
    /* wcscpy is not used, because FORTIFY replaces it with wcscpy_s, which Windows XP does not
     * have. */
    int path_length = _snwprintf(path, MAX_PATH, L"%ls\\%ls", folder, program);
    if (path_length < 0 || path_length >= MAX_PATH)
        return false; /* the result may have no NUL */
    int length = _snwprintf(command, COMMAND_SIZE, L"\"%ls\" %ls", path, arguments);
    return length > 0 && length < COMMAND_SIZE;
}

enum hearing { HEARD_ALL, HEARD_TOO_LATE, HEARD_TOO_MUCH };

struct listener {
    HANDLE reader;
    DWORD start, limit_ms;
    size_t bytes; /* total bytes read; `answer` keeps at most CHILD_OUTPUT_MAX */
    struct child_answer *answer;
};

static enum hearing check_limits(const struct listener *listener)
{
    if (listener->bytes > ENDLESS_BYTES)
        return HEARD_TOO_MUCH;
    return GetTickCount() - listener->start < listener->limit_ms ? HEARD_ALL : HEARD_TOO_LATE;
}

/* Reads everything in the pipe, because a full pipe would block the child. Drops output that does
 * not fit. Checks the limits before each read, in case the child writes faster than this function
 * reads. */
static enum hearing drain(struct listener *listener)
{
    struct child_answer *answer = listener->answer;
    char buffer[4096];
    DWORD available, got;
    while (PeekNamedPipe(listener->reader, NULL, 0, NULL, &available, NULL) && available > 0) {
        enum hearing hearing = check_limits(listener);
        if (hearing != HEARD_ALL)
            return hearing;
        if (available > sizeof buffer)
            available = sizeof buffer;
        if (!ReadFile(listener->reader, buffer, available, &got, NULL) || got == 0)
            break;
        size_t room = CHILD_OUTPUT_MAX - answer->output.length;
        answer->is_cut = answer->is_cut || got > room;
        text_append(&answer->output, buffer, got < room ? got : room);
        listener->bytes += got;
    }
    return HEARD_ALL;
}

static enum hearing listen(HANDLE process, struct listener *listener)
{
    DWORD elapsed;
    while ((elapsed = GetTickCount() - listener->start) < listener->limit_ms) {
        DWORD left = listener->limit_ms - elapsed;
        bool is_done =
            WaitForSingleObject(process, left < LOOK_MS ? left : LOOK_MS) == WAIT_OBJECT_0;
        enum hearing hearing = drain(listener);
        if (is_done || hearing != HEARD_ALL)
            return hearing;
    }
    return HEARD_TOO_LATE;
}

/* Makes maxport's standard streams not inheritable. Otherwise a child that runs longer than maxport
 * would keep maxport's output pipe open, and the program that reads this pipe would wait. */
static void keep_streams_to_ourselves(void)
{
    static const DWORD streams[] = {STD_INPUT_HANDLE, STD_OUTPUT_HANDLE, STD_ERROR_HANDLE};
    for (size_t i = 0; i < sizeof streams / sizeof *streams; i++)
        SetHandleInformation(GetStdHandle(streams[i]), HANDLE_FLAG_INHERIT, 0);
}

/* Starts the child suspended, puts it into a job object and resumes it. If the job object is not
 * available, the child runs without one. */
static bool start(const wchar_t *program, const wchar_t *arguments, const struct ends *ends,
                  HANDLE *process, HANDLE *job, DWORD *code)
{
    wchar_t folder[MAX_PATH], path[MAX_PATH], command[COMMAND_SIZE];
    STARTUPINFOW startup = {
        .cb = sizeof startup,
        .dwFlags = STARTF_USESTDHANDLES,
        .hStdInput = ends->input,
        .hStdOutput = ends->output,
        .hStdError = ends->output,
    };
    PROCESS_INFORMATION started;
    if (!spell(program, arguments, folder, path, command)) {
        *code = ERROR_INVALID_NAME;
        return false;
    }
    wchar_t *environment = environment_make();
    if (!environment) {
        *code = ERROR_NOT_ENOUGH_MEMORY;
        return false;
    }
    keep_streams_to_ourselves();
    BOOL is_started =
        CreateProcessW(path, command, NULL, NULL, TRUE,
                       CREATE_NO_WINDOW | CREATE_SUSPENDED | CREATE_UNICODE_ENVIRONMENT,
                       environment, folder, &startup, &started);
    *code = GetLastError();
    free(environment);
    if (!is_started)
        return false;
    *process = started.hProcess;
    *job = make_job();
    if (*job && !AssignProcessToJobObject(*job, *process))
        close_handle(job);
    ResumeThread(started.hThread);
    CloseHandle(started.hThread);
    return true;
}

static void end(HANDLE process, HANDLE job)
{
    if (job)
        TerminateJobObject(job, EXIT_CODE_ENDED);
    TerminateProcess(process, EXIT_CODE_ENDED);
    WaitForSingleObject(process, ENDING_MS);
}

static bool fault_unheard(struct fault *fault, enum hearing hearing, const char *name,
                          DWORD limit_ms)
{
    if (hearing == HEARD_TOO_MUCH)
        return fault_set(fault, FAULT_UNAVAILABLE, ERROR_BUFFER_OVERFLOW,
                         "%s printed more than %u MB and was ended.", name, ENDLESS_BYTES >> 20);
    return fault_set(fault, FAULT_UNAVAILABLE, ERROR_TIMEOUT,
                     "%s did not respond within %lu seconds.", name,
                     (unsigned long)(limit_ms + 999) / 1000);
}

bool child_run(const wchar_t *program, const wchar_t *arguments, DWORD limit_ms,
               struct child_answer *answer, struct fault *fault)
{
    char name[64];
    struct ends ends;
    HANDLE process, job;
    DWORD code;
    wide_copy_utf8(program, name, sizeof name);
    if (!open_ends(&ends, &code))
        return system_fault(fault, FAULT_FAILED, code, "%s could not be started", name);
    bool is_started = start(program, arguments, &ends, &process, &job, &code);
    close_handle(&ends.input);
    close_handle(&ends.output);
    if (!is_started) {
        close_ends(&ends);
        return system_fault(fault, FAULT_FAILED, code, "%s could not be started", name);
    }

    struct child_answer heard = {.exit_code = 0};
    struct listener listener = {ends.reader, GetTickCount(), limit_ms, 0, &heard};
    text_init(&heard.output);
    enum hearing hearing = listen(process, &listener);
    if (hearing == HEARD_ALL)
        GetExitCodeProcess(process, &heard.exit_code);
    else
        end(process, job);
    CloseHandle(process);
    close_handle(&job);
    close_ends(&ends);

    if (hearing == HEARD_ALL && !heard.output.is_broken) {
        *answer = heard;
        return true;
    }
    text_release(&heard.output);
    return hearing == HEARD_ALL ? fault_no_memory(fault)
                                : fault_unheard(fault, hearing, name, limit_ms);
}

void child_answer_release(struct child_answer *answer)
{
    text_release(&answer->output);
}

void child_output_line(const struct child_answer *answer, size_t bytes_max, struct text *line)
{
    const char *data = text_string(&answer->output);
    size_t length = answer->output.length < bytes_max ? answer->output.length : bytes_max;
    wchar_t *wide = malloc((length + 1) * sizeof *wide);
    if (!wide || length == 0) {
        free(wide);
        return;
    }
    int count = MultiByteToWideChar(CP_OEMCP, 0, data, (int)length, wide, (int)length);
    int kept = 0;
    for (int i = 0; i < count; i++) {
        bool is_space = wide[i] <= L' ';
        if (!is_space)
            wide[kept++] = wide[i];
        else if (kept > 0 && wide[kept - 1] != L' ')
            wide[kept++] = L' ';
    }
    while (kept > 0 && wide[kept - 1] == L' ')
        kept--;
    char *utf8 = wide_to_utf8(wide, (size_t)kept);
    if (utf8)
        text_safe(line, utf8, strlen(utf8));
    free(utf8);
    free(wide);
}
