/* feed - prints what other programs compare with their own results (oracles/all).
 *
 * feed ranges COUNT       lines "RANGE VALUE ALERTS": random ranges of the Monitoring Plugins
 *                         guideline, and whether maxport raises an alert (1) for the value, or not
 * feed performance COUNT  for random machines and figures: a line "P TEXT" with the performance
 *                         data, and lines "V LABEL VALUE UNIT MINIMUM MAXIMUM" with its values; "-"
 *                         stands for nothing
 * feed metrics FORMAT COUNT
 *                         the output of maxport metrics for random machines with hostile names of
 *                         programs, each followed by a NUL
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli/check_range.h"
#include "cli/random_machine.h"
#include "cli/run.h"

/* ---- ranges ----------------------------------------------------------- */

/* Prints a number with up to two decimals. */
static void random_number(char *text, size_t size)
{
    const char *sign = random_number_below(4) ? "" : "-";
    unsigned whole = random_number_below(random_number_below(2) ? 20 : 100000),
             decimals = random_number_below(100);

    if (random_number_below(2))
        snprintf(text, size, "%s%u", sign, whole);
    else
        snprintf(text, size, "%s%u.%.*u", sign, whole, random_number_below(2) ? 2 : 1, decimals);
}

static void random_range(char *text, size_t size)
{
    const char *inverted = random_number_below(3) ? "" : "@";
    char start[32], end[32];

    random_number(start, sizeof start);
    random_number(end, sizeof end);
    switch (random_number_below(4)) {
    case 0:
        snprintf(text, size, "%s%s", inverted, end);
        break;
    case 1:
        snprintf(text, size, "%s%s:", inverted, start);
        break;
    case 2:
        snprintf(text, size, "%s~:%s", inverted, end);
        break;
    default:
        snprintf(text, size, "%s%s:%s", inverted, start, end);
        break;
    }
}

static void feed_ranges(unsigned count)
{
    while (count > 0) {
        struct check_range range, value;
        struct fault fault;
        char expression[80], number[32], whole[40];

        random_range(expression, sizeof expression);
        random_number(number, sizeof number);
        snprintf(whole, sizeof whole, "%s:", number);
        /* An end of the range is a value, too. */
        if (random_number_below(4) == 0) {
            const char *at = expression + strspn(expression, "@~:");

            snprintf(whole, sizeof whole, "%.*s:", (int)strcspn(at, ":"), at);
        }
        if (!check_range_parse(expression, "-w", &range, &fault) ||
            !check_range_parse(whole, "-w", &value, &fault))
            continue; /* the start is above the end */
        whole[strlen(whole) - 1] = '\0';
        printf("%s %s %d\n", expression, whole, check_range_alerts(&range, value.start));
        count--;
    }
}

/* ---- performance data ------------------------------------------------- */

static const struct {
    const char *name, *label, *ports, *unit, *maximum;
} figures[] = {
    {"used", "used", "used_ports", "%", "100"},
    {"timewait", "time_wait", "time_wait_ports", "%", "100"},
    {"bound", "bound", "bound_ports", "%", "100"},
    {"blocks64", "blocks_64", NULL, "-", "-"},
    {"destination", "destination", "destination_ports", "%", "100"},
    {"restart-pending", "restart_pending", NULL, "-", "1"},
};

static void print_values(json_t *document, size_t figure)
{
    json_t *value;
    size_t i;

    json_array_foreach(json_object_get(document, "values"), i, value)
    {
        const char *protocol = json_string_value(json_object_get(value, "protocol"));
        const char *number = json_string_value(json_object_get(value, "value"));

        printf("V %s%s%s %s %s 0 %s\n", protocol ? protocol : "", protocol ? "_" : "",
               figures[figure].label, number ? number : "U", figures[figure].unit,
               figures[figure].maximum);
        if (figures[figure].ports)
            printf("V %s_%s %lld - 0 %lld\n", protocol, figures[figure].ports,
                   json_integer_value(json_object_get(value, "ports")),
                   json_integer_value(json_object_get(value, "available")));
    }
}

static void feed_performance(unsigned count)
{
    for (unsigned i = 0; i < count; i++) {
        size_t figure = random_number_below(sizeof figures / sizeof *figures);
        struct fake fake;
        json_t *document;
        char range[80], line[256];
        const char *pipe;

        random_machine(&fake);
        random_names(&fake);
        do
            random_range(range, sizeof range);
        while (strpbrk(range, "~@")); /* run_line() replaces ~, and plugin.pl cannot read @ */
        snprintf(line, sizeof line, "check --for %s -w %s -c 1:90", figures[figure].name, range);
        if (run_line(&fake, line) == 3) { /* an invalid range */
            fake_release(&fake);
            i--;
            continue;
        }
        pipe = strchr(fake_out(&fake), '|');
        if (!pipe)
            abort();
        printf("P %.*s\n", (int)strcspn(pipe + 2, "\n"), pipe + 2);
        strcat(line, " --json");
        run_line(&fake, line);
        document = json_loads(fake_out(&fake), 0, NULL);
        if (!document)
            abort();
        print_values(document, figure);
        json_decref(document);
        fake_release(&fake);
    }
}

/* ---- metrics ---------------------------------------------------------- */

static void feed_metrics(const char *format, unsigned count)
{
    for (unsigned i = 0; i < count; i++) {
        struct fake fake;
        char line[64];

        random_machine(&fake);
        random_names(&fake);
        snprintf(line, sizeof line, "metrics --top 9 --with-addresses --format %s", format);
        if (run_line(&fake, line) != 0)
            abort();
        fwrite(fake_out(&fake), 1, strlen(fake_out(&fake)) + 1, stdout);
        fake_release(&fake);
    }
}

int main(int argc, char **argv)
{
    unsigned count = argc > 2 ? (unsigned)strtoul(argv[argc - 1], NULL, 10) : 0;

    random_start(1);
    if (argc == 3 && strcmp(argv[1], "ranges") == 0)
        feed_ranges(count);
    else if (argc == 3 && strcmp(argv[1], "performance") == 0)
        feed_performance(count);
    else if (argc == 4 && strcmp(argv[1], "metrics") == 0)
        feed_metrics(argv[2], count);
    else
        return 2;
    return 0;
}
