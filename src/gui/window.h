/* window.h - the frame around the four pages: tabs, menu, status bar, and what all share. */
#ifndef GUI_WINDOW_H
#define GUI_WINDOW_H

#include "gui/page.h"

/* See win32/picture.h, of which the window knows nothing. */
typedef bool (*picture_encoder)(const uint32_t *pixels, unsigned width, unsigned height,
                                unsigned dpi, char **png, size_t *length, struct fault *);

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

/* Shows the window and lives until it is closed; returns the exit code. *can_close says
 * whether the worker has ended, so that the machine may be closed. */
int window_run(const struct machine *machine, const struct launcher *launcher,
               const struct locator *locator, const struct preferences *preferences,
               bool is_elevated, const struct window_options *options, bool *can_close);

/* "now" ...; PAGE_COUNT: no page of that name. */
enum page_id page_find(const wchar_t *key);

#endif
