/* html.h - builds an HTML page element by element, so that every element is closed and text from
 * outside maxport cannot become markup.
 *
 * Only the markup of html_raw(), and the names and attributes of elements, are written unescaped,
 * so they must not contain text from outside maxport. Use html_raw() also for elements without an
 * end tag (meta).
 */
#ifndef CLI_FRAME_HTML_H
#define CLI_FRAME_HTML_H

#include "core/base/text.h"

enum { HTML_DEPTH_MAX = 16 };

struct html {
    struct text text;
    const char *open[HTML_DEPTH_MAX]; /* names of the open elements */
    size_t depth;
};

void html_init(struct html *html);
void html_release(struct html *html);

/* `name` and `attributes` (" class=\"x\"", or "") must not be text from outside maxport. `name`
 * must stay valid until the element is closed. */
void html_open(struct html *html, const char *name, const char *attributes);
void html_close(struct html *html); /* the innermost element */
void html_raw(struct html *html, const char *markup);
/* Like html_printf(), but keeps line breaks (for `pre`). */
void html_lines(struct html *html, const char *text);

/* Appends any text with &, <, > and quotes escaped. Control characters and ill-formed bytes become
 * \xNN. Direction marks become \uNNNN, because they can make a name look like another name. */
void html_text(struct html *html, const char *string);
void html_printf(struct html *html, const char *format, ...) PRINTF_LIKE(2, 3);

/* Appends an element that contains only text. */
void html_element(struct html *html, const char *name, const char *attributes, const char *format,
                  ...) PRINTF_LIKE(4, 5);

/* True if every element is closed and memory never ran out. */
bool html_is_whole(const struct html *html);

#endif
