#include "ui/host_json.h"

#include "base/str.h"

static void write_release(const struct host_release *release, bool is_current,
                          struct json_out *json)
{
    json_object_open(json, NULL);
    json_put_string(json, "name", release->name);
    json_put_bool(json, "current", is_current);
    json_put_bool(json, "whole", release->whole);
    if (release->size_mb >= 0)
        json_put_integer(json, "size_mb", release->size_mb);
    else
        json_put_null(json, "size_mb");
    json_object_close(json);
}

static void write_releases(const struct host_facts *facts, struct json_out *json)
{
    int shown = facts->release_count < HOST_RELEASES_SHOWN ? facts->release_count
                                                           : HOST_RELEASES_SHOWN;

    json_put_integer(json, "release_count", facts->release_count);
    json_array_open(json, "releases");
    for (int i = 0; i < shown; i++) {
        const struct host_release *release = &facts->releases[i];
        write_release(release, str_equal(release->name, facts->current), json);
    }
    json_array_close(json);
}

void host_json_write(const struct host *host, struct json_out *json)
{
    static const char *const reach[] = {[REACH_UNKNOWN] = "unknown",
                                        [REACH_ASKED] = "asked",
                                        [REACH_OK] = "ok",
                                        [REACH_FAILED] = "failed"};
    const struct health *health = &host->health;

    json_object_open(json, NULL);
    json_put_string(json, "name", host->droplet.name);
    json_put_string(json, "address", host->address);
    json_put_string(json, "ssh", reach[host->reach]);
    json_put_string(json, "release", host->facts.revision);
    json_put_string(json, "health", health_state_name(health->state));
    json_put_string(json, "health_reason",
                    health->checked_ms > 0 ? probe_reason_name(health->last.reason)
                                           : "");
    json_put_integer(json, "health_ms", health->last.elapsed_ms);
    json_put_string(json, "haproxy", host->in_haproxy ? host->server.status : "absent");
    json_put_bool(json, "ready", host->in_haproxy && server_is_ready(&host->server));
    json_put_string(json, "trouble",
                    host->trouble[0] != '\0' ? host->trouble : host->facts.trouble);
    write_releases(&host->facts, json);
    json_object_close(json);
}
