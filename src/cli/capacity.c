#include <string.h>

#include "cli/frame/command.h"
#include "cli/frame/document.h"
#include "core/rules/capacity.h"
#include "core/state/survey.h"

enum {
    OPTION_MAX_USER_PORT,
    OPTION_TIMED_WAIT,
    OPTION_RATE,
    OPTION_WINDOWS,
    OPTION_BITS,
    OPTION_RAM,
    OPTION_THREADS,
    OPTION_STACK,
    OPTION_MEMORY,
};

/* All that is said, worked out before the first word is written. */
struct answer {
    struct survey survey;
    struct os_version os; /* the machine's, or the one of --windows */
    bool is_chosen;       /* --windows */

    struct destination_rate now[FAMILY_COUNT]; /* running; of a chosen Windows the default */
    struct figure disputed;                    /* what else the wait may be by default */
    bool is_wait_default[FAMILY_COUNT];        /* of now */
    bool has_proposal, proposes_wait;
    struct destination_rate proposed[FAMILY_COUNT];
    bool has_rate;
    uint64_t rate_tenths;
    bool has_need;
    struct requirement need; /* over IPv4, from what is proposed, else from what is now */

    struct figure ram;
    bool is_this_machine; /* neither --windows nor --ram: the pool in use is of interest */
    struct figure pool_in_use;
    struct figure pool_limit;
    struct thumb_rule thumb_rule;
    bool has_sessions;
    struct session session;
    struct figure threads, stack, memory; /* the same, with their sources */
    struct figure budget, sessions;
};

static const char given_words[] = "Set on the command line.";

/* ---- working it out --------------------------------------------------- */

static bool parse_choice(const struct invocation *invocation, struct answer *answer,
                         struct fault *fault)
{
    const char *name = invocation->option[OPTION_WINDOWS];
    const char *bits = invocation->option[OPTION_BITS];

    if (bits && !name)
        return fault_set(fault, FAULT_USAGE, 0,
                         "--bits needs --windows: it selects the 32-bit or 64-bit edition of "
                         "that Windows.");
    if (bits && strcmp(bits, "32") != 0 && strcmp(bits, "64") != 0)
        return fault_set(fault, FAULT_USAGE, 0, "--bits must be 32 or 64.");
    answer->is_chosen = name != NULL;
    if (!name)
        return true;
    return capacity_windows(name, !bits ? 0 : bits[0] == '3' ? 32 : 64, &answer->os, fault);
}

static bool parse_threads(const char *text, uint32_t *threads, struct fault *fault)
{
    enum { DIGITS_MAX = 6, THREADS_MAX = 100000 };
    size_t digits = strspn(text, "0123456789");
    uint32_t number = 0;
    struct text shown;

    for (size_t i = 0; i < digits && i < DIGITS_MAX; i++)
        number = number * 10 + (uint32_t)(text[i] - '0');
    if (digits && digits <= DIGITS_MAX && !text[digits] && number <= THREADS_MAX) {
        *threads = number;
        return true;
    }
    text_init(&shown);
    text_safe(&shown, text, strlen(text) < 80 ? strlen(text) : 80);
    fault_set(fault, FAULT_USAGE, 0,
              "--threads-per-session must be a whole number from 0 to 100000, not \"%s\".",
              text_string(&shown));
    text_release(&shown);
    return false;
}

static struct figure given(uint64_t value)
{
    return (struct figure){
        .is_known = true, .value = value, .basis = BASIS_GIVEN, .source = given_words};
}

static bool take_ram(const struct invocation *invocation, struct answer *answer,
                     struct fault *fault)
{
    const struct memory_source *source = &invocation->machine->memory;
    const char *ram = invocation->option[OPTION_RAM];
    struct memory memory = {0};
    struct fault own;
    bool is_read = source->read && source->read(source->context, &memory, &own);

    if (ram) {
        answer->ram = given(0);
        return capacity_parse_size("--ram", ram, &answer->ram.value, fault);
    }
    answer->ram =
        (struct figure){.basis = BASIS_UNKNOWN, .source = "The RAM size could not be read."};
    if (is_read && memory.physical_bytes)
        answer->ram = (struct figure){true, memory.physical_bytes, BASIS_SEEN,
                                      "RAM of this machine, as reported by Windows."};
    answer->is_this_machine = !answer->is_chosen;
    answer->pool_in_use =
        (struct figure){.basis = BASIS_UNKNOWN,
                        .source = "Windows did not report how much non-paged pool is in use."};
    if (is_read && memory.is_pool_known)
        answer->pool_in_use = (struct figure){true, memory.nonpaged_pool_bytes, BASIS_SEEN,
                                              "GetPerformanceInfo, read just now."};
    return true;
}

static bool take_sessions(const struct invocation *invocation, struct answer *answer,
                          struct fault *fault)
{
    const char *threads = invocation->option[OPTION_THREADS];
    const char *stack = invocation->option[OPTION_STACK];
    const char *memory = invocation->option[OPTION_MEMORY];
    struct session *session = &answer->session;

    answer->has_sessions = threads || stack || memory;
    if (!answer->has_sessions)
        return true;
    answer->threads = given(1);
    answer->stack = stack ? given(0) : capacity_default_stack();
    answer->memory = given(0);
    session->threads = 1;
    session->stack_bytes = answer->stack.value;
    if (!threads)
        answer->threads.source = "One thread per session, because --threads-per-session was not "
                                 "given.";
    if (!memory)
        answer->memory.source = "No memory besides stacks, because --memory-per-session was not "
                                "given.";
    if ((threads && !parse_threads(threads, &session->threads, fault)) ||
        (stack && !capacity_parse_size("--stack", stack, &session->stack_bytes, fault)) ||
        (memory &&
         !capacity_parse_size("--memory-per-session", memory, &session->memory_bytes, fault)))
        return false;
    answer->threads.value = session->threads;
    answer->stack.value = session->stack_bytes;
    answer->memory.value = session->memory_bytes;
    answer->budget = capacity_session_budget(&answer->os, answer->ram.value);
    return capacity_sessions(answer->budget, session, &answer->sessions, fault);
}

/* `source` is a sentence that lives as long as the answer. */
static const char *source_of_running(const struct survey *survey, int f)
{
    switch (survey->running[PROTOCOL_TCP][f].source) {
    case RANGE_SOURCE_WMI:
        return "The running range, read from WMI (MSFT_NetTCPSetting).";
    case RANGE_SOURCE_NETSH:
        return "The running range, read from netsh (show dynamicport).";
    case RANGE_SOURCE_RULE:
    case RANGE_SOURCE_UNKNOWN:
        break;
    }
    return *survey->running_note[PROTOCOL_TCP][f] ? survey->running_note[PROTOCOL_TCP][f]
                                                  : survey->running[PROTOCOL_TCP][f].why;
}

static uint32_t excluded_of(const struct answer *answer, int f, struct port_range range)
{
    return answer->is_chosen
               ? 0
               : exclusions_within(&answer->survey.exclusions, PROTOCOL_TCP, (enum family)f, range);
}

static struct destination_rate predict(const struct answer *answer, int f,
                                       const struct value *max_user_port, struct figure wait)
{
    struct prediction prediction;
    struct destination_rate stream;
    uint32_t excluded;

    if (answer->is_chosen)
        range_predict(&answer->os, PROTOCOL_TCP, (enum family)f, max_user_port, &prediction);
    else /* of this machine more is known than its version */
        survey_predict(&answer->survey, PROTOCOL_TCP, (enum family)f, max_user_port, &prediction);
    stream = stream_of_prediction(&prediction, wait);
    excluded = excluded_of(answer, f, stream.range);
    if (excluded && stream.ports.is_known) {
        stream.excluded = excluded;
        stream.ports.value -= excluded;
    }
    return stream;
}

static void take_now(struct answer *answer, int f)
{
    const struct survey *survey = &answer->survey;
    const struct running_range *running = &survey->running[PROTOCOL_TCP][f];
    const struct value *stored = &survey->stored[SETTING_TCP_TIMED_WAIT_DELAY];
    struct value absent = value_absent();
    struct port_range none = {0, 0};
    struct port_range range = running->is_known ? running->range : none;
    struct figure wait = capacity_default_wait(&answer->os, (enum family)f);
    enum basis basis = BASIS_SEEN;

    answer->is_wait_default[f] = answer->is_chosen || stored->kind == VALUE_ABSENT;
    if (answer->is_chosen) {
        answer->now[f] = predict(answer, f, &absent, wait);
        return;
    }
    if (!survey->is_stored_known[SETTING_TCP_TIMED_WAIT_DELAY]) {
        wait.basis = BASIS_UNKNOWN;
        wait.source = "TcpTimedWaitDelay could not be read, so the documented default is used.";
    } else {
        wait = capacity_stored_wait(&answer->os, (enum family)f, stored);
    }
    if (running->source == RANGE_SOURCE_RULE || !running->is_known)
        basis = basis_of(survey->running_confidence[PROTOCOL_TCP][f]);
    answer->now[f] = stream_of_range(range, excluded_of(answer, f, range), basis,
                                     source_of_running(survey, f), wait);
}

static bool take_proposal(const struct invocation *invocation, struct answer *answer,
                          struct fault *fault)
{
    const char *port = invocation->option[OPTION_MAX_USER_PORT];
    const char *wait = invocation->option[OPTION_TIMED_WAIT];
    struct value max_user_port = value_absent();
    uint32_t seconds = 0;

    answer->has_proposal = port || wait;
    answer->proposes_wait = wait != NULL;
    if ((port && !setting_parse(setting_at(SETTING_MAX_USER_PORT), &answer->os, port,
                                &max_user_port.number, fault)) ||
        (wait && !setting_parse(setting_at(SETTING_TCP_TIMED_WAIT_DELAY), &answer->os, wait,
                                &seconds, fault)))
        return false;
    if (port)
        max_user_port.kind = VALUE_NUMBER;
    for (int f = 0; f < FAMILY_COUNT; f++) {
        struct destination_rate *stream = &answer->proposed[f];

        *stream = answer->now[f];
        if (port)
            *stream = predict(answer, f, &max_user_port, stream->wait_seconds);
        if (wait)
            stream->wait_seconds = given(seconds);
        stream->basis = basis_weaker(stream->ports.basis, stream->wait_seconds.basis);
    }
    return true;
}

static const struct destination_rate *needed_from(const struct answer *answer)
{
    return answer->has_proposal ? &answer->proposed[FAMILY_IPV4] : &answer->now[FAMILY_IPV4];
}

static bool take_rate(const struct invocation *invocation, struct answer *answer,
                      struct fault *fault)
{
    const char *rate = invocation->option[OPTION_RATE];
    const struct destination_rate *stream = needed_from(answer);

    if (rate && !capacity_parse_rate(rate, &answer->rate_tenths, fault))
        return false;
    answer->has_rate = rate != NULL;
    answer->has_need = rate && stream_has_rate(stream);
    if (answer->has_need)
        capacity_requirement(&answer->os, stream, answer->rate_tenths, &answer->need);
    return true;
}

static bool work_out(const struct invocation *invocation, struct answer *answer,
                     struct fault *fault)
{
    for (int f = 0; f < FAMILY_COUNT; f++)
        take_now(answer, f);
    answer->disputed = capacity_disputed_wait(&answer->os);
    if (!take_proposal(invocation, answer, fault) || !take_rate(invocation, answer, fault) ||
        !take_ram(invocation, answer, fault))
        return false;
    answer->pool_limit = capacity_pool_limit(&answer->os, answer->ram.value);
    answer->thumb_rule = capacity_thumb_rule(&answer->os, answer->ram.value);
    return take_sessions(invocation, answer, fault);
}

/* ---- sources ---------------------------------------------------------- */

/* What the figures on the screen refer to as [1], [2] ... */
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
    text_number(text, tenths / 10);
    text_printf(text, ".%u", (unsigned)(tenths % 10));
}

static void print_range(struct text *text, const struct destination_rate *stream)
{
    char number[NUMBER_SIZE];

    text_printf(text, "%u-%u: %s ports", (unsigned)stream->range.start,
                (unsigned)range_end(stream->range), number_string(number, stream->ports.value));
    if (stream->excluded)
        text_printf(text, " (%s excluded)", number_string(number, stream->excluded));
}

static void print_stream(struct output *output, const char *label,
                         const struct destination_rate *stream, struct references *references)
{
    struct text text;

    text_init(&text);
    if (!stream_has_rate(stream)) {
        text_puts(&text, "unknown: the port range is unknown.");
        refer(&text, references, stream->ports.source);
    } else {
        if (stream->neighbour)
            text_printf(&text, "unknown; if it behaves as on %s, ", stream->neighbour);
        print_range(&text, stream);
        text_printf(&text, " / %u s = ", (unsigned)stream->wait_seconds.value);
        print_rate(&text, stream_rate_tenths(stream));
        text_printf(&text, " per second, %s", basis_name(stream->basis));
        refer(&text, references, stream->ports.source);
        refer(&text, references, stream->wait_seconds.source);
    }
    output_labelled(output, label, text_string(&text), WORDS_COLUMN);
    text_release(&text);
}

/* The same ports with the other default that Microsoft gives. */
static void print_disputed(struct output *output, const struct answer *answer,
                           struct destination_rate other, struct references *references)
{
    struct text text;

    if (!answer->disputed.is_known || !answer->is_wait_default[FAMILY_IPV4] ||
        !stream_has_rate(&other))
        return;
    other.wait_seconds = answer->disputed;
    text_init(&text);
    print_rate(&text, stream_rate_tenths(&other));
    text_printf(&text, " per second if the default is %u s, as other Microsoft pages state",
                (unsigned)answer->disputed.value);
    refer(&text, references, answer->disputed.source);
    output_labelled(output, "  or", text_string(&text), WORDS_COLUMN);
    text_release(&text);
}

static bool is_same_stream(const struct destination_rate *a, const struct destination_rate *b)
{
    return range_equal(a->range, b->range) && a->excluded == b->excluded &&
           a->wait_seconds.value == b->wait_seconds.value;
}

static void print_family(struct output *output, const char *label, const char *label_6,
                         const struct destination_rate streams[FAMILY_COUNT],
                         struct references *references)
{
    print_stream(output, label, &streams[FAMILY_IPV4], references);
    if (!is_same_stream(&streams[FAMILY_IPV4], &streams[FAMILY_IPV6]))
        print_stream(output, label_6, &streams[FAMILY_IPV6], references);
}

static void print_destination(struct output *output, const struct answer *answer,
                              struct references *references)
{
    const struct survey *survey = &answer->survey;
    struct text text;

    text_init(&text);
    text_puts(&text, "A destination is one remote address and port. Programs that bind before "
                     "they connect share these ports among all destinations. On a machine "
                     "without an auto-reuse range, all programs do; this is then the limit of "
                     "the whole machine.");
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

static void print_outbound(struct output *output, const struct answer *answer,
                           struct references *references)
{
    output_style(output, STYLE_STRONG);
    output_paragraph(output, 0, "Outbound: new TCP connections per second to one destination");
    output_style(output, STYLE_NORMAL);
    print_family(output, answer->is_chosen ? "  default" : "  now", "    IPv6", answer->now,
                 references);
    print_disputed(output, answer, answer->now[FAMILY_IPV4], references);
    if (answer->has_proposal)
        print_family(output, "  proposed", "    IPv6", answer->proposed, references);
    if (answer->has_proposal && !answer->proposes_wait)
        print_disputed(output, answer, answer->proposed[FAMILY_IPV4], references);
    output_puts(output, "\n");
    print_destination(output, answer, references);
    output_paragraph(output, 2,
                     "This applies to connections that this machine closes, because TIME_WAIT is "
                     "on the side that closes first. Each second that a connection stays open "
                     "counts like a second in TIME_WAIT.");
}

static const char netsh_source[] =
    "KB929851: netsh int ipv4 set dynamicport tcp, from 1025 to 65535, at least 255 ports.";

static void print_need_of_ports(struct text *text, const struct answer *answer,
                                struct references *references)
{
    const struct requirement *need = &answer->need;
    char number[NUMBER_SIZE];

    text_printf(text, "%s, with %u s in TIME_WAIT", number_string(number, need->ports),
                (unsigned)needed_from(answer)->wait_seconds.value);
    if (need->has_enough_ports) {
        text_printf(text, ": enough, %s are usable.",
                    number_string(number, needed_from(answer)->ports.value));
        return;
    }
    if (!need->max_user_port && !need->netsh.count) {
        text_printf(text, ": more than any setting provides; the maximum is %s.",
                    number_string(number, need->most_ports));
        return;
    }
    text_puts(text, ".");
    if (need->netsh.count) {
        text_printf(text, " Immediately: maxport range set --start %u --count %u (uses netsh)",
                    (unsigned)need->netsh.start, (unsigned)need->netsh.count);
        refer(text, references, netsh_source);
        text_puts(text, ".");
    }
    if (need->max_user_port) {
        text_printf(text, " After a restart: maxport set %u, %s", (unsigned)need->max_user_port,
                    confidence_name(need->prediction.confidence));
        if (!need->prediction.is_known && need->prediction.neighbour_name)
            text_printf(text, " here (if it behaves as on %s)", need->prediction.neighbour_name);
        refer(text, references, need->prediction.source);
        text_puts(text, ".");
    }
}

static void print_need_of_wait(struct text *text, const struct answer *answer)
{
    const struct requirement *need = &answer->need;
    char number[NUMBER_SIZE];

    number_string(number, needed_from(answer)->ports.value);
    if (need->has_short_wait)
        text_printf(text, "%s s or less, with %s ports: %u s is short enough.",
                    number_string((char[NUMBER_SIZE]){0}, need->wait_seconds), number,
                    (unsigned)needed_from(answer)->wait_seconds.value);
    else if (need->wait_seconds >= need->least_wait)
        text_printf(text, "%u s or less, with %s ports: TcpTimedWaitDelay=%u.",
                    (unsigned)need->wait_seconds, number,
                    (unsigned)(need->wait_seconds < need->most_wait ? need->wait_seconds
                                                                    : need->most_wait));
    else
        text_printf(text,
                    "no TcpTimedWaitDelay is short enough with %s ports; the documented minimum "
                    "here is %u s.",
                    number, (unsigned)need->least_wait);
}

static void print_need(struct output *output, const struct answer *answer,
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
    if (!answer->has_need) {
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
    if (answer->rate_tenths > answer->need.best_tenths) {
        text_init(&text);
        print_rate(&text, answer->need.best_tenths);
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
        text_printf(&text, "%s, %s", words, basis_name(figure.basis));
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
        text_printf(&text, "about %s handles in theory", number_string(theory, thumb_rule->theory));
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
        text_printf(&text, "), %s", basis_name(answer->sessions.basis));
        refer(&text, references, answer->budget.source);
        if (answer->stack.basis != BASIS_GIVEN)
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
    print_size_figure(output, "  limit", answer->pool_limit, " of pool at most", references);
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

static void print_screen(struct output *output, const struct answer *answer)
{
    struct references references = {.count = 0};

    print_title(output, answer);
    print_outbound(output, answer, &references);
    print_need(output, answer, &references);
    print_inbound(output, answer, &references);
    print_references(output, &references);
}

/* ---- JSON ------------------------------------------------------------- */

static json_t *document_figure(struct figure figure)
{
    return json_pack("{s:o, s:s, s:o}", "value",
                     figure.is_known ? json_integer((json_int_t)figure.value) : json_null(),
                     "confidence", basis_key(figure.basis), "source", document_text(figure.source));
}

/* Exact, where the screen rounds. */
static json_t *document_rate(uint64_t ports, uint64_t seconds, enum basis basis, const char *source)
{
    return json_pack("{s:f, s:s, s:o}", "value", (double)ports / (double)seconds, "confidence",
                     basis_key(basis), "source", document_text(source));
}

static const char rate_source[] = "Ports / seconds in TIME_WAIT, for one remote address and port.";

static json_t *document_stream(const struct destination_rate *stream)
{
    json_t *result = json_object();

    json_object_set_new(result, "range", document_range(stream->range));
    json_object_set_new(result, "excluded", json_integer(stream->excluded));
    json_object_set_new(result, "ports", document_figure(stream->ports));
    json_object_set_new(result, "time_wait_seconds", document_figure(stream->wait_seconds));
    json_object_set_new(result, "as_on",
                        stream->neighbour ? json_string(stream->neighbour) : json_null());
    json_object_set_new(result, "per_second",
                        stream_has_rate(stream)
                            ? document_rate(stream->ports.value, stream->wait_seconds.value,
                                            stream->basis, rate_source)
                            : json_null());
    return result;
}

/* The same with the other default that Microsoft gives; null where none does. */
static json_t *document_disputed(const struct answer *answer, int f, struct destination_rate stream)
{
    bool is_disputed = answer->disputed.is_known && answer->is_wait_default[f];

    stream.wait_seconds = answer->disputed;
    return is_disputed && stream_has_rate(&stream) ? document_stream(&stream) : json_null();
}

static json_t *document_family(const struct answer *answer, int f)
{
    json_t *result = json_object();

    json_object_set_new(result, answer->is_chosen ? "default" : "now",
                        document_stream(&answer->now[f]));
    json_object_set_new(result, "disputed", document_disputed(answer, f, answer->now[f]));
    json_object_set_new(result, "proposed",
                        answer->has_proposal ? document_stream(&answer->proposed[f]) : json_null());
    json_object_set_new(result, "proposed_disputed",
                        answer->has_proposal && !answer->proposes_wait
                            ? document_disputed(answer, f, answer->proposed[f])
                            : json_null());
    return result;
}

static json_t *document_need(const struct answer *answer)
{
    const struct requirement *need = &answer->need;
    const struct destination_rate *stream = needed_from(answer);
    json_t *result;

    if (!answer->has_need)
        return json_null();
    result = json_object();
    json_object_set_new(result, "per_second", json_real((double)answer->rate_tenths / 10));
    json_object_set_new(
        result, "ports",
        document_figure((struct figure){true, need->ports, stream->wait_seconds.basis,
                                        stream->wait_seconds.source}));
    json_object_set_new(result, "has_enough_ports", json_boolean(need->has_enough_ports));
    json_object_set_new(result, "max_user_port",
                        need->max_user_port
                            ? document_figure((struct figure){true, need->max_user_port,
                                                              basis_of(need->prediction.confidence),
                                                              need->prediction.source})
                            : json_null());
    json_object_set_new(result, "netsh", document_range(need->netsh));
    json_object_set_new(result, "time_wait_seconds",
                        document_figure((struct figure){
                            true, need->wait_seconds, stream->ports.basis, stream->ports.source}));
    json_object_set_new(result, "has_short_wait", json_boolean(need->has_short_wait));
    json_object_set_new(result, "least_time_wait_seconds", json_integer(need->least_wait));
    json_object_set_new(result, "most_ports", json_integer(need->most_ports));
    json_object_set_new(result, "best_per_second",
                        json_real((double)need->most_ports / (double)need->least_wait));
    return result;
}

static json_t *document_thumb(const struct answer *answer)
{
    const struct thumb_rule *thumb_rule = &answer->thumb_rule;

    if (!thumb_rule->applies)
        return json_null();
    return json_pack("{s:o, s:i, s:o, s:s, s:s}", "pool_bytes",
                     answer->ram.is_known ? json_integer((json_int_t)thumb_rule->pool_bytes)
                                          : json_null(),
                     "handles_in_theory", (int)thumb_rule->theory, "handles_in_practice",
                     thumb_rule->has_practice ? json_integer(thumb_rule->practice) : json_null(),
                     "confidence", basis_key(BASIS_RULE_OF_THUMB), "source", thumb_rule->source);
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

static json_t *make_document(const struct invocation *invocation, const struct answer *answer)
{
    json_t *document = command_document(invocation);
    json_t *outbound = json_object();
    json_t *inbound = json_object();

    for (int f = 0; f < FAMILY_COUNT; f++)
        json_object_set_new(outbound, family_key((enum family)f), document_family(answer, f));
    json_object_set_new(outbound, "needed", document_need(answer));
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

/* ---- the command ------------------------------------------------------ */

static bool run_capacity(struct invocation *invocation, struct fault *fault)
{
    struct output *output = &invocation->output;
    struct answer answer;
    bool is_done;

    memset(&answer, 0, sizeof answer);
    /* Words that can be refused without the machine are refused before it is asked. */
    if (!parse_choice(invocation, &answer, fault) ||
        !survey_take(invocation->machine, SURVEY_RANGES, &answer.survey, fault))
        return false;
    if (!answer.is_chosen)
        answer.os = answer.survey.os;
    is_done = work_out(invocation, &answer, fault);
    if (is_done && output->is_json)
        is_done = output_json(output, make_document(invocation, &answer), fault);
    else if (is_done)
        print_screen(output, &answer);
    survey_release(&answer.survey);
    return is_done;
}

static const struct option_row options[] = {
    [OPTION_MAX_USER_PORT] = {"max-user-port", "N", "calculate with this MaxUserPort", false},
    [OPTION_TIMED_WAIT] = {"timed-wait", "S", "calculate with this TcpTimedWaitDelay, in seconds",
                           false},
    [OPTION_RATE] = {"rate", "R", "show what this many connections per second require", false},
    [OPTION_WINDOWS] = {"windows", "NAME",
                        "use the rules of another Windows: 2000, xp, 2003 ... "
                        "2025",
                        false},
    [OPTION_BITS] = {"bits", "32|64", "32-bit or 64-bit edition of --windows", false},
    [OPTION_RAM] = {"ram", "SIZE", "calculate for this much memory, such as 2G", false},
    [OPTION_THREADS] = {"threads-per-session", "N", "threads per session (default 1)", false},
    [OPTION_STACK] = {"stack", "SIZE", "stack per thread (default 1M)", false},
    [OPTION_MEMORY] = {"memory-per-session", "SIZE", "other memory per session (default 0)", false},
    {NULL, NULL, NULL, false},
};

const struct command command_capacity = {
    .name = "capacity",
    .summary = "calculate how many connections ports, TIME_WAIT and memory allow",
    .arguments = "",
    .examples = "maxport capacity|calculate what this machine sustains now\n"
                "maxport capacity --max-user-port 65534|calculate with MaxUserPort 65534\n"
                "maxport capacity --rate 500|show what 500 connections per second require\n"
                "maxport capacity --windows 2003|use the rules of another Windows\n",
    .details =
        "Outbound: a connection that this machine closes keeps its local port in TIME_WAIT for a "
        "number of seconds. The rate that can be sustained to one destination is ports / "
        "TIME_WAIT seconds.\n"
        "Inbound: each connection uses a socket from non-paged pool, and its session uses "
        "threads, stacks and memory. Write sizes as 64K, 1M or 2G.\n"
        "--windows accepts 2000, xp, 2003, vista, 2008, 7, 2008r2, 8, 2012, 8.1, 2012r2, 10, "
        "2016, 2019, 11, 2022 or 2025. Each figure is printed with its confidence and its source."
        "\n",
    .argument_minimum = 0,
    .argument_maximum = 0,
    .options = options,
    .run = run_capacity,
};
