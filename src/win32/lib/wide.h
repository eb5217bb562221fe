/* wide.h - converts UTF-8 to UTF-16 and back for calls to Windows.
 *
 * wide.c does not call Windows' own conversion functions: before Windows Vista, MultiByteToWideChar
 * dropped ill-formed bytes, and WideCharToMultiByte wrote lone surrogates unchanged (Win32,
 * "WideCharToMultiByte", remarks on WC_ERR_INVALID_CHARS). Returned strings are malloc'ed; the
 * caller frees them.
 */
#ifndef WIN32_LIB_WIDE_H
#define WIN32_LIB_WIDE_H

#include "core/base/fault.h"

#include <wchar.h>

/* Converts a string; each ill-formed byte becomes U+FFFD. NULL: out of memory. */
wchar_t *wide_from_utf8(const char *utf8) MUST_CHECK;

/* Converts a name that must not be altered. Fails with FAULT_USAGE if the name is ill-formed UTF-8,
 * and with FAULT_NO_MEMORY. */
bool wide_from_utf8_strict(const char *utf8, wchar_t **wide, struct fault *fault) MUST_CHECK;

/* Converts `count` code units, including NULs; a lone surrogate becomes U+FFFD. NULL: out of
 * memory. */
char *wide_to_utf8(const wchar_t *wide, size_t count) MUST_CHECK;

/* Converts a NUL-terminated string into the caller's buffer. A string that is too long is cut after
 * a whole character. */
void wide_copy_utf8(const wchar_t *wide, char *buffer, size_t size);

#endif
