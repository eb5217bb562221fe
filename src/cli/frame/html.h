/* html.h - a page of HTML built element by element, so that it is balanced and so that
 * text from outside cannot become markup.
 *
 * Only html_raw takes markup, and only our own. Elements without an end tag (meta) are
 * written with it, too.
 */
#ifndef CLI_FRAME_HTML_H
#define CLI_FRAME_HTML_H

#include "core/base/text.h"

enum { HTML_DEPTH_MAX = 16 };

struct html {
    struct text text;
    const char *open[HTML_DEPTH_MAX]; /* names of the elements that are open */
    size_t depth;
};

void html_init(struct html *html);
void html_release(struct html *html);

/* `name` and `attributes` (" class=\"x\"", or "") are our own words; `name` is kept until
 * the element is closed. */
void html_open(struct html *html, const char *name, const char *attributes);
void html_close(struct html *html); /* the innermost */
void html_raw(struct html *html, const char *markup);

/* Escaped, whatever it is: &, <, >, quotes; control characters and ill-formed bytes as
 * \xNN; characters that turn the direction of writing as \uNNNN, since with them a
 * name can pretend to be another. */
void html_text(struct html *html, const char *string);
void html_printf(struct html *html, const char *format, ...) PRINTF_LIKE(2, 3);

/* An element with nothing but text in it. */
void html_element(struct html *html, const char *name, const char *attributes, const char *format,
                  ...) PRINTF_LIKE(4, 5);

/* Everything was closed, and there was memory for all of it. */
bool html_is_whole(const struct html *html);

#endif
