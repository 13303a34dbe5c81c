/* Which keys a host is known by: one table of files, hosts and shown keys. */

#include "net/known_hosts.h"

#include "lib/test.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* Made by ssh-keygen for this test; nothing uses their private halves. */
#define KEY_A "AAAAC3NzaC1lZDI1NTE5AAAAIJw+2h0GaxIq9RpSZdH60l3S3A8TcXA1UsjTlCqb73a1"
#define KEY_B "AAAAC3NzaC1lZDI1NTE5AAAAID5QSNXGKrUljU+zI6462wtojtsxnhmlpkgms+C0JRVj"
#define KEY_E                                                                          \
    "AAAAE2VjZHNhLXNoYTItbmlzdHAyNTYAAAAIbmlzdHAyNTYAAABBBKmcei6RH72NCk8BAMH11feYaOGs" \
    "wQpuy4w8AEeSntSy8Lnwn2QXJSeNUwHJC3vo7gC6QtM4Ae9ZE/FbgifH+cg="
#define PRINT_A "SHA256:kmF9xllitJ90ddmX+B3ujoCKDt+/63vM2JHqn9Dxk7c"
#define PRINT_B "SHA256:0gVuRptDRG3PWcdRuhFWiyUOWQOhXfcFY6o164x0sOE"
#define A "ssh-ed25519 " KEY_A
#define B "ssh-ed25519 " KEY_B
#define E "ecdsa-sha2-nistp256 " KEY_E

/* `ssh-keygen -H` of "10.0.0.21" and of "[10.0.0.21]:2222" */
#define HASHED "|1|ntZtDAClxyFnsswP4uIhsA7E4Gc=|AdhqFxFeBBtB0sxKueGnsDxP3kk= "
#define HASHED_2222 "|1|fO/nkXFYyINoEY2qy5uDKA618rM=|FsBcvvh7g86XE+f8U5iqgffjqnM= "

struct row {
    const char *what;
    const char *text;
    const char *address;
    int port;
    const char *shown; /* base64 of the key that the host showed */
    enum known_verdict verdict;
    int line;
    const char *types; /* the known ones, with a space after each */
    int bad_lines;
};

/* clang-format off */
static const struct row rows[] = {
    /* what               text                             address       port  shown  verdict        line types                              bad */
    {"plain",             "10.0.0.21 " A "\n",             "10.0.0.21",  22,   KEY_A, KNOWN_MATCH,   1,   "ssh-ed25519 ",                     0},
    {"no newline at end", "10.0.0.21 " A,                  "10.0.0.21",  22,   KEY_A, KNOWN_MATCH,   1,   "ssh-ed25519 ",                     0},
    {"with a comment",    "10.0.0.21 " A " lab\n",         "10.0.0.21",  22,   KEY_A, KNOWN_MATCH,   1,   "ssh-ed25519 ",                     0},
    {"carriage return",   "10.0.0.21 " A "\r\n",           "10.0.0.21",  22,   KEY_A, KNOWN_MATCH,   1,   "ssh-ed25519 ",                     0},
    {"indented, tabs",    "  10.0.0.21\tssh-ed25519\t" KEY_A "\n", "10.0.0.21", 22, KEY_A, KNOWN_MATCH, 1, "ssh-ed25519 ",                    0},
    {"several names",     "web-1,10.0.0.21,fd00::1 " A "\n", "10.0.0.21", 22,  KEY_A, KNOWN_MATCH,   1,   "ssh-ed25519 ",                     0},
    {"IPv6, upper case",  "FD00::1 " A "\n",               "fd00::1",    22,   KEY_A, KNOWN_MATCH,   1,   "ssh-ed25519 ",                     0},
    {"nothing",           "",                              "10.0.0.21",  22,   KEY_A, KNOWN_UNKNOWN, 0,   "",                                 0},
    {"another host",      "10.0.0.2 " A "\n",              "10.0.0.21",  22,   KEY_A, KNOWN_UNKNOWN, 0,   "",                                 0},
    {"longer name",       "10.0.0.212 " A "\n",            "10.0.0.21",  22,   KEY_A, KNOWN_UNKNOWN, 0,   "",                                 0},
    {"commented out",     "#10.0.0.21 " A "\n",            "10.0.0.21",  22,   KEY_A, KNOWN_UNKNOWN, 0,   "",                                 0},

    {"changed",           "\n10.0.0.21 " B "\n",           "10.0.0.21",  22,   KEY_A, KNOWN_CHANGED, 2,   "ssh-ed25519 ",                     0},
    {"other type known",  "10.0.0.21 " E "\n",             "10.0.0.21",  22,   KEY_A, KNOWN_CHANGED, 1,   "ecdsa-sha2-nistp256 ",             0},
    {"same type tells",   "10.0.0.21 " E "\n10.0.0.21 " B "\n", "10.0.0.21", 22, KEY_A, KNOWN_CHANGED, 2, "ecdsa-sha2-nistp256 ssh-ed25519 ", 0},
    {"two keys, second",  "10.0.0.21 " B "\n10.0.0.21 " A "\n", "10.0.0.21", 22, KEY_A, KNOWN_MATCH, 2,   "ssh-ed25519 ",                     0},

    {"port",              "[10.0.0.21]:2222 " A "\n",      "10.0.0.21",  2222, KEY_A, KNOWN_MATCH,   1,   "ssh-ed25519 ",                     0},
    {"22 vouches not",    "10.0.0.21 " A "\n",             "10.0.0.21",  2222, KEY_A, KNOWN_UNKNOWN, 0,   "",                                 0},
    {"nor 2222 for 22",   "[10.0.0.21]:2222 " A "\n",      "10.0.0.21",  22,   KEY_A, KNOWN_UNKNOWN, 0,   "",                                 0},

    {"hashed",            HASHED A "\n",                   "10.0.0.21",  22,   KEY_A, KNOWN_MATCH,   1,   "ssh-ed25519 ",                     0},
    {"hashed, other",     HASHED A "\n",                   "10.0.0.22",  22,   KEY_A, KNOWN_UNKNOWN, 0,   "",                                 0},
    {"hashed with port",  HASHED_2222 A "\n",              "10.0.0.21",  2222, KEY_A, KNOWN_MATCH,   1,   "ssh-ed25519 ",                     0},
    {"hashed port vs 22", HASHED_2222 A "\n",              "10.0.0.21",  22,   KEY_A, KNOWN_UNKNOWN, 0,   "",                                 0},
    {"hash is broken",    "|1|ntZt|AdhqF " A "\n",         "10.0.0.21",  22,   KEY_A, KNOWN_UNKNOWN, 0,   "",                                 0},

    {"star",              "10.0.0.* " A "\n",              "10.0.0.21",  22,   KEY_A, KNOWN_MATCH,   1,   "ssh-ed25519 ",                     0},
    {"stars",             "*0*.2* " A "\n",                "10.0.0.21",  22,   KEY_A, KNOWN_MATCH,   1,   "ssh-ed25519 ",                     0},
    {"star, no match",    "10.0.1.* " A "\n",              "10.0.0.21",  22,   KEY_A, KNOWN_UNKNOWN, 0,   "",                                 0},
    {"question mark",     "10.0.0.2? " A "\n",             "10.0.0.21",  22,   KEY_A, KNOWN_MATCH,   1,   "ssh-ed25519 ",                     0},
    {"one is one",        "10.0.0.? " A "\n",              "10.0.0.21",  22,   KEY_A, KNOWN_UNKNOWN, 0,   "",                                 0},
    {"taken away",        "10.0.0.*,!10.0.0.21 " A "\n",   "10.0.0.21",  22,   KEY_A, KNOWN_UNKNOWN, 0,   "",                                 0},
    {"taken away first",  "!10.0.0.21,10.0.0.* " A "\n",   "10.0.0.21",  22,   KEY_A, KNOWN_UNKNOWN, 0,   "",                                 0},
    {"another is taken",  "10.0.0.*,!10.0.0.22 " A "\n",   "10.0.0.21",  22,   KEY_A, KNOWN_MATCH,   1,   "ssh-ed25519 ",                     0},
    {"only taken away",   "!10.0.0.22 " A "\n",            "10.0.0.21",  22,   KEY_A, KNOWN_UNKNOWN, 0,   "",                                 0},
    {"star and port",     "* " A "\n",                     "10.0.0.21",  2222, KEY_A, KNOWN_MATCH,   1,   "ssh-ed25519 ",                     0},

    {"revoked",           "10.0.0.21 " A "\n@revoked * " A "\n", "10.0.0.21", 22, KEY_A, KNOWN_REVOKED, 2, "ssh-ed25519 ",                    0},
    {"revoked first",     "@revoked * " A "\n10.0.0.21 " A "\n", "10.0.0.21", 22, KEY_A, KNOWN_REVOKED, 1, "ssh-ed25519 ",                    0},
    {"another revoked",   "@revoked * " B "\n10.0.0.21 " A "\n", "10.0.0.21", 22, KEY_A, KNOWN_MATCH, 2,  "ssh-ed25519 ",                     0},
    {"only revoked",      "@revoked * " B "\n",            "10.0.0.21",  22,   KEY_A, KNOWN_UNKNOWN, 0,   "",                                 0},
    {"authority",         "@cert-authority * " A "\n",     "10.0.0.21",  22,   KEY_A, KNOWN_UNKNOWN, 0,   "",                                 0},

    {"bad base64",        "10.0.0.21 ssh-ed25519 AAAA!\n10.0.0.21 " A "\n", "10.0.0.21", 22, KEY_A, KNOWN_MATCH, 2, "ssh-ed25519 ",           1},
    {"type is a lie",     "10.0.0.21 ssh-rsa " KEY_A "\n", "10.0.0.21",  22,   KEY_A, KNOWN_UNKNOWN, 0,   "",                                 1},
    {"key cut",           "10.0.0.21 ssh-ed25519 AAAA\n",  "10.0.0.21",  22,   KEY_A, KNOWN_UNKNOWN, 0,   "",                                 1},
    {"no key",            "10.0.0.21 ssh-ed25519\n",       "10.0.0.21",  22,   KEY_A, KNOWN_UNKNOWN, 0,   "",                                 1},
    {"one word",          "10.0.0.21\n",                   "10.0.0.21",  22,   KEY_A, KNOWN_UNKNOWN, 0,   "",                                 1},
    {"unknown marker",    "@trusted 10.0.0.21 " A "\n",    "10.0.0.21",  22,   KEY_A, KNOWN_UNKNOWN, 0,   "",                                 1},
    {"marker alone",      "@revoked\n",                    "10.0.0.21",  22,   KEY_A, KNOWN_UNKNOWN, 0,   "",                                 1},
};
/* clang-format on */

static size_t blob_of(const char *base64, unsigned char blob[SSH_KEY_BLOB_MAX])
{
    size_t length;
    assert_true(
        ssh_key_from_base64(base64, strlen(base64), blob, SSH_KEY_BLOB_MAX, &length));
    return length;
}

/* A copy without a NUL behind, so that the sanitizer sees what reads too far. */
static struct known_hosts hosts_of(const char *text)
{
    struct known_hosts hosts = {.count = 1};
    struct known_file *file = &hosts.files[0];
    *file = (struct known_file){.length = strlen(text), .path = "known_hosts"};
    file->text = malloc(file->length ? file->length : 1);
    assert_non_null(file->text);
    memcpy(file->text, text, file->length);
    return hosts;
}

static void check_row(const struct row *row)
{
    unsigned char blob[SSH_KEY_BLOB_MAX];
    size_t length = blob_of(row->shown, blob);
    struct known_hosts hosts = hosts_of(row->text);
    struct known_answer answer;
    struct known_types types;
    char names[KNOWN_TYPES_MAX * SSH_KEY_TYPE_MAX] = "";

    known_hosts_judge(&hosts, row->address, row->port, blob, length, &answer);
    known_hosts_types(&hosts, row->address, row->port, &types);
    for (int i = 0; i < types.count; i++) {
        strcat(names, types.names[i]);
        strcat(names, " ");
    }
    if (answer.verdict != row->verdict || answer.line != row->line ||
        answer.bad_lines != row->bad_lines || strcmp(names, row->types) != 0)
        fail_msg("%s: verdict %d in line %d, %d bad lines, types \"%s\"", row->what,
                 answer.verdict, answer.line, answer.bad_lines, names);
    known_hosts_close(&hosts);
}

static void test_table(void **state)
{
    (void)state;
    for (size_t i = 0; i < LENGTH_OF(rows); i++)
        check_row(&rows[i]);
}

/* What the operator reads. */
static void check_words(const char *text, const char *const *words, size_t count)
{
    unsigned char blob[SSH_KEY_BLOB_MAX];
    size_t length = blob_of(KEY_A, blob);
    struct known_hosts hosts = hosts_of(text);
    struct known_answer answer;
    struct err err;

    known_hosts_judge(&hosts, "10.0.0.21", 22, blob, length, &answer);
    assert_false(known_answer_accept(&answer, &hosts, "10.0.0.21", &err));
    assert_int_equal(err.code, ERR_HOST_KEY);
    for (size_t i = 0; i < count; i++) {
        if (!strstr(err.text, words[i]))
            fail_msg("\"%s\" is not in: %s", words[i], err.text);
    }
    known_hosts_close(&hosts);
}

static void test_words(void **state)
{
    const char *const changed[] = {"known_hosts:2 ", PRINT_A, PRINT_B,
                                   "nothing goes on until you have found out why",
                                   "if the host was rebuilt, remove that line"};
    const char *const revoked[] = {"known_hosts:1 marks @revoked", PRINT_A};
    const char *const unknown[] = {"not in known_hosts", PRINT_A, "`bgconsole trust 10.0.0.21`",
                                   "Line 1 names it by @cert-authority",
                                   "(1 lines cannot be read, the first is known_hosts:2.)"};
    (void)state;
    check_words("# one\n10.0.0.21 " B "\n", changed, LENGTH_OF(changed));
    check_words("@revoked * " A "\n", revoked, LENGTH_OF(revoked));
    check_words("@cert-authority * " B "\nnonsense\n", unknown, LENGTH_OF(unknown));
}

static void test_file(void **state)
{
    char path[] = "/tmp/bgc-known-XXXXXX";
    struct known_hosts hosts = {0};
    struct err err;
    (void)state;

    int fd = mkstemp(path);
    assert_return_code(fd, 0);
    assert_int_equal(write(fd, "10.0.0.21 " A "\n", 20), 20);
    close(fd);
    assert_true(known_hosts_add(&hosts, path, &err));
    assert_int_equal(hosts.files[0].length, 20);
    known_hosts_close(&hosts);
    unlink(path);

    /* No file knows nobody; something else in its place is an error. */
    assert_true(known_hosts_add(&hosts, path, &err));
    assert_int_equal(hosts.files[0].length, 0);
    known_hosts_close(&hosts);
    assert_false(known_hosts_add(&hosts, "/tmp", &err));
    assert_int_equal(err.code, ERR_IO);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_table),
        cmocka_unit_test(test_words),
        cmocka_unit_test(test_file),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
