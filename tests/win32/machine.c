/* Checks which functions of a whole machine and of a read-only machine are not NULL. */
#include "win32/machine.h"
#include "suites.h"

#include <check.h>

static struct machine_adapters adapters;
static struct machine machine;
static struct fault fault;

static bool can_read(void)
{
    struct place place;
    struct value value = value_absent();
    enum store_state state;
    char why[STORE_PATH_SIZE];
    bool can = place_registry(&place, TCPIP_PARAMETERS, "DataBasePath", &fault) &&
               machine.registry.read(machine.registry.context, &place, &value, &fault) &&
               value.kind != VALUE_ABSENT &&
               machine.store.inspect(machine.store.context, &state, why, &fault);

    value_release(&value);
    return can && machine.registry.walk && machine.registry.last_write && machine.store.read &&
           machine.store.path && machine.store.measure && machine.ranges.read &&
           machine.ranges.read_one && machine.sockets.fetch && machine.files.write &&
           machine.files.documents;
}

/* Returns how many of the 13 functions below, all of which change the machine, are not NULL. */
static int writers(void)
{
    const struct store *store = &machine.store;

    return !!machine.registry.write + !!machine.registry.flush + !!machine.ranges.write +
           !!store->prepare + !!store->lock + !!store->unlock + !!store->create + !!store->replace +
           !!store->append + !!store->remove + !!machine.restore_points.make +
           !!machine.restore_points.arm + !!machine.audit.report;
}

START_TEST(a_read_only_machine_has_no_function_that_writes)
{
    machine_open_read_only(&adapters, &machine);
    ck_assert_msg(can_read(), "%s", fault.text);
    ck_assert_int_eq(writers(), 0);
    ck_assert(!machine.screen.write);
    machine_close_read_only(&adapters);
}
END_TEST

START_TEST(a_whole_machine_has_all_functions_that_write)
{
    enum { ALL = 13 };

    machine_open(&adapters, &machine);
    ck_assert_msg(can_read(), "%s", fault.text);
    ck_assert_int_eq(writers(), ALL);
    ck_assert(machine.screen.write);
    machine_close(&adapters);
}
END_TEST

Suite *machine_suite(void)
{
    Suite *suite = suite_create("machine");
    TCase *tests = tcase_create("machine");
    tcase_add_test(tests, a_read_only_machine_has_no_function_that_writes);
    tcase_add_test(tests, a_whole_machine_has_all_functions_that_write);
    suite_add_tcase(suite, tests);
    return suite;
}
