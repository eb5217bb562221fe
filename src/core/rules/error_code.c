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
            "A program asked for a socket or a connection, and Windows lacked a resource to "
            "create it. On a machine with many connections, suspect free local ports first: the "
            "whole dynamic port range may be in use. Suspect memory second: the non-paged pool "
            "that sockets use.",
        .when = "connect, or bind to port 0, when no port of the dynamic range is free. This is "
                "documented for Windows 2000 to Server 2003 and was observed on Windows 10 and "
                "Server 2019. Any socket call, when the pool is short.",
        .ties = TIE_TCP | TIE_UDP | TIE_POOL,
        .events = {4231, 4266},
        .sources = {error_codes, "KB196271 (Windows 2000, XP, Server 2003)",
                    "dotnet/runtime issues #47531 and #48219 (Windows 10, Server 2019)"},
        .advice = {{"maxport why", "diagnose what is full and which program fills it"},
                   {"maxport ports", "list ports by process"},
                   {"maxport report", "save the evidence to a file before a restart"},
                   {"maxport set 65534 --dry-run", "preview raising MaxUserPort"}},
    },
    {
        .code = 10048,
        .kind = EXPLAINS_ERROR,
        .name = "WSAEADDRINUSE",
        .title = "the address is already in use",
        .meaning =
            "The port that a program asked for is in use. For a server, another program or a "
            "second copy of the same program uses the port. For a client, the pair of local and "
            "remote endpoints was in use a moment ago and is still in TIME_WAIT.",
        .when = "bind, when another socket uses that address and port. connect, when the "
                "selected local port was used for the same destination too recently; Windows "
                "then also logs event 4227. Many short connections to one destination cause this.",
        .ties = TIE_TCP | TIE_TIME_WAIT,
        .events = {4227},
        .sources = {error_codes, "cc727709 (event 4227, Server 2008)"},
        .advice = {{"maxport port N", "show what uses port N (replace N with the number)"},
                   {"maxport ports --by remote", "find the destination with the most connections"},
                   {"maxport capacity", "calculate how many connections one destination sustains"}},
    },
    {
        .code = 10013,
        .kind = EXPLAINS_ERROR,
        .name = "WSAEACCES",
        .title = "permission denied",
        .meaning =
            "Windows does not let the program use that port, and an account right is probably "
            "not the cause. Users report this for ports in excluded ranges that Hyper-V, WSL or "
            "Docker reserved, although no table shows the ports in use. They also report that a "
            "program can still bind ports that netsh marks with * by number.",
        .when =
            "bind to an excluded port without * (inferred). bind to a port that another socket "
            "uses exclusively (SO_EXCLUSIVEADDRUSE). On Server 2008 R2 to 2012 R2, a second bind "
            "with SO_REUSEADDR to an excluded port. Sending to a broadcast address without "
            "having enabled broadcasts.",
        .ties = TIE_EXCLUSIONS,
        .sources = {error_codes, "KB3039044 (the second bind only)",
                    "microsoft/WSL #5306, #5514 and docker/for-win #3171 (users' reports)"},
        .advice = {{"maxport port N", "explain why port N is refused (replace N with the number)"},
                   {"maxport range show", "show all ranges and their exclusions"}},
    },
    {
        .code = 4227,
        .kind = EXPLAINS_EVENT,
        .name = "TCP_TIME_WAIT_COLLISION",
        .title = "a local endpoint was reused too soon",
        .meaning =
            "An outbound connection failed because its local port was used for the same "
            "destination a moment ago and is still in TIME_WAIT. This happens when connections "
            "to one destination are opened and closed faster than ports become free.",
        .when =
            "connect; since Server 2008. The program gets error 10048. Server 2008 SP2 also had "
            "a bug, fixed by a hotfix, that selected ports that were still closing.",
        .ties = TIE_TCP | TIE_TIME_WAIT,
        .events = {4227},
        .sources = {"cc727709 (event 4227, Server 2008)", "netevent.h (Windows SDK)"},
        .advice = {{"maxport ports --by remote", "find the destination with the most connections"},
                   {"maxport capacity", "calculate how many connections one destination sustains"},
                   {"maxport why", "diagnose what is full and which program fills it"}},
    },
    {
        .code = 4231,
        .kind = EXPLAINS_EVENT,
        .name = "TCP_GLOBAL_EPHEMERAL_PORT_SPACE_EXHAUSTED",
        .title = "no free TCP port",
        .meaning =
            "A program asked for any free TCP port, and every port of the dynamic range was in "
            "use. Until ports become free, new connections fail on the whole machine, including "
            "domain logon, file shares, outbound Remote Desktop and Group Policy.",
        .when = "connect or bind to port 0 when the TCP range is full. Reported on Server 2012, "
                "documented for Windows 10, not yet present in Server 2008. The program probably "
                "gets error 10055.",
        .ties = TIE_TCP,
        .events = {4231},
        .sources = {"Microsoft \"Troubleshoot port exhaustion\" (2025)",
                    "netevent.h (Windows SDK)"},
        .advice = {{"maxport why", "diagnose what is full and which program fills it"},
                   {"maxport ports", "list ports by process"},
                   {"maxport report", "save the evidence to a file before a restart"},
                   {"maxport range show", "show the range and how to widen it immediately"}},
    },
    {
        .code = 4266,
        .kind = EXPLAINS_EVENT,
        .name = "UDP_GLOBAL_EPHEMERAL_PORT_SPACE_EXHAUSTED",
        .title = "no free UDP port",
        .meaning =
            "Inferred from the name of the event: a program asked for any free UDP port, and "
            "every port of the UDP range was in use. Names that are not in the DNS cache can no "
            "longer be resolved, so the problem looks like a fault of the DNS server or the "
            "network.",
        .when = "bind to port 0, or the first send, when the UDP range is full, on newer "
                "Windows. The program probably gets error 10055. UDP has no TIME_WAIT, so a "
                "program opens sockets without closing them, or opens very many.",
        .ties = TIE_UDP,
        .events = {4266},
        .sources = {"netevent.h (Windows SDK): the name only",
                    "docker/desktop-feedback #633 (a UDP leak that looked like DNS)"},
        .advice = {{"maxport ports", "list UDP ports by process"},
                   {"maxport why", "diagnose what is full and which program fills it"},
                   {"maxport report", "save the evidence to a file before a restart"},
                   {"maxport range show", "show the range and how to widen it immediately"}},
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

/* An HRESULT of FACILITY_WIN32 is 0x8007xxxx. The two highest bits of an event's message are its
 * severity; for warnings, the message is 0x8000xxxx (netevent.h). */
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
    fault_set(fault, FAULT_USAGE, 0, "Cannot explain \"%s%s\". maxport explains %s.",
              text_string(&shown), length > 80 ? "..." : "", text_string(&all));
    text_release(&shown);
    text_release(&all);
    return false;
}
