/* Fuzzes command lines. Each input runs several commands on a simulated machine. One call of the
 * machine may fail, and the journal may have any contents.
 *
 * An input begins with four bytes that configure the machine. Lines of words follow, one line for
 * each command; '~' represents a space. After a line "===" follow the contents of the journal.
 * Expected:
 * - Only confirmed commands that write change the registry. They change only places that maxport
 *   may write to, even if they resolve an interrupted change.
 * - The journal records the new values.
 * - The exit code is a documented one.
 * - The output contains no unsafe character.
 */
#include <jansson.h>
#include <string.h>

#include "cli/frame/commands.h"
#include "core/journal/journal.h"
#include "core/rules/restore_rule.h"
#include "fake/machine.h"
#include "fuzz/expect.h"

enum { LINES_MAX = 6, WORDS_MAX = 24, SLEEPS_MAX = 3, WRITES_MAX = 2000 };

static const struct {
    uint32_t major, minor, build;
    enum os_role role;
} windows[] = {
    {10, 0, 20348, OS_SERVER}, {10, 0, 22631, OS_WORKSTATION}, {6, 1, 7601, OS_WORKSTATION},
    {6, 0, 6002, OS_SERVER},   {5, 2, 3790, OS_SERVER},        {5, 1, 2600, OS_WORKSTATION},
    {6, 3, 9600, OS_SERVER},   {5, 0, 2195, OS_WORKSTATION},
};

static void stop(struct fake *fake, void *context)
{
    (void)context;
    fake->is_stop_requested = true;
}

static void populate(struct fake *fake)
{
    fake_add_sockets(fake, 30, PROTOCOL_TCP, STATE_TIME_WAIT, "10.0.0.5", 50000, "10.0.0.9", 443,
                     0);
    fake_add_sockets(fake, 20, PROTOCOL_TCP, STATE_ESTABLISHED, "fe80::1", 51000, "fe80::2", 80, 7);
    fake_add_socket(fake, PROTOCOL_TCP, STATE_LISTEN, "0.0.0.0", 6000, NULL, 0, 7);
    fake_add_sockets(fake, 5, PROTOCOL_UDP, 0, "0.0.0.0", 60000, NULL, 0, 8);
    fake_add_process(fake, 7, "evil\x1b[2J\xff\u202egpj.\u200b\u2028\U000e0041exe");
    fake_add_process(fake, 8, "svchost.exe");
    fake_add_service(fake, 8, "Dnscache", "DNS Client");
}

/* Adds values that maxport must never write: a value of another key, and values of Tcpip\Parameters
 * that restore_rule.h forbids. */
static void put_foreign(struct fake *fake)
{
    static const char *const names[] = {"NameServer", "SearchList", "Hostname", "DhcpDomain"};

    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        fake_put(fake, TCPIP_PARAMETERS, names[i], TYPE_SZ, "x\0\0", 4);
    fake_put(fake, "SYSTEM\\CurrentControlSet\\Services\\Spooler", "ImagePath", TYPE_EXPAND_SZ,
             "x\0\0", 4);
}

static void make_machine(struct fake *fake, const uint8_t knobs[4])
{
    static const uint8_t odd[] = {0x33, 0x00, 0x30};
    static const char *const answers[] = {"y", "n", "yes please", NULL};
    size_t which = knobs[0] % 8;

    fake_init(fake);
    put_foreign(fake);
    fake_set_windows(fake, windows[which].major, windows[which].minor, windows[which].build,
                     windows[which].role);
    fake->identity.is_elevated = !(knobs[0] & 8);
    fake->can_ask = fake->is_console[SCREEN_OUT] = knobs[0] & 16;
    fake->wants_color = knobs[0] & 64;
    for (size_t i = 0; i < FAKE_ANSWER_MAXIMUM; i++)
        fake->answers[i] = answers[knobs[1] & 3];
    if (knobs[1] & 4)
        fake_put_number(fake, "MaxUserPort", 5000u + knobs[1] * 251u);
    if (knobs[1] & 8)
        fake_put(fake, TCPIP_PARAMETERS, "TcpTimedWaitDelay", TYPE_SZ, odd, sizeof odd);
    if (knobs[1] & 16)
        populate(fake);
    if (knobs[1] & 64)
        for (int p = 0; p < PROTOCOL_COUNT; p++)
            for (int f = 0; f < FAMILY_COUNT; f++)
                /* The range is small, because every run counts each of its ports. */
                fake_answer_range(fake, (enum protocol)p, (enum family)f, 50000, 500,
                                  RANGE_SOURCE_NETSH);
    else
        fake->tables[PROTOCOL_UDP][FAMILY_IPV6].is_available = false;
    fake->width = knobs[2] & 1 ? 40 : 200;
    if (knobs[2] & 2)
        fake->is_boot_known = false;
    if (knobs[2] & 4)
        fake->store_state = STORE_TRUSTED;
    else if (knobs[2] & 8)
        fake->store_state = STORE_UNTRUSTED;
    if (knobs[3] & 64)
        fake_upset(fake,
                   knobs[2] & 32 ? FAKE_REGISTRY_WRITES | FAKE_RANGE_WRITES
                                 : FAKE_FAILABLE & ~FAKE_CALL(CALL_SCREEN_WRITE),
                   1 + knobs[3] % (knobs[2] & 32 ? 4 : 64),
                   knobs[2] & 16   ? FAIL_AFTER
                   : knobs[2] & 64 ? FAIL_DURING
                                   : FAIL_BEFORE);
    /* Stop commands that would run until Ctrl-C is pressed. */
    fake_when(fake, FAKE_CALL(CALL_CLOCK_SLEEP), SLEEPS_MAX, stop, NULL);
    fake_when(fake, FAKE_CALL(CALL_SCREEN_WRITE), WRITES_MAX, stop, NULL);
}

/* ---- checking the output ------------------------------------------------- */

static void check_shown(const char *shown, const char *line)
{
    size_t length = strlen(shown);
    uint32_t character;

    for (size_t i = 0; i < length;) {
        size_t size = utf8_decode(shown + i, length - i, &character);

        EXPECT(size > 0, "ill-formed UTF-8 is shown by: %s\n%s", line, shown);
        EXPECT(character == '\n' || (character == '\r' && shown[i + 1] == '\n') ||
                   utf8_is_plain(character),
               "U+%04lX is shown by: %s\n%s", (unsigned long)character, line, shown);
        i += size;
    }
}

static bool is_word(char **argv, int argc, const char *word)
{
    for (int i = 1; i < argc; i++)
        if (strcmp(argv[i], word) == 0)
            return true;
    return false;
}

static void check_json(const struct fake *fake, const char *line, char **argv, int argc)
{
    json_error_t error;
    json_t *document;

    if (!is_word(argv, argc, "--json") || is_word(argv, argc, "--help") ||
        is_word(argv, argc, "/?") || is_word(argv, argc, "help") ||
        is_word(argv, argc, "--version") || fake->wants_color)
        return;
    document = json_loads(fake_out(fake), JSON_REJECT_DUPLICATES, &error);
    EXPECT(document, "no JSON (%s) by: %s\n%s", error.text, line, fake_out(fake));
    EXPECT(json_is_string(json_object_get(document, "schema")), "no schema: %s", fake_out(fake));
    json_decref(document);
}

/* ---- checking the changes ------------------------------------------------ */

struct named_value {
    char name[PLACE_NAME_SIZE];
    struct value value;
};

struct named_values {
    struct named_value rows[64];
    size_t count;
};

/* Copies the names and values of all keys into one list. The list need not contain the keys,
 * because check_foreign() detects new keys and changed values of other programs. */
static void copy_values(const struct fake *fake, struct named_values *all)
{
    all->count = 0;
    for (size_t k = 0; k < fake->key_count; k++)
        for (size_t i = 0; i < fake->keys[k].value_count; i++) {
            const struct fake_value *value = &fake->keys[k].values[i];
            struct named_value *row = &all->rows[all->count++];
            struct fault fault;

            EXPECT(all->count < 64 && value->name_count < PLACE_NAME_SIZE, "too much to look at");
            for (size_t c = 0; c < value->name_count; c++)
                row->name[c] = (char)value->name[c];
            row->name[value->name_count] = '\0';
            EXPECT(
                value_from_registry(&row->value, value->type, value->data, value->length, &fault),
                "%s", fault.text);
        }
}

static void release_values(struct named_values *all)
{
    for (size_t i = 0; i < all->count; i++)
        value_release(&all->rows[i].value);
}

static const struct value *value_in(const struct named_values *all, const char *name)
{
    static const struct value absent = {.kind = VALUE_ABSENT};

    for (size_t i = 0; i < all->count; i++)
        if (ascii_compare(all->rows[i].name, name) == 0)
            return &all->rows[i].value;
    return &absent;
}

/* Compares the current value with the newest journal entry about this value, apart from backups. If
 * that entry is unresolved or its rollback failed, the value may differ, but the command must have
 * failed. */
static void check_entry(const struct journal *journal, const char *name, const struct value *now,
                        int code, const char *line)
{
    struct fault fault;

    for (size_t i = journal->count; i > 0; i--) {
        const struct journal_entry *entry = &journal->entries[i - 1];

        for (size_t s = 0; s < entry->step_count; s++) {
            const struct step *step = &entry->steps[s];

            if (entry->state == ENTRY_BACKUP || step->place.kind != PLACE_REGISTRY ||
                ascii_compare(step->place.name, name) != 0)
                continue;
            EXPECT(restore_rule_allows(&step->place, &fault), "%s wrote %s", line, name);
            if (entry->state == ENTRY_OPEN || entry->state == ENTRY_STUCK)
                EXPECT(code != 0 && code != 3010, "%s left %s open with exit %d", line, name, code);
            else
                EXPECT(value_equal(now, entry->state == ENTRY_DONE ? &step->after : &step->before),
                       "%s: %s is not what the journal says", line, name);
            return;
        }
    }
    EXPECT(false, "%s changed %s, and the journal does not know", line, name);
}

static void check_foreign(const struct fake *fake, const char *line)
{
    struct fake own;
    struct text is, should;
    size_t from;

    /* No value of put_foreign() may have changed, and no key may have been created. */
    fake_init(&own);
    put_foreign(&own);
    EXPECT(fake->key_count == own.key_count, "%s made a key", line);
    text_init(&is);
    text_init(&should);
    fake_dump_registry(fake, &is);
    fake_dump_registry(&own, &should);
    for (from = 0; from < should.length;) {
        size_t length = strcspn(should.data + from, "\n") + 1;
        char row[512];

        EXPECT(length < sizeof row, "a long row");
        memcpy(row, should.data + from, length);
        row[length] = '\0';
        EXPECT(strstr(text_string(&is), row), "%s changed: %s", line, row);
        from += length;
    }
    text_release(&is);
    text_release(&should);
    fake_release(&own);
}

static bool was_answered_yes(const struct fake *fake, char **argv, int argc)
{
    return is_word(argv, argc, "--yes") || (fake->answers[0] && !strcmp(fake->answers[0], "y"));
}

static void check_changes(struct fake *fake, const struct named_values *before, int code,
                          const char *line, bool is_asked_for)
{
    struct named_values after;
    struct journal journal;
    struct fault fault;
    bool has_changed = false;

    copy_values(fake, &after);
    for (size_t i = 0; i < before->count; i++)
        has_changed |= !value_equal(value_in(&after, before->rows[i].name), &before->rows[i].value);
    for (size_t i = 0; i < after.count; i++)
        has_changed |= !value_equal(value_in(before, after.rows[i].name), &after.rows[i].value);
    EXPECT(!has_changed || (fake->identity.is_elevated && is_asked_for),
           "%s changed what it may not", line);
    check_foreign(fake, line);
    if (has_changed) {
        fake_calm(fake); /* so that no call fails while the journal is read */
        EXPECT(journal_read(&fake->machine.store, STORE_PRIVATE, &journal, &fault), "%s: %s", line,
               fault.text);
        for (size_t i = 0; i < before->count + after.count; i++) {
            const char *name =
                i < before->count ? before->rows[i].name : after.rows[i - before->count].name;

            if (!value_equal(value_in(before, name), value_in(&after, name)))
                check_entry(&journal, name, value_in(&after, name), code, line);
        }
        journal_release(&journal);
    }
    release_values(&after);
}

/* ---- running -------------------------------------------------------------- */

/* Repairs ill-formed UTF-8 in the line, because main.c passes only well-formed UTF-8. */
static char *repaired(const char *line)
{
    struct text text;

    text_init(&text);
    text_repair(&text, line, strlen(line));
    text_append(&text, "", 0);
    return text.data;
}

static void run(struct fake *fake, const char *line)
{
    char *copy = repaired(line), *rest = copy;
    char *argv[WORDS_MAX + 2] = {"maxport"};
    struct named_values before;
    int argc = 1, code;

    for (char *word = strsep(&rest, " "); word && argc <= WORDS_MAX; word = strsep(&rest, " ")) {
        for (char *at = strchr(word, '~'); at; at = strchr(at, '~'))
            *at = ' ';
        argv[argc++] = word;
    }
    text_release(&fake->out);
    text_release(&fake->error);
    copy_values(fake, &before);
    code = commands_main(&fake->machine, argc, argv);
    EXPECT((code >= 0 && code <= 6) || code == 3010, "%s: exit %d", line, code);
    EXPECT(code == 0 || code == 3010 || *fake_error(fake) || *fake_out(fake),
           "%s: exit %d, and not a word", line, code);
    EXPECT(!fake->is_locked && fake->unlocked_writes == 0, "%s: the lock", line);
    check_shown(fake_out(fake), line);
    check_shown(fake_error(fake), line);
    check_json(fake, line, argv, argc);
    check_changes(fake, &before, code, line, was_answered_yes(fake, argv, argc));
    release_values(&before);
    free(copy);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static struct fake fake;
    char *text, *journal, *rest;

    if (size < 4)
        return 0;
    make_machine(&fake, data);
    text = strndup((const char *)data + 4, size - 4);
    journal = strstr(text, "\n===\n");
    if (journal) {
        *journal = '\0';
        journal += 5;
        fake.store_state = STORE_TRUSTED;
        fake_folder_put(&fake.store, "journal.jsonl", journal, strlen(journal));
    }
    rest = text;
    for (unsigned lines = 0; rest && lines < LINES_MAX; lines++)
        run(&fake, strsep(&rest, "\n"));
    free(text);
    fake_release(&fake);
    return 0;
}
