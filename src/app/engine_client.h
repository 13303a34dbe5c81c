#ifndef BGC_APP_ENGINE_CLIENT_H
#define BGC_APP_ENGINE_CLIENT_H

/*
 * Talking to an engine from outside it: the greeting, and single messages, each waited
 * for with a deadline. For what comes before a screen is opened, and for commands.
 */

#include "app/environment.h"
#include "app/hello.h"
#include "net/wire.h"

enum { ENGINE_ANSWERS_MS = 5000, ENGINE_WORDS_MAX = 4096 };

/* Takes the connected socket `fd` and waits for the engine's HELLO. Errors: ERR_LOST,
 * it ended meanwhile; ERR_TIMEOUT; ERR_PROTOCOL, it is a build that we do not
 * understand. `wire` is closed then. */
bool engine_client_open(struct wire *wire, int fd, struct hello *ret_engine,
                        struct err *err);

/* Who we are: what the engine started with is compared with it. */
void engine_client_introduce(struct hello *hello,
                             const struct environment *environment);

void engine_client_send_hello(struct wire *wire, const struct hello *hello);

/* The next message, waited for at most `wait_ms`. Errors: ERR_LOST, ERR_TIMEOUT,
 * ERR_PROTOCOL. */
bool engine_client_next(struct wire *wire, int wait_ms,
                        struct wire_message *ret_message, struct err *err);

/* Sends the command `ask` and waits for the reply: its exit code, and its words in
 * `words`. Where `until_end`, also until the engine is gone. */
bool engine_client_ask(struct wire *wire, const struct hello *own, const char *ask,
                       bool until_end, enum exit_code *ret_code, struct str *words,
                       struct err *err);

/* An engine that nobody uses any more, waiting for an operator who may come back, makes
 * room for a command that needs the environment. */
void engine_client_make_room(const struct environment *environment);

#endif
