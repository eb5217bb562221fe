/* encoding.h - converts between UTF-8 of core and UTF-16 of windows. Returned strings are
 * malloc'ed, the caller frees them; NULL: out of memory. All text that a window shows or copies
 * passes these functions, which apply text_safe_lines. */
#ifndef GUI_ENCODING_H
#define GUI_ENCODING_H

#include <stddef.h>
#include <wchar.h>

wchar_t *encoding_wide(const char *utf8);
char *encoding_utf8(const wchar_t *wide);

/* Converts into the caller's buffer and cuts text that does not fit. Returns buffer. */
wchar_t *encoding_fit(wchar_t *buffer, size_t count, const char *utf8);

#endif
