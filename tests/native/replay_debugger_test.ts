import { assertEquals } from "@std/assert";

/** What a debugger is told. */
interface DebuggerMessage {
  readonly id?: number;
  readonly method?: string;
  readonly params?: { readonly callFrames?: readonly { readonly callFrameId: string }[] };
  readonly result?: { readonly result?: { readonly value?: unknown } };
}

/** Starts a program that waits for a debugger; it is killed if it takes far too long. */
function startWaiting(name: string): { child: Deno.ChildProcess; ended: Promise<number> } {
  const program = new URL(`programs/${name}`, import.meta.url).pathname;
  const child = new Deno.Command(Deno.execPath(), {
    args: ["run", "--no-prompt", "--inspect-wait=127.0.0.1:0", program],
    env: { NO_COLOR: "1" },
    stdin: "null",
    stdout: "piped",
    stderr: "piped",
  }).spawn();
  const hung = setTimeout(() => child.kill("SIGKILL"), 60_000);
  const ended = child.status.then(({ code }) => {
    clearTimeout(hung);
    return code;
  });
  return { child, ended };
}

/** Reads a child's standard error until it names the address for a debugger. */
async function findAddress(errors: ReadableStreamDefaultReader<string>): Promise<string> {
  for (let text = "";;) {
    const { value, done } = await errors.read();
    text += value ?? "";
    const found = /ws:\/\/\S+/.exec(text);
    if (found !== null) return found[0];
    if (done) throw new Error(`expected the address of a debugger, got ${text}`);
  }
}

/** Runs a program until it stops in the debugger; returns what an expression is there. */
async function evaluateAtStop(socket: WebSocket, expression: string): Promise<unknown> {
  let seen: unknown;
  const send = (id: number, method: string, params = {}) =>
    socket.send(JSON.stringify({ id, method, params }));
  socket.onopen = () => {
    send(1, "Runtime.enable");
    send(2, "Debugger.enable");
    send(3, "Runtime.runIfWaitingForDebugger");
  };
  socket.onmessage = ({ data }) => {
    const { id, method, params, result } = JSON.parse(data) as DebuggerMessage;
    if (method === "Debugger.paused") {
      const callFrameId = params?.callFrames?.[0]?.callFrameId;
      send(4, "Debugger.evaluateOnCallFrame", { callFrameId, expression });
    }
    if (id === 4) {
      seen = result?.result?.value;
      send(5, "Debugger.resume");
    }
    // The program waits at its end until its debugger has gone.
    if (id === 5) socket.close();
  };
  await new Promise((resolve) => socket.onclose = resolve);
  return seen;
}

Deno.test("replay() has a debugger stop before the decision that it is given", async () => {
  const { child, ended } = startWaiting("stop_at_decision.ts");
  const output = new Response(child.stdout).text();
  const errors = child.stderr.pipeThrough(new TextDecoderStream()).getReader();
  const address = await findAddress(errors);
  const seen = await evaluateAtStop(new WebSocket(address), "`${label} ${decision}`");
  let rest = "";
  for (let chunk = await errors.read(); !chunk.done; chunk = await errors.read()) {
    rest += chunk.value;
  }
  assertEquals([seen, await ended, (await output).trim()], ["c 2", 0, "0,0,0,0"], rest);
});
