/**
 * The bound of accepting.
 *
 * @module
 */

import { assertEquals } from "@std/assert";
import { addAcceptHandler, type IOLoop } from "../../../ioloop/mod.ts";
import type { ListenerHandle, StreamHandle } from "../../../poller/mod.ts";

Deno.test("addAcceptHandler() accepts 128 in a row, and the rest when it is called again", () => {
  let waiting = 200;
  let handler = () => {};
  const listener = {
    id: 1,
    closed: false,
    accept: () => waiting > 0 ? { number: waiting-- } as unknown as StreamHandle : undefined,
  } as unknown as ListenerHandle;
  const ioLoop = {
    addHandler: (_fd: unknown, given: () => void) => void (handler = given),
    removeHandler: () => {},
  } as unknown as IOLoop;
  let count = 0;
  addAcceptHandler(listener, () => void count++, { ioLoop });
  handler();
  assertEquals([count, waiting], [128, 72]);
  handler();
  assertEquals([count, waiting], [200, 0]);
});

Deno.test("addAcceptHandler() ends when its callback closes the listener", () => {
  const listener = {
    id: 1,
    closed: false,
    accept: () => ({} as StreamHandle),
  };
  let handler = () => {};
  const ioLoop = {
    addHandler: (_fd: unknown, given: () => void) => void (handler = given),
  } as unknown as IOLoop;
  let count = 0;
  addAcceptHandler(listener as unknown as ListenerHandle, () => {
    count++;
    listener.closed = true;
  }, { ioLoop });
  handler();
  assertEquals(count, 1);
});
