/* quote.h - quotes text from outside maxport (text.h) in maxport's sentences.
 *
 * Names, lines of files and remarks of users can contain anything, also "run maxport undo.".
 * Without quotation marks, such text would look like advice of maxport, and text_wrap() would print
 * the command on a line of its own. Each sentence therefore contains text from outside only as one
 * of these functions writes it. Exception: some faults contain unquoted the path that the user
 * named.
 */
#ifndef CORE_BASE_QUOTE_H
#define CORE_BASE_QUOTE_H

#include <stdbool.h>
#include <stddef.h>

#include "core/base/text.h"

/* Returns whether no reader can take the name for words of a sentence: it consists of letters,
 * digits and . _ - + $ : \ (accounts and paths contain the last two). Letters beyond ASCII are
 * those of the scripts in quote.c; spaces, brackets and marks of any script are not plain. */
bool name_is_plain(const char *name);

/* Copies the name; adds quotation marks if it is empty or not plain. A quotation mark in the name
 * becomes \x22. A name that does not fit is cut after a whole character. size: at least 3. The
 * result is not yet safe for a screen. Returns buffer. */
const char *name_quote(const char *name, char *buffer, size_t size);

/* Like name_quote(), but appends the whole name, safe for a screen. */
void text_name(struct text *text, const char *name);

/* Appends any text, always in quotation marks and safe for a screen. A quotation mark in it becomes
 * \x22. */
void text_quote(struct text *text, const char *string);

#endif
