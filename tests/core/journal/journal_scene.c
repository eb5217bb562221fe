#include "core/journal/journal_scene.h"

#include <check.h>
#include <stdlib.h>
#include <string.h>

struct journal_entry make_entry(uint64_t id, const char *command, uint64_t undoes)
{
    struct journal_entry entry = {.id = id, .state = ENTRY_OPEN, .started_ms = 1000 * (int64_t)id};
    struct fault fault;

    strcpy(entry.account, "CORP\\admin");
    strcpy(entry.computer, "WEB07");
    strcpy(entry.command, command);
    entry.undoes = undoes;
    entry.reason = strdup("because");
    entry.outcome = strdup("");
    entry.boot = (struct boot){.start_ms = 5000, .session_ms = 4999, .boot_count = 7};
    entry.is_boot_known = true;
    entry.steps = calloc(1, sizeof *entry.steps);
    entry.step_count = undoes ? 0 : 1;
    ck_assert(place_registry(&entry.steps[0].place, TCPIP_PARAMETERS, "MaxUserPort", &fault));
    entry.steps[0].after = value_number(65534);
    entry.use_before.is_known = true;
    entry.use_before.by[PROTOCOL_TCP][FAMILY_IPV4].in_use = 4211;
    entry.use_before.by[PROTOCOL_TCP][FAMILY_IPV4].available = 16384;
    entry.predicted[PROTOCOL_TCP][FAMILY_IPV4] = (struct port_range){1024, 64511};
    return entry;
}

void write_change(struct fake *fake, uint64_t id, uint64_t undoes, enum entry_state end)
{
    struct journal_entry entry = make_entry(id, undoes ? "undo" : "set", undoes);
    struct fault fault;

    ck_assert(journal_write_started(&fake->machine.store, &entry, &fault));
    entry.state = end;
    entry.ended_ms = entry.started_ms + 5;
    if (end != ENTRY_OPEN)
        ck_assert(journal_write_ended(&fake->machine.store, &entry, &fault));
    journal_entry_release(&entry);
}

struct journal read_back(struct fake *fake)
{
    struct journal journal;
    struct fault fault;

    ck_assert_msg(journal_read(&fake->machine.store, STORE_PRIVATE, &journal, &fault), "%s",
                  fault.text);
    return journal;
}
