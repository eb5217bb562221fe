/* last_start.h - was the last start a Fast Startup resume?
 *
 * Since Windows 8, "Shut down" may hibernate the kernel, and the next start
 * brings the same kernel session back: what it read at its start stays in force.
 *
 * The System log tells: Microsoft-Windows-Kernel-Boot event 27, BootType 0 full
 * start, 1 Fast Startup, 2 resume from hibernation. Confidence: the event and its
 * field are in Windows' own manifest; the meaning of the numbers is reported by
 * many (e.g. tenforums.com tutorial 28869), not documented by Microsoft. The log
 * can be read without elevation. It is not known where the log was cleared
 * since, or does not answer within two seconds, or has another number.
 * HiberbootEnabled alone proves nothing: "Restart" is a full start all the same.
 */
#ifndef WIN32_LAST_START_H
#define WIN32_LAST_START_H

#include "core/system/clock.h"
#include "win32/lib/late.h"

/* Fills was_resumed and is_resume_known; boot->start_ms tells which events are
 * of this kernel session. `wevtapi` is copied. */
void last_start_read(const struct late *wevtapi, struct boot *boot);

#endif
