#include "core/use/csv.h"

#include <string.h>

/* Returns whether a spreadsheet could run the text as a formula. Formulas start with = + - @, even
 * after blanks and quotes. East Asian editions treat the full-width forms of these characters in
 * the same way. */
static bool is_formula(const char *string)
{
    static const char *const starts[] = {"=",      "+",      "-",      "@",
                                         "\uff1d", "\uff0b", "\uff0d", "\uff20"};
    static const char *const blanks[] = {" ", "\t", "\r", "\n", "\u00a0", "\u3000", "\""};
    for (size_t i = 0; i < sizeof blanks / sizeof *blanks;) {
        size_t length = strlen(blanks[i]);
        bool is_blank = strncmp(string, blanks[i], length) == 0;
        string += is_blank ? length : 0;
        i = is_blank ? 0 : i + 1;
    }
    for (size_t i = 0; i < sizeof starts / sizeof *starts; i++)
        if (strncmp(string, starts[i], strlen(starts[i])) == 0)
            return true;
    return false;
}

static void append_cell(struct text *text, const char *string, bool has_formula)
{
    if (!has_formula && !strpbrk(string, ",\"")) {
        text_puts(text, string);
        return;
    }
    text_puts(text, has_formula ? "\"'" : "\"");
    for (; *string; string++)
        text_append(text, *string == '"' ? "\"\"" : string, *string == '"' ? 2 : 1);
    text_puts(text, "\"");
}

/* Escapes each semicolon before a formula. If the list separator of Windows is a semicolon, a
 * spreadsheet starts a new cell after each semicolon, even inside quotes, unless the quotes begin
 * the line. */
static void escape_separators(struct text *text, const char *string)
{
    for (; *string; string++)
        if (*string == ';' && is_formula(string + 1))
            text_puts(text, "\\x3b");
        else
            text_append(text, string, 1);
}

void csv_cell(struct text *text, const char *string)
{
    struct text safe, escaped;

    text_init(&safe);
    text_init(&escaped);
    text_safe(&safe, string, strlen(string));
    escape_separators(&escaped, text_string(&safe));
    append_cell(text, text_string(&escaped), is_formula(string) || is_formula(text_string(&safe)));
    text->is_broken |= safe.is_broken | escaped.is_broken;
    text_release(&escaped);
    text_release(&safe);
}

/* Appends the PID and the name of a process. The name is made safe for a screen, so it may differ
 * from the real name; JSON contains the exact name. */
static void append_owner(struct text *text, uint32_t owner, const char *image)
{
    if (owner != OWNER_UNKNOWN)
        text_printf(text, "%lu", (unsigned long)owner);
    text_puts(text, ",");
    csv_cell(text, image);
}

static void append_address(struct text *text, uint8_t family, const uint8_t address[16])
{
    char buffer[ADDRESS_SIZE];

    text_puts(text, address_string(buffer, (enum family)family, address));
}

void csv_group_heading(struct text *text, enum usage_group by)
{
    static const char *const keys[GROUP_KIND_COUNT] = {
        [GROUP_PROCESS] = "pid,process",        [GROUP_NAME] = "lowest_pid,process,processes",
        [GROUP_REMOTE] = "family,address,port", [GROUP_STATE] = "state",
        [GROUP_ADDRESS] = "family,address",
    };

    text_printf(text, "protocol,ports,sockets,time_wait,%s\r\n", keys[by]);
}

void csv_group(struct text *text, enum usage_group by, const struct usage_bucket *bucket,
               const char *image)
{
    text_printf(text, "%s,%lu,%lu,%lu,", protocol_key(bucket->protocol),
                (unsigned long)bucket->ports, (unsigned long)bucket->sockets,
                (unsigned long)bucket->time_wait);
    switch (by) {
    case GROUP_PROCESS:
        append_owner(text, bucket->owner, image);
        break;
    case GROUP_NAME:
        append_owner(text, bucket->owner, image);
        text_printf(text, ",%lu", (unsigned long)bucket->processes);
        break;
    case GROUP_REMOTE:
    case GROUP_ADDRESS:
        text_printf(text, "%s,", family_key((enum family)bucket->family));
        append_address(text, bucket->family, bucket->address);
        if (by == GROUP_REMOTE)
            text_printf(text, ",%u", (unsigned)bucket->port);
        break;
    case GROUP_STATE:
        text_puts(text, port_state_key((enum port_state)bucket->state));
        break;
    case GROUP_KIND_COUNT:
        break;
    }
    text_puts(text, "\r\n");
}

void csv_socket_heading(struct text *text)
{
    text_puts(text, "protocol,family,local_address,local_port,remote_address,remote_port,state,pid,"
                    "process\r\n");
}

void csv_socket(struct text *text, const struct socket_row *row, const char *image)
{
    text_printf(text, "%s,%s,", protocol_key((enum protocol)row->protocol),
                family_key((enum family)row->family));
    append_address(text, row->family, row->local);
    text_printf(text, ",%u,", (unsigned)row->local_port);
    if (row->has_remote) {
        append_address(text, row->family, row->remote);
        text_printf(text, ",%u", (unsigned)row->remote_port);
    } else {
        text_puts(text, ",");
    }
    text_printf(text, ",%s,", row->state == STATE_NONE ? "" : socket_state_key(row->state));
    append_owner(text, row->owner, image);
    text_puts(text, "\r\n");
}
