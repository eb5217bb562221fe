/* survey.h - the three truths and the use, all taken at one moment.
 *
 * stored: what the registry holds. running: the ranges in force now, and where
 * that was learnt. predicted: what will be in force after a restart.
 */
#ifndef CORE_STATE_SURVEY_H
#define CORE_STATE_SURVEY_H

#include "core/journal/journal.h"
#include "core/journal/settling.h"
#include "core/rules/range.h"
#include "core/rules/range_origin.h"
#include "core/rules/setting.h"
#include "core/system/machine.h"
#include "core/use/usage.h"
#include "core/use/verdict.h"

struct survey {
    int64_t taken_ms;
    int32_t offset_seconds;
    struct os_version os;
    struct identity identity; /* of it only the computer's name: see identity.h */
    struct boot boot;
    bool is_boot_known;

    struct value stored[SETTING_COUNT];
    bool is_stored_known[SETTING_COUNT];
    struct fault stored_fault[SETTING_COUNT]; /* where not known */

    /* What MaxUserPort held when Windows started: from the journal where a
     * change was made since, else what is stored. Not known: neither could be read. */
    struct value at_boot;
    bool is_at_boot_known;
    /* The key was written since the start and the journal does not say by whom: the
     * value may not be the one that Windows started with. */
    bool is_at_boot_doubtful;

    /* What Windows said, and where it said nothing what the rules say. */
    struct running_range running[PROTOCOL_COUNT][FAMILY_COUNT];
    struct exclusions exclusions;
    struct port_range auto_reuse; /* count 0: off, or not known */
    bool is_auto_reuse_known;
    enum confidence running_confidence[PROTOCOL_COUNT][FAMILY_COUNT];
    const char *running_note[PROTOCOL_COUNT][FAMILY_COUNT]; /* static sentence, "" without */
    struct range_origin range_origin[PROTOCOL_COUNT]
                                    [FAMILY_COUNT]; /* whose work the running range is */
    struct prediction predicted[PROTOCOL_COUNT][FAMILY_COUNT];

    bool has_usage;
    struct fault usage_fault; /* where not */
    struct usage usage[PROTOCOL_COUNT];
    struct verdict verdict;
    bool has_bound; /* bound, idle TCP sockets were among what was counted */

    struct journal journal;      /* what could be read of it; empty where nothing was */
    struct settling settling;    /* what the next change settles first */
    struct fault settling_fault; /* FAULT_NONE, or why that could not be looked at */
    /* The newest change that stands, by what was read of the journal, and whose value the
     * registry does not hold: another program wrote since, or Windows lost it in a power cut. Index
     * into journal.entries + 1; 0 none. */
    size_t contradicted[SETTING_COUNT];
    enum store_view view;   /* of the store that the journal was read from */
    bool is_journal_behind; /* the public copy was read, and may lack the newest change */
    char store_trouble[STORE_PATH_SIZE]; /* untrusted or unreadable: why; "" when all is well */
};

enum survey_mask {
    SURVEY_RANGES = 1, /* stored, running, predicted: always taken */
    SURVEY_USAGE = 2,  /* the socket tables, without owners */
    SURVEY_RECENT = 4, /* of a long journal only the newest changes: journal_read_recent */
    /* The journal from the private file, for a run that writes; without, from its public copy. */
    SURVEY_PRIVATE = 8,
};

/* What cannot be learnt is marked, not fatal; fails only for want of memory or
 * where Windows' version cannot be told. */
bool survey_take(const struct machine *machine, unsigned mask, struct survey *survey,
                 struct fault *fault) MUST_CHECK;
void survey_release(struct survey *survey);

/* What is_journal_behind means, for a person. */
extern const char survey_behind_words[];

/* Reads the changes that SURVEY_RECENT left out, if it left some out. Pointers into the
 * journal are no longer valid then. */
bool survey_read_older(const struct machine *machine, struct survey *survey,
                       struct fault *fault) MUST_CHECK;

/* Is this the entry whose value the registry no longer holds? */
bool survey_contradicts(const struct survey *survey, const struct journal_entry *entry);

/* What a restart gives with this MaxUserPort stored instead. */
void survey_predict(const struct survey *survey, enum protocol protocol, enum family family,
                    const struct value *max_user_port, struct prediction *prediction);

/* The figures of the use that the journal keeps. */
struct use_figures survey_use(const struct survey *survey);

/* Takes the use once more (after a change). */
void survey_retake_usage(const struct machine *machine, struct survey *survey);

#endif
