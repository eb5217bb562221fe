#include "program/run.h"

#include "documents.h"
#include "program/witness.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <wchar.h>

/* LIMIT_MS only ends programs that hang, so it is long enough for a slow machine. PIPE_MS can be
 * short: when a program has ended, its output is already in its pipes. */
enum { LINE_COUNT = 8192, LIMIT_MS = 90000, PIPE_MS = 2000, ATTEMPTS = 3 };
enum { NEVER_OPEN = 0x00fffff0 }; /* a handle number that no process reaches */

struct reader {
    bool is_held; /* another process still has the pipe open */
    HANDLE pipe, thread;
    HANDLE file; /* instead of a pipe */
    char *data;
    size_t length;
};

struct started {
    struct started *next;
    HANDLE process;
    DWORD limit_ms;
    HANDLE silent_input; /* the other end of STREAM_SILENT */
    struct reader out, err;
    struct run run;
    bool is_over;
    json_t *document;
};

static struct started *all;
static wchar_t maxport_path[MAX_PATH];

void run_use(const wchar_t *maxport)
{
    snwprintf(maxport_path, MAX_PATH, L"%ls", maxport); /* not checked, because no test runs yet */
}

const wchar_t *run_maxport_path(void)
{
    return maxport_path;
}

/* ------------------------------------------------------------ pipes */

static DWORD WINAPI read_all(void *context)
{
    struct reader *reader = context;
    char piece[4096];
    DWORD got;

    while (ReadFile(reader->pipe, piece, sizeof piece, &got, NULL) && got > 0) {
        char *longer = realloc(reader->data, reader->length + got + 1);

        if (!longer)
            abort();
        memcpy(longer + reader->length, piece, got);
        reader->data = longer;
        reader->length += got;
        longer[reader->length] = '\0';
    }
    return 0;
}

/* Opens a file for reading only, so that a write to it fails. */
static HANDLE open_unwritable(void)
{
    SECURITY_ATTRIBUTES inherited = {sizeof inherited, NULL, TRUE};
    HANDLE file = CreateFileW(maxport_path, GENERIC_READ, FILE_SHARE_READ, &inherited,
                              OPEN_EXISTING, 0, NULL);

    ck_assert_ptr_ne(file, INVALID_HANDLE_VALUE);
    return file;
}

/* Opens a file that is deleted when its last handle is closed. */
static HANDLE open_file(struct reader *reader)
{
    SECURITY_ATTRIBUTES inherited = {sizeof inherited, NULL, TRUE};
    wchar_t folder[MAX_PATH], path[MAX_PATH];

    ck_assert_uint_ne(GetTempPathW(MAX_PATH, folder), 0);
    ck_assert_uint_ne(GetTempFileNameW(folder, L"run", 0, path), 0);
    reader->file = CreateFileW(path, GENERIC_READ | GENERIC_WRITE,
                               FILE_SHARE_READ | FILE_SHARE_WRITE | FILE_SHARE_DELETE, &inherited,
                               CREATE_ALWAYS, FILE_FLAG_DELETE_ON_CLOSE, NULL);
    ck_assert_ptr_ne(reader->file, INVALID_HANDLE_VALUE);
    return reader->file;
}

static HANDLE open_pipe(struct reader *reader, bool is_deaf)
{
    SECURITY_ATTRIBUTES inherited = {sizeof inherited, NULL, TRUE};
    HANDLE write_end;

    ck_assert(CreatePipe(&reader->pipe, &write_end, &inherited, 0));
    ck_assert(SetHandleInformation(reader->pipe, HANDLE_FLAG_INHERIT, 0));
    if (is_deaf) {
        CloseHandle(reader->pipe);
        reader->pipe = NULL;
        return write_end;
    }
    reader->thread = CreateThread(NULL, 0, read_all, reader, 0, NULL);
    ck_assert_ptr_nonnull(reader->thread);
    return write_end;
}

/* Opens standard output or standard error of a program. */
static HANDLE open_reader(struct reader *reader, enum stream stream, bool is_deaf)
{
    reader->data = calloc(1, 1);
    ck_assert_ptr_nonnull(reader->data);
    if (stream == STREAM_NONE || stream == STREAM_OUTPUT)
        return NULL;
    return stream == STREAM_FILE ? open_file(reader) : open_pipe(reader, is_deaf);
}

/* Returns false if the program has ended, but another process still has its pipe open. Under Wine,
 * explorer.exe may have the pipe of standard error open. The first program that needs a window
 * starts explorer.exe, which inherits the pipe and continues to run. maxport needs a window if it
 * uses COM. */
static bool close_reader(struct reader *reader)
{
    if (reader->file) {
        reader->pipe = reader->file;
        SetFilePointer(reader->file, 0, NULL, FILE_BEGIN);
        read_all(reader);
        CloseHandle(reader->file);
        return true;
    }
    if (!reader->pipe)
        return true; /* the pipe has no reader */
    if (WaitForSingleObject(reader->thread, PIPE_MS) != WAIT_OBJECT_0) {
        reader->is_held = true;
        return false;
    }
    CloseHandle(reader->thread);
    CloseHandle(reader->pipe);
    return true;
}

/* Opens the standard input of a program. A pipe can store a few thousand bytes before the program
 * reads them, which is enough for the tests. */
static HANDLE open_input(const struct way *way, struct started *started)
{
    SECURITY_ATTRIBUTES inherited = {sizeof inherited, NULL, TRUE};
    const char *input = way->in == STREAM_SILENT ? "" : way->input;
    HANDLE read_end, write_end;
    DWORD written;

    if (way->in == STREAM_NONE)
        return NULL;
    if (way->in == STREAM_CLOSED)
        return (HANDLE)(uintptr_t)NEVER_OPEN;
    if (!input) {
        read_end = CreateFileW(L"NUL", GENERIC_READ, FILE_SHARE_READ | FILE_SHARE_WRITE, &inherited,
                               OPEN_EXISTING, 0, NULL);
        ck_assert_ptr_ne(read_end, INVALID_HANDLE_VALUE);
        return read_end;
    }
    ck_assert(CreatePipe(&read_end, &write_end, &inherited, 65536));
    ck_assert(SetHandleInformation(write_end, HANDLE_FLAG_INHERIT, 0));
    if (way->in == STREAM_SILENT) {
        started->silent_input = write_end;
        return read_end;
    }
    ck_assert(WriteFile(write_end, input, (DWORD)strlen(input), &written, NULL));
    CloseHandle(write_end);
    return read_end;
}

/* ------------------------------------------------------------ processes */

static void open_streams(const struct way *way, struct started *started, STARTUPINFOW *startup)
{
    startup->hStdInput = open_input(way, started);
    startup->hStdOutput = open_reader(&started->out, way->out, way->is_deaf || way->is_unwritable);
    if (way->is_unwritable) {
        CloseHandle(startup->hStdOutput);
        startup->hStdOutput = open_unwritable();
    }
    startup->hStdError = open_reader(&started->err, way->err, false);
    if (way->err == STREAM_OUTPUT)
        startup->hStdError = startup->hStdOutput;
}

/* Closes the handles that the program has inherited, except a file, which is read at the end. */
static void close_own_ends(const struct way *way, const STARTUPINFOW *startup)
{
    if (way->in != STREAM_NONE && way->in != STREAM_CLOSED)
        CloseHandle(startup->hStdInput);
    if (way->out == STREAM_USUAL)
        CloseHandle(startup->hStdOutput);
    if (way->err == STREAM_USUAL)
        CloseHandle(startup->hStdError);
}

static struct started *start_wide(const struct way *way, const wchar_t *arguments)
{
    const wchar_t *program = way->program ? way->program : maxport_path;
    struct started *started = calloc(1, sizeof *started);
    STARTUPINFOW startup = {.cb = sizeof startup, .dwFlags = STARTF_USESTDHANDLES};
    PROCESS_INFORMATION process;
    wchar_t line[LINE_COUNT];
    DWORD console = way->has_console ? CREATE_NO_WINDOW : DETACHED_PROCESS;
    BOOL is_started = FALSE;
    DWORD error = 0;

    ck_assert_ptr_nonnull(started);
    ck_assert_int_gt(snwprintf(line, LINE_COUNT, L"\"%ls\" %ls", program, arguments), 0);
    started->limit_ms = way->limit_ms ? way->limit_ms : LIMIT_MS;
    open_streams(way, started, &startup);
    /* Sometimes the heap of Wine's loader occupies the address of a page that Windows shares with
     * all programs. The program then cannot start, so the start is repeated (src/cmake/wine,
     * wine_settle). */
    for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
        is_started = way->token
                         ? CreateProcessAsUserW(way->token, program, line, NULL, NULL, TRUE,
                                                console, NULL, way->folder, &startup, &process)
                         : CreateProcessW(program, line, NULL, NULL, TRUE, console, NULL,
                                          way->folder, &startup, &process);
        error = GetLastError();
        if (is_started || error != ERROR_INTERNAL_ERROR)
            break;
    }
    close_own_ends(way, &startup);
    if (!is_started) {
        close_reader(&started->out);
        close_reader(&started->err);
        ck_abort_msg("%ls does not start: error %lu", line, error);
    }
    CloseHandle(process.hThread);
    started->process = process.hProcess;
    started->next = all;
    all = started;
    return started;
}

struct started *run_start(const struct way *way, const char *arguments)
{
    wchar_t wide[LINE_COUNT];

    ck_assert(MultiByteToWideChar(CP_UTF8, 0, arguments, -1, wide, LINE_COUNT) > 0);
    return start_wide(way, wide);
}

HANDLE run_process(const struct started *started)
{
    return started->process;
}

static void end_process(struct started *started, DWORD exit_code)
{
    TerminateProcess(started->process, exit_code);
    WaitForSingleObject(started->process, LIMIT_MS);
}

const struct run *run_finish(struct started *started)
{
    struct run *run = &started->run;

    if (started->is_over)
        return run;
    if (WaitForSingleObject(started->process, started->limit_ms) != WAIT_OBJECT_0) {
        run->is_over_time = true;
        end_process(started, EXIT_KILLED);
    }
    if ((!close_reader(&started->out) | !close_reader(&started->err)) && !is_wine()) {
        fputs("program-tests: a pipe outlives its program\n", stderr);
        run->is_over_time = true;
    }
    if (started->silent_input)
        CloseHandle(started->silent_input);
    GetExitCodeProcess(started->process, &run->exit_code);
    run->out = started->out.data;
    run->out_length = started->out.length;
    run->err = started->err.data;
    run->err_length = started->err.length;
    started->is_over = true;
    return run;
}

const struct run *run_kill(struct started *started)
{
    end_process(started, EXIT_KILLED);
    return run_finish(started);
}

const struct run *run_wide(const struct way *way, const wchar_t *arguments)
{
    return run_finish(start_wide(way, arguments));
}

const struct run *run_way(const struct way *way, const char *arguments)
{
    return run_finish(run_start(way, arguments));
}

const struct run *maxport(const char *arguments, ...)
{
    char line[LINE_COUNT];
    va_list list;

    va_start(list, arguments);
    ck_assert_int_lt(vsnprintf(line, sizeof line, arguments, list), (int)sizeof line);
    va_end(list);
    return run_way(&(struct way){0}, line);
}

void run_forget(void)
{
    while (all) {
        struct started *next = all->next;

        if (!all->is_over)
            run_kill(all);
        CloseHandle(all->process);
        json_decref(all->document);
        /* If a thread still reads from a pipe, it may write to its buffer. So the buffer must not
         * be freed. */
        if (!all->out.is_held && !all->err.is_held) {
            free(all->run.out);
            free(all->run.err);
            free(all);
        }
        all = next;
    }
}

/* Returns how many characters at the beginning of `text` match `words`, or 0 if the beginning does
 * not match. A space in `words` matches any run of spaces and line breaks. A tab is an ordinary
 * character. */
static size_t match(const char *text, const char *words)
{
    const char *at = text;

    for (; *words; words++) {
        size_t blanks = strspn(at, " \r\n");

        if (*words == ' ' && blanks > 0)
            at += blanks;
        else if (*words != *at++)
            return 0;
        while (*words == ' ' && words[1] == ' ')
            words++;
    }
    return (size_t)(at - text);
}

bool says(const char *text, const char *words)
{
    for (; *text; text++)
        if (match(text, words))
            return true;
    return !*words;
}

void assert_exit(const struct run *run, DWORD wanted, const char *what, const char *file, int line)
{
    ck_assert_msg(!run->is_over_time && run->exit_code == wanted,
                  "%s:%d: %s: exit code %lu where %lu was expected%s\nstdout:\n%s\nstderr:\n%s",
                  file, line, what, run->exit_code, wanted, run->is_over_time ? " (over time)" : "",
                  run->out, run->err);
}

/* ------------------------------------------------------------ JSON */

json_t *run_json(const struct run *run)
{
    struct started *started = (struct started *)((char *)run - offsetof(struct started, run));
    json_error_t error;

    if (started->document)
        return started->document;
    started->document = json_loadb(run->out, run->out_length, JSON_REJECT_DUPLICATES, &error);
    ck_assert_msg(started->document != NULL, "not JSON: %s in line %d of\n%s\nstderr:\n%s",
                  error.text, error.line, run->out, run->err);
    documents_keep(run->out);
    return started->document;
}

json_t *json_at(json_t *document, const char *path)
{
    const char *rest = path;

    while (*rest) {
        char key[64];
        size_t length = strcspn(rest, ".");

        ck_assert_uint_lt(length, sizeof key);
        memcpy(key, rest, length);
        key[length] = '\0';
        document = json_is_array(document) ? json_array_get(document, (size_t)atoi(key))
                                           : json_object_get(document, key);
        ck_assert_msg(document != NULL, "%s: %s is missing", path, key);
        rest += length + (rest[length] == '.');
    }
    return document;
}

long long json_number_at(json_t *document, const char *path)
{
    json_t *found = json_at(document, path);

    ck_assert_msg(json_is_integer(found), "%s is not an integer", path);
    return json_integer_value(found);
}

const char *json_text_at(json_t *document, const char *path)
{
    json_t *found = json_at(document, path);

    ck_assert_msg(json_is_string(found), "%s is not a string", path);
    return json_string_value(found);
}

bool json_is_true_at(json_t *document, const char *path)
{
    json_t *found = json_at(document, path);

    ck_assert_msg(json_is_boolean(found), "%s is not a boolean", path);
    return json_is_true(found);
}

bool json_is_null_at(json_t *document, const char *path)
{
    return json_is_null(json_at(document, path));
}
