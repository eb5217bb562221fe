/* values - measures the minimum cost of a backup: reads each value of the key Tcpip\Parameters
 * once, and exits. Reads no subkeys and writes nothing. */
#include <windows.h>

int main(void)
{
    static wchar_t name[16384];
    static BYTE data[512];
    HKEY key;
    DWORD index = 0;
    LSTATUS status =
        RegOpenKeyExW(HKEY_LOCAL_MACHINE, L"SYSTEM\\CurrentControlSet\\Services\\Tcpip\\Parameters",
                      0, KEY_READ, &key);

    while (status == ERROR_SUCCESS) {
        DWORD count = sizeof name / sizeof *name, length = sizeof data, type;

        status = RegEnumValueW(key, index++, name, &count, NULL, &type, data, &length);
    }
    return status == ERROR_NO_MORE_ITEMS ? 0 : 1;
}
