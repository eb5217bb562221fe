#include "win32/winsock_calls.h"

#include "win32/binder.h"

#include "win32/lib/system_message.h"

#include <stdlib.h>

/* IPV6_V6ONLY and SO_EXCLUSIVEADDRUSE. The header ws2tcpip.h, which has IPV6_V6ONLY, is not
 * included, because its inline functions import ws2_32.dll. */
enum { V6_ONLY = 27, EXCLUSIVE = ~SO_REUSEADDR };

struct address6 {
    short family;
    u_short port;
    u_long flow;
    uint8_t bytes[16];
    u_long scope;
};
_Static_assert(sizeof(struct address6) == 28, "SOCKADDR_IN6");

/* Looks up one function. The result is false if the function is missing. */
#define FIND(member, function)                                                                     \
    ((winsock->member = (__typeof__(winsock->member))late_bind(&winsock->dll, function, fault)) != \
     NULL)

static bool start(struct winsock *winsock, struct fault *fault)
{
    WSADATA data;
    if (!FIND(startup, "WSAStartup") || !FIND(cleanup, "WSACleanup") ||
        !FIND(last_error, "WSAGetLastError") || !FIND(socket, "socket") ||
        !FIND(set_option, "setsockopt") || !FIND(bind, "bind") || !FIND(close, "closesocket")) {
        return false;
    }
    int code = winsock->startup(MAKEWORD(2, 2), &data);
    if (code != 0) {
        system_fault(fault, FAULT_UNAVAILABLE, (uint32_t)code,
                     "Windows Sockets could not be started");
        fault->kind = FAULT_UNAVAILABLE;
        return false;
    }
    return true;
}

static bool ensure_started(struct binder_adapter *binder, struct fault *fault)
{
    if (binder->winsock)
        return true;
    struct winsock *winsock = malloc(sizeof *winsock);
    if (!winsock)
        return fault_no_memory(fault);
    *winsock = (struct winsock){.dll = {.name = L"ws2_32.dll"}};
    if (!start(winsock, fault)) {
        free(winsock);
        return false;
    }
    binder->winsock = winsock;
    return true;
}

static enum bind_answer answer_of(int code)
{
    switch (code) {
    case 0:
        return BIND_FREE;
    case WSAEADDRINUSE:
        return BIND_IN_USE;
    case WSAEACCES:
        return BIND_EXCLUDED;
    default:
        return BIND_OTHER;
    }
}

/* Tries the bind; *code is its error code, 0 if it succeeded. Returns false if no bind was
 * tried. */
static bool bind_wildcard(const struct winsock *winsock, SOCKET s, enum family family,
                          uint16_t port, int *code, struct fault *fault)
{
    u_short wire_port = (u_short)(port << 8 | port >> 8);
    struct sockaddr_in v4 = {.sin_family = AF_INET, .sin_port = wire_port};
    struct address6 v6 = {.family = AF_INET6, .port = wire_port};
    BOOL yes = TRUE;
    if (family == FAMILY_IPV6) {
        /* XP does not have this option, and does not need it: its IPv6 sockets never use IPv4. */
        winsock->set_option(s, IPPROTO_IPV6, V6_ONLY, (const char *)&yes, sizeof yes);
    }
    /* Bind exclusively, because a shared bind can succeed even if another socket has the port. On
     * XP and earlier, only administrators may set SO_EXCLUSIVEADDRUSE (docs/windows.md, "Binding a
     * port"). */
    if (winsock->set_option(s, SOL_SOCKET, EXCLUSIVE, (const char *)&yes, sizeof yes) != 0) {
        *code = winsock->last_error();
        system_fault(fault, FAULT_UNAVAILABLE, (uint32_t)*code,
                     "Windows did not allow an exclusive bind (SO_EXCLUSIVEADDRUSE)");
        fault->kind = FAULT_UNAVAILABLE;
        return false;
    }
    int result = family == FAMILY_IPV6 ? winsock->bind(s, (const struct sockaddr *)&v6, sizeof v6)
                                       : winsock->bind(s, (const struct sockaddr *)&v4, sizeof v4);
    *code = result == 0 ? 0 : winsock->last_error();
    return true;
}

static bool try_bind(void *context, enum protocol protocol, enum family family, uint16_t port,
                     enum bind_answer *answer, uint32_t *code, struct fault *fault)
{
    struct binder_adapter *binder = context;
    if (!ensure_started(binder, fault))
        return false;
    const struct winsock *winsock = binder->winsock;
    SOCKET s = winsock->socket(family == FAMILY_IPV6 ? AF_INET6 : AF_INET,
                               protocol == PROTOCOL_UDP ? SOCK_DGRAM : SOCK_STREAM, 0);
    int error = s == INVALID_SOCKET ? winsock->last_error() : 0;
    if (s == INVALID_SOCKET) {
        system_fault(fault, FAULT_UNAVAILABLE, (uint32_t)error,
                     "A %s socket for %s could not be "
                     "created",
                     protocol_name(protocol), family_name(family));
        fault->kind = FAULT_UNAVAILABLE;
        return false;
    }
    /* Make the socket not inheritable. Otherwise a child process that another thread starts at this
     * moment would inherit the socket and keep the port. */
    SetHandleInformation((HANDLE)s, HANDLE_FLAG_INHERIT, 0);
    bool was_tried = bind_wildcard(winsock, s, family, port, &error, fault);
    winsock->close(s);
    if (!was_tried)
        return false;
    *answer = answer_of(error);
    *code = (uint32_t)error;
    return true;
}

void binder_open(struct binder_adapter *binder, struct binder *functions)
{
    *binder = (struct binder_adapter){.winsock = NULL};
    *functions = (struct binder){.context = binder, .try_bind = try_bind};
}

void binder_close(struct binder_adapter *binder)
{
    if (binder->winsock) {
        binder->winsock->cleanup();
        free(binder->winsock);
        binder->winsock = NULL;
    }
}
