/* launcher.h - starts maxport.exe with administrator rights when the user changes something in the
 * window.
 *
 * The window itself never writes. It starts the console program with arguments that a user could
 * also type, waits until the program ends, and finds the result in the journal by the process id.
 * A window runs only one maxport.exe at a time.
 */
#ifndef CORE_SYSTEM_LAUNCHER_H
#define CORE_SYSTEM_LAUNCHER_H

#include "core/base/fault.h"

enum run_state {
    RUN_GOES_ON,
    RUN_ENDED,
    RUN_UNSEEN, /* Windows cannot report whether or how the program ended */
};

struct launcher {
    void *context;

    /* Starts maxport.exe. arguments: UTF-8, without the program name. Returns after the user has
     * answered the prompt for administrator approval. Fails with FAULT_DECLINED if approval was
     * declined, with FAULT_MISSING if maxport.exe is not in this program's folder, or with
     * FAULT_BUSY if the previous maxport.exe is still running. If `start` fails, it has changed
     * nothing. owner: the parent window of the prompt, or NULL. *process_id: 0 if Windows does not
     * report the PID. */
    bool (*start)(void *context, void *owner, const char *const *arguments, size_t count,
                  uint32_t *process_id, struct fault *);

    /* Waits at most `ms` for the end of the program. With RUN_ENDED, *exit_code is the exit code of
     * the program (README.md). */
    enum run_state (*wait)(void *context, uint32_t ms, uint32_t *exit_code);

    /* Closes the handle of the program. A running program continues and finishes its change. */
    void (*close)(void *context);
};

#endif
