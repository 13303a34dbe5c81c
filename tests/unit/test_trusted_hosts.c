/* Our own known_hosts file: added to, read back, forgotten. */

#include "net/trusted_hosts.h"

#include "lib/scratch.h"
#include "lib/test.h"
#include "net/known_hosts.h"

#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define KEY_A "AAAAC3NzaC1lZDI1NTE5AAAAIJw+2h0GaxIq9RpSZdH60l3S3A8TcXA1UsjTlCqb73a1"
#define KEY_B "AAAAC3NzaC1lZDI1NTE5AAAAID5QSNXGKrUljU+zI6462wtojtsxnhmlpkgms+C0JRVj"

static struct host_key key_of(const char *base64)
{
    struct host_key key;
    assert_true(ssh_key_from_base64(base64, strlen(base64), key.blob, sizeof key.blob,
                                    &key.length));
    return key;
}

static void test_life(void **state)
{
    struct host_key a = key_of(KEY_A), b = key_of(KEY_B);
    struct scratch scratch;
    char path[SCRATCH_PATH_MAX], text[1024];
    struct stat status;
    struct err err;
    int count;
    (void)state;

    scratch_make(&scratch);
    scratch_file(&scratch, "state/known_hosts", path); /* nothing is there yet */
    assert_true(trusted_hosts_add(path, "10.0.0.21", &a, 1, &err));
    assert_true(trusted_hosts_add(path, "[10.0.0.22]:2222", &b, 1, &err));
    assert_int_equal(stat(path, &status), 0);
    assert_int_equal(status.st_mode & 0777, 0600);
    scratch_read(path, text, sizeof text);
    assert_string_equal(text, "10.0.0.21 ssh-ed25519 " KEY_A
                              "\n[10.0.0.22]:2222 ssh-ed25519 " KEY_B "\n");

    assert_true(trusted_hosts_forget(path, "10.0.0.22", &count, &err));
    assert_int_equal(count, 0); /* another port is another host */
    assert_true(trusted_hosts_forget(path, "10.0.0.21", &count, &err));
    assert_int_equal(count, 1);
    scratch_read(path, text, sizeof text);
    assert_string_equal(text, "[10.0.0.22]:2222 ssh-ed25519 " KEY_B "\n");
    scratch_remove(&scratch);
}

/* Two files count as one: what ours adds holds, what theirs revokes stays revoked. */
static void test_beside_another(void **state)
{
    static const char revoked[] = "@revoked * ssh-ed25519 " KEY_B "\n";
    struct host_key a = key_of(KEY_A), b = key_of(KEY_B);
    const struct host_key both[] = {a, b};
    struct scratch scratch;
    char theirs[SCRATCH_PATH_MAX], ours[SCRATCH_PATH_MAX];
    struct known_hosts known = {0};
    struct known_answer answer;
    struct err err;
    (void)state;

    scratch_make(&scratch);
    scratch_write(&scratch, "theirs", revoked, sizeof revoked - 1, 0644);
    scratch_file(&scratch, "theirs", theirs);
    scratch_file(&scratch, "ours", ours);
    assert_true(trusted_hosts_add(ours, "10.0.0.21", both, 2, &err));
    assert_true(known_hosts_add(&known, theirs, &err));
    assert_true(known_hosts_add(&known, ours, &err));
    known_hosts_judge(&known, "10.0.0.21", 22, a.blob, a.length, &answer);
    assert_int_equal(answer.verdict, KNOWN_MATCH);
    assert_string_equal(answer.path, ours);
    known_hosts_judge(&known, "10.0.0.21", 22, b.blob, b.length, &answer);
    assert_int_equal(answer.verdict, KNOWN_REVOKED);
    assert_string_equal(answer.path, theirs);
    known_hosts_close(&known);
    scratch_remove(&scratch);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_life),
        cmocka_unit_test(test_beside_another),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
