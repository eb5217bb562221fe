#include "win32/save_dialog.h"

#include "win32/lib/late.h"

#include <commdlg.h>

typedef BOOL(WINAPI *get_save_file_name)(OPENFILENAMEW *);

bool save_dialog_ask(HWND owner, const wchar_t *filter, const wchar_t *extension,
                     wchar_t path[MAX_PATH], struct fault *fault)
{
    struct late comdlg = {.name = L"comdlg32.dll"};
    get_save_file_name ask = (get_save_file_name)late_bind(&comdlg, "GetSaveFileNameW", fault);
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

    if (!ask)
        return fault_prefix(fault, "Nothing was saved");
    return ask(&what) || fault_set(fault, FAULT_DECLINED, 0, "Nothing was saved.");
}
