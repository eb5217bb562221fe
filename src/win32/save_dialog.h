/* save_dialog.h - Windows' Save dialog.
 *
 * comdlg32.dll loads a large part of the shell, so it is loaded only for the first dialog.
 */
#ifndef WIN32_SAVE_DIALOG_H
#define WIN32_SAVE_DIALOG_H

#include "core/base/fault.h"

#include <windows.h>

/* Shows the dialog. At the call, `path` contains the suggested name; afterwards, it contains the
 * selected full path. If the selected file exists, the user has confirmed that it is overwritten.
 * `filter` and `extension` are as in OPENFILENAMEW. Fails with FAULT_DECLINED if the user
 * cancelled, with FAULT_USAGE if the selected path has more than 259 characters, with FAULT_FAILED
 * if the dialog failed, and with FAULT_UNAVAILABLE if this Windows does not have the dialog. */
bool save_dialog_ask(HWND owner, const wchar_t *filter, const wchar_t *extension,
                     wchar_t path[MAX_PATH], struct fault *fault) MUST_CHECK;

/* Fills the fault for a code of CommDlgExtendedError; 0: the user cancelled. Returns false. */
bool save_dialog_fault(uint32_t code, struct fault *fault);

#endif
