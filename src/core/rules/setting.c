#include "core/rules/setting.h"

#include <stdio.h>
#include <string.h>

#include "core/rules/known_values.h"

const struct setting *setting_at(size_t index)
{
    return &setting_catalog[index];
}

size_t setting_index(const struct setting *setting)
{
    return (size_t)(setting - setting_catalog);
}

const struct setting *setting_find(const char *name)
{
    for (size_t i = 0; i < setting_count; i++)
        if (ascii_compare(setting_catalog[i].name, name) == 0)
            return &setting_catalog[i];
    return NULL;
}

struct place setting_place(const struct setting *setting)
{
    struct place place;
    struct fault fault;

    /* The name of every setting fits into a place; tests/core/rules/setting.c checks this. */
    if (!place_registry(&place, TCPIP_PARAMETERS, setting->name, &fault))
        memset(&place, 0, sizeof place);
    return place;
}

const char *setting_spelling(const char *name)
{
    for (size_t i = 0; i < setting_count; i++)
        if (ascii_compare(setting_catalog[i].name, name) == 0)
            return setting_catalog[i].name;
    return name;
}

const struct setting *setting_of_place(const struct place *place)
{
    for (size_t i = 0; i < setting_count; i++) {
        struct place own = setting_place(&setting_catalog[i]);

        if (place_equal(place, &own))
            return &setting_catalog[i];
    }
    return NULL;
}

/* Writes the start of a refused text, long enough to recognise the text, into `shown`. */
static void show_refused(struct text *shown, const char *text)
{
    size_t length = strlen(text);

    text_init(shown);
    text_safe(shown, text, length < 80 ? length : 80);
    if (length > 80)
        text_puts(shown, "...");
}

bool setting_unknown(const char *name, struct fault *fault)
{
    struct text shown, all;
    size_t best_distance = SIZE_MAX;
    const struct setting *best = NULL;

    for (size_t i = 0; i < setting_count; i++) {
        size_t distance = edit_distance(name, setting_catalog[i].name);

        if (distance < best_distance) {
            best_distance = distance;
            best = &setting_catalog[i];
        }
    }
    text_init(&all);
    for (size_t i = 0; i < setting_count; i++)
        text_printf(&all, "%s%s",
                    i == 0                  ? ""
                    : i + 1 < setting_count ? ", "
                                            : " and ",
                    setting_catalog[i].name);
    show_refused(&shown, name);
    if (best && best_distance <= strlen(best->name) / 2)
        fault_set(fault, FAULT_USAGE, 0,
                  "Unknown setting \"%s\". Did you mean %s? Nothing was changed.",
                  text_string(&shown), best->name);
    else
        fault_set(fault, FAULT_USAGE, 0,
                  "Unknown setting \"%s\". maxport supports %s. Nothing was changed.",
                  text_string(&shown), text_string(&all));
    text_release(&all);
    text_release(&shown);
    return false;
}

static const struct setting_bounds *bounds_for(const struct setting *setting,
                                               const struct os_version *os)
{
    const struct setting_bounds *row = setting->bounds;
    const struct setting_bounds *found = row;

    for (size_t i = 0; i < SETTING_BOUNDS_MAX && row->default_words; i++, row++)
        if (os_at_least(os, row->major, row->minor, 0))
            found = row;
    return found;
}

void setting_bounds(const struct setting *setting, const struct os_version *os, uint32_t *minimum,
                    uint32_t *maximum)
{
    const struct setting_bounds *row = bounds_for(setting, os);

    *minimum = row->minimum;
    *maximum = row->maximum;
}

bool setting_was_ever_allowed(const struct setting *setting, uint32_t number)
{
    for (size_t i = 0; i < SETTING_BOUNDS_MAX && setting->bounds[i].default_words; i++)
        if (number >= setting->bounds[i].minimum && number <= setting->bounds[i].maximum)
            return true;
    return false;
}

void setting_default_print(const struct setting *setting, const struct os_version *os,
                           struct text *text)
{
    text_puts(text, bounds_for(setting, os)->default_words);
}

const char *setting_restart_words(const struct os_version *os)
{
    return os_at_least(os, 6, 0, 0) ? "after a restart of Windows (inferred)"
                                    : "after a restart of Windows";
}

bool setting_accepts(const struct setting *setting, const struct os_version *os,
                     const struct value *value)
{
    const struct setting_bounds *row = bounds_for(setting, os);

    if (value->kind == VALUE_ABSENT)
        return true;
    return value->kind == VALUE_NUMBER && value->number >= row->minimum &&
           value->number <= row->maximum;
}

/* Returns the value of a digit, or -1 if the character is not a digit of `base`. */
static int digit_of(char character, unsigned base)
{
    int digit;

    if (character >= '0' && character <= '9')
        digit = character - '0';
    else if (character >= 'a' && character <= 'f')
        digit = character - 'a' + 10;
    else if (character >= 'A' && character <= 'F')
        digit = character - 'A' + 10;
    else
        return -1;
    return digit < (int)base ? digit : -1;
}

bool setting_is_hexadecimal(const char *text)
{
    return text[0] == '0' && (text[1] == 'x' || text[1] == 'X');
}

static bool parse_number(const char *text, uint32_t *number)
{
    unsigned base = 10;
    uint64_t result = 0;

    if (setting_is_hexadecimal(text)) {
        base = 16;
        text += 2;
    }
    if (!*text)
        return false;
    for (; *text; text++) {
        int digit = digit_of(*text, base);

        if (digit < 0)
            return false;
        result = result * base + (unsigned)digit;
        if (result > UINT32_MAX)
            return false;
    }
    *number = (uint32_t)result;
    return true;
}

static bool is_usual(const struct setting *setting, uint32_t number)
{
    for (size_t i = 0; i < SETTING_USUAL_MAX && setting->usual[i]; i++)
        if (setting->usual[i] == number)
            return true;
    return false;
}

/* Returns whether the value is text that consists of a number. */
static bool parse_text(const struct value *value, uint32_t *number)
{
    char digits[16];
    size_t count = 0;

    if (value->kind != VALUE_RAW || value->length % 2 ||
        (value->type != TYPE_SZ && value->type != TYPE_EXPAND_SZ))
        return false;
    for (size_t i = 0; i < value->length; i += 2) {
        if (!value->data[i] && !value->data[i + 1] && i + 2 == value->length)
            break; /* the NUL at the end, which may be missing */
        if (!value->data[i] || value->data[i + 1] || count + 1 == sizeof digits)
            return false;
        digits[count++] = (char)value->data[i];
    }
    digits[count] = '\0';
    return parse_number(digits, number);
}

static bool find_text_slip(const struct setting *setting, const struct os_version *os,
                           const struct value *value, struct setting_slip *slip)
{
    struct value meant = value_number(0);

    if (!parse_text(value, &meant.number) || !setting_accepts(setting, os, &meant))
        return false;
    *slip = (struct setting_slip){.meant = meant.number, .is_certain = true};
    return true;
}

/* See docs/windows.md, "Numbers typed in the wrong base". */
bool setting_find_slip(const struct setting *setting, const struct os_version *os,
                       const struct value *value, struct setting_slip *slip)
{
    struct value meant = value_number(0);
    bool is_accepted = setting_accepts(setting, os, value);
    char digits[16];

    if (value->kind != VALUE_NUMBER)
        return find_text_slip(setting, os, value, slip);
    snprintf(digits, sizeof digits, "%x", (unsigned)value->number);
    if (!parse_number(digits, &meant.number) || !setting_accepts(setting, os, &meant) ||
        ((is_accepted || setting->usual[0]) && !is_usual(setting, meant.number)))
        return false;
    *slip = (struct setting_slip){
        .meant = meant.number,
        .is_certain = !is_accepted && !known_value_exists(setting->name, value->number, NULL)};
    return true;
}

void setting_print_slip(const struct setting *setting, const struct os_version *os,
                        const struct value *value, struct text *text)
{
    struct setting_slip slip;
    unsigned meant;

    if (!setting_find_slip(setting, os, value, &slip))
        return;
    meant = slip.meant;
    if (value->kind == VALUE_RAW)
        text_printf(text,
                    " The type must be REG_DWORD. It is unknown whether Windows reads %s as text; "
                    "do not rely on it.",
                    setting->name);
    else if (slip.is_certain)
        text_printf(text, " 0x%u looks like %u typed as hexadecimal; %u is 0x%x.", meant, meant,
                    meant, meant);
    else
        text_printf(text, " Was %u typed as hexadecimal? %u is 0x%u; %u is 0x%x.", meant,
                    (unsigned)value->number, meant, meant, meant);
}

bool setting_parse(const struct setting *setting, const struct os_version *os, const char *text,
                   uint32_t *number, struct fault *fault)
{
    const struct setting_bounds *row = bounds_for(setting, os);
    struct value typed = value_number(0);
    struct text shown, slip;
    bool is_number = parse_number(text, &typed.number);

    if (is_number && setting_accepts(setting, os, &typed)) {
        *number = typed.number;
        return true;
    }
    show_refused(&shown, text);
    text_init(&slip);
    if (is_number && setting_is_hexadecimal(text))
        setting_print_slip(setting, os, &typed, &slip);
    fault_set(fault, FAULT_USAGE, 0,
              "%s must be a whole number from %u to %u (0x%x to 0x%x), not \"%s\".%s Nothing was "
              "changed.",
              setting->name, (unsigned)row->minimum, (unsigned)row->maximum, (unsigned)row->minimum,
              (unsigned)row->maximum, text_string(&shown), text_string(&slip));
    text_release(&slip);
    text_release(&shown);
    return false;
}
