/* environment.h - the environment variables of a program that maxport starts.
 *
 * Those of maxport itself may come from HKCU\Environment, which any program of this user
 * writes, and an elevated child would follow them: Path, TEMP, COR_PROFILER.
 */
#ifndef WIN32_LIB_ENVIRONMENT_H
#define WIN32_LIB_ENVIRONMENT_H

#include "core/base/fault.h"

#include <wchar.h>

/* Only what Windows needs, from Windows itself: a block for CreateProcessW with
 * CREATE_UNICODE_ENVIRONMENT. malloc'ed; NULL: no memory, or Windows does not report its
 * folders. */
wchar_t *environment_make(void) MUST_CHECK;

#endif
