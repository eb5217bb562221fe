/* sentences.h - a short list of sentences, each with an optional command for the user. */
#ifndef CORE_DIAGNOSIS_SENTENCES_H
#define CORE_DIAGNOSIS_SENTENCES_H

#include "core/base/text.h"

enum { SENTENCES_MAX = 32, COMMAND_LINE_SIZE = 120 };

struct sentence {
    struct text text;                /* safe for a screen, including names from outside maxport */
    bool is_inferred;                /* the statement is inferred, not observed */
    char command[COMMAND_LINE_SIZE]; /* contains no text from outside maxport; "": none */
};

struct sentences {
    struct sentence rows[SENTENCES_MAX];
    size_t count;
};

void sentences_init(struct sentences *sentences);
void sentences_release(struct sentences *sentences);

/* Adds a sentence and returns its empty text. If the list is full, replaces the last sentence. */
struct text *sentences_add(struct sentences *sentences);
struct text *sentences_infer(struct sentences *sentences); /* marked as inferred */
/* Adds a sentence that names missing data and the reason, as blind_spot_print() writes it. */
void sentences_note_unseen(struct sentences *sentences, const char *what, const char *why);
/* Adds a copy of the text. `context` is the struct sentences, so that this function can be passed
 * to blind_spots_list(). */
void sentences_copy(void *context, const struct text *text);
/* Sets the command of the last sentence. */
void sentences_command(struct sentences *sentences, const char *format, ...) PRINTF_LIKE(2, 3);

/* Returns false if memory ran out while a sentence was written. */
bool sentences_are_whole(const struct sentences *sentences);

#endif
