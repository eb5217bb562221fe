#include "core/system/services.h"

#include <stdlib.h>

#include "core/base/quote.h"
#include "core/base/text.h"
#include "core/system/processes.h"
#include "core/system/sockets.h"

enum {
    SHOWN_MAX = 4, /* if there are more services: three names and "and N more" */
    QUOTED_SIZE = 300,
};

void services_init(struct services *services)
{
    *services = (struct services){.rows = NULL};
}

void services_release(struct services *services)
{
    free(services->rows);
    services_init(services);
}

static int compare(const void *a, const void *b)
{
    const struct service *x = a, *y = b;
    if (x->process != y->process)
        return x->process < y->process ? -1 : 1;
    return ascii_compare(x->name, y->name);
}

void services_sort(struct services *services)
{
    if (services->count > 1)
        qsort(services->rows, services->count, sizeof *services->rows, compare);
}

static size_t count_of(const struct services *services, uint32_t process)
{
    size_t count = 0;
    for (size_t i = 0; i < services->count; i++)
        count += services->rows[i].process == process;
    return count;
}

/* Returns the text before an item in parentheses: " (" before the first item, ", " before the
 * others. */
static const char *separator(bool *is_open)
{
    const char *words = *is_open ? ", " : " (";
    *is_open = true;
    return words;
}

static void append_services(const struct services *services, uint32_t process, size_t count,
                            bool *is_open, struct text *text)
{
    size_t shown = count > SHOWN_MAX ? SHOWN_MAX - 1 : count;
    size_t left = shown;
    char name[QUOTED_SIZE];
    for (size_t i = 0; i < services->count && left > 0; i++) {
        if (services->rows[i].process == process) {
            text_puts(text, separator(is_open));
            text_puts(text, name_quote(services->rows[i].name, name, sizeof name));
            left--;
        }
    }
    if (shown < count)
        text_printf(text, " and %lu more", (unsigned long)(count - shown));
}

void process_describe(const struct processes *processes, const struct services *services,
                      const struct service_source *detail, uint32_t process, struct text *text)
{
    char buffer[QUOTED_SIZE], pool[QUOTED_SIZE];
    const struct process *row = processes_find(processes, process);
    size_t count = count_of(services, process);
    bool is_open = false;
    if (process == 0) {
        text_puts(text, processes_name(processes, process, buffer));
        return;
    }
    if (process == SYSTEM_PROCESS) {
        text_printf(text, "%s (e.g. HTTP.sys or SMB)", processes_name(processes, process, buffer));
        return;
    }
    if (process == (uint32_t)OWNER_UNKNOWN) {
        text_puts(text, "an unknown process");
        return;
    }
    if (!row && count > 0) /* the process started after the processes were listed */
        text_printf(text, "process %lu", (unsigned long)process);
    else
        text_puts(text, processes_name(processes, process, buffer));
    if (row && detail && detail->detail &&
        detail->detail(detail->context, process, row->name, pool, sizeof pool)) {
        text_puts(text, separator(&is_open));
        text_printf(text, "application pool %s", name_quote(pool, buffer, sizeof buffer));
    }
    append_services(services, process, count, &is_open, text);
    if (is_open)
        text_puts(text, ")");
}
