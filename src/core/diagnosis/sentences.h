/* sentences.h - a short list of sentences, each perhaps with a command to type. */
#ifndef CORE_DIAGNOSIS_SENTENCES_H
#define CORE_DIAGNOSIS_SENTENCES_H

#include "core/base/text.h"

enum { SENTENCES_MAX = 32, COMMAND_LINE_SIZE = 120 };

struct sentence {
    struct text text;                /* fit for a screen: names from outside are safe in it */
    bool is_inferred;                /* it follows from what was seen, but was not seen itself */
    char command[COMMAND_LINE_SIZE]; /* made of our own words and numbers only; "" none */
};

struct sentences {
    struct sentence rows[SENTENCES_MAX];
    size_t count;
};

void sentences_init(struct sentences *sentences);
void sentences_release(struct sentences *sentences);

/* Where the next sentence is to be written. One too many takes the place of the last. */
struct text *sentences_add(struct sentences *sentences);
struct text *sentences_infer(struct sentences *sentences); /* marked as inferred */
/* The command of the sentence that was added last. */
void sentences_command(struct sentences *sentences, const char *format, ...) PRINTF_LIKE(2, 3);

/* All of it is there: no text ran out of memory. */
bool sentences_are_whole(const struct sentences *sentences);

#endif
