#include "core/rules/known_values.h"

#include <string.h>

#include "core/rules/confidence.h"

struct known_value {
    const char *setting; /* name of the setting */
    uint32_t number;
    const char *user; /* the program that writes the value, or the guide that recommends it */
    bool is_on_servers_only;
    enum confidence confidence;
};

static const struct known_value rows[] = {
    {"MaxUserPort", 60000, "Exchange Server 2003 and 2007", true, CONFIDENCE_DOCUMENTED},
    {"MaxUserPort", 60000, "Windows Small Business Server", true, CONFIDENCE_INFERRED},
    {"MaxUserPort", 65536, "Windows Small Business Server", true, CONFIDENCE_INFERRED},
    {"MaxUserPort", 65534, "the installer of Nmap", false, CONFIDENCE_INFERRED},
    {"MaxUserPort", 65534, "the setup of Visual Studio", false, CONFIDENCE_INFERRED},
    {"MaxUserPort", 65534, "public tuning scripts", false, CONFIDENCE_INFERRED},
    {"MaxUserPort", 65534, "Oracle's guide for EPM 11.2", false, CONFIDENCE_RULE_OF_THUMB},
    {"TcpTimedWaitDelay", 30, "the installer of Nmap", false, CONFIDENCE_INFERRED},
    {"TcpTimedWaitDelay", 30, "public tuning scripts", false, CONFIDENCE_INFERRED},
    {"TcpTimedWaitDelay", 30, "Oracle's guide for EPM 11.2", false, CONFIDENCE_RULE_OF_THUMB},
};

static bool is_match(const struct known_value *row, const char *setting, uint32_t number,
                     const struct os_version *os)
{
    return strcmp(row->setting, setting) == 0 && row->number == number &&
           (!row->is_on_servers_only || !os || os_is_server(os));
}

bool known_value_exists(const char *setting, uint32_t number, const struct os_version *os)
{
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        if (is_match(&rows[i], setting, number, os))
            return true;
    return false;
}

void known_value_print(const char *setting, uint32_t number, const struct os_version *os,
                       struct text *text)
{
    bool is_first = true;

    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        if (!is_match(&rows[i], setting, number, os))
            continue;
        text_printf(text, "%s%s (%s)", is_first ? "" : ", ", rows[i].user,
                    confidence_name(rows[i].confidence));
        is_first = false;
    }
}
