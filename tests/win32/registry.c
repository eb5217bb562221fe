#include "win32/registry.h"

#include "scratch.h"
#include "suites.h"

#include <sddl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <wchar.h>

static struct scratch scratch; /* one for all tests: Check runs one test at a time */
static struct registry_adapter adapter;
static struct registry registry;
static struct fault fault;

static void open_scratch(void)
{
    scratch_open(&scratch);
    registry_under(scratch.key, &adapter, &registry);
}

static void close_scratch(void)
{
    scratch_close(&scratch);
}

static struct place place_of(const char *key, const char *name)
{
    struct place place;
    ASSERT_WORKS(place_registry(&place, key, name, &fault));
    return place;
}

static bool has_key(const wchar_t *name)
{
    HKEY key;
    LSTATUS status = RegOpenKeyExW(scratch.key, name, 0, KEY_READ, &key);
    if (status == ERROR_SUCCESS)
        RegCloseKey(key);
    return status == ERROR_SUCCESS;
}

/* Creates the key and writes a value, without the code under test. */
static void write_raw(const wchar_t *key_name, const wchar_t *name, DWORD type, const void *data,
                      DWORD length)
{
    HKEY key;
    ck_assert_int_eq(RegCreateKeyExW(scratch.key, key_name, 0, NULL, REG_OPTION_VOLATILE,
                                     KEY_ALL_ACCESS, NULL, &key, NULL),
                     ERROR_SUCCESS);
    ck_assert_int_eq(RegSetValueExW(key, name, 0, type, data, length), ERROR_SUCCESS);
    RegCloseKey(key);
}

static void make_key(const wchar_t *name)
{
    HKEY key;
    ck_assert_int_eq(RegCreateKeyExW(scratch.key, name, 0, NULL, REG_OPTION_VOLATILE,
                                     KEY_ALL_ACCESS, NULL, &key, NULL),
                     ERROR_SUCCESS);
    RegCloseKey(key);
}

START_TEST(an_absent_value_is_a_success_and_creates_nothing)
{
    struct place in_no_key = place_of("A\\B", "MaxUserPort"), no_name;
    struct value value = value_number(1), absent = value_absent();
    ASSERT_WORKS(registry.read(&adapter, &in_no_key, &value, &fault));
    ck_assert_int_eq(value.kind, VALUE_ABSENT);
    ASSERT_WORKS(registry.write(&adapter, &in_no_key, &absent, &fault));
    ASSERT_WORKS(registry.flush(&adapter, "A\\B", &fault));
    ck_assert(!has_key(L"A"));

    make_key(L"K");
    no_name = place_of("K", "MaxUserPort");
    value = value_number(1);
    ASSERT_WORKS(registry.read(&adapter, &no_name, &value, &fault));
    ck_assert_int_eq(value.kind, VALUE_ABSENT);
    ASSERT_WORKS(registry.write(&adapter, &no_name, &absent, &fault));
}
END_TEST

START_TEST(numbers_are_read_as_they_were_written)
{
    static const uint32_t numbers[] = {0, 1, 5000, 65534, 0x80000000u, UINT32_MAX};
    struct place place = place_of("Deep\\Er", "MaxUserPort");
    struct value value, absent = value_absent();
    make_key(L"Deep"); /* volatile, so keys below it must be volatile, too */
    make_key(L"Deep\\Er");
    for (size_t i = 0; i < sizeof numbers / sizeof *numbers; i++) {
        struct value number = value_number(numbers[i]);
        ASSERT_WORKS(registry.write(&adapter, &place, &number, &fault));
        ASSERT_WORKS(registry.read(&adapter, &place, &value, &fault));
        ck_assert_int_eq(value.kind, VALUE_NUMBER);
        ck_assert_uint_eq(value.number, numbers[i]);
    }
    ASSERT_WORKS(registry.flush(&adapter, "Deep\\Er", &fault));
    ASSERT_WORKS(registry.write(&adapter, &place, &absent, &fault));
    ASSERT_WORKS(registry.read(&adapter, &place, &value, &fault));
    ck_assert_int_eq(value.kind, VALUE_ABSENT);
    ck_assert(has_key(L"Deep\\Er"));
}
END_TEST

START_TEST(writing_a_value_creates_its_key)
{
    /* The key is below HKEY_CURRENT_USER and not below the scratch key, so this test deletes the
     * key. */
    struct registry_adapter user_adapter;
    struct registry user;
    char key[PLACE_KEY_SIZE];
    struct value number = value_number(7), value;
    registry_under(HKEY_CURRENT_USER, &user_adapter, &user);
    snprintf(key, sizeof key, "Software\\maxport-test-made-%lu",
             (unsigned long)GetCurrentProcessId());
    struct place place = place_of(key, "MaxUserPort");
    ASSERT_WORKS(user.write(&user_adapter, &place, &number, &fault));
    ASSERT_WORKS(user.read(&user_adapter, &place, &value, &fault));
    ck_assert_uint_eq(value.number, 7);
    ck_assert_int_eq(RegDeleteKeyA(HKEY_CURRENT_USER, key), ERROR_SUCCESS);
}
END_TEST

static const struct {
    uint32_t type;
    const char *data;
    size_t length;
} raw_rows[] = {
    {REG_DWORD, "", 0},
    {REG_DWORD, "\x01\x02", 2},
    {REG_DWORD, "\x01\x02\x03\x04\x05\x06\x07\x08", 8},
    {REG_SZ, "6\0005\0\0\0", 6},
    {REG_SZ, "6\0005\0", 4}, /* the NUL is missing and must not be added */
    {REG_SZ, "6\0005", 3},   /* an odd number of bytes */
    {REG_SZ, "", 0},
    {REG_SZ, "\0\xd8x\0\0\xdc\0\0", 8}, /* lone surrogates */
    {REG_EXPAND_SZ, "%\0a\0%\0", 6},
    {REG_MULTI_SZ, "a\0\0\0b\0\0\0\0\0", 10},
    {REG_MULTI_SZ, "a\0", 2},
    {REG_BINARY, "\0\xff\0", 3},
    {REG_NONE, "", 0},
    {REG_NONE, "x", 1},
    {REG_LINK, "\\\0R\0", 4},
    {REG_DWORD_BIG_ENDIAN, "\0\0\x13\x88", 4},
    {REG_QWORD, "\x88\x13\0\0\0\0\0\0", 8},
    {REG_RESOURCE_LIST, "\1\2\3\4", 4},
    {12345, "\x88\x13\0\0", 4},
    {0xffffffff, "?", 1},
};

START_TEST(values_of_every_type_are_kept_byte_for_byte)
{
    make_key(L"K");
    struct place place = place_of("K", "Value");
    for (size_t i = 0; i < sizeof raw_rows / sizeof *raw_rows; i++) {
        struct value written, value;
        ASSERT_WORKS(value_from_registry(&written, raw_rows[i].type, raw_rows[i].data,
                                         raw_rows[i].length, &fault));
        ASSERT_WORKS(registry.write(&adapter, &place, &written, &fault));
        ASSERT_WORKS(registry.read(&adapter, &place, &value, &fault));
        ck_assert_int_eq(value.kind, VALUE_RAW);
        ck_assert_uint_eq(value.type, raw_rows[i].type);
        ck_assert_msg(value.length == raw_rows[i].length, "row %u: %u bytes", (unsigned)i,
                      (unsigned)value.length);
        ck_assert(value_equal(&value, &written));
        value_release(&value);
        value_release(&written);
    }
}
END_TEST

START_TEST(large_data_is_kept)
{
    static const size_t lengths[] = {511, 512, 513, 16384, 1 << 20};
    make_key(L"K");
    struct place place = place_of("K", "");
    for (size_t i = 0; i < sizeof lengths / sizeof *lengths; i++) {
        struct value written, value;
        uint8_t *data = malloc(lengths[i]);
        ck_assert_ptr_nonnull(data);
        for (size_t b = 0; b < lengths[i]; b++)
            data[b] = (uint8_t)(b * 7 + b / 256);
        ASSERT_WORKS(value_from_registry(&written, REG_BINARY, data, lengths[i], &fault));
        free(data);
        ASSERT_WORKS(registry.write(&adapter, &place, &written, &fault));
        ASSERT_WORKS(registry.read(&adapter, &place, &value, &fault));
        ck_assert(value_equal(&value, &written));
        value_release(&value);
        value_release(&written);
    }
}
END_TEST

static DWORD WINAPI keep_resizing(void *context)
{
    static const uint8_t data[60000];
    HANDLE stop = context;
    HKEY key;
    if (RegOpenKeyExW(scratch.key, L"K", 0, KEY_SET_VALUE, &key) != ERROR_SUCCESS)
        return 1;
    for (DWORD length = 100; WaitForSingleObject(stop, 0) == WAIT_TIMEOUT;
         length = length > 30000 ? 100 : length * 3) {
        RegSetValueExW(key, L"V", 0, REG_BINARY, data, length);
    }
    RegCloseKey(key);
    return 0;
}

static bool count_value(void *context, const uint16_t *name, size_t name_count, uint32_t type,
                        const uint8_t *data, size_t length, struct fault *unused)
{
    unsigned *count = context;
    (void)name, (void)name_count, (void)data, (void)length, (void)unused;
    *count += type == REG_BINARY;
    return true;
}

static bool ignore_key(void *context, const uint16_t *path, size_t path_count, struct fault *unused)
{
    (void)context, (void)path, (void)path_count, (void)unused;
    return true;
}

START_TEST(a_value_that_grows_during_reading_is_read)
{
    write_raw(L"K", L"V", REG_BINARY, "x", 1);
    HANDLE stop = CreateEventW(NULL, TRUE, FALSE, NULL);
    HANDLE thread = CreateThread(NULL, 0, keep_resizing, stop, 0, NULL);
    ck_assert_ptr_nonnull(thread);
    struct place place = place_of("K", "V");
    unsigned failures = 0, count = 0;
    for (unsigned i = 0; i < 500; i++) {
        struct registry_visitor visitor = {&count, ignore_key, count_value};
        struct value value = value_absent();
        failures += !registry.read(&adapter, &place, &value, &fault);
        failures += value.kind != VALUE_RAW;
        value_release(&value);
        failures += !registry.walk(&adapter, "K", &visitor, &fault);
    }
    SetEvent(stop);
    WaitForSingleObject(thread, INFINITE);
    CloseHandle(thread);
    CloseHandle(stop);
    ck_assert_uint_eq(failures, 0);
    ck_assert_uint_eq(count, 500);
}
END_TEST

/* Sets the access list of a key. The tests use three lists: read only (KRWD), no access (WD) and
 * full access (KA). */
static void restrict_key(const wchar_t *name, const wchar_t *sddl)
{
    HKEY key;
    PSECURITY_DESCRIPTOR descriptor;
    ck_assert(ConvertStringSecurityDescriptorToSecurityDescriptorW(sddl, SDDL_REVISION_1,
                                                                   &descriptor, NULL));
    ck_assert_int_eq(RegOpenKeyExW(scratch.key, name, 0, WRITE_DAC, &key), ERROR_SUCCESS);
    ck_assert_int_eq(RegSetKeySecurity(key, DACL_SECURITY_INFORMATION, descriptor), ERROR_SUCCESS);
    RegCloseKey(key);
    LocalFree(descriptor);
}

START_TEST(denied_access_is_reported)
{
    struct value number = value_number(5), value = value_number(9), absent = value_absent();
    struct place place = place_of("K", "MaxUserPort");
    write_raw(L"K", L"MaxUserPort", REG_DWORD, "\x88\x13\0\0", 4);
    restrict_key(L"K", L"D:P(A;;KRWD;;;WD)");
    ASSERT_WORKS(registry.read(&adapter, &place, &value, &fault));
    ck_assert_uint_eq(value.number, 5000);
    ck_assert(!registry.write(&adapter, &place, &number, &fault));
    ck_assert_int_eq(fault.kind, FAULT_DENIED);
    ck_assert_uint_eq(fault.code, ERROR_ACCESS_DENIED);
    ck_assert_ptr_nonnull(strstr(fault.text, "MaxUserPort"));
    ck_assert(!registry.write(&adapter, &place, &absent, &fault));
    ck_assert_int_eq(fault.kind, FAULT_DENIED);

    restrict_key(L"K", L"D:P(A;;WD;;;WD)");
    int64_t unix_ms = 4711;
    unsigned count = 0;
    struct registry_visitor visitor = {&count, ignore_key, count_value};
    ck_assert(!registry.read(&adapter, &place, &value, &fault));
    ck_assert_int_eq(fault.kind, FAULT_DENIED);
    ck_assert_uint_eq(value.number, 5000);
    ck_assert(!registry.last_write(&adapter, "K", &unix_ms, &fault));
    ck_assert_int_eq(fault.kind, FAULT_DENIED);
    ck_assert_int_eq(unix_ms, 4711);
    ck_assert(!registry.flush(&adapter, "K", &fault));
    ck_assert(!registry.walk(&adapter, "K", &visitor, &fault));
    ck_assert_int_eq(fault.kind, FAULT_DENIED);
    restrict_key(L"K", L"D:P(A;;KA;;;WD)");
}
END_TEST

START_TEST(a_denied_subkey_ends_a_walk)
{
    unsigned count = 0;
    struct registry_visitor visitor = {&count, ignore_key, count_value};
    make_key(L"K");
    make_key(L"K\\Secret");
    restrict_key(L"K\\Secret", L"D:P(A;;WD;;;WD)");
    ck_assert(!registry.walk(&adapter, "K", &visitor, &fault));
    ck_assert_int_eq(fault.kind, FAULT_DENIED);
    ck_assert_ptr_nonnull(strstr(fault.text, "K\\Secret"));
    restrict_key(L"K\\Secret", L"D:P(A;;KA;;;WD)");
}
END_TEST

START_TEST(ill_formed_names_are_refused)
{
    struct value value = value_number(1), number = value_number(2);
    struct place bad_name = place_of("K", "\xff"), bad_key = place_of("\xed\xa0\x80", "V");
    make_key(L"K");
    ck_assert(!registry.read(&adapter, &bad_name, &value, &fault));
    ck_assert_int_eq(fault.kind, FAULT_USAGE);
    ck_assert(!registry.write(&adapter, &bad_name, &number, &fault));
    ck_assert(!registry.read(&adapter, &bad_key, &value, &fault));
    ck_assert(!registry.write(&adapter, &bad_key, &number, &fault));
    ck_assert_uint_eq(value.number, 1);
}
END_TEST

START_TEST(ranges_are_refused_as_registry_values)
{
    struct place range = place_range(PROTOCOL_TCP, FAMILY_IPV4), place = place_of("K", "V");
    struct value value = value_absent(), ports = value_range((struct port_range){1025, 60000});
    ck_assert(!registry.read(&adapter, &range, &value, &fault));
    ck_assert(!registry.write(&adapter, &place, &ports, &fault));
    ck_assert(!has_key(L"K"));
}
END_TEST

/* ------------------------------------------------------------ walks */

struct walked {
    wchar_t keys[8][64];
    size_t key_count;
    size_t values, name_count[8];
    wchar_t first_units[8];
    size_t lengths[8];
    size_t fail_after; /* number of values after which the visitor fails */
};

static bool note_key(void *context, const uint16_t *path, size_t path_count, struct fault *unused)
{
    struct walked *walked = context;
    (void)unused;
    ck_assert_uint_lt(walked->key_count, 8);
    ck_assert_uint_lt(path_count, 64);
    memcpy(walked->keys[walked->key_count], path, path_count * sizeof *path);
    walked->keys[walked->key_count++][path_count] = L'\0';
    return true;
}

static bool note_value(void *context, const uint16_t *name, size_t name_count, uint32_t type,
                       const uint8_t *data, size_t length, struct fault *to_fill)
{
    struct walked *walked = context;
    (void)type, (void)data;
    if (walked->values == walked->fail_after)
        return fault_set(to_fill, FAULT_STORE, 42, "Enough.");
    ck_assert_uint_lt(walked->values, 8);
    walked->name_count[walked->values] = name_count;
    walked->first_units[walked->values] = name_count > 0 ? name[0] : 0;
    walked->lengths[walked->values++] = length;
    return true;
}

START_TEST(a_walk_visits_a_key_its_values_then_its_subkeys)
{
    struct walked walked = {.fail_after = 8};
    struct registry_visitor visitor = {&walked, note_key, note_value};
    write_raw(L"K", L"", REG_SZ, L"d", 4);
    write_raw(L"K", L"V", REG_DWORD, "\1\0\0\0", 4);
    make_key(L"K\\\xd800k");
    write_raw(L"K\\\xd800k\\Deep", L"W", REG_BINARY, NULL, 0);
    make_key(L"K\\Z");
    ASSERT_WORKS(registry.walk(&adapter, "K", &visitor, &fault));
    ck_assert_uint_eq(walked.values, 3);
    ck_assert_uint_eq(walked.key_count, 4);
    ck_assert_int_eq(wcscmp(walked.keys[0], L"K"), 0);
    /* The two keys at the same level may be visited in either order. */
    size_t z = wcscmp(walked.keys[1], L"K\\Z") == 0 ? 1 : 3, k = z == 1 ? 2 : 1;
    ck_assert_int_eq(wcscmp(walked.keys[z], L"K\\Z"), 0);
    ck_assert_int_eq(wcscmp(walked.keys[k], L"K\\\xd800k"), 0);
    ck_assert_int_eq(wcscmp(walked.keys[k + 1], L"K\\\xd800k\\Deep"), 0);
}
END_TEST

START_TEST(a_walk_keeps_ill_formed_and_long_names)
{
    static const wchar_t lone[] = {0xdc12, L'x', 0};
    static wchar_t longest[16384];
    struct walked walked = {.fail_after = 8};
    struct registry_visitor visitor = {&walked, note_key, note_value};
    wmemset(longest, L'n', 16383);
    write_raw(L"K", lone, REG_DWORD, "\1\0\0\0", 4);
    ASSERT_WORKS(registry.walk(&adapter, "K", &visitor, &fault));
    ck_assert_uint_eq(walked.values, 1);
    ck_assert_uint_eq(walked.first_units[0], 0xdc12);
    ck_assert_uint_eq(walked.name_count[0], 2);
    write_raw(L"L", longest, REG_BINARY, longest, 20000);
    ASSERT_WORKS(registry.walk(&adapter, "L", &visitor, &fault));
    ck_assert_uint_eq(walked.values, 2);
    ck_assert_uint_eq(walked.name_count[1], 16383);
    ck_assert_uint_eq(walked.lengths[1], 20000);
}
END_TEST

START_TEST(a_visitor_can_end_the_walk)
{
    struct walked walked = {.fail_after = 1};
    struct registry_visitor visitor = {&walked, note_key, note_value};
    write_raw(L"K", L"A", REG_DWORD, "\1\0\0\0", 4);
    write_raw(L"K", L"B", REG_DWORD, "\1\0\0\0", 4);
    ck_assert(!registry.walk(&adapter, "K", &visitor, &fault));
    ck_assert_int_eq(fault.kind, FAULT_STORE);
    ck_assert_uint_eq(fault.code, 42);
    ck_assert_uint_eq(walked.values, 1);
}
END_TEST

START_TEST(a_walk_creates_nothing)
{
    struct walked walked = {.fail_after = 8};
    struct registry_visitor visitor = {&walked, note_key, note_value};
    int64_t unix_ms = 4711;
    ck_assert(!registry.walk(&adapter, "No\\Such", &visitor, &fault));
    ck_assert_int_eq(fault.kind, FAULT_MISSING);
    ck_assert_uint_eq(walked.key_count, 0);
    ck_assert(!registry.last_write(&adapter, "No\\Such", &unix_ms, &fault));
    ck_assert_int_eq(fault.kind, FAULT_MISSING);
    ck_assert_int_eq(unix_ms, 4711);
    ck_assert(!has_key(L"No"));
}
END_TEST

/* Creates a key that is a link to its own parent. The walk must not follow the link for ever. */
START_TEST(a_walk_ends_despite_a_circle_of_links)
{
    struct walked walked = {.fail_after = 8};
    struct registry_visitor visitor = {&walked, note_key, note_value};
    wchar_t target[256], *sid;
    uint8_t user[256];
    DWORD length;
    HANDLE token;
    HKEY link;
    ck_assert(OpenProcessToken(GetCurrentProcess(), TOKEN_QUERY, &token));
    ck_assert(GetTokenInformation(token, TokenUser, user, sizeof user, &length));
    CloseHandle(token);
    ck_assert(ConvertSidToStringSidW(((TOKEN_USER *)(void *)user)->User.Sid, &sid));
    snwprintf(target, 256, L"\\Registry\\User\\%ls\\%ls", sid, scratch.key_name);
    LocalFree(sid);
    ck_assert_int_eq(RegCreateKeyExW(scratch.key, L"Loop", 0, NULL,
                                     REG_OPTION_VOLATILE | REG_OPTION_CREATE_LINK, KEY_ALL_ACCESS,
                                     NULL, &link, NULL),
                     ERROR_SUCCESS);
    ck_assert_int_eq(RegSetValueExW(link, L"SymbolicLinkValue", 0, REG_LINK, (BYTE *)target,
                                    (DWORD)(wcslen(target) * sizeof *target)),
                     ERROR_SUCCESS);
    bool is_followed = has_key(L"Loop\\Loop\\Loop");
    bool is_walked = registry.walk(&adapter, "", &visitor, &fault);
    typedef LONG(WINAPI * nt_delete_key)(HANDLE);
    nt_delete_key delete_key = (nt_delete_key)(void (*)(void))GetProcAddress(
        GetModuleHandleW(L"ntdll.dll"), "NtDeleteKey");
    delete_key(link);
    RegCloseKey(link);
    /* Checks that the system follows the link. Otherwise no walk could be endless, and the test
     * would prove nothing. */
    ck_assert(is_followed);
    ck_assert_msg(is_walked, "%s", fault.text);
    ck_assert_uint_eq(walked.key_count, 2);
    ck_assert_int_eq(wcscmp(walked.keys[1], L"Loop"), 0);
}
END_TEST

START_TEST(the_last_write_is_reported_in_unix_time)
{
    FILETIME now;
    int64_t unix_ms = 0;
    write_raw(L"K", L"V", REG_DWORD, "\1\0\0\0", 4);
    ASSERT_WORKS(registry.last_write(&adapter, "K", &unix_ms, &fault));
    GetSystemTimeAsFileTime(&now);
    int64_t now_ms = (int64_t)(((uint64_t)now.dwHighDateTime << 32 | now.dwLowDateTime) / 10000) -
                     11644473600000;
    ck_assert_int_le(unix_ms, now_ms + 1000);
    ck_assert_int_ge(unix_ms, now_ms - 60000);
}
END_TEST

Suite *registry_suite(void)
{
    Suite *suite = suite_create("registry");
    TCase *tests = tcase_create("registry");
    tcase_add_checked_fixture(tests, open_scratch, close_scratch);
    tcase_add_test(tests, an_absent_value_is_a_success_and_creates_nothing);
    tcase_add_test(tests, numbers_are_read_as_they_were_written);
    tcase_add_test(tests, writing_a_value_creates_its_key);
    tcase_add_test(tests, values_of_every_type_are_kept_byte_for_byte);
    tcase_add_test(tests, large_data_is_kept);
    tcase_add_test(tests, a_value_that_grows_during_reading_is_read);
    tcase_add_test(tests, denied_access_is_reported);
    tcase_add_test(tests, a_denied_subkey_ends_a_walk);
    tcase_add_test(tests, ill_formed_names_are_refused);
    tcase_add_test(tests, ranges_are_refused_as_registry_values);
    tcase_add_test(tests, a_walk_visits_a_key_its_values_then_its_subkeys);
    tcase_add_test(tests, a_walk_keeps_ill_formed_and_long_names);
    tcase_add_test(tests, a_visitor_can_end_the_walk);
    tcase_add_test(tests, a_walk_creates_nothing);
    tcase_add_test(tests, a_walk_ends_despite_a_circle_of_links);
    tcase_add_test(tests, the_last_write_is_reported_in_unix_time);
    suite_add_tcase(suite, tests);
    return suite;
}
