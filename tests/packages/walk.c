/* walk TITLE FOLDER PROGRAM: runs PROGRAM and presses Next, or what stands there, on each of
 * its pages in the window whose title begins with TITLE, until it ends. Prints what each page says
 * and leaves a picture of it in FOLDER. Ticks are taken out on the last page, so that nothing else
 * starts. Exit code: PROGRAM's. */
#include <windows.h>

#include <shellapi.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "win32/picture.h"

enum { PATIENCE_MS = 40000, SETTLE_MS = 400, NEXT_BUTTON = 1, SAID = 16384 };

static wchar_t said[SAID];

static BOOL CALLBACK read_one(HWND child, LPARAM unticks)
{
    wchar_t text[2048], class_name[32];

    if (!IsWindowVisible(child))
        return TRUE;
    GetClassNameW(child, class_name, 32);
    if (unticks && wcscmp(class_name, L"Button") == 0 &&
        SendMessageW(child, BM_GETCHECK, 0, 0) == BST_CHECKED)
        SendMessageW(child, BM_SETCHECK, BST_UNCHECKED, 0);
    if (SendMessageW(child, WM_GETTEXT, 2048, (LPARAM)text) > 0 &&
        wcslen(said) + wcslen(text) + 2 < SAID) {
        memcpy(said + wcslen(said), text, (wcslen(text) + 1) * sizeof *text);
        memcpy(said + wcslen(said), L"\n", 2 * sizeof *text);
    }
    return TRUE;
}

struct search {
    const wchar_t *title;
    HWND window;
};

/* Titles go on with the page's name. */
static BOOL CALLBACK find_one(HWND candidate, LPARAM context)
{
    struct search *search = (struct search *)context;
    wchar_t title[256];

    if (IsWindowVisible(candidate) && GetWindowTextW(candidate, title, 256) > 0 &&
        wcsncmp(title, search->title, wcslen(search->title)) == 0 &&
        GetDlgItem(candidate, NEXT_BUTTON))
        search->window = candidate;
    return !search->window;
}

static void read_page(HWND window, bool unticks)
{
    said[0] = 0;
    EnumChildWindows(window, read_one, unticks);
}

/* A picture that cannot be made is no reason to stop: the words are what is judged. */
static void take_picture(HWND window, const wchar_t *folder, int page)
{
    wchar_t path[MAX_PATH];
    RECT rect;
    BITMAPINFO info = {
        .bmiHeader = {.biSize = sizeof info.bmiHeader, .biPlanes = 1, .biBitCount = 32}};
    uint32_t *pixels = NULL;
    struct fault fault;
    char *png = NULL;
    size_t length;
    FILE *file;

    GetWindowRect(window, &rect);
    info.bmiHeader.biWidth = rect.right - rect.left;
    info.bmiHeader.biHeight = rect.top - rect.bottom;
    HDC from = GetWindowDC(window), to = CreateCompatibleDC(from);
    HBITMAP bitmap = CreateDIBSection(to, &info, DIB_RGB_COLORS, (void **)&pixels, NULL, 0);
    HGDIOBJ before = SelectObject(to, bitmap);
    BitBlt(to, 0, 0, rect.right - rect.left, rect.bottom - rect.top, from, 0, 0, SRCCOPY);
    GdiFlush();
    snwprintf(path, MAX_PATH, L"%ls\\page-%d.png", folder, page);
    if (pixels &&
        picture_encode(pixels, (unsigned)(rect.right - rect.left),
                       (unsigned)(rect.bottom - rect.top), 96, &png, &length, &fault) &&
        (file = _wfopen(path, L"wb")) != NULL) {
        fwrite(png, 1, length, file);
        fclose(file);
    }
    free(png);
    SelectObject(to, before);
    DeleteObject(bitmap);
    DeleteDC(to);
    ReleaseDC(window, from);
}

static void print_page(int page)
{
    char text[4 * SAID];

    WideCharToMultiByte(CP_UTF8, 0, said, -1, text, sizeof text, NULL, NULL);
    printf("---- page %d\n%s", page, text);
    fflush(stdout);
}

int main(void)
{
    static wchar_t last[SAID];
    int count, page = 0;
    wchar_t **arguments = CommandLineToArgvW(GetCommandLineW(), &count), command[MAX_PATH];
    STARTUPINFOW start = {.cb = sizeof start};
    PROCESS_INFORMATION process;
    DWORD code = STILL_ACTIVE, began = GetTickCount();
    HWND window;

    if (count != 4)
        return 2;
    snwprintf(command, MAX_PATH, L"\"%ls\"", arguments[3]);
    if (!CreateProcessW(NULL, command, NULL, NULL, FALSE, 0, NULL, NULL, &start, &process)) {
        printf("not started: error %lu\n", GetLastError());
        return 1;
    }
    /* An uninstaller goes on in a copy of itself: its window counts as well as its process. */
    for (;; Sleep(100)) {
        GetExitCodeProcess(process.hProcess, &code);
        struct search search = {arguments[1], NULL};
        EnumWindows(find_one, (LPARAM)&search);
        window = search.window;
        if (!window && code != STILL_ACTIVE && (page > 0 || code != 0))
            break;
        if (GetTickCount() - began > PATIENCE_MS) {
            printf("no end after page %d\n", page);
            TerminateProcess(process.hProcess, 99);
            return 99;
        }
        HWND next = window ? GetDlgItem(window, NEXT_BUTTON) : NULL;
        if (!next || !IsWindowVisible(window) || !IsWindowEnabled(next))
            continue;
        Sleep(SETTLE_MS);
        read_page(window, false);
        if (!said[0] || wcscmp(said, last) == 0)
            continue;
        memcpy(last, said, sizeof said);
        take_picture(window, arguments[2], ++page);
        print_page(page);
        if (wcsstr(said, L"&Finish"))
            read_page(window, true);
        PostMessageW(window, WM_COMMAND, MAKEWPARAM(NEXT_BUTTON, BN_CLICKED), (LPARAM)next);
    }
    printf("---- exit code %lu\n", code);
    return (int)code;
}
