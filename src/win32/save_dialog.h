/* save_dialog.h - Windows' Save dialog.
 *
 * comdlg32.dll loads a large part of the shell, so it is loaded only for the first dialog.
 */
#ifndef WIN32_SAVE_DIALOG_H
#define WIN32_SAVE_DIALOG_H

#include "core/base/fault.h"

#include <windows.h>

/* path: in, the suggested name; out, the selected full path. If the file exists, the user has
 * confirmed that it is overwritten. `filter` and `extension` as in OPENFILENAMEW.
 * FAULT_DECLINED: cancelled. FAULT_UNAVAILABLE: this Windows cannot show the dialog. */
bool save_dialog_ask(HWND owner, const wchar_t *filter, const wchar_t *extension,
                     wchar_t path[MAX_PATH], struct fault *fault) MUST_CHECK;

#endif
