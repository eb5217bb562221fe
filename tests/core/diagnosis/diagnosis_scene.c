#include "core/diagnosis/diagnosis_scene.h"

#include <check.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "core/diagnosis/diagnosis.h"
#include "fake/machine.h"

struct fake fake;
struct snapshot snapshot;
struct probe probe;
struct diagnosis diagnosis;

void outage_set_up(void)
{
    fake_init(&fake);
    for (int p = 0; p < PROTOCOL_COUNT; p++)
        for (int f = 0; f < FAMILY_COUNT; f++) {
            fake_answer_range(&fake, p, f, 49152, 16384, RANGE_SOURCE_WMI);
            fake.exclusions.is_known[p][f] = true;
        }
    fake.services.is_known = fake.log.is_known = true;
    memset(&snapshot, 0, sizeof snapshot);
    memset(&diagnosis, 0, sizeof diagnosis);
}

void outage_tear_down(void)
{
    diagnosis_release(&diagnosis);
    snapshot_release(&snapshot);
    fake_release(&fake);
}

void diagnose(unsigned samples, bool with_probe)
{
    struct fault fault;
    diagnosis_release(&diagnosis);
    snapshot_release(&snapshot);
    ck_assert(snapshot_take(&fake.machine, SNAPSHOT_EVENTS, &snapshot, &fault));
    for (unsigned i = 1; i < samples; i++) {
        fake.machine.clock.sleep_ms(fake.machine.clock.context, 1000);
        ck_assert(snapshot_refresh(&fake.machine, &snapshot, &fault));
    }
    if (with_probe)
        ck_assert(probe_run(&fake.machine, &snapshot, &probe, &fault));
    ck_assert(diagnosis_make(&snapshot, with_probe ? &probe : NULL, &diagnosis, &fault));
}

void expect_kind(enum diagnosis_kind kind)
{
    ck_assert_msg(diagnosis.main.kind == kind, "%s, not %s: %s", diagnosis_key(diagnosis.main.kind),
                  diagnosis_key(kind), text_string(&diagnosis.verdict));
}

const struct sentence *find_sentence(const struct sentences *sentences, const char *part)
{
    for (size_t i = 0; i < sentences->count; i++)
        if (strstr(text_string(&sentences->rows[i].text), part) ||
            strstr(sentences->rows[i].command, part))
            return &sentences->rows[i];
    return NULL;
}

void print_sentences(const struct sentences *sentences, char *buffer, size_t size)
{
    buffer[0] = '\0';
    for (size_t i = 0; i < sentences->count; i++)
        snprintf(buffer + strlen(buffer), size - strlen(buffer), "- %s [%s]\n",
                 text_string(&sentences->rows[i].text), sentences->rows[i].command);
}

void expect_sentence(const struct sentences *sentences, const char *part)
{
    char all[8192];
    print_sentences(sentences, all, sizeof all);
    ck_assert_msg(find_sentence(sentences, part) != NULL, "\"%s\" is not in:\n%s", part, all);
}

void expect_no_sentence(const struct sentences *sentences, const char *part)
{
    char all[8192];
    print_sentences(sentences, all, sizeof all);
    ck_assert_msg(find_sentence(sentences, part) == NULL, "\"%s\" is in:\n%s", part, all);
}

void expect_verdict(const char *sentence)
{
    ck_assert_str_eq(text_string(&diagnosis.verdict), sentence);
}

void expect_doubt(const char *part)
{
    ck_assert(diagnosis.is_weak);
    ck_assert_msg(strstr(text_string(&diagnosis.doubt), part), "%s", text_string(&diagnosis.doubt));
}

void tcp(unsigned count, unsigned state, uint16_t port, const char *remote, uint16_t remote_port,
         uint32_t owner)
{
    fake_add_sockets(&fake, count, PROTOCOL_TCP, state, "10.0.0.5", port, remote, remote_port,
                     owner);
}

void udp(unsigned count, uint16_t port, uint32_t owner)
{
    fake_add_sockets(&fake, count, PROTOCOL_UDP, STATE_NONE, "0.0.0.0", port, NULL, 0, owner);
}

void tcp_scattered(unsigned count, unsigned state, uint16_t port, uint32_t owner)
{
    char remote[32];
    for (unsigned i = 0; i < count; i += 100) {
        snprintf(remote, sizeof remote, "10.1.%u.7", i / 100 % 250);
        tcp(count - i < 100 ? count - i : 100, state, (uint16_t)(port + i), remote, 443, owner);
    }
}
