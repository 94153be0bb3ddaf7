/**
 * Holds the public names against the originals' own: Twisted's as they are, Tornado's camelCased
 * mechanically.
 *
 * @module
 */

import { assertEquals } from "@std/assert";
import * as ioloop from "../../ioloop/mod.ts";
import * as root from "../../mod.ts";
import * as poller from "../../poller/mod.ts";
import * as reactor from "../../reactor/mod.ts";
import * as resolver from "../../resolver/mod.ts";

/** `tornado.ioloop.IOLoop`, 4.5.3, class and instance members. */
const IO_LOOP = `add_callback add_callback_from_signal add_future add_handler add_timeout call_at
  call_later clear_current clear_instance close close_fd current handle_callback_exception
  initialized install instance make_current remove_handler remove_timeout run_sync spawn_callback
  set_blocking_log_threshold split_fd start stop time update_handler`.split(/\s+/);

/** `tornado.ioloop.PeriodicCallback`, 4.5.3. */
const PERIODIC_CALLBACK = ["start", "stop", "is_running"];

/** `IReactorCore`, `IReactorTime`, `IReactorFDSet`, `IReactorFromThreads`, `IReactorTCP`. */
const REACTOR = `addReader addSystemEventTrigger addWriter callFromThread callLater callWhenRunning
  connectTCP crash disconnectAll fireSystemEvent getDelayedCalls getReaders getWriters iterate
  listenTCP removeAll removeReader removeSystemEventTrigger removeWriter run running seconds stop`
  .split(/\s+/);

/** `twisted.internet.defer.Deferred`, 24.7. */
const DEFERRED = `addBoth addCallback addCallbacks addErrback addTimeout callback called cancel
  chainDeferred errback pause unpause`.split(/\s+/);

function camelCase(name: string): string {
  return name.replace(/_(\w)/g, (_, letter: string) => letter.toUpperCase());
}

/** The names that neither a class, its instances nor its prototypes have. */
function missing(names: readonly string[], classes: readonly (abstract new () => unknown)[]) {
  return names.map(camelCase).filter((name) =>
    !classes.some((each) => name in each || name in each.prototype)
  );
}

// deno-lint-ignore no-explicit-any
type AnyClass = any;

Deno.test("exports: both IOLoops have Tornado's names, camelCased", () => {
  for (const each of [ioloop.PollIOLoop, ioloop.TwistedIOLoop]) {
    assertEquals(missing(IO_LOOP, [each as AnyClass]), []);
  }
});

Deno.test("exports: PeriodicCallback has Tornado's names, camelCased", () => {
  assertEquals(missing(PERIODIC_CALLBACK, [ioloop.PeriodicCallback as AnyClass]), []);
});

Deno.test("exports: both reactors have Twisted's names", () => {
  for (const each of [reactor.PollReactor, reactor.TornadoReactor]) {
    assertEquals(missing(REACTOR, [each as AnyClass]), []);
  }
});

Deno.test("exports: Deferred has Twisted's names", () => {
  assertEquals(missing(DEFERRED, [reactor.Deferred as AnyClass]), []);
});

Deno.test("exports: the root has whatever the families have, and nothing twice", () => {
  for (const family of [poller, ioloop, reactor, resolver]) {
    const values = new Set<unknown>(Object.values(root));
    const lost = Object.entries(family).filter(([, value]) => !values.has(value));
    assertEquals(lost.map(([name]) => name), []);
  }
});
