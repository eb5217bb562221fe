/* harden.h - protections that a process enables before anything else. */
#ifndef WIN32_HARDEN_H
#define WIN32_HARDEN_H

#include "core/base/fault.h"

/* After this call, Windows loads DLLs only from System32. Without KB2533623, Windows only stops
 * searching the current folder for DLLs. A corrupt heap ends the process, and Windows shows no
 * dialog for a missing disk or DLL. Also enables newer protections if this Windows has them; child
 * processes do not inherit the newer protections. Returns false if the DLL search could not be
 * restricted; main() must then end. */
bool harden_process(void) MUST_CHECK;

#endif
