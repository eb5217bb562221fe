/* comctl.h - the functions of the common controls (comctl32.dll) that the window calls.
 *
 * They are looked up, not imported. comctl32 imports uxtheme, which is not a KnownDLL. With an
 * import, Windows would search for it in the program's folder before harden_process runs.
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
    LRESULT(WINAPI *call_next)(HWND, UINT, WPARAM, LPARAM); /* from within a subclass */
    HIMAGELIST(WINAPI *create_images)(int, int, UINT, int, int);
    BOOL(WINAPI *destroy_images)(HIMAGELIST);
    /* LoadIconWithScaleDown of Windows Vista; NULL: this Windows lacks it. */
    HRESULT(WINAPI *load_icon)(HINSTANCE, const wchar_t *name, int width, int height, HICON *);
};

/* Filled once by comctl_load and constant afterwards. */
extern struct comctl comctl;

/* Call it after harden_process and before the first control is created. The DLL is loaded by
 * its bare name, which the manifest redirects to version 6 in the side-by-side store. False:
 * the DLL or one of the functions is missing. */
bool comctl_load(void);

#endif
