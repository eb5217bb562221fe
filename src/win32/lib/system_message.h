/* system_message.h - Windows' message for an error code.
 *
 * FormatMessageW returns the message in the user's language. The message is one line and includes
 * the error number, so that the user can look the error up in English.
 */
#ifndef WIN32_LIB_SYSTEM_MESSAGE_H
#define WIN32_LIB_SYSTEM_MESSAGE_H

#include "core/base/fault.h"
#include "core/base/text.h"

/* Appends the message, e.g. "Access is denied (error 5)", or "error 12345" for an unknown code. The
 * number of an HRESULT is hexadecimal. */
void system_message(struct text *text, uint32_t code);

/* Returns FAULT_DENIED, FAULT_MISSING or FAULT_NO_MEMORY for an error code with one of these
 * meanings, else `otherwise`. */
enum fault_kind system_fault_kind(uint32_t code, enum fault_kind otherwise);

/* Fills *fault with the kind from system_fault_kind() and with the text "WHAT: MESSAGE."; WHAT is
 * made from `format`, such as "C:\x.reg could not be opened". Returns false. */
bool system_fault(struct fault *fault, enum fault_kind otherwise, uint32_t code, const char *format,
                  ...) PRINTF_LIKE(4, 5);

#endif
