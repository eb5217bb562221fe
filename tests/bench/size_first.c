/* Fetches the tables as other tools do: requests the size, then a table of that size. While the
 * buffer is too small, requests a table of the new size. */
#include <stdlib.h>
#include <string.h>

#include "tables.h"

int main(void)
{
    table_call calls[TABLE_COUNT];

    find_tables(calls);
    for (int i = 0; i < TABLE_COUNT; i++) {
        ULONG bytes = 0, code = calls[i](NULL, &bytes, FALSE);
        void *table = NULL;

        while (code == ERROR_INSUFFICIENT_BUFFER) {
            free(table);
            table = malloc(bytes);
            if (!table)
                return 1;
            code = calls[i](table, &bytes, FALSE);
        }
        free(table);
        if (code != NO_ERROR)
            return 1;
    }
    return 0;
}
