/* dialog.h - a text to read, and perhaps a question about it. */
#ifndef GUI_DIALOG_H
#define GUI_DIALOG_H

#include "gui/page.h"

struct dialog {
    const wchar_t *title;
    const char *text;    /* UTF-8, lines end with \n */
    const wchar_t *verb; /* the button that agrees; NULL: there is only Close */
    bool has_shield;     /* agreeing brings Windows' question for an administrator */
};

/* Comes back when it is closed; true: agreed. The window below goes on being painted. */
bool dialog_show(struct window *window, const struct dialog *dialog);

/* "Heading", an empty line, and a line "- text" for each sentence, its command below it;
 * nothing where there are none. */
struct sentences;
void dialog_put_sentences(struct text *text, const char *heading,
                          const struct sentences *sentences);

#endif
