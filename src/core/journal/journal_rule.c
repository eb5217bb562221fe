#include "core/journal/journal_rule.h"

#include <stdio.h>
#include <string.h>

#include "core/rules/range.h"
#include "core/rules/restore_rule.h"
#include "core/rules/setting.h"

/* The highest ID that the first entry of a journal may have: more than the number of changes on any
 * machine, and far below JOURNAL_ID_MAX. */
#define FIRST_ID_MAX ((uint64_t)1 << 32)

static bool refuse(struct fault *fault, const char *why)
{
    return fault_set(fault, FAULT_USAGE, 0, "%s Nothing was changed.", why);
}

/* ---- values and places ------------------------------------------------ */

static bool can_hold(const struct place *place, const struct value *value, struct fault *fault)
{
    if ((place->kind == PLACE_RANGE) != (value->kind == VALUE_RANGE))
        return refuse(fault, "The kind of a value does not match its place.");
    if (value->kind == VALUE_RANGE && !range_is_valid(value->range))
        return refuse(fault, "A range is not within the ports 1 to 65535.");
    if (value->kind != VALUE_RAW)
        return true;
    if (value->type == TYPE_LINK)
        return refuse(fault, "A value is a registry link, which maxport neither writes nor "
                             "replaces.");
    return value->length <= JOURNAL_VALUE_MAX ||
           refuse(fault, "A value is larger than 1 MB, the most that maxport can restore.");
}

/* Checks a step: its place must be valid, of the same kind as the places of the other steps, and
 * not the place of an earlier step of the entry. Both values must suit the place, and must differ.
 */
static bool is_step(const struct journal_entry *entry, size_t index, struct fault *fault)
{
    const struct step *step = &entry->steps[index];

    if (step->place.kind != entry->steps[0].place.kind)
        return refuse(fault, "A change contains both registry values and running ranges.");
    if (step->place.kind == PLACE_REGISTRY && strcmp(step->place.key, TCPIP_PARAMETERS) != 0)
        return refuse(
            fault, "A registry key is not Tcpip\\Parameters, the only key that maxport writes to.");
    for (size_t i = 0; i < index; i++)
        if (place_equal(&entry->steps[i].place, &step->place))
            return refuse(fault, "A change names a place twice.");
    if (value_equal(&step->before, &step->after))
        return refuse(fault, "A step changes nothing.");
    return can_hold(&step->place, &step->before, fault) &&
           can_hold(&step->place, &step->after, fault);
}

/* ---- steps of each command -------------------------------------------- */

static const struct setting *setting_by_exact_name(const struct step *step)
{
    const struct setting *setting = setting_of_place(&step->place);

    return setting && strcmp(setting->name, step->place.name) == 0 ? setting : NULL;
}

static bool allows_set(const struct step *step, struct fault *fault)
{
    const struct setting *setting = setting_by_exact_name(step);

    return (setting && step->after.kind == VALUE_NUMBER &&
            setting_was_ever_allowed(setting, step->after.number)) ||
           refuse(fault,
                  "maxport set writes only settings that it supports, and only valid numbers.");
}

static bool allows_reset(const struct step *step, struct fault *fault)
{
    const struct setting *setting = setting_by_exact_name(step);

    return (setting && step->after.kind == VALUE_ABSENT) ||
           refuse(fault, "maxport reset deletes only settings that it supports.");
}

static bool allows_range_set(const struct step *step, struct fault *fault)
{
    return (step->place.kind == PLACE_RANGE && step->after.range.start >= RANGE_START_MINIMUM &&
            step->after.range.count >= RANGE_COUNT_MINIMUM) ||
           refuse(fault, "maxport range set writes only running ranges of at least 255 ports from "
                         "port 1025 on.");
}

static bool allows_restore(const struct step *step, struct fault *fault)
{
    if (step->place.kind != PLACE_REGISTRY)
        return refuse(fault, "maxport restore does not write running ranges.");
    return restore_rule_allows(&step->place, fault);
}

static const struct {
    const char *command;
    bool (*allows)(const struct step *, struct fault *);
    size_t most_steps;
} changes[] = {
    {"set", allows_set, SETTINGS_MAX},
    {"reset", allows_reset, SETTINGS_MAX},
    {"range set", allows_range_set, 1},
    {"restore", allows_restore, JOURNAL_STEPS_MAX},
};

static bool allows_change(const struct journal_entry *entry, struct fault *fault)
{
    for (size_t c = 0; c < sizeof changes / sizeof *changes; c++) {
        if (strcmp(entry->command, changes[c].command) != 0)
            continue;
        if (!entry->step_count || entry->step_count > changes[c].most_steps || entry->undoes)
            return refuse(fault, "A change has no steps, or more steps than its command writes.");
        for (size_t i = 0; i < entry->step_count; i++)
            if (!is_step(entry, i, fault) || !changes[c].allows(&entry->steps[i], fault))
                return false;
        return true;
    }
    return refuse(fault, "A change must be made by set, reset, range set, restore or undo.");
}

/* ---- undo ------------------------------------------------------------- */

static bool restores_previous(const struct step *step, const struct journal_entry *undone)
{
    for (size_t i = 0; i < undone->step_count; i++)
        if (place_equal(&undone->steps[i].place, &step->place))
            return value_equal(&undone->steps[i].before, &step->after);
    return false;
}

/* Returns whether the undone entry may be in the part of the journal that was not read. */
static bool may_be_unread(const struct journal *journal, uint64_t id)
{
    return journal->skipped_length && (!journal->count || id < journal->entries[0].id);
}

static bool allows_undo(const struct journal_entry *entry, const struct journal *earlier,
                        struct fault *fault)
{
    const struct journal_entry *undone = journal_find(earlier, entry->undoes);

    if (!entry->undoes || entry->undoes >= entry->id || entry->step_count > JOURNAL_STEPS_MAX)
        return refuse(fault, "An undo does not name an earlier change.");
    if (undone
            ? undone->state != ENTRY_DONE && !(undone->state == ENTRY_STUCK && undone->was_resolved)
            : !may_be_unread(earlier, entry->undoes))
        return refuse(fault, "An undo names a change that was never applied.");
    for (size_t i = 0; i < entry->step_count; i++) {
        const struct step *step = &entry->steps[i];

        if (!is_step(entry, i, fault) ||
            (step->place.kind == PLACE_REGISTRY && !restore_rule_allows(&step->place, fault)))
            return false;
        if (undone && !restores_previous(step, undone))
            return refuse(fault, "An undo writes a value other than the one before the change "
                                 "that it undoes.");
    }
    return true;
}

/* ---- an entry --------------------------------------------------------- */

static bool is_named(const char *name, const struct journal_entry *entry, const char *rest)
{
    char own[sizeof entry->backup];

    snprintf(own, sizeof own, "changes\\%llu%s", (unsigned long long)entry->id, rest);
    return !*name || strcmp(name, own) == 0;
}

static bool are_own_files(const struct journal_entry *entry, struct fault *fault)
{
    bool is_range = entry->step_count && entry->steps[0].place.kind == PLACE_RANGE;
    size_t digits = strlen(entry->backup_sha256);
    bool has_digest = digits == 0 || (digits == SHA256_HEX_SIZE - 1 &&
                                      strspn(entry->backup_sha256, "0123456789abcdef") == digits);

    if (!entry->step_count && *entry->undo_file)
        return refuse(fault, "An entry without steps has an undo file.");
    return (has_digest && is_named(entry->backup, entry, ".reg") &&
            is_named(entry->undo_file, entry, is_range ? "-undo.txt" : "-undo.reg")) ||
           refuse(fault, "An entry names the backup or undo file of another entry.");
}

uint64_t journal_rule_last_id(const struct journal *earlier)
{
    uint64_t last = earlier->next_id + JOURNAL_ID_TRIES * ((uint64_t)earlier->bad_count + 1);

    if (!earlier->count && last < FIRST_ID_MAX)
        last = FIRST_ID_MAX;
    return last < JOURNAL_ID_MAX ? last : JOURNAL_ID_MAX;
}

static bool is_return(const struct journal_entry *entry)
{
    return strcmp(entry->command, "restore-point return") == 0 && !entry->step_count &&
           !entry->undoes && !*entry->backup && !*entry->undo_file && entry->has_restore_point &&
           entry->restore_point;
}

bool journal_rule_allows(const struct journal_entry *entry, const struct journal *earlier,
                         struct fault *fault)
{
    if (entry->id < earlier->next_id || entry->id > journal_rule_last_id(earlier))
        return refuse(fault, "The journal has no entry number left, or an entry's number does not "
                             "follow the previous ones.");
    if (!are_own_files(entry, fault))
        return false;
    if (entry->state == ENTRY_BACKUP)
        return (strcmp(entry->command, "backup") == 0 && !entry->step_count && !entry->undoes) ||
               refuse(fault, "A backup must not have steps.");
    if (entry->state == ENTRY_RETURN)
        return is_return(entry) || refuse(fault, "A return must name only a restore point.");
    if (strcmp(entry->command, "undo") == 0)
        return allows_undo(entry, earlier, fault);
    return allows_change(entry, fault);
}
