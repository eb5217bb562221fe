/* Fuzzes the formatter and the parser of values. The parser must read every text of the
 * formatter. */
#include <string.h>

#include "core/rules/setting.h"
#include "fuzz/expect.h"

static bool is_printable(const struct text *text)
{
    for (size_t i = 0, size; i < text->length; i += size) {
        uint32_t character;

        size = utf8_decode(text->data + i, text->length - i, &character);
        if (size == 0 || !utf8_is_plain(character))
            return false;
    }
    return true;
}

/* If a text can be parsed as a value, the formatter must write the same text for that value. */
static void read_then_write(const char *string)
{
    struct value value;
    struct fault fault = {0};
    struct text written;

    if (!value_parse(string, &value, &fault)) {
        EXPECT(fault.kind == FAULT_USAGE && *fault.text, "kind %d", (int)fault.kind);
        return;
    }
    text_init(&written);
    value_write(&value, &written);
    EXPECT(strcmp(text_string(&written), string) == 0, "%s was written as %s", string,
           text_string(&written));
    text_release(&written);
    value_release(&value);
}

/* The text that the formatter writes for a value must be parsed to the same value. */
static void write_then_read(const struct value *value)
{
    struct value read, copy;
    struct fault fault;
    struct text written, shown;

    text_init(&written);
    text_init(&shown);
    value_write(value, &written);
    value_print(value, &shown);
    EXPECT(is_printable(&written) && is_printable(&shown), "%s", text_string(&shown));
    EXPECT(value_parse(text_string(&written), &read, &fault), "%s: %s", text_string(&written),
           fault.text);
    EXPECT(value_equal(value, &read), "%s", text_string(&written));
    EXPECT(value_copy(&copy, value, &fault) && value_equal(&copy, value), "a copy differs");
    value_release(&copy);
    value_release(&read);
    text_release(&shown);
    text_release(&written);
}

static void write_registry_value(uint32_t type, const uint8_t *data, size_t length)
{
    struct value value;
    struct fault fault;
    uint8_t scratch[4];
    const uint8_t *found;
    uint32_t found_type;
    size_t found_length;

    EXPECT(value_from_registry(&value, type, data, length, &fault), "%s", fault.text);
    write_then_read(&value);
    EXPECT(value_to_registry(&value, scratch, &found_type, &found, &found_length),
           "no value of a registry");
    EXPECT(found_type == type && found_length == length &&
               (length == 0 || memcmp(found, data, length) == 0),
           "other bytes came back");
    value_release(&value);
}

/* Parses a number as a person types it. An accepted number must be within the bounds. */
static void parse_setting(const char *string, unsigned choice)
{
    const struct setting *setting = setting_at(choice % setting_count);
    struct os_version os = {.major = 10, .build = 20348, .role = OS_SERVER};
    uint32_t number = 7, minimum, maximum;
    struct fault fault = {0};

    if (choice & 2)
        os = (struct os_version){.major = 5, .minor = 1, .build = 2600, .role = OS_WORKSTATION};
    setting_bounds(setting, &os, &minimum, &maximum);
    if (!setting_parse(setting, &os, string, &number, &fault)) {
        EXPECT(number == 7, "a refusal wrote a number");
        EXPECT(fault.kind == FAULT_USAGE && *fault.text, "kind %d", (int)fault.kind);
        return;
    }
    EXPECT(number >= minimum && number <= maximum, "%s became %u", string, (unsigned)number);
    EXPECT(strspn(string, "0123456789abcdefABCDEFxX") == strlen(string), "%s was taken", string);
}

/* Byte 0 selects the kind of input. Bytes 1 to 4 are a type or a range. The other bytes are text or
 * data. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (size < 5)
        return 0;
    uint32_t word = (uint32_t)data[1] | (uint32_t)data[2] << 8 | (uint32_t)data[3] << 16 |
                    (uint32_t)data[4] << 24;
    unsigned choice = data[0];
    const uint8_t *rest = data + 5;
    size_t length = size - 5;
    struct value range = value_range((struct port_range){word & 0xffff, word >> 16});
    char *string = strndup((const char *)rest, length);

    if (choice & 1) {
        read_then_write(string);
        parse_setting(string, choice >> 1);
    } else {
        write_registry_value(choice & 2 ? word : word % 16, rest, length);
        write_then_read(&range);
    }
    free(string);
    return 0;
}
