/* utf16.h - converts names between the registry's UTF-16 code units and UTF-8.
 *
 * Names in the registry have a length and can contain lone surrogates and NULs, which UTF-8
 * cannot represent. They become ill-formed UTF-8: a surrogate the three bytes of its number, a
 * NUL the bytes C0 80. So different names stay different, text_safe and text_repair show the
 * bytes, and a NUL does not end a name.
 */
#ifndef CORE_BASE_UTF16_H
#define CORE_BASE_UTF16_H

#include "core/base/text.h"

/* Appends the name. False: UTF-8 cannot represent the name; it was appended as above. */
bool utf16_to_text(struct text *text, const uint16_t *units, size_t count);

/* Converts a NUL-terminated UTF-8 string. `units` needs room for one code unit for each byte.
 * False: ill-formed. */
bool utf16_from_string(const char *string, uint16_t *units, size_t *count) MUST_CHECK;

#endif
