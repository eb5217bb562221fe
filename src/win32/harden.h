/* harden.h - what a process does before anything else. */
#ifndef WIN32_HARDEN_H
#define WIN32_HARDEN_H

#include "core/base/fault.h"

/* DLLs come from System32 only from now on, a corrupt heap ends the process,
 * and a missing floppy or DLL makes no dialog. Newer protections are switched
 * on where this Windows has them; children do not inherit them.
 * False: DLLs could still be planted beside the program. Main ends then. */
bool harden_process(void) MUST_CHECK;

#endif
