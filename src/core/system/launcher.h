/* launcher.h - maxport.exe, run by the window to change something.
 *
 * The window never writes by itself: it starts the console program, elevated, with the
 * arguments that anybody could type, waits for its end, and reads the result from the
 * journal by the process's number. One program at a time.
 */
#ifndef CORE_SYSTEM_LAUNCHER_H
#define CORE_SYSTEM_LAUNCHER_H

#include "core/base/fault.h"

enum run_state {
    RUN_GOES_ON,
    RUN_ENDED,
    RUN_UNSEEN, /* Windows reports neither that it ended nor how */
};

struct launcher {
    void *context;

    /* Starts it with these arguments, UTF-8, without the program's own name. Comes back
     * when the user has answered Windows' question for an administrator. FAULT_DECLINED:
     * the answer was no; FAULT_MISSING: the program is not beside this one. Nothing was
     * changed then. owner: the window that the question belongs to, NULL none.
     * process_id: 0 where Windows does not report it. */
    bool (*start)(void *context, void *owner, const char *const *arguments, size_t count,
                  uint32_t *process_id, struct fault *);

    /* Waits at most so long for its end. RUN_ENDED: *exit_code is README.md's. */
    enum run_state (*wait)(void *context, uint32_t ms, uint32_t *exit_code);

    /* Lets go of it, ended or not: a change that was begun is always finished. */
    void (*close)(void *context);
};

#endif
