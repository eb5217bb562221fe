/* utf16.h - converts names between the registry's UTF-16 code units and UTF-8.
 *
 * Names in the registry are stored with a length. They can contain lone surrogates, which UTF-8
 * cannot represent, and NULs, which would end a C string. Such a name becomes ill-formed UTF-8: a
 * lone surrogate becomes the three bytes of its number, and a NUL becomes the bytes C0 80.
 * Therefore different names stay different, text_safe() and text_repair() make these bytes visible,
 * and a NUL does not end a name.
 */
#ifndef CORE_BASE_UTF16_H
#define CORE_BASE_UTF16_H

#include "core/base/text.h"

/* Appends the name. Returns false if the appended text is ill-formed UTF-8, as described above. */
bool utf16_to_text(struct text *text, const uint16_t *units, size_t count);

/* Converts a NUL-terminated UTF-8 string. `units` needs room for one code unit for each byte.
 * Returns false if the string is ill-formed. */
bool utf16_from_string(const char *string, uint16_t *units, size_t *count) MUST_CHECK;

#endif
