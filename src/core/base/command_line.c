#include "core/base/command_line.h"

#include <stdbool.h>
#include <string.h>

/* The first two words of the command lines that are recognized. "--" and "/" match any option. A
 * test checks that each command of maxport has a row. */
static const struct start {
    const char *program, *first;
    bool is_group; /* a second word may follow that names a member of the group */
} starts[] = {
    {"maxport", "backup", false},
    {"maxport", "capacity", false},
    {"maxport", "check", false},
    {"maxport", "explain", false},
    {"maxport", "history", false},
    {"maxport", "metrics", false},
    {"maxport", "port", false},
    {"maxport", "ports", false},
    {"maxport", "range", true},
    {"maxport", "report", false},
    {"maxport", "reset", false},
    {"maxport", "restore", false},
    {"maxport", "restore-point", true},
    {"maxport", "set", false},
    {"maxport", "status", false},
    {"maxport", "store", true},
    {"maxport", "undo", false},
    {"maxport", "verify", false},
    {"maxport", "why", false},
    {"maxport", "--", false},
    {"maxport", "COMMAND", false},
    {"netsh", "int", false},
    {"netsh", "interface", false},
    {"netsh", "http", false},
    {"net", "start", false},
    {"net", "stop", false},
    {"shutdown", "/", false},
    {"wsl", "--", false},
};

static const char members[] = " show set list create return adopt remove ";

static const char ends_of_sentence[] = ".,;:?!)\"'";

/* A word of a sentence, without the punctuation after it. */
struct word {
    const char *at;
    size_t length;
    bool is_last; /* punctuation follows */
};

static struct word word_at(const char *at)
{
    struct word word = {at, strcspn(at, " \t\r\n"), false};
    const char *close = *at == '"' ? strpbrk(at + 1, "\"\t\r\n") : NULL;

    if (close && *close == '"') { /* a quoted argument, which can contain spaces */
        word.length = (size_t)(close + 1 - at);
        word.is_last = strcspn(close + 1, " \t\r\n") > 0;
        return word;
    }
    if (word.length > 3 && memcmp(at + word.length - 3, "...", 3) == 0)
        return word; /* "NAME..." */
    while (word.length && strchr(ends_of_sentence, at[word.length - 1])) {
        word.length--;
        word.is_last = true;
    }
    return word;
}

static bool is_word(struct word word, const char *string)
{
    return word.length == strlen(string) && memcmp(word.at, string, word.length) == 0;
}

static bool is_member(struct word word)
{
    for (const char *at = members + 1; *at; at += strcspn(at, " ") + 1)
        if (word.length == strcspn(at, " ") && memcmp(word.at, at, word.length) == 0)
            return true;
    return false;
}

static bool is_of(char c, char first, char last)
{
    return c >= first && c <= last;
}

/* Returns whether a word can be an argument of maxport: an option, a number, NAME=VALUE, a path, a
 * placeholder in capitals, or the name of a value such as MaxUserPort. */
static bool is_argument(struct word word)
{
    size_t capitals = 0, small = 0;

    if (!word.length)
        return false;
    if (strchr("-/<>", *word.at))
        return word.length > 1 || *word.at == '>';
    if (is_of(*word.at, '0', '9') || *word.at == '"')
        return true;
    for (size_t i = 0; i < word.length; i++) {
        if (strchr("=\\.", word.at[i]))
            return true;
        capitals += is_of(word.at[i], 'A', 'Z');
        small += is_of(word.at[i], 'a', 'z');
    }
    return is_of(*word.at, 'A', 'Z') && (small ? capitals > 1 : true);
}

static bool is_small(struct word word)
{
    for (size_t i = 0; i < word.length; i++)
        if (!is_of(word.at[i], 'a', 'z') && !is_of(word.at[i], '0', '9') &&
            !strchr("=|", word.at[i]))
            return false;
    return word.length > 0;
}

static bool may_follow(const struct start *start, struct word before, struct word word)
{
    if (strcmp(start->program, "maxport") != 0)
        return is_argument(word) || (start->program[0] == 'n' && is_small(word));
    return is_argument(word) || is_word(before, "--by") || is_word(before, ">") ||
           (start->is_group && is_word(before, start->first) && is_member(word));
}

static const struct start *start_of(struct word program, struct word first)
{
    for (size_t i = 0; i < sizeof starts / sizeof *starts; i++) {
        const struct start *start = &starts[i];
        size_t length = strlen(start->first);

        if (!is_word(program, start->program))
            continue;
        if (is_word(first, start->first) || (strchr("-/", *start->first) && first.length > length &&
                                             memcmp(first.at, start->first, length) == 0))
            return start;
    }
    return NULL;
}

/* Words of a command line are separated by one space. */
static struct word word_after(struct word word)
{
    return word_at(word.at + word.length + (word.at[word.length] == ' '));
}

size_t command_line_length(const char *string)
{
    struct word program = word_at(string);
    struct word last = word_after(program);
    const struct start *start = program.is_last ? NULL : start_of(program, last);

    if (!start)
        return 0;
    while (!last.is_last) {
        struct word next = word_after(last);

        if (!next.length || !may_follow(start, last, next))
            break;
        last = next;
    }
    return (size_t)(last.at + last.length - string);
}
