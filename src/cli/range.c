#include <stdlib.h>
#include <string.h>

#include "cli/frame/apply_flow.h"
#include "cli/frame/document.h"
#include "cli/frame/survey_notes.h"
#include "core/change/plan_make.h"

/* ---- range show ------------------------------------------------------- */

static void print_range(struct text *line, struct port_range range)
{
    char count[NUMBER_SIZE];

    text_printf(line, "%u-%u (%s ports)", (unsigned)range.start, (unsigned)range_end(range),
                number_string(count, range.count));
}

static void print_running(const struct survey *survey, int p, int f, struct text *line)
{
    const struct running_range *running = &survey->running[p][f];
    const char *range_origin = range_origin_words(survey->range_origin[p][f]);

    if (running->is_known) {
        print_range(line, running->range);
        text_printf(line, ", %s%s%s", range_source_words(running->source),
                    *range_origin ? ", " : "", range_origin);
    } else {
        text_puts(line, "unknown");
    }
    if (running->source == RANGE_SOURCE_RULE)
        text_printf(line, ": %s", survey->running_note[p][f]);
    if (*running->why)
        text_printf(line, "%s %s", running->source == RANGE_SOURCE_RULE ? "" : ":", running->why);
}

static void print_predicted(const struct survey *survey, int p, int f, struct text *line)
{
    const struct prediction *predicted = &survey->predicted[p][f];

    if (predicted->is_known) {
        print_range(line, predicted->range);
        text_printf(line, " after a restart (%s): %s", confidence_name(predicted->confidence),
                    predicted->source);
    } else {
        text_printf(line, "unknown after a restart: %s", predicted->source);
    }
}

/* Rows whose ranges touch are printed as one range, because a Kubernetes node has hundreds of such
 * rows. Returns the index of the last row to print together with rows[first]. */
static size_t last_touching(const struct exclusions *exclusions, size_t first)
{
    const struct exclusion *row = &exclusions->rows[first];
    size_t last = first;

    for (size_t i = first + 1; i < exclusions->count; i++) {
        const struct exclusion *next = &exclusions->rows[i];

        if (next->protocol != row->protocol || next->family != row->family ||
            next->is_administered != row->is_administered ||
            next->range.start != range_end(exclusions->rows[last].range) + 1)
            break;
        last = i;
    }
    return last;
}

static void print_excluded(const struct survey *survey, int p, int f, struct text *line)
{
    const struct exclusions *exclusions = &survey->exclusions;
    const struct running_range *running = &survey->running[p][f];
    char count[NUMBER_SIZE];
    size_t shown = 0;

    if (!exclusions->is_known[p][f]) {
        text_printf(line, "unknown%s%s", *exclusions->why[p][f] ? ": " : "", exclusions->why[p][f]);
        return;
    }
    for (size_t i = 0; i < exclusions->count; i++) {
        const struct exclusion *row = &exclusions->rows[i];
        uint32_t end;
        size_t last;

        if (row->protocol != (enum protocol)p || row->family != (enum family)f)
            continue;
        last = last_touching(exclusions, i);
        end = range_end(exclusions->rows[last].range);
        text_printf(line, "%s%u", shown++ ? ", " : "", (unsigned)row->range.start);
        if (end > row->range.start)
            text_printf(line, "-%u", (unsigned)end);
        text_puts(line, row->is_administered ? "*" : "");
        if (last > i)
            text_printf(line, " (%u rows)", (unsigned)(last - i + 1));
        i = last;
    }
    if (!shown)
        text_puts(line, "none");
    else if (running->is_known)
        text_printf(line, "; inside the running range: %s",
                    number_string(count, exclusions_within(exclusions, (enum protocol)p,
                                                           (enum family)f, running->range)));
}

/* ---- blocks ----------------------------------------------------------- */

static const struct {
    const char *label;
    void (*print)(const struct survey *, int p, int f, struct text *line);
} lines[] = {{"    running", print_running},
             {"    predicted", print_predicted},
             {"    excluded", print_excluded}};

enum { LINE_COUNT = sizeof lines / sizeof *lines, BLOCK_COUNT = PROTOCOL_COUNT * FAMILY_COUNT };

/* The lines of the screen about one range. */
struct block {
    struct text lines[LINE_COUNT];
};

static bool is_same(const struct block *a, const struct block *b)
{
    for (int i = 0; i < LINE_COUNT; i++)
        if (strcmp(text_string(&a->lines[i]), text_string(&b->lines[i])) != 0)
            return false;
    return true;
}

/* Prints the ranges in blocks. Ranges whose lines are all the same share one block. */
static void print_blocks(struct output *output, const struct survey *survey)
{
    struct block blocks[BLOCK_COUNT]; /* [FAMILY_COUNT * protocol + family] */
    bool is_printed[BLOCK_COUNT] = {false};

    for (int b = 0; b < BLOCK_COUNT; b++)
        for (int i = 0; i < LINE_COUNT; i++) {
            text_init(&blocks[b].lines[i]);
            lines[i].print(survey, b / FAMILY_COUNT, b % FAMILY_COUNT, &blocks[b].lines[i]);
        }
    for (int b = 0; b < BLOCK_COUNT; b++) {
        const char *between = "  ";

        if (is_printed[b])
            continue;
        output_style(output, STYLE_STRONG);
        for (int same = b; same < BLOCK_COUNT; same++)
            if (is_same(&blocks[b], &blocks[same])) {
                output_printf(output, "%s%s %s", between,
                              protocol_name((enum protocol)(same / FAMILY_COUNT)),
                              family_name((enum family)(same % FAMILY_COUNT)));
                between = ", ";
                is_printed[same] = true;
            }
        output_style(output, STYLE_NORMAL);
        output_puts(output, "\n");
        for (int i = 0; i < LINE_COUNT; i++)
            output_labelled(output, lines[i].label, text_string(&blocks[b].lines[i]), 15);
    }
    for (int b = 0; b < BLOCK_COUNT; b++)
        for (int i = 0; i < LINE_COUNT; i++) {
            output->has_failed |= blocks[b].lines[i].is_broken;
            text_release(&blocks[b].lines[i]);
        }
}

static void print_remarks(struct output *output, const struct survey *survey)
{
    if (exclusions_have_administered(&survey->exclusions))
        output_paragraph(output, 2, "* %s", exclusion_administered_words);
    if (survey->is_auto_reuse_known && survey->auto_reuse.count)
        output_paragraph(
            output, 2,
            "Auto-reuse range %u-%u: sockets that connect without binding use these ports and can "
            "share them, so more connections are possible than the number of free ports suggests.",
            (unsigned)survey->auto_reuse.start, (unsigned)range_end(survey->auto_reuse));
    if (survey_restart_is_pending(survey))
        output_paragraph(output, 2, "%s", survey_restart_words);
}

static json_t *make_range(const struct survey *survey, int p, int f)
{
    const struct running_range *running = &survey->running[p][f];
    const struct exclusions *exclusions = &survey->exclusions;
    json_t *excluded = exclusions->is_known[p][f] ? json_array() : json_null();

    for (size_t i = 0; i < exclusions->count; i++) {
        const struct exclusion *row = &exclusions->rows[i];

        if (exclusions->is_known[p][f] && row->protocol == (enum protocol)p &&
            row->family == (enum family)f)
            json_array_append_new(excluded, json_pack("{s:I, s:I, s:b}", "start",
                                                      (json_int_t)row->range.start, "count",
                                                      (json_int_t)row->range.count,
                                                      "is_administered", row->is_administered));
    }
    return json_pack("{s:o, s:s, s:s, s:o, s:s, s:b, s:o, s:o, s:o}", "running",
                     document_range(running->is_known ? running->range : (struct port_range){0, 0}),
                     "source", range_source_key(running->source), "confidence",
                     confidence_name(survey->running_confidence[p][f]), "why",
                     document_text(running->why), "standing",
                     range_origin_key(survey->range_origin[p][f]), "is_restart_pending",
                     survey_restart_is_pending(survey), "predicted",
                     document_prediction(&survey->predicted[p][f]), "excluded", excluded,
                     "excluded_why", document_text(exclusions->why[p][f]));
}

static bool print_json(struct invocation *invocation, const struct survey *survey,
                       struct fault *fault)
{
    json_t *document = command_document(invocation);
    json_t *ranges = json_object();

    for (int p = 0; p < PROTOCOL_COUNT; p++) {
        json_t *families = json_object();

        for (int f = 0; f < FAMILY_COUNT; f++)
            json_object_set_new(families, family_key((enum family)f), make_range(survey, p, f));
        json_object_set_new(ranges, protocol_key((enum protocol)p), families);
    }
    json_object_set_new(document, "ranges", ranges);
    json_object_set_new(document, "auto_reuse",
                        survey->is_auto_reuse_known ? document_range(survey->auto_reuse)
                                                    : json_null());
    json_object_set_new(document, "notes", survey_notes_document(survey));
    json_object_set_new(document, "is_auto_reuse_known", json_boolean(survey->is_auto_reuse_known));
    return output_json(&invocation->output, document, fault);
}

static bool run_show(struct invocation *invocation, struct fault *fault)
{
    struct output *output = &invocation->output;
    struct survey survey;
    bool is_done = true;

    if (!survey_take(invocation->machine, SURVEY_RANGES | SURVEY_MISPLACED | SURVEY_FAMILIES,
                     &survey, fault))
        return false;
    if (output->is_json) {
        is_done = print_json(invocation, &survey, fault);
    } else {
        print_blocks(output, &survey);
        output_puts(output, "\n");
        print_remarks(output, &survey);
        survey_notes_print(output, &survey, NULL);
    }
    survey_release(&survey);
    return is_done;
}

const struct command command_range_show = {
    .name = "range show",
    .summary = "show the running and predicted dynamic port ranges, and excluded ports",
    .arguments = "",
    .examples = "maxport range show|show all four ranges with their sources\n"
                "maxport range|same as maxport range show\n",
    .details = "On Vista, Server 2008 and later, maxport reads the ranges from netsh. If netsh "
               "fails on Windows 8, Server 2012 and later, maxport reads them from WMI, which does "
               "not distinguish IPv4 and IPv6. If Windows does not report a range, maxport "
               "calculates it from the rules for this Windows. "
               "Windows never assigns an excluded port to a program that asks for any "
               "free port.\n",
    .argument_minimum = 0,
    .argument_maximum = 0,
    .run = run_show,
};

/* ---- range set -------------------------------------------------------- */

enum { OPTION_START = OPTION_OWN, OPTION_COUNT, OPTION_UDP, OPTION_IPV6 };

static bool parse_port_number(const char *option, const char *text, uint32_t minimum,
                              uint32_t maximum, uint32_t *number, struct fault *fault)
{
    uint64_t parsed;
    struct text shown;

    if (text && journal_parse_id(text, &parsed) && parsed >= minimum && parsed <= maximum) {
        *number = (uint32_t)parsed;
        return true;
    }
    if (!text)
        return fault_set(fault, FAULT_USAGE, 0,
                         "range set needs --start and --count. Nothing was changed.");
    text_init(&shown);
    text_safe(&shown, text, strlen(text));
    fault_set(fault, FAULT_USAGE, 0,
              "--%s must be a whole number from %u to %u, not \"%.80s\". Nothing was changed.",
              option, (unsigned)minimum, (unsigned)maximum, text_string(&shown));
    text_release(&shown);
    return false;
}

static bool parse_range(const struct invocation *invocation, struct port_range *range,
                        struct fault *fault)
{
    if (!parse_port_number("start", invocation->option[OPTION_START], RANGE_START_MINIMUM,
                           RANGE_END_MAXIMUM, &range->start, fault) ||
        !parse_port_number("count", invocation->option[OPTION_COUNT], RANGE_COUNT_MINIMUM,
                           RANGE_END_MAXIMUM - RANGE_START_MINIMUM + 1, &range->count, fault))
        return false;
    if (range_end(*range) > RANGE_END_MAXIMUM)
        return fault_set(fault, FAULT_USAGE, 0,
                         "%u ports from port %u end at port %u, which is higher than %d. Nothing "
                         "was changed.",
                         (unsigned)range->count, (unsigned)range->start,
                         (unsigned)range_end(*range), RANGE_END_MAXIMUM);
    return true;
}

/* All four running ranges, read from netsh, because WMI does not distinguish the families. A range
 * with count 0 is unknown. */
struct netsh_ranges {
    struct port_range by[PROTOCOL_COUNT][FAMILY_COUNT];
};

static struct netsh_ranges ask_netsh(const struct machine *machine)
{
    struct netsh_ranges ranges = {0};
    struct fault ignored; /* unknown ranges are not compared */

    for (int p = 0; machine->ranges.read_one && p < PROTOCOL_COUNT; p++)
        for (int f = 0; f < FAMILY_COUNT; f++)
            if (!machine->ranges.read_one(machine->ranges.context, (enum protocol)p, (enum family)f,
                                          &ranges.by[p][f], &ignored))
                ranges.by[p][f].count = 0;
    return ranges;
}

/* Reports each range that netsh has changed in addition to the range of `place`. Microsoft does not
 * document whether `netsh interface ipv4` also changes the IPv6 range. */
static void report_others(struct invocation *invocation, const struct netsh_ranges *before,
                          const struct place *place)
{
    struct netsh_ranges after = ask_netsh(invocation->machine);

    for (int p = 0; p < PROTOCOL_COUNT; p++)
        for (int f = 0; f < FAMILY_COUNT; f++) {
            struct port_range was = before->by[p][f];
            struct port_range is = after.by[p][f];

            if ((p == (int)place->protocol && f == (int)place->family) || !was.count || !is.count ||
                range_equal(was, is))
                continue;
            output_remark(&invocation->output,
                          "The %s %s range changed as well: it was %u-%u and is now %u-%u.",
                          protocol_name((enum protocol)p), family_name((enum family)f),
                          (unsigned)was.start, (unsigned)range_end(was), (unsigned)is.start,
                          (unsigned)range_end(is));
        }
}

static bool evaluate_set(struct invocation *invocation, struct fault *fault)
{
    struct port_range range;

    return parse_range(invocation, &range, fault);
}

static bool run_set(struct invocation *invocation, struct fault *fault)
{
    enum protocol protocol = invocation->option[OPTION_UDP] ? PROTOCOL_UDP : PROTOCOL_TCP;
    enum family family = invocation->option[OPTION_IPV6] ? FAMILY_IPV6 : FAMILY_IPV4;
    struct request request = {.place = place_range(protocol, family)};
    struct netsh_ranges before;
    struct port_range range;

    if (!parse_range(invocation, &range, fault))
        return false;
    request.wanted = value_range(range);
    before = ask_netsh(invocation->machine);
    if (!apply_flow_requests(invocation, &request, 1, fault))
        return false;
    if (invocation->has_changed)
        report_others(invocation, &before, &request.place);
    return true;
}

static const struct option_row options[] = {
    [OPTION_START] = {"start", "PORT", "first port, 1025 or higher", false},
    [OPTION_COUNT] = {"count", "N", "number of ports, 255 or more", false},
    [OPTION_UDP] = {"udp", NULL, "change the UDP range instead of the TCP range", false},
    [OPTION_IPV6] = {"ipv6", NULL, "change the IPv6 range instead of the IPv4 range", false},
    {NULL, NULL, NULL, false},
};

const struct command command_range_set = {
    .name = "range set",
    .summary = "change a running dynamic port range immediately, with netsh",
    .arguments = "--start PORT --count N [--udp] [--ipv6]",
    .examples =
        "maxport range set --start 10000 --count 55535|change the range of TCP over IPv4\n"
        "maxport range set --start 10000 --count 55535 --udp --yes|change the UDP range without "
        "a question\n",
    .details =
        "maxport uses netsh, as Microsoft documents for Vista, Server 2008 and later. The change "
        "takes effect immediately and is kept after a restart, according to the help of "
        "netsh (inferred). Plan, backup, verification, journal and undo work as for "
        "maxport set. netsh cannot unset a range, so undo writes the previous numbers.\n",
    .flags = COMMAND_CHANGES,
    .argument_minimum = 0,
    .argument_maximum = 0,
    .options = options,
    .evaluate = evaluate_set,
    .run = run_set,
};
