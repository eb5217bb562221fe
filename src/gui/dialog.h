/* dialog.h - a text to read, and perhaps a question about it. */
#ifndef GUI_DIALOG_H
#define GUI_DIALOG_H

#include "core/base/text.h"
#include "gui/paint/scale.h"
#include "gui/paint/theme.h"

struct dialog {
    HWND owner; /* waits behind it, and is still painted */
    const struct theme *theme;
    const struct scale *scale;
    const wchar_t *title;
    const char *text;    /* UTF-8, lines end with \n */
    const wchar_t *verb; /* the button that agrees; NULL: there is only Close */
    bool has_shield;     /* agreeing brings Windows' question for an administrator */
};

/* Comes back when it is closed; true: agreed. */
bool dialog_show(const struct dialog *dialog);

/* "Heading", an empty line, and a line "- text" for each sentence, its command below it;
 * nothing where there are none. */
struct sentences;
void dialog_print_sentences(struct text *text, const char *heading,
                            const struct sentences *sentences);

#endif
