/* history_text.h - the texts of page History. */
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

/* Prints a cell of the row of an entry. column: an enum history_column. */
void history_print_cell(const struct journal_entry *entry, const struct survey *survey, int column,
                        struct text *text);

/* Prints the problems of the store and of the journal, and the changes that the registry no longer
 * contains, each on a line of its own. Prints nothing if there are no problems. */
void history_print_trouble(const struct survey *survey, struct text *text);

#endif
