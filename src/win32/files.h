/* files.h - struct files of core/system/store.h: files that the user names.
 *
 * A path may be relative, absolute, on the network, or longer than MAX_PATH.
 * Devices (NUL, \\.\...), pipes and streams (name:stream) are refused with
 * FAULT_USAGE. A new file first has another name, in the same folder, and
 * gets its own when all of it is on disk. All of this is done within the folder that was opened
 * first: if another one is in its place meanwhile, nothing is written.
 */
#ifndef WIN32_FILES_H
#define WIN32_FILES_H

#include "core/system/store.h"

/* There is nothing to hold: its context is NULL. */
void files_open(struct files *functions);

#endif
