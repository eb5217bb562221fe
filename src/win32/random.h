/* random.h - unpredictable random bytes. */
#ifndef WIN32_RANDOM_H
#define WIN32_RANDOM_H

#include "core/base/fault.h"

#include <stddef.h>

/* Fills the buffer with RtlGenRandom. Call random_fill() after harden_process(): on Windows 7 and
 * later, advapi32.dll forwards RtlGenRandom to cryptbase.dll, which is not a KnownDLL. RtlGenRandom
 * is therefore looked up here, not imported. */
bool random_fill(void *buffer, size_t size, struct fault *fault) MUST_CHECK;

#endif
