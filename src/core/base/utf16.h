/* utf16.h - names as the registry has them, UTF-16 code units, and names as maxport has them.
 *
 * The registry counts its names, so that it can hold what UTF-8 cannot say: lone
 * surrogates and NULs. They are kept as bytes that are no UTF-8 (a surrogate as
 * the three bytes of its number, a NUL as C0 80): different names stay different,
 * text_safe and text_repair show them, and a NUL never ends one early.
 */
#ifndef CORE_BASE_UTF16_H
#define CORE_BASE_UTF16_H

#include "core/base/text.h"

/* Appends the name. false: it has no UTF-8 and was kept as above. */
bool utf16_to_text(struct text *text, const uint16_t *units, size_t count);

/* A NUL-terminated string of UTF-8 as code units, at most one for each byte;
 * `units` has room for them. false: ill-formed. */
bool utf16_from_string(const char *string, uint16_t *units, size_t *count) MUST_CHECK;

#endif
