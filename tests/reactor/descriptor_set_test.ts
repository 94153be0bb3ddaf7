import { assertEquals } from "@std/assert";
import {
  type AnyHandle,
  ERROR,
  type Handle,
  type Interest,
  type Network,
  READ,
  SocketError,
  WRITE,
} from "../../poller/mod.ts";
import {
  ConnectionAborted,
  ConnectionDone,
  ConnectionLost,
  DescriptorSet,
  type Failure,
  type LogEvent,
} from "../../reactor/mod.ts";

/** A handle that has, or has not, an error to show. */
class FakeHandle implements Handle {
  readonly id: number;
  closed = false;
  error: SocketError | null = null;

  constructor(id: number) {
    this.id = id;
  }

  fileno(): number {
    return this.closed ? -1 : this.id;
  }

  close(): void {
    this.closed = true;
  }

  abort(): void {
    this.closed = true;
  }

  takeError(): SocketError | null {
    const { error } = this;
    this.error = null;
    return error;
  }
}

/** A set over fake handles, and the log of what its watcher and its descriptors are told. */
class Rig {
  readonly log: string[] = [];
  readonly logged: LogEvent[] = [];
  readonly handles = new Map<number, FakeHandle>();
  readonly set: DescriptorSet;

  constructor() {
    const network = { handles: this.handles as Map<number, Handle> } as unknown as Network;
    this.set = new DescriptorSet(
      {
        watch: (handle, interest) => this.log.push(`watch ${handle.id} ${interest}`),
        change: (handle, interest) => this.log.push(`change ${handle.id} ${interest}`),
        unwatch: (handle) => this.log.push(`unwatch ${handle.id}`),
      },
      network,
      (event) => this.logged.push(event),
    );
  }

  open(id: number): FakeHandle {
    const handle = new FakeHandle(id);
    this.handles.set(id, handle);
    return handle;
  }

  /** Makes a descriptor that logs its calls under a name. */
  descriptor(handle: FakeHandle, name = ""): FakeDescriptor {
    return new FakeDescriptor(handle, (line) => this.log.push(line + name));
  }

  /** Forgets what was logged so far. */
  clear(): this {
    this.log.length = 0;
    return this;
  }
}

class FakeDescriptor {
  readonly handle: FakeHandle;
  readonly note: (line: string) => void;
  onRead: () => Error | void = () => {};
  onWrite: () => Error | void = () => {};

  constructor(handle: FakeHandle, note: (line: string) => void) {
    this.handle = handle;
    this.note = note;
  }

  fileno(): number {
    return this.handle.fileno();
  }

  doRead(): Error | void {
    this.note("doRead");
    return this.onRead();
  }

  doWrite(): Error | void {
    this.note("doWrite");
    return this.onWrite();
  }

  connectionLost({ value }: Failure): void {
    const { name, cause } = value as Error;
    this.note(`lost ${name}${cause === undefined ? "" : ` by ${(cause as SocketError).code}`}`);
  }

  logPrefix(): string {
    return "fake";
  }
}

/** What a case is about: who is registered, what is ready, what the descriptor says. */
interface Case {
  readonly registered: "r" | "w" | "rw";
  readonly events: Interest;
  readonly error?: SocketError;
  readonly onRead?: () => Error | void;
  readonly onWrite?: () => Error | void;
  readonly isHalfCloseable?: true;
}

const RESET = new SocketError("ECONNRESET", "Cannot receive: connection is reset");

/** Dispatches once and compares what the descriptor was told. */
function check(title: string, what: Case, expected: readonly string[]): void {
  Deno.test(`DescriptorSet.dispatch() ${title}`, () => {
    const rig = new Rig();
    const handle = rig.open(7);
    handle.error = what.error ?? null;
    const descriptor = rig.descriptor(handle);
    if (what.onRead) descriptor.onRead = what.onRead;
    if (what.onWrite) descriptor.onWrite = what.onWrite;
    if (what.isHalfCloseable) {
      Object.assign(descriptor, { readConnectionLost: () => descriptor.note("read lost") });
    }
    if (what.registered.includes("r")) rig.set.addReader(descriptor);
    if (what.registered.includes("w")) rig.set.addWriter(descriptor);
    rig.clear().set.dispatch(7, what.events);
    assertEquals(rig.log.filter((line) => !/watch|change/.test(line)), [...expected]);
  });
}

check("reads before it writes", { registered: "rw", events: READ | WRITE }, ["doRead", "doWrite"]);
check("does not write when the read failed", {
  registered: "rw",
  events: READ | WRITE,
  onRead: () => new ConnectionAborted(),
}, ["doRead", "lost ConnectionAborted"]);
check("disconnects once when the write failed after a read", {
  registered: "rw",
  events: READ | WRITE,
  onWrite: () => new ConnectionLost(),
}, ["doRead", "doWrite", "lost ConnectionLost"]);
check("reads what is there before it looks at an error", {
  registered: "r",
  events: READ | ERROR,
  error: RESET,
}, ["doRead"]);
check("leaves an error to doWrite when that is due", {
  registered: "rw",
  events: WRITE | ERROR,
  error: RESET,
}, ["doWrite"]);
check("takes an error when nothing can be read", {
  registered: "r",
  events: ERROR,
  error: RESET,
}, ["lost ConnectionLost by ECONNRESET"]);
check("takes a hang-up of a reader as a clean end", { registered: "r", events: ERROR }, [
  "lost ConnectionDone",
]);
check("takes a hang-up of a writer as a loss", { registered: "w", events: ERROR }, [
  "lost ConnectionLost",
]);
check("disconnects both directions once when the handle failed", {
  registered: "rw",
  events: ERROR,
  error: RESET,
}, ["lost ConnectionLost by ECONNRESET"]);
check("ends only the reading of a half-closeable descriptor", {
  registered: "r",
  events: READ,
  onRead: () => new ConnectionDone(),
  isHalfCloseable: true,
}, ["doRead", "read lost"]);
check("disconnects a half-closeable descriptor whose doWrite ended cleanly", {
  registered: "w",
  events: WRITE,
  onWrite: () => new ConnectionDone(),
  isHalfCloseable: true,
}, ["doWrite", "lost ConnectionDone"]);
check("disconnects a half-closeable descriptor that threw ConnectionDone", {
  registered: "r",
  events: READ,
  onRead: () => {
    throw new ConnectionDone();
  },
  isHalfCloseable: true,
}, ["doRead", "lost ConnectionDone"]);

for (const side of ["addReader", "addWriter"] as const) {
  Deno.test(`DescriptorSet.dispatch() drops a descriptor of ${side}() whose number is -1`, () => {
    const rig = new Rig();
    const descriptor = rig.descriptor(rig.open(2));
    rig.set[side](descriptor);
    descriptor.fileno = () => -1;
    rig.clear().set.dispatch(2, side === "addReader" ? READ : WRITE);
    assertEquals(rig.log, ["unwatch 2", "lost ConnectionFdescWentAway"]);
  });
}

Deno.test("DescriptorSet.dispatch() gives nothing to a reader that the watcher removed", () => {
  const rig = new Rig();
  const handle = rig.open(2);
  const reader = rig.descriptor(handle, " reader");
  const watcher = Object.assign(rig.descriptor(handle, " watcher"), {
    handleEvents: (events: Interest) => {
      rig.log.push(`events ${events}`);
      rig.set.removeReader(reader);
    },
  });
  rig.set.addEventDescriptor(watcher);
  rig.set.addReader(reader);
  rig.clear().set.dispatch(2, READ | ERROR);
  assertEquals(rig.log, [`events ${ERROR}`, "change 2 0"]);
});

Deno.test("DescriptorSet keeps the watcher in step with readers and writers", () => {
  const rig = new Rig();
  const descriptor = rig.descriptor(rig.open(3));
  rig.set.addReader(descriptor);
  rig.set.addWriter(descriptor);
  rig.set.removeReader(descriptor);
  rig.set.removeWriter(descriptor);
  assertEquals(rig.log, [
    `watch 3 ${READ}`,
    `change 3 ${READ | WRITE}`,
    `change 3 ${WRITE}`,
    "unwatch 3",
  ]);
});

Deno.test("DescriptorSet changes nothing about a closed handle but its end", () => {
  const rig = new Rig();
  const handle = rig.open(3);
  const descriptor = rig.descriptor(handle);
  rig.set.addReader(descriptor);
  rig.set.addWriter(descriptor);
  handle.close();
  rig.clear().set.removeReader(descriptor);
  rig.set.removeWriter(descriptor);
  assertEquals(rig.log, ["unwatch 3"]);
});

Deno.test("DescriptorSet.addReader() leaves nothing behind when the watcher refuses", () => {
  const handle = new FakeHandle(1);
  const network = { handles: new Map([[1, handle as unknown as AnyHandle]]) } as unknown as Network;
  let refusals = 1;
  const set = new DescriptorSet(
    {
      watch: () => {
        if (refusals-- > 0) throw new Error("refused");
      },
      change: () => {},
      unwatch: () => {},
    },
    network,
    () => {},
  );
  const descriptor = new FakeDescriptor(handle, () => {});
  try {
    set.addReader(descriptor);
  } catch {
    // On purpose.
  }
  assertEquals(set.readers, []);
  set.addReader(descriptor);
  assertEquals(set.readers.length, 1);
});

Deno.test("DescriptorSet.dispatch() gives nothing to a writer that replaced another", () => {
  const rig = new Rig();
  const handle = rig.open(5);
  const reader = rig.descriptor(handle, " reader");
  const old = rig.descriptor(handle, " old");
  const next = rig.descriptor(handle, " next");
  reader.onRead = () => {
    rig.set.removeWriter(old);
    rig.set.addWriter(next);
  };
  rig.set.addReader(reader);
  rig.set.addWriter(old);
  rig.clear().set.dispatch(5, READ | WRITE);
  assertEquals(rig.log, ["doRead reader", `change 5 ${READ}`, `change 5 ${READ | WRITE}`]);
});

Deno.test("DescriptorSet.dispatch() logs a throwing logPrefix as none", () => {
  const rig = new Rig();
  const descriptor = rig.descriptor(rig.open(5));
  descriptor.logPrefix = descriptor.onRead = () => {
    throw new Error("on purpose");
  };
  rig.set.addReader(descriptor);
  rig.set.dispatch(5, READ);
  assertEquals(rig.logged.map(({ message, system }) => [message, system]), [[
    "Exception in doRead",
    null,
  ]]);
});
