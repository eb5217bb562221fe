#include "cli/capacity_document.h"

#include "cli/frame/command.h"
#include "cli/frame/document.h"
#include "core/rules/capacity.h"
#include "core/state/survey.h"

/* ---- JSON ------------------------------------------------------------- */

static json_t *document_figure(struct figure figure)
{
    return json_pack("{s:o, s:s, s:o}", "value",
                     figure.is_known ? json_integer((json_int_t)figure.value) : json_null(),
                     "confidence", confidence_key(figure.confidence), "source",
                     document_text(figure.source));
}

/* The JSON contains the exact rate, which the screen rounds. */
static json_t *document_rate(uint64_t ports, uint64_t seconds, enum confidence confidence,
                             const char *source)
{
    return json_pack("{s:f, s:s, s:o}", "value", (double)ports / (double)seconds, "confidence",
                     confidence_key(confidence), "source", document_text(source));
}

static const char rate_source[] = "Ports / seconds in TIME_WAIT, for one remote address and port.";

static json_t *document_destination_rate(const struct destination_rate *rate)
{
    json_t *result = json_object();

    json_object_set_new(result, "range", document_range(rate->range));
    json_object_set_new(result, "excluded", json_integer(rate->excluded));
    json_object_set_new(result, "ports", document_figure(rate->ports));
    json_object_set_new(result, "time_wait_seconds", document_figure(rate->wait_seconds));
    json_object_set_new(result, "as_on",
                        rate->neighbour ? json_string(rate->neighbour) : json_null());
    json_object_set_new(result, "per_second",
                        destination_rate_is_known(rate)
                            ? document_rate(rate->ports.value, rate->wait_seconds.value,
                                            rate->confidence, rate_source)
                            : json_null());
    return result;
}

/* Converts the rate, calculated with the other TIME_WAIT default that Microsoft documents. The
 * result is null if Microsoft documents no other default, or if the rate does not use the
 * default. */
static json_t *document_disputed(const struct answer *answer, int f, struct destination_rate rate)
{
    bool is_disputed = answer->disputed.is_known && answer->is_wait_default[f];

    rate.wait_seconds = answer->disputed;
    return is_disputed && destination_rate_is_known(&rate) ? document_destination_rate(&rate)
                                                           : json_null();
}

static json_t *document_family(const struct answer *answer, int f)
{
    json_t *result = json_object();

    json_object_set_new(result, answer->is_chosen ? "default" : "now",
                        document_destination_rate(&answer->now[f]));
    json_object_set_new(result, "disputed", document_disputed(answer, f, answer->now[f]));
    json_object_set_new(result, "proposed",
                        answer->has_proposal ? document_destination_rate(&answer->proposed[f])
                                             : json_null());
    json_object_set_new(result, "proposed_disputed",
                        answer->has_proposal && !answer->proposes_wait
                            ? document_disputed(answer, f, answer->proposed[f])
                            : json_null());
    return result;
}

static json_t *document_requirement(const struct answer *answer)
{
    const struct requirement *requirement = &answer->requirement;
    const struct destination_rate *rate = answer_needed_from(answer);
    json_t *result;

    if (!answer->has_requirement)
        return json_null();
    result = json_object();
    json_object_set_new(result, "per_second", json_real((double)answer->rate_tenths / 10));
    json_object_set_new(
        result, "ports",
        document_figure((struct figure){true, requirement->ports, rate->wait_seconds.confidence,
                                        rate->wait_seconds.source}));
    json_object_set_new(result, "has_enough_ports", json_boolean(requirement->has_enough_ports));
    json_object_set_new(result, "max_user_port",
                        requirement->max_user_port
                            ? document_figure((struct figure){true, requirement->max_user_port,
                                                              requirement->prediction.confidence,
                                                              requirement->prediction.source})
                            : json_null());
    json_object_set_new(result, "netsh", document_range(requirement->netsh));
    json_object_set_new(
        result, "time_wait_seconds",
        document_figure((struct figure){true, requirement->wait_seconds, rate->ports.confidence,
                                        rate->ports.source}));
    json_object_set_new(result, "has_short_wait", json_boolean(requirement->has_short_wait));
    json_object_set_new(result, "least_time_wait_seconds", json_integer(requirement->least_wait));
    json_object_set_new(result, "most_ports", json_integer(requirement->most_ports));
    json_object_set_new(
        result, "best_per_second",
        json_real((double)requirement->most_ports / (double)requirement->least_wait));
    return result;
}

static json_t *document_thumb(const struct answer *answer)
{
    const struct thumb_rule *thumb_rule = &answer->thumb_rule;

    if (!thumb_rule->applies)
        return json_null();
    return json_pack(
        "{s:o, s:i, s:o, s:s, s:s}", "pool_bytes",
        answer->ram.is_known ? json_integer((json_int_t)thumb_rule->pool_bytes) : json_null(),
        "handles_in_theory", (int)thumb_rule->theory, "handles_in_practice",
        thumb_rule->has_practice ? json_integer(thumb_rule->practice) : json_null(), "confidence",
        confidence_key(CONFIDENCE_RULE_OF_THUMB), "source", thumb_rule->source);
}

static json_t *document_sessions(const struct answer *answer)
{
    if (!answer->has_sessions)
        return json_null();
    return json_pack(
        "{s:o, s:o, s:o, s:o, s:o}", "count", document_figure(answer->sessions), "budget_bytes",
        document_figure(answer->budget), "threads", document_figure(answer->threads), "stack_bytes",
        document_figure(answer->stack), "memory_bytes", document_figure(answer->memory));
}

static json_t *document_busiest(const struct closing_rate *present)
{
    char address[ADDRESS_SIZE];

    if (!present->most)
        return json_null();
    return json_pack("{s:s, s:s, s:i, s:f}", "family", family_key(present->family), "address",
                     address_string(address, present->family, present->address), "port",
                     (int)present->port, "closed_per_second",
                     (double)present->most * 1000 / (double)present->watched_ms);
}

static json_t *document_present(const struct closing_rate *present)
{
    if (!present->watched_ms)
        return json_null();
    return json_pack("{s:I, s:f, s:o}", "watched_ms", (json_int_t)present->watched_ms,
                     "closed_per_second",
                     (double)present->closed * 1000 / (double)present->watched_ms, "busiest",
                     document_busiest(present));
}

json_t *capacity_document(const struct invocation *invocation, const struct answer *answer)
{
    json_t *document = command_document(invocation);
    json_t *outbound = json_object();
    json_t *inbound = json_object();

    for (int f = 0; f < FAMILY_COUNT; f++)
        json_object_set_new(outbound, family_key((enum family)f), document_family(answer, f));
    json_object_set_new(outbound, "present", document_present(&answer->present));
    json_object_set_new(outbound, "needed", document_requirement(answer));
    json_object_set_new(inbound, "ram_bytes", document_figure(answer->ram));
    json_object_set_new(inbound, "pool_in_use_bytes",
                        answer->is_this_machine ? document_figure(answer->pool_in_use)
                                                : json_null());
    json_object_set_new(inbound, "pool_limit_bytes", document_figure(answer->pool_limit));
    json_object_set_new(inbound, "rule_of_thumb", document_thumb(answer));
    json_object_set_new(inbound, "sessions", document_sessions(answer));
    json_object_set_new(document, "time", document_time(answer->survey.taken_ms));
    json_object_set_new(document, "computer", document_text(answer->survey.identity.computer));
    json_object_set_new(document, "windows", document_os(&answer->os));
    json_object_set_new(document, "is_chosen", json_boolean(answer->is_chosen));
    json_object_set_new(document, "outbound", outbound);
    json_object_set_new(document, "inbound", inbound);
    return document;
}
