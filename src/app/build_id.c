#include "app/build_id.h"

#include "base/str.h"

#include <link.h>
#include <string.h>

enum { ALIGNED = 4 };

static size_t padded(size_t size)
{
    return (size + ALIGNED - 1) / ALIGNED * ALIGNED;
}

static bool is_build_id(const ElfW(Nhdr) * note)
{
    static const char owner[] = "GNU";

    return note->n_type == NT_GNU_BUILD_ID && note->n_namesz == sizeof owner &&
           memcmp(note + 1, owner, sizeof owner) == 0;
}

/* The notes of one segment, as elf(5) lays them out. */
static void look_at(const char *at, size_t left, struct str *out)
{
    while (left >= sizeof(ElfW(Nhdr))) {
        const ElfW(Nhdr) *note = (const void *)at;
        size_t name = padded(note->n_namesz);
        size_t size = sizeof *note + name + padded(note->n_descsz);
        if (size > left)
            return;
        if (is_build_id(note)) {
            for (size_t i = 0; i < note->n_descsz; i++)
                str_addf(out, "%02x", (unsigned char)at[sizeof *note + name + i]);
            return;
        }
        at += size;
        left -= size;
    }
}

/* The program itself is the first object; the others are its libraries. */
static int look_at_program(struct dl_phdr_info *info, size_t size, void *context)
{
    (void)size;
    for (int i = 0; i < info->dlpi_phnum; i++) {
        const ElfW(Phdr) *segment = &info->dlpi_phdr[i];
        if (segment->p_type == PT_NOTE)
            look_at((const char *)(info->dlpi_addr + segment->p_vaddr),
                    segment->p_memsz, context);
    }
    return 1;
}

void build_id(char buffer[BUILD_ID_SIZE])
{
    struct str out = str_on(buffer, BUILD_ID_SIZE);

    dl_iterate_phdr(look_at_program, &out);
}
