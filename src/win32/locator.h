/* locator.h - the interface `locator`; starts File Explorer by its full path. */
#ifndef WIN32_LOCATOR_H
#define WIN32_LOCATOR_H

#include "core/system/locator.h"

#include <windows.h>

void locator_open(struct locator *locator);

/* The full path of a process' executable, malloc'ed. Faults as in core/system/locator.h. */
bool locator_find(uint32_t process, wchar_t **path, struct fault *fault) MUST_CHECK;

#endif
