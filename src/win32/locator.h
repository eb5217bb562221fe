/* locator.h - the interface `locator`: shows a process' executable in File Explorer, which is
 * started by its full path. */
#ifndef WIN32_LOCATOR_H
#define WIN32_LOCATOR_H

#include "core/system/locator.h"

#include <windows.h>

void locator_open(struct locator *locator);

/* Finds the full path of a process' executable, within a time limit (in a job of
 * lib/background.h, that of the job). *path is malloc'ed. The faults are described in
 * core/system/locator.h. */
bool locator_find(uint32_t process, wchar_t **path, struct fault *fault) MUST_CHECK;

#endif
