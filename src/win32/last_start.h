/* last_start.h - determines whether the last start was a Fast Startup resume.
 *
 * Since Windows 8, "Shut down" may hibernate the kernel. In this case, the next start resumes the
 * same kernel session, which keeps the registry values that it read when it began.
 *
 * The source is event 27 of Microsoft-Windows-Kernel-Boot in the System log. The field BootType of
 * this event is 0 for a full start, 1 for Fast Startup and 2 for a resume from hibernation.
 * Confidence: Windows' manifest contains the event and its field. Microsoft does not document the
 * meaning of the numbers, but many authors report these meanings (e.g. tenforums.com tutorial
 * 28869). Reading the log needs no elevation. The result is unknown if the log was cleared after
 * the start, if the log does not respond within two seconds, or if BootType is another number.
 * HiberbootEnabled alone proves nothing, because "Restart" is always a full start.
 */
#ifndef WIN32_LAST_START_H
#define WIN32_LAST_START_H

#include "core/system/clock.h"
#include "win32/lib/late.h"

/* Fills boot->was_resumed and boot->is_resume_known. Ignores an event that is older than
 * boot->start_ms, but tolerates a difference of five minutes, because the clock may have been set.
 * Copies *wevtapi. */
void last_start_read(const struct late *wevtapi, struct boot *boot);

#endif
