import { assertEquals, assertStrictEquals } from "@std/assert";
import { HandlerDescriptor } from "../../ioloop/handler_descriptor.ts";
import { HandlerEntry } from "../../ioloop/handler_table.ts";
import { type AnyHandle, emptyContext, ERROR, type Interest, NONE } from "../../poller/mod.ts";
import { READ, WRITE } from "../../poller/mod.ts";

function setUp(interest: Interest) {
  const log: string[] = [];
  const entry = new HandlerEntry({ id: 7 } as AnyHandle, {
    fd: 7,
    handler: () => {},
    interest,
    context: emptyContext,
    origin: null,
    addedIn: -1,
  });
  const descriptor = new HandlerDescriptor(entry, {
    handle(handled, events) {
      assertStrictEquals(handled, entry);
      log.push(`handle ${events}`);
    },
    lost(lost) {
      assertStrictEquals(lost, entry);
      lost.removed = true;
      log.push("lost");
    },
  });
  return { entry, descriptor, log };
}

Deno.test("HandlerDescriptor.doRead() and doWrite() serve reactors without handleEvents()", () => {
  const { descriptor, log } = setUp(READ | WRITE);
  assertEquals(descriptor.doRead(), undefined);
  assertEquals(descriptor.doWrite(), undefined);
  assertEquals(log, [`handle ${READ}`, `handle ${WRITE}`]);
  assertEquals([descriptor.fileno(), descriptor.logPrefix()], [7, ""]);
});

Deno.test("HandlerDescriptor.handleEvents() passes on what is waited for, and ERROR", () => {
  const { entry, descriptor, log } = setUp(READ);
  descriptor.handleEvents(READ | WRITE | ERROR);
  descriptor.handleEvents(WRITE);
  entry.interest = NONE;
  descriptor.handleEvents(READ);
  descriptor.handleEvents(ERROR);
  assertEquals(log, [`handle ${READ | ERROR}`, `handle ${ERROR}`]);
});

Deno.test("HandlerDescriptor is silent after its handler was removed", () => {
  const { entry, descriptor, log } = setUp(READ | WRITE);
  entry.removed = true;
  descriptor.handleEvents(READ | WRITE | ERROR);
  descriptor.doRead();
  descriptor.doWrite();
  descriptor.connectionLost();
  assertEquals(log, []);
});

Deno.test("HandlerDescriptor.connectionLost() brings ERROR once, after it was forgotten", () => {
  const { descriptor, log } = setUp(READ);
  descriptor.connectionLost();
  descriptor.connectionLost();
  descriptor.doRead();
  assertEquals(log, ["lost", `handle ${ERROR}`]);
});
