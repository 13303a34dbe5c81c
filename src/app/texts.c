#include "app/app.h"
#include "base/memory.h"
#include "ui/ui.h"

#include <stdio.h>
#include <stdlib.h>

enum { TEXT_MAX = 256 * 1024 };

static void print(void (*write)(struct str *out))
{
    char *text = memory_new(TEXT_MAX);
    struct str out = str_on(text, TEXT_MAX);

    write(&out);
    fputs(text, stdout);
    free(text);
}

void app_print_example(void)
{
    print(settings_write_example);
}

void app_print_keys(void)
{
    print(ui_write_keys);
}

void app_print_exit_codes(void)
{
    print(exit_code_write_table);
}

void app_print_machine(void)
{
    print(run_write_table);
}
