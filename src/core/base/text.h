/* text.h - UTF-8 text that grows, and maxport's formats for numbers, times and paragraphs.
 *
 * If memory runs out, a struct text stays valid, sets `is_broken` and ignores further appends. If
 * the text must be complete, check the flag once, after the last append.
 */
#ifndef CORE_BASE_TEXT_H
#define CORE_BASE_TEXT_H

#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/base/attributes.h"

struct text {
    char *data;    /* NUL-terminated once anything was appended; NULL before */
    size_t length; /* bytes, without the NUL */
    size_t capacity;
    bool is_broken;
};

void text_init(struct text *text);
void text_release(struct text *text);
void text_append(struct text *text, const char *data, size_t length);
void text_puts(struct text *text, const char *string);
void text_printf(struct text *text, const char *format, ...) PRINTF_LIKE(2, 3);
void text_vprintf(struct text *text, const char *format, va_list arguments) PRINTF_LIKE(2, 0);

/* Returns the text, or "" if the text is empty or broken; never NULL. The pointer is valid until
 * the next append. */
const char *text_string(const struct text *text);

/* Text from outside maxport is untrusted text that maxport did not write itself: names, paths,
 * registry data, arguments, output of other programs. text_safe() appends such text in a form that
 * is safe for a screen, a text file and the clipboard. Each character that utf8_is_plain() rejects
 * becomes \xNN, \uNNNN or \UNNNNNNNN; an ill-formed byte becomes \xNN. Backslashes and safe
 * characters are unchanged. */
void text_safe(struct text *text, const char *data, size_t length);

/* Like text_safe(), but keeps tabs and line ends (\n, \r\n). The console program's output
 * and the window's texts pass through this function last, in case text_safe() was not applied to a
 * part of them. */
void text_safe_lines(struct text *text, const char *data, size_t length);

/* Appends text from outside maxport as well-formed UTF-8 for JSON: each ill-formed byte becomes
 * U+FFFD. NUL bytes within `length` are kept. */
void text_repair(struct text *text, const char *data, size_t length);

/* Appends a number with separators, e.g. "16,384". The separator is a comma in every locale. */
void text_number(struct text *text, uint64_t number);

/* Appends two numbers, e.g. "14,340 of 16,384". */
void text_number_of(struct text *text, uint64_t part, uint64_t whole);

/* Like text_number(), but writes into the caller's buffer. Returns buffer. */
enum { NUMBER_SIZE = 27 };
const char *number_string(char buffer[NUMBER_SIZE], uint64_t number);

/* Writes a number of tenths with one decimal, e.g. "1,234.5". Returns buffer. */
enum { TENTHS_SIZE = NUMBER_SIZE + 2 };
const char *tenths_string(char buffer[TENTHS_SIZE], uint64_t tenths);

/* Writes a part of a whole as a rounded percentage: "37 %". A part above 0 is never shown as "0 %",
 * but as "<1 %"; a part below the whole is never shown as "100 %", but as ">99 %". Returns
 * buffer. */
enum { SHARE_SIZE = 8 };
const char *share_string(char buffer[SHARE_SIZE], uint64_t part, uint64_t whole);
void text_share(struct text *text, uint64_t part, uint64_t whole);

/* Appends a paragraph in lines of at most `width` columns; a longer word gets its own line.
 * Every line starts with `indent` spaces and ends with a newline. A command line
 * (core/base/command_line.h) is never broken. If a sentence ends with a command line and asks the
 * reader to run this command, the command gets a line of its own, two columns further right and
 * without the full stop. Words in quotation marks are never a command line, so text from outside
 * maxport must be quoted (core/base/quote.h). */
void text_wrap(struct text *text, const char *paragraph, unsigned width, unsigned indent);

/* Like text_wrap(), but the first line starts with `label`, which includes its own indent. If the
 * label is wider than `indent`, the paragraph follows the label without a space. */
void text_wrap_labelled(struct text *text, const char *label, const char *paragraph, unsigned width,
                        unsigned indent);

/* Format a time in milliseconds since 1970 UTC. time_utc_string() returns 2026-11-22T10:15:02Z, for
 * the journal and JSON. time_local_string() returns 2026-11-22 10:15:02, which is UTC plus
 * offset_seconds, for the screen. Both return "unknown" for years outside 1..9999. */
enum { TIME_SIZE = 32 };
const char *time_utc_string(char buffer[TIME_SIZE], int64_t unix_ms);
const char *time_local_string(char buffer[TIME_SIZE], int64_t unix_ms, int32_t offset_seconds);

/* Decodes one character at data (length > 0). Returns its number of bytes, or 0 if the bytes are
 * ill-formed: overlong, a surrogate, above U+10FFFF, or cut off. */
size_t utf8_decode(const char *data, size_t length, uint32_t *character);

/* Returns false for control characters (C0, DEL, C1) and for characters that are invisible or
 * only format other characters: direction marks, zero-width characters, soft hyphens, line and
 * paragraph separators, variation selectors, tags. With such characters, a name from outside
 * maxport can hide, reorder or imitate other text. */
bool utf8_is_plain(uint32_t character);

/* Converts the first character or ill-formed byte of data (length > 0) to the form of text_safe()
 * and writes it to `safe`, with a NUL. Returns the number of bytes of data that were converted. */
enum { UTF8_SAFE_SIZE = 11 };
size_t utf8_safe(const char *data, size_t length, char safe[UTF8_SAFE_SIZE]);

/* Returns whether a screen shows the character in two columns: Unicode's East Asian Width (UAX #11)
 * W and F. */
bool utf8_is_wide(uint32_t character);

/* Returns the number of screen columns of well-formed UTF-8: two for each character that
 * utf8_is_wide() accepts, and one for each other character. */
size_t utf8_columns(const char *string);

/* Returns the length in bytes of the beginning of `string` that fits into `columns` columns. */
size_t utf8_fit(const char *string, size_t columns);

/* Compares two strings, ignoring the case of ASCII letters, in the same way in every locale. */
int ascii_compare(const char *a, const char *b);

/* Returns the number of single-character edits between two words, ignoring ASCII case. Used to
 * suggest a word: "Did you mean ...?" */
size_t edit_distance(const char *a, const char *b);

#endif
