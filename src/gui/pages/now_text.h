/* now_text.h - the sentences of page Now. */
#ifndef GUI_PAGES_NOW_TEXT_H
#define GUI_PAGES_NOW_TEXT_H

#include "gui/model/headline.h"
#include "gui/page.h"

/* Returns whether the ports of protocol `p` could be counted. If so, *fuller is the family whose
 * figures are shown. */
bool now_is_counted(const struct sample *sample, int p, enum family *fuller);

/* Prints the line below a gauge: the trend, and the states with most ports. */
void now_print_detail(const struct sample *sample, int p, struct text *text);

/* Prints a port with its state, such as "TCP 49,702: TIME_WAIT, to 10.0.0.5:443". window->sample
 * must exist. */
void now_print_port(const struct window *window, int port, struct text *text);
/* Prints the number of ports of each class. */
void now_print_counts(const struct window *window, struct text *text);

/* Prints the headline and the forecast. window->assessment must not be NULL. */
void now_print_verdict(const struct window *window, struct headline *headline, struct text *text);

/* Prints the first part of the most important note about settings and ranges, which states the
 * fact, and, if there are several notes, their number. Prints nothing if no note needs attention.
 */
void now_print_note(const struct assessment *assessment, struct text *text);
/* Prints all notes, as a section of the dialog Why. */
void now_print_notes(const struct assessment *assessment, struct text *text);

#endif
