#include "core/config_rule.h"

#define WHY(words) .why = words
#define ONCE .once = true

/* clang-format off */
static const struct config_rule rules[] = {
    {LINT_MISSING, IN_GLOBAL,   "stats socket @haproxy.stats_socket@ ", "level admin",
        WHY("bgc-lb reads and switches through this socket"), ONCE},
    {LINT_ADVICE,  IN_GLOBAL,   "stats socket @haproxy.stats_socket@ ", "expose-fd listeners",
        WHY("without it a reload closes the listening sockets for a moment, and connections are refused"), ONCE},
    {LINT_ADVICE,  IN_GLOBAL,   "stats maxconn ", NULL,
        WHY("the socket takes 10 connections by itself; the next one waits without an answer")},
    {LINT_ADVICE,  IN_GLOBAL,   "server-state-file ", NULL,
        WHY("after a reload every server counts as UP, dead ones too, until its first check")},
    {LINT_ADVICE,  IN_GLOBAL,   "close-spread-time ", NULL,
        WHY("a reload closes all idle connections at once, and requests on their way are lost")},
    {LINT_ADVICE,  IN_GLOBAL,   "hard-stop-after ", NULL,
        WHY("an old worker with a long connection lives on, and serves the old colour")},

    {LINT_ADVICE,  IN_DEFAULTS, "load-server-state-from-file ", NULL,
        WHY("the server-state-file is not read without it")},
    {LINT_ADVICE,  IN_DEFAULTS, "option redispatch", NULL,
        WHY("a request to a server that has just died is answered 503, not sent to another one")},
    {LINT_ADVICE,  IN_DEFAULTS, "retry-on ", "conn-failure",
        WHY("the same, where a server dies in the middle of a request"), ONCE},

    {LINT_MISSING, IN_FRONTEND, "http-request set-var(txn.green) ", "str(@haproxy.map_key@),map_str_int(@haproxy.map_file@,",
        WHY("the one integer that says where the traffic goes; a switch changes nothing else")},
    {LINT_MISSING, IN_FRONTEND, "acl from_here ", "127.0.0.0/8",
        WHY("bgc-lb's own request, after each switch, comes from the load balancer itself")},
    {LINT_MISSING, IN_FRONTEND, "acl is_probe ", "req.hdr(X-Bgconsole-Probe)",
        WHY("and has this header")},
    {LINT_MISSING, IN_FRONTEND, "http-request set-var(txn.tell) ", "is_probe",
        WHY("it alone learns the backend")},
    {LINT_ADVICE,  IN_FRONTEND, "http-request del-header X-Bgconsole-Probe", NULL,
        WHY("the application should not see our header")},
    {LINT_MISSING, IN_FRONTEND, "http-after-response ", "X-Bgconsole-Backend %[be_name]",
        WHY("how a switch is proved: the answer names the backend that gave it")},

    {LINT_ADVICE,  IN_FRONTEND, "acl is_preview ", "@config.preview_host@",
        WHY("the preview of the idle colour, by its host name")},
    {LINT_ADVICE,  IN_FRONTEND, "acl may_preview src 127.0.0.0/8", NULL,
        WHY("the load balancer itself may see it")},
    {LINT_ADVICE,  IN_FRONTEND, "acl may_preview src @config.preview_sources@", NULL,
        WHY("these may see it")},
    {LINT_ADVICE,  IN_FRONTEND, "acl may_preview ", "req.hdr(X-Bgconsole-Preview)",
        WHY("so may who knows the secret")},
    {LINT_ADVICE,  IN_FRONTEND, "http-request set-var(txn.preview) ", "may_preview",
        WHY("nobody else may see it")},
    {LINT_ADVICE,  IN_FRONTEND, "acl green_is_idle ", "txn.green",
        WHY("the preview shows the colour that does not have the traffic")},
    {LINT_ADVICE,  IN_FRONTEND, "use_backend @haproxy.green_backend@ ", "green_is_idle",
        WHY("the preview, while blue is live")},
    {LINT_ADVICE,  IN_FRONTEND, "use_backend @haproxy.blue_backend@ ", "txn.preview",
        WHY("the preview, while green is live")},

    {LINT_ADVICE,  IN_FRONTEND, "acl is_closed ", "@config.maintenance_map@",
        WHY("the maintenance page, for when both colours are bad")},
    {LINT_ADVICE,  IN_FRONTEND, "acl is_ours ", "txn.tell",
        WHY("bgconsole itself still sees the application behind the page")},
    {LINT_ADVICE,  IN_FRONTEND, "acl is_ours ", "txn.preview",
        WHY("so does the preview")},
    {LINT_ADVICE,  IN_FRONTEND, "http-request return status 503 ", "is_closed",
        WHY("everybody else gets the page")},

    {LINT_ADVICE,  IN_FRONTEND, "http-request disable-l7-retry ", NULL,
        WHY("with retry-on a POST could be carried out twice")},

    {LINT_MISSING, IN_FRONTEND, "acl has_roll ", "req.cook(bgc_roll)",
        WHY("while the traffic is split a client keeps its side, by this cookie")},
    {LINT_MISSING, IN_FRONTEND, "http-request set-var(txn.roll) ", "req.cook(bgc_roll)",
        WHY("a client that has the cookie keeps its side")},
    {LINT_MISSING, IN_FRONTEND, "http-request set-var(txn.roll) ", "rand(100)",
        WHY("a new client is sorted by chance")},
    {LINT_MISSING, IN_FRONTEND, "http-request set-var(txn.stick) ", "has_roll",
        WHY("it gets the cookie, while the traffic is split")},
    {LINT_MISSING, IN_FRONTEND, "http-after-response add-header Set-Cookie ", "bgc_roll=",
        WHY("the cookie itself")},
    {LINT_MISSING, IN_FRONTEND, "acl to_green ", "sub(txn.green)",
        WHY("whether a request is below the green share")},
    {LINT_MISSING, IN_FRONTEND, "use_backend @haproxy.green_backend@ ", "to_green",
        WHY("what is below the share goes to green")},
    {LINT_MISSING, IN_FRONTEND, "default_backend @haproxy.blue_backend@", NULL,
        WHY("all else goes to blue")},

    {LINT_MISSING, IN_BACKENDS, "option httpchk", NULL,
        WHY("a server would be UP as soon as its port is open, whatever the application says")},
    {LINT_MISSING, IN_BACKENDS, "http-check expect ", NULL,
        WHY("a switch trusts HAProxy's checks: a redirect to an error page must not pass")},
};
/* clang-format on */

const struct config_rule *config_rule_at(size_t row)
{
    return &rules[row];
}

size_t config_rule_count(void)
{
    return sizeof rules / sizeof *rules;
}
