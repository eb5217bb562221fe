/* save_dialog.h - Windows' own question where to save a file.
 *
 * comdlg32.dll drags half of the shell in: it is loaded when the first question is asked.
 */
#ifndef WIN32_SAVE_DIALOG_H
#define WIN32_SAVE_DIALOG_H

#include "core/base/fault.h"

#include <windows.h>

/* `path` holds the name to suggest, and then the full path that was chosen; what is there
 * already the user has agreed to overwrite. `filter` and `extension` as in OPENFILENAMEW.
 * FAULT_DECLINED: cancelled; FAULT_UNAVAILABLE: this Windows cannot ask. */
bool save_dialog_ask(HWND owner, const wchar_t *filter, const wchar_t *extension,
                     wchar_t path[MAX_PATH], struct fault *fault) MUST_CHECK;

#endif
