/* last_start.h - determines whether the last start was a Fast Startup resume.
 *
 * Since Windows 8, "Shut down" may hibernate the kernel. The next start then resumes the same
 * kernel session, with the values that the session read when it began.
 *
 * The source is the System log: Microsoft-Windows-Kernel-Boot event 27, BootType 0 full start,
 * 1 Fast Startup, 2 resume from hibernation. Confidence: Windows' manifest contains the event and
 * its field; the meaning of the numbers is reported by many (e.g. tenforums.com tutorial 28869),
 * not documented by Microsoft. Reading the log needs no elevation. The result is unknown if the
 * log was cleared since, does not respond within two seconds, or has another number.
 * HiberbootEnabled alone proves nothing, because "Restart" is always a full start.
 */
#ifndef WIN32_LAST_START_H
#define WIN32_LAST_START_H

#include "core/system/clock.h"
#include "win32/lib/late.h"

/* Fills was_resumed and is_resume_known. boot->start_ms identifies the events of this kernel
 * session. Copies `wevtapi`. */
void last_start_read(const struct late *wevtapi, struct boot *boot);

#endif
