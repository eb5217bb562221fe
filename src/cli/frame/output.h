/* output.h - the output of a command.
 *
 * If a write fails, a command that only prints fails. A command that writes to the machine or to a
 * file reports the failed output, but its exit code still states whether its own work succeeded
 * (run.c).
 */
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
    bool uses_unicode; /* maxport may use symbols outside ASCII, see screen.has_symbols */
    bool uses_color;
    unsigned width;      /* columns */
    bool has_failed;     /* something could not be written */
    bool is_unread;      /* the program that reads the pipe has closed it; this is not a failure */
    struct text pending; /* not yet written to the screen */
};

void output_init(struct output *output, const struct screen *screen);
/* columns: width of the screen. Sets the line width, which is limited for readability. */
void output_set_width(struct output *output, unsigned columns);
void output_release(struct output *output); /* writes pending text first */

/* Writes pending text. Call it before a slow operation. Questions, remarks and changes of style
 * call it automatically. */
void output_flush(struct output *output);

/* Returns false after a failed write, after the reader of a pipe has closed it, and after Ctrl-C.
 * The caller then ends a long list or a page. */
bool output_continues(const struct output *output);

/* All functions below make their text safe for a screen with text_safe_lines(). */
void output_puts(struct output *output, const char *string);
void output_printf(struct output *output, const char *format, ...) PRINTF_LIKE(2, 3);
void output_text(struct output *output, const struct text *text);
void output_style(struct output *output, enum screen_style style);

/* Prints a paragraph, wrapped by text_wrap(). */
void output_paragraph(struct output *output, unsigned indent, const char *format, ...)
    PRINTF_LIKE(3, 4);

/* Prints a label and a paragraph, wrapped by text_wrap_labelled(). */
void output_labelled(struct output *output, const char *label, const char *paragraph,
                     unsigned indent);

/* Prints a command to run next and its purpose. *count: number of suggestions printed so far. */
void output_suggestion(struct output *output, size_t *count, const char *command, const char *what);

/* Prints to standard error, to keep remarks out of piped output. */
void output_remark(struct output *output, const char *format, ...) PRINTF_LIKE(2, 3);
/* Prints progress, but only if standard error is a console, because PowerShell 5.1 shows redirected
 * text of standard error as an error. */
void output_progress(struct output *output, const char *words);

/* Prints a JSON document, indented, in ASCII, with a newline at the end. Releases the document.
 * Fails if the document is NULL because memory ran out. */
bool output_json(struct output *output, json_t *document, struct fault *fault) MUST_CHECK;

/* Prints text from jansson as ASCII. DEL and all characters outside ASCII become \uNNNN. */
void output_json_dump(struct output *output, const char *data, size_t length);

/* Prints the members of an object without braces, each with a comma, so that the caller can print
 * more members. Releases the object. */
bool output_json_members(struct output *output, json_t *object, struct fault *fault) MUST_CHECK;

/* Prints one row of a long JSON list, compact, on one line. The caller prints the brackets.
 * Releases the row. */
bool output_json_row(struct output *output, json_t *row, bool is_first,
                     struct fault *fault) MUST_CHECK;

#endif
