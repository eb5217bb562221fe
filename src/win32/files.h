/* files.h - the interface `files` (core/system/store.h): reads and writes files that the user
 * names.
 *
 * A path may be relative, absolute, on the network, or longer than MAX_PATH. Devices (NUL,
 * \\.\...), pipes and streams (name:stream) are refused with FAULT_USAGE. A new file is written
 * under a temporary name in the same folder and renamed when it is completely on disk. The folder
 * is opened first, and all further operations use its handle. If another program puts another
 * folder at this path meanwhile, the file is not written.
 */
#ifndef WIN32_FILES_H
#define WIN32_FILES_H

#include "core/system/store.h"

/* Fills *functions. The context is NULL; there is nothing to close. */
void files_open(struct files *functions);

#endif
