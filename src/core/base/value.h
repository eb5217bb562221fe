/* value.h - the content of a place: absent, a number, raw bytes, or a port range.
 *
 * Absent is not zero. A REG_DWORD of exactly four bytes is a number. Every other registry value,
 * including a REG_DWORD of another length, is raw and is preserved byte for byte.
 */
#ifndef CORE_BASE_VALUE_H
#define CORE_BASE_VALUE_H

#include "core/base/fault.h"
#include "core/base/text.h"

enum value_kind {
    VALUE_ABSENT,
    VALUE_NUMBER,
    VALUE_RAW,
    VALUE_RANGE,
};

enum {
    ALL_PORTS = 65536, /* of one protocol, including port 0 */
    HIGHEST_PORT = ALL_PORTS - 1,
};

/* Consecutive ports: start .. start + count - 1. A count of 0 means no range. */
struct port_range {
    uint32_t start; /* 0..65535 */
    uint32_t count; /* 0..65536 */
};

struct value {
    enum value_kind kind;
    uint32_t number;         /* VALUE_NUMBER */
    uint32_t type;           /* VALUE_RAW: the registry's type number */
    uint8_t *data;           /* VALUE_RAW: owned; NULL when length is 0 */
    size_t length;           /* VALUE_RAW: bytes */
    struct port_range range; /* VALUE_RANGE */
};

/* Registry type numbers, as in winnt.h. */
enum {
    TYPE_NONE = 0,
    TYPE_SZ = 1,
    TYPE_EXPAND_SZ = 2,
    TYPE_BINARY = 3,
    TYPE_DWORD = 4,
    TYPE_DWORD_BIG_ENDIAN = 5,
    TYPE_LINK = 6,
    TYPE_MULTI_SZ = 7,
    TYPE_QWORD = 11,
};

struct value value_absent(void);
struct value value_number(uint32_t number);
struct value value_range(struct port_range range);

/* Makes a number or a raw value from a copy of the bytes. On failure *value is unchanged. */
bool value_from_registry(struct value *value, uint32_t type, const void *data, size_t length,
                         struct fault *fault) MUST_CHECK;

/* Sets *type, *data and *length to the registry type and the bytes of a number or raw value. *data
 * points into *value or into scratch. Returns false if the value is absent or a range. */
bool value_to_registry(const struct value *value, uint8_t scratch[4], uint32_t *type,
                       const uint8_t **data, size_t *length) MUST_CHECK;

bool value_copy(struct value *to, const struct value *from, struct fault *fault) MUST_CHECK;
void value_release(struct value *value); /* *value is then absent */
bool value_equal(const struct value *a, const struct value *b);

/* Appends the value for the screen: "not set", "65534 (0xfffe)", "REG_SZ \"65534\"", "REG_BINARY,
 * 2 bytes: 36 00", "49152-65535 (16,384 ports)", or "no ports". */
void value_print(const struct value *value, struct text *text);

/* Append or parse the exact, short form of a value for --expect and JSON: "absent", "65534",
 * "1:360030..." (type:hex), or "49152+16384" (start+count). */
void value_write(const struct value *value, struct text *text);
bool value_parse(const char *string, struct value *value, struct fault *fault) MUST_CHECK;

/* Returns "REG_SZ" ..., or "type 12345" for a type without a name. */
const char *registry_type_name(uint32_t type, char buffer[24]);

uint32_t range_end(struct port_range range); /* the last port; count must not be 0 */
bool range_equal(struct port_range a, struct port_range b);
bool range_contains(struct port_range range, uint32_t port);
bool range_is_valid(struct port_range range); /* at least one port, all within 1 to 65535 */

#endif
