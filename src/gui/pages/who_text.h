/* who_text.h - the sentences of page Who above, below and instead of its rows. */
#ifndef GUI_PAGES_WHO_TEXT_H
#define GUI_PAGES_WHO_TEXT_H

#include "gui/model/usage_rows.h"
#include "gui/page.h"

struct who_view {
    const struct window *window;
    const struct usage_rows *rows;
    bool is_both;       /* both protocols are shown; otherwise only window->protocol */
    const char *filter; /* as typed by the user */
};

/* Prints the number of rows and of ports in use. */
void who_print_summary(const struct who_view *view, struct text *text);
/* Prints which data is missing. Prints nothing if the data is complete. */
void who_print_note(const struct who_view *view, struct text *text);
/* Prints why there are no rows. */
void who_explain_empty(const struct who_view *view, struct text *text);

#endif
