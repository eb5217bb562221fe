/* page.h - what the frame and its four pages share.
 *
 * A page is a child window, made by one function in a file of its own and listed in
 * page.c. The frame keeps the newest of what the worker found, and sends every page
 * a message when there is something new; a page that is not shown remembers nothing and
 * paints what there is when it is shown.
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

/* Sent to pages. What is not handled goes to page_default. */
enum {
    PAGE_SAMPLE = WM_APP + 10, /* window->sample is new */
    PAGE_ASSESSMENT,           /* window->assessment is new */
    PAGE_ANSWER,   /* wParam: enum answer (preview, entry details, run result), lParam: it */
    PAGE_RESTYLE,  /* theme or scale changed: colours, fonts, layout */
    PAGE_SHOWN,    /* the page comes to the front */
    PAGE_WANTS,    /* returns what it needs of samples: a mask of page_want */
    PAGE_COPY,     /* Ctrl+C outside a field; returns true if it copied */
    PAGE_SAVE,     /* Ctrl+S; returns false where only a picture can be saved */
    PAGE_UNDO,     /* Ctrl+Z */
    PAGE_IS_READY, /* returns whether all that it shows is there: for pictures */
};

enum page_want {
    WANT_OWNERS = 1,
    WANT_GROUPS = 2, /* by window->grouping */
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

    enum protocol protocol; /* of which charts and maps speak */
    enum usage_history_span span;
    enum usage_group grouping; /* GROUP_KIND_COUNT: not at all, each socket */
    uint32_t interval_ms;      /* as chosen; 0: paused */
    bool is_busy;              /* maxport.exe runs */
    bool is_elevated;
    bool is_picture; /* it is being painted into a file: the mouse means nothing */
};

struct page_row {
    const wchar_t *key, *title, *menu;
    HWND (*create)(struct window *window); /* makes the page's window, hidden */
};
extern const struct page_row page_rows[PAGE_COUNT];

/* "now" ...; PAGE_COUNT: no page of that name. */
enum page_id page_find(const wchar_t *key);

HWND page_now_create(struct window *window);
HWND page_who_create(struct window *window);
HWND page_change_create(struct window *window);
HWND page_history_create(struct window *window);

/* A page's window: class `name` with that procedure, `state` found again by page_state. */
HWND page_window(struct window *window, const wchar_t *class_name, WNDPROC procedure, void *state);
void *page_state(HWND page);

/* What all pages do alike: background, colours and drawing of controls, focus. */
LRESULT page_default(HWND page, UINT message, WPARAM wparam, LPARAM lparam);

/* ---- what pages ask of the frame -------------------------------------- */

void window_show_page(struct window *window, enum page_id page);
void window_set_protocol(struct window *window, enum protocol protocol);
/* Explains why a port can or cannot be bound, once the worker has checked it. */
void window_open_port_check(struct window *window, enum protocol protocol, uint16_t port);
/* Has what PAGE_WANTS returns changed? Asks the worker for it. */
void window_update_wants(struct window *window);

/* Shows `text` (UTF-8, lines end with \n) below `title`, and where the user agrees by the
 * button `verb` runs maxport.exe with these arguments; how that ended comes as
 * PAGE_ANSWER. Comes back when the question is answered. */
void window_confirm_and_run(struct window *window, const wchar_t *title, const char *text,
                            const wchar_t *verb, const char *const *arguments, size_t count);

/* A sentence in the status bar until the next one; UTF-8. */
void window_report(struct window *window, const char *sentence);
/* The same, and a box with it: a fault, its value, and what was left untouched. */
void window_report_failure(struct window *window, const char *sentence);

/* A box with this text (UTF-8, lines end with \n). Comes back when it is closed. */
void window_show_text(struct window *window, const wchar_t *title, const char *text);

/* Asks where to save; false: cancelled. `suggestion` and `filter` as in OPENFILENAME. */
bool window_ask_path(struct window *window, const wchar_t *filter, const wchar_t *extension,
                     const wchar_t *suggestion, char path[STORE_PATH_SIZE]);

#endif
