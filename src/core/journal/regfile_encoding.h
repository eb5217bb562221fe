/* regfile_encoding.h - the encodings of .reg files. */
#ifndef CORE_JOURNAL_REGFILE_ENCODING_H
#define CORE_JOURNAL_REGFILE_ENCODING_H

#include "core/base/fault.h"

#include <stddef.h>
#include <stdint.h>

/* The end of the message for a file in another format. */
#define REGFILE_EXPECTED                                                                           \
    "maxport reads version 5 .reg files. Export the key again with regedit or 'reg export'. "      \
    "Nothing was changed."

/* Replaces each non-ASCII character of 8-bit text. maxport cannot decode these characters, because
 * the code page of the program that wrote the file is unknown. */
enum { REGFILE_UNKNOWN_CHARACTER = 0xfffd };

struct regfile_text {
    uint16_t *units; /* owned; UTF-16 code units without the byte order mark */
    size_t count;
    bool is_8_bit; /* units may contain REGFILE_UNKNOWN_CHARACTER */
};

/* Decodes UTF-16LE with BOM and, if is_strict is false, also UTF-8 with BOM and 8-bit text. Fails
 * with FAULT_USAGE, which names `label` (the file), the line and the probable encoding. */
bool regfile_decode(const char *label, const uint8_t *bytes, size_t length, bool is_strict,
                    struct regfile_text *text, struct fault *fault) MUST_CHECK;

#endif
