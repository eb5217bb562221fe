#include "gui/model/rows.h"

#include <stdlib.h>

bool rows_grow(void **data, size_t *capacity, size_t wanted, size_t size)
{
    void *larger;

    if (wanted <= *capacity)
        return true;
    wanted += wanted / 4;
    larger = realloc(*data, wanted * size);
    if (!larger)
        return false;
    *data = larger;
    *capacity = wanted;
    return true;
}

const char *rows_string(const struct text *texts, uint32_t at)
{
    return at < texts->length ? texts->data + at : "";
}

bool rows_has_owner(uint32_t owner)
{
    return owner != 0 && owner != (uint32_t)OWNER_UNKNOWN;
}

const struct usage_rows_row *rows_at(const struct usage_rows *usage_rows, size_t place)
{
    return place < usage_rows->shown_count ? &usage_rows->rows[usage_rows->shown[place]] : NULL;
}
