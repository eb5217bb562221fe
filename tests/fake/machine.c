#include "fake/machine.h"

#include <stdlib.h>
#include <string.h>

#include "fake/calls.h"

void fake_init(struct fake *fake)
{
    memset(fake, 0, sizeof *fake);
    fake_open_registry(fake);
    fake_open_network(fake);
    fake_open_store(fake);
    fake_open_system(fake);
    fake_open_clock(fake);
    fake_open_screen(fake);
    fake_calm(fake);
    fake_set_windows(fake, 10, 0, 20348, OS_SERVER);
    fake->identity = (struct identity){.account = "LAB\\ada",
                                       .session_user = "LAB\\ada",
                                       .computer = "SERVER1",
                                       .is_elevated = true,
                                       .process_id = 1000};
    fake->now_ms = INT64_C(1795341600000); /* 2026-11-22T10:00:00Z */
    fake->monotonic_ms = 3600 * 1000;
    fake->boot = (struct boot){.start_ms = fake->now_ms - 3600 * 1000,
                               .session_ms = fake->now_ms - 3600 * 1000,
                               .boot_count = 7,
                               .is_resume_known = true};
    fake->is_boot_known = true;
    fake->can_show_owners = fake->can_show_bound = true;
    for (int p = 0; p < PROTOCOL_COUNT; p++)
        for (int f = 0; f < FAMILY_COUNT; f++)
            fake->tables[p][f].is_available = true;
    for (int i = 0; i < DETAIL_COUNT; i++)
        fake->detail_states[i] = DETAIL_KNOWN;
    fake->process_started_ms = fake->now_ms - 1800 * 1000;
    fake->memory.physical_bytes = UINT64_C(8) << 30;
    fake->width = 80;
    fake->page_columns = 80;
    fake->page_rows = 24;
    /* The key was last written before Windows started, as on most machines. */
    fake->now_ms -= 24 * 3600 * 1000;
    fake_key(fake, TCPIP_PARAMETERS);
    fake->now_ms += 24 * 3600 * 1000;
}

void fake_release(struct fake *fake)
{
    for (size_t i = 0; i < fake->key_count; i++) {
        struct fake_key *key = &fake->keys[i];
        for (size_t j = 0; j < key->value_count; j++) {
            free(key->values[j].name);
            free(key->values[j].data);
        }
        free(key->values);
        free(key->path);
    }
    free(fake->keys);
    fake_folder_release(&fake->published);
    fake_folder_release(&fake->store);
    fake_folder_release(&fake->files);
    sockets_release(&fake->sockets);
    processes_release(&fake->processes);
    exclusions_release(&fake->exclusions);
    free(fake->services.rows);
    restore_points_release(&fake->points);
    text_release(&fake->audited);
    text_release(&fake->out);
    text_release(&fake->error);
    text_release(&fake->page);
    text_release(&fake->draft);
    text_release(&fake->deadline_words);
    memset(fake, 0, sizeof *fake);
}
