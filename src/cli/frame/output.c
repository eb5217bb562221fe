#include "cli/frame/output.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Output is collected until it has this size. Otherwise a long list, which is printed row by row,
 * would need a write for each row. */
enum { PENDING_MAX = 32 * 1024 };

void output_init(struct output *output, const struct screen *screen)
{
    memset(output, 0, sizeof *output);
    output->screen = screen;
    output->uses_unicode = screen->has_symbols(screen->context);
    output->uses_color = screen->wants_color(screen->context);
    output_set_width(output, screen->width(screen->context));
}

void output_set_width(struct output *output, unsigned columns)
{
    /* Tables need at least 40 columns; lines with more than 120 columns are hard to read. */
    output->width = columns < 40 ? 40 : columns > 120 ? 120 : columns;
}

void output_release(struct output *output)
{
    output_flush(output);
    text_release(&output->pending);
}

void output_flush(struct output *output)
{
    const struct screen *screen = output->screen;
    struct text *pending = &output->pending;

    if (pending->is_broken)
        output->has_failed = true;
    if (pending->length && !output->is_unread &&
        !screen->write(screen->context, SCREEN_OUT, pending->data, pending->length)) {
        output->is_unread = screen->reader_has_closed(screen->context);
        output->has_failed |= !output->is_unread;
    }
    pending->length = 0;
}

static bool is_writable(const struct output *output)
{
    return !output->has_failed && !output->is_unread;
}

bool output_continues(const struct output *output)
{
    return is_writable(output) && !output->screen->stop_requested(output->screen->context);
}

static void write_bytes(struct output *output, const char *data, size_t length)
{
    text_safe_lines(&output->pending, data, length);
    if (output->pending.length >= PENDING_MAX)
        output_flush(output);
}

void output_text(struct output *output, const struct text *text)
{
    if (text->is_broken)
        output->has_failed = true;
    else
        write_bytes(output, text_string(text), text->length);
}

void output_puts(struct output *output, const char *string)
{
    write_bytes(output, string, strlen(string));
}

void output_printf(struct output *output, const char *format, ...)
{
    struct text text;
    va_list arguments;

    text_init(&text);
    va_start(arguments, format);
    text_vprintf(&text, format, arguments);
    va_end(arguments);
    output_text(output, &text);
    text_release(&text);
}

void output_remark(struct output *output, const char *format, ...)
{
    struct text line, safe, wrapped;
    va_list arguments;

    text_init(&line);
    text_init(&safe);
    text_init(&wrapped);
    va_start(arguments, format);
    text_vprintf(&line, format, arguments);
    va_end(arguments);
    text_safe_lines(&safe, text_string(&line), line.length);
    text_wrap(&wrapped, text_string(&safe), output->width, 0);
    wrapped.is_broken |= line.is_broken || safe.is_broken;
    output_flush(output);
    if (wrapped.is_broken || !output->screen->write(output->screen->context, SCREEN_ERROR,
                                                    text_string(&wrapped), wrapped.length))
        output->has_failed = true;
    text_release(&wrapped);
    text_release(&safe);
    text_release(&line);
}

void output_progress(struct output *output, const char *words)
{
    if (output->screen->is_console(output->screen->context, SCREEN_ERROR))
        output_remark(output, "%s", words);
}

void output_paragraph(struct output *output, unsigned indent, const char *format, ...)
{
    struct text line, wrapped;
    va_list arguments;

    text_init(&line);
    text_init(&wrapped);
    va_start(arguments, format);
    text_vprintf(&line, format, arguments);
    va_end(arguments);
    text_wrap(&wrapped, text_string(&line), output->width, indent);
    wrapped.is_broken |= line.is_broken;
    output_text(output, &wrapped);
    text_release(&wrapped);
    text_release(&line);
}

void output_labelled(struct output *output, const char *label, const char *paragraph,
                     unsigned indent)
{
    struct text wrapped;

    text_init(&wrapped);
    text_wrap_labelled(&wrapped, label, paragraph, output->width, indent);
    output_text(output, &wrapped);
    text_release(&wrapped);
}

/* On a screen with this width, a suggestion with a short command fits on one line. */
enum { NEXT_COLUMNS = 78, NEXT_COMMAND_COLUMNS = 28 };

void output_suggestion(struct output *output, size_t *count, const char *command, const char *what)
{
    const char *label = *count ? "" : "  Next:";
    struct text beside;

    if (output->width < NEXT_COLUMNS || strlen(command) > NEXT_COMMAND_COLUMNS) {
        output_printf(output, "%-8s%s\n", label, command);
        output_paragraph(output, output->width < NEXT_COLUMNS ? 10 : 8 + NEXT_COMMAND_COLUMNS + 1,
                         "%s", what);
    } else {
        text_init(&beside);
        text_printf(&beside, "%-8s%-*s", label, NEXT_COMMAND_COLUMNS, command);
        output_labelled(output, text_string(&beside), what, 8 + NEXT_COMMAND_COLUMNS + 1);
        text_release(&beside);
    }
    ++*count;
}

void output_style(struct output *output, enum screen_style style)
{
    if (!output->uses_color)
        return;
    output_flush(output);
    output->screen->style(output->screen->context, style);
}

/* jansson escapes only the control characters below U+0020. DEL and non-ASCII characters can occur
 * only inside strings. There, \uNNNN has the same meaning and cannot control a screen. */
void output_json_dump(struct output *output, const char *data, size_t length)
{
    size_t written = 0;

    for (size_t i = 0, size; i < length; i += size) {
        uint32_t character;

        size = utf8_decode(data + i, length - i, &character);
        if (size == 1 && character != 0x7f)
            continue;
        write_bytes(output, data + written, i - written);
        if (size > 0 && character >= 0x10000)
            output_printf(output, "\\u%04lx\\u%04lx", (unsigned long)(0xd7c0 + (character >> 10)),
                          (unsigned long)(0xdc00 + (character & 0x3ff)));
        else
            output_printf(output, "\\u%04lx", size > 0 ? (unsigned long)character : 0xfffdul);
        size += size == 0;
        written = i + size;
    }
    write_bytes(output, data + written, length - written);
}

/* Called by jansson with the text in pieces, so that the text of the document is never in memory as
 * a whole. Each piece ends after a whole character. */
static int write_piece(const char *data, size_t length, void *context)
{
    struct output *output = context;

    output_json_dump(output, data, length);
    return is_writable(output) ? 0 : -1;
}

static bool write_json(struct output *output, json_t *json, size_t flags, struct fault *fault)
{
    bool is_written = json && json_dump_callback(json, write_piece, output, flags) == 0;
    bool has_json = json != NULL;

    json_decref(json);
    if (is_written || !is_writable(output))
        return true; /* finish() in run.c reports write errors once, at the end */
    return has_json ? fault_set(fault, FAULT_FAILED, 0, "The JSON could not be written.")
                    : fault_no_memory(fault);
}

bool output_json(struct output *output, json_t *document, struct fault *fault)
{
    if (!write_json(output, document, JSON_INDENT(2), fault))
        return false;
    output_puts(output, "\n");
    return true;
}

bool output_json_row(struct output *output, json_t *row, bool is_first, struct fault *fault)
{
    output_puts(output, is_first ? "\n    " : ",\n    ");
    return write_json(output, row, JSON_COMPACT, fault);
}

bool output_json_members(struct output *output, json_t *object, struct fault *fault)
{
    const char *key;
    json_t *member;
    bool is_whole = object != NULL;

    json_object_foreach(object, key, member)
    {
        char *dump = json_dumps(member, JSON_COMPACT | JSON_ENCODE_ANY);

        is_whole = is_whole && dump;
        if (dump) {
            output_printf(output, "  \"%s\": ", key);
            output_json_dump(output, dump, strlen(dump));
            output_puts(output, ",\n");
        }
        free(dump);
    }
    json_decref(object);
    return is_whole || fault_no_memory(fault);
}
