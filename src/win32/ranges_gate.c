#include "win32/ranges_gate.h"

#include <stdlib.h>

struct ranges_gate *ranges_gate_make(void)
{
    struct ranges_gate *gate = malloc(sizeof *gate);
    if (!gate)
        return NULL;
    *gate = (struct ranges_gate){
        .users = 1, .start = GetTickCount(), .is_over = CreateEventW(NULL, TRUE, FALSE, NULL)};
    if (!gate->is_over) {
        free(gate);
        return NULL;
    }
    return gate;
}

void ranges_gate_leave(struct ranges_gate *gate)
{
    if (gate && InterlockedDecrement(&gate->users) == 0) {
        CloseHandle(gate->is_over);
        free(gate);
    }
}

bool ranges_gate_is_over(const struct ranges_gate *gate, DWORD patience_ms)
{
    return WaitForSingleObject(gate->is_over, patience_ms) == WAIT_OBJECT_0;
}

bool ranges_gate_is_stuck(const struct ranges_gate *gate)
{
    return !ranges_gate_is_over(gate, 0) && GetTickCount() - gate->start >= RANGES_LIMIT_MS;
}
