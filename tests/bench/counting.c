/* Measures how many rows per second `status` and `ports` can count and group, and the window can
 * list and sort. The program runs on the build machine, not under Wine. Prints a line for each job:
 * name, rows, million rows per second. */
#define _POSIX_C_SOURCE 200809L

#include "core/use/usage_groups.h"
#include "gui/model/usage_rows.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum { RUNS = 31, RANGE_START = 49152, RANGE_PORTS = 16384 };

static uint64_t random_state = 88172645463325252u;

static uint32_t random_below(uint32_t bound)
{
    random_state ^= random_state << 13;
    random_state ^= random_state >> 7;
    random_state ^= random_state << 17;
    return (uint32_t)(random_state >> 32) % bound;
}

static double now_seconds(void)
{
    struct timespec time;
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time); /* CPU time does not depend on other programs */
    return (double)time.tv_sec + (double)time.tv_nsec / 1e9;
}

/* Fills in the sockets of a busy proxy with 200 processes: most rows are in TIME_WAIT, some are
 * open, few are UDP. `peers` is the number of different remote endpoints. */
static void fill(struct sockets *sockets, size_t count, uint32_t peers)
{
    struct fault fault;

    sockets_init(sockets);
    if (!sockets_reserve(sockets, count, &fault))
        exit(1);
    memset(sockets->rows, 0, count * sizeof *sockets->rows);
    for (int p = 0; p < PROTOCOL_COUNT; p++)
        for (int f = 0; f < FAMILY_COUNT; f++)
            sockets->tables[p][f].is_available = true;
    for (size_t i = 0; i < count; i++) {
        struct socket_row *row = &sockets->rows[i];
        uint32_t peer = random_below(peers);

        row->protocol = random_below(50) == 0 ? PROTOCOL_UDP : PROTOCOL_TCP;
        row->family = random_below(10) == 0 ? FAMILY_IPV6 : FAMILY_IPV4;
        row->local_port = (uint16_t)(RANGE_START + random_below(RANGE_PORTS));
        row->owner = 4 * (1 + random_below(200));
        row->local[0] = 10;
        if (row->protocol == PROTOCOL_UDP)
            continue;
        row->state = random_below(4) ? STATE_TIME_WAIT : STATE_ESTABLISHED;
        row->has_remote = true;
        row->remote_port = (uint16_t)(peer & 1 ? 443 : 1024 + peer % 60000);
        memcpy(row->remote, &peer, sizeof peer);
    }
    sockets->count = count;
}

/* Jobs that do not group. REFILL and SORT are for the window's list of sockets. */
enum other_job { COUNT = -1, REFILL = -2, SORT = -3 };

struct job {
    const char *name;
    int group;   /* enum usage_group or enum other_job */
    size_t most; /* maximum number of groups per protocol */
    uint32_t peers;
};

/* Refills the list from the same rows. A refill finds each row again and sorts the rows. */
static void refill(struct usage_rows *usage_rows, const struct sockets *sockets)
{
    static const struct processes nobody;
    static const struct usage usage[PROTOCOL_COUNT];
    struct usage_rows_input input = {.kind = USAGE_ROWS_SOCKETS,
                                     .sockets = sockets,
                                     .processes = &nobody,
                                     .has_names = true,
                                     .usage = usage};
    struct fault fault;

    if (!usage_rows_fill(usage_rows, &input, &fault) || usage_rows->shown_count != sockets->count)
        exit(1);
}

static void run_once(const struct job *job, const struct sockets *sockets,
                     struct usage_rows *usage_rows)
{
    static const struct port_range ranges[PROTOCOL_COUNT][FAMILY_COUNT] = {
        {{RANGE_START, RANGE_PORTS}, {RANGE_START, RANGE_PORTS}},
        {{RANGE_START, RANGE_PORTS}, {RANGE_START, RANGE_PORTS}},
    };
    struct usage_groups groups = {0};
    struct usage usage;
    struct fault fault;

    if (job->group == REFILL) {
        refill(usage_rows, sockets);
        return;
    }
    if (job->group == SORT) {
        usage_rows_sort(usage_rows, USAGE_ROWS_LOCAL, !usage_rows->is_descending);
        return;
    }
    if (job->group >= 0) {
        if (!usage_group(sockets, (enum usage_group)job->group, ranges, job->most, &groups,
                         &fault) ||
            groups.count == 0)
            exit(1);
        usage_groups_release(&groups);
        return;
    }
    for (int p = 0; p < PROTOCOL_COUNT; p++) {
        usage_count(sockets, (enum protocol)p, ranges[p], &usage);
        if (usage.united.in_use == 0)
            exit(1);
    }
}

static int compare(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

int main(void)
{
    enum { SHOWN = 20 }; /* the default of `ports` */
    static const struct job jobs[] = {
        {"count", COUNT, 0, 1000},
        {"group by process", GROUP_PROCESS, SHOWN, 1000},
        {"group by remote, 100 peers", GROUP_REMOTE, SHOWN, 100},
        {"group by remote, 5,000 peers", GROUP_REMOTE, SHOWN, 5000},
        {"group by remote, all different", GROUP_REMOTE, SHOWN, 0xffffffff},
        {"all of these, listed", GROUP_REMOTE, SIZE_MAX, 0xffffffff},
        {"window: each socket, filled again", REFILL, 0, 5000},
        {"window: each socket, sorted", SORT, 0, 5000},
    };
    static const size_t sizes[] = {50000, 1000000};

    for (size_t s = 0; s < sizeof sizes / sizeof *sizes; s++)
        for (size_t j = 0; j < sizeof jobs / sizeof *jobs; j++) {
            double seconds[RUNS];
            struct sockets sockets;
            struct usage_rows usage_rows;

            if (jobs[j].group <= REFILL && s > 0)
                continue; /* a window never has a million rows */
            fill(&sockets, sizes[s], jobs[j].peers);
            usage_rows_init(&usage_rows);
            if (jobs[j].group == SORT)
                refill(&usage_rows, &sockets);
            run_once(&jobs[j], &sockets, &usage_rows);
            for (int i = 0; i < RUNS; i++) {
                double started = now_seconds();
                run_once(&jobs[j], &sockets, &usage_rows);
                seconds[i] = now_seconds() - started;
            }
            qsort(seconds, RUNS, sizeof *seconds, compare);
            printf("%s\t%zu\t%.1f\n", jobs[j].name, sizes[s],
                   (double)sizes[s] / seconds[RUNS / 2] / 1e6);
            usage_rows_release(&usage_rows);
            sockets_release(&sockets);
        }
    return 0;
}
