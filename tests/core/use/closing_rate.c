#include "core/use/closing_rate.h"

#include <string.h>

#include "fake/machine.h"
#include "suites.h"

static const struct port_range ranges[FAMILY_COUNT] = {{49152, 16384}, {49152, 16384}};

static void take(struct fake *fake, int64_t taken_ms, struct sockets *sockets)
{
    struct fault fault;

    sockets_init(sockets);
    ck_assert(fake->machine.sockets.fetch(fake, SOCKETS_ROWS, sockets, &fault));
    sockets->taken_ms = taken_ms;
}

static void add(struct fake *fake, unsigned count, unsigned state, uint16_t first,
                const char *remote)
{
    fake_add_sockets(fake, count, PROTOCOL_TCP, state, "10.0.0.5", first, remote, 443, 0);
}

START_TEST(only_new_connections_in_time_wait_are_counted)
{
    struct fake fake;
    struct sockets then, now;
    struct closing_rate rate;
    struct fault fault;
    char address[ADDRESS_SIZE];

    fake_init(&fake);
    add(&fake, 100, STATE_TIME_WAIT, 50000, "10.0.0.9");
    take(&fake, 1000, &then);
    add(&fake, 5, STATE_TIME_WAIT, 51000, "10.0.0.8");
    add(&fake, 7, STATE_TIME_WAIT, 52000, "10.0.0.9");
    add(&fake, 50, STATE_ESTABLISHED, 53000, "10.0.0.8");
    add(&fake, 50, STATE_TIME_WAIT, 1000, "10.0.0.8"); /* outside the range */
    take(&fake, 3000, &now);
    ck_assert(closing_rate_make(&then, &now, ranges, &rate, &fault));
    ck_assert_int_eq(rate.watched_ms, 2000);
    ck_assert_uint_eq(rate.closed, 12);
    ck_assert_uint_eq(rate.most, 7);
    ck_assert_uint_eq(rate.port, 443);
    ck_assert_str_eq(address_string(address, rate.family, rate.address), "10.0.0.9");
    ck_assert_uint_eq(closing_rate_tenths(&rate, rate.most), 35);
    sockets_release(&then);
    sockets_release(&now);
    fake_release(&fake);
}
END_TEST

START_TEST(without_two_tables_the_rate_is_unknown)
{
    struct fake fake;
    struct sockets then, now;
    struct closing_rate rate;
    struct fault fault;

    fake_init(&fake);
    take(&fake, 1000, &then);
    add(&fake, 5, STATE_TIME_WAIT, 51000, "10.0.0.8");
    take(&fake, 1000, &now);
    ck_assert(closing_rate_make(&then, &now, ranges, &rate, &fault));
    ck_assert_int_eq(rate.watched_ms, 0); /* no time passed */
    now.taken_ms = 2000;
    then.tables[PROTOCOL_TCP][FAMILY_IPV4].is_available = false;
    ck_assert(closing_rate_make(&then, &now, ranges, &rate, &fault));
    ck_assert_int_eq(rate.watched_ms, 1000);
    ck_assert_uint_eq(rate.closed, 0);
    then.tables[PROTOCOL_TCP][FAMILY_IPV6].is_partial = true;
    ck_assert(closing_rate_make(&then, &now, ranges, &rate, &fault));
    ck_assert_int_eq(rate.watched_ms, 0);
    sockets_release(&then);
    sockets_release(&now);
    fake_release(&fake);
}
END_TEST

Suite *closing_rate_suite(void)
{
    Suite *suite = suite_create("closing_rate");
    TCase *tests = tcase_create("closing_rate");

    tcase_add_test(tests, only_new_connections_in_time_wait_are_counted);
    tcase_add_test(tests, without_two_tables_the_rate_is_unknown);
    suite_add_tcase(suite, tests);
    return suite;
}
