#include "cli/random_machine.h"

#include <string.h>

static uint32_t state;

void random_start(uint32_t seed)
{
    state = seed;
}

unsigned random_number_below(unsigned limit)
{
    state = state * 1664525 + 1013904223;
    return (state >> 8) % limit;
}

void random_machine(struct fake *fake)
{
    static const char *const local[FAMILY_COUNT] = {"10.0.0.5", "fe80::1"};
    static const char *const remote[FAMILY_COUNT] = {"10.0.0.9", "fe80::9"};

    fake_init(fake);
    for (int p = 0; p < PROTOCOL_COUNT; p++)
        for (int f = 0; f < FAMILY_COUNT; f++) {
            unsigned start = 40000 + random_number_below(1000);

            fake_answer_range(fake, (enum protocol)p, (enum family)f, start,
                              255 + random_number_below(2000), RANGE_SOURCE_NETSH);
        }
    for (unsigned i = 1 + random_number_below(5); i > 0; i--) {
        unsigned p = random_number_below(2), f = random_number_below(2),
                 start = 40000 + random_number_below(2500);
        unsigned count = 1 + random_number_below(300);

        fake_exclude(fake, (enum protocol)p, (enum family)f, start, count, random_number_below(2));
    }
    for (unsigned i = random_number_below(30); i > 0; i--) {
        unsigned f = random_number_below(2), first = 40000 + random_number_below(2500);
        unsigned count = 1 + random_number_below(200);

        if (random_number_below(3) == 0) {
            fake_add_sockets(fake, count, PROTOCOL_UDP, STATE_NONE, local[f], (uint16_t)first, NULL,
                             0, 100 + random_number_below(5));
        } else {
            unsigned tcp_state = 1 + random_number_below(12), port = 1 + random_number_below(3);
            unsigned owner = random_number_below(5) ? 100 + random_number_below(5) : 0;

            fake_add_sockets(fake, count, PROTOCOL_TCP, tcp_state, local[f], (uint16_t)first,
                             remote[f], (uint16_t)port, owner);
        }
    }
    for (uint32_t i = 0; i < 4; i++)
        fake_add_process(fake, 100 + i, i % 2 ? "node.exe" : "shop.exe");
}

void random_names(struct fake *fake)
{
    static const char *const pieces[] = {"\"",
                                         "'",
                                         "\\",
                                         "\\n",
                                         "\n",
                                         "\r",
                                         "|",
                                         "=",
                                         ";",
                                         ",",
                                         " ",
                                         "{",
                                         "}",
                                         "#",
                                         "# EOF\n",
                                         "$A$",
                                         "<b>",
                                         "&",
                                         "`id`",
                                         "%n",
                                         "\t",
                                         "a",
                                         "1",
                                         "\xef\xbc\xa1",
                                         "\xe2\x80\xae",
                                         "\xff",
                                         "\xc3",
                                         "'x'",
                                         "U",
                                         ".exe"};

    processes_release(&fake->processes);
    processes_init(&fake->processes);
    for (uint32_t id = 100; id < 105; id++) {
        char name[64] = "";

        for (unsigned i = 1 + random_number_below(6); i > 0; i--)
            strcat(name, pieces[random_number_below(sizeof pieces / sizeof *pieces)]);
        fake_add_process(fake, id, name);
    }
}
