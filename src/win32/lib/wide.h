/* wide.h - UTF-8 to UTF-16 and back, at the edge to Windows.
 *
 * Done by hand: before Windows Vista, MultiByteToWideChar dropped ill-formed
 * bytes and WideCharToMultiByte wrote lone surrogates as they were (Win32,
 * "WideCharToMultiByte", remarks on WC_ERR_INVALID_CHARS).
 * What is returned is malloc'ed and the caller's.
 */
#ifndef WIN32_LIB_WIDE_H
#define WIN32_LIB_WIDE_H

#include "core/base/fault.h"

#include <wchar.h>

/* Each ill-formed byte becomes U+FFFD. NULL: no memory. */
wchar_t *wide_from_utf8(const char *utf8) MUST_CHECK;

/* For names that must be meant exactly. FAULT_USAGE: ill-formed. */
bool wide_from_utf8_strict(const char *utf8, wchar_t **wide, struct fault *fault) MUST_CHECK;

/* `count` code units, NUL ones included; a lone surrogate becomes U+FFFD. NULL: no memory. */
char *wide_to_utf8(const wchar_t *wide, size_t count) MUST_CHECK;

/* A NUL-terminated string into the caller's buffer, cut at a whole character. */
void wide_copy_utf8(const wchar_t *wide, char *buffer, size_t size);

#endif
