/* change_text.h - the sentences of page Change on a setting. */
#ifndef GUI_PAGES_CHANGE_TEXT_H
#define GUI_PAGES_CHANGE_TEXT_H

#include "core/state/survey.h"
#include "gui/paint/range_bar.h"

/* Of the bar: the range now and after a restart. */
void change_print_ranges(const struct range_bar_view *view, struct text *text);

/* What is stored, and what may be typed; the index is the catalog's. */
void change_print_stored(const struct survey *survey, size_t index, struct text *text);
void change_print_bounds(const struct survey *survey, size_t index, struct text *text);

/* The question before the value is deleted. */
void change_print_reset(const struct survey *survey, size_t index, struct text *text);

#endif
