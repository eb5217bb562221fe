/* deadline.h - the interface `deadline`: a thread that ends the process.
 *
 * The thread ends the process with TerminateProcess, which needs no lock that a hanging call may
 * hold (background.h). Programs that maxport has started end too, because their job object is
 * closed (child.h).
 */
#ifndef WIN32_DEADLINE_H
#define WIN32_DEADLINE_H

#include <windows.h>

#include "core/system/deadline.h"

struct deadline_adapter {
    LONG state;
    HANDLE thread; /* NULL: no deadline is set */
    HANDLE cleared;
    DWORD ms;
    char *words; /* owned */
    int exit_code;
};

/* Fills *functions. There is nothing to close: clear() releases what set() has made. */
void deadline_open(struct deadline_adapter *deadline, struct deadline_source *functions);

#endif
