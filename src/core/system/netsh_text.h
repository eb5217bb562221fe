/* netsh_text.h - parses the output of netsh by its numbers only.
 *
 * netsh prints in the language of Windows and in the console's code page. Words and spacing differ
 * between versions of Windows. The numbers and the dashed line are the same (observed in English,
 * German, Japanese and Portuguese output). The parser therefore distinguishes only ASCII digits,
 * dashes, stars, blanks and line ends; it treats all other bytes alike. Output that contains a NUL
 * is refused.
 *
 * Output whose last line contains digits but has no line end is refused, because digits may be
 * missing. Parsing
 * takes a time that is linear in the length, except for sorting the rows.
 */
#ifndef CORE_SYSTEM_NETSH_TEXT_H
#define CORE_SYSTEM_NETSH_TEXT_H

#include "core/system/ranges.h"

/* "show dynamicport": a dashed line, then a line that ends with the start port, then a line that
 * ends with the number of ports. Fails with FAULT_UNAVAILABLE if the output is empty, has no dashed
 * line, does not have exactly two numbers, or is not a range (start 1..65535, count 1.., end <=
 * 65535). */
bool netsh_parse_range(const char *data, size_t length, struct port_range *range,
                       struct fault *fault) MUST_CHECK;

/* "show excludedportrange": a dashed line, then lines "start end [*]"; the first other line ends
 * the list. The list may be empty, but the dashed line must be present. Adds the rows to
 * *exclusions; the caller marks the protocol and family as known. */
bool netsh_parse_exclusions(const char *data, size_t length, enum protocol protocol,
                            enum family family, struct exclusions *exclusions,
                            struct fault *fault) MUST_CHECK;

#endif
