/**
 * Attempts that a test lets succeed or fail: what `iosim`'s `ConnectionCompleter` does.
 *
 * @module
 */

import { assertEquals, assertInstanceOf } from "@std/assert";
import {
  ClientFactory,
  collapsingPumpPolicy,
  connectableEndpoint,
  ConnectionCompleter,
  ConnectionLost,
  connectProtocol,
  Factory,
  type Failure,
  type IConnector,
  type IProtocol,
  MemoryReactor,
  Protocol,
  ServerFactory,
  StepPump,
  wire,
} from "../../../reactor/mod.ts";
import { bytes, text } from "../protocols/bytes.ts";

/** Says hello, and keeps what it hears. */
class Asking extends Protocol {
  heard = "";
  override connectionMade(): void {
    this.transport.write(bytes("hello"));
  }
  override dataReceived(data: Uint8Array): void {
    this.heard += text(data);
  }
}

/** Writes down what becomes of its attempts. */
class Clients extends ClientFactory {
  readonly log: string[] = [];
  readonly protocols: Asking[] = [];
  readonly #name: string;
  constructor(name = "client") {
    super();
    this.#name = name;
  }
  override buildProtocol(): IProtocol {
    const protocol = new Asking();
    this.protocols.push(protocol);
    return protocol;
  }
  override clientConnectionFailed(_connector: IConnector, reason: Failure): void {
    this.log.push(`${this.#name} failed ${(reason.value as Error).name}`);
  }
  override clientConnectionLost(_connector: IConnector, reason: Failure): void {
    this.log.push(`${this.#name} lost ${(reason.value as Error).name}`);
  }
}

/** A reactor with an echo server on port 7, and what completes attempts. */
function echoServer() {
  const reactor = new MemoryReactor();
  const port = reactor.listenTCP(7, ServerFactory.forProtocol(wire.Echo));
  return { reactor, port, completer: new ConnectionCompleter(reactor) };
}

Deno.test("ConnectionCompleter.succeedOnce() joins a client and a server, who talk by steps", () => {
  const { reactor, completer } = echoServer();
  const clients = new Clients();
  const connector = reactor.connectTCP("echo.example", 7, clients);
  const pump = completer.succeedOnce();
  assertInstanceOf(pump, StepPump);
  const [client] = clients.protocols as [Asking];
  assertEquals([connector.state, client.heard], ["connected", ""]);
  assertEquals([`${client.transport.getPeer()}`, `${pump.serverTransport.getPeer()}`], [
    "IPv4Address(type='TCP', host='0.0.0.0', port=7)",
    "IPv4Address(type='TCP', host='192.168.1.1', port=54321)",
  ]);
  assertEquals([pump.pump(), client.heard], [true, ""]);
  assertEquals([pump.pump(), client.heard], [true, "hello"]);
  assertEquals(pump.flush(), false);
  assertEquals(completer.succeedOnce(), null);
  pump.serverTransport.loseConnection();
  pump.flush();
  assertEquals([connector.state, clients.log], ["disconnected", ["client lost ConnectionDone"]]);
});

Deno.test("ConnectionCompleter.succeedOnce() takes the oldest attempt to whose port somebody listens", () => {
  const { reactor, port, completer } = echoServer();
  const [nowhere, first, second] = [new Clients(), new Clients(), new Clients()];
  reactor.connectTCP("a", 8, nowhere);
  reactor.connectTCP("b", 7, first);
  reactor.connectTCP("c", 7, second);
  const made = () => [nowhere, first, second].map(({ protocols }) => protocols.length);
  completer.succeedOnce();
  assertEquals(made(), [0, 1, 0]);
  completer.succeedOnce();
  assertEquals(made(), [0, 1, 1]);
  assertEquals(completer.succeedOnce(), null);
  reactor.listenTCP(8, ServerFactory.forProtocol(wire.Echo));
  completer.succeedOnce();
  assertEquals(made(), [1, 1, 1]);
  port.stopListening();
  reactor.connectTCP("d", 7, first);
  assertEquals(completer.succeedOnce(), null);
});

Deno.test("ConnectionCompleter.succeedOnce() is refused by a factory that makes no protocol", () => {
  class Refusing extends ServerFactory {
    override buildProtocol(): null {
      return null;
    }
  }
  const reactor = new MemoryReactor();
  reactor.listenTCP(7, new Refusing());
  const clients = new Clients();
  reactor.connectTCP("a", 7, clients);
  assertEquals(new ConnectionCompleter(reactor).succeedOnce(), null);
  assertEquals(clients.log, ["client failed ConnectionRefusedError"]);
});

Deno.test("ConnectionCompleter.succeedOnce() takes the options of a pump", () => {
  const { reactor, completer } = echoServer();
  const clients = new Clients();
  reactor.connectTCP("a", 7, clients);
  const steps: number[] = [];
  const pump = completer.succeedOnce({
    pumpPolicy: collapsingPumpPolicy,
    clock: { advance: (seconds) => void steps.push(seconds) },
  });
  const chunks: string[] = [];
  const [client] = clients.protocols as [Asking];
  client.dataReceived = (data) => void chunks.push(text(data));
  client.transport.write(bytes(", "));
  client.transport.write(bytes("world"));
  pump?.flush();
  assertEquals(chunks, ["hello, world"]);
  assertEquals(steps, [0, 0, 0]);
});

Deno.test("ConnectionCompleter.failOnce() lets the oldest attempt fail", () => {
  const { reactor, completer } = echoServer();
  const [first, second] = [new Clients("first"), new Clients("second")];
  reactor.connectTCP("a", 7, first);
  reactor.connectTCP("b", 7, second);
  assertEquals([completer.failOnce(), completer.failOnce(new ConnectionLost())], [true, true]);
  assertEquals([...first.log, ...second.log], [
    "first failed ConnectionRefusedError",
    "second failed ConnectionLost",
  ]);
  assertEquals(completer.failOnce(), false);
});

Deno.test("connectableEndpoint() connects when the test says so", async () => {
  const { endpoint, completer } = connectableEndpoint(Factory.forProtocol(wire.Echo));
  const connected = connectProtocol(endpoint, new Asking());
  const refused = connectProtocol(endpoint, new Asking());
  assertEquals([connected.called, refused.called], [false, false]);
  const pump = completer.succeedOnce();
  completer.failOnce();
  const client = await connected;
  pump?.flush();
  assertEquals(client.heard, "hello");
  const outcome = await refused.then(() => "connected", (error) => (error as Error).name);
  assertEquals(outcome, "ConnectionRefusedError");
});
