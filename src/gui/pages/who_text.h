/* who_text.h - the sentences of page Who, besides its rows. */
#ifndef GUI_PAGES_WHO_TEXT_H
#define GUI_PAGES_WHO_TEXT_H

#include "gui/model/usage_rows.h"
#include "gui/page.h"

struct who_view {
    const struct window *window;
    const struct usage_rows *rows;
    bool is_both;       /* protocols; else window->protocol */
    const char *filter; /* as typed */
};

/* How many rows there are, and how many ports are in use. */
void who_print_summary(const struct who_view *view, struct text *text);
/* What is missing; nothing where all is there. */
void who_print_note(const struct who_view *view, struct text *text);
/* Why there is no row. */
void who_explain_empty(const struct who_view *view, struct text *text);

#endif
