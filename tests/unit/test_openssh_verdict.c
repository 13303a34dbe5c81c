/* What OpenSSH 9.2 prints, word for word, and what the operator reads of it. */

#include "net/openssh_verdict.h"

#include "lib/test.h"

#include <string.h>

/* clang-format off */
static const struct {
    const char *said;
    enum err_code code;
    enum ssh_fault fault;
    const char *words;
} rows[] = {
    {"@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@\n"
     "@    WARNING: REMOTE HOST IDENTIFICATION HAS CHANGED!     @\n"
     "@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@\n"
     "IT IS POSSIBLE THAT SOMEONE IS DOING SOMETHING NASTY!\n"
     "The fingerprint for the ED25519 key sent by the remote host is\n"
     "SHA256:new.\n"
     "Please contact your system administrator.\n"
     "Add correct host key in /home/o/.ssh/known_hosts to get rid of this message.\n"
     "Offending ECDSA key in /home/o/.ssh/known_hosts:3\n"
     "Host key for 10.0.0.21 has changed and you have requested strict checking.\n"
     "Host key verification failed.\n",
        ERR_HOST_KEY, SSH_FAULT_FINAL,
        "HOST KEY CHANGED: /home/o/.ssh/known_hosts:3 knows it by another ECDSA key, it showed ED25519 SHA256:new;"},
    {"No ED25519 host key is known for [10.0.0.21]:2222 and you have requested strict checking.\n"
     "Host key verification failed.\n",
        ERR_HOST_KEY, SSH_FAULT_FINAL, "`bgconsole trust [10.0.0.21]:2222`"},
    {"deploy@10.0.0.21: Permission denied (publickey).\n",
        ERR_AUTH, SSH_FAULT_FINAL, "no key was accepted (deploy@10.0.0.21: Permission denied (publickey).)"},
    {"Load key \"/k\": error in libcrypto\ndeploy@10.0.0.21: Permission denied (publickey).\n",
        ERR_AUTH, SSH_FAULT_FINAL, "(Load key \"/k\": error in libcrypto; deploy@"},
    {"Received disconnect from 10.0.0.21 port 22:2: Too many authentication failures\n"
     "Disconnected from 10.0.0.21 port 22\n",
        ERR_AUTH, SSH_FAULT_FINAL, "set [ssh] key_file"},
    {"Unable to negotiate with 10.0.0.21 port 22: no matching host key type found. Their offer: ssh-dss\n",
        ERR_PROTOCOL, SSH_FAULT_FINAL, "Their offer: ssh-dss"},
    {"Unable to negotiate with 10.0.0.21 port 22: no matching MAC found. Their offer: hmac-md5\n",
        ERR_PROTOCOL, SSH_FAULT_FINAL, "see MACs in its sshd_config"},
    {"ssh: connect to host 10.0.0.21 port 22: Connection refused\n",
        ERR_CONNECT, SSH_FAULT_FINAL, "no sshd listens there"},
    {"ssh: connect to host 10.0.0.21 port 22: Connection timed out\n",
        ERR_CONNECT, SSH_FAULT_FINAL, "does a firewall stand between?"},
    {"kex_exchange_identification: read: Connection reset by peer\nConnection reset by 10.0.0.21 port 22\n",
        ERR_LOST, SSH_FAULT_BUSY, "MaxStartups"},
    {"channel 0: open failed: connect failed: Connection refused\nstdio forwarding failed\n"
     "kex_exchange_identification: Connection closed by remote host\n",
        ERR_CONNECT, SSH_FAULT_FINAL, "the jump host answers, but the host cannot be reached"},
    {"something new\n", ERR_LOST, SSH_FAULT_FINAL, "ssh made no connection (something new)"},
    {"",                ERR_LOST, SSH_FAULT_FINAL, "it said nothing"},
};
/* clang-format on */

static void test_rows(void **state)
{
    const struct ssh_identity identity = {.known_hosts = "known_hosts"};
    const struct ssh_target target = {.user = "deploy"};
    (void)state;

    for (size_t i = 0; i < LENGTH_OF(rows); i++) {
        enum ssh_fault fault;
        struct err err;
        openssh_verdict(rows[i].said, &identity, &target, &fault, &err);
        if (err.code != rows[i].code || fault != rows[i].fault ||
            !strstr(err.text, rows[i].words))
            fail_msg("row %zu: %s, fault %d: %s", i, err_code_name(err.code),
                     (int)fault, err.text);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_rows)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
