/* tables.h - finds the functions for the four tables that `status` reads, in the iphlpapi.dll of
 * the system folder. */
#ifndef BENCH_TABLES_H
#define BENCH_TABLES_H

#include <windows.h>

typedef ULONG(WINAPI *table_call)(void *table, ULONG *bytes, BOOL is_sorted);

enum { TABLE_COUNT = 4 };

static inline void find_tables(table_call calls[TABLE_COUNT])
{
    static const char *const names[TABLE_COUNT] = {"GetTcpTable", "GetTcp6Table", "GetUdpTable",
                                                   "GetUdp6Table"};
    wchar_t path[MAX_PATH + 32];
    UINT count = GetSystemDirectoryW(path, MAX_PATH);
    HMODULE module;

    memcpy(path + count, L"\\iphlpapi.dll", sizeof L"\\iphlpapi.dll");
    module = LoadLibraryW(path);
    for (int i = 0; i < TABLE_COUNT; i++)
        calls[i] = (table_call)(void (*)(void))GetProcAddress(module, names[i]);
}

#endif
