/* environment.h - the environment variables of a program that maxport starts.
 *
 * maxport's own environment variables may come from HKCU\Environment, which any program of this
 * user can write. An elevated child process must not use such variables (Path, TEMP, COR_PROFILER).
 */
#ifndef WIN32_LIB_ENVIRONMENT_H
#define WIN32_LIB_ENVIRONMENT_H

#include "core/base/fault.h"

#include <wchar.h>

/* Makes an environment block for CreateProcessW with CREATE_UNICODE_ENVIRONMENT. The block contains
 * only the variables that Windows needs, with values from Windows itself. The block is malloc'ed.
 * Returns NULL if memory runs out or Windows does not report its folders. */
wchar_t *environment_make(void) MUST_CHECK;

#endif
