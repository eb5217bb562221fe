#include <check.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/sha256.h"
#include "suites.h"

/* The first three rows are examples of FIPS 180-2, appendix B. The fourth row is the empty text.
 * The other rows have lengths near the end of a block, where the padding may need another block.
 * The digests from the fourth row on were computed with the program sha256sum of coreutils. */
static const struct {
    const char *unit;
    size_t times;
    const char *hex;
} rows[] = {
    {"abc", 1, "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"},
    {"abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq", 1,
     "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1"},
    {"a", 1000000, "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0"},
    {"", 1, "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"},
    {"x", 55, "d5e285683cd4efc02d021a5c62014694958901005d6f71e89e0989fac77e4072"},
    {"x", 56, "04c26261370ee7541549d16dee320c723e3fd14671e66a099afe0a377c16888e"},
    {"x", 63, "75220b47218278e656f2013bb8f0c455a25eaf01e86c64924e9d48d89776d6f2"},
    {"x", 64, "7ce100971f64e7001e8fe5a51973ecdfe1ced42befe7ee8d5fd6219506b5393c"},
    {"x", 65, "9537c5fdf120482f7d58d25e9ed583f52c02b4e304ea814db1633ad565aed7e9"},
};

START_TEST(digests_match_published_values)
{
    size_t unit_length = strlen(rows[_i].unit);
    size_t length = unit_length * rows[_i].times;
    char *data = malloc(length + 1);
    char hex[SHA256_HEX_SIZE];

    for (size_t i = 0; i < rows[_i].times; i++)
        memcpy(data + i * unit_length, rows[_i].unit, unit_length);
    sha256_hex(data, length, hex);
    ck_assert_str_eq(hex, rows[_i].hex);
    free(data);
}
END_TEST

Suite *sha256_suite(void)
{
    Suite *suite = suite_create("sha256");
    TCase *tcase = tcase_create("sha256");

    tcase_add_loop_test(tcase, digests_match_published_values, 0, sizeof rows / sizeof *rows);
    suite_add_tcase(suite, tcase);
    return suite;
}
