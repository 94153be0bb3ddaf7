/** Run without any permission and without --unstable-net: everything fails in order, busy passes work. */
import { DenoPlatform, SocketError, WRITE } from "../../../poller/mod.ts";

const { network, poller } = new DenoPlatform();
const codes: Record<string, string | undefined> = {};

function codeOf(open: () => unknown): string {
  try {
    open();
    return "opened";
  } catch (error) {
    return error instanceof SocketError ? error.code : String(error);
  }
}

function poll(timeout: number): Promise<void> {
  return new Promise((resolve) => poller.poll(timeout, () => {}, resolve));
}

codes["listen"] = codeOf(() =>
  network.listen({ transport: "tcp", hostname: "127.0.0.1", port: 0 })
);
codes["bindDatagram"] = codeOf(() =>
  network.bindDatagram({ transport: "udp", hostname: "127.0.0.1", port: 0 })
);
codes["unixpacket"] = codeOf(() =>
  network.bindDatagram({ transport: "unixpacket", path: "/tmp/never" })
);
const port9 = { transport: "tcp", hostname: "127.0.0.1", port: 9 } as const;
for (
  const [name, options] of [
    ["connect", {}],
    ["connectFrom", { from: { ...port9, port: 0 } }],
  ] as const
) {
  const stream = network.connect(port9, options);
  poller.register(stream, WRITE);
  await poll(Infinity);
  const error = stream.takeError();
  codes[name] = error?.code;
  codes["message"] = error?.message;
  stream.close();
}

let passes = 0;
for (const end = performance.now() + 30; performance.now() < end; passes++) await poll(0);
codes["busy"] = passes > 40 ? "many passes" : `${passes} passes`;
poller.pause();
console.log(JSON.stringify(codes));
