#include "core/hook_json.h"

#include "base/clock.h"
#include "base/json_out.h"

static void put_text(struct json_out *json, const char *key, const char *text)
{
    if (text[0] != '\0')
        json_put_string(json, key, text);
    else
        json_put_null(json, key);
}

static void put_colours(const struct model *model, struct json_out *json)
{
    const struct run *run = &model->run;
    int share = model_share(model);
    enum colour live;

    put_text(json, "target", run->target_known ? colour_name(run->target) : "");
    put_text(json, "live", share_live(share, &live) ? colour_name(live) : "");
    if (share_is_valid(share))
        json_put_integer(json, "green_share", share);
    else
        json_put_null(json, "green_share");
}

static void put_hosts(const struct model *model, struct json_out *json)
{
    const struct rollout *rollout = &model->run.rollout;

    json_array_open(json, "hosts");
    for (int i = 0; i < rollout->count && i < 64; i++)
        json_put_string(json, NULL,
                        model->fleet.hosts[rollout->targets[i].host].droplet.name);
    json_array_close(json);
}

static void put_receipt(const struct run *run, struct json_out *json)
{
    char sentence[RUN_REASON_MAX] = "";

    if (run->receipt.begin_ms > 0)
        receipt_sentence(&run->receipt, sentence, sizeof sentence);
    put_text(json, "receipt", sentence);
}

void hook_write_json(const struct model *model, enum stage stage, enum hook_when when,
                     struct str *out)
{
    const struct run *run = &model->run;
    struct json_out json = json_out_on(out);
    char name[HOOK_NAME_MAX], begun[CLOCK_STAMP_SIZE];

    hook_name(stage, when, name);
    clock_stamp_utc(run->begun_wall_ms, begun);
    json_object_open(&json, NULL);
    json_put_string(&json, "hook", name);
    json_put_string(&json, "stage", stage_name(stage));
    json_put_string(&json, "app", model->settings->app);
    json_put_string(&json, "environment", model->settings->environment);
    json_put_string(&json, "run", run->id);
    json_put_string(&json, "kind", run_kind_name(run->kind));
    json_put_string(&json, "state", run_state_name(run->state));
    json_put_bool(&json, "open", run_is_open(run->state));
    json_put_string(&json, "begun", begun);
    json_put_string(&json, "who", model->who);
    json_put_string(&json, "where", model->where);
    put_colours(model, &json);
    put_text(&json, "ref", run->ref);
    put_text(&json, "sha", run->sha);
    put_text(&json, "release", run->release);
    put_hosts(model, &json);
    put_text(&json, "reason", run->reason);
    put_text(&json, "advice", run->advice);
    put_receipt(run, &json);
    json_put_string(&json, "contract", contract_state_name(run->contract.state));
    json_object_close(&json);
    str_add_char(out, '\n');
}
