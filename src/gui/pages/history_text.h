/* history_text.h - the words of page History on a change and on the journal. */
#ifndef GUI_PAGES_HISTORY_TEXT_H
#define GUI_PAGES_HISTORY_TEXT_H

#include "core/state/survey.h"

enum history_column {
    COLUMN_ID,
    COLUMN_WHEN,
    COLUMN_COMMAND,
    COLUMN_CHANGE,
    COLUMN_STATE,
    COLUMN_WHO,
    COLUMN_REASON,
    COLUMN_COUNT
};

/* A cell of the entry's row; the column is an enum history_column. */
void history_print_cell(const struct journal_entry *entry, const struct survey *survey, int column,
                        struct text *text);

/* What is wrong with the journal, one sentence a line; nothing where all is well. */
void history_print_trouble(const struct survey *survey, struct text *text);

#endif
