/* page.h - the contract between the frame and its pages.
 *
 * A page is a child window. A function in the page's file makes the page; page.c lists one such
 * function for each page. The frame stores the newest sample and the newest assessment. It sends
 * every page a message for each result of the worker, except for the kinds of results that no page
 * uses. A hidden page ignores new samples; it reads the newest one when it is shown.
 */
#ifndef GUI_PAGE_H
#define GUI_PAGE_H

#include "core/system/locator.h"
#include "core/system/preferences.h"
#include "core/use/usage_history.h"
#include "gui/paint/scale.h"
#include "gui/paint/theme.h"
#include "gui/worker.h"

enum page_id { PAGE_NOW, PAGE_WHO, PAGE_CHANGE, PAGE_HISTORY, PAGE_COUNT };

/* Messages to pages. Pages pass all messages that they do not handle to page_default. */
enum {
    PAGE_SAMPLE = WM_APP + 10, /* window->sample or window->protocol is new */
    PAGE_ASSESSMENT,           /* window->assessment or window->is_busy is new */
    PAGE_ANSWER,   /* wParam: enum answer (preview, entry details, run result), lParam: its data */
    PAGE_RESTYLE,  /* theme or scale has changed: update colours, fonts and layout */
    PAGE_SHOWN,    /* the page is shown now */
    PAGE_WANTS,    /* returns the parts of samples that the page needs, as a mask of page_want */
    PAGE_COPY,     /* Ctrl+C outside of a field; returns whether the page copied something */
    PAGE_SAVE,     /* Ctrl+S; returns false if only a picture can be saved */
    PAGE_UNDO,     /* Ctrl+Z */
    PAGE_IS_READY, /* sent before a screenshot; returns whether the page has all its data */
};

enum page_want {
    WANT_OWNERS = 1,
    WANT_GROUPS = 2, /* grouped by window->grouping */
};

struct window {
    HWND frame;
    HWND pages[PAGE_COUNT];
    enum page_id page;

    struct theme theme;
    struct scale scale;
    HBRUSH window_brush, panel_brush; /* of the theme */

    struct worker *worker;
    const struct locator *locator;
    const struct preferences *preferences;
    struct sample *sample;         /* the newest; NULL before the first */
    struct assessment *assessment; /* the newest; NULL before the first */
    struct usage_history history[PROTOCOL_COUNT];

    enum protocol protocol; /* shown in charts and maps */
    enum usage_history_span span;
    enum usage_group grouping; /* GROUP_KIND_COUNT: no groups, single sockets */
    uint32_t interval_ms;      /* the selected interval; 0: paused */
    bool is_busy;              /* maxport.exe is running */
    bool is_elevated;
    /* The window was started only to save a picture, so pages must ignore the mouse. */
    bool is_picture;
};

struct page_row {
    const wchar_t *key, *title, *menu;
    HWND (*create)(struct window *window); /* makes the page's window, hidden */
};
extern const struct page_row page_rows[PAGE_COUNT];

/* Returns the page with this key, such as "now"; PAGE_COUNT: not found. */
enum page_id page_find(const wchar_t *key);

HWND page_now_create(struct window *window);
HWND page_who_create(struct window *window);
HWND page_change_create(struct window *window);
HWND page_history_create(struct window *window);

/* Makes the window of a page. page_state later returns `state`. */
HWND page_window(struct window *window, const wchar_t *class_name, WNDPROC procedure, void *state);
void *page_state(HWND page);

/* Handles the messages that are the same for all pages: the background, the colours and drawing of
 * controls, the notices and menus of lists, PAGE_RESTYLE and PAGE_IS_READY. */
LRESULT page_default(HWND page, UINT message, WPARAM wparam, LPARAM lparam);

/* ---- functions of the frame for pages --------------------------------- */

void window_show_page(struct window *window, enum page_id page);
void window_set_protocol(struct window *window, enum protocol protocol);
/* Requests a check of the port. When the worker has made the check, a dialog explains why the port
 * can or cannot be bound. */
void window_open_port_check(struct window *window, enum protocol protocol, uint16_t port);
/* Sends PAGE_WANTS to the shown page and passes the result to the worker. Call this function when
 * the page may need other data than before. */
void window_update_wants(struct window *window);

/* Shows `text` (UTF-8, lines end with \n) below `title`. If the user confirms with the button
 * `verb`, runs maxport.exe with these arguments. Returns after the user's answer. PAGE_ANSWER later
 * contains the result of the run. If maxport.exe is already running, the function only reports this
 * fact and asks nothing. */
void window_confirm_and_run(struct window *window, const wchar_t *title, const char *text,
                            const wchar_t *verb, const char *const *arguments, size_t count);

/* Shows a sentence (UTF-8) in the status bar until the next sentence. */
void window_report(struct window *window, const char *sentence);
/* Shows a fault in the status bar and in a dialog. */
void window_report_failure(struct window *window, const char *sentence);

/* Shows a dialog with this title and text (UTF-8, lines end with \n). Returns when the dialog is
 * closed. */
void window_show_text(struct window *window, const wchar_t *title, const char *text);

/* Shows the Save dialog. Returns false if the user cancelled or the path cannot be used. If the
 * dialog itself failed, the function has reported the failure. `filter` and `suggestion` are as
 * lpstrFilter and the initial lpstrFile of OPENFILENAME. */
bool window_ask_path(struct window *window, const wchar_t *filter, const wchar_t *extension,
                     const wchar_t *suggestion, char path[STORE_PATH_SIZE]);

#endif
