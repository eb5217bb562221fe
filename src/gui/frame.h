/* frame.h - the frame around the pages: tabs, menu, status bar. */
#ifndef GUI_FRAME_H
#define GUI_FRAME_H

#include "gui/screenshot.h"
#include "gui/status_bar.h"

/* The type of the function in win32/save_dialog.h, which gui must not include. */
typedef bool (*path_asker)(HWND owner, const wchar_t *filter, const wchar_t *extension,
                           wchar_t path[MAX_PATH], struct fault *);

struct window_options {
    bool has_page;
    enum page_id page;
    /* File for a screenshot of the page, after which the program ends; NULL: no screenshot. */
    const wchar_t *picture;
    int picture_after_seconds; /* delay before the screenshot; 0: see screenshot_follow */
    picture_encoder encode;
    path_asker ask_path;
    bool has_theme;
    enum theme_kind theme;
    int width_dip, height_dip; /* 0: the stored size, see placement.h */
};

/* The data of the window, including the part that pages do not use. */
struct frame {
    struct window window; /* the part that pages use; must be the first member */
    HWND tabs[PAGE_COUNT], menu_button;
    HMENU menu;
    struct status_bar status_bar;
    struct screenshot screenshot;
    const struct window_options *options;
    const struct machine *machine;
    const struct launcher *launcher;
    int exit_code;
};

/* Makes everything except the pages; call this function at WM_CREATE. own: the window. */
bool frame_create(struct frame *frame, HWND own);

void frame_lay_out(struct frame *frame);
/* Reads the theme again, unless an option fixes the theme, and applies it to everything. */
void frame_restyle(struct frame *frame);
/* Opens the fonts for this DPI and applies them. */
void frame_change_fonts(struct frame *frame, unsigned dpi);
void frame_limit_size(const struct frame *frame, MINMAXINFO *info);

/* Makes the page if it does not exist yet. All pages except the first are made only when they are
 * first shown or when the window is idle, so that the first page appears sooner. Returns false if
 * memory runs out. */
bool frame_make_page(struct frame *frame, enum page_id page);
void frame_send_to_pages(struct frame *frame, UINT message, WPARAM wparam, LPARAM lparam);

/* is_busy: maxport.exe is running. */
void frame_set_busy(struct frame *frame, bool is_busy);

#endif
