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

/* Whether an object with this descriptor is trusted by two accounts: an account without rights, and
 * the elevated account OWN. */
static const struct {
    const char *sddl;
    bool by_nobody, by_own;
} rows[] = {
    /* The access list with which maxport creates the store, Wine's version of that list, and lists
     * with other trusted owners. */
    {"O:BAG:BAD:P(A;OICI;FA;;;SY)(A;OICI;FA;;;BA)(A;OICI;0x1200a9;;;BU)", true, true},
    {"O:BAG:BAD:P(A;OICI;FA;;;SY)(A;OICI;FA;;;BA)(A;OICI;FR;;;BU)", true, true},
    {"O:SYG:SYD:P(A;OICI;FA;;;SY)(A;OICI;FA;;;BA)", true, true},
    {"O:" OWN "D:(A;OICI;FA;;;SY)(A;OICI;FA;;;" OWN ")", false, true},
    {"O:" OWN_GROUP "D:(A;OICI;FA;;;SY)(A;OICI;FA;;;" OWN_GROUP ")", false, true},
    /* The access list that folders inherit from ProgramData, and a list that lets everybody only
     * read and execute. */
    {"O:BAD:AI(A;OICIID;FA;;;SY)(A;OICIID;FA;;;BA)(A;OICIIOID;GA;;;CO)"
     "(A;OICIID;0x1200a9;;;BU)(A;CIID;DCLCRPCR;;;BU)",
     false, false},
    {"O:BAD:(A;OICI;FA;;;BA)(A;OICIIO;GA;;;CO)(A;OICI;GRGX;;;WD)", true, true},
    /* Owners that are not trusted, and a missing owner. */
    {"O:BUD:P(A;OICI;FA;;;SY)", false, false},
    {"O:WDD:P(A;OICI;FA;;;SY)", false, false},
    {"O:S-1-5-21-9-9-9-1001D:P(A;OICI;FA;;;SY)(A;OICI;FA;;;BA)", false, false},
    {"D:P(A;OICI;FA;;;SY)", false, false},
    /* A descriptor without an access list, and a descriptor with an empty list, which permits no
     * access. */
    {"O:BA", false, false},
    {"O:BAD:P", true, true},
    /* Entries that give another account more than the rights to read and execute, and one list that
     * gives only these rights. */
    {"O:BAD:(A;;FA;;;WD)", false, false},
    {"O:BAD:(A;;FA;;;" OWN ")", false, false}, /* Explorer adds such an entry after "Continue" */
    {"O:BAD:(A;;0x2;;;BU)", false, false},     /* write data, add a file */
    {"O:BAD:(A;;0x4;;;BU)", false, false},     /* append data, add a folder */
    {"O:BAD:(A;;0x10;;;BU)", false, false},    /* write extended attributes */
    {"O:BAD:(A;;0x40;;;BU)", false, false},    /* delete a child */
    {"O:BAD:(A;;0x100;;;BU)", false, false},   /* write attributes */
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
    /* Inherit-only entries will apply to each new file and folder in the folder, so they count. */
    {"O:BAD:(A;OICI;FA;;;BA)(A;OIIO;FW;;;BU)", false, false},
    {"O:BAD:(A;OICI;FA;;;BA)(A;OIIO;FR;;;BU)", true, true},
    {"O:BAD:(A;OICI;FA;;;BA)(A;OICIIO;FA;;;CG)", false, false},
    /* Entries that deny access can only reduce rights. */
    {"O:BAD:(D;;FA;;;WD)(A;;FA;;;BA)", true, true},
    /* maxport does not evaluate whether an entry that denies access cancels an entry that allows
     * access. */
    {"O:BAD:(D;;FW;;;BU)(A;;FW;;;BU)", false, false},
};

START_TEST(trust_depends_on_owner_and_access_list)
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

/* Whether a folder above the store is trusted as the parent of the store and as a root folder. */
static const struct {
    const char *sddl;
    bool as_parent, as_root;
} parents[] = {
    /* ProgramData as Windows creates it. */
    {"O:SYG:SYD:PAI(A;OICIIO;GA;;;CO)(A;OICI;FA;;;SY)(A;OICI;FA;;;BA)(A;CI;DCLCRPCR;;;BU)"
     "(A;OICI;0x1200a9;;;BU)",
     true, true},
    /* The access lists of two root folders, on different drives. */
    {"O:S-1-5-80-956008885-3418522649-1831038044-1853292631-2271478464D:(A;;FA;;;BA)"
     "(A;OICIIO;0x1301bf;;;AU)(A;;0x4;;;AU)",
     true, true},
    {"O:BAD:(A;OICI;FA;;;BA)(A;OICI;0x1301bf;;;AU)", false, true},
    {"O:BAD:(A;;0x40;;;BU)", false, false}, /* delete a child */
    {"O:BAD:(A;;WD;;;BU)", false, false},
    {"O:BAD:(A;;WO;;;BU)", false, false},
    {"O:BAD:(A;;GA;;;WD)", false, false},
    {"O:BAD:(A;;FA;;;S-1-5-80-1-2-3-4-5)", false, false}, /* a service, but not TrustedInstaller */
    {"O:BUD:(A;;FR;;;BU)", false, false},
    {"O:BA", false, false},
};

START_TEST(a_parent_in_which_users_can_rename_is_not_trusted)
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
    /* The access list with which maxport creates the key of the record, and the access list that
     * keys inherit from HKLM\SOFTWARE. */
    {"O:BAG:BAD:P(A;CI;KA;;;SY)(A;CI;KA;;;BA)(A;CI;KR;;;BU)", true},
    {"O:SYD:AI(A;CIID;KR;;;BU)(A;CIID;KA;;;BA)(A;CIID;KA;;;SY)(A;CIIOID;KA;;;CO)(A;CIID;KR;;;S-1-"
     "15-2-1)",
     true},
    {"O:S-1-5-80-956008885-3418522649-1831038044-1853292631-2271478464D:(A;;KA;;;BA)", true},
    {"O:BAD:(A;;KR;;;WD)(A;;GR;;;BU)(A;;GX;;;BU)", true},
    {"O:BAD:(A;CIIO;KA;;;BU)", true}, /* applies only to keys below this key */
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

START_TEST(a_key_that_users_can_write_is_not_trusted)
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

/* SDDL can express a NULL access list with "NO_ACCESS_CONTROL", but Wine and Windows XP do not
 * support this word. So the test makes the descriptor without SDDL. */
START_TEST(a_null_access_list_is_not_trusted)
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

START_TEST(the_reason_names_the_object_and_the_account)
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

/* Old versions of Windows have no SDDL for callback entries, so the test writes the type into the
 * entry itself. */
START_TEST(unknown_types_of_entries_are_not_trusted)
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

/* A file system may return a damaged descriptor. maxport must not read beyond the end of the
 * descriptor. */
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

START_TEST(the_account_of_this_process_can_be_read)
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
    tcase_add_test(tests, trust_depends_on_owner_and_access_list);
    tcase_add_test(tests, a_parent_in_which_users_can_rename_is_not_trusted);
    tcase_add_test(tests, a_key_that_users_can_write_is_not_trusted);
    tcase_add_test(tests, a_null_access_list_is_not_trusted);
    tcase_add_test(tests, the_reason_names_the_object_and_the_account);
    tcase_add_test(tests, unknown_types_of_entries_are_not_trusted);
    tcase_add_test(tests, damaged_descriptors_are_not_trusted);
    tcase_add_test(tests, the_account_of_this_process_can_be_read);
    suite_add_tcase(suite, tests);
    return suite;
}
