/* setting.h - a row of the catalog: what can be tuned, within which bounds, and who says so.
 *
 * One parser for every front end: the command line, an edit box and a file
 * refuse the same text in the same words.
 */
#ifndef CORE_RULES_SETTING_H
#define CORE_RULES_SETTING_H

#include "core/base/place.h"
#include "core/base/value.h"
#include "core/system/os_version.h"

enum { SETTING_MAX_USER_PORT, SETTING_TCP_TIMED_WAIT_DELAY, SETTING_COUNT };

struct setting {
    const char *name;    /* the registry's own name for it */
    const char *summary; /* one line, for help */
    const char *unit;    /* "port" or "seconds" */
    const char *source;  /* where bounds and default are documented */
    bool is_writable;
    bool needs_restart;
};

/* The catalog, in the order in which screens list it. */
const struct setting *setting_at(size_t index); /* index < SETTING_COUNT */
size_t setting_index(const struct setting *setting);

/* By name, ASCII case ignored. NULL: not in the catalog. */
const struct setting *setting_find(const char *name);

/* The row whose place this is, or NULL. */
const struct setting *setting_of_place(const struct place *place);
struct place setting_place(const struct setting *setting);

/* FAULT_USAGE that names the unknown setting and suggests the nearest. Returns false. */
bool setting_unknown(const char *name, struct fault *fault);

/* Documented bounds on this Windows. */
void setting_bounds(const struct setting *setting, const struct os_version *os, uint32_t *minimum,
                    uint32_t *maximum);

/* Is it within the bounds of any Windows? A change outlives an upgrade of Windows. */
bool setting_was_ever_allowed(const struct setting *setting, uint32_t number);

/* What Windows does where the value is absent, in words: "default 5000",
 * "documented default 120 s". */
void setting_default_print(const struct setting *setting, const struct os_version *os,
                           struct text *text);

/* When a setting that needs a restart takes effect, in words; from Vista on inferred
 * (docs/windows.md, "When a change takes effect"). */
const char *setting_restart_words(const struct os_version *os);

/* Is a stored value one that the documentation allows here? */
bool setting_accepts(const struct setting *setting, const struct os_version *os,
                     const struct value *value);

/* Decimal digits, or 0x and hex digits as regedit shows them; nothing before,
 * between or after. Refusals (FAULT_USAGE) name the text, what is allowed, and
 * that nothing was changed. */
bool setting_parse(const struct setting *setting, const struct os_version *os, const char *text,
                   uint32_t *number, struct fault *fault) MUST_CHECK;

#endif
