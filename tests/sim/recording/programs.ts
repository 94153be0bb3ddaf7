/**
 * Programs that are recorded. Each lives on one platform, simulated or not, and returns what it saw,
 * with the times at which it did.
 *
 * @module
 */

import { IOStream, PollIOLoop, TCPServer, TwistedIOLoop } from "../../../ioloop/mod.ts";
import type { Platform } from "../../../poller/mod.ts";
import {
  ClientFactory,
  ConnectionDone,
  DatagramProtocol,
  deferToThread,
  type Failure,
  type IConnector,
  type IPAddress,
  PollReactor,
  ProcessProtocol,
  Protocol,
  type ReactorBase,
  ServerFactory,
  TornadoReactor,
} from "../../../reactor/mod.ts";
import { script } from "../../contract/child_scripts.ts";
import { named } from "../../contract/thread_functions.ts";

/** Where programs listen. */
const LOCAL = "127.0.0.1";

/** What a program is given: a reactor that is not running yet, and where to write down what it sees. */
interface Run {
  readonly reactor: ReactorBase;
  readonly platform: Platform;
  note(what: string): void;
}

const DECODER = new TextDecoder();
const ENCODER = new TextEncoder();

/** A program on a reactor, which ends it. */
function onReactor(
  begin: (run: Run) => void,
  make: (platform: Platform) => ReactorBase = (platform) => new PollReactor(platform),
): (platform: Platform) => Promise<string[]> {
  return async (platform) => {
    const log: string[] = [];
    const reactor = make(platform);
    const note = (what: string) => void log.push(`${reactor.seconds()} ${what}`);
    begin({ reactor, platform, note });
    await reactor.run({ installSignalHandlers: false });
    return log;
  };
}

/** A tower of three loops. */
function tower(platform: Platform): ReactorBase {
  const bottom = new PollReactor(platform);
  return new TornadoReactor(new TwistedIOLoop(bottom, { makeCurrent: false }));
}

/** Says back what it hears. */
class Echo extends Protocol {
  override dataReceived(data: Uint8Array): void {
    this.transport.write(data);
  }
}

/** Writes down what happens to a connection, and ends the program with it. */
class Witness extends Protocol {
  readonly run: Run;
  readonly onMade: (self: Witness) => void;

  constructor(run: Run, onMade: (self: Witness) => void) {
    super();
    this.run = run;
    this.onMade = onMade;
  }

  override connectionMade(): void {
    this.run.note("made");
    this.onMade(this);
  }

  override dataReceived(data: Uint8Array): void {
    this.run.note(`data ${DECODER.decode(data)}`);
  }

  override connectionLost(reason: Failure): void {
    this.run.note(`lost ${(reason.value as Error).name}`);
    this.run.reactor.stop();
  }
}

class WitnessFactory extends ClientFactory {
  readonly run: Run;
  readonly onMade: (self: Witness) => void;

  constructor(run: Run, onMade: (self: Witness) => void) {
    super();
    this.run = run;
    this.onMade = onMade;
  }

  override buildProtocol(): Protocol {
    return new Witness(this.run, this.onMade);
  }

  override clientConnectionFailed(_connector: IConnector, reason: Failure): void {
    this.run.note(`failed ${(reason.value as Error).name}`);
    this.run.reactor.stop();
  }
}

function timers(run: Run): void {
  const { reactor, platform, note } = run;
  for (let i = 0; i < 5; i++) {
    reactor.callLater(platform.random.next() / 100, () => note(`timer ${i}`));
  }
  const bytes = new Uint8Array(8);
  platform.random.fill(bytes);
  note(`drew ${bytes}`);
  reactor.callLater(0.02, () => reactor.stop());
}

function echo(run: Run): void {
  const { reactor } = run;
  const port = reactor.listenTCP(0, ServerFactory.forProtocol(Echo), { interface: LOCAL });
  const client = new WitnessFactory(run, (self) => {
    self.transport.write(ENCODER.encode("x".repeat(3000)));
    reactor.callLater(0.005, () => self.transport.loseConnection());
  });
  reactor.connectTCP(LOCAL, port.getHost().port, client);
}

/** The server says goodbye only when the client has ended its direction. */
function halfClose(run: Run): void {
  const { reactor } = run;
  class Goodbye extends Protocol {
    readConnectionLost(): void {
      run.note("half closed");
      this.transport.write(ENCODER.encode("goodbye"));
      this.transport.loseConnection();
    }
    writeConnectionLost(): void {}
  }
  const port = reactor.listenTCP(0, ServerFactory.forProtocol(Goodbye), { interface: LOCAL });
  const client = new WitnessFactory(run, (self) => {
    const transport = self.transport as unknown as { loseWriteConnection(): void };
    transport.loseWriteConnection();
  });
  reactor.connectTCP(LOCAL, port.getHost().port, client);
}

function abort(run: Run): void {
  const { reactor } = run;
  class Rude extends Protocol {
    override dataReceived(): void {
      (this.transport as unknown as { abortConnection(): void }).abortConnection();
    }
  }
  const port = reactor.listenTCP(0, ServerFactory.forProtocol(Rude), { interface: LOCAL });
  const client = new WitnessFactory(run, (self) => self.transport.write(ENCODER.encode("hi")));
  reactor.connectTCP(LOCAL, port.getHost().port, client);
}

function refused(run: Run): void {
  const { reactor } = run;
  const port = reactor.listenTCP(0, ServerFactory.forProtocol(Echo), { interface: LOCAL });
  const number = port.getHost().port;
  Promise.resolve(port.stopListening()).then(() => {
    run.note("stopped");
    reactor.connectTCP(LOCAL, number, new WitnessFactory(run, () => {}));
  });
}

function datagrams(run: Run): void {
  const { reactor } = run;
  class Answering extends DatagramProtocol {
    override datagramReceived(data: Uint8Array, from: IPAddress): void {
      this.transport.write(ENCODER.encode(`${DECODER.decode(data)}!`), from);
    }
  }
  const server = reactor.listenUDP(0, new Answering(), { interface: LOCAL });
  class Asking extends DatagramProtocol {
    override startProtocol(): void {
      for (const text of ["one", "two", "three"]) {
        this.transport.write(ENCODER.encode(text), server.getHost());
      }
    }

    override datagramReceived(data: Uint8Array): void {
      run.note(`datagram ${DECODER.decode(data)}`);
    }
  }
  reactor.listenUDP(0, new Asking(), { interface: LOCAL });
  reactor.callLater(0.01, () => reactor.stop());
}

function childProcess(run: Run): void {
  const { reactor } = run;
  const { executable, args = [] } = script("both");
  class Child extends ProcessProtocol {
    override outReceived(data: Uint8Array): void {
      run.note(`out ${DECODER.decode(data)}`);
    }
    override errReceived(data: Uint8Array): void {
      run.note(`err ${DECODER.decode(data)}`);
    }
    override processEnded(reason: Failure): void {
      run.note(`ended ${(reason.value as Error).message}`);
      reactor.stop();
    }
  }
  reactor.spawnProcess(new Child(), executable, { args });
}

function thread(run: Run): void {
  const { reactor, note } = run;
  deferToThread(reactor, named.add, 20, 22)
    .addCallback((sum: number) => note(`sum ${sum}`))
    .addCallback(() => deferToThread(reactor, named.fail, "no"))
    .addErrback((failure: Failure) => note(`failed ${(failure.value as Error).message}`))
    .addBoth(() => reactor.stop());
}

/** An error that nobody takes is reported, and reported again when the program is replayed. */
function reports(run: Run): void {
  run.reactor.callLater(0.001, () => {
    throw new ConnectionDone("nobody takes this");
  });
  run.reactor.callLater(0.002, () => run.reactor.stop());
}

/** Tornado's streams, on its own loop. */
async function streams(platform: Platform): Promise<string[]> {
  const log: string[] = [];
  const ioLoop = new PollIOLoop(platform, { makeCurrent: false });
  class Lines extends TCPServer {
    override async handleStream(stream: IOStream): Promise<void> {
      for (const name of ["first", "second"]) {
        log.push(`${ioLoop.time()} ${name} ${DECODER.decode(await stream.readUntil("\n"))}`);
        await stream.write(ENCODER.encode(`${name}\r\n`));
      }
      stream.close();
    }
  }
  await ioLoop.runSync(async () => {
    const server = new Lines({ ioLoop });
    const [address] = server.listen(0, LOCAL);
    const port = (address as { port: number }).port;
    const stream = new IOStream(null, ioLoop);
    await stream.connect({ transport: "tcp", hostname: LOCAL, port });
    await stream.write(ENCODER.encode("ada\nbob\n"));
    const answer = await stream.readUntilClose();
    log.push(`${ioLoop.time()} answer ${JSON.stringify(DECODER.decode(answer))}`);
    server.stop();
    stream.close();
  });
  ioLoop.close();
  return log;
}

/** The programs, by name. */
export const PROGRAMS: Readonly<Record<string, (platform: Platform) => Promise<string[]>>> = {
  "timers": onReactor(timers),
  "timers on a tower": onReactor(timers, tower),
  "an echo": onReactor(echo),
  "an echo on a tower": onReactor(echo, tower),
  "an echo on TornadoReactor": onReactor(
    echo,
    (platform) => new TornadoReactor(new PollIOLoop(platform, { makeCurrent: false })),
  ),
  "a half-close": onReactor(halfClose),
  "an abort": onReactor(abort),
  "a refused connection": onReactor(refused),
  "datagrams": onReactor(datagrams),
  "a child process": onReactor(childProcess),
  "threads": onReactor(thread),
  "streams": streams,
};

/** A program that leaves an error to nobody. */
export const REPORTING: (platform: Platform) => Promise<string[]> = onReactor(reports);

/**
 * A race: two deposits read the balance, wait for a moment that is drawn, and write it. What is left
 * in the end depends on how the moments fall.
 */
export async function deposits(platform: Platform): Promise<number> {
  const reactor = new PollReactor(platform);
  let balance = 0;
  let open = 2;
  for (let i = 0; i < 2; i++) {
    reactor.callLater(platform.random.next() / 100, () => {
      const read = balance;
      reactor.callLater(platform.random.next() / 100, () => {
        balance = read + 1;
        if (--open === 0) reactor.stop();
      });
    });
  }
  await reactor.run({ installSignalHandlers: false });
  return balance;
}
