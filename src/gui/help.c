#include "gui/help.h"

void help_show(struct window *window)
{
    static const char text[] =
        "Now       Shows whether ports are the problem: two gauges, a chart and a map\n"
        "          of all ports.\n"
        "Who       Lists ports in use by process, program, remote endpoint, state or\n"
        "          address.\n"
        "Change    Changes MaxUserPort and other settings. The page shows the effect\n"
        "          before you apply it. maxport backs up the registry key first, and\n"
        "          you can undo each change.\n"
        "History   Lists past changes, with Undo.\n"
        "\n"
        "F5               refresh now\n"
        "Ctrl+1 to 4      switch pages\n"
        "Ctrl+S           save what the page shows\n"
        "Ctrl+C           copy\n"
        "Ctrl+Z           undo the newest change\n"
        "Tab, Alt+letter  move between controls\n"
        "F10              open the menu\n"
        "Enter            explain the port of a row or of the map\n"
        "Shift+F10        open the menu of a row; Sort by sorts the list\n"
        "Arrow keys       select a row, or a port of the map\n"
        "\n"
        "The window itself changes nothing: it runs maxport.exe, and Windows asks for\n"
        "administrator approval. In a console, run maxport.exe directly: maxport help\n";

    window_show_text(window, L"maxport help", text);
}

void help_show_about(struct window *window)
{
    static const char text[] =
        "maxport " MAXPORT_VERSION "\n"
        "\n"
        "Shows which ephemeral ports are in use and by which programs, and changes\n"
        "MaxUserPort after a backup, with undo.\n"
        "\n"
        "MIT licence, the maxport authors. JSON by jansson.\n";

    window_show_text(window, L"About maxport", text);
}
