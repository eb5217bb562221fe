#include "documents.h"

#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>

void documents_begin(void)
{
    const char *path = getenv("MAXPORT_DOCUMENTS");

    if (path)
        remove(path);
}

void documents_keep(const char *text)
{
    const char *path = getenv("MAXPORT_DOCUMENTS");
    FILE *file = path && *text == '{' ? fopen(path, "ab") : NULL;
    json_error_t error;
    json_t *document;

    if (!file)
        return;
    /* With --watch, the output consists of many documents. */
    while ((document = json_loads(text, JSON_REJECT_DUPLICATES | JSON_DISABLE_EOF_CHECK, &error))) {
        if (!json_object_get(document, "prtg")) { /* PRTG's format, see cli/check_formats.h */
            json_dumpf(document, file, JSON_COMPACT | JSON_ENSURE_ASCII);
            fputs("\n", file);
        }
        json_decref(document);
        text += error.position;
    }
    fclose(file);
}
