/** Run under a low limit of descriptors, none in reserve: accepts until they run out, frees them, accepts the rest. */
import { DenoPlatform, READ, type StreamHandle } from "../../../poller/mod.ts";

// Deno 2.9.6 panics if it first sets up its handling of signals when no descriptor is left
// (`ext/signals/lib.rs`), which it may do at any time in the background: so it is done here.
Deno.addSignalListener("SIGUSR2", ignore);
Deno.removeSignalListener("SIGUSR2", ignore);

const [wanted, hostname = ""] = Deno.args;
const WANTED = Number(wanted);
let reports = 0;
let attempts = 0;

const listen = Deno.listen;
Deno.listen = ((options: Deno.TcpListenOptions) => {
  const listener = listen(options);
  const accept = listener.accept.bind(listener);
  listener.accept = () => {
    attempts++;
    return accept();
  };
  return listener;
}) as typeof Deno.listen;

const { clock, network, poller } = new DenoPlatform({ report });
const listener = network.listen({ transport: "tcp", hostname, port: 0 });
const open: StreamHandle[] = [];
let accepted = 0;

function ignore(): void {}

/** The report may come after the pass that took the last connection: it ends the wait for the next. */
function report(): void {
  reports++;
  poller.wake();
}

function poll(timeout: number): Promise<void> {
  return new Promise((resolve) =>
    poller.poll(timeout, () => {
      for (let stream = listener.accept(); stream !== undefined; stream = listener.accept()) {
        accepted++;
        open.push(stream);
      }
    }, resolve)
  );
}

poller.register(listener, READ);
console.log(JSON.stringify(listener.localAddress));
while (reports === 0) await poll(Infinity);
const acceptedFirst = accepted;
// Deno fails every attempt at once: without a pause there would be thousands of them now.
let passes = 0;
const attemptsBefore = attempts;
for (const end = clock.now() + 0.25; clock.now() < end; passes++) await poll(0.25);
const attemptsMeanwhile = attempts - attemptsBefore;
for (const stream of open.splice(0)) stream.close();
while (accepted < WANTED) await poll(Infinity);
for (const stream of open) stream.close();
listener.close();
poller.pause();
console.log(JSON.stringify({ acceptedFirst, accepted, attemptsMeanwhile, passes, reports }));
