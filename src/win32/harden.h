/* harden.h - protections that a process enables before anything else. */
#ifndef WIN32_HARDEN_H
#define WIN32_HARDEN_H

#include "core/base/fault.h"

/* From now on DLLs are loaded only from System32, a corrupt heap ends the process, and a missing
 * disk or DLL shows no dialog. Enables newer protections if this Windows has them; child processes
 * do not inherit them. False: Windows could still load a DLL from the program's folder; main must
 * end. */
bool harden_process(void) MUST_CHECK;

#endif
