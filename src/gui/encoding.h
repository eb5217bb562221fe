/* encoding.h - UTF-8 of core to UTF-16 of windows and back. What is returned is
 * malloc'ed and the caller's; NULL: no memory. All that a window shows or copies comes
 * through here, and only what text_safe_lines lets through. */
#ifndef GUI_ENCODING_H
#define GUI_ENCODING_H

#include <stddef.h>
#include <wchar.h>

wchar_t *encoding_wide(const char *utf8);
char *encoding_utf8(const wchar_t *wide);

/* Into the caller's buffer, cut where it does not fit. Returns buffer. */
wchar_t *encoding_fit(wchar_t *buffer, size_t count, const char *utf8);

#endif
