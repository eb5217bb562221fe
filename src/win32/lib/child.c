#include "win32/lib/child.h"

#include "win32/lib/system_message.h"
#include "win32/lib/wide.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
    PIPE_BYTES = CHILD_OUTPUT_MAX, /* mostly all the child says, so that it never waits for us */
    LOOK_MS = 20,                  /* how often a child that says more is listened to */
    ENDING_MS = 500,               /* to be gone after it was ended */
    COMMAND_SIZE = 512,
    EXIT_CODE_ENDED = 1,
};

/* Handles that the child gets, and ours. */
struct ends {
    HANDLE input;  /* NUL, inheritable */
    HANDLE output; /* the pipe's writing end, inheritable */
    HANDLE reader; /* ours */
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

/* Another child that starts meanwhile inherits these ends, too. It does no harm: the end
 * of this one is told by its process, not by its pipe. */
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

/* A job that ends with its handle, so that nothing stays behind us either. NULL will do. */
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

/* The system folder, the program's path in it, and `"PATH" ARGUMENTS`. */
static bool spell(const wchar_t *program, const wchar_t *arguments, wchar_t folder[MAX_PATH],
                  wchar_t path[MAX_PATH], wchar_t command[COMMAND_SIZE])
{
    UINT count = GetSystemDirectoryW(folder, MAX_PATH);
    if (count == 0 || count >= MAX_PATH || wcspbrk(program, L"\\/:\""))
        return false;
    /* Not wcscpy: FORTIFY makes wcscpy_s of it, which Windows XP lacks. */
    int path_length = _snwprintf(path, MAX_PATH, L"%ls\\%ls", folder, program);
    if (path_length < 0 || path_length >= MAX_PATH)
        return false; /* and it may lack its NUL */
    int length = _snwprintf(command, COMMAND_SIZE, L"\"%ls\" %ls", path, arguments);
    return length > 0 && length < COMMAND_SIZE;
}

/* Takes what is in the pipe. What is more than wanted is thrown away, not left: the child
 * would wait for room. */
static void drain(HANDLE reader, struct child_answer *answer)
{
    char buffer[4096];
    DWORD available, got;
    while (PeekNamedPipe(reader, NULL, 0, NULL, &available, NULL) && available > 0) {
        if (available > sizeof buffer)
            available = sizeof buffer;
        if (!ReadFile(reader, buffer, available, &got, NULL) || got == 0)
            return;
        size_t room = CHILD_OUTPUT_MAX - answer->output.length;
        answer->is_cut = answer->is_cut || got > room;
        text_append(&answer->output, buffer, got < room ? got : room);
    }
}

/* false: the limit has passed. */
static bool listen(HANDLE process, HANDLE reader, DWORD limit_ms, struct child_answer *answer)
{
    DWORD start = GetTickCount(), elapsed;
    while ((elapsed = GetTickCount() - start) < limit_ms) {
        DWORD left = limit_ms - elapsed;
        if (WaitForSingleObject(process, left < LOOK_MS ? left : LOOK_MS) == WAIT_OBJECT_0) {
            drain(reader, answer);
            return true;
        }
        drain(reader, answer);
    }
    return false;
}

/* Our own streams are not for it, though it inherits every handle that says so: whoever
 * reads what we print would wait for a child that outlives us. */
static void keep_streams_to_ourselves(void)
{
    static const DWORD streams[] = {STD_INPUT_HANDLE, STD_OUTPUT_HANDLE, STD_ERROR_HANDLE};
    for (size_t i = 0; i < sizeof streams / sizeof *streams; i++)
        SetHandleInformation(GetStdHandle(streams[i]), HANDLE_FLAG_INHERIT, 0);
}

/* Starts it suspended, so that all it does is done inside its job. */
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
    keep_streams_to_ourselves();
    BOOL is_started =
        CreateProcessW(path, command, NULL, NULL, TRUE, CREATE_NO_WINDOW | CREATE_SUSPENDED, NULL,
                       folder, &startup, &started);
    *code = GetLastError();
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

bool child_run(const wchar_t *program, const wchar_t *arguments, DWORD limit_ms,
               struct child_answer *answer, struct fault *fault)
{
    char name[64];
    struct ends ends;
    HANDLE process, job;
    DWORD code;
    wide_copy_utf8(program, name, sizeof name);
    if (!open_ends(&ends, &code))
        return system_fault(fault, FAULT_FAILED, code, "%s cannot be started", name);
    bool is_started = start(program, arguments, &ends, &process, &job, &code);
    close_handle(&ends.input);
    close_handle(&ends.output);
    if (!is_started) {
        close_ends(&ends);
        return system_fault(fault, FAULT_FAILED, code, "%s cannot be started", name);
    }

    struct child_answer heard = {.exit_code = 0};
    text_init(&heard.output);
    bool is_done = listen(process, ends.reader, limit_ms, &heard);
    if (is_done)
        GetExitCodeProcess(process, &heard.exit_code);
    else
        end(process, job);
    CloseHandle(process);
    close_handle(&job);
    close_ends(&ends);

    if (is_done && !heard.output.is_broken) {
        *answer = heard;
        return true;
    }
    text_release(&heard.output);
    if (is_done)
        return fault_no_memory(fault);
    return fault_set(fault, FAULT_UNAVAILABLE, ERROR_TIMEOUT,
                     "%s did not answer within %lu seconds.", name,
                     (unsigned long)(limit_ms + 999) / 1000);
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
