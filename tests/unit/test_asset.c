#include "base/asset.h"

#include "lib/test.h"

#include <stdio.h>
#include <string.h>

static void test_sorted_and_whole(void **state)
{
    (void)state;
    size_t count;
    const struct asset *assets = asset_all(&count);
    assert_true(count > 0);
    for (size_t i = 0; i < count; i++) {
        if (i > 0)
            assert_true(strcmp(assets[i - 1].name, assets[i].name) < 0);
        assert_ptr_equal(asset_find(assets[i].name), &assets[i]);
        assert_int_equal(assets[i].bytes[assets[i].length], '\0');
        assert_int_equal(strlen(assets[i].sha256), 64);
    }
}

static void test_unknown(void **state)
{
    (void)state;
    assert_null(asset_find("recipes/none/check.sh"));
    assert_null(asset_find(""));
    assert_null(asset_find("zzz"));
}

/* What the build carried is what coreutils sees in the tree. */
static void test_digest(void **state)
{
    (void)state;
    static const char name[] = "recipes/perl-starman/build.sh";
    const struct asset *asset = asset_find(name);
    assert_non_null(asset);
    FILE *sum = popen("sha256sum < assets/recipes/perl-starman/build.sh", "r");
    assert_non_null(sum);
    char digest[65] = "";
    assert_int_equal(fread(digest, 1, 64, sum), 64);
    pclose(sum);
    assert_string_equal(digest, asset->sha256);
}

/* A helper is one program: its parts are put in, and do not stand beside it. */
static void test_helpers_are_assembled(void **state)
{
    (void)state;
    static const char *const helpers[] = {"remote/bgc-lb", "remote/bgc-host",
                                          "remote/bootstrap"};
    for (size_t i = 0; i < LENGTH_OF(helpers); i++) {
        const struct asset *helper = asset_find(helpers[i]);
        assert_non_null(helper);
        assert_int_equal(strncmp(helper->bytes, "#!/usr/bin/perl", 15), 0);
    }
    assert_null(asset_find("remote/common.pl"));
    assert_null(asset_find("remote/assemble"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_sorted_and_whole),
        cmocka_unit_test(test_unknown),
        cmocka_unit_test(test_digest),
        cmocka_unit_test(test_helpers_are_assembled),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
