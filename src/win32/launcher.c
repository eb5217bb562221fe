#include "win32/launcher.h"

#include <stdlib.h>
#include <string.h>

#include <objbase.h>
#include <shellapi.h>

#include "win32/com.h"
#include "win32/identity.h"
#include "win32/late.h"
#include "win32/system_message.h"
#include "win32/wide.h"

static const wchar_t program_name[] = L"maxport.exe";

void launcher_quote(struct text *line, const char *argument)
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
            /* Backslashes count only before a quotation mark, and are doubled there. */
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

/* The full path of maxport.exe beside this program, and that folder. */
static bool find_program(wchar_t **program, wchar_t **folder, struct fault *fault)
{
    enum { PATH_COUNT = 32768 };
    wchar_t *path = malloc(PATH_COUNT * sizeof *path), *name;
    wchar_t *own_folder;
    DWORD length;

    if (!path)
        return fault_no_memory(fault);
    length = GetModuleFileNameW(NULL, path, PATH_COUNT - (DWORD)(sizeof program_name / 2));
    name = length ? wcsrchr(path, L'\\') : NULL;
    if (!name) {
        free(path);
        return fault_set(fault, FAULT_FAILED, 0, "Windows does not tell where this program is. "
                                                 "Nothing was changed.");
    }
    name[1] = L'\0';
    own_folder = malloc((wcslen(path) + 1) * sizeof *path);
    if (!own_folder) {
        free(path);
        return fault_no_memory(fault);
    }
    memcpy(own_folder, path, (wcslen(path) + 1) * sizeof *path);
    memcpy(name + 1, program_name, sizeof program_name);
    if (GetFileAttributesW(path) == INVALID_FILE_ATTRIBUTES) {
        char *shown = wide_to_utf8(path, wcslen(path));

        fault_set(fault, FAULT_MISSING, 0,
                  "%s is not there: the window changes nothing without it. Nothing was changed.",
                  shown ? shown : "maxport.exe");
        free(shown);
        free(own_folder);
        free(path);
        return false;
    }
    *program = path;
    *folder = own_folder;
    return true;
}

static bool is_elevated(void)
{
    struct identity_source source;
    struct identity identity;
    struct fault ignored;

    identity_open(&source);
    return source.read(source.context, &identity, &ignored) && identity.is_elevated;
}

typedef BOOL(WINAPI *shell_execute)(SHELLEXECUTEINFOW *);

/* The shell may hand the work to its extensions, which want an apartment
 * (Win32, ShellExecuteExW, remarks). */
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

static bool execute(struct launcher_adapter *adapter, const wchar_t *program,
                    const wchar_t *folder, const wchar_t *line, struct fault *fault)
{
    SHELLEXECUTEINFOW what = {.cbSize = sizeof what,
                              .fMask = SEE_MASK_NOCLOSEPROCESS | SEE_MASK_NOASYNC |
                                       SEE_MASK_FLAG_NO_UI,
                              .lpVerb = is_elevated() ? L"open" : L"runas",
                              .lpFile = program,
                              .lpParameters = line,
                              .lpDirectory = folder,
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
                         "Windows' question for an administrator was answered with no. Nothing "
                         "was changed.");
    if (!is_started) {
        system_fault(fault, code == ERROR_ACCESS_DENIED ? FAULT_DENIED : FAULT_FAILED, code,
                     "maxport.exe could not be started, so nothing was changed");
        return false;
    }
    adapter->process = what.hProcess;
    return true;
}

static bool start(void *context, const char *const *arguments, size_t count,
                  uint32_t *process_id, struct fault *fault)
{
    struct launcher_adapter *adapter = context;
    wchar_t *program = NULL, *folder = NULL, *line;
    struct text utf8;
    bool is_started;

    if (adapter->process)
        return fault_set(fault, FAULT_BUSY, 0,
                         "maxport.exe is still at work on the change before this one. Nothing "
                         "more was changed.");
    text_init(&utf8);
    for (size_t i = 0; i < count; i++)
        launcher_quote(&utf8, arguments[i]);
    line = utf8.is_broken ? NULL : wide_from_utf8(text_string(&utf8));
    text_release(&utf8);
    if (!line)
        return fault_no_memory(fault);
    is_started = find_program(&program, &folder, fault);
    if (is_started) {
        is_started = execute(adapter, program, folder, line, fault);
        free(program);
        free(folder);
    }
    free(line);
    if (is_started)
        *process_id = adapter->process ? GetProcessId(adapter->process) : 0;
    return is_started;
}

static bool wait(void *context, uint32_t ms, uint32_t *exit_code)
{
    struct launcher_adapter *adapter = context;
    DWORD code = 0;

    if (adapter->process) {
        if (WaitForSingleObject(adapter->process, ms) == WAIT_TIMEOUT)
            return false;
        GetExitCodeProcess(adapter->process, &code);
    }
    *exit_code = code;
    return true;
}

static void let_go(void *context)
{
    launcher_close(context);
}

void launcher_open(struct launcher_adapter *adapter, struct launcher *launcher)
{
    adapter->process = NULL;
    *launcher = (struct launcher){
        .context = adapter, .start = start, .wait = wait, .close = let_go};
}

void launcher_close(struct launcher_adapter *adapter)
{
    if (adapter->process)
        CloseHandle(adapter->process);
    adapter->process = NULL;
}
