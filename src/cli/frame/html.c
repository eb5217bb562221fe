#include "cli/frame/html.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

void html_init(struct html *html)
{
    memset(html, 0, sizeof *html);
}

void html_release(struct html *html)
{
    text_release(&html->text);
    html_init(html);
}

void html_open(struct html *html, const char *name, const char *attributes)
{
    if (html->depth == HTML_DEPTH_MAX) {
        html->text.is_broken = true;
        return;
    }
    html->open[html->depth++] = name;
    text_printf(&html->text, "<%s%s>", name, attributes);
}

/* Returns whether the element is inside a line of text. A browser would show a line break after
 * such an element as a space. */
static bool is_inline(const char *name)
{
    static const char *const names[] = {"span", "strong", "code", "abbr"};

    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++)
        if (strcmp(name, names[i]) == 0)
            return true;
    return false;
}

void html_close(struct html *html)
{
    const char *name;

    if (html->depth == 0) {
        html->text.is_broken = true;
        return;
    }
    name = html->open[--html->depth];
    text_printf(&html->text, "</%s>%s", name, is_inline(name) ? "" : "\n");
}

void html_raw(struct html *html, const char *markup)
{
    text_puts(&html->text, markup);
}

static bool is_right_to_left(uint32_t character)
{
    return (character >= 0x590 && character <= 0x8ff) ||
           (character >= 0xfb1d && character <= 0xfdff) ||
           (character >= 0xfe70 && character <= 0xfeff) ||
           (character >= 0x10800 && character <= 0x10fff) ||
           (character >= 0x1e800 && character <= 0x1efff);
}

/* Returns the number of bytes at the start of `data` that form right-to-left words. */
static size_t right_to_left_length(const char *data, size_t length)
{
    size_t end = 0;

    for (size_t i = 0; i < length;) {
        uint32_t character;
        size_t size = utf8_decode(data + i, length - i, &character);

        if (is_right_to_left(character))
            end = i + size;
        else if (end == 0 || character != ' ')
            break;
        i += size;
    }
    return end;
}

/* Returns whether the open element may contain markup. A browser shows markup in a title as
 * text. */
static bool takes_markup(const struct html *html)
{
    return html->depth == 0 || strcmp(html->open[html->depth - 1], "title") != 0;
}

/* Puts right-to-left words into <bdi>. Otherwise a browser would reorder the numbers and signs next
 * to them. */
void html_text(struct html *html, const char *string)
{
    struct text safe;
    struct text *text = &html->text;
    bool isolates = takes_markup(html);

    text_init(&safe);
    text_safe(&safe, string, strlen(string));
    text->is_broken |= safe.is_broken;
    for (size_t i = 0; i < safe.length;) {
        uint32_t character;
        size_t size = utf8_decode(safe.data + i, safe.length - i, &character);
        size_t isolated = isolates ? right_to_left_length(safe.data + i, safe.length - i) : 0;

        if (isolated > 0) {
            text_puts(text, "<bdi>");
            text_append(text, safe.data + i, isolated);
            text_puts(text, "</bdi>");
            i += isolated;
            continue;
        }
        switch (character) {
        case '&':
            text_puts(text, "&amp;");
            break;
        case '<':
            text_puts(text, "&lt;");
            break;
        case '>':
            text_puts(text, "&gt;");
            break;
        case '"':
            text_puts(text, "&quot;");
            break;
        case '\'':
            text_puts(text, "&#39;");
            break;
        default:
            text_append(text, safe.data + i, size);
        }
        i += size;
    }
    text_release(&safe);
}

static void print_formatted(struct html *html, const char *format, va_list arguments)
{
    struct text text;

    text_init(&text);
    text_vprintf(&text, format, arguments);
    html_text(html, text_string(&text));
    html->text.is_broken |= text.is_broken;
    text_release(&text);
}

void html_printf(struct html *html, const char *format, ...)
{
    va_list arguments;

    va_start(arguments, format);
    print_formatted(html, format, arguments);
    va_end(arguments);
}

void html_element(struct html *html, const char *name, const char *attributes, const char *format,
                  ...)
{
    va_list arguments;

    html_open(html, name, attributes);
    va_start(arguments, format);
    print_formatted(html, format, arguments);
    va_end(arguments);
    html_close(html);
}

bool html_is_whole(const struct html *html)
{
    return !html->text.is_broken && html->depth == 0;
}

void html_lines(struct html *html, const char *text)
{
    while (*text) {
        size_t length = strcspn(text, "\n");

        html_printf(html, "%.*s", (int)length, text);
        text += length;
        if (*text) {
            html_raw(html, "\n");
            text++;
        }
    }
}
