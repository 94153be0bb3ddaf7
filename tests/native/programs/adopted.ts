/** Takes over descriptor 3 in some way, echoes what comes, and ends when the peer does; or says why it cannot. */
import { PollIOLoop } from "../../../ioloop/mod.ts";
import { DenoPlatform, SocketError } from "../../../poller/mod.ts";
import {
  CannotListenError,
  DatagramProtocol,
  type IListeningPort,
  PollReactor,
  Protocol,
  ServerFactory,
  serverFromString,
  TornadoReactor,
} from "../../../reactor/mod.ts";

const [name, what, family] = Deno.args;
const platform = new DenoPlatform();
const reactor = name === "PollReactor"
  ? new PollReactor(platform)
  : new TornadoReactor(new PollIOLoop(platform));
let port: IListeningPort | null = null;

class Echo extends Protocol {
  override connectionMade(): void {
    const { transport } = this;
    say({ host: transport.getHost(), peer: transport.getPeer() });
  }

  override dataReceived(data: Uint8Array): void {
    this.transport.write(data);
  }

  override async connectionLost(): Promise<void> {
    await port?.stopListening();
    reactor.stop();
  }
}

function say(what: unknown): void {
  console.log(JSON.stringify(what));
}

function adopt(): Promise<void> | void {
  const factory = ServerFactory.forProtocol(Echo);
  const stream = family === "UNIX" ? "UNIX" : family === "IPv6" ? "IPv6" : "IPv4";
  if (what === "systemd") return listen(family ?? "");
  if (what === "port") {
    port = reactor.adoptStreamPort(3, stream, factory);
    say(port.getHost());
  } else if (what === "connection") reactor.adoptStreamConnection(3, stream, factory);
  else reactor.adoptDatagramPort(3, "IPv4", new DatagramProtocol());
}

/** Listens on what the text finds, and says which variables are left for children. */
async function listen(text: string): Promise<void> {
  const endpoint = serverFromString(reactor, text);
  port = await endpoint.listen(ServerFactory.forProtocol(Echo));
  say(port.getHost());
  say(["LISTEN_PID", "LISTEN_FDS", "LISTEN_FDNAMES"].filter((name) => Deno.env.has(name)));
}

reactor.callWhenRunning(async () => {
  try {
    await adopt();
    if (what === "port") say({ again: codeOfAttempt(adopt) });
  } catch (error) {
    say({
      error: (error as Error).name,
      code: codeOf(error),
    });
    reactor.stop();
  }
});
await reactor.run();

function codeOfAttempt(attempt: () => unknown): string {
  try {
    attempt();
  } catch (error) {
    return codeOf(error);
  }
  return "";
}

function codeOf(error: unknown): string {
  const socketError = error instanceof CannotListenError ? error.cause : error;
  return socketError instanceof SocketError ? socketError.code : "";
}
