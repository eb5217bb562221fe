/* known_values.h - values that programs and guides are known to use for a setting.
 *
 * Sources: docs/windows.md, "Known values of other programs".
 */
#ifndef CORE_RULES_KNOWN_VALUES_H
#define CORE_RULES_KNOWN_VALUES_H

#include <stdbool.h>
#include <stdint.h>

#include "core/base/text.h"
#include "core/system/os_version.h"

/* Returns whether a row exists for this value on this Windows; os NULL: on any Windows. */
bool known_value_exists(const char *setting, uint32_t number, const struct os_version *os);

/* Appends "the installer of Nmap (inferred), ...". Appends nothing if no row exists for this
 * value. */
void known_value_print(const char *setting, uint32_t number, const struct os_version *os,
                       struct text *text);

#endif
