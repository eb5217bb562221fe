/* output.h - what a command says, checked: a write that failed is a failed command. */
#ifndef CLI_FRAME_OUTPUT_H
#define CLI_FRAME_OUTPUT_H

#include <jansson.h>

#include "core/base/fault.h"
#include "core/base/text.h"
#include "core/system/screen.h"

struct output {
    const struct screen *screen;
    bool is_json;
    bool is_csv;
    bool uses_unicode; /* our own marks may be other than ASCII: standard output is a console */
    bool uses_color;
    unsigned width;      /* columns */
    bool has_failed;     /* something could not be written */
    struct text pending; /* not yet handed to the screen */
};

void output_init(struct output *output, const struct screen *screen);
/* The columns that there are; lines are made for what of them can be read well. */
void output_set_width(struct output *output, unsigned columns);
void output_release(struct output *output); /* what is pending is written first */

/* Hands over what is pending. Happens by itself before a question, a remark and
 * a change of style; call it before anything slow. */
void output_flush(struct output *output);

/* False once a write failed or Ctrl-C was pressed: a long list or a page then ends. */
bool output_continues(const struct output *output);

/* All of these let through only what text_safe_lines does. */
void output_puts(struct output *output, const char *string);
void output_printf(struct output *output, const char *format, ...) PRINTF_LIKE(2, 3);
void output_text(struct output *output, const struct text *text);
void output_style(struct output *output, enum screen_style style);

/* A wrapped paragraph, see text_wrap. */
void output_paragraph(struct output *output, unsigned indent, const char *format, ...)
    PRINTF_LIKE(3, 4);

/* See text_wrap_labelled. */
void output_labelled(struct output *output, const char *label, const char *paragraph,
                     unsigned indent);

/* To standard error, so that piped output stays clean. */
void output_remark(struct output *output, const char *format, ...) PRINTF_LIKE(2, 3);

/* One JSON document, indented, ASCII, with a newline. Takes over the reference;
 * NULL (no memory while building) is a failure. */
bool output_json(struct output *output, json_t *document, struct fault *fault) MUST_CHECK;

/* What jansson made of something, as ASCII without DEL: \uNNNN for all else. */
void output_json_dump(struct output *output, const char *data, size_t length);

/* A JSON row of a long list: compact, on a line of its own. The caller writes
 * the brackets. Takes over the reference. */
bool output_json_row(struct output *output, json_t *row, bool is_first,
                     struct fault *fault) MUST_CHECK;

#endif
