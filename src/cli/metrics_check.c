#include "cli/metrics_check.h"

#include <stdlib.h>
#include <string.h>

/* A sample without its value and time, e.g. maxport_used_ports{protocol="tcp",family="ipv4"}. */
struct series {
    const char *data;
    size_t length;
};

struct checker {
    const char *metric; /* the name in the latest comment */
    size_t metric_length;
    struct series *series; /* owned */
    size_t count;
};

static size_t name_length(const char *at)
{
    size_t length = strspn(at, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_");

    return *at >= '0' && *at <= '9' ? 0 : length;
}

/* Returns the length of {name="value",...}, 0 if there are no labels, or SIZE_MAX if they are not
 * valid. */
static size_t labels_length(const char *start)
{
    const char *at = start;

    if (*at != '{')
        return 0;
    do {
        size_t length = name_length(++at);

        at += length;
        if (length == 0 || at[0] != '=' || at[1] != '"')
            return SIZE_MAX;
        for (at += 2; *at != '"'; at++)
            if ((unsigned char)*at < ' ' || (*at == '\\' && (!*++at || !strchr("\\\"n", *at))))
                return SIZE_MAX; /* also at the end of the text */
        at++;
    } while (*at == ',');
    return *at == '}' ? (size_t)(at + 1 - start) : SIZE_MAX;
}

/* Returns why the comment is not valid, or NULL. */
static const char *check_comment(struct checker *checker, const char *line)
{
    if (strncmp(line, "# EOF", 5) == 0)
        return NULL;
    if (strncmp(line, "# HELP ", 7) != 0 && strncmp(line, "# TYPE ", 7) != 0)
        return "it is neither HELP nor TYPE";
    checker->metric = line + 7;
    checker->metric_length = name_length(line + 7);
    return checker->metric_length && checker->metric[checker->metric_length] == ' '
               ? NULL
               : "the metric has no valid name";
}

/* In OpenMetrics, the samples of a metric of the type "info" have the ending "_info". */
static bool belongs(const struct checker *checker, const char *name, size_t length)
{
    static const char ending[] = "_info";
    size_t own = checker->metric_length;

    return length >= own && strncmp(name, checker->metric, own) == 0 &&
           (length == own ||
            (length == own + strlen(ending) && strncmp(name + own, ending, strlen(ending)) == 0));
}

static const char *check_sample(struct checker *checker, const char *line)
{
    size_t name = name_length(line), labels = labels_length(line + name);
    const char *at;

    if (!name || !checker->metric || !belongs(checker, line, name))
        return "HELP and TYPE of its metric are missing";
    if (labels == SIZE_MAX)
        return "its labels are not valid";
    checker->series[checker->count++] = (struct series){line, name + labels};
    at = line + name + labels;
    for (unsigned numbers = 0; numbers < 2 && *at == ' '; numbers++) {
        size_t digits = strspn(at + 1, "0123456789.-");

        at += 1 + digits;
        if (digits == 0)
            return "its value is not a number";
    }
    return *at == '\n' && at > line + name + labels ? NULL : "its value is not a number";
}

static int compare_series(const void *left, const void *right)
{
    const struct series *a = left, *b = right;
    size_t length = a->length < b->length ? a->length : b->length;
    int order = memcmp(a->data, b->data, length);

    return order ? order : (a->length > b->length) - (a->length < b->length);
}

static bool has_duplicates(struct checker *checker)
{
    qsort(checker->series, checker->count, sizeof *checker->series, compare_series);
    for (size_t i = 1; i < checker->count; i++)
        if (compare_series(&checker->series[i - 1], &checker->series[i]) == 0)
            return true;
    return false;
}

static bool check_lines(struct checker *checker, const char *data, struct fault *fault)
{
    unsigned number = 1;

    for (const char *line = data; *line; line = strchr(line, '\n') + 1, number++) {
        const char *why = !strchr(line, '\n') ? "it does not end"
                          : *line == '#'      ? check_comment(checker, line)
                                              : check_sample(checker, line);

        if (why)
            return fault_set(fault, FAULT_FAILED, 0, "Line %u of the metrics is not valid: %s.",
                             number, why);
    }
    return !has_duplicates(checker) ||
           fault_set(fault, FAULT_FAILED, 0, "The metrics contain a sample twice.");
}

bool metrics_check(const struct text *text, struct fault *fault)
{
    struct checker checker = {.count = 0};
    const char *data = text_string(text);
    size_t lines = 1;
    bool is_valid;

    for (const char *c = data; *c; c++)
        lines += *c == '\n';
    checker.series = calloc(lines, sizeof *checker.series);
    if (!checker.series)
        return fault_no_memory(fault);
    is_valid = check_lines(&checker, data, fault);
    free(checker.series);
    return is_valid;
}
