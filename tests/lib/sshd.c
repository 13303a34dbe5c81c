#include "lib/sshd.h"

#include "lib/test.h"

#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <pwd.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

static const char program[] = "/usr/sbin/sshd";

bool sshd_is_here(void)
{
    return access(program, X_OK) == 0;
}

void sshd_shell(const struct sshd *sshd, const char *format, ...)
{
    char command[SSHD_COMMAND_MAX];
    va_list arguments;
    int length = snprintf(command, sizeof command, "cd '%s' && ", sshd->directory);
    va_start(arguments, format);
    length +=
        vsnprintf(command + length, sizeof command - (size_t)length, format, arguments);
    va_end(arguments);
    assert_true(length < (int)sizeof command);
    if (system(command) != 0)
        fail_msg("this failed: %s", command);
}

static struct sockaddr_in loopback(int port)
{
    return (struct sockaddr_in){
        .sin_family = AF_INET,
        .sin_port = htons((uint16_t)port),
        .sin_addr = {htonl(INADDR_LOOPBACK)},
    };
}

int sshd_free_port(void)
{
    enum { FIRST = 20000, COUNT = 12000, STEP = 7919 };
    /* Below the ports that the kernel gives to outgoing connections, and begun where
     * another test is not likely to begin. */
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    long at = getpid() + now.tv_nsec / 1000;
    for (int i = 0; i < COUNT; i++) {
        at = (at + STEP) % COUNT;
        struct sockaddr_in address = loopback(FIRST + (int)at);
        int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
        bool is_free = bind(fd, (struct sockaddr *)&address, sizeof address) == 0;
        close(fd);
        if (is_free)
            return FIRST + (int)at;
    }
    fail_msg("no port of loopback is free");
    return -1;
}

static bool answers(int port)
{
    struct sockaddr_in address = loopback(port);
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    bool connected = connect(fd, (struct sockaddr *)&address, sizeof address) == 0;
    close(fd);
    return connected;
}

static void configure(struct sshd *sshd, const char *extra)
{
    sshd_shell(sshd,
               "ssh-keygen -q -t ed25519 -N '' -f host_ed25519 && "
               "ssh-keygen -q -t ecdsa -b 256 -N '' -f host_ecdsa && "
               "ssh-keygen -q -t ed25519 -N '' -C test -f id_ed25519 && "
               "cp id_ed25519.pub authorized_keys && chmod 600 authorized_keys && "
               "awk '{ print \"[127.0.0.1]:%d\", $1, $2 }' host_*.pub > known_hosts",
               sshd->port);
    sshd_shell(sshd,
               "cat > sshd_config <<'END'\n"
               "%s\n"
               "ListenAddress 127.0.0.1\nPort %d\n"
               "HostKey %s/host_ed25519\nHostKey %s/host_ecdsa\n"
               "AuthorizedKeysFile %s/authorized_keys\nPidFile none\n"
               "PasswordAuthentication no\nKbdInteractiveAuthentication no\n"
               "UsePAM no\nStrictModes no\nPermitRootLogin prohibit-password\n"
               "MaxStartups 200\nPrintMotd no\nSetEnv HOME=%s\n"
               "END\n",
               extra, sshd->port, sshd->directory, sshd->directory, sshd->directory,
               sshd->directory);
}

/* As root sshd wants /run/sshd, which only a machine that serves SSH has: then it gets
 * a /run of its own. */
static void become_sshd(const char *config, const char *log)
{
    if (geteuid() == 0 && access("/run/sshd", X_OK) != 0)
        execlp("unshare", "unshare", "--mount", "sh", "-c",
               "mount -t tmpfs tmpfs /run && mkdir /run/sshd && exec \"$@\"", "sh",
               program, "-D", "-E", log, "-f", config, (char *)NULL);
    else
        execl(program, program, "-D", "-E", log, "-f", config, (char *)NULL);
    _exit(127);
}

void sshd_start(struct sshd *sshd, const char *extra)
{
    const struct passwd *who = getpwuid(geteuid());
    assert_non_null(who);
    *sshd = (struct sshd){0};
    snprintf(sshd->directory, sizeof sshd->directory, "/tmp/bgc-sshd.XXXXXX");
    assert_non_null(mkdtemp(sshd->directory));
    snprintf(sshd->key, sizeof sshd->key, "%s/id_ed25519", sshd->directory);
    snprintf(sshd->known_hosts, sizeof sshd->known_hosts, "%s/known_hosts",
             sshd->directory);
    snprintf(sshd->trusted_hosts, sizeof sshd->trusted_hosts, "%s/trusted_hosts",
             sshd->directory);
    snprintf(sshd->user, sizeof sshd->user, "%s", who->pw_name);
    sshd->port = sshd_free_port();
    configure(sshd, extra);

    sshd->pid = fork();
    assert_return_code(sshd->pid, 0);
    if (sshd->pid == 0) {
        prctl(PR_SET_PDEATHSIG, SIGTERM); /* a test that dies takes it along */
        int nothing = open("/dev/null", O_WRONLY | O_CLOEXEC);
        dup2(nothing, STDERR_FILENO); /* its log is a file, which may go before it */
        char config[SSHD_PATH_MAX], log[SSHD_PATH_MAX];
        snprintf(config, sizeof config, "%s/sshd_config", sshd->directory);
        snprintf(log, sizeof log, "%s/sshd.log", sshd->directory);
        become_sshd(config, log);
    }
    const struct timespec nap = {.tv_nsec = 10 * 1000 * 1000};
    for (int i = 0; i < 1000 && !answers(sshd->port); i++) {
        assert_int_equal(waitpid(sshd->pid, NULL, WNOHANG), 0);
        nanosleep(&nap, NULL);
    }
    assert_true(answers(sshd->port));
}

struct ssh_identity sshd_identity(const struct sshd *sshd, struct ssh_shared *shared)
{
    return (struct ssh_identity){
        .key_file = sshd->key,
        .known_hosts = sshd->known_hosts,
        .trusted_hosts = sshd->trusted_hosts,
        .connect_timeout_ms = 5000,
        .transport = TRANSPORT_LIBSSH2,
        .jump = "",
        .config_file = "",
        .shared = shared,
    };
}

void sshd_stop(struct sshd *sshd)
{
    kill(sshd->pid, SIGTERM);
    waitpid(sshd->pid, NULL, 0);
    /* Its sessions may still write their last line into the log. */
    sshd_shell(sshd,
               "cd / && for i in 1 2 3 4 5 6 7 8 9 10; do "
               "rm -rf '%s' 2> /dev/null && exit; sleep 0.1; done; exit 1",
               sshd->directory);
}
