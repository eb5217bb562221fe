#include "win32/lib/trust.h"

#include "../suites.h"

#include <sddl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define OWN "S-1-5-21-0-0-0-1000"
#define OWN_GROUP "S-1-5-21-0-0-0-513"

static void account_of(struct trust_account *account, const wchar_t *user, const wchar_t *owner)
{
    PSID sid;
    memset(account, 0, sizeof *account);
    account->is_elevated = true;
    ck_assert(ConvertStringSidToSidW(user, &sid));
    account->user.length = GetLengthSid(sid);
    memcpy(account->user.bytes, sid, account->user.length);
    LocalFree(sid);
    ck_assert(ConvertStringSidToSidW(owner, &sid));
    account->owner.length = GetLengthSid(sid);
    memcpy(account->owner.bytes, sid, account->owner.length);
    LocalFree(sid);
}

static bool trust_sddl(const char *sddl, const struct trust_account *account, char why[256])
{
    PSECURITY_DESCRIPTOR descriptor;
    ULONG length;
    ck_assert_msg(ConvertStringSecurityDescriptorToSecurityDescriptorA(sddl, SDDL_REVISION_1,
                                                                       &descriptor, &length),
                  "%s", sddl);
    bool is_trusted = trust_descriptor(descriptor, length, account, "The folder", why, 256);
    LocalFree(descriptor);
    return is_trusted;
}

/* Of each: who may be trusted, by somebody without rights and by the elevated account OWN. */
static const struct {
    const char *sddl;
    bool by_nobody, by_own;
} rows[] = {
    /* what the store is made with, and what Wine makes of it */
    {"O:BAG:BAD:P(A;OICI;FA;;;SY)(A;OICI;FA;;;BA)(A;OICI;0x1200a9;;;BU)", true, true},
    {"O:BAG:BAD:P(A;OICI;FA;;;SY)(A;OICI;FA;;;BA)(A;OICI;FR;;;BU)", true, true},
    {"O:SYG:SYD:P(A;OICI;FA;;;SY)(A;OICI;FA;;;BA)", true, true},
    {"O:" OWN "D:(A;OICI;FA;;;SY)(A;OICI;FA;;;" OWN ")", false, true},
    {"O:" OWN_GROUP "D:(A;OICI;FA;;;SY)(A;OICI;FA;;;" OWN_GROUP ")", false, true},
    /* what ProgramData hands down */
    {"O:BAD:AI(A;OICIID;FA;;;SY)(A;OICIID;FA;;;BA)(A;OICIIOID;GA;;;CO)"
     "(A;OICIID;0x1200a9;;;BU)(A;CIID;DCLCRPCR;;;BU)",
     false, false},
    {"O:BAD:(A;OICI;FA;;;BA)(A;OICIIO;GA;;;CO)(A;OICI;GRGX;;;WD)", true, true},
    /* owners */
    {"O:BUD:P(A;OICI;FA;;;SY)", false, false},
    {"O:WDD:P(A;OICI;FA;;;SY)", false, false},
    {"O:S-1-5-21-9-9-9-1001D:P(A;OICI;FA;;;SY)(A;OICI;FA;;;BA)", false, false},
    {"D:P(A;OICI;FA;;;SY)", false, false},
    /* no list at all, and an empty one, which lets nobody in */
    {"O:BA", false, false},
    {"O:BAD:P", true, true},
    /* strangers with each right that is no reading */
    {"O:BAD:(A;;FA;;;WD)", false, false},
    {"O:BAD:(A;;FA;;;" OWN ")", false, false}, /* as Explorer adds to open a folder */
    {"O:BAD:(A;;0x2;;;BU)", false, false},     /* write data, add file */
    {"O:BAD:(A;;0x4;;;BU)", false, false},     /* append, add folder */
    {"O:BAD:(A;;0x10;;;BU)", false, false},    /* extended attributes */
    {"O:BAD:(A;;0x40;;;BU)", false, false},    /* delete child */
    {"O:BAD:(A;;0x100;;;BU)", false, false},   /* attributes */
    {"O:BAD:(A;;SD;;;BU)", false, false},      /* delete */
    {"O:BAD:(A;;WD;;;BU)", false, false},      /* change the DACL */
    {"O:BAD:(A;;WO;;;BU)", false, false},      /* take ownership */
    {"O:BAD:(A;;GW;;;BU)", false, false},
    {"O:BAD:(A;;GA;;;BU)", false, false},
    {"O:BAD:(A;;0x02000000;;;BU)", false, false}, /* maximum allowed */
    {"O:BAD:(A;;FR;;;BU)(A;;FX;;;BU)(A;;GRGX;;;AN)(A;;RC;;;WD)", true, true},
    {"O:BAD:(A;OICI;FA;;;BA)(A;;FW;;;AU)", false, false},
    {"O:BAD:(A;;FA;;;PU)", false, false},
    {"O:BAD:(A;;FA;;;LS)", false, false},
    /* inherit-only: what is made there gets it */
    {"O:BAD:(A;OICI;FA;;;BA)(A;OIIO;FW;;;BU)", false, false},
    {"O:BAD:(A;OICI;FA;;;BA)(A;OIIO;FR;;;BU)", true, true},
    {"O:BAD:(A;OICI;FA;;;BA)(A;OICIIO;FA;;;CG)", false, false},
    /* denials only take away */
    {"O:BAD:(D;;FA;;;WD)(A;;FA;;;BA)", true, true},
    {"O:BAD:(D;;FW;;;BU)(A;;FW;;;BU)", false, false}, /* order and overlap are not reckoned */
};

START_TEST(trust_follows_owner_and_list)
{
    struct trust_account nobody = {.is_elevated = false}, own;
    char why[256];
    account_of(&own, L"" OWN, L"" OWN_GROUP);
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        const struct {
            const struct trust_account *account;
            bool is_trusted;
        } views[] = {{&nobody, rows[i].by_nobody}, {&own, rows[i].by_own}};
        for (size_t v = 0; v < 2; v++) {
            bool is_trusted = trust_sddl(rows[i].sddl, views[v].account, why);
            ck_assert_msg(is_trusted == views[v].is_trusted, "%s (view %u): %s", rows[i].sddl,
                          (unsigned)v, why);
            ck_assert_msg((why[0] == '\0') == is_trusted, "%s", rows[i].sddl);
        }
    }
}
END_TEST

/* Of folders above the store: as the parent, and as a root folder. */
static const struct {
    const char *sddl;
    bool as_parent, as_root;
} parents[] = {
    /* ProgramData as Windows makes it */
    {"O:SYG:SYD:PAI(A;OICIIO;GA;;;CO)(A;OICI;FA;;;SY)(A;OICI;FA;;;BA)(A;CI;DCLCRPCR;;;BU)"
     "(A;OICI;0x1200a9;;;BU)",
     true, true},
    /* a root folder, and another drive's */
    {"O:S-1-5-80-956008885-3418522649-1831038044-1853292631-2271478464D:(A;;FA;;;BA)"
     "(A;OICIIO;0x1301bf;;;AU)(A;;0x4;;;AU)",
     true, true},
    {"O:BAD:(A;OICI;FA;;;BA)(A;OICI;0x1301bf;;;AU)", false, true},
    {"O:BAD:(A;;0x40;;;BU)", false, false}, /* delete child */
    {"O:BAD:(A;;WD;;;BU)", false, false},
    {"O:BAD:(A;;WO;;;BU)", false, false},
    {"O:BAD:(A;;GA;;;WD)", false, false},
    {"O:BAD:(A;;FA;;;S-1-5-80-1-2-3-4-5)", false, false}, /* another service */
    {"O:BUD:(A;;FR;;;BU)", false, false},
    {"O:BA", false, false},
};

START_TEST(a_parent_may_not_be_anybodys_to_rename_in)
{
    struct trust_account nobody = {.is_elevated = false};
    for (size_t i = 0; i < sizeof parents / sizeof *parents; i++) {
        PSECURITY_DESCRIPTOR descriptor;
        ULONG length;
        char why[256];
        ck_assert_msg(ConvertStringSecurityDescriptorToSecurityDescriptorA(
                          parents[i].sddl, SDDL_REVISION_1, &descriptor, &length),
                      "%s", parents[i].sddl);
        for (int is_root = 0; is_root < 2; is_root++) {
            bool is_trusted =
                trust_parent(descriptor, length, is_root, &nobody, "It", why, sizeof why);
            ck_assert_msg(is_trusted == (is_root ? parents[i].as_root : parents[i].as_parent),
                          "%s (%d): %s", parents[i].sddl, is_root, why);
        }
        LocalFree(descriptor);
    }
}
END_TEST

static const struct {
    const char *sddl;
    bool is_trusted;
} keys[] = {
    /* what the record's key is made with, and what HKLM\SOFTWARE hands down */
    {"O:BAG:BAD:P(A;CI;KA;;;SY)(A;CI;KA;;;BA)(A;CI;KR;;;BU)", true},
    {"O:SYD:AI(A;CIID;KR;;;BU)(A;CIID;KA;;;BA)(A;CIID;KA;;;SY)(A;CIIOID;KA;;;CO)(A;CIID;KR;;;S-1-"
     "15-2-1)",
     true},
    {"O:S-1-5-80-956008885-3418522649-1831038044-1853292631-2271478464D:(A;;KA;;;BA)", true},
    {"O:BAD:(A;;KR;;;WD)(A;;GR;;;BU)(A;;GX;;;BU)", true},
    {"O:BAD:(A;CIIO;KA;;;BU)", true}, /* of keys below it */
    {"O:BAD:(D;;KA;;;BU)(A;;KR;;;BU)", true},
    {"O:BUD:(A;;KR;;;BU)", false},
    {"O:S-1-5-21-9-9-9-1001D:(A;;KR;;;BU)", false},
    {"O:BAD:(A;;KA;;;BU)", false},
    {"O:BAD:(A;;KW;;;WD)", false},
    {"O:BAD:(A;;0x2;;;BU)", false},  /* set a value */
    {"O:BAD:(A;;0x4;;;BU)", false},  /* create a key */
    {"O:BAD:(A;;0x20;;;BU)", false}, /* create a link */
    {"O:BAD:(A;;SD;;;BU)", false},   /* delete */
    {"O:BAD:(A;;WD;;;BU)", false},
    {"O:BAD:(A;;WO;;;BU)", false},
    {"O:BAD:(A;;GW;;;BU)", false},
    {"O:BAD:(A;;GA;;;BU)", false},
    {"O:BAD:(A;;0x02000000;;;BU)", false}, /* maximum allowed */
    {"O:BA", false},
};

START_TEST(a_key_may_not_be_anybodys_to_write)
{
    struct trust_account nobody = {.is_elevated = false};
    for (size_t i = 0; i < sizeof keys / sizeof *keys; i++) {
        PSECURITY_DESCRIPTOR descriptor;
        ULONG length;
        char why[256];
        ck_assert_msg(ConvertStringSecurityDescriptorToSecurityDescriptorA(
                          keys[i].sddl, SDDL_REVISION_1, &descriptor, &length),
                      "%s", keys[i].sddl);
        bool is_trusted = trust_key(descriptor, length, &nobody, "The key", why, sizeof why);
        ck_assert_msg(is_trusted == keys[i].is_trusted, "%s: %s", keys[i].sddl, why);
        LocalFree(descriptor);
    }
}
END_TEST

/* "NO_ACCESS_CONTROL" in SDDL, which Wine and Windows XP do not know. */
START_TEST(a_null_list_is_not_trusted)
{
    struct trust_account nobody = {.is_elevated = false};
    SECURITY_DESCRIPTOR absolute;
    uint8_t relative[512], administrators[TRUST_SID_BYTES];
    DWORD length = sizeof relative, sid_length = sizeof administrators;
    char why[256];
    ck_assert(CreateWellKnownSid(WinBuiltinAdministratorsSid, NULL, administrators, &sid_length));
    ck_assert(InitializeSecurityDescriptor(&absolute, SECURITY_DESCRIPTOR_REVISION));
    ck_assert(SetSecurityDescriptorOwner(&absolute, administrators, FALSE));
    ck_assert(SetSecurityDescriptorDacl(&absolute, TRUE, NULL, FALSE));
    ck_assert(MakeSelfRelativeSD(&absolute, relative, &length));
    ck_assert(!trust_descriptor(relative, sizeof relative, &nobody, "It", why, sizeof why));
    ck_assert_ptr_nonnull(strstr(why, "anyone"));
}
END_TEST

START_TEST(it_says_who_and_what)
{
    struct trust_account nobody = {.is_elevated = false};
    char why[256];
    ck_assert(!trust_sddl("O:BAD:(A;;FA;;;WD)", &nobody, why));
    ck_assert_ptr_nonnull(strstr(why, "The folder"));
    ck_assert_ptr_nonnull(strstr(why, "S-1-1-0"));
    ck_assert(!trust_sddl("O:BUD:(A;;FA;;;BA)", &nobody, why));
    ck_assert_ptr_nonnull(strstr(why, "S-1-5-32-545"));
}
END_TEST

/* Callback entries have no SDDL on old systems: patch the type by hand. */
START_TEST(unknown_entry_kinds_are_not_trusted)
{
    struct trust_account nobody = {.is_elevated = false};
    char why[256];
    for (unsigned type = 0; type < 256; type++) {
        PSECURITY_DESCRIPTOR descriptor;
        ULONG length;
        BOOL is_present, is_defaulted;
        PACL dacl;
        void *ace;
        ck_assert(ConvertStringSecurityDescriptorToSecurityDescriptorA(
            "O:BAD:(A;;FR;;;BU)", SDDL_REVISION_1, &descriptor, &length));
        ck_assert(GetSecurityDescriptorDacl(descriptor, &is_present, &dacl, &is_defaulted));
        ck_assert(GetAce(dacl, 0, &ace));
        ((ACE_HEADER *)ace)->AceType = (BYTE)type;
        bool is_known = type == ACCESS_ALLOWED_ACE_TYPE || type == ACCESS_DENIED_ACE_TYPE ||
                        type == ACCESS_DENIED_OBJECT_ACE_TYPE ||
                        type == ACCESS_DENIED_CALLBACK_ACE_TYPE ||
                        type == ACCESS_DENIED_CALLBACK_OBJECT_ACE_TYPE;
        bool is_trusted = trust_descriptor(descriptor, length, &nobody, "It", why, sizeof why);
        ck_assert_msg(is_trusted == is_known, "type %u: %s", type, why);
        LocalFree(descriptor);
    }
}
END_TEST

/* Bytes from a broken file system must not be read beyond their end. */
START_TEST(damaged_descriptors_are_not_trusted)
{
    struct trust_account nobody = {.is_elevated = false};
    PSECURITY_DESCRIPTOR descriptor;
    ULONG length;
    char why[256];
    ck_assert(ConvertStringSecurityDescriptorToSecurityDescriptorA(
        "O:BAG:BAD:P(A;OICI;FA;;;SY)(A;OICI;FA;;;BA)", SDDL_REVISION_1, &descriptor, &length));
    ck_assert(trust_descriptor(descriptor, length, &nobody, "It", why, sizeof why));
    for (ULONG cut = 0; cut < length; cut++) {
        uint8_t *copy = calloc(1, length);
        memcpy(copy, descriptor, cut);
        ck_assert(!trust_descriptor(copy, cut, &nobody, "It", why, sizeof why));
        free(copy);
    }
    LocalFree(descriptor);
}
END_TEST

START_TEST(this_process_is_somebody)
{
    struct trust_account account;
    struct fault fault;
    ck_assert(trust_account_read(&account, &fault));
    ck_assert_int_eq(account.is_elevated, account.owner.length > 0);
    if (account.is_elevated)
        ck_assert(IsValidSid(&account.owner.sid));
    if (account.user.length > 0)
        ck_assert(IsValidSid(&account.user.sid));
}
END_TEST

Suite *trust_suite(void)
{
    Suite *suite = suite_create("trust");
    TCase *tests = tcase_create("trust");
    tcase_add_test(tests, trust_follows_owner_and_list);
    tcase_add_test(tests, a_parent_may_not_be_anybodys_to_rename_in);
    tcase_add_test(tests, a_key_may_not_be_anybodys_to_write);
    tcase_add_test(tests, a_null_list_is_not_trusted);
    tcase_add_test(tests, it_says_who_and_what);
    tcase_add_test(tests, unknown_entry_kinds_are_not_trusted);
    tcase_add_test(tests, damaged_descriptors_are_not_trusted);
    tcase_add_test(tests, this_process_is_somebody);
    suite_add_tcase(suite, tests);
    return suite;
}
