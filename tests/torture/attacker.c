/* Tests an attack: the journal of a real store contains a forged line. The line describes an
 * interrupted change that would write other values when it is resolved. Every value of HKLM\SYSTEM
 * and HKLM\SOFTWARE must remain unchanged, except by the changes that the test requests. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "torture/kinds.h"
#include "torture/oracle.h"

#define PARAMETERS "SYSTEM\\\\CurrentControlSet\\\\Services\\\\Tcpip\\\\Parameters"
#define STEP(key, name, before, after)                                                             \
    "{\"place\":{\"kind\":\"registry\",\"key\":\"" key "\",\"name\":\"" name                       \
    "\"},\"before\":\"" before "\",\"after\":\"" after "\"}"
/* With this second step, the forged change looks half done: the registry contains the value "after"
 * of the first step, but still the value "before" of the second step. */
#define HALF "," STEP(PARAMETERS, "TcpTimedWaitDelay", "absent", "30")

static const struct {
    const char *what, *command, *steps;
} lines[] = {
    {"a program started at logon", "set",
     STEP("SOFTWARE\\\\Microsoft\\\\Windows\\\\CurrentVersion\\\\Run", "evil", "1:650076006900",
          "absent") HALF},
    {"another service", "set",
     STEP("SYSTEM\\\\CurrentControlSet\\\\Services\\\\Spooler", "EvilPath", "2:650000000000",
          "absent") HALF},
    {"the same key by another name", "set",
     STEP("SYSTEM\\\\ControlSet001\\\\Services\\\\Tcpip\\\\Parameters", "MaxUserPort", "5000",
          "20000") HALF},
    {"a subkey", "restore",
     STEP(PARAMETERS "\\\\Winsock", "HelperDllName", "2:650000000000", "absent") HALF},
    {"the name server", "restore", STEP(PARAMETERS, "NameServer", "1:31000000", "absent") HALF},
    {"the host's name", "undo", STEP(PARAMETERS, "Hostname", "1:31000000", "absent") HALF},
    {"a name that set does not write", "set",
     STEP(PARAMETERS, "KeepAliveTime", "7", "absent") HALF},
    {"a link", "restore", STEP(PARAMETERS, "SymbolicLinkValue", "6:5c000000", "absent") HALF},
    {"a command that does not exist", "format",
     STEP(PARAMETERS, "KeepAliveTime", "7", "absent") HALF},
};

/* Returns whether maxport stores this value about the public copy of the journal. */
static bool is_bookkeeping(const wchar_t *key, const wchar_t *value)
{
    return wcscmp(key, L"maxport") == 0 &&
           (wcscmp(value, L"PublicCopy") == 0 || wcscmp(value, L"PublicBehind") == 0);
}

static uint64_t add_bytes(uint64_t hash, const void *data, size_t length)
{
    for (size_t i = 0; i < length; i++)
        hash = (hash ^ ((const uint8_t *)data)[i]) * 1099511628211u;
    return hash;
}

/* Adds all values of a key and of its subkeys to an FNV-1a hash. The classes of COM are left out,
 * because hashing them takes minutes. The values of is_bookkeeping() are left out, too. */
static uint64_t add_key(uint64_t hash, HKEY parent, const wchar_t *name)
{
    enum { NAME = 16384, DATA = 65536 };
    HKEY key;

    if (RegOpenKeyExW(parent, name, 0, KEY_READ | KEY_WOW64_64KEY, &key) != ERROR_SUCCESS)
        return add_bytes(hash, "?", 1);
    wchar_t *text = malloc(NAME * sizeof *text);
    uint8_t *data = malloc(DATA);
    hash = add_bytes(hash, name, wcslen(name) * sizeof *name);
    for (DWORD i = 0; text && data; i++) {
        DWORD length = NAME, size = DATA, type;
        LSTATUS status = RegEnumValueW(key, i, text, &length, NULL, &type, data, &size);

        if (status != ERROR_SUCCESS && status != ERROR_MORE_DATA)
            break;
        if (is_bookkeeping(name, text))
            continue;
        hash = add_bytes(add_bytes(hash, text, length * sizeof *text), &type, sizeof type);
        hash = add_bytes(hash, data, status == ERROR_SUCCESS ? size : 0);
    }
    for (DWORD i = 0; text && data; i++) {
        DWORD length = NAME;

        if (RegEnumKeyExW(key, i, text, &length, NULL, NULL, NULL, NULL) != ERROR_SUCCESS)
            break;
        if (wcscmp(text, L"Classes") != 0)
            hash = add_key(hash, key, text);
    }
    free(text);
    free(data);
    RegCloseKey(key);
    return hash;
}

static uint64_t registry_hash(void)
{
    uint64_t hash = add_key(14695981039346656037u, HKEY_LOCAL_MACHINE, L"SOFTWARE");

    return add_key(hash, HKEY_LOCAL_MACHINE, L"SYSTEM");
}

static void attack(struct row *row, size_t which)
{
    static struct child run;
    static const char *const asked[] = {"set 65534", "undo", "reset MaxUserPort", "backup",
                                        "set 65534 --json"};
    size_t length;
    char *journal = scene_read_file(scene_path(L"journal.jsonl"), &length);
    char *forged = malloc(length + 4096);
    uint64_t before;
    int added;

    row->runs++;
    memcpy(forged, journal, length);
    added = snprintf(forged + length, 4096,
                     "{\"v\":1,\"event\":\"started\",\"time_ms\":1,\"id\":900,\"account\":\"a\","
                     "\"session_user\":\"\",\"computer\":\"c\",\"command\":\"%s\",\"reason\":\"\","
                     "\"outcome\":\"\",\"undoes\":%s,\"steps\":[%s],\"backup\":\"\","
                     "\"undo_file\":\"\"}\n",
                     lines[which].command, strcmp(lines[which].command, "undo") == 0 ? "1" : "null",
                     lines[which].steps);
    if (!scene_write_file(scene_path(L"journal.jsonl"), forged, length + (size_t)added))
        fails(row, SILENT, "%s: the journal could not be written", lines[which].what);
    before = registry_hash();
    for (size_t i = 0; i < sizeof asked / sizeof *asked; i++)
        child_run(&run, oracle_program(), "%s", asked[i]);
    if (registry_hash() != before)
        fails(row, LOST, "%s: something was written without an answer", lines[which].what);
    child_run(&run, oracle_program(), "set 65534 --yes");
    if (run.exit_code != 0 || !says(run.err, "of the journal could not be read"))
        fails(row, SILENT, "%s: set says %lu %s", lines[which].what, run.exit_code, run.err);
    child_run(&run, oracle_program(), "undo --yes");
    if (run.exit_code != 0)
        fails(row, HALF_DONE, "%s: undo says %lu %s", lines[which].what, run.exit_code, run.err);
    if (registry_hash() != before)
        fails(row, LOST, "%s: set and undo wrote more than what was asked for", lines[which].what);
    row->outcomes[REFUSED]++;
    free(journal);
    free(forged);
}

void torture_attacker(const struct options *options)
{
    struct scene base;
    struct row *row = row_begin("an attacker's line in the journal", &base);
    static struct child run;
    size_t step = options->stride > 1 ? 8 : 1;

    for (size_t i = 0; i < sizeof lines / sizeof *lines; i += step) {
        scene_clear();
        child_run(&run, oracle_program(), "set 20000 --yes"); /* creates a store */
        if (run.exit_code != 0)
            fails(row, SILENT, "set fails: %lu %s", run.exit_code, run.err);
        attack(row, i);
    }
    row_end(row, &base);
}
