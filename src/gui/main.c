/* main.c - the main function of maxport-gui.exe. It is the only file of gui that includes every
 * layer. */
#include <windows.h>

#include <stdio.h>
#include <stdlib.h>

#include "gui/window.h"
#include "win32/harden.h"
#include "win32/launcher.h"
#include "win32/lib/background.h"
#include "win32/locator.h"
#include "win32/machine.h"
#include "win32/picture.h"
#include "win32/preferences.h"
#include "win32/save_dialog.h"

#include <jansson.h>

static const wchar_t usage[] =
    L"maxport-gui [--page now|who|change|history] [--theme light|dark|contrast]\n"
    L"            [--size WIDTHxHEIGHT] [--screenshot FILE.png [--after SECONDS]]\n"
    L"\n"
    L"Without --screenshot, the window opens. With --screenshot, the program collects live data "
    L"for SECONDS, draws the page to FILE.png and ends. Exit codes: 0 done, 1 failed, 2 invalid "
    L"arguments.";

/* Writes to the console of the program that started this one. A program with a window has no
 * console of its own. */
static bool write_to_console(const wchar_t *text)
{
    DWORD written;
    HANDLE console;
    bool is_written;

    if (!AttachConsole(ATTACH_PARENT_PROCESS))
        return false;
    console =
        CreateFileW(L"CONOUT$", GENERIC_READ | GENERIC_WRITE, FILE_SHARE_READ | FILE_SHARE_WRITE,
                    NULL, OPEN_EXISTING, SECURITY_SQOS_PRESENT | SECURITY_IDENTIFICATION, NULL);
    is_written = console != INVALID_HANDLE_VALUE &&
                 WriteConsoleW(console, text, (DWORD)lstrlenW(text), &written, NULL);
    if (console != INVALID_HANDLE_VALUE)
        CloseHandle(console);
    FreeConsole();
    return is_written;
}

/* Writes to standard error if it is redirected. */
static bool write_to_standard_error(const wchar_t *text)
{
    HANDLE handle = GetStdHandle(STD_ERROR_HANDLE);
    char utf8[3072];
    int length = WideCharToMultiByte(CP_UTF8, 0, text, -1, utf8, sizeof utf8, NULL, NULL);
    DWORD written;

    return length > 1 && handle && handle != INVALID_HANDLE_VALUE &&
           WriteFile(handle, utf8, (DWORD)length - 1, &written, NULL);
}

static bool wants_picture(int argc, wchar_t **argv)
{
    for (int i = 1; i < argc; i++)
        if (lstrcmpW(argv[i], L"--screenshot") == 0)
            return true;
    return false;
}

/* A script that started the window with a wrong argument would wait for ever for somebody to close
 * a message box. Therefore the box appears only if there is neither a console nor standard error,
 * as after a double click. */
static int refuse(const wchar_t *what, bool is_for_picture)
{
    wchar_t text[1024];

    _snwprintf(text, 1023,
               L"maxport-gui does not recognize \"%.200ls\".\n"
               L"\n"
               L"%ls\n",
               what, usage);
    text[1023] = L'\0';
    if (!write_to_standard_error(text) && !write_to_console(text) && !is_for_picture)
        MessageBoxW(NULL, text, L"maxport", MB_ICONINFORMATION | MB_OK);
    return 2;
}

static bool parse_size(const wchar_t *word, struct window_options *options)
{
    enum { LEAST = 200, MOST = 8000 };
    wchar_t *end;
    long width = wcstol(word, &end, 10), height;

    if (end == word || *end != L'x')
        return false;
    word = end + 1;
    height = wcstol(word, &end, 10);
    if (end == word || *end || width < LEAST || width > MOST || height < LEAST || height > MOST)
        return false;
    options->width_dip = (int)width;
    options->height_dip = (int)height;
    return true;
}

static bool parse_seconds(const wchar_t *word, struct window_options *options)
{
    enum { MOST = 600 };
    wchar_t *end;
    long seconds = wcstol(word, &end, 10);

    if (end == word || *end || seconds < 1 || seconds > MOST)
        return false;
    options->picture_after_seconds = (int)seconds;
    return true;
}

static bool parse_theme(const wchar_t *word, struct window_options *options)
{
    static const wchar_t *const names[] = {
        [THEME_LIGHT] = L"light", [THEME_DARK] = L"dark", [THEME_HIGH_CONTRAST] = L"contrast"};

    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        if (lstrcmpiW(names[i], word) == 0) {
            options->has_theme = true;
            options->theme = (enum theme_kind)i;
        }
    return options->has_theme;
}

/* Parses the command line into *options. Returns the first invalid argument, or NULL. */
static const wchar_t *parse(int argc, wchar_t **argv, struct window_options *options)
{
    for (int i = 1; i < argc; i += 2) {
        const wchar_t *value = i + 1 < argc ? argv[i + 1] : L"";

        if (lstrcmpW(argv[i], L"--page") == 0) {
            options->has_page = true;
            options->page = page_find(value);
            if (options->page == PAGE_COUNT)
                return i + 1 < argc ? value : argv[i];
        } else if (lstrcmpW(argv[i], L"--screenshot") == 0 && *value) {
            options->picture = value;
        } else if (lstrcmpW(argv[i], L"--after") == 0 && parse_seconds(value, options)) {
            continue;
        } else if (lstrcmpW(argv[i], L"--theme") == 0) {
            if (!parse_theme(value, options))
                return i + 1 < argc ? value : argv[i];
        } else if (lstrcmpW(argv[i], L"--size") != 0 || !parse_size(value, options)) {
            return argv[i];
        }
    }
    return NULL;
}

static bool is_elevated(const struct machine *machine)
{
    struct identity identity;
    struct fault ignored;

    return machine->identity.read(machine->identity.context, &identity, &ignored) &&
           identity.is_elevated;
}

/* The C runtime calls this function, but no header declares it. With wWinMain instead of wmain,
 * maxport would have to split the command line with shell32, which loads many other DLLs. */
int wmain(int argc, wchar_t **argv);

int wmain(int argc, wchar_t **argv)
{
    struct machine_adapters adapters;
    struct launcher_adapter launcher_adapter;
    struct machine machine;
    struct launcher launcher;
    struct locator locator;
    struct preferences preferences;
    struct window_options options = {.encode = picture_encode, .ask_path = save_dialog_ask};
    bool can_close = false;
    const wchar_t *wrong;
    int code;

    if (!harden_process())
        return 1;
    wrong = parse(argc, argv, &options);
    if (wrong)
        return refuse(wrong, wants_picture(argc, argv));
    machine_open_read_only(&adapters, &machine);
    launcher_open(&launcher_adapter, &launcher);
    locator_open(&locator);
    preferences_open(&preferences);
    code = window_run(&machine, &launcher, &locator, &preferences, is_elevated(&machine), &options,
                      &can_close);
    if (can_close) {
        launcher_close(&launcher_adapter);
        machine_close_read_only(&adapters);
    } else {
        /* The worker's thread does not return from a function of Windows and still uses the
         * machine. */
        TerminateProcess(GetCurrentProcess(), (UINT)code);
    }
    background_end_process(code);
}
