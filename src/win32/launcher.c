#include "win32/launcher.h"

#include <stdlib.h>
#include <string.h>
#include <wchar.h>

#include <objbase.h>
#include <shellapi.h>

#include "core/system/store.h"
#include "win32/identity.h"
#include "win32/lib/com.h"
#include "win32/lib/environment.h"
#include "win32/lib/late.h"
#include "win32/lib/system_message.h"
#include "win32/lib/wide.h"

static const wchar_t program_name[] = L"maxport.exe";

/* Appends one argument to a command line, with quotation marks if needed, so that the C runtime of
 * the child passes the same argument to main() (Microsoft Learn, "main function and command-line
 * arguments"). */
static void quote(struct text *line, const char *argument)
{
    size_t backslashes = 0;

    if (line->length)
        text_puts(line, " ");
    if (*argument && !strpbrk(argument, " \t\"")) {
        text_puts(line, argument);
        return;
    }
    text_puts(line, "\"");
    for (const char *at = argument; *at; at++) {
        if (*at == '\\') {
            backslashes++;
        } else {
            /* Double the backslashes before a quotation mark, and put one more before the mark. */
            for (size_t i = 0; *at == '"' && i < backslashes + 1; i++)
                text_puts(line, "\\");
            backslashes = 0;
        }
        text_append(line, at, 1);
    }
    for (size_t i = 0; i < backslashes; i++)
        text_puts(line, "\\");
    text_puts(line, "\"");
}

/* maxport.exe, checked and ready to start. */
struct program {
    wchar_t *path;   /* owned; the full path */
    wchar_t *folder; /* owned; this program's folder, with a backslash at the end */
    HANDLE file;
};

static void program_release(struct program *program)
{
    if (program->file != INVALID_HANDLE_VALUE)
        CloseHandle(program->file);
    free(program->folder);
    free(program->path);
}

/* Finds this program's folder and the path of maxport.exe in it. */
static bool find_program(struct program *program, struct fault *fault)
{
    enum { PATH_COUNT = 32768 };
    wchar_t *path = malloc(PATH_COUNT * sizeof *path);
    wchar_t *name;
    DWORD length;

    program->path = path;
    program->folder = malloc(PATH_COUNT * sizeof *path);
    if (!path || !program->folder)
        return fault_no_memory(fault);
    length = GetModuleFileNameW(NULL, path, PATH_COUNT - (DWORD)(sizeof program_name / 2));
    name = length ? wcsrchr(path, L'\\') : NULL;
    if (!name)
        return fault_set(fault, FAULT_FAILED, 0,
                         "Windows did not report the path of this program. Nothing was changed.");
    name[1] = L'\0';
    memcpy(program->folder, path, (size_t)(name + 2 - path) * sizeof *path);
    memcpy(name + 1, program_name, sizeof program_name);
    return true;
}

/* Opens the file maxport.exe, which stays open until the program has started. Meanwhile no program
 * can write, rename, delete or replace the file, or rename a folder above it. */
static bool hold_program(struct program *program, struct fault *fault)
{
    char shown[STORE_PATH_SIZE];
    DWORD code;

    program->file = CreateFileW(program->path, GENERIC_READ, FILE_SHARE_READ, NULL, OPEN_EXISTING,
                                SECURITY_SQOS_PRESENT | SECURITY_IDENTIFICATION, NULL);
    code = GetLastError();
    if (program->file != INVALID_HANDLE_VALUE)
        return true;
    wide_copy_utf8(program->path, shown, sizeof shown);
    if (code == ERROR_FILE_NOT_FOUND || code == ERROR_PATH_NOT_FOUND)
        return fault_set(fault, FAULT_MISSING, 0,
                         "%s is missing, and the window cannot change anything without it. "
                         "Nothing was changed.",
                         shown);
    return system_fault(fault, FAULT_FAILED, code,
                        "Nothing was changed, because %s could not be opened", shown);
}

static bool is_elevated(void)
{
    struct identity_source source;
    struct identity identity;
    struct fault ignored;

    identity_open(&source);
    return source.read(source.context, &identity, &ignored) && identity.is_elevated;
}

static bool refuse_start(DWORD code, struct fault *fault)
{
    return system_fault(fault, code == ERROR_ACCESS_DENIED ? FAULT_DENIED : FAULT_FAILED, code,
                        "Nothing was changed, because maxport.exe could not be started");
}

typedef BOOL(WINAPI *shell_execute)(SHELLEXECUTEINFOW *);

/* The shell may call extensions that need a COM apartment (Win32, ShellExecuteExW, remarks). */
static bool execute_in_apartment(shell_execute call, SHELLEXECUTEINFOW *what, DWORD *code)
{
    struct com com;
    struct fault ignored;
    bool has_com = com_load(&com, &ignored);
    HRESULT apartment =
        has_com ? com.initialize(NULL, COINIT_APARTMENTTHREADED | COINIT_DISABLE_OLE1DDE) : E_FAIL;
    bool is_started = call(what);

    *code = GetLastError();
    if (SUCCEEDED(apartment))
        com.uninitialize();
    return is_started;
}

/* Starts maxport.exe with a prompt for administrator approval, in front of `owner`. Without an
 * owner the prompt may only flash in the taskbar. */
static bool start_by_shell(struct launcher_adapter *adapter, const struct program *program,
                           const wchar_t *line, HWND owner, struct fault *fault)
{
    SHELLEXECUTEINFOW what = {.cbSize = sizeof what,
                              .fMask =
                                  SEE_MASK_NOCLOSEPROCESS | SEE_MASK_NOASYNC | SEE_MASK_FLAG_NO_UI,
                              .hwnd = owner,
                              .lpVerb = L"runas",
                              .lpFile = program->path,
                              .lpParameters = line,
                              .lpDirectory = program->folder,
                              .nShow = SW_HIDE};
    struct late shell = {.name = L"shell32.dll"};
    shell_execute call = (shell_execute)late_bind(&shell, "ShellExecuteExW", fault);
    bool is_started;
    DWORD code;

    if (!call)
        return fault_prefix(fault, "Nothing was changed");
    is_started = execute_in_apartment(call, &what, &code);
    if (!is_started && code == ERROR_CANCELLED)
        return fault_set(fault, FAULT_DECLINED, code,
                         "Administrator approval was declined. Nothing was changed.");
    if (!is_started)
        return refuse_start(code, fault);
    adapter->process = what.hProcess;
    return true;
}

/* Starts maxport.exe without a prompt; only for an elevated program. Does not use the shell,
 * because the shell would look up the verb "open" in HKCU\Software\Classes, which every program of
 * the user can write. */
static bool start_directly(struct launcher_adapter *adapter, const struct program *program,
                           const wchar_t *arguments, struct fault *fault)
{
    STARTUPINFOW startup = {
        .cb = sizeof startup, .dwFlags = STARTF_USESHOWWINDOW, .wShowWindow = SW_HIDE};
    size_t count = wcslen(program->path) + wcslen(arguments) + 4;
    wchar_t *line = malloc(count * sizeof *line), *environment = environment_make();
    PROCESS_INFORMATION process;
    BOOL is_started = FALSE;
    DWORD code = ERROR_NOT_ENOUGH_MEMORY;

    if (line && environment) {
        swprintf(line, count, L"\"%ls\" %ls", program->path, arguments);
        is_started = CreateProcessW(program->path, line, NULL, NULL, FALSE,
                                    CREATE_NO_WINDOW | CREATE_UNICODE_ENVIRONMENT |
                                        CREATE_DEFAULT_ERROR_MODE,
                                    environment, program->folder, &startup, &process);
        code = GetLastError();
    }
    free(environment);
    free(line);
    if (!is_started)
        return refuse_start(code, fault);
    CloseHandle(process.hThread);
    adapter->process = process.hProcess;
    return true;
}

static bool start_program(struct launcher_adapter *adapter, const wchar_t *line, HWND owner,
                          struct fault *fault)
{
    struct program program = {.file = INVALID_HANDLE_VALUE};
    bool is_started = find_program(&program, fault) && hold_program(&program, fault) &&
                      (is_elevated() ? start_directly(adapter, &program, line, fault)
                                     : start_by_shell(adapter, &program, line, owner, fault));

    program_release(&program);
    return is_started;
}

static bool start(void *context, void *owner, const char *const *arguments, size_t count,
                  uint32_t *process_id, struct fault *fault)
{
    struct launcher_adapter *adapter = context;
    wchar_t *line;
    struct text utf8;
    bool is_started;

    if (adapter->process)
        return fault_set(fault, FAULT_BUSY, 0,
                         "maxport.exe is still running the previous change. Nothing else was "
                         "changed.");
    text_init(&utf8);
    for (size_t i = 0; i < count; i++)
        quote(&utf8, arguments[i]);
    line = utf8.is_broken ? NULL : wide_from_utf8(text_string(&utf8));
    text_release(&utf8);
    if (!line)
        return fault_no_memory(fault);
    is_started = start_program(adapter, line, owner, fault);
    free(line);
    if (is_started)
        *process_id = adapter->process ? GetProcessId(adapter->process) : 0;
    return is_started;
}

static enum run_state wait(void *context, uint32_t ms, uint32_t *exit_code)
{
    struct launcher_adapter *adapter = context;
    DWORD answer, code;

    if (!adapter->process) /* the shell does not always return a handle */
        return RUN_UNSEEN;
    answer = WaitForSingleObject(adapter->process, ms);
    if (answer == WAIT_TIMEOUT)
        return RUN_GOES_ON;
    if (answer != WAIT_OBJECT_0 || !GetExitCodeProcess(adapter->process, &code))
        return RUN_UNSEEN;
    *exit_code = code;
    return RUN_ENDED;
}

static void let_go(void *context)
{
    launcher_close(context);
}

void launcher_open(struct launcher_adapter *adapter, struct launcher *launcher)
{
    adapter->process = NULL;
    *launcher =
        (struct launcher){.context = adapter, .start = start, .wait = wait, .close = let_go};
}

void launcher_close(struct launcher_adapter *adapter)
{
    if (adapter->process)
        CloseHandle(adapter->process);
    adapter->process = NULL;
}
