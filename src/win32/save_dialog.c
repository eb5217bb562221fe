#include "win32/save_dialog.h"

#include "win32/lib/late.h"

#include <cderr.h>
#include <commdlg.h>

typedef DWORD(WINAPI *extended_error)(void);
typedef BOOL(WINAPI *get_save_file_name)(OPENFILENAMEW *);

/* The codes: Win32, "CommDlgExtendedError". */
bool save_dialog_fault(uint32_t code, struct fault *fault)
{
    if (!code)
        return fault_set(fault, FAULT_DECLINED, 0, "Nothing was saved.");
    if (code == FNERR_BUFFERTOOSMALL)
        return fault_set(fault, FAULT_USAGE, code,
                         "The selected path is longer than %d characters. Nothing was saved. "
                         "Choose a shorter path.",
                         MAX_PATH - 1);
    if (code == CDERR_MEMALLOCFAILURE || code == CDERR_MEMLOCKFAILURE)
        return fault_set(fault, FAULT_NO_MEMORY, code,
                         "Not enough memory for the Save dialog. Nothing was saved.");
    return fault_set(fault, FAULT_FAILED, code,
                     "The Save dialog of Windows failed (code 0x%04lx). Nothing was saved.",
                     (unsigned long)code);
}

bool save_dialog_ask(HWND owner, const wchar_t *filter, const wchar_t *extension,
                     wchar_t path[MAX_PATH], struct fault *fault)
{
    struct late comdlg = {.name = L"comdlg32.dll"};
    get_save_file_name ask = (get_save_file_name)late_bind(&comdlg, "GetSaveFileNameW", fault);
    extended_error failure =
        ask ? (extended_error)late_bind(&comdlg, "CommDlgExtendedError", fault) : NULL;
    OPENFILENAMEW what = {
        .lStructSize = sizeof what,
        .hwndOwner = owner,
        .lpstrFilter = filter,
        .lpstrFile = path,
        .nMaxFile = MAX_PATH,
        .lpstrDefExt = extension,
        .Flags = OFN_OVERWRITEPROMPT | OFN_NOCHANGEDIR | OFN_PATHMUSTEXIST | OFN_NOREADONLYRETURN |
                 OFN_EXPLORER,
    };

    if (!failure)
        return fault_prefix(fault, "Nothing was saved");
    return ask(&what) || save_dialog_fault(failure(), fault);
}
