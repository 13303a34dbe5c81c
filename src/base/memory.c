#include "base/memory.h"

#include <stdlib.h>
#include <string.h>

static void *must(void *memory)
{
    if (memory == NULL)
        abort();
    return memory;
}

void *memory_new(size_t size)
{
    return must(calloc(1, size));
}

void *memory_resize(void *memory, size_t size)
{
    return must(realloc(memory, size));
}

char *memory_copy(const char *bytes, size_t length)
{
    char *copy = memory_new(length + 1);
    memcpy(copy, bytes, length);
    return copy;
}
