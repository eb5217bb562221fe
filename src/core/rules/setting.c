#include "core/rules/setting.h"

#include <string.h>

/* Bounds and defaults differ by Windows version. A setting has one row for each change; the newest
 * row for the Windows applies. */
struct bounds {
    uint32_t major, minor;
    uint32_t minimum, maximum;
    const char *default_words;
};

static const struct setting catalog[SETTING_COUNT] = {
    [SETTING_MAX_USER_PORT] =
        {
            .name = "MaxUserPort",
            .summary = "highest port that Windows assigns to programs that ask for any free port",
            .unit = "port",
            .source = "KB196271, cc938196, cc758002: REG_DWORD 5000 to 65534, default 5000",
            .is_writable = true,
            .needs_restart = true,
        },
    [SETTING_TCP_TIMED_WAIT_DELAY] =
        {
            .name = "TcpTimedWaitDelay",
            .summary = "seconds that a closed connection keeps its port in TIME_WAIT",
            .unit = "seconds",
            .source = "cc938217, KB314053, cc757512, BizTalk performance guide",
            .is_writable = true,
            .needs_restart = true,
        },
};

/* Sources: docs/windows.md, "MaxUserPort: the value" and "TcpTimedWaitDelay".
 * On Vista and later the range has its own default if MaxUserPort is absent, so "default 5000"
 * would be misleading there. */
static const struct bounds max_user_port_bounds[] = {
    {5, 0, 5000, 65534, "documented default 5000"},
    {6, 0, 5000, 65534, "the Windows default range applies"},
    {0, 0, 0, 0, NULL},
};

static const struct bounds timed_wait_bounds[] = {
    {5, 0, 30, 300, "documented default 240 seconds"},
    {5, 1, 30, 300, "documented default 120 seconds"},
    {6, 0, 30, 300, "documented default 120 seconds; some Microsoft pages state 240"},
    {6, 3, 2, 300, "documented default 120 seconds; some Microsoft pages state 240"},
    {0, 0, 0, 0, NULL},
};

static const struct bounds *const bounds_of[SETTING_COUNT] = {
    [SETTING_MAX_USER_PORT] = max_user_port_bounds,
    [SETTING_TCP_TIMED_WAIT_DELAY] = timed_wait_bounds,
};

const struct setting *setting_at(size_t index)
{
    return &catalog[index];
}

size_t setting_index(const struct setting *setting)
{
    return (size_t)(setting - catalog);
}

const struct setting *setting_find(const char *name)
{
    for (size_t i = 0; i < SETTING_COUNT; i++)
        if (ascii_compare(catalog[i].name, name) == 0)
            return &catalog[i];
    return NULL;
}

struct place setting_place(const struct setting *setting)
{
    struct place place;
    struct fault fault;

    /* Catalog names fit by construction; tests/core/rules/setting.c holds them to it. */
    if (!place_registry(&place, TCPIP_PARAMETERS, setting->name, &fault))
        memset(&place, 0, sizeof place);
    return place;
}

const struct setting *setting_of_place(const struct place *place)
{
    for (size_t i = 0; i < SETTING_COUNT; i++) {
        struct place own = setting_place(&catalog[i]);

        if (place_equal(place, &own))
            return &catalog[i];
    }
    return NULL;
}

/* Appends the start of a refused text, long enough to recognise it. */
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
    struct text shown;
    size_t best_distance = SIZE_MAX;
    const struct setting *best = NULL;

    for (size_t i = 0; i < SETTING_COUNT; i++) {
        size_t distance = edit_distance(name, catalog[i].name);

        if (distance < best_distance) {
            best_distance = distance;
            best = &catalog[i];
        }
    }
    show_refused(&shown, name);
    if (best && best_distance <= strlen(best->name) / 2)
        fault_set(fault, FAULT_USAGE, 0,
                  "Unknown setting \"%s\". Did you mean %s? Nothing was changed.",
                  text_string(&shown), best->name);
    else
        fault_set(fault, FAULT_USAGE, 0,
                  "Unknown setting \"%s\". maxport supports MaxUserPort and TcpTimedWaitDelay. "
                  "Nothing was changed.",
                  text_string(&shown));
    text_release(&shown);
    return false;
}

static const struct bounds *bounds_for(const struct setting *setting, const struct os_version *os)
{
    const struct bounds *row = bounds_of[setting_index(setting)];
    const struct bounds *found = row;

    for (; row->default_words; row++)
        if (os_at_least(os, row->major, row->minor, 0))
            found = row;
    return found;
}

void setting_bounds(const struct setting *setting, const struct os_version *os, uint32_t *minimum,
                    uint32_t *maximum)
{
    const struct bounds *row = bounds_for(setting, os);

    *minimum = row->minimum;
    *maximum = row->maximum;
}

bool setting_was_ever_allowed(const struct setting *setting, uint32_t number)
{
    for (const struct bounds *row = bounds_of[setting_index(setting)]; row->default_words; row++)
        if (number >= row->minimum && number <= row->maximum)
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
    const struct bounds *row = bounds_for(setting, os);

    if (value->kind == VALUE_ABSENT)
        return true;
    return value->kind == VALUE_NUMBER && value->number >= row->minimum &&
           value->number <= row->maximum;
}

/* The value of a digit; -1: not a digit of that base. */
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

static bool parse_number(const char *text, uint32_t *number)
{
    unsigned base = 10;
    uint64_t result = 0;

    if (text[0] == '0' && (text[1] == 'x' || text[1] == 'X')) {
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

bool setting_parse(const struct setting *setting, const struct os_version *os, const char *text,
                   uint32_t *number, struct fault *fault)
{
    const struct bounds *row = bounds_for(setting, os);
    uint32_t parsed = 0;
    struct text shown;

    if (parse_number(text, &parsed) && parsed >= row->minimum && parsed <= row->maximum) {
        *number = parsed;
        return true;
    }
    show_refused(&shown, text);
    fault_set(fault, FAULT_USAGE, 0,
              "\"%s\" is not valid for %s; use a whole number from %u to %u, or the same in "
              "hexadecimal (0x%x to 0x%x). Nothing was changed.",
              text_string(&shown), setting->name, (unsigned)row->minimum, (unsigned)row->maximum,
              (unsigned)row->minimum, (unsigned)row->maximum);
    text_release(&shown);
    return false;
}
