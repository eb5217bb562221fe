/* frame.h - what is around the four pages: tabs, menu, status bar. */
#ifndef GUI_FRAME_H
#define GUI_FRAME_H

#include "gui/screenshot.h"
#include "gui/status_bar.h"

/* See win32/save_dialog.h. */
typedef bool (*path_asker)(HWND owner, const wchar_t *filter, const wchar_t *extension,
                           wchar_t path[MAX_PATH], struct fault *);

struct window_options {
    bool has_page;
    enum page_id page;
    const wchar_t *picture;    /* a page is to be painted there, and the program to end; NULL: no */
    int picture_after_seconds; /* so long the window is watched first; 0: a few samples */
    picture_encoder encode;
    path_asker ask_path;
    bool has_theme;
    enum theme_kind theme;
    int width_dip, height_dip; /* 0: as remembered */
};

/* What pages do not see. */
struct frame {
    struct window window; /* the first: pages get this */
    HWND tabs[PAGE_COUNT], menu_button;
    HMENU menu;
    struct status_bar status_bar;
    struct screenshot screenshot;
    const struct window_options *options;
    const struct machine *machine;
    const struct launcher *launcher;
    int exit_code;
};

/* At WM_CREATE: makes all but the pages. */
bool frame_create(struct frame *frame, HWND own);

void frame_lay_out(struct frame *frame);
/* Reads the theme anew and shows everything in it. */
void frame_restyle(struct frame *frame);
/* The window is on a screen of another scale; *rect is where it belongs. */
void frame_change_dpi(struct frame *frame, unsigned dpi, const RECT *rect);
void frame_limit_size(const struct frame *frame, MINMAXINFO *info);

/* A page is made when it is first shown, or when there is nothing else to do: the first one is
 * seen the sooner. False: no memory. */
bool frame_make_page(struct frame *frame, enum page_id page);
void frame_send_to_pages(struct frame *frame, UINT message, WPARAM wparam, LPARAM lparam);

/* maxport.exe runs, or has ended. */
void frame_set_busy(struct frame *frame, bool is_busy);

#endif
