/* comctl.h - the functions of the common controls (comctl32.dll) that the window calls.
 *
 * maxport looks up these functions and does not import them, because comctl32 imports uxtheme,
 * which is not a KnownDLL. If maxport imported comctl32, Windows would search for uxtheme in the
 * program's folder before harden_process runs.
 */
#ifndef GUI_COMCTL_H
#define GUI_COMCTL_H

#include <stdbool.h>

#include <windows.h>

#include <commctrl.h>

struct comctl {
    BOOL(WINAPI *init)(const INITCOMMONCONTROLSEX *);
    BOOL(WINAPI *set_subclass)(HWND, SUBCLASSPROC, UINT_PTR, DWORD_PTR);
    BOOL(WINAPI *remove_subclass)(HWND, SUBCLASSPROC, UINT_PTR);
    /* for calls from a subclass procedure */
    LRESULT(WINAPI *call_next)(HWND, UINT, WPARAM, LPARAM);
    HIMAGELIST(WINAPI *create_images)(int, int, UINT, int, int);
    BOOL(WINAPI *destroy_images)(HIMAGELIST);
    /* LoadIconWithScaleDown; NULL before Windows Vista, which introduced it. */
    HRESULT(WINAPI *load_icon)(HINSTANCE, const wchar_t *name, int width, int height, HICON *);
};

/* comctl_load fills this table once; the table never changes later. */
extern struct comctl comctl;

/* Loads the DLL and fills `comctl`. Call this function after harden_process and before the first
 * control is created. The DLL is loaded by its name without a path, because only then does the
 * manifest select version 6 in the side-by-side store. Returns false if the DLL or a function other
 * than load_icon is missing. */
bool comctl_load(void);

#endif
