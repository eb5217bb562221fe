/* encoding.h - converts between UTF-8, which core uses, and UTF-16, which windows use. Every UTF-8
 * text that a window shows or copies is converted here. The functions that convert to UTF-16 first
 * apply text_safe_lines.
 *
 * encoding_wide and encoding_utf8 return a malloc'ed string, which the caller frees, or NULL if
 * memory runs out. */
#ifndef GUI_ENCODING_H
#define GUI_ENCODING_H

#include <stddef.h>
#include <wchar.h>

wchar_t *encoding_wide(const char *utf8);
char *encoding_utf8(const wchar_t *wide);

/* Converts into the caller's buffer and cuts text that does not fit. Returns buffer. */
wchar_t *encoding_fit(wchar_t *buffer, size_t count, const char *utf8);

#endif
