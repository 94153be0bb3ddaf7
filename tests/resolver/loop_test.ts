import { assertEquals } from "@std/assert";
import { READ, WRITE } from "../../poller/mod.ts";
import { type ReactorDescriptor, type ReactorLike, resolverLoop } from "../../resolver/mod.ts";
import { Simulation } from "../../sim/mod.ts";

Deno.test("resolverLoop() adds and removes a reactor's readers and writers as the interest changes", () => {
  const platform = new Simulation().host("host");
  const log: string[] = [];
  let added: ReactorDescriptor | null = null;
  const note = (what: string) => (descriptor: ReactorDescriptor) => {
    added = descriptor;
    log.push(what);
  };
  const reactor: ReactorLike = {
    platform,
    callLater: () => ({ cancel() {} }),
    addReader: note("+read"),
    removeReader: note("-read"),
    addWriter: note("+write"),
    removeWriter: note("-write"),
  };
  const loop = resolverLoop(reactor);
  const address = { transport: "udp", hostname: "127.0.0.1", port: 0 } as const;
  const handle = platform.network.bindDatagram(address);
  const events: number[] = [];
  loop.addHandler(handle, (_, each) => void events.push(each), WRITE);
  loop.updateHandler(handle, READ | WRITE);
  loop.updateHandler(handle, READ);
  const descriptor = added as ReactorDescriptor | null;
  assertEquals(descriptor?.fileno(), handle.id);
  descriptor?.doRead();
  descriptor?.doWrite();
  descriptor?.handleEvents(READ | WRITE);
  loop.removeHandler(handle);
  descriptor?.doRead();
  assertEquals(log, ["+write", "+read", "-write", "-read"]);
  assertEquals(events, [READ, WRITE, READ | WRITE]);
  handle.close();
});
