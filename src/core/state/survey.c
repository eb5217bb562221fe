#include "core/state/survey.h"

#include <string.h>

#include "core/base/quote.h"

/* Tolerance for comparing a time with the start of Windows: the times of registry and clock differ
 * slightly at startup, and setting the clock changes the calculated start. */
enum { BOOT_SLACK_MS = 5 * 60 * 1000 };

static void take_stored(const struct machine *machine, struct survey *survey)
{
    for (size_t i = 0; i < setting_count; i++) {
        struct place place = setting_place(setting_at(i));

        survey->is_stored_known[i] = machine->registry.read(
            machine->registry.context, &place, &survey->stored[i], &survey->stored_fault[i]);
    }
}

const struct boot *survey_boot(const struct survey *survey)
{
    return survey->is_boot_known ? &survey->boot : NULL;
}

const char survey_behind_words[] =
    "The newest change may be missing here: a change is running or was interrupted, or its "
    "public copy could not be updated. The next command that changes settings as administrator "
    "updates the copy.";

static void take_journal(const struct machine *machine, struct survey *survey, bool is_recent)
{
    const struct store *store = &machine->store;
    enum store_state state;
    struct store_record record;
    struct fault fault;

    survey->is_journal_behind = survey->view == STORE_PUBLIC &&
                                store->record(store->context, &record, &fault) &&
                                record.is_present && record.is_public_behind;
    if (!store->inspect(store->context, &state, survey->store_trouble, &fault) ||
        (state == STORE_TRUSTED &&
         !(is_recent ? journal_read_recent(store, survey->view, survey_boot(survey),
                                           &survey->journal, &fault)
                     : journal_read(store, survey->view, &survey->journal, &fault)))) {
        strncpy(survey->store_trouble, fault.text, sizeof survey->store_trouble - 1);
        survey->store_trouble[sizeof survey->store_trouble - 1] = '\0';
    }
}

static void take_resolving(const struct machine *machine, struct survey *survey)
{
    if (!resolving_make(machine, &survey->journal, &survey->resolving, &survey->resolving_fault))
        fault_prefix(&survey->resolving_fault, "The values of an interrupted change could not be "
                                               "read");
}

static const struct step *step_of(const struct journal_entry *entry, const struct place *place)
{
    for (size_t s = 0; s < entry->step_count; s++)
        if (place_equal(&entry->steps[s].place, place))
            return &entry->steps[s];
    return NULL;
}

/* Compares the registry with the result of the newest change of a setting. Returns the number for
 * survey->contradicted. Interrupted and stuck changes have no definite result and are reported
 * separately. */
static size_t contradicted_entry(const struct survey *survey, size_t index)
{
    struct place place = setting_place(setting_at(index));

    for (size_t i = survey->journal.count; survey->is_stored_known[index] && i > 0; i--) {
        const struct journal_entry *entry = &survey->journal.entries[i - 1];
        const struct step *step = step_of(entry, &place);

        if (!step || entry->state == ENTRY_ROLLED_BACK)
            continue;
        return entry->state == ENTRY_DONE && !value_equal(&step->after, &survey->stored[index]) ? i
                                                                                                : 0;
    }
    return 0;
}

static void find_contradicted(struct survey *survey)
{
    for (size_t i = 0; i < setting_count; i++)
        survey->contradicted[i] = contradicted_entry(survey, i);
}

bool survey_read_older(const struct machine *machine, struct survey *survey, struct fault *fault)
{
    struct journal journal;

    if (!survey->journal.skipped_length)
        return true;
    if (!journal_read(&machine->store, survey->view, &journal, fault))
        return false;
    journal_release(&survey->journal);
    survey->journal = journal;
    find_contradicted(survey);
    return true;
}

/* Returns the step of the first change of MaxUserPort since Windows started, or NULL. The value
 * before this step was also the value at the start, unless another program wrote the key in
 * between. If such a write is possible, sets *is_doubtful. */
static const struct step *first_since_boot(const struct survey *survey, bool *is_doubtful)
{
    struct place place = setting_place(setting_at(SETTING_MAX_USER_PORT));
    int64_t explained_ms = survey->boot.start_ms + BOOT_SLACK_MS;

    for (size_t i = 0; survey->is_boot_known && i < survey->journal.count; i++) {
        const struct journal_entry *entry = &survey->journal.entries[i];
        bool is_explained = entry->key_written_ms && entry->key_written_ms <= explained_ms;
        const struct step *step = step_of(entry, &place);

        if (!entry->is_boot_known || !boot_equal(&entry->boot, &survey->boot))
            continue;
        if (step && entry->state != ENTRY_ROLLED_BACK && entry->state != ENTRY_BACKUP) {
            *is_doubtful = step->before.kind != VALUE_ABSENT && !is_explained;
            return step;
        }
        if (is_explained && entry->ended_ms > explained_ms)
            explained_ms = entry->ended_ms;
    }
    return NULL;
}

static bool take_at_boot(const struct machine *machine, struct survey *survey, struct fault *fault)
{
    const struct step *first = first_since_boot(survey, &survey->is_at_boot_doubtful);
    const struct value *stored = &survey->stored[SETTING_MAX_USER_PORT];
    int64_t written_ms;
    struct fault ignored; /* if last_write() fails, is_at_boot_doubtful is false */

    survey->is_at_boot_known = first || survey->is_stored_known[SETTING_MAX_USER_PORT];
    if (first)
        return value_copy(&survey->at_boot, &first->before, fault);
    survey->is_at_boot_doubtful =
        stored->kind != VALUE_ABSENT && survey->is_boot_known &&
        machine->registry.last_write(machine->registry.context, TCPIP_PARAMETERS, &written_ms,
                                     &ignored) &&
        written_ms > survey->boot.start_ms + BOOT_SLACK_MS;
    return value_copy(&survey->at_boot, stored, fault);
}

static const char stored_unread[] = "The stored MaxUserPort could not be read.";

static void add_why(struct running_range *running, const char *sentence)
{
    struct text why;

    text_init(&why);
    text_printf(&why, "%s%s%s", running->why, *running->why ? " " : "", sentence);
    strncpy(running->why, text_string(&why), sizeof running->why - 1);
    running->why[sizeof running->why - 1] = '\0';
    text_release(&why);
}

static void apply_rule(struct survey *survey, enum protocol p, enum family f)
{
    struct running_range *running = &survey->running[p][f];
    struct prediction rule;

    range_predict(&survey->os, p, f, &survey->at_boot, &rule);
    if (!survey->is_at_boot_known)
        rule = (struct prediction){.confidence = CONFIDENCE_UNKNOWN, .source = stored_unread};
    survey->running_confidence[p][f] = rule.confidence;
    survey->running_note[p][f] = rule.source;
    if (!rule.is_known) {
        add_why(running, rule.source);
        return;
    }
    running->is_known = true;
    running->range = rule.range;
    running->source = RANGE_SOURCE_RULE;
    /* Do not change running->why: it states why Windows reported no range. */
    if (survey->is_at_boot_doubtful) {
        survey->running_confidence[p][f] = CONFIDENCE_UNKNOWN;
        survey->running_note[p][f] = "The key was written since Windows started, so the stored "
                                     "MaxUserPort may not be in effect.";
    }
}

/* Replaces each range of WMI by the one of netsh. Keeps the range of WMI if netsh fails. */
static void ask_netsh(const struct machine *machine, struct survey *survey)
{
    struct fault ignored;

    for (int p = 0; machine->ranges.read_one && p < PROTOCOL_COUNT; p++)
        for (int f = 0; f < FAMILY_COUNT; f++) {
            struct running_range *running = &survey->running[p][f];

            if (running->source != RANGE_SOURCE_WMI ||
                !machine->ranges.read_one(machine->ranges.context, (enum protocol)p, (enum family)f,
                                          &running->range, &ignored))
                continue;
            running->source = RANGE_SOURCE_NETSH;
            running->why[0] = '\0';
        }
}

static void take_ranges(const struct machine *machine, unsigned mask, struct survey *survey)
{
    struct range_answers answers;

    if (machine->ranges.read) {
        memset(&answers, 0, sizeof answers);
        machine->ranges.read(machine->ranges.context, &answers);
        memcpy(survey->running, answers.running, sizeof survey->running);
        survey->exclusions = answers.exclusions;
        survey->auto_reuse = answers.auto_reuse;
        survey->is_auto_reuse_known = answers.is_auto_reuse_known;
        if (mask & SURVEY_FAMILIES)
            ask_netsh(machine, survey);
    }
    for (int p = 0; p < PROTOCOL_COUNT; p++)
        for (int f = 0; f < FAMILY_COUNT; f++) {
            struct prediction *predicted = &survey->predicted[p][f];

            survey->running_note[p][f] = "";
            survey->running_confidence[p][f] = CONFIDENCE_DOCUMENTED;
            if (!survey->running[p][f].is_known)
                apply_rule(survey, (enum protocol)p, (enum family)f);
            survey->range_origin[p][f] =
                range_origin_of(&survey->os, (enum protocol)p, (enum family)f,
                                &survey->running[p][f], &survey->at_boot);
            survey_predict(survey, (enum protocol)p, (enum family)f,
                           &survey->stored[SETTING_MAX_USER_PORT], predicted);
            if (!survey->is_stored_known[SETTING_MAX_USER_PORT]) {
                predicted->is_known = false;
                predicted->confidence = CONFIDENCE_UNKNOWN;
                predicted->neighbour.count = 0;
                predicted->source = stored_unread;
            }
        }
}

/* The socket_mask bits that counting the use requires. */
enum { USAGE_SOCKETS = SOCKETS_ROWS | SOCKETS_BOUND };

bool survey_fetch(const struct machine *machine, unsigned mask, struct sockets *sockets,
                  struct fault *fault)
{
    sockets_init(sockets);
    if (!machine->sockets.fetch(machine->sockets.context, mask, sockets, fault)) {
        sockets_release(sockets);
        sockets_init(sockets);
        return false;
    }
    sockets->taken_ms = machine->clock.monotonic_ms(machine->clock.context);
    sockets->taken_unix_ms = machine->clock.now_ms(machine->clock.context);
    return true;
}

void survey_ranges(const struct survey *survey,
                   struct port_range ranges[PROTOCOL_COUNT][FAMILY_COUNT])
{
    for (int p = 0; p < PROTOCOL_COUNT; p++)
        for (int f = 0; f < FAMILY_COUNT; f++) {
            const struct running_range *running = &survey->running[p][f];

            ranges[p][f] = running->is_known ? running->range : (struct port_range){0, 0};
        }
}

void survey_count(const struct survey *survey, const struct sockets *sockets,
                  struct usage usages[PROTOCOL_COUNT])
{
    struct port_range ranges[PROTOCOL_COUNT][FAMILY_COUNT];

    survey_ranges(survey, ranges);
    for (int p = 0; p < PROTOCOL_COUNT; p++) {
        usage_count(sockets, (enum protocol)p, ranges[p], &usages[p]);
        usage_count_excluded(sockets, &survey->exclusions, &usages[p]);
    }
}

void survey_set_usage(struct survey *survey, const struct sockets *sockets)
{
    survey_count(survey, sockets, survey->usage);
    survey->has_bound = sockets->has_bound;
    verdict_make(survey->usage, &survey->verdict);
}

void survey_retake_usage(const struct machine *machine, struct survey *survey)
{
    struct sockets sockets;

    survey->has_usage = survey_fetch(machine, USAGE_SOCKETS, &sockets, &survey->usage_fault);
    survey_set_usage(survey, &sockets);
    sockets_release(&sockets);
}

const char survey_restart_words[] =
    "A restart is pending: MaxUserPort has changed since Windows started.";

static bool is_at_boot_certain(const struct survey *survey)
{
    return survey->is_at_boot_known && !survey->is_at_boot_doubtful;
}

bool survey_started_with(const struct survey *survey, const struct step *step)
{
    struct place place = setting_place(setting_at(SETTING_MAX_USER_PORT));

    return place_equal(&step->place, &place) && is_at_boot_certain(survey) &&
           value_equal(&step->after, &survey->at_boot);
}

bool survey_ignores_max_user_port(const struct survey *survey, enum protocol protocol,
                                  enum family family)
{
    return is_at_boot_certain(survey) && survey->at_boot.kind == VALUE_NUMBER &&
           survey->range_origin[protocol][family] == RANGE_ORIGIN_NOT_HONOURED;
}

const struct journal_entry *survey_scheduled_return(const struct survey *survey)
{
    for (size_t i = survey->is_boot_known ? survey->journal.count : 0; i > 0; i--) {
        const struct journal_entry *entry = &survey->journal.entries[i - 1];

        if (entry->state == ENTRY_RETURN && entry->is_boot_known &&
            boot_equal(&entry->boot, &survey->boot))
            return entry;
    }
    return NULL;
}

void survey_print_return(const struct survey *survey, const struct journal_entry *entry,
                         struct text *text)
{
    char time[TIME_SIZE];

    text_printf(text, "A return to restore point %lu was requested at %s by ",
                (unsigned long)entry->restore_point,
                time_local_string(time, entry->started_ms, survey->offset_seconds));
    text_name(text, entry->account);
    text_puts(text, ": expect Windows to replace the whole registry at the next restart. maxport "
                    "cannot cancel the return: no source describes how.");
}

uint32_t survey_number_without_effect(const struct survey *survey)
{
    return survey_ignores_max_user_port(survey, PROTOCOL_TCP, FAMILY_IPV4) &&
                   survey->at_boot.number <= HIGHEST_PORT
               ? survey->at_boot.number
               : 0;
}

const struct journal_entry *survey_recorded_no_effect(const struct survey *survey)
{
    if (survey->range_origin[PROTOCOL_TCP][FAMILY_IPV4] == RANGE_ORIGIN_HONOURED)
        return NULL;
    for (size_t i = survey->journal.count; i > 0; i--)
        if (survey->journal.entries[i - 1].no_effect)
            return &survey->journal.entries[i - 1];
    return NULL;
}

bool survey_restart_is_pending(const struct survey *survey)
{
    return survey->is_stored_known[SETTING_MAX_USER_PORT] && is_at_boot_certain(survey) &&
           !value_equal(&survey->stored[SETTING_MAX_USER_PORT], &survey->at_boot);
}

bool survey_contradicts(const struct survey *survey, const struct journal_entry *entry)
{
    for (size_t i = 0; i < setting_count; i++)
        if (survey->contradicted[i] &&
            survey->journal.entries[survey->contradicted[i] - 1].id == entry->id)
            return true;
    return false;
}

void survey_predict(const struct survey *survey, enum protocol protocol, enum family family,
                    const struct value *max_user_port, struct prediction *prediction)
{
    struct port_range usual = range_default(&survey->os, protocol, family);

    range_origin_predict(&survey->os, protocol, family, &survey->running[protocol][family],
                         &survey->at_boot, max_user_port, prediction);
    /* The journal counts only if Windows started without MaxUserPort: the running range then shows
     * nothing about the effect of MaxUserPort. */
    if (protocol == PROTOCOL_TCP && max_user_port->kind == VALUE_NUMBER && prediction->is_known &&
        !range_equal(prediction->range, usual) &&
        survey->range_origin[protocol][family] == RANGE_ORIGIN_DEFAULT &&
        survey_recorded_no_effect(survey))
        *prediction = (struct prediction){.is_known = true,
                                          .range = usual,
                                          .confidence = CONFIDENCE_INFERRED,
                                          .source = "According to the journal, an earlier "
                                                    "MaxUserPort had no effect on this machine."};
}

uint32_t survey_lost_ports(const struct survey *survey, enum protocol protocol, enum family family)
{
    const struct running_range *running = &survey->running[protocol][family];
    uint32_t usual = range_default(&survey->os, protocol, family).count;
    bool is_calculated = running->source == RANGE_SOURCE_RULE && survey->is_at_boot_known &&
                         !survey->is_at_boot_doubtful;

    if (!running->is_known || survey->at_boot.kind != VALUE_NUMBER ||
        (!is_calculated && survey->range_origin[protocol][family] != RANGE_ORIGIN_HONOURED))
        return 0;
    return running->range.count < usual ? usual - running->range.count : 0;
}

struct use_figures survey_use(const struct survey *survey)
{
    struct use_figures use = {.is_known = survey->has_usage};

    for (int p = 0; p < PROTOCOL_COUNT; p++)
        for (int f = 0; f < FAMILY_COUNT; f++) {
            use.by[p][f].in_use = survey->usage[p].family[f].in_use;
            use.by[p][f].available = usage_available(&survey->usage[p], (enum family)f);
        }
    return use;
}

bool survey_take_with(const struct machine *machine, unsigned mask, unsigned socket_mask,
                      struct survey *survey, struct sockets *sockets, struct fault *fault)
{
    struct fault own;
    bool is_taken;

    memset(survey, 0, sizeof *survey);
    journal_init(&survey->journal);
    sockets_init(sockets);
    survey->view = mask & SURVEY_PRIVATE ? STORE_PRIVATE : STORE_PUBLIC;
    if (!machine->os_version.read(machine->os_version.context, &survey->os, fault))
        return fault_prefix(fault, "The Windows version could not be read");
    /* Start the queries, so that Windows answers them while the socket tables are read. */
    if (machine->ranges.begin)
        machine->ranges.begin(machine->ranges.context);
    survey->taken_ms = machine->clock.now_ms(machine->clock.context);
    survey->offset_seconds =
        machine->clock.offset_seconds(machine->clock.context, survey->taken_ms);
    survey->is_boot_known = machine->clock.boot(machine->clock.context, &survey->boot, &own);
    if (!machine->identity.read_computer(machine->identity.context, survey->identity.computer,
                                         &own))
        memset(&survey->identity, 0, sizeof survey->identity);
    if (mask & SURVEY_USAGE)
        survey->has_usage = survey_fetch(machine, socket_mask, sockets, &survey->usage_fault);
    take_stored(machine, survey);
    if (mask & SURVEY_MISPLACED)
        misplaced_find(&machine->registry, survey->misplaced);
    take_journal(machine, survey, mask & SURVEY_RECENT);
    take_resolving(machine, survey);
    find_contradicted(survey);
    is_taken = take_at_boot(machine, survey, fault);
    take_ranges(machine, mask,
                survey); /* even after a failure, read the queries that were started */
    if (mask & SURVEY_USAGE)
        survey_set_usage(survey, sockets);
    if (!is_taken) {
        sockets_release(sockets);
        survey_release(survey);
    }
    return is_taken;
}

bool survey_take(const struct machine *machine, unsigned mask, struct survey *survey,
                 struct fault *fault)
{
    struct sockets sockets;

    if (!survey_take_with(machine, mask, USAGE_SOCKETS, survey, &sockets, fault))
        return false;
    sockets_release(&sockets);
    return true;
}

void survey_release(struct survey *survey)
{
    for (size_t i = 0; i < setting_count; i++)
        value_release(&survey->stored[i]);
    value_release(&survey->at_boot);
    exclusions_release(&survey->exclusions);
    journal_release(&survey->journal);
    resolving_release(&survey->resolving);
}
