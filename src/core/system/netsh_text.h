/* netsh_text.h - netsh's answers, read by their numbers alone.
 *
 * netsh speaks the language of Windows, in the console's code page, and its words
 * and spacing change with the version; the numbers and the dashed line do not
 * (seen in English, German, Japanese and Portuguese output). So bytes that are no
 * ASCII digit, dash, star, blank or line end are never looked at; a NUL shows that
 * the text is no such text at all.
 *
 * Answers that stop short are refused: a last line without its end may have lost
 * digits. Time is linear in the length, but for the sorting of the rows.
 */
#ifndef CORE_SYSTEM_NETSH_TEXT_H
#define CORE_SYSTEM_NETSH_TEXT_H

#include "core/system/ranges.h"

/* "show dynamicport": a dashed line, then the start and the number of ports, the
 * last number of each of two lines. FAULT_UNAVAILABLE says what was wrong: empty,
 * no dashed line, not two numbers, or numbers that are no range (start 1..65535,
 * count 1.., end <= 65535). Nothing is ever guessed. */
bool netsh_parse_range(const char *data, size_t length, struct port_range *range,
                       struct fault *fault) MUST_CHECK;

/* "show excludedportrange": a dashed line, then lines "start end [*]" until the
 * first that is none. An empty list is fine as long as the dashed line is there.
 * Adds the rows; marking protocol and family as known is the caller's. */
bool netsh_parse_exclusions(const char *data, size_t length, enum protocol protocol,
                            enum family family, struct exclusions *exclusions,
                            struct fault *fault) MUST_CHECK;

#endif
