/* change_text.h - the sentences of page Change. */
#ifndef GUI_PAGES_CHANGE_TEXT_H
#define GUI_PAGES_CHANGE_TEXT_H

#include "core/state/survey.h"
#include "gui/paint/range_bar.h"

/* The values of --restore-point. */
enum change_point {
    CHANGE_POINT_AUTO,
    CHANGE_POINT_REQUIRE,
    CHANGE_POINT_SKIP,
    CHANGE_POINT_COUNT,
};

struct change_point_row {
    const wchar_t *title;
    const char *option, *hint;
};
extern const struct change_point_row change_points[CHANGE_POINT_COUNT];
extern const char change_point_hint_of_servers[]; /* except for CHANGE_POINT_SKIP */

/* Prints the text that describes the range bar: the range now and after a restart. */
void change_print_ranges(const struct range_bar_view *view, struct text *text);

/* Print the stored value of a setting, and the bounds of a new value. `index` is the index of the
 * setting in the catalog. */
void change_print_stored(const struct survey *survey, size_t index, struct text *text);
void change_print_bounds(const struct survey *survey, size_t index, struct text *text);

/* Prints the text of the dialog that asks before the value is deleted. */
void change_print_reset(const struct survey *survey, size_t index, struct text *text);

#endif
