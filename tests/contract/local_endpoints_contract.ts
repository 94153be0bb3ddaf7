/**
 * Endpoints of this machine, paths and processes, on every reactor: `UNIXEndpointsTests`,
 * `ProcessEndpointsTests`, `ProcessEndpointTransportTests` and `WrappedIProtocolTests` of Twisted's suite.
 *
 * @module
 */

import { assert, assertEquals, assertInstanceOf, assertRejects, assertThrows } from "@std/assert";
import type { Platform } from "../../poller/mod.ts";
import {
  CannotListenError,
  clientFromString,
  ConnectionDone,
  ConnectionLost,
  connectProtocol,
  EndpointStringError,
  Factory,
  type Failure,
  type IProtocol,
  type IReactorProcess,
  NoProtocol,
  ProcessEndpoint,
  ProcessTerminated,
  Protocol,
  type ReactorBase,
  serverFromString,
  UNIXClientEndpoint,
  UNIXServerEndpoint,
} from "../../reactor/mod.ts";
import { installScripts, scriptArgs, type ScriptName, SHELL } from "./child_scripts.ts";
import { runGuarded } from "./tcp_contract.ts";
import type { UNIXContractOptions } from "./unix_contract.ts";

interface LocalCase {
  readonly reactor: ReactorBase;
  readonly path: string;
  readonly platform: Platform;
}

type LocalSuite = (name: string, body: (test: LocalCase) => Promise<void>) => void;

/** A protocol that keeps what it hears. */
class Ear extends Protocol {
  text = "";
  readonly lost = Promise.withResolvers<Failure>();

  override dataReceived(data: Uint8Array): void {
    this.text += new TextDecoder().decode(data);
  }

  override connectionLost(reason: Failure): void {
    this.lost.resolve(reason);
  }
}

/** Says back what it hears. */
class Echo extends Protocol {
  override dataReceived(data: Uint8Array): void {
    this.transport.write(data);
    this.transport.loseConnection();
  }
}

/** Registers the suite for one kind of reactor in one kind of world. */
export function localEndpointsContract(options: UNIXContractOptions): void {
  const { test, world, label, make, withFolder } = options;
  const suite: LocalSuite = (title, body) => {
    test(`${title} (${label}, ${world.name})`, () =>
      withFolder((folder) =>
        world.run(async ({ platform }) => {
          installScripts(platform);
          const { reactor, close } = make(platform, {});
          try {
            const share = { reactor, platform, path: `${folder}/socket` };
            await runGuarded(reactor, () => body(share));
            assertEquals(reactor.getReaders(), [], "readers are left");
            assertEquals(reactor.getWriters(), [], "writers are left");
          } finally {
            close();
          }
        })
      ));
  };
  unixCases(suite, world.isReal);
  processCases(suite);
  processFailureCases(suite);
}

function unixCases(suite: LocalSuite, isReal: boolean): void {
  suite("UNIXClientEndpoint connects to a UNIXServerEndpoint", async ({ reactor, path }) => {
    const server = new UNIXServerEndpoint(reactor, path, { backlog: 3, mode: 0o600 });
    assertEquals(String(server), `<UNIXServerEndpoint ${path}>`);
    const port = await server.listen(Factory.forProtocol(Echo));
    const client = new UNIXClientEndpoint(reactor, path, { timeout: 5 });
    assertEquals(String(client), `<UNIXClientEndpoint ${path}>`);
    const ear = await connectProtocol(client, new Ear());
    ear.transport.write(new TextEncoder().encode("hello"));
    assertInstanceOf((await ear.lost.promise).value, ConnectionDone);
    assertEquals(ear.text, "hello");
    await port.stopListening();
  });

  suite("UNIXServerEndpoint.listen() fails as the port does", async ({ reactor, path }) => {
    const server = new UNIXServerEndpoint(reactor, path);
    const port = await server.listen(Factory.forProtocol(Echo));
    await assertRejects(
      () => server.listen(Factory.forProtocol(Echo)).asPromise(),
      CannotListenError,
    );
    await port.stopListening();
  });

  suite("UNIXClientEndpoint.connect() fails as the attempt does", async ({ reactor, path }) => {
    await assertRejects(
      async () => {
        await connectProtocol(new UNIXClientEndpoint(reactor, path), new Ear());
      },
      Error,
      path,
    );
  });

  suite("unix: stands for paths in texts", async ({ reactor, path }) => {
    // A lock is a file, which a simulated host does not have.
    const server = serverFromString(reactor, `unix:${path}:mode=600:lockfile=${isReal ? 1 : 0}`);
    assertEquals(String(server), `<UNIXServerEndpoint ${path}>`);
    const port = await server.listen(Factory.forProtocol(Echo));
    const client = clientFromString(reactor, `unix:path=${path}:timeout=9:lockfile=${+isReal}`);
    assertEquals(String(client), `<UNIXClientEndpoint ${path}>`);
    const ear = await connectProtocol(client, new Ear());
    ear.transport.loseConnection();
    await ear.lost.promise;
    await port.stopListening();
    for (const text of ["unix:", "unix:/a:mode=9", "unix:/a:mode=66666", "unix:/a:lockfile=2"]) {
      assertThrows(() => serverFromString(reactor, text), EndpointStringError, text);
    }
    assertThrows(() => clientFromString(reactor, "unix:/a:timeout=x"), EndpointStringError);
  });
}

function endpoint(
  { reactor }: { readonly reactor: IReactorProcess },
  name: ScriptName,
  err: string[] = [],
): ProcessEndpoint {
  return new ProcessEndpoint(reactor, SHELL, {
    args: scriptArgs(name),
    env: null,
    errReceived: (data) => err.push(new TextDecoder().decode(data)),
  });
}

/** What starts children as a reactor does, and tells when the first of them is over. */
function watchedSpawner(
  reactor: IReactorProcess,
): { spawner: IReactorProcess; ended: Promise<Failure> } {
  const { promise: ended, resolve } = Promise.withResolvers<Failure>();
  const spawner: IReactorProcess = {
    spawnProcess(protocol, executable, options) {
      const processEnded = protocol.processEnded.bind(protocol);
      protocol.processEnded = (reason) => {
        processEnded(reason);
        resolve(reason);
      };
      return reactor.spawnProcess(protocol, executable, options);
    },
  };
  return { spawner, ended };
}

function processCases(suite: LocalSuite): void {
  suite("ProcessEndpoint makes a connection of a child", async (test) => {
    const place = endpoint(test, "cat");
    assertEquals(String(place), `<ProcessEndpoint ${SHELL}>`);
    const ear = await connectProtocol(place, new Ear());
    assertEquals(String(ear.transport.getPeer()), `ProcessAddress('${SHELL}')`);
    ear.transport.write(new TextEncoder().encode("through a child"));
    ear.transport.loseWriteConnection();
    assertInstanceOf((await ear.lost.promise).value, ConnectionDone);
    assertEquals(ear.text, "through a child");
  });

  suite("ProcessEndpoint hands on what the child complains", async (test) => {
    const complaints: string[] = [];
    const ear = await connectProtocol(endpoint(test, "both", complaints), new Ear());
    const { value } = await ear.lost.promise;
    assertInstanceOf(value, ConnectionLost);
    assertInstanceOf(value.cause, ProcessTerminated);
    assertEquals(value.cause.exitCode, 3);
    assertEquals([ear.text, complaints.join("")], ["out", "err"]);
  });

  suite("abortConnection() of a ProcessEndpoint's transport kills the child", async (test) => {
    const ear = await connectProtocol(endpoint(test, "wait"), new Ear());
    ear.transport.abortConnection();
    const { value } = await ear.lost.promise;
    assertInstanceOf(value, ConnectionLost);
    assert(value.cause instanceof ProcessTerminated);
    assertEquals(value.cause.signal, "SIGKILL");
  });
}

function processFailureCases(suite: LocalSuite): void {
  suite("ProcessEndpoint.connect() fails without a protocol", async (test) => {
    class Refusing extends Factory {
      override buildProtocol(): IProtocol | null {
        return null;
      }
    }
    class Throwing extends Factory {
      override buildProtocol(): IProtocol | null {
        throw new RangeError("no protocol today");
      }
    }
    const place = endpoint(test, "cat");
    await assertRejects(() => place.connect(new Refusing()).asPromise(), NoProtocol);
    await assertRejects(() => place.connect(new Throwing()).asPromise(), RangeError);
  });

  suite("ProcessEndpoint.connect() fails if connectionMade throws", async (test) => {
    class Failing extends Ear {
      override connectionMade(): void {
        throw new RangeError("not made");
      }
    }
    // The child ends with its input; nobody but who spawned it is told.
    const { spawner, ended } = watchedSpawner(test.reactor);
    await assertRejects(
      () => endpoint({ reactor: spawner }, "cat").connect(Factory.forProtocol(Failing)).asPromise(),
      RangeError,
      "not made",
    );
    await ended;
  });

  suite("a ProcessEndpoint without a program is lost at once", async ({ reactor }) => {
    const errors: string[] = [];
    const place = new ProcessEndpoint(reactor, "/no/such/program", {
      errReceived: (data) => errors.push(new TextDecoder().decode(data)),
    });
    const ear = await connectProtocol(place, new Ear());
    const { value } = await ear.lost.promise;
    assertInstanceOf(value, ConnectionLost);
    assert(errors.join("").includes("/no/such/program"));
  });
}
