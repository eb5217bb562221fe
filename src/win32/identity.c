#include "win32/identity.h"

#include "win32/lib/late.h"
#include "win32/lib/system_message.h"
#include "win32/lib/wide.h"

#include <stdio.h>

#include <windows.h>

#include <sddl.h>

/* Values from wtsapi32.h. This header is not included, so that no code imports wtsapi32.dll by
 * mistake. */
enum { WTS_USER_NAME = 5, WTS_DOMAIN_NAME = 7 };
#define THIS_SERVER NULL
#define THIS_SESSION ((DWORD) - 1)

typedef BOOL(WINAPI *query_session)(HANDLE server, DWORD session, int class, wchar_t **text,
                                    DWORD *bytes);
typedef void(WINAPI *free_memory)(void *memory);

static void join_account(const wchar_t *domain, const wchar_t *name, char account[IDENTITY_SIZE])
{
    wchar_t both[2 * IDENTITY_SIZE];
    int length = _snwprintf(both, 2 * IDENTITY_SIZE - 1, L"%ls%ls%ls", domain,
                            domain[0] ? L"\\" : L"", name);
    both[length < 0 ? 2 * IDENTITY_SIZE - 1 : length] = L'\0';
    wide_copy_utf8(both, account, IDENTITY_SIZE);
}

bool identity_print_sid(void *sid, char text[IDENTITY_SIZE], struct fault *fault)
{
    wchar_t *wide;
    if (!ConvertSidToStringSidW(sid, &wide)) {
        DWORD code = GetLastError();
        return system_fault(fault, FAULT_FAILED, code, "The account could not be determined");
    }
    wide_copy_utf8(wide, text, IDENTITY_SIZE);
    LocalFree(wide);
    return true;
}

bool identity_name_sid(void *sid, char account[IDENTITY_SIZE], struct fault *fault)
{
    wchar_t name[IDENTITY_SIZE], domain[IDENTITY_SIZE];
    DWORD name_count = IDENTITY_SIZE, domain_count = IDENTITY_SIZE;
    SID_NAME_USE use;
    if (LookupAccountSidW(NULL, sid, name, &name_count, domain, &domain_count, &use)) {
        join_account(domain, name, account);
        return true;
    }
    return identity_print_sid(sid, account, fault);
}

static bool read_account(char account[IDENTITY_SIZE], struct fault *fault)
{
    HANDLE token;
    union {
        TOKEN_USER user;
        uint8_t bytes[sizeof(TOKEN_USER) + SECURITY_MAX_SID_SIZE];
    } data;
    DWORD bytes;
    if (!OpenProcessToken(GetCurrentProcess(), TOKEN_QUERY, &token)) {
        DWORD code = GetLastError();
        return system_fault(fault, FAULT_FAILED, code, "The account could not be determined");
    }
    BOOL is_ok = GetTokenInformation(token, TokenUser, &data, sizeof data, &bytes);
    DWORD code = GetLastError();
    CloseHandle(token);
    if (!is_ok)
        return system_fault(fault, FAULT_FAILED, code, "The account could not be determined");
    return identity_name_sid(data.user.User.Sid, account, fault);
}

static void read_session_user(char user[IDENTITY_SIZE])
{
    struct late wtsapi = {.name = L"wtsapi32.dll"};
    struct fault ignored;
    query_session query =
        (query_session)late_bind(&wtsapi, "WTSQuerySessionInformationW", &ignored);
    free_memory release = (free_memory)late_bind(&wtsapi, "WTSFreeMemory", &ignored);
    user[0] = '\0';
    if (!query || !release)
        return;
    wchar_t *name = NULL, *domain = NULL;
    DWORD bytes;
    bool has_name = query(THIS_SERVER, THIS_SESSION, WTS_USER_NAME, &name, &bytes) && name;
    bool has_domain = query(THIS_SERVER, THIS_SESSION, WTS_DOMAIN_NAME, &domain, &bytes) && domain;
    if (has_name && name[0]) /* session 0, for services, has no user */
        join_account(has_domain ? domain : L"", name, user);
    if (has_name)
        release(name);
    if (has_domain)
        release(domain);
}

static bool read_computer(void *context, char computer[IDENTITY_SIZE], struct fault *fault)
{
    (void)context;
    wchar_t name[IDENTITY_SIZE];
    DWORD count = IDENTITY_SIZE;
    if (!GetComputerNameExW(ComputerNamePhysicalDnsHostname, name, &count) || !name[0]) {
        count = IDENTITY_SIZE;
        if (!GetComputerNameExW(ComputerNamePhysicalNetBIOS, name, &count)) {
            DWORD code = GetLastError();
            return system_fault(fault, FAULT_FAILED, code,
                                "The computer name could not be "
                                "determined");
        }
    }
    wide_copy_utf8(name, computer, IDENTITY_SIZE);
    return true;
}

bool identity_is_elevated(void)
{
    SID_IDENTIFIER_AUTHORITY authority = SECURITY_NT_AUTHORITY;
    SID *administrators;
    BOOL is_member = FALSE;
    if (!AllocateAndInitializeSid(&authority, 2, SECURITY_BUILTIN_DOMAIN_RID,
                                  DOMAIN_ALIAS_RID_ADMINS, 0, 0, 0, 0, 0, 0,
                                  (PSID *)&administrators)) {
        return false;
    }
    if (!CheckTokenMembership(NULL, administrators, &is_member))
        is_member = FALSE;
    FreeSid(administrators);
    return is_member;
}

static bool read(void *context, struct identity *identity, struct fault *fault)
{
    struct identity found = {.process_id = GetCurrentProcessId()};
    if (!read_account(found.account, fault) || !read_computer(context, found.computer, fault))
        return false;
    read_session_user(found.session_user);
    found.is_elevated = identity_is_elevated();
    *identity = found;
    return true;
}

void identity_open(struct identity_source *functions)
{
    *functions = (struct identity_source){.read = read, .read_computer = read_computer};
}
