#include "core/diagnosis/sentences.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "core/state/blind_spots.h"

void sentences_init(struct sentences *sentences)
{
    memset(sentences, 0, sizeof *sentences);
}

void sentences_release(struct sentences *sentences)
{
    for (size_t i = 0; i < sentences->count; i++)
        text_release(&sentences->rows[i].text);
    sentences_init(sentences);
}

struct text *sentences_add(struct sentences *sentences)
{
    struct sentence *row;

    if (sentences->count == SENTENCES_MAX)
        text_release(&sentences->rows[--sentences->count].text);
    row = &sentences->rows[sentences->count++];
    memset(row, 0, sizeof *row);
    return &row->text;
}

struct text *sentences_infer(struct sentences *sentences)
{
    struct text *text = sentences_add(sentences);

    sentences->rows[sentences->count - 1].is_inferred = true;
    return text;
}

void sentences_note_unseen(struct sentences *sentences, const char *what, const char *why)
{
    blind_spot_print(what, why, sentences_add(sentences));
}

void sentences_copy(void *context, const struct text *text)
{
    struct text *copy = sentences_add(context);

    text_puts(copy, text_string(text));
    copy->is_broken |= text->is_broken;
}

void sentences_command(struct sentences *sentences, const char *format, ...)
{
    va_list arguments;

    if (!sentences->count)
        return;
    va_start(arguments, format);
    vsnprintf(sentences->rows[sentences->count - 1].command, COMMAND_LINE_SIZE, format, arguments);
    va_end(arguments);
}

bool sentences_are_whole(const struct sentences *sentences)
{
    for (size_t i = 0; i < sentences->count; i++)
        if (sentences->rows[i].text.is_broken)
            return false;
    return true;
}
