/* now_text.h - the sentences of page Now. */
#ifndef GUI_PAGES_NOW_TEXT_H
#define GUI_PAGES_NOW_TEXT_H

#include "gui/page.h"

/* Returns whether the protocol's ports could be counted. *fuller: the family of the figures. */
bool now_is_counted(const struct sample *sample, int p, enum family *fuller);

/* The line below a gauge: the trend, and the largest states. */
void now_print_detail(const struct sample *sample, int p, struct text *text);

/* "TCP 49,702: TIME_WAIT, to 10.0.0.5:443". Requires a sample. */
void now_print_port(const struct window *window, int port, struct text *text);
/* The number of ports of each class. */
void now_print_counts(const struct window *window, struct text *text);

/* The assessment must exist: `assessment` and window->assessment must not be NULL. */
bool now_is_healthy(const struct assessment *assessment);
enum verdict_kind now_level(const struct window *window);
void now_print_verdict(const struct window *window, struct text *text);

#endif
