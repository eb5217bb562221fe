/* An administrator in an outage types maxport, and then the first command that it suggests. The
 * second screen must name the culprit and a remedy that works at once. */
#include <check.h>
#include <string.h>

#include "cli/run.h"
#include "core/diagnosis/finding.h"
#include "suites.h"

static void make_machine(struct fake *fake)
{
    fake_init(fake);
    for (int p = 0; p < PROTOCOL_COUNT; p++)
        for (int f = 0; f < FAMILY_COUNT; f++) {
            fake_answer_range(fake, (enum protocol)p, (enum family)f, 49152, 16384,
                              RANGE_SOURCE_WMI);
            fake->exclusions.is_known[p][f] = true;
        }
    fake->services.is_known = fake->log.is_known = true;
    fake_add_process(fake, 4711, "shop.exe");
    fake_add_process(fake, 812, "till.exe");
}

static void leak(struct fake *fake)
{
    fake_add_sockets(fake, 14000, PROTOCOL_TCP, STATE_CLOSE_WAIT, "10.0.0.5", 49152, "10.0.0.9",
                     443, 4711);
}

static void storm(struct fake *fake)
{
    fake_add_sockets(fake, 14000, PROTOCOL_TCP, STATE_TIME_WAIT, "10.0.0.5", 49152, "10.0.0.9", 443,
                     0);
    fake_add_sockets(fake, 20, PROTOCOL_TCP, STATE_ESTABLISHED, "10.0.0.5", 64000, "10.0.0.9", 443,
                     4711);
}

static void one_destination(struct fake *fake)
{
    fake_add_sockets(fake, 16000, PROTOCOL_TCP, STATE_ESTABLISHED, "10.0.0.5", 49152, "10.0.0.9",
                     1433, 4711);
}

static void two_hops(struct fake *fake)
{
    fake_add_sockets(fake, 1, PROTOCOL_TCP, STATE_LISTEN, "0.0.0.0", 23333, NULL, 0, 812);
    fake_add_sockets(fake, 8000, PROTOCOL_TCP, STATE_TIME_WAIT, "127.0.0.1", 49152, "127.0.0.1",
                     23333, 0);
    fake_add_sockets(fake, 8000, PROTOCOL_TCP, STATE_TIME_WAIT, "127.0.0.1", 57152, "127.0.0.1",
                     27015, 0);
    fake_add_sockets(fake, 2, PROTOCOL_TCP, STATE_ESTABLISHED, "127.0.0.1", 65160, "127.0.0.1",
                     23333, 4711);
}

static void udp_leak(struct fake *fake)
{
    fake_add_sockets(fake, 15000, PROTOCOL_UDP, STATE_NONE, "0.0.0.0", 49152, NULL, 0, 4711);
}

static void hidden_use(struct fake *fake)
{
    fake_add_event(fake, EVENT_TCP_LACK, fake->now_ms - 60000);
}

static void reserved_range(struct fake *fake)
{
    for (int f = 0; f < FAMILY_COUNT; f++)
        for (unsigned i = 0; i < 15; i++)
            fake_exclude(fake, PROTOCOL_TCP, (enum family)f, 49152 + 1024 * i, 1024, false);
    fake_add_sockets(fake, 900, PROTOCOL_TCP, STATE_ESTABLISHED, "10.0.0.5", 64512, "10.0.0.9", 443,
                     4711);
}

static void small_max_user_port(struct fake *fake)
{
    fake->now_ms -= 24 * 3600 * 1000;
    fake_put_number(fake, "MaxUserPort", 7000);
    fake->now_ms += 24 * 3600 * 1000;
    for (int f = 0; f < FAMILY_COUNT; f++)
        fake_answer_range(fake, PROTOCOL_TCP, (enum family)f, 1024, 5977, RANGE_SOURCE_WMI);
    fake_add_sockets(fake, 5900, PROTOCOL_TCP, STATE_ESTABLISHED, "10.0.0.5", 1024, "10.0.0.9", 443,
                     4711);
}

static void mixed_families(struct fake *fake)
{
    fake_add_sockets(fake, 15500, PROTOCOL_TCP, STATE_ESTABLISHED, "fe80::1", 49152, "fe80::9", 443,
                     4711);
    fake_add_sockets(fake, 4000, PROTOCOL_TCP, STATE_TIME_WAIT, "10.0.0.5", 49152, "10.0.0.9", 443,
                     0);
}

static void nothing_wrong(struct fake *fake)
{
    fake_add_sockets(fake, 40, PROTOCOL_TCP, STATE_ESTABLISHED, "10.0.0.5", 49152, "10.0.0.9", 443,
                     4711);
}

static const struct {
    const char *name;
    void (*make)(struct fake *);
    const char *culprit, *remedy; /* parts of the second screen */
} outages[] = {
    {"leak", leak, "shop.exe, PID 4711", "Close or restart shop.exe, PID 4711"},
    {"storm", storm, "shop.exe, PID 4711", "Slow down or stop shop.exe, PID 4711"},
    {"one destination", one_destination, "10.0.0.9:1433", "shop.exe, PID 4711"},
    {"two hops", two_hops, "shop.exe, PID 4711", "Slow down or stop shop.exe, PID 4711"},
    {"UDP leak", udp_leak, "shop.exe, PID 4711", "Close or restart shop.exe, PID 4711"},
    {"hidden use", hidden_use, "no table shows", "maxport why --probe"},
    {"reserved range", reserved_range, "Excluded from the TCP range: 15,360 of 16,384 ports",
     "Run fewer services or containers on this machine"},
    {"small MaxUserPort", small_max_user_port, "MaxUserPort = 7000 is the cause",
     "maxport range set --start 49152 --count 16384"},
    {"mixed families", mixed_families, "shop.exe, PID 4711", "Close or restart shop.exe, PID 4711"},
    {"nothing wrong", nothing_wrong, "No port problem now", "No action is needed"},
};

/* Copies the first command after "Next:" without the program name. */
static void first_step(const char *screen, char *line, size_t size)
{
    const char *next = strstr(screen, "Next: maxport ");
    size_t length;

    ck_assert_ptr_nonnull(next);
    next += strlen("Next: maxport ");
    length = strcspn(next, "\n");
    for (size_t i = 0; i + 1 < length; i++)
        if (next[i] == ' ' && next[i + 1] == ' ')
            length = i;
    ck_assert_uint_lt(length, size);
    memcpy(line, next, length);
    line[length] = '\0';
}

START_TEST(the_second_command_names_culprit_and_remedy)
{
    char line[128];
    struct fake fake;

    make_machine(&fake);
    outages[_i].make(&fake);
    ck_assert_int_eq(run_line(&fake, "status"), 0);
    first_step(fake_out(&fake), line, sizeof line);
    ck_assert_msg(run_line(&fake, line) == 0, "%s: maxport %s", outages[_i].name, line);
    expect_printed(fake_out(&fake), outages[_i].culprit);
    expect_printed(fake_out(&fake), outages[_i].remedy);
    fake_release(&fake);
}
END_TEST

Suite *two_commands_suite(void)
{
    Suite *suite = suite_create("two_commands");
    TCase *tests = tcase_create("two_commands");

    tcase_add_loop_test(tests, the_second_command_names_culprit_and_remedy, 0,
                        sizeof outages / sizeof *outages);
    suite_add_tcase(suite, tests);
    return suite;
}
