#include "cli/capacity_screen.h"

#include <string.h>

#include "cli/frame/command.h"
#include "core/rules/capacity.h"
#include "core/state/survey.h"

/* ---- sources ---------------------------------------------------------- */

/* The sources that the screen cites as [1], [2] ... */
struct references {
    const char *sentences[24];
    size_t count;
};

static void refer(struct text *text, struct references *references, const char *sentence)
{
    size_t at = 0;

    if (!*sentence)
        return;
    while (at < references->count && strcmp(references->sentences[at], sentence) != 0)
        at++;
    if (at == sizeof references->sentences / sizeof references->sentences[0])
        return;
    if (at == references->count)
        references->sentences[references->count++] = sentence;
    text_printf(text, "%s[%u]", text->length && text->data[text->length - 1] == ']' ? "" : " ",
                (unsigned)at + 1);
}

static void print_references(struct output *output, const struct references *references)
{
    output_puts(output, "\nSources\n");
    for (size_t i = 0; i < references->count; i++) {
        struct text label, sentence;

        text_init(&label);
        text_init(&sentence);
        text_printf(&label, "  [%u]", (unsigned)i + 1);
        text_safe(&sentence, references->sentences[i], strlen(references->sentences[i]));
        output_labelled(output, text_string(&label), text_string(&sentence), 7);
        text_release(&sentence);
        text_release(&label);
    }
}

/* ---- the screen ------------------------------------------------------- */

enum { WORDS_COLUMN = 11 };

static void print_rate(struct text *text, uint64_t tenths)
{
    char buffer[TENTHS_SIZE];

    text_puts(text, tenths_string(buffer, tenths));
}

static void print_range(struct text *text, const struct destination_rate *rate)
{
    char number[NUMBER_SIZE];

    text_printf(text, "%u-%u: %s ports", (unsigned)rate->range.start,
                (unsigned)range_end(rate->range), number_string(number, rate->ports.value));
    if (rate->excluded)
        text_printf(text, " (%s excluded)", number_string(number, rate->excluded));
}

static void print_destination_rate(struct output *output, const char *label,
                                   const struct destination_rate *rate,
                                   struct references *references)
{
    struct text text;

    text_init(&text);
    if (!destination_rate_is_known(rate)) {
        text_puts(&text, "unknown: the port range is unknown.");
        refer(&text, references, rate->ports.source);
    } else {
        if (rate->neighbour)
            text_printf(&text, "unknown; if MaxUserPort behaves as on %s, ", rate->neighbour);
        print_range(&text, rate);
        text_printf(&text, " / %u s = ", (unsigned)rate->wait_seconds.value);
        print_rate(&text, destination_rate_tenths(rate));
        text_printf(&text, " per second, %s", confidence_name(rate->confidence));
        refer(&text, references, rate->ports.source);
        refer(&text, references, rate->wait_seconds.source);
    }
    output_labelled(output, label, text_string(&text), WORDS_COLUMN);
    text_release(&text);
}

/* Prints the rate, calculated with the other TIME_WAIT default that Microsoft documents. */
static void print_disputed(struct output *output, const struct answer *answer,
                           struct destination_rate other, struct references *references)
{
    struct text text;

    if (!answer->disputed.is_known || !answer->is_wait_default[FAMILY_IPV4] ||
        !destination_rate_is_known(&other))
        return;
    other.wait_seconds = answer->disputed;
    text_init(&text);
    print_rate(&text, destination_rate_tenths(&other));
    text_printf(&text, " per second if the default is %u seconds, as other Microsoft pages state",
                (unsigned)answer->disputed.value);
    refer(&text, references, answer->disputed.source);
    output_labelled(output, "  or", text_string(&text), WORDS_COLUMN);
    text_release(&text);
}

static bool is_same_rate(const struct destination_rate *a, const struct destination_rate *b)
{
    return range_equal(a->range, b->range) && a->excluded == b->excluded &&
           a->wait_seconds.value == b->wait_seconds.value;
}

static void print_family(struct output *output, const char *label, const char *label_6,
                         const struct destination_rate rates[FAMILY_COUNT],
                         struct references *references)
{
    print_destination_rate(output, label, &rates[FAMILY_IPV4], references);
    if (!is_same_rate(&rates[FAMILY_IPV4], &rates[FAMILY_IPV6]))
        print_destination_rate(output, label_6, &rates[FAMILY_IPV6], references);
}

static void print_destination(struct output *output, const struct answer *answer,
                              struct references *references)
{
    const struct survey *survey = &answer->survey;
    struct text text;

    text_init(&text);
    text_puts(&text, "A destination is one remote address and port. Programs that bind before "
                     "they connect compete for the local ports of the range, whatever the "
                     "destination. On a machine without an auto-reuse range, all programs compete "
                     "for these local ports, so the rate is the limit of the whole machine.");
    refer(&text, references,
          "Win32 \"SO_PORT_SCALABILITY\" and \"SOL_SOCKET Socket Options\"; "
          "PowerShell \"Set-NetTCPSetting\".");
    if (!answer->is_chosen && survey->is_auto_reuse_known) {
        if (survey->auto_reuse.count)
            text_printf(&text, " This machine has an auto-reuse range: %u-%u.",
                        (unsigned)survey->auto_reuse.start,
                        (unsigned)range_end(survey->auto_reuse));
        else
            text_puts(&text, " This machine has no auto-reuse range.");
    }
    output_paragraph(output, 2, "%s", text_string(&text));
    text_release(&text);
}

/* Compares the connections that the machine closes now with the rate that it sustains. */
static void print_present(struct output *output, const struct answer *answer)
{
    const struct closing_rate *present = &answer->present;
    const struct destination_rate *rate = &answer->now[present->family];
    uint64_t tenths;
    char endpoint[ENDPOINT_SIZE];
    struct text text;

    if (answer->is_chosen)
        return;
    text_init(&text);
    if (!present->watched_ms) {
        text_puts(&text, "unknown: the socket tables or the port range could not be read.");
    } else if (!present->most) {
        text_printf(&text, "this machine closed no connection within %u seconds.",
                    (unsigned)((present->watched_ms + 500) / 1000));
    } else {
        tenths = closing_rate_tenths(present, present->most);
        text_puts(&text, "this machine closes ");
        print_rate(&text, tenths);
        if (destination_rate_is_known(rate)) {
            text_puts(&text, " of ");
            print_rate(&text, destination_rate_tenths(rate));
            text_puts(&text, " possible");
        }
        text_printf(&text, " connections per second to %s, the busiest destination",
                    endpoint_string(endpoint, present->family, present->address, present->port));
        if (present->closed > present->most) {
            text_puts(&text, ", and ");
            print_rate(&text, closing_rate_tenths(present, present->closed));
            text_puts(&text, " to all destinations");
        }
        text_printf(&text, " (measured for %u seconds).",
                    (unsigned)((present->watched_ms + 500) / 1000));
    }
    output_labelled(output, "  present", text_string(&text), WORDS_COLUMN);
    text_release(&text);
}

static void print_outbound(struct output *output, const struct answer *answer,
                           struct references *references)
{
    output_style(output, STYLE_STRONG);
    output_paragraph(output, 0, "Outbound: new TCP connections per second to one destination");
    output_style(output, STYLE_NORMAL);
    print_family(output, answer->is_chosen ? "  default" : "  now", "    IPv6", answer->now,
                 references);
    print_disputed(output, answer, answer->now[FAMILY_IPV4], references);
    print_present(output, answer);
    if (answer->has_proposal)
        print_family(output, "  proposed", "    IPv6", answer->proposed, references);
    if (answer->has_proposal && !answer->proposes_wait)
        print_disputed(output, answer, answer->proposed[FAMILY_IPV4], references);
    output_puts(output, "\n");
    print_destination(output, answer, references);
    output_paragraph(output, 2,
                     "The rate applies to connections that this machine closes, because the side "
                     "that closes first keeps the connection in TIME_WAIT. Each second for which a "
                     "connection is open counts like a second in TIME_WAIT.");
}

static const char netsh_source[] =
    "KB929851: netsh int ipv4 set dynamicport tcp, from 1025 to 65535, at least 255 ports.";

static void print_need_of_ports(struct text *text, const struct answer *answer,
                                struct references *references)
{
    const struct requirement *requirement = &answer->requirement;
    char number[NUMBER_SIZE];

    text_printf(text, "%s, with %u s in TIME_WAIT", number_string(number, requirement->ports),
                (unsigned)answer_needed_from(answer)->wait_seconds.value);
    if (requirement->has_enough_ports) {
        text_printf(text, ": enough, %s are usable.",
                    number_string(number, answer_needed_from(answer)->ports.value));
        return;
    }
    if (!requirement->max_user_port && !requirement->netsh.count) {
        text_printf(text, ": more than any setting provides; the maximum is %s.",
                    number_string(number, requirement->most_ports));
        return;
    }
    text_puts(text, ".");
    if (requirement->netsh.count) {
        text_puts(text, " Immediately, with netsh");
        refer(text, references, netsh_source);
        text_printf(text, ": maxport range set --start %u --count %u.",
                    (unsigned)requirement->netsh.start, (unsigned)requirement->netsh.count);
    }
    if (requirement->max_user_port) {
        text_printf(text, " After a restart, %s",
                    confidence_name(requirement->prediction.confidence));
        if (!requirement->prediction.is_known && requirement->prediction.neighbour_name)
            text_printf(text, " here (if MaxUserPort behaves as on %s)",
                        requirement->prediction.neighbour_name);
        refer(text, references, requirement->prediction.source);
        text_printf(text, ": maxport set %u.", (unsigned)requirement->max_user_port);
    }
}

static void print_need_of_wait(struct text *text, const struct answer *answer)
{
    const struct requirement *requirement = &answer->requirement;
    char number[NUMBER_SIZE];

    number_string(number, answer_needed_from(answer)->ports.value);
    if (requirement->has_short_wait)
        text_printf(text, "%s s or less, with %s ports: %u s is short enough.",
                    number_string((char[NUMBER_SIZE]){0}, requirement->wait_seconds), number,
                    (unsigned)answer_needed_from(answer)->wait_seconds.value);
    else if (requirement->wait_seconds >= requirement->least_wait)
        text_printf(text, "%u s or less, with %s ports: TcpTimedWaitDelay=%u.",
                    (unsigned)requirement->wait_seconds, number,
                    (unsigned)(requirement->wait_seconds < requirement->most_wait
                                   ? requirement->wait_seconds
                                   : requirement->most_wait));
    else
        text_printf(text,
                    "no TcpTimedWaitDelay is short enough with %s ports; the documented minimum "
                    "here is %u s.",
                    number, (unsigned)requirement->least_wait);
}

static void print_requirement(struct output *output, const struct answer *answer,
                              struct references *references)
{
    struct text text;

    if (!answer->has_rate)
        return;
    text_init(&text);
    if (answer->rate_tenths % 10)
        print_rate(&text, answer->rate_tenths);
    else
        text_number(&text, answer->rate_tenths / 10);
    output_style(output, STYLE_STRONG);
    output_printf(output,
                  "\n"
                  "What %s connections per second require\n",
                  text_string(&text));
    output_style(output, STYLE_NORMAL);
    text_release(&text);
    if (!answer->has_requirement) {
        output_paragraph(output, 2, "Unknown: the port range is unknown.");
        return;
    }
    text_init(&text);
    print_need_of_ports(&text, answer, references);
    output_labelled(output, "  ports", text_string(&text), WORDS_COLUMN);
    text_release(&text);
    text_init(&text);
    print_need_of_wait(&text, answer);
    output_labelled(output, "  wait", text_string(&text), WORDS_COLUMN);
    text_release(&text);
    if (answer->rate_tenths > answer->requirement.best_tenths) {
        text_init(&text);
        print_rate(&text, answer->requirement.best_tenths);
        output_paragraph(output, 2,
                         "Ports and TIME_WAIT together allow at most %s connections per second. "
                         "For more, keep connections open and reuse them, or use more remote or "
                         "local addresses.",
                         text_string(&text));
        text_release(&text);
    }
}

static void print_size_figure(struct output *output, const char *label, struct figure figure,
                              const char *words, struct references *references)
{
    struct text text;

    text_init(&text);
    if (figure.is_known) {
        size_print(figure.value, &text);
        text_printf(&text, "%s, %s", words, confidence_name(figure.confidence));
    } else {
        text_puts(&text, "unknown");
    }
    refer(&text, references, figure.source);
    output_labelled(output, label, text_string(&text), WORDS_COLUMN);
    text_release(&text);
}

static void print_thumb(struct output *output, const struct answer *answer,
                        struct references *references)
{
    const struct thumb_rule *thumb_rule = &answer->thumb_rule;
    char theory[NUMBER_SIZE], practice[NUMBER_SIZE];
    struct text text;

    text_init(&text);
    if (!thumb_rule->applies) {
        text_puts(&text, "unknown: no source states how many sockets the pool of this Windows "
                         "can hold. The rule of thumb of 25,000 applies only to 32-bit Windows "
                         "2000 to Server 2003.");
    } else {
        text_printf(&text, "about %s sockets in theory", number_string(theory, thumb_rule->theory));
        if (thumb_rule->has_practice)
            text_printf(&text, ", %s in practice with 2 GB of RAM or more",
                        number_string(practice, thumb_rule->practice));
        else
            text_puts(&text, "; with less than 2 GB of RAM the rule has no practical figure");
        text_puts(&text, ". The pool is 1/8 of RAM, at most 256 MB");
        if (answer->ram.is_known) {
            text_puts(&text, ": here ");
            size_print(thumb_rule->pool_bytes, &text);
        }
        text_puts(&text, ". This is a vendor's rule of thumb");
        refer(&text, references, thumb_rule->source);
    }
    output_labelled(output, "  sockets", text_string(&text), WORDS_COLUMN);
    text_release(&text);
}

static void print_sessions(struct output *output, const struct answer *answer,
                           struct references *references)
{
    const struct thumb_rule *thumb_rule = &answer->thumb_rule;
    uint32_t sockets = thumb_rule->has_practice ? thumb_rule->practice : thumb_rule->theory;
    char number[NUMBER_SIZE];
    struct text text;

    if (!answer->has_sessions)
        return;
    text_init(&text);
    if (!answer->sessions.is_known) {
        text_puts(&text, "unknown: the RAM size could not be read; set it with --ram.");
    } else {
        text_printf(&text, "%s: ", number_string(number, answer->sessions.value));
        size_print(answer->budget.value, &text);
        text_printf(&text, " of %s / (%s thread%s x ",
                    answer->os.is_64_bit ? "RAM" : "address space",
                    number_string(number, answer->session.threads),
                    answer->session.threads == 1 ? "" : "s");
        size_print(answer->session.stack_bytes, &text);
        text_puts(&text, " of stack");
        if (answer->session.memory_bytes) {
            text_puts(&text, " + ");
            size_print(answer->session.memory_bytes, &text);
        }
        text_printf(&text, "), %s", confidence_name(answer->sessions.confidence));
        refer(&text, references, answer->budget.source);
        if (answer->stack.confidence != CONFIDENCE_GIVEN)
            refer(&text, references, answer->stack.source);
        if (thumb_rule->applies)
            text_printf(&text, ". %s are the tighter limit here.",
                        answer->sessions.value < sockets ? "Sessions, not sockets,"
                                                         : "Sockets, not sessions,");
    }
    output_labelled(output, "  sessions", text_string(&text), WORDS_COLUMN);
    text_release(&text);
}

static void print_inbound(struct output *output, const struct answer *answer,
                          struct references *references)
{
    output_puts(output, "\n");
    output_style(output, STYLE_STRONG);
    output_paragraph(output, 0, "Inbound: sockets use non-paged pool");
    output_style(output, STYLE_NORMAL);
    print_size_figure(output, "  RAM", answer->ram, "", references);
    if (answer->is_this_machine)
        print_size_figure(output, "  in use", answer->pool_in_use, " of the pool", references);
    print_size_figure(output, "  limit", answer->pool_limit, " of pool", references);
    print_thumb(output, answer, references);
    print_sessions(output, answer, references);
    if (!answer->has_sessions)
        output_labelled(output, "  sessions",
                        "often the tighter limit; to calculate it, use --threads-per-session N, "
                        "--stack SIZE and --memory-per-session SIZE.",
                        WORDS_COLUMN);
}

static void print_title(struct output *output, const struct answer *answer)
{
    struct text text;

    text_init(&text);
    text_puts(&text, "maxport capacity - ");
    if (answer->is_chosen)
        text_printf(&text, "the rules of %s, %s-bit", os_name(&answer->os),
                    answer->os.is_64_bit ? "64" : "32");
    else
        os_print(&answer->os, &text);
    output_style(output, STYLE_STRONG);
    output_paragraph(output, 0, "%s", text_string(&text));
    output_style(output, STYLE_NORMAL);
    output_puts(output, "\n");
    text_release(&text);
}

void capacity_print(struct output *output, const struct answer *answer)
{
    struct references references = {.count = 0};

    print_title(output, answer);
    print_outbound(output, answer, &references);
    print_requirement(output, answer, &references);
    print_inbound(output, answer, &references);
    print_references(output, &references);
}
