/* dialog.h - a dialog with a text and, optionally, a button to confirm. */
#ifndef GUI_DIALOG_H
#define GUI_DIALOG_H

#include "core/base/text.h"
#include "gui/paint/theme.h"

struct dialog {
    HWND owner; /* disabled while the dialog is open, but still painted */
    const struct theme *theme;
    const wchar_t *title;
    const char *text;    /* UTF-8, lines end with \n */
    const wchar_t *verb; /* text of the button that confirms; NULL: the only button is Close */
    bool has_shield;     /* confirming leads to a prompt for administrator approval */
};

/* Applies a changed theme and font to all open dialogs. */
void dialogs_restyle(void);

/* Shows the dialog until the user closes it. Returns whether the user confirmed; false also if the
 * dialog could not be opened. */
bool dialog_show(const struct dialog *dialog);

/* Prints an empty line, the heading, and for each sentence a line "- text" and, if the sentence has
 * a command, a line with the command. Prints nothing if there are no sentences. */
struct sentences;
void dialog_print_sentences(struct text *text, const char *heading,
                            const struct sentences *sentences);

#endif
