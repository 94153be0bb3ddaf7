/**
 * Child processes on every reactor: the behaviours that Twisted's own tests assert (`PROC`).
 *
 * @module
 */

import { assert, assertEquals, assertGreater, assertInstanceOf, assertThrows } from "@std/assert";
import {
  type Failure,
  type IProcessTransport,
  type LogEvent,
  ProcessDone,
  ProcessExitedAlready,
  ProcessProtocol,
  ProcessTerminated,
  type ReactorBase,
  type SpawnProcessOptions,
} from "../../reactor/mod.ts";
import { SocketError } from "../../poller/mod.ts";
import { installScripts, scriptArgs, type ScriptName, SHELL } from "./child_scripts.ts";
import { runGuarded, type TCPContractOptions } from "./tcp_contract.ts";

const text = (data: Uint8Array) => new TextDecoder().decode(data);
const bytes = (data: string) => new TextEncoder().encode(data);

/** Writes down what it is told; tests wait for what they need. */
class Recorder extends ProcessProtocol {
  readonly log: string[] = [];
  readonly started = Promise.withResolvers<void>();
  readonly exited = Promise.withResolvers<Failure>();
  readonly ended = Promise.withResolvers<Failure>();
  out = "";
  err = "";
  onOut: (out: string) => void = () => {};
  onEntry: () => void = () => {};
  onExited: () => void = () => {};
  onEnded: () => void = () => {};

  override connectionMade(): void {
    this.note("made");
    this.started.resolve();
  }

  override outReceived(data: Uint8Array): void {
    this.out += text(data);
    this.onOut(this.out);
  }

  override errReceived(data: Uint8Array): void {
    this.err += text(data);
  }

  override childConnectionLost(childFD: 0 | 1 | 2): void {
    this.note(`lost ${childFD}`);
    super.childConnectionLost(childFD);
  }

  override processExited(reason: Failure): void {
    this.note("exited");
    this.exited.resolve(reason);
    this.onExited();
  }

  override processEnded(reason: Failure): void {
    this.note("ended");
    this.ended.resolve(reason);
    this.onEnded();
  }

  note(entry: string): void {
    this.log.push(entry);
    this.onEntry();
  }

  /** Waits until the log is as long as that. */
  entries(count: number): Promise<void> {
    return new Promise((resolve) => {
      this.onEntry = () => this.log.length >= count && resolve();
      this.onEntry();
    });
  }

  /** Waits until the output is as long as that. */
  until(length: number): Promise<string> {
    return new Promise((resolve) => {
      this.onOut = (out) => out.length >= length && resolve(out);
      this.onOut(this.out);
    });
  }
}

interface ProcessCase {
  readonly reactor: ReactorBase;
  readonly logged: LogEvent[];
  readonly isReal: boolean;
  /** Runs one of the test's programs. */
  spawn(
    name: ScriptName,
    options?: SpawnProcessOptions,
    protocol?: Recorder,
  ): { readonly recorder: Recorder; readonly process: IProcessTransport };
}

type ProcessSuite = (name: string, body: (test: ProcessCase) => Promise<void>) => void;

/** Registers the suite for one kind of reactor in one kind of world. */
export function reactorProcessContract({ test, world, label, make }: TCPContractOptions): void {
  const suite: ProcessSuite = (title, body) => {
    test(
      `${title} (${label}, ${world.name})`,
      () =>
        world.run(async (run) => {
          installScripts(run.platform);
          const logged: LogEvent[] = [];
          const { reactor, close } = make(run.platform, { logObserver: (e) => logged.push(e) });
          try {
            const spawn: ProcessCase["spawn"] = (name, options = {}, recorder = new Recorder()) => {
              const args = scriptArgs(name, options.args);
              const all = { env: null, ...options, args };
              return { recorder, process: reactor.spawnProcess(recorder, SHELL, all) };
            };
            const share = { reactor, logged, isReal: world.isReal, spawn };
            await runGuarded(reactor, () => body(share));
            assertEquals(logged, [], "something was logged that the test did not take");
            assertEquals(reactor.getReaders(), [], "readers are left");
            assertEquals(reactor.getWriters(), [], "writers are left");
            assertEquals(reactor.getDelayedCalls().map(String), [], "delayed calls are left");
          } finally {
            close();
          }
        }),
    );
  };
  writeCases(suite);
  endCases(suite);
  signalCases(suite);
  flowCases(suite);
  startCases(suite);
}

/** The reason of an end. */
function reasonOf(failure: Failure): ProcessDone | ProcessTerminated {
  const { value } = failure;
  if (value instanceof ProcessTerminated) return value;
  assertInstanceOf(value, ProcessDone);
  return value;
}

function writeCases(suite: ProcessSuite): void {
  suite(
    "PROC-01, PROC-02, PROC-03 IProcessTransport.write() reaches the child's input",
    async ({ spawn }) => {
      const { recorder, process } = spawn("cat");
      assert(recorder.transport === process);
      assertEquals(recorder.log, ["made"]);
      process.write(bytes("hello "));
      process.writeSequence([bytes("wor"), bytes("ld")]);
      process.closeStdin();
      const reason = reasonOf(await recorder.ended.promise);
      assertEquals([recorder.out, recorder.err, reason.name], ["hello world", "", "ProcessDone"]);
      assertEquals(String(process.getPeer()), `ProcessAddress('${SHELL}')`);
      assertEquals(String(process.getHost()), String(process.getPeer()));
    },
  );

  suite(
    "PROC-04, PROC-05 IProcessTransport.writeToChild() takes descriptors to write only",
    async ({ spawn }) => {
      const { recorder, process } = spawn("cat");
      process.writeToChild(0, bytes("by number"));
      for (const childFD of [1, 2, 3, -1]) {
        assertThrows(() => process.writeToChild(childFD, bytes("x")), RangeError, `${childFD}`);
      }
      process.closeChildFD(7);
      process.closeChildFD(0);
      await recorder.ended.promise;
      assertEquals(recorder.out, "by number");
      assertThrows(() => process.writeToChild(0, bytes("x")), RangeError);
      process.write(bytes("ignored"));
      process.closeStdin();
    },
  );

  suite("IProcessTransport.registerProducer() fills the child's input", async ({ spawn }) => {
    const { recorder, process } = spawn("cat");
    const pieces = ["a", "b", "c"];
    let stopped = 0;
    const producer = {
      resumeProducing(): void {
        const piece = pieces.shift();
        if (piece !== undefined) return process.write(bytes(piece));
        process.unregisterProducer();
        process.closeStdin();
      },
      stopProducing: () => void stopped++,
    };
    process.registerProducer(producer, false);
    assertThrows(() => process.registerProducer(producer, false), Error, "registered");
    await recorder.ended.promise;
    assertEquals([recorder.out, stopped], ["abc", 0]);
    process.registerProducer(producer, false);
    assertEquals(stopped, 1);
  });

  suite("a child that closes its input is told of at its end", async ({ spawn }) => {
    const { recorder, process } = spawn("deaf");
    await recorder.until("ready".length);
    process.write(bytes("nobody reads this"));
    process.signalProcess("KILL");
    await recorder.ended.promise;
    assertEquals(recorder.log.filter((entry) => entry === "lost 0"), ["lost 0"]);
  });
}

function endCases(suite: ProcessSuite): void {
  suite(
    "PROC-11, PROC-16, PROC-21 processEnded() comes last, and the child is known no more",
    async ({ spawn }) => {
      const protocol = new Recorder();
      let pidAtExit: unknown = "never";
      protocol.onExited = () => pidAtExit = protocol.transport.pid;
      const { recorder, process } = spawn("both", {}, protocol);
      assertGreater(process.pid ?? 0, 0);
      const reason = reasonOf(await recorder.ended.promise);
      assertEquals(recorder.log.at(0), "made");
      assertEquals(recorder.log.at(-1), "ended");
      assertEquals(recorder.log.toSorted(), [
        "ended",
        "exited",
        "lost 0",
        "lost 1",
        "lost 2",
        "made",
      ]);
      assertEquals([recorder.out, recorder.err], ["out", "err"]);
      assertEquals([reason.name, reason.exitCode, reason.signal], ["ProcessTerminated", 3, null]);
      assertEquals([pidAtExit, process.pid], [null, null]);
      assertThrows(() => process.signalProcess("TERM"), ProcessExitedAlready, "it has ended");
    },
  );

  suite("PROC-15 childConnectionLost() tells of each pipe", async ({ spawn }) => {
    const { recorder, process } = spawn("wait");
    await recorder.until("ready".length);
    process.closeStdin();
    process.closeStderr();
    process.closeStdout();
    process.closeStdout();
    await recorder.entries(4);
    assertEquals(recorder.log.toSorted(), ["lost 0", "lost 1", "lost 2", "made"]);
    process.signalProcess("KILL");
    await recorder.ended.promise;
    assertEquals(recorder.log.slice(-2), ["exited", "ended"]);
  });

  suite(
    "PROC-17 processExited() does not wait for pipes that a grandchild holds",
    async ({ spawn, isReal }) => {
      const { recorder, process } = spawn("orphan");
      // A simulated child has no grandchildren: there it ends with its input.
      if (isReal) {
        await recorder.exited.promise;
        assertEquals(recorder.log.includes("ended"), false);
        process.write(bytes("to the grandchild"));
      } else process.write(bytes("to the grandchild"));
      process.closeStdin();
      await recorder.ended.promise;
      if (!isReal) assertEquals(recorder.out, "to the grandchild");
    },
  );

  suite("PROC-14 what processExited() throws is logged", async ({ spawn, logged }) => {
    const protocol = new Recorder();
    protocol.onExited = () => {
      throw new Error("in processExited");
    };
    protocol.onEnded = () => {
      throw new Error("in processEnded");
    };
    const { recorder } = spawn("nothing", {}, protocol);
    await recorder.ended.promise;
    const events = logged.splice(0);
    assertEquals(events.map(({ message }) => message), [
      "Exception in processExited",
      "Exception in processEnded",
    ]);
    assertEquals(events.map(({ system }) => system), ["Recorder", "Recorder"]);
  });

  suite("IProcessTransport.loseConnection() closes all pipes", async ({ spawn }) => {
    const { recorder, process } = spawn("cat");
    process.write(bytes("unread"));
    process.loseConnection();
    process.loseConnection();
    await recorder.ended.promise;
    assertEquals(recorder.log.filter((entry) => entry.startsWith("lost")).toSorted(), [
      "lost 0",
      "lost 1",
      "lost 2",
    ]);
  });
}

function signalCases(suite: ProcessSuite): void {
  suite("PROC-07 a child that a signal ends is ProcessTerminated by it", async ({ spawn }) => {
    const { recorder, process } = spawn("wait");
    await recorder.until("ready".length);
    process.signalProcess("TERM");
    const reason = reasonOf(await recorder.ended.promise);
    assertEquals([reason.name, reason.exitCode, reason.signal], [
      "ProcessTerminated",
      null,
      "SIGTERM",
    ]);
    assertEquals(
      reason.message,
      "A process has ended with a probable error condition: by signal SIGTERM",
    );
  });

  suite("IProcessTransport.signalProcess() takes names and numbers", async ({ spawn }) => {
    for (
      const [signal, name] of [["KILL", "SIGKILL"], ["SIGINT", "SIGINT"], [1, "SIGHUP"]] as const
    ) {
      const { recorder, process } = spawn("wait");
      await recorder.until("ready".length);
      for (const unknown of ["NOTHING" as "KILL", 0, 77]) {
        assertThrows(() => process.signalProcess(unknown), RangeError, `no signal ${unknown}`);
      }
      process.signalProcess(signal);
      assertEquals(reasonOf(await recorder.ended.promise).signal, name);
    }
  });

  suite("a child can catch a signal", async ({ spawn }) => {
    const { recorder, process } = spawn("trap");
    await recorder.until("ready".length);
    process.signalProcess(15);
    assertEquals(reasonOf(await recorder.ended.promise).name, "ProcessDone");
    assertEquals(recorder.out, "readybye");
  });
}

function flowCases(suite: ProcessSuite): void {
  suite(
    "PROC-19 IProcessTransport.pauseProducing() stops what the child writes",
    async ({ spawn, reactor }) => {
      const { recorder, process } = spawn("cat");
      process.pauseProducing();
      process.write(bytes("not yet"));
      for (let pass = 0; pass < 5; pass++) {
        await new Promise<void>((resolve) => void reactor.callLater(0, resolve));
      }
      assertEquals(recorder.out, "");
      process.resumeProducing();
      assertEquals(await recorder.until(7), "not yet");
      process.stopProducing();
      await recorder.ended.promise;
    },
  );

  suite("every byte that a child wrote comes before processEnded()", async ({ spawn }) => {
    const { recorder } = spawn("much");
    await recorder.ended.promise;
    assertEquals(recorder.out.length, 300_000);
  });

  suite("a megabyte goes through a child and back", async ({ spawn }) => {
    const { recorder, process } = spawn("cat");
    const line = "0123456789abcde\n";
    process.write(bytes(line.repeat(65_536)));
    process.closeStdin();
    await recorder.ended.promise;
    assertEquals(recorder.out.length, 1_048_576);
    assert(recorder.out === line.repeat(65_536));
  });
}

function startCases(suite: ProcessSuite): void {
  suite("PROC-10 a program that does not exist is a child that says so", async ({ reactor }) => {
    const recorder = new Recorder();
    const process = reactor.spawnProcess(recorder, "/no/such/prögram");
    assertEquals([recorder.log, process.pid], [["made"], null]);
    process.write(bytes("ignored"));
    const reason = reasonOf(await recorder.ended.promise);
    assertEquals(recorder.log, ["made", "lost 0", "lost 1", "lost 2", "exited", "ended"]);
    assert(recorder.err.startsWith("SocketError: Cannot spawn /no/such/prögram: "), recorder.err);
    assertEquals([reason.name, reason.exitCode], ["ProcessTerminated", 1]);
    assertThrows(() => process.signalProcess("TERM"), ProcessExitedAlready);
  });

  suite("PROC-20 the arguments reach the child as they are", async ({ spawn }) => {
    const args = ["", "two words", "q\"uo'te", "$HOME", "é\n", "-x"];
    const { recorder } = spawn("args", { args });
    await recorder.ended.promise;
    assertEquals(recorder.out, args.map((arg) => `[${arg}]`).join(""));
  });

  suite("SpawnProcessOptions.childFDs says what is a pipe", async ({ spawn, reactor }) => {
    const { recorder, process } = spawn("both", { childFDs: { 1: "r" } });
    await recorder.ended.promise;
    assertEquals([recorder.out, recorder.err], ["out", ""]);
    assertEquals(recorder.log.filter((entry) => entry.startsWith("lost")), ["lost 1"]);
    assertThrows(() => process.writeToChild(0, bytes("x")), RangeError);
    for (const childFDs of [{ 0: "r" }, { 1: "w" }, { 2: "w" }] as const) {
      const refused = new Recorder();
      assertThrows(() => reactor.spawnProcess(refused, SHELL, { childFDs }), RangeError, "is for");
      assertEquals(refused.log, []);
    }
  });

  suite(
    "processEnded() comes once if the pipes end within each other",
    async ({ spawn, reactor }) => {
      const { recorder, process } = spawn("wait");
      await recorder.until(5);
      process.pauseProducing();
      process.signalProcess("KILL");
      await recorder.exited.promise;
      // Nothing is read, and so the ends of the outputs are not known yet.
      const entries = (name: string) => recorder.log.filter((entry) => entry === name).length;
      assertEquals([entries("exited"), entries("ended")], [1, 0]);
      recorder.onEntry = () => reactor.disconnectAll();
      reactor.disconnectAll();
      assertEquals([entries("lost 1"), entries("lost 2"), entries("ended")], [1, 1, 1]);
    },
  );

  suite("abortConnection() closes the pipes of a child that may not be killed", async (test) => {
    const { processes } = test.reactor.platform;
    const { spawn } = processes;
    processes.spawn = (options) => {
      const child = spawn.call(processes, options);
      child.kill = () => {
        throw new SocketError("EACCES", "Cannot kill: the test says so");
      };
      return child;
    };
    const { recorder, process } = test.spawn("cat");
    processes.spawn = spawn;
    assertThrows(() => process.abortConnection(), SocketError, "the test says so");
    await recorder.ended.promise;
    assertEquals(recorder.log.slice(0, 4).toSorted(), ["lost 0", "lost 1", "lost 2", "made"]);
  });

  suite("a reactor that ends closes the pipes of its children", async ({ spawn, reactor }) => {
    const { recorder, process } = spawn("cat");
    process.pauseProducing();
    reactor.disconnectAll();
    assertEquals(recorder.log.toSorted(), ["lost 0", "lost 1", "lost 2", "made"]);
    await recorder.ended.promise;
  });
}
