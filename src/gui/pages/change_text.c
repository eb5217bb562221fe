#include "gui/pages/change_text.h"

const struct change_point_row change_points[CHANGE_POINT_COUNT] = {
    [CHANGE_POINT_AUTO] =
        {L"If possib&le", "auto",
         "Creates a System Restore point first, if System Restore is on. Always backs up the key."},
    [CHANGE_POINT_REQUIRE] = {L"Re&quired", "require",
                              "Nothing is changed unless a new restore point is created."},
    [CHANGE_POINT_SKIP] = {L"N&one", "skip",
                           "Backs up the key, and creates no restore point. Undo needs none."},
};

const char change_point_hint_of_servers[] =
    "Windows Server has no System Restore; the backup of the key serves instead.";

void change_print_ranges(const struct range_bar_view *view, struct text *text)
{
    text_puts(text, "TCP over IPv4 now: ");
    if (view->present.count)
        text_printf(text, "%u-%u", (unsigned)view->present.start,
                    (unsigned)range_end(view->present));
    else
        text_puts(text, "unknown");
    text_puts(text, "; after a restart: ");
    if (view->predicted.count)
        text_printf(text, "%u-%u, listeners inside: %zu", (unsigned)view->predicted.start,
                    (unsigned)range_end(view->predicted), view->listener_count);
    else
        text_puts(text, "unknown");
}

void change_print_stored(const struct survey *survey, size_t index, struct text *text)
{
    const struct setting *setting = setting_at(index);

    if (!survey->is_stored_known[index]) {
        text_printf(text, "%s could not be read: %s", setting->name,
                    survey->stored_fault[index].text);
    } else {
        const struct value *stored = &survey->stored[index];

        text_printf(text, "%s is ", setting->name);
        value_print(stored, text);
        if (stored->kind == VALUE_ABSENT) {
            text_puts(text, " (");
            setting_default_print(setting, &survey->os, text);
            text_puts(text, ")");
        } else if (!setting_accepts(setting, &survey->os, stored)) {
            text_puts(text, "; not a documented value, and its effect is unknown.");
            setting_print_slip(setting, &survey->os, stored, text);
        }
    }
}

void change_print_bounds(const struct survey *survey, size_t index, struct text *text)
{
    const struct setting *setting = setting_at(index);
    uint32_t minimum, maximum;

    setting_bounds(setting, &survey->os, &minimum, &maximum);
    text_printf(text, "%lu to %lu%s%s. Takes effect %s.", (unsigned long)minimum,
                (unsigned long)maximum, *setting->unit ? " " : "", setting->unit,
                setting->needs_restart ? setting_restart_words(&survey->os) : "immediately");
}

void change_print_reset(const struct survey *survey, size_t index, struct text *text)
{
    const struct setting *setting = setting_at(index);
    struct place place = setting_place(setting);
    /* maxport.exe first resolves an interrupted change; show the value after this step. */
    const struct value *now = resolving_value(&survey->resolving, &place);

    if (!now)
        now = &survey->stored[index];
    resolving_print(&survey->resolving, 80, text);
    text_printf(text,
                "%s will be deleted, so the Windows default applies again.\n"
                "\n"
                "  now    ",
                setting->name);
    value_print(now, text);
    text_puts(text, "\n  then   not set (");
    setting_default_print(setting, &survey->os, text);
    text_puts(text, ")\n"
                    "\n"
                    "The whole key is backed up first; undo restores the value.\n");
}
