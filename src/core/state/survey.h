/* survey.h - the stored, running and predicted ranges and the port use at one moment.
 *
 * stored: the values in the registry. running: the ranges in effect now, with their source.
 * predicted: the ranges in effect after a restart.
 */
#ifndef CORE_STATE_SURVEY_H
#define CORE_STATE_SURVEY_H

#include "core/journal/journal.h"
#include "core/journal/resolving.h"
#include "core/rules/range.h"
#include "core/rules/range_origin.h"
#include "core/rules/setting.h"
#include "core/state/misplaced.h"
#include "core/system/machine.h"
#include "core/use/usage.h"
#include "core/use/verdict.h"

struct survey {
    int64_t taken_ms;
    int32_t offset_seconds;
    struct os_version os;
    struct identity identity; /* only the computer's name is read; see identity.h */
    struct boot boot;
    bool is_boot_known;

    struct value stored[SETTINGS_MAX];
    bool is_stored_known[SETTINGS_MAX];
    struct fault stored_fault[SETTINGS_MAX];  /* why the value is unknown */
    struct misplaced misplaced[SETTINGS_MAX]; /* with SURVEY_MISPLACED; else empty */

    /* MaxUserPort when Windows started: the value from the journal if maxport has changed it since,
     * else the stored value. Unknown if neither could be read. */
    struct value at_boot;
    bool is_at_boot_known;
    /* The key was written after Windows started, and no change in the journal explains the write.
     * Windows may have started with another value. */
    bool is_at_boot_doubtful;

    /* The ranges that Windows reports. A range that Windows does not report is calculated by the
     * rules. */
    struct running_range running[PROTOCOL_COUNT][FAMILY_COUNT];
    struct exclusions exclusions;
    struct port_range auto_reuse; /* count 0: off or unknown */
    bool is_auto_reuse_known;
    enum confidence running_confidence[PROTOCOL_COUNT][FAMILY_COUNT];
    const char *running_note[PROTOCOL_COUNT][FAMILY_COUNT]; /* static sentence; "": none */
    enum range_origin range_origin[PROTOCOL_COUNT][FAMILY_COUNT];
    struct prediction predicted[PROTOCOL_COUNT][FAMILY_COUNT];

    bool has_usage;
    struct fault usage_fault; /* if !has_usage */
    struct usage usage[PROTOCOL_COUNT];
    struct verdict verdict;
    bool has_bound; /* the use includes bound, idle TCP sockets */

    struct journal journal;       /* empty if it could not be read */
    struct resolving resolving;   /* interrupted changes that the next change resolves */
    struct fault resolving_fault; /* why `resolving` could not be determined, or FAULT_NONE */
    /* For each setting, the newest change that wrote it, if that change should be in effect but the
     * registry contains another value: another program has written the value since, or Windows lost
     * the change in a power cut. The number is the index in journal.entries + 1; 0: none. */
    size_t contradicted[SETTINGS_MAX];
    enum store_view view;   /* the view from which the journal was read */
    bool is_journal_behind; /* the public copy was read and may lack the newest change */
    char store_trouble[STORE_PATH_SIZE]; /* why the store is untrusted or unreadable; else "" */
};

enum survey_mask {
    SURVEY_RANGES = 1, /* stored, running, predicted; always included */
    SURVEY_USAGE = 2,  /* the socket tables, without owners */
    SURVEY_RECENT = 4, /* only the newest changes of a long journal, see journal_read_recent */
    /* Read the private file of the journal, for a command that writes. Otherwise read the public
     * copy. */
    SURVEY_PRIVATE = 8,
    SURVEY_MISPLACED = 16, /* settings under keys where Windows does not read them */
    /* Also ask netsh for each range that WMI reported, because WMI does not distinguish IPv4 and
     * IPv6. Runs netsh four times. */
    SURVEY_FAMILIES = 32,
};

/* Marks each part that could not be read. Fails only if memory runs out or the version of
 * Windows cannot be determined. */
bool survey_take(const struct machine *machine, unsigned mask, struct survey *survey,
                 struct fault *fault) MUST_CHECK;
void survey_release(struct survey *survey);

/* Like survey_take(), but also returns the sockets that were counted; empty without SURVEY_USAGE.
 * socket_mask: what to read (enum socket_mask). After success the caller releases *sockets. */
bool survey_take_with(const struct machine *machine, unsigned mask, unsigned socket_mask,
                      struct survey *survey, struct sockets *sockets,
                      struct fault *fault) MUST_CHECK;

/* Returns the kernel session for journal_read_recent(), or NULL if it is unknown. The first change
 * of this session shows which MaxUserPort was stored when Windows started. */
const struct boot *survey_boot(const struct survey *survey);

/* Reads the sockets and sets taken_ms. On failure *sockets is empty. */
bool survey_fetch(const struct machine *machine, unsigned mask, struct sockets *sockets,
                  struct fault *fault) MUST_CHECK;

/* Sets `ranges` to the running ranges; count 0: unknown. */
void survey_ranges(const struct survey *survey,
                   struct port_range ranges[PROTOCOL_COUNT][FAMILY_COUNT]);

/* Counts the ports in use inside the survey's running ranges, and the excluded ports of these
 * ranges. */
void survey_count(const struct survey *survey, const struct sockets *sockets,
                  struct usage usages[PROTOCOL_COUNT]);
/* Sets survey->usage, has_bound and verdict from the sockets. */
void survey_set_usage(struct survey *survey, const struct sockets *sockets);

/* Returns whether MaxUserPort has no effect on this range: Windows started with a MaxUserPort that
 * moves the range according to the rules, and reports the default range. */
bool survey_ignores_max_user_port(const struct survey *survey, enum protocol protocol,
                                  enum family family);

/* Returns the MaxUserPort with which Windows started if it has no effect on the TCP range, else 0.
 * A change records this number in its journal entry, because after the next restart, nothing else
 * shows that the number had no effect. */
uint32_t survey_number_without_effect(const struct survey *survey);

/* Returns the newest journal entry that records such a number, or NULL. Returns NULL also if a
 * MaxUserPort has an effect now. */
const struct journal_entry *survey_recorded_no_effect(const struct survey *survey);

/* Returns the entry of the return to a restore point that maxport requested for the next restart,
 * or NULL: none, or it is unknown whether Windows has been restarted since. */
const struct journal_entry *survey_scheduled_return(const struct survey *survey);

/* Appends the sentences about the scheduled return. */
void survey_print_return(const struct survey *survey, const struct journal_entry *entry,
                         struct text *text);

/* Returns whether MaxUserPort has changed since Windows started. False if the stored value or the
 * value at the start is unknown or doubtful. */
bool survey_restart_is_pending(const struct survey *survey);
/* The sentence for a pending restart. */
extern const char survey_restart_words[];

/* Returns whether this step restores the MaxUserPort with which Windows started. Such a step needs
 * no restart. False if the value at the start is unknown or doubtful. */
bool survey_started_with(const struct survey *survey, const struct step *step);

/* The sentence that explains is_journal_behind. */
extern const char survey_behind_words[];

/* Reads the changes that SURVEY_RECENT skipped, if any. Invalidates pointers into the
 * journal. */
bool survey_read_older(const struct machine *machine, struct survey *survey,
                       struct fault *fault) MUST_CHECK;

/* Returns whether survey->contradicted contains this entry. */
bool survey_contradicts(const struct survey *survey, const struct journal_entry *entry);

/* Predicts the range after a restart if this MaxUserPort were stored. If the running range
 * or the journal shows that MaxUserPort has no effect on this machine, predicts no effect. */
void survey_predict(const struct survey *survey, enum protocol protocol, enum family family,
                    const struct value *max_user_port, struct prediction *prediction);

/* Returns by how many ports MaxUserPort makes the running range smaller than Windows' default. 0:
 * the range is not smaller, or MaxUserPort did not set it. */
uint32_t survey_lost_ports(const struct survey *survey, enum protocol protocol, enum family family);

/* Returns the figures of port use for the journal. */
struct use_figures survey_use(const struct survey *survey);

/* Reads the port use again, after a change. */
void survey_retake_usage(const struct machine *machine, struct survey *survey);

#endif
