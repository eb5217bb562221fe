/* system_message.h - Windows' message for an error code.
 *
 * The message comes from FormatMessageW, in the user's language. It is printed on one line with
 * the number, so that the user can look it up in English.
 */
#ifndef WIN32_LIB_SYSTEM_MESSAGE_H
#define WIN32_LIB_SYSTEM_MESSAGE_H

#include "core/base/fault.h"
#include "core/base/text.h"

/* Appends "Access is denied (error 5)", or "error 12345" for an unknown code.
 * HRESULTs are printed in hex. */
void system_message(struct text *text, uint32_t code);

/* FAULT_DENIED, FAULT_MISSING or FAULT_NO_MEMORY for codes with that meaning, else `otherwise`. */
enum fault_kind system_fault_kind(uint32_t code, enum fault_kind otherwise);

/* Fills *fault with system_fault_kind and "WHAT: MESSAGE."; WHAT is the formatted
 * part, such as "C:\x.reg cannot be opened". Returns false. */
bool system_fault(struct fault *fault, enum fault_kind otherwise, uint32_t code, const char *format,
                  ...) PRINTF_LIKE(4, 5);

#endif
