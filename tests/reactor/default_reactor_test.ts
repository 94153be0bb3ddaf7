import { assertEquals, assertInstanceOf, assertStrictEquals, assertThrows } from "@std/assert";
import { PollIOLoop } from "../../ioloop/mod.ts";
import {
  getReactor,
  install,
  installReactor,
  isReactorInstalled,
  PollReactor,
  ReactorAlreadyInstalledError,
  ReactorNotInstalledError,
  TornadoReactor,
  uninstallReactor,
} from "../../reactor/mod.ts";
import { FakeTimePlatform } from "../ioloop/fake_time_platform.ts";

/** Registers a test that leaves no default reactor. */
function test(name: string, body: () => void): void {
  Deno.test(name, () => {
    try {
      body();
    } finally {
      uninstallReactor();
    }
  });
}

test("MAIN-01 installReactor() installs where there is none", () => {
  const reactor = new PollReactor(new FakeTimePlatform());
  assertEquals(isReactorInstalled(), false);
  installReactor(reactor);
  assertEquals(isReactorInstalled(), true);
  assertStrictEquals(getReactor(), reactor);
});

test("MAIN-02 installReactor() refuses a second reactor", () => {
  const reactor = new PollReactor(new FakeTimePlatform());
  installReactor(reactor);
  const error = assertThrows(() => installReactor(reactor), ReactorAlreadyInstalledError);
  assertEquals(error.code, "REACTOR_ALREADY_INSTALLED");
  assertStrictEquals(getReactor(), reactor);
});

test("getReactor() raises when none is installed", () => {
  assertThrows(() => getReactor(), ReactorNotInstalledError);
});

test("getReactor() makes the reactor once, when it is first asked for", () => {
  let made = 0;
  installReactor(() => {
    made++;
    return new PollReactor(new FakeTimePlatform());
  });
  assertEquals(made, 0);
  assertStrictEquals(getReactor(), getReactor());
  assertEquals(made, 1);
});

test("install() puts a TornadoReactor on the loop that it is given", () => {
  using ioLoop = new PollIOLoop(new FakeTimePlatform(), { makeCurrent: false });
  const reactor = install(ioLoop);
  assertStrictEquals(getReactor(), reactor);
  assertStrictEquals(reactor.ioLoop, ioLoop);
  assertThrows(() => install(ioLoop), ReactorAlreadyInstalledError);
  assertThrows(() => install(() => ioLoop), ReactorAlreadyInstalledError);
});

test("install() asks a function for the loop only when the reactor is asked for", () => {
  using ioLoop = new PollIOLoop(new FakeTimePlatform(), { makeCurrent: false });
  let asked = 0;
  install(() => {
    asked++;
    return ioLoop;
  });
  assertEquals(asked, 0);
  const reactor = getReactor();
  assertInstanceOf(reactor, TornadoReactor);
  assertStrictEquals(reactor.ioLoop, ioLoop);
  getReactor();
  assertEquals(asked, 1);
});
