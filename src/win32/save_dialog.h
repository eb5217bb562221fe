/* save_dialog.h - Windows' Save dialog.
 *
 * comdlg32.dll loads a large part of the shell, so it is loaded only for the first dialog.
 */
#ifndef WIN32_SAVE_DIALOG_H
#define WIN32_SAVE_DIALOG_H

#include "core/base/fault.h"

#include <windows.h>

/* Shows the dialog. path: contains the suggested name at first, then the selected full path. If the
 * selected file exists, the user has confirmed that it is overwritten. `filter` and `extension` are
 * as in OPENFILENAMEW. FAULT_DECLINED: the user cancelled. FAULT_UNAVAILABLE: this Windows cannot
 * show the dialog. */
bool save_dialog_ask(HWND owner, const wchar_t *filter, const wchar_t *extension,
                     wchar_t path[MAX_PATH], struct fault *fault) MUST_CHECK;

#endif
