#include "core/base/fault.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "core/base/heap.h"
#include "core/base/text.h"

/* Removes the last character if it is incomplete, because JSON cannot contain ill-formed UTF-8. */
static void drop_cut_character(char *text)
{
    size_t length = strlen(text), start = length;
    while (start > 0 && length - start < 3 && ((unsigned char)text[start - 1] & 0xc0) == 0x80)
        start--;
    if (start == 0)
        return;
    unsigned char lead = (unsigned char)text[start - 1];
    size_t wanted = lead >= 0xf0 ? 4 : lead >= 0xe0 ? 3 : lead >= 0xc0 ? 2 : 1;
    if (length - start + 1 < wanted)
        text[start - 1] = '\0';
}

static void print_cut(char *buffer, size_t size, const char *format, va_list arguments)
{
    int length = vsnprintf(buffer, size, format, arguments);
    if (length < 0)
        buffer[0] = '\0';
    else if ((size_t)length >= size)
        drop_cut_character(buffer);
}

/* Copies the text and escapes characters that could control a screen. A fault may quote names,
 * paths and output of other programs, which may contain such characters. */
static void copy_safe(char to[FAULT_TEXT_SIZE], const char *text)
{
    size_t length = strlen(text), used = 0;
    for (size_t i = 0; i < length;) {
        char safe[UTF8_SAFE_SIZE];
        i += utf8_safe(text + i, length - i, safe);
        size_t wanted = strlen(safe);
        if (used + wanted >= FAULT_TEXT_SIZE)
            break;
        memcpy(to + used, safe, wanted);
        used += wanted;
    }
    to[used] = '\0';
}

bool fault_set(struct fault *fault, enum fault_kind kind, uint32_t code, const char *format, ...)
{
    /* Format into a copy, because an argument may be the text of this fault. */
    char text[FAULT_TEXT_SIZE];
    va_list arguments;
    va_start(arguments, format);
    print_cut(text, sizeof text, format, arguments);
    va_end(arguments);
    fault->kind = kind;
    fault->code = code;
    copy_safe(fault->text, text);
    return false;
}

bool fault_prefix(struct fault *fault, const char *format, ...)
{
    char prefix[FAULT_TEXT_SIZE];
    va_list arguments;
    va_start(arguments, format);
    print_cut(prefix, sizeof prefix, format, arguments);
    va_end(arguments);

    char old[FAULT_TEXT_SIZE];
    memcpy(old, fault->text, sizeof old);
    return fault_set(fault, fault->kind, fault->code, "%s: %s", prefix, old);
}

bool fault_no_memory(struct fault *fault)
{
    heap_count_failure();
    return fault_set(fault, FAULT_NO_MEMORY, 0, "Not enough memory.");
}

void fault_text(const struct fault *fault, char *buffer, size_t size)
{
    size_t length = strlen(fault->text);
    bool is_cut = length >= size;
    if (is_cut)
        length = size - 1;
    memcpy(buffer, fault->text, length);
    buffer[length] = '\0';
    if (is_cut)
        drop_cut_character(buffer);
}

const char *fault_name(enum fault_kind kind)
{
    switch (kind) {
    case FAULT_NONE:
        return "none";
    case FAULT_FAILED:
        return "failed";
    case FAULT_USAGE:
        return "usage";
    case FAULT_DENIED:
        return "denied";
    case FAULT_STUCK:
        return "stuck";
    case FAULT_DECLINED:
        return "declined";
    case FAULT_STORE:
        return "store";
    case FAULT_STALE:
        return "stale";
    case FAULT_MISSING:
        return "missing";
    case FAULT_UNAVAILABLE:
        return "unavailable";
    case FAULT_BUSY:
        return "busy";
    case FAULT_NO_MEMORY:
        return "no_memory";
    case FAULT_EXISTS:
        return "exists";
    }
    return "failed";
}

/* Replaces every `from` with `to`. Text that then does not fit is cut. */
static void replace_all(char text[FAULT_TEXT_SIZE], const char *from, const char *to)
{
    char rest[FAULT_TEXT_SIZE];
    for (char *at = strstr(text, from); at; at = strstr(at, from)) {
        strcpy(rest, at + strlen(from));
        snprintf(at, FAULT_TEXT_SIZE - (size_t)(at - text), "%s%s", to, rest);
        drop_cut_character(text);
        size_t left = strlen(at);
        at += left < strlen(to) ? left : strlen(to);
    }
}

bool fault_except(struct fault *fault, const char *what)
{
    static const struct {
        const char *from, *to;
    } rows[] = {
        {"Nothing was changed", "Nothing else was changed"},
        {"Nothing was written", "Nothing else was written"},
        {"Everything is as it was before", "Everything else is as it was before"},
    };
    char own[FAULT_TEXT_SIZE];
    strcpy(own, fault->text);
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        replace_all(own, rows[i].from, rows[i].to);
    return fault_set(fault, fault->kind, fault->code, "%s %s", what, own);
}

void fault_drop(struct fault *fault, const char *sentence)
{
    replace_all(fault->text, sentence, "");
}

void fault_retract(struct fault *fault)
{
    static const char *const sentences[] = {
        " Nothing was changed; run the command again.",
        " Nothing was changed.",
        " Nothing was written.",
        " Everything is as it was before.",
    };
    for (size_t i = 0; i < sizeof sentences / sizeof *sentences; i++)
        replace_all(fault->text, sentences[i], "");
}
