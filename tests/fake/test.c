/* Tests of the fake itself. A fake that tolerates mistakes of the code under test would hide
 * them. */
#include <stdlib.h>
#include <string.h>

#include "fake/machine.h"
#include "suites.h"

static struct place max_user_port(void)
{
    struct place place;
    struct fault fault;
    ck_assert(place_registry(&place, TCPIP_PARAMETERS, "MaxUserPort", &fault));
    return place;
}

static bool write_number(struct fake *fake, uint32_t number, struct fault *fault)
{
    struct place place = max_user_port();
    struct value value = value_number(number);
    return fake->machine.registry.write(fake, &place, &value, fault);
}

START_TEST(the_registry_keeps_values)
{
    struct fake fake;
    struct fault fault;
    fake_init(&fake);
    struct place place = max_user_port();
    struct value value = value_number(1);
    ck_assert(fake.machine.registry.read(&fake, &place, &value, &fault));
    ck_assert_int_eq(value.kind, VALUE_ABSENT);
    ck_assert(write_number(&fake, 60000, &fault));
    ck_assert(fake_holds_number(&fake, "maxuserport", 60000));
    ck_assert(fake.machine.registry.read(&fake, &place, &value, &fault));
    ck_assert_int_eq(value.kind, VALUE_NUMBER);
    ck_assert_uint_eq(value.number, 60000);
    int64_t written_ms = 0;
    ck_assert(fake.machine.registry.last_write(&fake, TCPIP_PARAMETERS, &written_ms, &fault));
    ck_assert_int_eq(written_ms, fake.now_ms);
    value = value_absent();
    ck_assert(fake.machine.registry.write(&fake, &place, &value, &fault));
    ck_assert(fake_is_absent(&fake, "MaxUserPort"));
    ck_assert_uint_eq(fake.registry_writes, 2);
    fake.identity.is_elevated = false;
    ck_assert(!write_number(&fake, 1, &fault));
    ck_assert_int_eq(fault.kind, FAULT_DENIED);
    fake_release(&fake);
}
END_TEST

struct walked {
    unsigned keys, values;
    size_t longest_path;
    uint16_t last_name;
};

static bool walked_key(void *context, const uint16_t *path, size_t path_count, struct fault *fault)
{
    struct walked *walked = context;
    (void)path;
    (void)fault;
    walked->keys++;
    if (path_count > walked->longest_path)
        walked->longest_path = path_count;
    return true;
}

static bool walked_value(void *context, const uint16_t *name, size_t name_count, uint32_t type,
                         const uint8_t *data, size_t length, struct fault *fault)
{
    struct walked *walked = context;
    (void)type;
    (void)data;
    (void)length;
    (void)fault;
    walked->values++;
    walked->last_name = name_count > 0 ? name[0] : 0;
    return true;
}

START_TEST(registry_walk_visits_any_name)
{
    struct fake fake;
    struct fault fault;
    fake_init(&fake);
    static const uint16_t lone_surrogate[] = {0xd800};
    fake_key(&fake, TCPIP_PARAMETERS "2\\Other");
    fake_put(&fake, TCPIP_PARAMETERS, "", TYPE_SZ, "", 0);
    fake_put_utf16(&fake, TCPIP_PARAMETERS "\\Interfaces", lone_surrogate, 1, 12345, "abc", 3);
    struct walked walked = {0};
    struct registry_visitor visitor = {&walked, walked_key, walked_value};
    ck_assert(fake.machine.registry.walk(&fake, TCPIP_PARAMETERS, &visitor, &fault));
    ck_assert_uint_eq(walked.keys, 2);
    ck_assert_uint_eq(walked.values, 2);
    ck_assert_uint_eq(walked.longest_path, strlen(TCPIP_PARAMETERS "\\Interfaces"));
    ck_assert_uint_eq(walked.last_name, 0xd800);
    ck_assert(!fake.machine.registry.walk(&fake, "SYSTEM\\None", &visitor, &fault));
    ck_assert_int_eq(fault.kind, FAULT_MISSING);
    fake_key(&fake, TCPIP_PARAMETERS "\\Interfaces")->is_unreadable = true;
    ck_assert(!fake.machine.registry.walk(&fake, TCPIP_PARAMETERS, &visitor, &fault));
    ck_assert_int_eq(fault.kind, FAULT_DENIED);
    fake_release(&fake);
}
END_TEST

START_TEST(a_mishap_strikes_the_planned_call)
{
    static const struct {
        enum fake_mishap mishap;
        bool succeeds, has_effect;
    } rows[] = {
        {MISHAP_NONE, true, true}, {FAIL_BEFORE, false, false}, {FAIL_DURING, false, false},
        {FAIL_AFTER, false, true}, {LIE, true, false},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct fake fake;
        struct fault fault;
        fake_init(&fake);
        fake_upset(&fake, FAKE_REGISTRY_WRITES, 2, rows[i].mishap);
        ck_assert(write_number(&fake, 5000, &fault));
        ck_assert(!fake.has_struck);
        ck_assert_int_eq(write_number(&fake, 6000, &fault), rows[i].succeeds);
        ck_assert_int_eq(fake.has_struck, rows[i].mishap != MISHAP_NONE);
        ck_assert(fake_holds_number(&fake, "MaxUserPort", rows[i].has_effect ? 6000 : 5000));
        ck_assert(write_number(&fake, 7000, &fault));
        ck_assert_uint_eq(fake.calls, 3);
        fake_release(&fake);
    }
}
END_TEST

START_TEST(a_mishap_can_be_endless_with_a_chosen_kind)
{
    struct fake fake;
    struct fault fault;
    fake_init(&fake);
    fake_upset(&fake, FAKE_ANY, 0, FAIL_BEFORE);
    fake.failure_kind = FAULT_DENIED;
    for (int i = 0; i < 3; i++) {
        ck_assert(!write_number(&fake, 5000, &fault));
        ck_assert_int_eq(fault.kind, FAULT_DENIED);
    }
    fake_calm(&fake);
    ck_assert(write_number(&fake, 5000, &fault));
    fake_release(&fake);
}
END_TEST

START_TEST(an_append_can_be_torn)
{
    struct fake fake;
    struct fault fault;
    struct store_preparation preparation;
    fake_init(&fake);
    ck_assert(!fake.machine.store.append(&fake, "journal.jsonl", "abcd", 4, &fault));
    ck_assert_int_eq(fault.kind, FAULT_STORE);
    ck_assert(fake.machine.store.prepare(&fake, &preparation, &fault));
    ck_assert_str_eq(preparation.moved_to, "");
    ck_assert(fake.machine.store.lock(&fake, 0, &fault));
    ck_assert(fake.machine.store.append(&fake, "journal.jsonl", "abcd\n", 5, &fault));
    fake_upset(&fake, FAKE_STORE_WRITES, 1, FAIL_DURING);
    ck_assert(!fake.machine.store.append(&fake, "journal.jsonl", "efgh", 4, &fault));
    ck_assert_int_eq(fault.kind, FAULT_STORE);
    ck_assert_str_eq(fake_stored(&fake, "journal.jsonl"), "abcd\nef");
    ck_assert_uint_eq(fake.unlocked_writes, 0);
    fake.machine.store.unlock(&fake);
    ck_assert(fake.machine.store.create(&fake, "changes/1.reg", "x", 1, &fault));
    ck_assert_uint_eq(fake.unlocked_writes, 1);
    ck_assert_str_eq(fake_stored(&fake, "changes\\1.reg"), "x");
    ck_assert(!fake.machine.store.create(&fake, "changes\\1.REG", "x", 1, &fault));
    ck_assert_int_eq(fault.kind, FAULT_EXISTS);
    ck_assert_uint_eq(fake_first(&fake, FAKE_STORE_WRITES), 1);
    ck_assert_uint_gt(fake_last(&fake, FAKE_CALL(CALL_STORE_CREATE)),
                      fake_first(&fake, FAKE_CALL(CALL_STORE_UNLOCK)));
    fake_release(&fake);
}
END_TEST

static void write_twice(void *context)
{
    struct fake *fake = context;
    struct fault fault;
    void *lost = malloc(100); /* never freed if the program is killed */
    ck_assert(fake->machine.store.lock(fake, 0, &fault));
    ck_assert(write_number(fake, 5000, &fault));
    ck_assert(write_number(fake, 6000, &fault));
    fake->machine.store.unlock(fake);
    free(lost);
}

START_TEST(a_kill_keeps_completed_writes)
{
    static const struct {
        enum fake_mishap mishap;
        uint32_t number;
    } rows[] = {{DIE_BEFORE, 5000}, {DIE_DURING, 5000}, {DIE_AFTER, 6000}};
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct fake fake;
        fake_init(&fake);
        fake_upset(&fake, FAKE_REGISTRY_WRITES, 2, rows[i].mishap);
        ck_assert(!fake_run(&fake, write_twice, &fake));
        ck_assert(fake.is_locked);
        ck_assert(fake_holds_number(&fake, "MaxUserPort", rows[i].number));
        fake_restart(&fake);
        ck_assert(fake_run(&fake, write_twice, &fake));
        ck_assert(fake_holds_number(&fake, "MaxUserPort", 6000));
        fake_release(&fake);
    }
}
END_TEST

static void intrude(struct fake *fake, void *context)
{
    fake_put_number(fake, "MaxUserPort", *(uint32_t *)context);
}

START_TEST(another_program_can_write_before_a_call)
{
    struct fake fake;
    struct fault fault;
    uint32_t number = 7000;
    fake_init(&fake);
    ck_assert(write_number(&fake, 5000, &fault));
    fake_when(&fake, FAKE_CALL(CALL_REGISTRY_READ), 1, intrude, &number);
    struct place place = max_user_port();
    struct value value;
    ck_assert(fake.machine.registry.read(&fake, &place, &value, &fault));
    ck_assert_uint_eq(value.number, 7000);
    ck_assert_uint_eq(fake.registry_writes, 1);
    fake_release(&fake);
}
END_TEST

START_TEST(fetch_returns_the_requested_sockets)
{
    struct fake fake;
    struct fault fault;
    fake_init(&fake);
    fake_add_sockets(&fake, 3, PROTOCOL_TCP, STATE_ESTABLISHED, "10.0.0.5", 50000, "10.0.0.9", 443,
                     4711);
    fake_add_socket(&fake, PROTOCOL_TCP, STATE_BOUND, "fe80::1", 50010, NULL, 0, 4711);
    fake_add_socket(&fake, PROTOCOL_UDP, STATE_NONE, "::", 53, NULL, 0, 4711);
    static const struct {
        unsigned mask;
        size_t count;
        uint32_t owner;
    } rows[] = {
        {SOCKETS_ROWS, 4, OWNER_UNKNOWN},
        {SOCKETS_ROWS | SOCKETS_OWNERS, 4, 4711},
        {SOCKETS_ROWS | SOCKETS_BOUND, 5, OWNER_UNKNOWN},
        {SOCKETS_LISTENERS, 1, 4711},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct sockets sockets;
        sockets_init(&sockets);
        ck_assert(fake.machine.sockets.fetch(&fake, rows[i].mask, &sockets, &fault));
        ck_assert_uint_eq(sockets.count, rows[i].count);
        ck_assert_uint_eq(sockets.rows[0].owner, rows[i].owner);
        ck_assert_uint_eq(fake.socket_mask, rows[i].mask);
        sockets_release(&sockets);
    }
    fake_release(&fake);
}
END_TEST

START_TEST(addresses_are_parsed)
{
    static const char *const addresses[] = {
        "0.0.0.0", "10.0.0.255", "::", "::1", "fe80::1", "2001:db8::", "1:2:3:4:5:6:7:8",
    };
    for (size_t i = 0; i < sizeof addresses / sizeof addresses[0]; i++) {
        uint8_t bytes[16];
        char buffer[ADDRESS_SIZE];
        enum family family = fake_address(addresses[i], bytes);
        ck_assert_str_eq(address_string(buffer, family, bytes), addresses[i]);
    }
}
END_TEST

Suite *fake_suite(void)
{
    Suite *suite = suite_create("fake");
    TCase *tests = tcase_create("machine");
    tcase_add_test(tests, the_registry_keeps_values);
    tcase_add_test(tests, registry_walk_visits_any_name);
    tcase_add_test(tests, a_mishap_strikes_the_planned_call);
    tcase_add_test(tests, a_mishap_can_be_endless_with_a_chosen_kind);
    tcase_add_test(tests, an_append_can_be_torn);
    tcase_add_test(tests, a_kill_keeps_completed_writes);
    tcase_add_test(tests, another_program_can_write_before_a_call);
    tcase_add_test(tests, fetch_returns_the_requested_sockets);
    tcase_add_test(tests, addresses_are_parsed);
    suite_add_tcase(suite, tests);
    return suite;
}
