/* page.h - the page of the interface `screen`: text that fills a console window and is redrawn in
 * place.
 *
 * Text is stored in cells, and WriteConsoleOutputW copies the cells to the screen.
 * WriteConsoleOutputW does not move the cursor, never wraps or scrolls, and exists in every Windows
 * and in Wine's console. The page uses new lines below the previous output, so that the user can
 * still scroll back to that output.
 */
#ifndef WIN32_PAGE_H
#define WIN32_PAGE_H

#include "core/base/fault.h"

#include <windows.h>

struct page {
    HANDLE output;
    WORD attributes;           /* of empty cells */
    WORD current;              /* attributes of the next text */
    CONSOLE_CURSOR_INFO found; /* the cursor before the page */
    bool is_open;
    bool has_double_cells; /* a full-width character takes two cells */
    COORD origin;          /* top left, in the console's buffer */
    SMALL_RECT window;     /* the window when the page was started */
    unsigned columns, rows;
    CHAR_INFO *cells;
    unsigned column, row; /* position of the next text */
    unsigned last_height; /* rows of text that page_draw() last showed */
};

/* Returns whether this is a code page of Japanese, Chinese or Korean. On these code pages, a
 * character may take two cells of a console (docs/windows.md, "Text and console"). */
bool page_is_east_asian(UINT code_page);

/* Starts a page and hides the cursor. Returns false if `output` is not a console or memory runs
 * out. */
bool page_open(struct page *page, HANDLE output, WORD attributes) MUST_CHECK;
void page_clear(struct page *page); /* empties all cells; adapts to a new window size */
bool page_is_resized(const struct page *page);
/* Appends UTF-8. A character takes one cell; a full-width character takes two cells if
 * has_double_cells is set. A character outside the basic plane takes one cell and is shown as
 * U+FFFD. */
void page_put(struct page *page, const char *data, size_t length);
bool page_draw(struct page *page) MUST_CHECK;
void page_close(struct page *page);
/* Restores only the cursor. May also be called from another thread just before the process ends. */
void page_restore_cursor(const struct page *page);

#endif
