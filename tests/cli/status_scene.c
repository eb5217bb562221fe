#include "cli/status_scene.h"

#include <check.h>
#include <string.h>

#include "cli/run.h"

void make_example(struct fake *fake)
{
    fake_init(fake);
    strcpy(fake->identity.computer, "WEB07");
    fake->now_ms += (15 * 60 + 2) * 1000;
    fake_add_sockets(fake, 12840, PROTOCOL_TCP, STATE_TIME_WAIT, "10.0.0.7", 49152, "10.0.0.9", 443,
                     0);
    fake_add_sockets(fake, 1702, PROTOCOL_TCP, STATE_ESTABLISHED, "10.0.0.7", 61992, "10.0.0.9",
                     443, 4711);
    fake_add_sockets(fake, 214, PROTOCOL_TCP, STATE_LISTEN, "0.0.0.0", 63694, NULL, 0, 4711);
    fake_add_sockets(fake, 100, PROTOCOL_TCP, STATE_FIN_WAIT_2, "10.0.0.7", 63908, "10.0.0.9", 443,
                     4711);
    fake_add_sockets(fake, 55, PROTOCOL_TCP, STATE_SYN_SENT, "10.0.0.7", 64008, "10.0.0.9", 443,
                     4711);
    fake_add_sockets(fake, 612, PROTOCOL_UDP, STATE_NONE, "0.0.0.0", 50000, NULL, 0, 4711);
    /* These ports are outside the range, so status does not count them. */
    fake_add_sockets(fake, 20, PROTOCOL_TCP, STATE_LISTEN, "0.0.0.0", 80, NULL, 0, 4);
}

void make_fresh(struct fake *fake)
{
    fake_init(fake);
}

void make_pending(struct fake *fake)
{
    make_fresh(fake);
    ck_assert_int_eq(run_line(fake, "set 65534 --yes"), 0);
}

void make_foreign(struct fake *fake)
{
    static const uint8_t bytes[] = {0x36, 0, 0x35, 0, 0x35, 0, 0x33, 0, 0x34, 0, 0, 0};

    fake_init(fake);
    fake->now_ms -= 24 * 3600 * 1000; /* the value was written before Windows started */
    fake_put(fake, TCPIP_PARAMETERS, "MaxUserPort", TYPE_SZ, bytes, sizeof bytes);
    fake->now_ms += 24 * 3600 * 1000;
}

void set_and_die(void *context)
{
    run_line(context, "set 65534 --yes");
}

void make_interrupted(struct fake *fake)
{
    fake_init(fake);
    fake_upset(fake, FAKE_REGISTRY_WRITES, 1, DIE_AFTER);
    ck_assert(!fake_run(fake, set_and_die, fake));
    fake_publish(fake);
    fake_restart(fake);
}

void make_untrusted(struct fake *fake)
{
    make_pending(fake);
    fake->store_state = STORE_UNTRUSTED;
}

void make_blind(struct fake *fake)
{
    fake_init(fake);
    memset(fake->tables, 0, sizeof fake->tables);
}

void make_partial(struct fake *fake)
{
    make_fresh(fake);
    fake->tables[PROTOCOL_TCP][FAMILY_IPV4].is_partial = true;
    fake->tables[PROTOCOL_TCP][FAMILY_IPV6].is_available = false;
    fake->tables[PROTOCOL_UDP][FAMILY_IPV4].is_available = false;
    fake->tables[PROTOCOL_UDP][FAMILY_IPV6].is_available = false;
    fake_add_sockets(fake, 100, PROTOCOL_TCP, STATE_TIME_WAIT, "10.0.0.7", 50000, "10.0.0.9", 443,
                     0);
}

void make_unreadable(struct fake *fake)
{
    make_fresh(fake);
    fake_key(fake, TCPIP_PARAMETERS)->is_unreadable = true;
}

void make_answered(struct fake *fake)
{
    fake_init(fake);
    fake_answer_range(fake, PROTOCOL_TCP, FAMILY_IPV4, 10000, 55536, RANGE_SOURCE_WMI);
    fake_answer_range(fake, PROTOCOL_TCP, FAMILY_IPV6, 10000, 55536, RANGE_SOURCE_WMI);
    fake_answer_range(fake, PROTOCOL_UDP, FAMILY_IPV4, 49152, 16384, RANGE_SOURCE_NETSH);
}
