/** Run without --unstable-net: a datagram there and back. */
import { DenoPlatform, READ } from "../../../poller/mod.ts";

const { network, poller } = new DenoPlatform();
const a = network.bindDatagram({ transport: "udp", hostname: "127.0.0.1", port: 0 });
const b = network.bindDatagram({ transport: "udp", hostname: "127.0.0.1", port: 0 });
a.send(new TextEncoder().encode("hello"), b.localAddress);
poller.register(b, READ);
await new Promise<void>((resolve) => poller.poll(Infinity, () => {}, resolve));
const datagram = b.receive();
console.log(typeof (Deno as { listenDatagram?: unknown }).listenDatagram);
console.log(new TextDecoder().decode(datagram?.bytes));
a.close();
b.close();
poller.close();
