/* environment.h - the environment variables of a program that maxport starts.
 *
 * maxport's own variables may come from HKCU\Environment, which any program of this user can
 * write. An elevated child must not use them: Path, TEMP, COR_PROFILER.
 */
#ifndef WIN32_LIB_ENVIRONMENT_H
#define WIN32_LIB_ENVIRONMENT_H

#include "core/base/fault.h"

#include <wchar.h>

/* Makes a block for CreateProcessW with CREATE_UNICODE_ENVIRONMENT. It has only the variables that
 * Windows needs, with values from Windows itself. malloc'ed; NULL: out of memory, or Windows does
 * not report its folders. */
wchar_t *environment_make(void) MUST_CHECK;

#endif
