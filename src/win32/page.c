#include "win32/page.h"

#include "core/base/text.h"

#include <stdlib.h>
#include <string.h>

/* Maximum number of cells for one call: before Windows 8, the console passes the cells through a
 * heap of 64 KiB. */
enum { CELLS_AT_ONCE = 8192 };

static unsigned columns_of(SMALL_RECT window)
{
    return window.Right < window.Left ? 1 : (unsigned)(window.Right - window.Left + 1);
}

static unsigned rows_of(SMALL_RECT window)
{
    return window.Bottom < window.Top ? 1 : (unsigned)(window.Bottom - window.Top + 1);
}

static bool is_same_size(SMALL_RECT a, SMALL_RECT b)
{
    return columns_of(a) == columns_of(b) && rows_of(a) == rows_of(b);
}

bool page_is_east_asian(UINT code_page)
{
    switch (code_page) {
    case 932:
    case 936:
    case 949:
    case 950:
        return true;
    default:
        return false;
    }
}

static void put_cell(struct page *page, wchar_t character, WORD mark)
{
    page->cells[(size_t)page->row * page->columns + page->column++] = (CHAR_INFO){
        .Char.UnicodeChar = character,
        .Attributes = page->current | mark,
    };
}

static void empty(struct page *page)
{
    CHAR_INFO blank = {.Char.UnicodeChar = L' ', .Attributes = page->attributes};
    for (size_t i = 0; i < (size_t)page->columns * page->rows; i++)
        page->cells[i] = blank;
    page->column = page->row = 0;
    page->current = page->attributes;
}

/* Makes room for a page that starts at the cursor's line. Scrolls the previous output up only as
 * far as needed. The last row of the window remains free for the cursor. */
static bool take_window(struct page *page)
{
    CONSOLE_SCREEN_BUFFER_INFO info;
    DWORD written;
    if (!GetConsoleScreenBufferInfo(page->output, &info))
        return false;
    unsigned columns = columns_of(info.srWindow), rows = rows_of(info.srWindow);
    CHAR_INFO *cells = realloc(page->cells, (size_t)columns * rows * sizeof *cells);
    if (!cells)
        return false;
    page->cells = cells;
    page->columns = columns;
    page->rows = rows > 1 ? rows - 1 : 1;
    page->window = info.srWindow;
    page->last_height = 0;
    for (unsigned i = 1; i < rows; i++)
        if (!WriteConsoleW(page->output, L"\r\n", 2, &written, NULL))
            return false;
    if (!GetConsoleScreenBufferInfo(page->output, &info))
        return false;
    int top = info.dwCursorPosition.Y - (int)rows + 1;
    page->origin = (COORD){info.srWindow.Left, (SHORT)(top > 0 ? top : 0)};
    return true;
}

bool page_open(struct page *page, HANDLE output, WORD attributes)
{
    *page = (struct page){
        .output = output,
        .attributes = attributes,
        /* Only for these code pages does Windows document the attributes that mark the two cells of
         * a full-width character. */
        .has_double_cells = page_is_east_asian(GetConsoleOutputCP()),
    };
    if (!GetConsoleCursorInfo(output, &page->found) || !take_window(page)) {
        free(page->cells);
        page->cells = NULL;
        return false;
    }
    CONSOLE_CURSOR_INFO hidden = page->found;
    hidden.bVisible = FALSE;
    SetConsoleCursorInfo(output, &hidden);
    page->is_open = true;
    return true;
}

bool page_is_resized(const struct page *page)
{
    CONSOLE_SCREEN_BUFFER_INFO info;
    return page->is_open && GetConsoleScreenBufferInfo(page->output, &info) &&
           !is_same_size(info.srWindow, page->window);
}

void page_clear(struct page *page)
{
    if (page_is_resized(page)) {
        /* The console has wrapped the lines of the old page, so the page needs a new place. If
         * take_window() fails, the cells still match the page's size, so the failure is ignored. */
        (void)take_window(page);
    }
    empty(page);
}

void page_put(struct page *page, const char *data, size_t length)
{
    while (length > 0) {
        uint32_t character;
        size_t bytes = utf8_decode(data, length, &character);
        if (bytes == 0) {
            bytes = 1;
            character = 0xfffd;
        }
        data += bytes;
        length -= bytes;
        if (character == '\n') {
            page->row++;
            page->column = 0;
            continue;
        }
        if (character < 0x20 || page->row >= page->rows || page->column >= page->columns)
            continue;
        wchar_t cell = character > 0xffff ? 0xfffd : (wchar_t)character;
        if (!page->has_double_cells || !utf8_is_wide(cell)) {
            put_cell(page, cell, 0);
        } else if (page->column + 1 < page->columns) {
            put_cell(page, cell, COMMON_LVB_LEADING_BYTE);
            put_cell(page, cell, COMMON_LVB_TRAILING_BYTE);
        } else {
            put_cell(page, L' ', 0); /* the second half has no room */
        }
    }
}

static unsigned height(const struct page *page)
{
    unsigned rows = page->row + (page->column > 0);
    return rows < page->rows ? rows : page->rows;
}

bool page_draw(struct page *page)
{
    unsigned band = page->columns < CELLS_AT_ONCE ? CELLS_AT_ONCE / page->columns : 1;
    for (unsigned row = 0; row < page->rows; row += band) {
        unsigned rows = page->rows - row < band ? page->rows - row : band;
        COORD size = {(SHORT)page->columns, (SHORT)rows};
        SMALL_RECT area = {
            .Left = page->origin.X,
            .Top = (SHORT)(page->origin.Y + (int)row),
            .Right = (SHORT)(page->origin.X + (int)page->columns - 1),
            .Bottom = (SHORT)(page->origin.Y + (int)(row + rows) - 1),
        };
        if (!WriteConsoleOutputW(page->output, page->cells + (size_t)row * page->columns, size,
                                 (COORD){0, 0}, &area)) {
            return false;
        }
    }
    /* Keep the cursor below the page, because the prompt appears there after the program ends. Move
     * the cursor only if needed: moving it scrolls the window back to the page if the user has
     * scrolled. */
    if (height(page) != page->last_height) {
        page->last_height = height(page);
        SetConsoleCursorPosition(page->output,
                                 (COORD){0, (SHORT)(page->origin.Y + (int)page->last_height)});
    }
    return true;
}

void page_restore_cursor(const struct page *page)
{
    if (page->is_open)
        SetConsoleCursorInfo(page->output, &page->found);
}

void page_close(struct page *page)
{
    if (!page->is_open)
        return;
    /* Set the cursor again, because Windows may have printed "^C". */
    SetConsoleCursorPosition(page->output,
                             (COORD){0, (SHORT)(page->origin.Y + (int)page->last_height)});
    page_restore_cursor(page);
    page->is_open = false;
    free(page->cells);
    page->cells = NULL;
}
