/* What `status` and `why` say about random machines: each number stands in the JSON document of the
 * same machine, a part never exceeds its whole, a percentage is 0 or 100 only if it is exactly so,
 * and no two sentences of a screen contradict each other. */
#include <check.h>
#include <ctype.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "cli/run.h"
#include "core/diagnosis/finding.h"
#include "core/use/verdict.h"
#include "suites.h"

enum { MACHINES = 200, NUMBERS_MAX = 4000 };

static uint32_t seed;

static unsigned below(unsigned limit)
{
    seed = seed * 1664525 + 1013904223;
    return (seed >> 8) % limit;
}

/* ---- random machines --------------------------------------------------- */

static const char *const local[FAMILY_COUNT] = {"10.0.0.5", "fe80::1"};
static const char *const remote[FAMILY_COUNT][3] = {{"10.0.0.9", "10.0.0.7", "127.0.0.1"},
                                                    {"fe80::9", "fe80::7", "::1"}};

static void random_sockets(struct fake *fake, unsigned first, unsigned range)
{
    unsigned family = below(2);
    unsigned start = first + below(range);
    unsigned count = 1 + below(below(4) ? 60 : range);

    if (start + count > 65535)
        count = 65536 - start;
    if (below(3) == 0)
        fake_add_sockets(fake, count, PROTOCOL_UDP, STATE_NONE, local[family], (uint16_t)start,
                         NULL, 0, 100 + below(5));
    else
        fake_add_sockets(fake, count, PROTOCOL_TCP, 1 + below(12), local[family], (uint16_t)start,
                         remote[family][below(3)], (uint16_t)(440 + below(3)),
                         below(5) ? 100 + below(5) : 0);
}

static void random_machine(struct fake *fake)
{
    unsigned first = below(2) ? 49152 : 40000 + below(1000);
    unsigned range = below(2) ? 16384 : 255 + below(2000);

    fake_init(fake);
    for (int p = 0; p < PROTOCOL_COUNT; p++)
        for (int f = 0; f < FAMILY_COUNT; f++) {
            fake_answer_range(fake, (enum protocol)p, (enum family)f, first, range,
                              RANGE_SOURCE_NETSH);
            fake->exclusions.is_known[p][f] = below(4) > 0;
        }
    for (unsigned i = below(5); i > 0; i--)
        fake_exclude(fake, (enum protocol)below(2), (enum family)below(2), first + below(range),
                     1 + below(below(3) ? 100 : range), below(2));
    for (unsigned i = below(12); i > 0; i--)
        random_sockets(fake, first, range);
    for (uint32_t i = 0; i < 5; i++)
        if (below(6))
            fake_add_process(fake, 100 + i, i % 2 ? "node.exe" : "shop.exe");
    fake->services.is_known = below(2);
    fake->log.is_known = below(2);
    for (unsigned i = fake->log.is_known ? below(4) : 0; i > 0; i--)
        fake_add_event(fake, below(2) ? EVENT_TCP_LACK : EVENT_COLLISION,
                       fake->now_ms - below(86400) * 1000);
    if (below(3) == 0)
        fake_put_number(fake, "MaxUserPort", 5000 + below(60535));
    if (below(4) == 0)
        fake_put_number(fake, "TcpTimedWaitDelay", 30 + below(270));
    fake->can_show_bound = below(3) > 0;
}

/* ---- numbers ----------------------------------------------------------- */

struct numbers {
    double rows[NUMBERS_MAX];
    size_t count;
};

static void add_number(struct numbers *numbers, double number)
{
    ck_assert_uint_lt(numbers->count, NUMBERS_MAX);
    numbers->rows[numbers->count++] = number;
}

/* Reads the number at *text ("12,840" or "107.5"), and moves *text behind it. */
static double read_number(const char **text)
{
    double number = 0, scale = 1;
    const char *at = *text;

    for (; isdigit((unsigned char)*at) ||
           (*at == ',' && isdigit((unsigned char)at[1]) && isdigit((unsigned char)at[2]) &&
            isdigit((unsigned char)at[3]) && !isdigit((unsigned char)at[4]));
         at++)
        if (*at != ',')
            number = number * 10 + (*at - '0');
    if (*at == '.' && isdigit((unsigned char)at[1]))
        for (at++; isdigit((unsigned char)*at); at++) {
            scale /= 10;
            number += scale * (*at - '0');
        }
    *text = at;
    return number;
}

static void add_text(struct numbers *numbers, const char *text)
{
    while (*text)
        if (isdigit((unsigned char)*text))
            add_number(numbers, read_number(&text));
        else
            text++;
}

static bool get(const json_t *object, const char *key, double *number)
{
    const json_t *value = json_object_get(object, key);

    *number = json_number_value(value);
    return json_is_number(value);
}

/* The events are listed one by one and printed as a count for each ID. */
static void add_event_counts(struct numbers *numbers, const json_t *events)
{
    const json_t *event;
    size_t i, j;

    json_array_foreach(events, i, event)
    {
        double count = 0;

        for (j = 0; j < json_array_size(events); j++)
            count += json_equal(json_object_get(json_array_get(events, j), "id"),
                                json_object_get(event, "id"));
        add_number(numbers, count);
    }
}

/* A note asks whether 72 was meant as 48, because 72 is 0x48 and 48 is 0x30. */
static void add_other_base(struct numbers *numbers, double value)
{
    char digits[24];

    snprintf(digits, sizeof digits, "%llx", (unsigned long long)value);
    if (!digits[strspn(digits, "0123456789")])
        add_number(numbers, atof(digits));
}

/* `status` shows some states, and perhaps the largest of the others; the rest is "other". */
static void add_other_states(struct numbers *numbers, const json_t *states, double in_use)
{
    static const char *const shown[] = {"time_wait", "established", "listen"};
    const json_t *ports;
    const char *state;

    for (size_t i = 0; i < sizeof shown / sizeof *shown; i++)
        in_use -= json_number_value(json_object_get(states, shown[i]));
    add_number(numbers, in_use);
    json_object_foreach((json_t *)states, state, ports)
        add_number(numbers, in_use - json_number_value(ports));
}

/* A range is printed with its last port, a count with the rest, and a time in
 * seconds. */
static void add_derived(struct numbers *numbers, const json_t *object)
{
    double start, count, in_use, available, watched_ms, value;
    const json_t *states = json_object_get(object, "by_state");

    if (get(object, "start", &start) && get(object, "count", &count)) {
        add_number(numbers, start + count - 1);
        add_number(numbers, 16384 - count); /* fewer than the default of Windows */
    }
    if (get(object, "in_use", &in_use) && get(object, "available", &available))
        add_number(numbers, available - in_use);
    if (get(object, "stored", &value))
        add_other_base(numbers, value);
    if (get(object, "watched_ms", &watched_ms))
        add_number(numbers, floor(watched_ms / 100) / 10);
    if (states && get(object, "in_use", &in_use))
        add_other_states(numbers, states, in_use);
    add_event_counts(numbers, json_object_get(object, "rows"));
}

/* Sentences are no source: only numbers, commands and texts without a space count. */
static void add_json(struct numbers *numbers, const json_t *value)
{
    const char *key;
    json_t *child;
    size_t i;

    if (json_is_number(value)) {
        add_number(numbers, json_number_value(value));
    } else if (json_is_string(value)) {
        if (!strchr(json_string_value(value), ' '))
            add_text(numbers, json_string_value(value));
    } else if (json_is_array(value)) {
        json_array_foreach(value, i, child) add_json(numbers, child);
    } else if (json_is_object(value)) {
        json_object_foreach((json_t *)value, key,
                            child) if (strcmp(key, "command") == 0 && json_is_string(child))
            add_text(numbers, json_string_value(child));
        else add_json(numbers, child);
        add_derived(numbers, value);
    }
}

/* Numbers that are part of the words, not facts about this machine: event IDs, sizes of blocks,
 * hours, and the documented defaults of TcpTimedWaitDelay. */
static bool is_constant(double number)
{
    static const double constants[] = {4227, 4231, 4266, 64, 4096, 24, 100, 120, 240};

    for (size_t i = 0; i < sizeof constants / sizeof *constants; i++)
        if (number == constants[i])
            return true;
    return false;
}

static bool stands_in(const struct numbers *numbers, double number, double step)
{
    for (size_t i = 0; i < numbers->count; i++)
        if (fabs(numbers->rows[i] - number) <= step / 2 + 1e-9)
            return true;
    return false;
}

/* Removes what only proposes: remedies and commands. Its numbers are not facts about the machine.
 */
static void remove_advice(char *screen)
{
    char *from = strstr(screen, "\nRemedies");
    char *to = from ? strstr(from, "\nWhat could not") : NULL;

    if (from)
        memmove(from, to ? to : "", strlen(to ? to : "") + 1);
    while ((from = strstr(screen, "maxport "))) {
        to = from + strcspn(from, "\n");
        memmove(from, to, strlen(to) + 1);
    }
}

/* Each number that is no percentage stands in the document. */
static void check_numbers(const char *screen, const struct numbers *known)
{
    for (const char *at = screen; *at;) {
        const char *start = at;
        double number, step = 1e-6;

        if (!isdigit((unsigned char)*at) ||
            (at > screen && (isalpha((unsigned char)at[-1]) || at[-1] == '_'))) {
            at += isdigit((unsigned char)*at) ? strspn(at, "0123456789") : 1;
            continue;
        }
        number = read_number(&at);
        if (memchr(start, '.', (size_t)(at - start)))
            step = 0.1;
        if (at[strspn(at, " \n")] == '%' || is_constant(number) || stands_in(known, number, step))
            continue;
        ck_abort_msg("%.*s does not stand in the JSON:\n%s", (int)(at - start), start, screen);
    }
}

/* ---- parts ------------------------------------------------------------- */

/* Checks "A of B": A is at most B. If a percentage follows, it is the rounded share; 0 and 100 are
 * printed only for none and for all. */
static void check_shares(const char *screen)
{
    for (const char *at = strstr(screen, " of "); at; at = strstr(at + 1, " of ")) {
        const char *from = at, *to = at + strlen(" of "), *sign;
        double part, whole, percent;

        while (from > screen && (isdigit((unsigned char)from[-1]) || from[-1] == ','))
            from--;
        if (from == at || !isdigit((unsigned char)*to))
            continue;
        part = read_number(&from);
        whole = read_number(&to);
        ck_assert_msg(part <= whole, "%.0f of %.0f:\n%s", part, whole, screen);
        sign = to + strcspn(to, "0123456789.;");
        if (!isdigit((unsigned char)*sign))
            continue;
        to = sign;
        percent = read_number(&to);
        if (*to != ' ' || to[1] != '%')
            continue;
        if (sign[-1] == '<')
            ck_assert_msg(part > 0 && part * 100 < whole, "%.0f of %.0f:\n%s", part, whole, screen);
        else if (sign[-1] == '>')
            ck_assert_msg(part < whole && part * 100 > whole * 99, "%.0f of %.0f:\n%s", part, whole,
                          screen);
        else
            ck_assert_msg(fabs(percent - part * 100 / whole) <= 0.5 && (percent > 0 || part == 0) &&
                              (percent < 100 || part == whole),
                          "%.0f of %.0f is not %.0f %%:\n%s", part, whole, percent, screen);
    }
}

/* In each object of the document, the states add up to the ports, and no count exceeds its whole.
 */
static void check_document(const json_t *value)
{
    const json_t *states = json_object_get(value, "by_state"), *child;
    double in_use, available, sum = 0;
    const char *key;
    size_t i;

    if (get(value, "in_use", &in_use) && get(value, "available", &available))
        ck_assert(in_use <= available);
    if (states && (get(value, "in_use", &in_use) || get(value, "ports", &in_use))) {
        json_object_foreach((json_t *)states, key, child) sum += json_number_value(child);
        ck_assert(sum == in_use);
    }
    if (json_is_array(value))
        json_array_foreach(value, i, child) check_document(child);
    else if (json_is_object(value))
        json_object_foreach((json_t *)value, key, child) check_document(child);
}

/* ---- contradictions ---------------------------------------------------- */

/* Parts of sentences that must not stand on the same screen. */
static const char *const pairs[][2] = {
    {"Enough ports are free", "nearly out of"},
    {"Enough ports are free", "is out of"},
    {"Enough ports are free", "filling up"},
    {"No port problem now", "Close or restart"},
    {"No port problem now", "Slow down or stop"},
    {"No port problem now", "Widen the running"},
    {"No port problem now", "nearly out of"},
    {"No port problem now", "is out of"},
    {"No port problem now", "filling up"},
    {"No port problem now", "Culprit"},
    {"No action is needed", "Close or restart"},
    {"No action is needed", "Widen the running"},
    {"No action is needed", "Remedies that need a restart"},
    {"no single process", "Close or restart"},
    {"does not report which processes use them", "Process with the most TCP ports"},
    {"a restart: no change", "Restart Windows"},
    {"is nearly out of ports", "still has free ports"},
};

static void check_contradictions(const char *screen)
{
    for (size_t i = 0; i < sizeof pairs / sizeof *pairs; i++)
        ck_assert_msg(!strstr(screen, pairs[i][0]) || !strstr(screen, pairs[i][1]),
                      "\"%s\" and \"%s\":\n%s", pairs[i][0], pairs[i][1], screen);
}

/* ---- the tests --------------------------------------------------------- */

static const char *const lines[] = {"status", "why", "why --probe"};

START_TEST(each_number_of_a_screen_stands_in_its_document)
{
    static struct numbers known;

    for (unsigned number = 1; number <= MACHINES; number++) {
        struct fake fake;
        char line[32], *screen;
        json_t *document;

        seed = number;
        random_machine(&fake);
        known.count = 0;
        snprintf(line, sizeof line, "%s --json", lines[_i]);
        ck_assert_int_eq(run_line(&fake, line), 0);
        document = out_json(&fake);
        add_json(&known, document);
        check_document(document);
        json_decref(document);
        fake_release(&fake);
        seed = number;
        random_machine(&fake);
        ck_assert_int_eq(run_line(&fake, lines[_i]), 0);
        check_shares(fake_out(&fake));
        check_contradictions(fake_out(&fake));
        screen = strdup(strchr(fake_out(&fake), '\n'));
        remove_advice(screen);
        check_numbers(screen, &known);
        free(screen);
        fake_release(&fake);
    }
}
END_TEST

static int rank(const char *level)
{
    static const enum verdict_kind kinds[] = {VERDICT_HEALTHY, VERDICT_STRAINED, VERDICT_FILLING,
                                              VERDICT_NEARLY_FULL, VERDICT_FULL};

    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++)
        if (strcmp(level, verdict_name(kinds[i])) == 0)
            return (int)i;
    ck_abort_msg("\"%s\" is no known level", level);
    return 0;
}

static const char *worse(const char *level, const char *other)
{
    return rank(other) > rank(level) ? other : level;
}

/* The verdict of `status` is the worst level of the four findings of `why`. */
START_TEST(status_and_why_agree)
{
    for (unsigned number = 1; number <= MACHINES; number++) {
        struct fake fake;
        json_t *status, *why;
        const char *worst;

        seed = number;
        random_machine(&fake);
        ck_assert_int_eq(run_line(&fake, "status --json"), 0);
        status = out_json(&fake);
        ck_assert_int_eq(run_line(&fake, "why --samples 1 --json"), 0);
        why = out_json(&fake);
        worst = json_text_at(why, "protocols.tcp.level");
        worst = worse(worst, json_text_at(why, "protocols.tcp.other_family.level"));
        worst = worse(worst, json_text_at(why, "protocols.udp.level"));
        worst = worse(worst, json_text_at(why, "protocols.udp.other_family.level"));
        ck_assert_str_eq(json_text_at(status, "verdict.kind"), worst);
        ck_assert(json_equal(json_at(status, "usage"), json_at(why, "usage")));
        json_decref(status);
        json_decref(why);
        fake_release(&fake);
    }
}
END_TEST

Suite *truth_suite(void)
{
    Suite *suite = suite_create("truth");
    TCase *tcase = tcase_create("truth");

    tcase_set_timeout(tcase, 120);
    tcase_add_loop_test(tcase, each_number_of_a_screen_stands_in_its_document, 0,
                        sizeof lines / sizeof *lines);
    tcase_add_test(tcase, status_and_why_agree);
    suite_add_tcase(suite, tcase);
    return suite;
}
