#include "core/rules/confidence.h"

static const struct {
    const char *name, *key;
} confidences[] = {
    [CONFIDENCE_GIVEN] = {"given", "given"},
    [CONFIDENCE_READ] = {"read from Windows", "read from Windows"},
    [CONFIDENCE_DOCUMENTED] = {"documented", "documented"},
    [CONFIDENCE_MEASURED] = {"measured", "measured"},
    [CONFIDENCE_INFERRED] = {"inferred", "inferred"},
    [CONFIDENCE_RULE_OF_THUMB] = {"rule of thumb", "rule_of_thumb"},
    [CONFIDENCE_UNKNOWN] = {"unknown", "unknown"},
};

const char *confidence_name(enum confidence confidence)
{
    return confidences[confidence].name;
}

const char *confidence_key(enum confidence confidence)
{
    return confidences[confidence].key;
}

enum confidence confidence_weaker(enum confidence a, enum confidence b)
{
    return a > b ? a : b;
}
