/* text.h - growing UTF-8 text, and the few ways in which maxport writes things down.
 *
 * A struct text that ran out of memory stays valid and remembers it in
 * `is_broken`; appending to it does nothing. Whoever needs all of the text
 * checks that flag once, at the end.
 */
#ifndef CORE_BASE_TEXT_H
#define CORE_BASE_TEXT_H

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

/* Never NULL: "" for an empty or broken text. Valid until the next append. */
const char *text_string(const struct text *text);

/* Text from outside made safe for a screen, a file that people read, and the clipboard:
 * every character that utf8_is_plain refuses becomes \xNN, \uNNNN or \UNNNNNNNN, an
 * ill-formed byte \xNN. A backslash stays as it is, so safe text stays as it is, too. */
void text_safe(struct text *text, const char *data, size_t length);

/* The same for composed text on its way out: keeps tabs and ends of lines (\n, \r\n). The
 * last gate of every output, for what reached it without text_safe. */
void text_safe_lines(struct text *text, const char *data, size_t length);

/* Text from outside made well-formed UTF-8 for JSON: each ill-formed byte
 * becomes U+FFFD. NUL bytes are kept as they are within `length`. */
void text_repair(struct text *text, const char *data, size_t length);

/* 16384 -> "16,384". Always a comma, so that scripts and tickets read alike. */
void text_number(struct text *text, uint64_t number);

/* "14,340 of 16,384" */
void text_number_of(struct text *text, uint64_t part, uint64_t whole);

/* The same into a caller's buffer; returns buffer. 27 bytes always suffice. */
enum { NUMBER_SIZE = 27 };
const char *number_string(char buffer[NUMBER_SIZE], uint64_t number);

/* Words of one paragraph, lines broken so that none is wider than `width`
 * columns (a longer word stands alone); every line starts with `indent` spaces,
 * the first one too, and ends with a newline. */
void text_wrap(struct text *text, const char *paragraph, unsigned width, unsigned indent);

/* The same with a label, indent included, at the start of the first line; one that
 * is wider than the indent pushes the words to the right. */
void text_wrap_labelled(struct text *text, const char *label, const char *paragraph, unsigned width,
                        unsigned indent);

/* Milliseconds since 1970 UTC as 2026-11-22T10:15:02Z (the journal, JSON), or
 * shifted by offset_seconds as 2026-11-22 10:15:02 (the screen). Years
 * outside 1..9999 are written as "unknown". */
enum { TIME_SIZE = 32 };
const char *time_utc_string(char buffer[TIME_SIZE], int64_t unix_ms);
const char *time_local_string(char buffer[TIME_SIZE], int64_t unix_ms, int32_t offset_seconds);

/* Decodes one character at data (length > 0). Returns its bytes, or 0 when the
 * bytes there are ill-formed (overlong, surrogate, above U+10FFFF, cut off). */
size_t utf8_decode(const char *data, size_t length, uint32_t *character);

/* Neither a control character (C0, DEL, C1) nor one without a glyph: marks of direction,
 * zero-width and soft characters, separators of lines and paragraphs, variation selectors,
 * tags. A name from outside may hide, reorder or imitate other text with those. */
bool utf8_is_plain(uint32_t character);

/* One character, or one ill-formed byte, as text_safe writes it: NUL-terminated. Returns
 * its bytes at data; length > 0. */
enum { UTF8_SAFE_SIZE = 11 };
size_t utf8_safe(const char *data, size_t length, char safe[UTF8_SAFE_SIZE]);

/* Screen columns of well-formed UTF-8, one for each character. */
size_t utf8_columns(const char *string);

/* ASCII case-insensitive comparison, as the registry and command lines need it;
 * locale plays no part. */
int ascii_compare(const char *a, const char *b);

/* How many single-character edits lie between two words (ASCII case ignored);
 * for "did you mean". */
size_t edit_distance(const char *a, const char *b);

#endif
