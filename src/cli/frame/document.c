#include "cli/frame/document.h"

#include <string.h>

#include "core/journal/journal_json.h"

json_t *document_text(const char *string)
{
    struct text repaired;
    json_t *result;

    text_init(&repaired);
    text_repair(&repaired, string, strlen(string));
    result = repaired.is_broken ? NULL : json_string(text_string(&repaired));
    text_release(&repaired);
    return result;
}

json_t *document_time(int64_t unix_ms)
{
    char time[TIME_SIZE];

    return unix_ms ? json_string(time_utc_string(time, unix_ms)) : json_null();
}

json_t *document_range(struct port_range range)
{
    if (!range.count)
        return json_null();
    return json_pack("{s:I, s:I}", "start", (json_int_t)range.start, "count",
                     (json_int_t)range.count);
}

json_t *document_value(const struct value *value)
{
    static const char digits[] = "0123456789abcdef";
    char name[24];
    struct text hex;
    json_t *result;

    switch (value->kind) {
    case VALUE_ABSENT:
        break;
    case VALUE_NUMBER:
        return json_integer(value->number);
    case VALUE_RANGE:
        return document_range(value->range);
    case VALUE_RAW:
        text_init(&hex);
        for (size_t i = 0; i < value->length; i++) {
            text_append(&hex, &digits[value->data[i] >> 4], 1);
            text_append(&hex, &digits[value->data[i] & 15], 1);
        }
        result = hex.is_broken
                     ? NULL
                     : json_pack("{s:s, s:s}", "type", registry_type_name(value->type, name),
                                 "data", text_string(&hex));
        text_release(&hex);
        return result;
    }
    return json_null();
}

/* Converts a place for display. Ill-formed text is repaired; therefore the journal, which must
 * store exact text, does not use this function. */
static json_t *document_place(const struct place *place)
{
    if (place->kind == PLACE_RANGE)
        return json_pack("{s:s, s:s, s:s}", "kind", "range", "protocol",
                         protocol_key(place->protocol), "family", family_key(place->family));
    return json_pack("{s:s, s:o, s:o}", "kind", "registry", "key", document_text(place->key),
                     "name", document_text(place->name));
}

json_t *document_prediction(const struct prediction *prediction)
{
    json_t *result = prediction->is_known ? document_range(prediction->range)
                                          : json_pack("{s:n, s:n}", "start", "count");

    json_object_set_new(result, "confidence", json_string(confidence_name(prediction->confidence)));
    json_object_set_new(result, "source", json_string(prediction->source));
    return result;
}

static json_t *document_count(const struct usage_count *count, uint32_t available)
{
    json_t *states = json_object();

    for (int state = 0; state < PORT_STATE_COUNT; state++)
        if (count->by_state[state])
            json_object_set_new(states, port_state_key((enum port_state)state),
                                json_integer(count->by_state[state]));
    return json_pack("{s:I, s:I, s:i, s:o}", "in_use", (json_int_t)count->in_use, "available",
                     (json_int_t)available, "percent", (int)usage_percent(count->in_use, available),
                     "by_state", states);
}

/* Returns the use of one family, or null if it is unknown. */
static json_t *document_family(const struct survey *survey, enum protocol protocol,
                               enum family family)
{
    const struct usage *usage = &survey->usage[protocol];
    uint32_t size;
    json_t *result;

    if (!usage->is_available[family] || !usage->range[family].count)
        return json_null();
    result = document_count(&usage->family[family], usage_available(usage, family));
    json_object_set_new(result, "range", document_range(usage->range[family]));
    json_object_set_new(result, "excluded", json_integer(usage->excluded[family]));
    json_object_set_new(result, "excluded_in_use", json_integer(usage->excluded_in_use[family]));
    json_object_set_new(result, "excluded_blocks",
                        json_integer(exclusions_blocks(&survey->exclusions, protocol, family,
                                                       usage->range[family], &size)));
    return result;
}

/* Returns the use of both families together. A share is known only if their ranges are equal. */
static json_t *document_combined(const struct usage *usage)
{
    uint32_t available = usage_united_available(usage);
    json_t *result = document_count(&usage->united, available);

    if (!available) {
        json_object_set_new(result, "available", json_null());
        json_object_set_new(result, "percent", json_null());
    }
    return result;
}

json_t *document_usage(const struct survey *survey)
{
    json_t *result;

    if (!survey->has_usage)
        return json_null();
    result = json_object();
    for (int p = 0; p < PROTOCOL_COUNT; p++) {
        const struct usage *usage = &survey->usage[p];
        enum family fuller = usage_fuller(usage);
        /* As on the screen, the figures of a protocol are the figures of the family that uses the
         * larger part of its range. */
        json_t *protocol = document_count(&usage->family[fuller], usage_available(usage, fuller));

        json_object_set_new(protocol, "family", json_string(family_key(fuller)));
        json_object_set_new(protocol, "both_families_in_use", json_integer(usage->united.in_use));
        json_object_set_new(protocol, "is_partial", json_boolean(usage->is_partial));
        json_object_set_new(protocol, "combined", document_combined(usage));
        for (int f = 0; f < FAMILY_COUNT; f++)
            json_object_set_new(protocol, family_key((enum family)f),
                                document_family(survey, (enum protocol)p, (enum family)f));
        json_object_set_new(result, protocol_key((enum protocol)p), protocol);
    }
    return result;
}

json_t *document_details(const struct process_details *details, bool has_command_line)
{
    static const char *const keys[DETAIL_COUNT] = {
        [DETAIL_PATH] = "path",
        [DETAIL_ACCOUNT] = "account",
        [DETAIL_STARTED] = "started",
        [DETAIL_COMMAND_LINE] = "command_line",
    };
    int count = has_command_line ? DETAIL_COUNT : DETAIL_COMMAND_LINE;
    json_t *result = json_object(), *not_read = json_object();

    for (int i = 0; i < count; i++) {
        bool is_known = details->state[i] == DETAIL_KNOWN;

        json_object_set_new(result, keys[i],
                            !is_known             ? json_null()
                            : i == DETAIL_STARTED ? document_time(details->started_ms)
                                                  : document_text(text_string(&details->text[i])));
        if (!is_known)
            json_object_set_new(not_read, keys[i],
                                json_string(detail_state_key(details->state[i])));
    }
    json_object_set_new(result, "not_read", not_read);
    return result;
}

json_t *document_os(const struct os_version *os)
{
    return json_pack("{s:s, s:s, s:I, s:I, s:I, s:I, s:b, s:b, s:o}", "name", os_name(os), "role",
                     os_role_key(os->role), "major", (json_int_t)os->major, "minor",
                     (json_int_t)os->minor, "build", (json_int_t)os->build, "revision",
                     (json_int_t)os->revision, "is_server", os_is_server(os), "is_64_bit",
                     os->is_64_bit, "product", document_text(os->product));
}

static json_t *document_steps(const struct step *steps, size_t count)
{
    json_t *result = json_array();

    for (size_t i = 0; i < count; i++)
        if (json_array_append_new(result, json_pack("{s:o, s:o, s:o}", "place",
                                                    document_place(&steps[i].place), "before",
                                                    document_value(&steps[i].before), "after",
                                                    document_value(&steps[i].after))) != 0) {
            json_decref(result);
            return NULL;
        }
    return result;
}

static json_t *document_resolving(const struct resolving *resolving)
{
    json_t *result = json_array();

    for (size_t i = 0; i < resolving->count; i++) {
        const struct resolution *row = &resolving->rows[i];

        json_array_append_new(result, json_pack("{s:I, s:s, s:s, s:o}", "id", (json_int_t)row->id,
                                                "command", row->command, "state",
                                                entry_state_name(row->state), "steps",
                                                document_steps(row->writes, row->write_count)));
    }
    return result;
}

json_t *document_plan(const struct plan *plan, const struct survey *survey)
{
    json_t *notes = json_array();
    json_t *result = json_object();

    for (size_t i = 0; i < plan->note_count; i++)
        json_array_append_new(notes,
                              json_pack("{s:s, s:o}", "kind",
                                        plan->notes[i].kind == NOTE_WARNING ? "warning" : "info",
                                        "text", document_text(plan->notes[i].text)));
    if (survey->resolving.count)
        json_object_set_new(result, "settles", document_resolving(&survey->resolving));
    json_object_set_new(result, "steps", document_steps(plan->steps, plan->step_count));
    json_object_set_new(result, "already", json_integer((json_int_t)plan->already_count));
    json_object_set_new(result, "notes", notes);
    json_object_set_new(result, "needs_restart", json_boolean(plan->needs_restart));
    if (plan->moves_range) {
        json_t *predicted = json_object();

        for (int p = 0; p < PROTOCOL_COUNT; p++) {
            json_t *families = json_object();

            for (int f = 0; f < FAMILY_COUNT; f++)
                json_object_set_new(families, family_key((enum family)f),
                                    document_prediction(&plan->predicted_after[p][f]));
            json_object_set_new(predicted, protocol_key((enum protocol)p), families);
        }
        json_object_set_new(result, "predicted", predicted);
    }
    return result;
}

json_t *document_entry(const struct journal_entry *entry, const struct survey *survey)
{
    json_t *result = json_object();
    bool is_comparable = entry->is_boot_known && survey->is_boot_known;

    json_object_set_new(result, "id", json_integer((json_int_t)entry->id));
    json_object_set_new(result, "command", document_text(entry->command));
    json_object_set_new(result, "state", json_string(entry_state_name(entry->state)));
    json_object_set_new(result, "is_undone", json_boolean(entry->is_undone));
    json_object_set_new(result, "is_contradicted", json_boolean(survey_contradicts(survey, entry)));
    json_object_set_new(result, "was_settled", json_boolean(entry->was_resolved));
    json_object_set_new(result, "started", document_time(entry->started_ms));
    json_object_set_new(result, "ended", document_time(entry->ended_ms));
    json_object_set_new(result, "account", document_text(entry->account));
    json_object_set_new(result, "session_user", document_text(entry->session_user));
    json_object_set_new(result, "computer", document_text(entry->computer));
    json_object_set_new(result, "process", json_integer(entry->process_id));
    json_object_set_new(result, "reason", document_text(entry->reason));
    json_object_set_new(result, "outcome", document_text(entry->outcome));
    json_object_set_new(result, "undoes",
                        entry->undoes ? json_integer((json_int_t)entry->undoes) : json_null());
    json_object_set_new(result, "steps", document_steps(entry->steps, entry->step_count));
    json_object_set_new(result, "backup", document_text(entry->backup));
    json_object_set_new(result, "undo_file", document_text(entry->undo_file));
    json_object_set_new(result, "restore_point",
                        entry->has_restore_point ? json_integer(entry->restore_point)
                                                 : json_null());
    json_object_set_new(result, "no_effect",
                        entry->no_effect ? json_integer(entry->no_effect) : json_null());
    json_object_set_new(result, "use_before", journal_json_use(&entry->use_before));
    json_object_set_new(result, "use_after", journal_json_use(&entry->use_after));
    json_object_set_new(result, "restarted_since",
                        is_comparable ? json_boolean(!boot_equal(&entry->boot, &survey->boot))
                                      : json_null());
    return result;
}
