/* window.h - the window: handles the worker's answers and the user's commands. */
#ifndef GUI_WINDOW_H
#define GUI_WINDOW_H

#include "core/system/launcher.h"
#include "core/system/machine.h"
#include "gui/frame.h"

/* Shows the window, and returns the exit code when the window is closed. *can_close is true if no
 * worker is running, so that the caller may close the machine. */
int window_run(const struct machine *machine, const struct launcher *launcher,
               const struct locator *locator, const struct preferences *preferences,
               bool is_elevated, const struct window_options *options, bool *can_close);

#endif
