/* random.h - numbers that nobody can predict. */
#ifndef WIN32_RANDOM_H
#define WIN32_RANDOM_H

#include "core/base/fault.h"

#include <stddef.h>

/* Fills the buffer by RtlGenRandom. Call it after harden_process: on Windows 7 and later
 * advapi32 forwards the function to cryptbase.dll, which is not a KnownDLL; so it is looked up,
 * not imported. */
bool random_fill(void *buffer, size_t size, struct fault *fault) MUST_CHECK;

#endif
