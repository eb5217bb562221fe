/* setting.h - the catalog of settings: registry values that maxport can set, with bounds and
 * sources.
 *
 * The console program and the window use the same parser, so that both reject the same text with
 * the same message.
 */
#ifndef CORE_RULES_SETTING_H
#define CORE_RULES_SETTING_H

#include "core/base/place.h"
#include "core/base/value.h"
#include "core/system/os_version.h"

/* Indices of the rows that some code treats specially, e.g. the rules about ranges and TIME_WAIT.
 * All other code treats every row of the catalog alike. */
enum { SETTING_MAX_USER_PORT, SETTING_TCP_TIMED_WAIT_DELAY };

/* The documented bounds of MaxUserPort (docs/windows.md, "MaxUserPort: the value"). */
enum { MAX_USER_PORT_MINIMUM = 5000, MAX_USER_PORT_MAXIMUM = 65534 };

enum {
    SETTINGS_MAX = 16, /* the most rows of a catalog, for arrays with an element for each setting */
    SETTING_BOUNDS_MAX = 6,
    SETTING_NOTES_MAX = 4,
    SETTING_USUAL_MAX = 6,
};

/* Bounds on this and later versions of Windows. If several rows match, the newest version
 * applies. */
struct setting_bounds {
    uint32_t major, minor;
    uint32_t minimum, maximum;
    const char *default_words; /* what Windows does if the value is absent; NULL ends the rows */
};

/* A note that is shown before a change on this and later versions of Windows. */
struct setting_note {
    uint32_t major, minor;
    const char *text; /* NULL ends the rows */
};

struct setting {
    const char *name;    /* name of the registry value; also on screens and as the key in JSON */
    const char *topic;   /* topic that status shows, at most 14 characters */
    const char *accepts; /* the bounds in words, for help */
    const char *unit;    /* "seconds", or "" */
    const char *source;  /* where bounds and default are documented */
    bool needs_restart;
    bool suggests_maximum; /* the window suggests the highest value, not the lowest */
    /* Numbers that people often type; 0 ends the list. setting_find_slip() suggests only these
     * numbers. Otherwise it would doubt correct values: 32768 is 0x8000, so it would suggest 8000.
     * If the list is empty, the function makes any suggestion that is within the documented
     * bounds, but only if the stored number is outside these bounds. */
    uint32_t usual[SETTING_USUAL_MAX];
    struct setting_bounds bounds[SETTING_BOUNDS_MAX];
    struct setting_note notes[SETTING_NOTES_MAX];
};

/* The catalog, in the order in which screens list it. */
extern const struct setting setting_catalog[];
extern const size_t setting_count;

const struct setting *setting_at(size_t index); /* index < setting_count */
size_t setting_index(const struct setting *setting);

/* Finds a setting by name, ignoring ASCII case. Returns NULL if the catalog does not contain it. */
const struct setting *setting_find(const char *name);

/* Returns the name as Windows documents it if `name` is a setting in any case, else `name`. */
const char *setting_spelling(const char *name);
/* Returns the setting at this place, or NULL. */
const struct setting *setting_of_place(const struct place *place);
struct place setting_place(const struct setting *setting);

/* Sets FAULT_USAGE with the unknown name and the most similar setting, or all settings if none is
 * similar. Returns false. */
bool setting_unknown(const char *name, struct fault *fault);

/* Sets *minimum and *maximum to the documented bounds on this Windows. */
void setting_bounds(const struct setting *setting, const struct os_version *os, uint32_t *minimum,
                    uint32_t *maximum);

/* Returns whether the number is within the bounds of any Windows version. This is the check for
 * changes in the journal, because Windows may have been upgraded since a change. */
bool setting_was_ever_allowed(const struct setting *setting, uint32_t number);

/* Appends what Windows does if the value is absent, e.g. "documented default 120 seconds". */
void setting_default_print(const struct setting *setting, const struct os_version *os,
                           struct text *text);

/* Returns text that says when a setting that needs a restart takes effect. On Vista and later, the
 * text ends with "(inferred)" (docs/windows.md, "When a change takes effect"). */
const char *setting_restart_words(const struct os_version *os);

/* Returns whether the documentation allows a stored value on this Windows. An absent value is
 * allowed. */
bool setting_accepts(const struct setting *setting, const struct os_version *os,
                     const struct value *value);

/* A number whose hexadecimal digits were probably meant as a decimal number, 0x65534 instead of
 * 65534, or a number that is stored as text, REG_SZ "65534" instead of a REG_DWORD. */
struct setting_slip {
    uint32_t meant;
    bool is_certain; /* false: the number is also plausible as it is, so maxport only asks */
};
bool setting_find_slip(const struct setting *setting, const struct os_version *os,
                       const struct value *value, struct setting_slip *slip);

/* Appends a space and a sentence about the slip, if there is one. */
void setting_print_slip(const struct setting *setting, const struct os_version *os,
                        const struct value *value, struct text *text);

/* Returns whether the text begins with 0x. */
bool setting_is_hexadecimal(const char *text);

/* Parses decimal digits, or 0x and hex digits as regedit shows them; no other characters. Fails
 * with FAULT_USAGE; its text quotes the input, states what is allowed, and confirms that nothing
 * was changed. */
bool setting_parse(const struct setting *setting, const struct os_version *os, const char *text,
                   uint32_t *number, struct fault *fault) MUST_CHECK;

#endif
