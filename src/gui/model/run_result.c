#include "gui/model/run_result.h"

#include <string.h>

#include "core/change/entry_text.h"

/* README.md, "Exit codes". */
enum { EXIT_DONE, EXIT_FAILED, EXIT_USAGE, EXIT_DENIED, EXIT_STUCK, EXIT_DECLINED, EXIT_STORE };

bool run_result_is_good(const struct run_result *result)
{
    return result->is_started && result->state == RUN_ENDED && result->exit_code == EXIT_DONE;
}

static const char *words(uint32_t exit_code)
{
    switch (exit_code) {
    case EXIT_DONE:
        return "succeeded";
    case EXIT_FAILED:
        return "refused the change or failed; most likely the value has changed since this "
               "window read it";
    case EXIT_USAGE:
        return "rejected the request as invalid";
    case EXIT_DENIED:
        return "was denied access";
    case EXIT_STUCK:
        return "failed, and could not restore all previous values";
    case EXIT_DECLINED:
        return "was interrupted";
    case EXIT_STORE:
        return "could not write the journal or the backup";
    default:
        return NULL;
    }
}

static void print_entry(const struct journal_entry *entry, struct text *text)
{
    text_printf(text, "Change %llu: ", (unsigned long long)entry->id);
    for (size_t i = 0; i < entry->step_count; i++) {
        if (i)
            text_puts(text, "; ");
        entry_print_place(&entry->steps[i], text);
        text_puts(text, " ");
        entry_print_values(&entry->steps[i], text);
    }
    switch (entry->state) {
    case ENTRY_DONE:
        text_puts(text, ". Complete and verified.");
        break;
    case ENTRY_ROLLED_BACK:
        text_puts(text, ". It failed; its values were restored.");
        break;
    case ENTRY_STUCK:
        text_puts(text, ". It failed, and not all values could be restored.");
        break;
    case ENTRY_OPEN:
        text_puts(text, ". It was started, but its outcome is unknown.");
        break;
    case ENTRY_BACKUP:
        text_puts(text, "a backup was created; nothing was changed.");
        break;
    case ENTRY_RETURN:
        text_puts(text, "Windows was asked to return to a restore point.");
        break;
    case ENTRY_RETURN_REFUSED:
        text_puts(text, "Windows refused to return to a restore point; nothing was changed.");
        break;
    }
    if (*entry->outcome) {
        text_puts(text, " ");
        text_safe(text, entry->outcome, strlen(entry->outcome));
    }
}

void run_result_print(const struct run_result *result, const struct journal *journal,
                      struct text *text)
{
    const struct journal_entry *entry =
        journal && result->entry ? journal_find(journal, result->entry) : NULL;
    const char *meaning = words(result->exit_code);

    if (!result->is_started) {
        text_puts(text, result->fault.text);
        return;
    }
    if (result->state == RUN_GOES_ON) {
        text_puts(text, "maxport.exe is still running; the History page will show the outcome.");
        return;
    }
    if (entry)
        print_entry(entry, text);
    else if (result->state == RUN_UNSEEN)
        text_puts(text, "Windows did not report how maxport.exe ended. The History page shows "
                        "whether maxport.exe changed anything.");
    else if (meaning)
        text_printf(text,
                    "maxport.exe %s (exit code %lu). The History page shows what was changed.",
                    meaning, (unsigned long)result->exit_code);
    else
        text_printf(text,
                    "maxport.exe ended with the unexpected code %lu (0x%08lx); it may have "
                    "crashed or been ended. The History page shows whether a change was "
                    "interrupted.",
                    (unsigned long)result->exit_code, (unsigned long)result->exit_code);
}
