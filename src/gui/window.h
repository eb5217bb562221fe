/* window.h - the window from its start to its end: what the worker answers, what the
 * user commands. */
#ifndef GUI_WINDOW_H
#define GUI_WINDOW_H

#include "core/system/launcher.h"
#include "core/system/machine.h"
#include "gui/frame.h"

/* Shows the window and lives until it is closed; returns the exit code. *can_close says
 * whether the worker has ended, so that the machine may be closed. */
int window_run(const struct machine *machine, const struct launcher *launcher,
               const struct locator *locator, const struct preferences *preferences,
               bool is_elevated, const struct window_options *options, bool *can_close);

#endif
