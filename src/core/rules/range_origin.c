#include "core/rules/range_origin.h"

const char *range_origin_key(enum range_origin kind)
{
    switch (kind) {
    case RANGE_ORIGIN_DEFAULT:
        return "default";
    case RANGE_ORIGIN_HONOURED:
        return "honoured";
    case RANGE_ORIGIN_UNAFFECTED:
        return "unaffected";
    case RANGE_ORIGIN_NOT_HONOURED:
        return "not_honoured";
    case RANGE_ORIGIN_OVERRIDDEN:
        return "overridden";
    case RANGE_ORIGIN_UNKNOWN:
        break;
    }
    return "unknown";
}

const char *range_origin_words(enum range_origin kind)
{
    switch (kind) {
    case RANGE_ORIGIN_DEFAULT:
        return "Windows default";
    case RANGE_ORIGIN_HONOURED:
        return "set by MaxUserPort";
    case RANGE_ORIGIN_UNAFFECTED:
        return "not affected by MaxUserPort";
    case RANGE_ORIGIN_NOT_HONOURED:
        return "MaxUserPort is not applied";
    case RANGE_ORIGIN_OVERRIDDEN:
        return "set by netsh or a program";
    case RANGE_ORIGIN_UNKNOWN:
        break;
    }
    return "";
}

/* A range taken from the rule cannot confirm the rule. */
static bool is_reported(const struct running_range *running)
{
    return running->is_known && running->source != RANGE_SOURCE_RULE;
}

enum range_origin range_origin_of(const struct os_version *os, enum protocol protocol,
                                  enum family family, const struct running_range *running,
                                  const struct value *at_boot)
{
    struct port_range usual = range_default(os, protocol, family);
    struct prediction rule;

    if (!is_reported(running))
        return RANGE_ORIGIN_UNKNOWN;
    if (at_boot->kind == VALUE_NUMBER &&
        range_matches_max_user_port(os, running->range, at_boot->number))
        return RANGE_ORIGIN_HONOURED;
    if (!range_equal(running->range, usual))
        return RANGE_ORIGIN_OVERRIDDEN;
    if (at_boot->kind == VALUE_ABSENT)
        return RANGE_ORIGIN_DEFAULT;
    range_predict(os, protocol, family, at_boot, &rule);
    if (rule.is_known && !range_equal(rule.range, usual))
        return RANGE_ORIGIN_NOT_HONOURED;
    return RANGE_ORIGIN_UNAFFECTED;
}

static void predict(struct prediction *prediction, struct port_range range, const char *source)
{
    *prediction = (struct prediction){
        .is_known = true, .range = range, .confidence = CONFIDENCE_INFERRED, .source = source};
}

static void predict_unknown(struct prediction *prediction, const char *source)
{
    *prediction = (struct prediction){.confidence = CONFIDENCE_UNKNOWN, .source = source};
}

void range_origin_predict(const struct os_version *os, enum protocol protocol, enum family family,
                          const struct running_range *running, const struct value *at_boot,
                          const struct value *stored, struct prediction *prediction)
{
    struct port_range usual = range_default(os, protocol, family);
    enum range_origin kind = range_origin_of(os, protocol, family, running, at_boot);
    bool is_pending = !value_equal(at_boot, stored);

    range_predict(os, protocol, family, stored, prediction);
    switch (kind) {
    case RANGE_ORIGIN_UNKNOWN:
    case RANGE_ORIGIN_DEFAULT:
        break;
    case RANGE_ORIGIN_HONOURED:
        if (!is_pending)
            predict(prediction, running->range,
                    "Windows started with this MaxUserPort and applied it to this range.");
        break;
    case RANGE_ORIGIN_UNAFFECTED:
        if (stored->kind != VALUE_ABSENT)
            predict(prediction, running->range,
                    "Windows started with a MaxUserPort and kept the default for this range.");
        break;
    case RANGE_ORIGIN_NOT_HONOURED:
        if (stored->kind != VALUE_ABSENT)
            predict(prediction, running->range,
                    "Windows started with a MaxUserPort and did not apply it.");
        break;
    case RANGE_ORIGIN_OVERRIDDEN:
        if (stored->kind == VALUE_ABSENT && at_boot->kind == VALUE_ABSENT)
            predict(prediction, running->range,
                    "According to the help of netsh, a range set by netsh is kept after a "
                    "restart.");
        else if (prediction->is_known && range_equal(prediction->range, usual) &&
                 stored->kind != VALUE_ABSENT)
            predict(prediction, running->range,
                    "MaxUserPort does not seem to affect this range, and a range set by netsh is "
                    "kept.");
        else
            predict_unknown(prediction, "Both MaxUserPort and netsh have set this range; no source "
                                        "states which of them takes precedence after a restart.");
        break;
    }
}
