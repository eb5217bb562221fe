#include "program/window_driver.h"

#include <commctrl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "program/witness.h"

enum {
    TEXT_COUNT = 8192,
    FILE_NAME_FIELD = 0x480, /* edt1 in the file dialog of Windows */
    FILE_NAME_BOX = 0x47c,   /* cmb13, which replaces edt1 in newer dialogs */
};

static struct started *started;

static DWORD process_id;

HWND frame;

/* ---- finding controls -------------------------------------------------- */

const char *text_of(HWND window)
{
    static char utf8_text[TEXT_COUNT * 3];
    static wchar_t text[TEXT_COUNT];
    DWORD_PTR length = 0;

    text[0] = L'\0';
    SendMessageTimeoutW(window, WM_GETTEXT, TEXT_COUNT, (LPARAM)text, SMTO_ABORTIFHUNG, 10000,
                        &length);
    WideCharToMultiByte(CP_UTF8, 0, text, -1, utf8_text, sizeof utf8_text, NULL, NULL);
    return utf8_text;
}

struct search {
    const wchar_t *class_name;
    const char *text; /* beginning of the text; NULL: any text */
    HWND found;
};

static BOOL CALLBACK match_window(HWND window, LPARAM lparam)
{
    struct search *search = (struct search *)lparam;
    wchar_t name[64] = L"";
    DWORD owner = 0;

    GetWindowThreadProcessId(window, &owner);
    GetClassNameW(window, name, 64);
    if (owner != process_id || lstrcmpiW(name, search->class_name) != 0)
        return TRUE;
    if (search->text && strncmp(text_of(window), search->text, strlen(search->text)) != 0)
        return TRUE;
    search->found = window;
    return FALSE;
}

/* Returns the control within `parent` that matches. If `parent` is NULL, returns the window of the
 * program that matches. Returns NULL if nothing matches. */
HWND find(HWND parent, const wchar_t *class_name, const char *text)
{
    struct search search = {class_name, text, NULL};

    if (parent)
        EnumChildWindows(parent, match_window, (LPARAM)&search);
    else
        EnumWindows(match_window, (LPARAM)&search);
    return search.found;
}

HWND await(HWND parent, const wchar_t *class_name, const char *text)
{
    for (DWORD begun = GetTickCount(); GetTickCount() - begun < PATIENCE_MS; Sleep(POLL_MS)) {
        HWND found = find(parent, class_name, text);

        if (found && IsWindowVisible(found))
            return found;
    }
    ck_abort_msg("there is no %ls \"%s\"", class_name, text ? text : "");
    return NULL;
}

enum { PAGE_TRIES = 100, PAGE_TRY_MS = 50 };

HWND page(const char *name)
{
    HWND found = NULL;

    /* The window may not have created the page yet. */
    for (int i = 0; i < PAGE_TRIES && !found; i++) {
        found = find(frame, L"MaxportPage", name);
        if (!found)
            Sleep(PAGE_TRY_MS);
    }
    ck_assert_msg(found != NULL, "there is no page %s", name);
    return found;
}

/* Appends the text of each visible control as a line. */
static BOOL CALLBACK gather(HWND window, LPARAM lparam)
{
    char *all = (char *)lparam;
    size_t length = strlen(all);

    if (IsWindowVisible(window))
        snprintf(all + length, TEXT_COUNT * 4 - length, "%s\n", text_of(window));
    return TRUE;
}

const char *texts(HWND parent)
{
    static char all[TEXT_COUNT * 4];

    all[0] = '\0';
    EnumChildWindows(parent, gather, (LPARAM)all);
    return all;
}

void await_words(HWND parent, const char *words)
{
    for (DWORD begun = GetTickCount(); GetTickCount() - begun < PATIENCE_MS; Sleep(POLL_MS))
        if (says(texts(parent), words))
            return;
    ASSERT_SAYS(texts(parent), words);
}

/* ---- actions ----------------------------------------------------------- */

HWND await_enabled(HWND parent, const char *text)
{
    HWND button = await(parent, L"BUTTON", text);
    DWORD begun = GetTickCount();

    while (!IsWindowEnabled(button) && GetTickCount() - begun < PATIENCE_MS)
        Sleep(POLL_MS);
    ck_assert_msg(IsWindowEnabled(button), "\"%s\" stays grey; the window says:\n%s", text,
                  texts(parent));
    return button;
}

/* Waits until the button is enabled, and then clicks it. */
void click(HWND parent, const char *text)
{
    PostMessageW(await_enabled(parent, text), BM_CLICK, 0, 0);
}

static void await_visibility(HWND control, bool is_visible)
{
    DWORD begun = GetTickCount();

    while (!IsWindowVisible(control) == is_visible && GetTickCount() - begun < PATIENCE_MS)
        Sleep(POLL_MS);
    ck_assert_msg(!IsWindowVisible(control) != is_visible, "\"%s\" is still %s", text_of(control),
                  is_visible ? "hidden" : "shown");
}

void await_shown(HWND control)
{
    await_visibility(control, true);
}

void await_hidden(HWND control)
{
    await_visibility(control, false);
}

void show_page(const char *tab, const char *name)
{
    HWND wanted = page(name);

    click(frame, tab);
    await_shown(wanted);
}

void type(HWND field, const wchar_t *text)
{
    DWORD_PTR result;

    ck_assert(field != NULL);
    ck_assert(
        SendMessageTimeoutW(field, WM_SETTEXT, 0, (LPARAM)text, SMTO_ABORTIFHUNG, 10000, &result));
}

/* Returns the map once its text contains the number of ports. While the pointer is on a port, the
 * text describes this port instead. */
HWND await_map(void)
{
    HWND map = await(page("Now"), L"MaxportDrawing", "Map of all TCP ports");

    for (DWORD begun = GetTickCount(); GetTickCount() - begun < PATIENCE_MS; Sleep(POLL_MS)) {
        if (says(text_of(map), "Map of all TCP ports: free"))
            return map;
        PostMessageW(map, WM_MOUSELEAVE, 0, 0);
    }
    ck_abort_msg("the map says \"%s\"", text_of(map));
    return map;
}

void await_name(HWND control, const char *words)
{
    for (DWORD begun = GetTickCount(); GetTickCount() - begun < PATIENCE_MS; Sleep(POLL_MS))
        if (says(text_of(control), words))
            return;
    ASSERT_SAYS(text_of(control), words);
}

/* Returns how many listening ports the map reports, or -1 if its text does not contain this
 * number. */
int listening(HWND map)
{
    const char *words = strstr(text_of(map), ", listening ");

    return words ? atoi(words + strlen(", listening ")) : -1;
}

/* Returns the control that follows the label. */
HWND behind(HWND parent, const char *label)
{
    return GetWindow(await(parent, L"STATIC", label), GW_HWNDNEXT);
}

/* Types the letters one by one, so that the program handles each letter. */
void write_letters(HWND field, const char *letters)
{
    type(field, L"");
    for (const char *letter = letters; *letter; letter++)
        PostMessageW(field, WM_CHAR, (WPARAM)*letter, 1);
}

/* Presses a key on the keyboard. The control that has the focus receives the key. */
void press_key(WORD key, WORD modifier)
{
    INPUT strokes[] = {
        {.type = INPUT_KEYBOARD, .ki = {.wVk = modifier}},
        {.type = INPUT_KEYBOARD, .ki = {.wVk = key}},
        {.type = INPUT_KEYBOARD, .ki = {.wVk = key, .dwFlags = KEYEVENTF_KEYUP}},
        {.type = INPUT_KEYBOARD, .ki = {.wVk = modifier, .dwFlags = KEYEVENTF_KEYUP}},
    };
    HWND top = GetLastActivePopup(frame);
    DWORD begun = GetTickCount();

    while (GetForegroundWindow() != top && GetTickCount() - begun < PATIENCE_MS) {
        SetForegroundWindow(top);
        Sleep(POLL_MS);
    }
    ck_assert_ptr_eq(GetForegroundWindow(), top);
    if (modifier)
        ck_assert_uint_eq(SendInput(4, strokes, sizeof *strokes), 4);
    else
        ck_assert_uint_eq(SendInput(2, strokes + 1, sizeof *strokes), 2);
}

/* Opens the context menu of the selected row and selects an item by its letter. */
void choose_from_menu(HWND list, wchar_t letter)
{
    PostMessageW(list, WM_CONTEXTMENU, (WPARAM)list, -1);
    PostMessageW(await(NULL, L"#32768", NULL), WM_CHAR, letter, 1);
}

/* Returns the window in which the file manager shows the folder of this program, or NULL. */
HWND find_folder(void)
{
    wchar_t folder[MAX_PATH], *end;

    GetModuleFileNameW(NULL, folder, MAX_PATH);
    end = wcsrchr(folder, L'\\');
    *end = L'\0';
    return FindWindowW(is_wine() ? L"ExplorerWClass" : L"CabinetWClass",
                       wcsrchr(folder, L'\\') + 1);
}

/* Waits for the window of the file manager and closes it as a user does. Under Wine, also waits
 * until the process of the file manager has ended. */
void await_and_close_folder(void)
{
    HWND folder = NULL;
    HANDLE process;
    DWORD id = 0;

    for (DWORD begun = GetTickCount(); !folder && GetTickCount() - begun < PATIENCE_MS;
         Sleep(POLL_MS))
        folder = find_folder();
    ck_assert(folder != NULL);
    GetWindowThreadProcessId(folder, &id);
    process = OpenProcess(SYNCHRONIZE, FALSE, id);
    PostMessageW(folder, WM_CLOSE, 0, 0);
    if (is_wine()) /* on Windows, the file manager continues to run */
        ck_assert_uint_eq(WaitForSingleObject(process, PATIENCE_MS), WAIT_OBJECT_0);
    CloseHandle(process);
}

/* Enters a path in the file dialog of Windows, confirms it, and waits until the dialog is
 * closed. */
void choose_file(const wchar_t *path)
{
    HWND dialog = await(NULL, L"#32770", NULL);
    HWND field = GetDlgItem(dialog, FILE_NAME_FIELD);

    type(field ? field : GetDlgItem(dialog, FILE_NAME_BOX), path);
    answer(dialog, IDOK);
}

/* Waits until the clipboard contains text, empties the clipboard, and returns the text in UTF-8. */
const char *take_clipboard(void)
{
    static char text[TEXT_COUNT * 3];

    text[0] = '\0';
    for (DWORD begun = GetTickCount(); GetTickCount() - begun < PATIENCE_MS; Sleep(POLL_MS)) {
        HANDLE data;

        if (!OpenClipboard(NULL))
            continue;
        data = GetClipboardData(CF_UNICODETEXT);
        if (data) {
            WideCharToMultiByte(CP_UTF8, 0, GlobalLock(data), -1, text, sizeof text, NULL, NULL);
            GlobalUnlock(data);
            EmptyClipboard();
        }
        CloseClipboard();
        if (data)
            return text;
    }
    ck_abort_msg("nothing was copied; the window says:\n%s", texts(frame));
    return text;
}

void press(WPARAM key)
{
    PostMessageW(frame, WM_KEYDOWN, key, 1);
}

void await_gone(HWND window)
{
    DWORD begun = GetTickCount();

    while (IsWindow(window) && GetTickCount() - begun < PATIENCE_MS)
        Sleep(POLL_MS);
    ck_assert(!IsWindow(window));
}

/* Clicks a button of the dialog and waits until the dialog is closed. */
void answer(HWND dialog, int button)
{
    PostMessageW(GetDlgItem(dialog, button), BM_CLICK, 0, 0);
    await_gone(dialog);
}

/* ---- lists in the other process ---------------------------------------- */

size_t row_count(HWND list)
{
    return (size_t)SendMessageW(list, LVM_GETITEMCOUNT, 0, 0);
}

const char *cell(HWND list, int row, int column)
{
    enum { COUNT = 512 };
    static char result[COUNT * 3];
    struct remote {
        LVITEMW item;
        wchar_t text[COUNT];
    } *remote, local;
    HANDLE process = run_process(started);

    memset(&local, 0, sizeof local);
    remote = VirtualAllocEx(process, NULL, sizeof *remote, MEM_COMMIT, PAGE_READWRITE);
    ck_assert(remote != NULL);
    local.item = (LVITEMW){.iSubItem = column, .pszText = remote->text, .cchTextMax = COUNT};
    ck_assert(WriteProcessMemory(process, remote, &local, sizeof local, NULL));
    SendMessageW(list, LVM_GETITEMTEXTW, (WPARAM)row, (LPARAM)&remote->item);
    ck_assert(ReadProcessMemory(process, remote, &local, sizeof local, NULL));
    VirtualFreeEx(process, remote, 0, MEM_RELEASE);
    local.text[COUNT - 1] = L'\0';
    WideCharToMultiByte(CP_UTF8, 0, local.text, -1, result, sizeof result, NULL, NULL);
    return result;
}

void select_row(HWND list, int row)
{
    LVITEMW item = {.state = LVIS_SELECTED | LVIS_FOCUSED,
                    .stateMask = LVIS_SELECTED | LVIS_FOCUSED};
    HANDLE process = run_process(started);
    void *remote = VirtualAllocEx(process, NULL, sizeof item, MEM_COMMIT, PAGE_READWRITE);

    ck_assert(remote != NULL);
    ck_assert(WriteProcessMemory(process, remote, &item, sizeof item, NULL));
    SendMessageW(list, LVM_SETITEMSTATE, (WPARAM)row, (LPARAM)remote);
    VirtualFreeEx(process, remote, 0, MEM_RELEASE);
    ck_assert_int_eq((int)SendMessageW(list, LVM_GETNEXTITEM, (WPARAM)-1, LVNI_SELECTED), row);
}

void click_heading(HWND list, int column)
{
    HWND headings = (HWND)SendMessageW(list, LVM_GETHEADER, 0, 0);
    int x = (int)SendMessageW(list, LVM_GETCOLUMNWIDTH, (WPARAM)column, 0) / 2;

    while (column-- > 0)
        x += (int)SendMessageW(list, LVM_GETCOLUMNWIDTH, (WPARAM)column, 0);
    PostMessageW(headings, WM_LBUTTONDOWN, MK_LBUTTON, MAKELPARAM(x, 8));
    PostMessageW(headings, WM_LBUTTONUP, 0, MAKELPARAM(x, 8));
}

bool has_row(HWND list, int column, const char *words, char other[256], int other_column)
{
    for (size_t i = 0; i < row_count(list); i++)
        if (strcmp(cell(list, (int)i, column), words) == 0) {
            snprintf(other, 256, "%s", cell(list, (int)i, other_column));
            return true;
        }
    return false;
}

void await_cell(HWND list, int row, int column, const char *words)
{
    for (DWORD begun = GetTickCount(); GetTickCount() - begun < PATIENCE_MS; Sleep(POLL_MS))
        if (row_count(list) > (size_t)row && strcmp(cell(list, row, column), words) == 0)
            return;
    ck_assert_str_eq(cell(list, row, column), words);
}

int row_of(HWND list, int column, const char *words)
{
    for (int i = 0; i < (int)row_count(list); i++)
        if (strcmp(cell(list, i, column), words) == 0)
            return i;
    return -1;
}

void await_order(HWND list, int column, const char *first, const char *then)
{
    for (DWORD begun = GetTickCount(); GetTickCount() - begun < PATIENCE_MS; Sleep(POLL_MS)) {
        int row = row_of(list, column, first);

        if (row >= 0 && row < row_of(list, column, then))
            return;
    }
    ck_abort_msg("%s does not come before %s; the window says:\n%s", first, then, texts(frame));
}

/* ---- opening and closing the window ------------------------------------ */

void open_window_of(const wchar_t *program, const char *arguments)
{
    /* Move the pointer away from all controls, because controls react to the pointer. */
    SetCursorPos(GetSystemMetrics(SM_CXSCREEN) - 1, GetSystemMetrics(SM_CYSCREEN) - 1);
    started = run_start(&(struct way){.program = program, .limit_ms = 120000}, arguments);
    process_id = GetProcessId(run_process(started));
    frame = await(NULL, L"Maxport", "maxport");
}

void open_window(const char *arguments)
{
    wchar_t program[MAX_PATH];
    wchar_t *name;

    lstrcpynW(program, run_maxport_path(), MAX_PATH);
    name = wcsrchr(program, L'\\') + 1;
    lstrcpynW(name, L"maxport-gui.exe", (int)(program + MAX_PATH - name));
    open_window_of(program, arguments);
}

/* Closes the window as a user does. The program must end with exit code 0 and leave no window. */
void close_window(void)
{
    const struct run *run;

    PostMessageW(frame, WM_CLOSE, 0, 0);
    run = run_finish(started);
    ck_assert(!run->is_over_time);
    ASSERT_EXIT(run, 0);
    ck_assert(find(NULL, L"Maxport", NULL) == NULL);
}

void need_no_window_manager(void)
{
    HKEY key;

    if (!is_wine())
        return;
    ck_assert_int_eq(RegCreateKeyExW(HKEY_CURRENT_USER, L"Software\\Wine\\X11 Driver", 0, NULL, 0,
                                     KEY_SET_VALUE, NULL, &key, NULL),
                     0);
    ck_assert_int_eq(RegSetValueExW(key, L"Managed", 0, REG_SZ, (const BYTE *)L"N", 4), 0);
    RegCloseKey(key);
}
