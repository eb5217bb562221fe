/* help.h - shows the help (F1) and "About maxport". */
#ifndef GUI_HELP_H
#define GUI_HELP_H

#include "gui/page.h"

void help_show(struct window *window);
void help_show_about(struct window *window);

#endif
