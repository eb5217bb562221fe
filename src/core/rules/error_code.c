#include "core/rules/error_code.h"

#include <string.h>

#include "core/base/text.h"

static const char error_codes[] = "Win32 \"Windows Sockets Error Codes\"";

static const struct error_code table[] = {
    {
        .code = 10055,
        .kind = EXPLAINS_ERROR,
        .name = "WSAENOBUFS",
        .aliases = {"ENOBUFS"},
        .title = "no buffer space available",
        .meaning = "A program asked for a socket or a connection, and Windows lacked a resource to "
                   "create it. On a machine with many connections, suspect a lack of free local "
                   "ports first: the whole dynamic port range may be in use. Suspect a lack of "
                   "memory second: sockets use the non-paged pool.",
        .when = "connect, or bind to port 0, when no port of the dynamic range is free. This is "
                "documented for Windows 2000 to Server 2003 and was observed on Windows 10 and "
                "Server 2019. Any socket call, when non-paged pool is short, for example because a "
                "driver leaks it (inferred). Users also report the error for one send of several "
                "megabytes, and for a send while the network adapter was disabled.",
        .ties = TIE_TCP | TIE_UDP | TIE_POOL,
        .events = {4231, 4266},
        .sources = {error_codes, "KB196271 (Windows 2000, XP, Server 2003)",
                    "dotnet/runtime issues #47531 and #48219 (Windows 10, Server 2019)",
                    "pika/pika #14 and zeromq/libzmq #1471 (large sends, users' reports)",
                    "fujiapple852/trippy #870 (adapter disabled, a user's report)"},
        .advice = {{"maxport why", "diagnose what is full and which program fills it"},
                   {"maxport ports", "list ports by process"},
                   {"maxport report", "save the evidence to a file before a restart"},
                   {"maxport set 65534 --dry-run", "preview raising MaxUserPort"}},
    },
    {
        .code = 10048,
        .kind = EXPLAINS_ERROR,
        .name = "WSAEADDRINUSE",
        .aliases = {"EADDRINUSE"},
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
                   {"maxport why", "diagnose what is full and which program fills it"},
                   {"maxport ports --by remote", "find the destination with the most connections"},
                   {"maxport capacity",
                    "calculate how many connections per second one destination allows"}},
    },
    {
        .code = 10013,
        .kind = EXPLAINS_ERROR,
        .name = "WSAEACCES",
        .aliases = {"EACCES"},
        .title = "permission denied",
        .meaning =
            "Windows does not let the program use that port, and an account right is probably not "
            "the cause. Users report this error for ports in excluded ranges that Hyper-V, WSL or "
            "Docker reserved, although no table shows these ports as in use. Users also report "
            "that a program can still bind, by number, an excluded port that netsh marks with *. "
            "If the port is not excluded, another socket uses it exclusively: for example a web "
            "site of IIS (a user's report), or, if the port is in the dynamic range, a connection "
            "to which Windows assigned it (inferred).",
        .when =
            "bind to an excluded port that netsh does not mark with * (inferred). bind to a port "
            "that another socket "
            "uses exclusively (SO_EXCLUSIVEADDRUSE). On Server 2008 R2 to 2012 R2, a second bind "
            "with SO_REUSEADDR to an excluded port. Sending to a broadcast address without "
            "having enabled broadcasts.",
        .ties = TIE_EXCLUSIONS,
        .sources = {error_codes, "KB3039044 (the second bind only)",
                    "microsoft/WSL #5306, #5514 and docker/for-win #3171 (users' reports)",
                    "BrowserSync/browser-sync #1668 (IIS on the port, a user's report)"},
        .advice = {{"maxport port N", "explain why port N is refused (replace N with the number)"},
                   {"maxport why", "diagnose what is full and which program fills it"},
                   {"maxport range show", "show all ranges and their exclusions"}},
    },
    {
        .code = 10060,
        .kind = EXPLAINS_ERROR,
        .name = "WSAETIMEDOUT",
        .aliases = {"ETIMEDOUT"},
        .title = "the connection attempt timed out",
        .meaning =
            "The other computer did not answer in time. Usually it is off or overloaded, or a "
            "firewall drops the packets. A lack of local ports normally causes another error, but "
            "thousands of ports in TIME_WAIT caused this error in a test.",
        .when = "connect, when the other side does not answer; a transfer, when an established "
                "connection no longer gets answers. During a test that left thousands of ports of "
                "the server in TIME_WAIT, connect failed with 10060.",
        .ties = TIE_TCP,
        .is_indirect = true,
        .events = {4227, 4231},
        .sources = {error_codes, "dotnet/runtime #50854 (thousands of ports in TIME_WAIT)"},
        .advice = {{"maxport why", "diagnose what is full and which program fills it"},
                   {"maxport ports --by remote", "find the destination with the most "
                                                 "connections"}},
    },
    {
        .code = 12002,
        .kind = EXPLAINS_ERROR,
        .name = "ERROR_WINHTTP_TIMEOUT",
        .aliases = {"ERROR_INTERNET_TIMEOUT"},
        .title = "an HTTP request timed out",
        .meaning =
            "A program that uses WinHTTP or WinINet got no answer in time. The server or the "
            "network is the usual cause. If no local port is free, a request or its DNS query "
            "cannot start; a program that tries again until its time is over then reports this "
            "error (inferred).",
        .when = "Any step of the request, from the DNS query to the answer; also when TCP itself "
                "times out.",
        .ties = TIE_TCP | TIE_UDP,
        .is_indirect = true,
        .events = {4231, 4266},
        .sources = {"Win32 \"Error Messages (WinHTTP)\" and \"Error Messages (WinINet)\""},
        .advice = {{"maxport why", "diagnose what is full and which program fills it"},
                   {"maxport ports", "list ports by process"}},
    },
    {
        .code = 12029,
        .kind = EXPLAINS_ERROR,
        .name = "ERROR_WINHTTP_CANNOT_CONNECT",
        .aliases = {"ERROR_INTERNET_CANNOT_CONNECT"},
        .title = "an HTTP connection failed",
        .meaning =
            "A program that uses WinHTTP or WinINet could not connect to the server. The error "
            "hides the reason: the server refused, did not answer, or no local port was free "
            "(inferred).",
        .when = "The connection to the server or its proxy fails for any reason.",
        .ties = TIE_TCP,
        .is_indirect = true,
        .events = {4227, 4231},
        .sources = {"Win32 \"Error Messages (WinHTTP)\" and \"Error Messages (WinINet)\""},
        .advice = {{"maxport why", "diagnose what is full and which program fills it"},
                   {"maxport ports --by remote", "find the destination with the most "
                                                 "connections"}},
    },
    {
        .code = 12058,
        .kind = EXPLAINS_ERROR,
        .name = "",
        .title = "no local port was free for an FTP transfer (WinINet)",
        .meaning =
            "WinINet found no local port for a transfer. The headers of Windows give this error "
            "no name. A report describes the copying of several thousand small files by FTP: "
            "each file uses another port, and the ports stay in TIME_WAIT.",
        .when = "FtpOpenFile, when no local port is available.",
        .ties = TIE_TCP,
        .events = {4227, 4231},
        .sources = {"Win32 \"FtpOpenFileA\" (remark added in 2025)",
                    "MicrosoftDocs/sdk-api #1998 (the report)"},
        .advice = {{"maxport why", "diagnose what is full and which program fills it"},
                   {"maxport ports --by remote", "find the destination with the most connections"},
                   {"maxport set 65534 --dry-run", "preview raising MaxUserPort"}},
    },
    {
        .code = 258,
        .kind = EXPLAINS_ERROR,
        .name = "WAIT_TIMEOUT",
        .aliases = {"-2", "0x80131904"},
        .title = "the wait operation timed out (often SQL Server)",
        .meaning =
            "A wait ended without a result. Clients of SQL Server report it as \"The wait "
            "operation timed out\" with error -2. The server, a query or the network is the usual "
            "cause; a lack of local ports is possible (inferred). If the text says \"prior to "
            "obtaining a connection from the pool\", the connection pool is empty: the "
            "program probably does not close its connections.",
        .when = "Connecting to SQL Server or running a query, when the time limit of the program "
                "ends first.",
        .ties = TIE_TCP | TIE_UDP,
        .is_indirect = true,
        .events = {4231, 4266},
        .sources = {"Win32 \"System Error Codes (0-499)\"",
                    "SQL Server \"Timeout expired messages when connecting to SQL Server\""},
        .advice = {{"maxport why", "diagnose what is full and which program fills it"},
                   {"maxport ports", "list ports by process"}},
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
        .when = "connect; since Server 2008. The program gets error 10048. Server 2008 SP2 also "
                "selected ports of connections that were still closing; a hotfix corrects this.",
        .ties = TIE_TCP | TIE_TIME_WAIT,
        .events = {4227},
        .sources = {"cc727709 (event 4227, Server 2008)", "netevent.h (Windows SDK)"},
        .advice = {{"maxport ports --by remote", "find the destination with the most connections"},
                   {"maxport capacity",
                    "calculate how many connections per second one destination allows"},
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
        .when = "connect, or bind to port 0, when the TCP range is full. Reported on Server 2012, "
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
                "Windows. The program probably gets error 10055. UDP has no TIME_WAIT, so the "
                "ports in use belong to open sockets: a program does not close its sockets, or "
                "opens very many.",
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

/* An HRESULT of FACILITY_WIN32 is 0x8007xxxx. The two highest bits of the message id of an event
 * are its severity; for warnings, the message id is 0x8000xxxx (netevent.h). */
static bool is_code(const struct error_code *row, uint32_t number)
{
    uint32_t made = row->kind == EXPLAINS_ERROR ? 0x80070000 : 0x80000000;

    return number == row->code || number == (made | row->code);
}

static bool has_name(const struct error_code *row, const char *text)
{
    for (size_t i = 0; i < ERROR_CODE_ALIASES_MAX && row->aliases[i]; i++)
        if (ascii_compare(row->aliases[i], text) == 0)
            return true;
    return *text && ascii_compare(row->name, text) == 0;
}

bool error_code_find(const char *text, const struct error_code **error_code, struct fault *fault)
{
    uint32_t number = 0;
    bool is_number = parse_number(text, &number);
    struct text all, shown;
    size_t length = strlen(text);

    for (size_t i = 0; i < TABLE_COUNT; i++)
        if ((is_number && is_code(&table[i], number)) || has_name(&table[i], text)) {
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
        if (table[i].kind == EXPLAINS_ERROR && *table[i].name)
            text_printf(&all, " (%s)", table[i].name);
    }
    text_safe(&shown, text, length < 80 ? length : 80);
    fault_set(fault, FAULT_USAGE, 0, "Cannot explain \"%s%s\". maxport explains %s.",
              text_string(&shown), length > 80 ? "..." : "", text_string(&all));
    text_release(&shown);
    text_release(&all);
    return false;
}
