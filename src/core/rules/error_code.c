#include "core/rules/error_code.h"

#include <string.h>

#include "core/base/text.h"

static const char error_codes[] = "Win32 \"Windows Sockets Error Codes\"";

static const struct error_code table[] = {
    {
        .code = 10055,
        .kind = EXPLAINS_ERROR,
        .name = "WSAENOBUFS",
        .title = "no buffer space available",
        .meaning =
            "A program asked for a socket or a connection and Windows had nothing to make it "
            "from. On a machine with many connections the first suspect is a free local port: the "
            "whole dynamic range is taken. The second is memory: the non-paged pool from which "
            "sockets come.",
        .when =
            "connect, or bind to port 0, when no port of the dynamic range is free; Windows 2000 "
            "to Server 2003 are documented to do so, Windows 10 and Server 2019 were seen to. "
            "Any socket call, when the pool is short.",
        .ties = TIE_TCP | TIE_UDP | TIE_POOL,
        .events = {4231, 4266},
        .sources = {error_codes, "KB196271 (Windows 2000, XP, Server 2003)",
                    "dotnet/runtime issues #47531 and #48219 (Windows 10, Server 2019)"},
        .advice = {{"maxport why", "the diagnosis: what is full, and who fills it"},
                   {"maxport ports", "which processes hold the ports"},
                   {"maxport report", "all of it in a file, before a restart hides it"},
                   {"maxport set 65534 --dry-run", "what raising the limit would do"}},
    },
    {
        .code = 10048,
        .kind = EXPLAINS_ERROR,
        .name = "WSAEADDRINUSE",
        .title = "the address is already in use",
        .meaning =
            "The port that a program wants is taken. For a server that is another program, or a "
            "second copy of itself, on the same port. For a client it is subtler: the same pair "
            "of local and remote ends was in use a moment ago and still waits in TIME_WAIT.",
        .when = "bind, when another socket holds that address and port. connect, when the chosen "
                "local port was used for the same destination too recently; then event 4227 is "
                "logged too. Many short connections to one destination lead there.",
        .ties = TIE_TCP | TIE_TIME_WAIT,
        .events = {4227},
        .sources = {error_codes, "cc727709 (event 4227, Server 2008)"},
        .advice = {{"maxport port N", "who holds port N (type its number for N)"},
                   {"maxport ports --by remote", "which destination has the most connections"},
                   {"maxport capacity", "what one destination sustains, and what it takes"}},
    },
    {
        .code = 10013,
        .kind = EXPLAINS_ERROR,
        .name = "WSAEACCES",
        .title = "permission denied",
        .meaning =
            "Windows keeps that port from the program, and an account right is probably not the "
            "cause. Users report it for ports in excluded ranges that Hyper-V, WSL or Docker "
            "reserved, although no table shows them in use. Ports that netsh marks with * can "
            "still be bound by number, they report.",
        .when =
            "bind to an excluded port without * (inferred). bind to a port that another socket "
            "holds for itself alone (SO_EXCLUSIVEADDRUSE). On Server 2008 R2 to 2012 R2, a second "
            "bind with SO_REUSEADDR to an excluded port. Sending to a broadcast address without "
            "having asked for that.",
        .ties = TIE_EXCLUSIONS,
        .sources = {error_codes, "KB3039044 (the second bind only)",
                    "microsoft/WSL #5306, #5514 and docker/for-win #3171 (users' reports)"},
        .advice = {{"maxport port N", "why port N is refused (type its number for N)"},
                   {"maxport range show", "all ranges, and what is excluded from them"}},
    },
    {
        .code = 4227,
        .kind = EXPLAINS_EVENT,
        .name = "TCP_TIME_WAIT_COLLISION",
        .title = "a local endpoint was used again too soon",
        .meaning =
            "An outgoing connection failed because the local port chosen for it was used for the "
            "same destination a moment ago and still waits in TIME_WAIT. It comes when "
            "connections to one destination open and close faster than ports come free.",
        .when =
            "connect; known since Server 2008. The program sees error 10048. Server 2008 SP2 also "
            "had a fault that chose ports still closing, which a hotfix mended.",
        .ties = TIE_TCP | TIE_TIME_WAIT,
        .events = {4227},
        .sources = {"cc727709 (event 4227, Server 2008)", "netevent.h (Windows SDK)"},
        .advice = {{"maxport ports --by remote", "which destination it is"},
                   {"maxport capacity", "what one destination sustains, and what it takes"},
                   {"maxport why", "the diagnosis: what is full, and who fills it"}},
    },
    {
        .code = 4231,
        .kind = EXPLAINS_EVENT,
        .name = "TCP_GLOBAL_EPHEMERAL_PORT_SPACE_EXHAUSTED",
        .title = "no free TCP port was left",
        .meaning =
            "A program asked for any free TCP port and every port of the dynamic range was "
            "taken. Until some come free, new connections fail all over the machine: domain "
            "log-on, shares, outgoing remote desktop and group policy along with the program.",
        .when =
            "connect or bind to port 0 with the TCP range full; reported on Server 2012, "
            "documented for Windows 10, not yet known to Server 2008. The program probably sees "
            "error 10055.",
        .ties = TIE_TCP,
        .events = {4231},
        .sources = {"Microsoft \"Troubleshoot port exhaustion\" (2025)",
                    "netevent.h (Windows SDK)"},
        .advice = {{"maxport why", "the diagnosis: what is full, and who fills it"},
                   {"maxport ports", "which processes hold the ports"},
                   {"maxport report", "all of it in a file, before a restart hides it"},
                   {"maxport range show", "the range, and how to widen it at once"}},
    },
    {
        .code = 4266,
        .kind = EXPLAINS_EVENT,
        .name = "UDP_GLOBAL_EPHEMERAL_PORT_SPACE_EXHAUSTED",
        .title = "no free UDP port was left",
        .meaning =
            "Inferred from the event's name: a program asked for any free UDP port and every port "
            "of the UDP range was taken. Names that are not in the cache cannot be looked up any "
            "more, so it looks like a "
            "fault of the DNS server or of the network.",
        .when = "bind to port 0 or the first send with the UDP range full, on newer Windows; the "
                "program probably sees error 10055. UDP has no TIME_WAIT: some program opens "
                "sockets and does "
                "not close them, or opens very many.",
        .ties = TIE_UDP,
        .events = {4266},
        .sources = {"netevent.h (Windows SDK): the name only",
                    "docker/desktop-feedback #633 (a UDP leak that looked like DNS)"},
        .advice = {{"maxport ports", "which processes hold the UDP ports"},
                   {"maxport why", "the diagnosis: what is full, and who fills it"},
                   {"maxport report", "all of it in a file, before a restart hides it"},
                   {"maxport range show", "the range, and how to widen it at once"}},
    },
};

enum { TABLE_COUNT = sizeof table / sizeof table[0] };

const struct error_code *error_code_at(size_t index)
{
    return index < TABLE_COUNT ? &table[index] : NULL;
}

static bool parse_number(const char *text, uint32_t *number)
{
    bool is_hex = text[0] == '0' && (text[1] == 'x' || text[1] == 'X');
    const char *digits = is_hex ? "0123456789abcdefABCDEF" : "0123456789";
    uint64_t result = 0;

    text += is_hex ? 2 : 0;
    if (!*text || strspn(text, digits) != strlen(text) || strlen(text) > 10)
        return false;
    for (; *text; text++) {
        unsigned digit = (unsigned)(*text <= '9' ? *text - '0' : (*text | 0x20) - 'a' + 10);

        result = result * (is_hex ? 16 : 10) + digit;
    }
    *number = (uint32_t)result;
    return result <= UINT32_MAX;
}

/* An HRESULT of FACILITY_WIN32 is 0x8007xxxx; a message of the event log carries its
 * severity in the two highest bits (netevent.h: warnings, 0x8000xxxx). */
static bool is_code(const struct error_code *row, uint32_t number)
{
    uint32_t made = row->kind == EXPLAINS_ERROR ? 0x80070000 : 0x80000000;

    return number == row->code || number == (made | row->code);
}

bool error_code_find(const char *text, const struct error_code **error_code, struct fault *fault)
{
    uint32_t number = 0;
    bool is_number = parse_number(text, &number);
    struct text all, shown;
    size_t length = strlen(text);

    for (size_t i = 0; i < TABLE_COUNT; i++)
        if (is_number ? is_code(&table[i], number) : ascii_compare(table[i].name, text) == 0) {
            *error_code = &table[i];
            return true;
        }
    text_init(&all);
    text_init(&shown);
    for (size_t i = 0; i < TABLE_COUNT; i++) {
        text_printf(&all, "%s%s%lu",
                    i == 0                ? ""
                    : i + 1 < TABLE_COUNT ? ", "
                                          : " and ",
                    table[i].kind == EXPLAINS_EVENT ? "event " : "", (unsigned long)table[i].code);
        if (table[i].kind == EXPLAINS_ERROR)
            text_printf(&all, " (%s)", table[i].name);
    }
    text_safe(&shown, text, length < 80 ? length : 80);
    fault_set(fault, FAULT_USAGE, 0, "There is no explanation of \"%s%s\". There is one of %s.",
              text_string(&shown), length > 80 ? "..." : "", text_string(&all));
    text_release(&shown);
    text_release(&all);
    return false;
}
