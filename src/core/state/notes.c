#include "core/state/notes.h"

#include <stdio.h>
#include <string.h>

#include "core/rules/known_values.h"

/* With fewer seconds, late packets can reach a new connection (docs/windows.md,
 * "TcpTimedWaitDelay"). */
enum { WAIT_SAFE = 30 };

/* The caller appends the text. NULL: there are too many notes. */
static struct survey_note *add(struct survey_notes *notes, const char *kind)
{
    struct survey_note *note;

    if (notes->count == NOTES_MAX)
        return NULL;
    note = &notes->rows[notes->count++];
    *note = (struct survey_note){.kind = kind};
    text_init(&note->text);
    return note;
}

static const struct value *stored_number(const struct survey *survey, size_t index)
{
    const struct value *stored = &survey->stored[index];

    return survey->is_stored_known[index] && stored->kind == VALUE_NUMBER ? stored : NULL;
}

static void print_assignment(struct text *text, size_t index, uint32_t number)
{
    const struct setting *setting = setting_at(index);

    text_printf(text, "%s = %lu%s%s", setting->name, (unsigned long)number,
                *setting->unit ? " " : "", setting->unit);
}

/* Returns the newest change in effect that wrote the stored value. Returns NULL if another program
 * wrote the value, or if the writer is unknown because an undo restored an earlier value. */
static const struct journal_entry *setter(const struct survey *survey, size_t index)
{
    struct place place = setting_place(setting_at(index));

    for (size_t i = survey->journal.count; i > 0; i--) {
        const struct journal_entry *entry = &survey->journal.entries[i - 1];

        if (entry->state == ENTRY_ROLLED_BACK || entry->state == ENTRY_BACKUP)
            continue;
        for (size_t s = 0; s < entry->step_count; s++)
            if (place_equal(&entry->steps[s].place, &place))
                return entry->state == ENTRY_DONE && !entry->undoes &&
                               value_equal(&entry->steps[s].after, &survey->stored[index])
                           ? entry
                           : NULL;
    }
    return NULL;
}

/* ---- numbers ------------------------------------------------------------ */

static void print_stored(struct text *text, size_t index, const struct value *stored)
{
    if (stored->kind == VALUE_NUMBER) {
        print_assignment(text, index, stored->number);
    } else {
        text_printf(text, "%s = ", setting_at(index)->name);
        value_print(stored, text);
    }
}

static void note_slips(const struct survey *survey, struct survey_notes *notes)
{
    for (size_t i = 0; i < setting_count; i++) {
        const struct value *stored = &survey->stored[i];
        struct setting_slip slip;
        struct survey_note *note;

        /* Skip an uncertain slip in a value that maxport wrote: `set` has already asked about the
         * value. */
        if (!survey->is_stored_known[i] ||
            !setting_find_slip(setting_at(i), &survey->os, stored, &slip) ||
            (!slip.is_certain && setter(survey, i)) || !(note = add(notes, "slip")))
            continue;
        print_stored(&note->text, i, stored);
        text_puts(&note->text, ":");
        setting_print_slip(setting_at(i), &survey->os, stored, &note->text);
        if (slip.is_certain)
            snprintf(note->command, sizeof note->command, "maxport set %s=%lu", setting_at(i)->name,
                     (unsigned long)slip.meant);
    }
}

static void note_wait(const struct survey *survey, struct survey_notes *notes)
{
    const struct setting *setting = setting_at(SETTING_TCP_TIMED_WAIT_DELAY);
    const struct value *stored = stored_number(survey, SETTING_TCP_TIMED_WAIT_DELAY);
    uint32_t minimum, maximum;
    struct survey_note *note;

    setting_bounds(setting, &survey->os, &minimum, &maximum);
    if (!stored || stored->number >= minimum || !(note = add(notes, "wait_below_minimum")))
        return;
    print_assignment(&note->text, SETTING_TCP_TIMED_WAIT_DELAY, stored->number);
    text_printf(&note->text,
                " is below the documented minimum of %lu seconds. More likely the value is not in "
                "effect, and connections stay in TIME_WAIT longer.",
                (unsigned long)minimum);
    snprintf(note->command, sizeof note->command, "maxport set %s=%d", setting->name, WAIT_SAFE);
}

/* Returns whether the journal contains all changes. If the journal is incomplete, maxport itself
 * may have written a value without a change in the journal. */
static bool is_journal_complete(const struct survey *survey)
{
    return !*survey->store_trouble && !survey->is_journal_behind &&
           !journal_open_entry(&survey->journal);
}

/* Adds a note if, according to the journal, the stored number will probably have no effect after
 * the restart. */
static void note_recorded_no_effect(const struct survey *survey, struct survey_notes *notes)
{
    const struct journal_entry *recorded = survey_recorded_no_effect(survey);
    const struct value *stored = stored_number(survey, SETTING_MAX_USER_PORT);
    struct survey_note *note;
    char time[TIME_SIZE];

    if (!recorded || !stored || !(note = add(notes, "no_effect")))
        return;
    print_assignment(&note->text, SETTING_MAX_USER_PORT, stored->number);
    text_printf(&note->text,
                " will probably have no effect on this machine: MaxUserPort = %lu had none "
                "(recorded with change %llu, %s).",
                (unsigned long)recorded->no_effect, (unsigned long long)recorded->id,
                time_local_string(time, recorded->started_ms, survey->offset_seconds));
    note->fact_length = note->text.length;
    text_puts(&note->text, " To change the range, use maxport range set.");
}

static void note_no_effect(const struct survey *survey, struct survey_notes *notes)
{
    struct port_range running = survey->running[PROTOCOL_TCP][FAMILY_IPV4].range;
    struct port_range wanted = {RANGE_START_MINIMUM, 0};
    char start[TIME_SIZE];
    struct survey_note *note;

    if (!survey_ignores_max_user_port(survey, PROTOCOL_TCP, FAMILY_IPV4)) {
        note_recorded_no_effect(survey, notes);
        return;
    }
    if (!(note = add(notes, "no_effect")))
        return;
    print_assignment(&note->text, SETTING_MAX_USER_PORT, survey->at_boot.number);
    text_printf(&note->text,
                " has no effect on this machine: Windows started with this value at %s, but uses "
                "the default TCP range, %u-%u.",
                time_local_string(start, survey->boot.start_ms, survey->offset_seconds),
                (unsigned)running.start, (unsigned)range_end(running));
    note->fact_length = note->text.length;
    text_puts(&note->text, " To change the range, set the running range instead.");
    if (survey->at_boot.number < RANGE_START_MINIMUM + RANGE_COUNT_MINIMUM ||
        survey->at_boot.number > HIGHEST_PORT)
        return;
    wanted.count = survey->at_boot.number - wanted.start + 1;
    range_command(note->command, wanted, PROTOCOL_TCP, FAMILY_IPV4);
}

static void note_origin(const struct survey *survey, struct survey_notes *notes)
{
    bool is_complete = is_journal_complete(survey);

    for (size_t i = 0; i < setting_count; i++) {
        const struct journal_entry *entry;
        const struct value *stored = stored_number(survey, i);
        struct survey_note *note;

        if (!stored)
            continue;
        entry = setter(survey, i);
        if ((!entry && (!is_complete ||
                        !known_value_exists(setting_at(i)->name, stored->number, &survey->os))) ||
            !(note = add(notes, "value_origin")))
            continue;
        note->is_remark = true;
        print_assignment(&note->text, i, stored->number);
        if (entry) {
            text_printf(&note->text, " was set by change %llu of maxport.",
                        (unsigned long long)entry->id);
            snprintf(note->command, sizeof note->command, "maxport history %llu",
                     (unsigned long long)entry->id);
        } else {
            text_puts(&note->text, " is a value known from: ");
            known_value_print(setting_at(i)->name, stored->number, &survey->os, &note->text);
            text_puts(&note->text, ".");
        }
    }
}

/* ---- a range that MaxUserPort shrinks ------------------------------------ */

static bool is_shrunk(const struct survey *survey, enum protocol p, enum family f)
{
    return survey_lost_ports(survey, p, f) > 0;
}

static bool is_as_at_start(const struct survey *survey)
{
    return value_equal(&survey->stored[SETTING_MAX_USER_PORT], &survey->at_boot);
}

/* Returns whether, after the next start, the stored MaxUserPort gives this range fewer ports than
 * the default. Returns false if the same value has already shrunk the running range. */
static bool shrinks(const struct survey *survey, enum protocol p, enum family f)
{
    const struct prediction *predicted = &survey->predicted[p][f];

    return stored_number(survey, SETTING_MAX_USER_PORT) && predicted->is_known &&
           predicted->range.count < range_default(&survey->os, p, f).count &&
           !(is_shrunk(survey, p, f) && is_as_at_start(survey));
}

/* Prints, for example, " leaves 5,977 TCP ports (inferred), 10,407 fewer than Windows' default." */
static void print_loss(const struct survey *survey, enum protocol p, enum family f,
                       struct port_range range, const char *when, const char *confidence,
                       struct text *text)
{
    char count[NUMBER_SIZE], fewer[NUMBER_SIZE];
    uint32_t usual = range_default(&survey->os, p, f).count;

    text_printf(text, " leaves %s %s ports%s%s, %s fewer than Windows' default.",
                number_string(count, range.count), protocol_name(p), when, confidence,
                number_string(fewer, usual - range.count));
}

static void print_confidence(char *words, size_t size, enum confidence confidence)
{
    snprintf(words, size, " (%s)", confidence_name(confidence));
}

/* Prints how to set the default range immediately, if netsh can set it: netsh sets ranges on Vista
 * and later, with a start of at least RANGE_START_MINIMUM. */
static void print_at_once(const struct survey *survey, enum protocol p, enum family f,
                          struct text *text)
{
    struct port_range usual = range_default(&survey->os, p, f);
    char command[RANGE_COMMAND_SIZE];

    if (os_at_least(&survey->os, 6, 0, 0) && usual.start >= RANGE_START_MINIMUM)
        text_printf(text, " To set the default range immediately, run %s.",
                    range_command(command, usual, p, f));
}

static void add_shrunk(const struct survey *survey, enum protocol p, enum family f,
                       struct survey_notes *notes)
{
    const struct running_range *running = &survey->running[p][f];
    struct survey_note *note = add(notes, "shrunk");
    char confidence[32] = "";

    if (!note)
        return;
    if (running->source == RANGE_SOURCE_RULE)
        print_confidence(confidence, sizeof confidence, survey->running_confidence[p][f]);
    print_assignment(&note->text, SETTING_MAX_USER_PORT, survey->at_boot.number);
    print_loss(survey, p, f, running->range, "", confidence, &note->text);
    note->fact_length = note->text.length;
    if (is_as_at_start(survey)) {
        text_puts(&note->text, " To restore the default after a restart, run maxport reset.");
        strcpy(note->command, "maxport reset");
    } else {
        text_puts(&note->text, " The value has changed since Windows started.");
    }
    print_at_once(survey, p, f, &note->text);
}

static void add_shrinking(const struct survey *survey, enum protocol p, enum family f,
                          struct survey_notes *notes)
{
    struct survey_note *note = add(notes, "shrinks_after_restart");
    char confidence[32];

    if (!note)
        return;
    print_confidence(confidence, sizeof confidence, survey->predicted[p][f].confidence);
    print_assignment(&note->text, SETTING_MAX_USER_PORT,
                     survey->stored[SETTING_MAX_USER_PORT].number);
    print_loss(survey, p, f, survey->predicted[p][f].range, " after a restart", confidence,
               &note->text);
    strcpy(note->command, "maxport reset");
}

/* Adds at most one note for each protocol: its families usually have the same range. */
static void add_by_protocol(const struct survey *survey, struct survey_notes *notes,
                            bool (*applies)(const struct survey *, enum protocol, enum family),
                            void (*add_one)(const struct survey *, enum protocol, enum family,
                                            struct survey_notes *))
{
    for (int p = 0; p < PROTOCOL_COUNT; p++)
        for (int f = 0; f < FAMILY_COUNT; f++)
            if (applies(survey, (enum protocol)p, (enum family)f)) {
                add_one(survey, (enum protocol)p, (enum family)f, notes);
                break;
            }
}

static void note_shrunk(const struct survey *survey, struct survey_notes *notes)
{
    add_by_protocol(survey, notes, is_shrunk, add_shrunk);
}

static void note_shrinking(const struct survey *survey, struct survey_notes *notes)
{
    add_by_protocol(survey, notes, shrinks, add_shrinking);
}

/* ---- places and ranges -------------------------------------------------- */

static void note_misplaced(const struct survey *survey, struct survey_notes *notes)
{
    for (size_t i = 0; i < setting_count; i++) {
        const struct misplaced *found = &survey->misplaced[i];
        const struct setting *setting = setting_at(i);
        struct value number = value_number(found->number);
        struct survey_note *note;
        size_t named;

        if (!found->count || !(note = add(notes, "misplaced")))
            continue;
        text_printf(&note->text, "%s is under ", setting->name);
        named = found->count < MISPLACED_NAMED_MAX ? found->count : MISPLACED_NAMED_MAX;
        for (size_t k = 0; k < named; k++)
            text_printf(&note->text, "%s%s", k ? ", " : "", found->keys[k]);
        if (found->count > named)
            text_printf(&note->text, " and %zu more", found->count - named);
        text_puts(&note->text, ", but Windows reads it only under Tcpip\\Parameters (inferred).");
        if (found->is_number && survey->is_stored_known[i] &&
            survey->stored[i].kind == VALUE_ABSENT &&
            setting_accepts(setting, &survey->os, &number))
            snprintf(note->command, sizeof note->command, "maxport set %s=%lu --dry-run",
                     setting->name, (unsigned long)found->number);
    }
}

struct four_ranges {
    struct port_range by[PROTOCOL_COUNT * FAMILY_COUNT]; /* [FAMILY_COUNT * protocol + family] */
};

/* Returns false unless Windows reports all four ranges and netsh or a program set one of them. */
static bool read_four(const struct survey *survey, struct four_ranges *four)
{
    bool is_set = false;

    for (int p = 0; p < PROTOCOL_COUNT; p++)
        for (int f = 0; f < FAMILY_COUNT; f++) {
            const struct running_range *running = &survey->running[p][f];

            if (!running->is_known || running->source == RANGE_SOURCE_RULE)
                return false;
            is_set |= survey->range_origin[p][f] == RANGE_ORIGIN_OVERRIDDEN;
            four->by[FAMILY_COUNT * p + f] = running->range;
        }
    return is_set;
}

static void print_range(struct text *text, struct port_range range)
{
    text_printf(text, "%lu-%lu", (unsigned long)range.start, (unsigned long)range_end(range));
}

static void add_odd(const struct four_ranges *four, int odd, struct survey_notes *notes)
{
    struct survey_note *note = add(notes, "ranges_differ");
    struct port_range own = four->by[odd], other = four->by[(odd + 1) % 4];
    int p = odd / FAMILY_COUNT, f = odd % FAMILY_COUNT;

    if (!note)
        return;
    text_printf(&note->text, "The %s %s range, ", protocol_name((enum protocol)p),
                family_name((enum family)f));
    print_range(&note->text, own);
    text_puts(&note->text, ", differs from the other three ranges, ");
    print_range(&note->text, other);
    text_puts(&note->text, ".");
    if (own.count < other.count && other.start >= RANGE_START_MINIMUM)
        range_command(note->command, other, (enum protocol)p, (enum family)f);
}

static void add_two(struct survey_notes *notes, const char *one, struct port_range range,
                    const char *other, struct port_range other_range)
{
    struct survey_note *note = add(notes, "ranges_differ");

    if (!note)
        return;
    text_printf(&note->text, "The %s ranges, ", one);
    print_range(&note->text, range);
    text_printf(&note->text, ", differ from the %s ranges, ", other);
    print_range(&note->text, other_range);
    text_puts(&note->text, ".");
}

static void add_all(const struct four_ranges *four, struct survey_notes *notes)
{
    struct survey_note *note = add(notes, "ranges_differ");

    if (!note)
        return;
    text_puts(&note->text, "The running ranges differ: ");
    for (int i = 0; i < PROTOCOL_COUNT * FAMILY_COUNT; i++) {
        text_printf(&note->text, "%s%s %s ", i ? ", " : "",
                    protocol_name((enum protocol)(i / FAMILY_COUNT)),
                    family_name((enum family)(i % FAMILY_COUNT)));
        print_range(&note->text, four->by[i]);
    }
    text_puts(&note->text, ".");
}

static void note_differing(const struct survey *survey, struct survey_notes *notes)
{
    struct four_ranges four;
    const struct port_range *by = four.by;
    bool has_equal_families, has_equal_protocols;

    if (!read_four(survey, &four))
        return;
    for (int odd = 0; odd < 4; odd++) {
        struct port_range a = by[(odd + 1) % 4], b = by[(odd + 2) % 4], c = by[(odd + 3) % 4];

        if (range_equal(a, b) && range_equal(b, c)) {
            if (!range_equal(by[odd], a))
                add_odd(&four, odd, notes);
            return;
        }
    }
    has_equal_families = range_equal(by[0], by[1]) && range_equal(by[2], by[3]);
    has_equal_protocols = range_equal(by[0], by[2]) && range_equal(by[1], by[3]);
    if (has_equal_families)
        add_two(notes, "TCP", by[0], "UDP", by[2]);
    else if (has_equal_protocols)
        add_two(notes, "IPv4", by[0], "IPv6", by[1]);
    else
        add_all(&four, notes);
}

/* ---- all ------------------------------------------------------------------ */

static void note_return(const struct survey *survey, struct survey_notes *notes)
{
    const struct journal_entry *entry = survey_scheduled_return(survey);
    struct survey_note *note = entry ? add(notes, "return_scheduled") : NULL;

    if (!note)
        return;
    survey_print_return(survey, entry, &note->text);
    snprintf(note->command, sizeof note->command, "maxport history %llu",
             (unsigned long long)entry->id);
}

static void (*const rules[])(const struct survey *, struct survey_notes *) = {
    note_return, note_slips,     note_no_effect, note_shrunk, note_shrinking,
    note_wait,   note_misplaced, note_differing, note_origin,
};

void notes_make(const struct survey *survey, struct survey_notes *notes)
{
    notes->count = 0;
    for (size_t i = 0; i < sizeof rules / sizeof *rules; i++)
        rules[i](survey, notes);
    for (size_t i = 0; i < notes->count; i++) {
        struct survey_note *note = &notes->rows[i];

        if (!note->fact_length || note->text.is_broken)
            note->fact_length = note->text.length;
    }
}

void notes_release(struct survey_notes *notes)
{
    for (size_t i = 0; i < notes->count; i++)
        text_release(&notes->rows[i].text);
    notes->count = 0;
}
