/* page.h - the page of the port `screen`: a window's worth of a console, drawn anew in
 * the same place.
 *
 * Text is set into cells, and WriteConsoleOutputW shows them at once: it moves no
 * cursor, never wraps or scrolls, and every Windows and Wine's console has it. The page
 * gets lines of its own below what was written before, so that all of that can
 * still be scrolled back to.
 */
#ifndef WIN32_PAGE_H
#define WIN32_PAGE_H

#include "core/base/fault.h"

#include <windows.h>

struct page {
    HANDLE output;
    WORD attributes;           /* of empty cells */
    WORD current;              /* of the text that is set next */
    CONSOLE_CURSOR_INFO found; /* the cursor before the page */
    bool is_open;
    COORD origin;      /* top left, in the console's buffer */
    SMALL_RECT window; /* for which the page was made */
    unsigned columns, rows;
    CHAR_INFO *cells;
    unsigned column, row; /* where text is set next */
    unsigned last_height; /* rows of what is shown */
};

/* False: not a console with cells, or no memory. */
bool page_open(struct page *page, HANDLE output, WORD attributes) MUST_CHECK;
void page_clear(struct page *page); /* and follow the window if it was resized */
bool page_is_resized(const struct page *page);
/* UTF-8; a character outside the basic plane takes one cell and shows as U+FFFD. */
void page_put(struct page *page, const char *data, size_t length);
bool page_draw(struct page *page) MUST_CHECK;
void page_close(struct page *page);
/* Only the cursor, from another thread, just before the process ends. */
void page_give_back_cursor(const struct page *page);

#endif
