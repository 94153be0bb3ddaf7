/**
 * What the lines of a recording are.
 *
 * A recording is a file of JSON lines. The first is the header, an object; the others are arrays that
 * begin with their kind:
 *
 * - calls that the program made: what it called and with what (`question`), and what it was
 *   answered, if anything: `["receive",7,"aGVsbG8="]`; `{"error":…}` if the call threw;
 * - events, with which the platform called the program: `["ready",7,1]`;
 * - facts: something of a handle is from now on what it was not before: `["is",7,"connecting",false]`;
 * - `["sum",…]`, the checksum of the lines since the last one, and `["end"]`.
 *
 * @module
 */

/** What the header says the file is. */
export const FORMAT = "twinloop-recording";

/** The version that is written, and the only one that is read. */
export const VERSION = 1;

/** A line but the header. */
export type RecordingEntry = readonly [kind: string, ...rest: unknown[]];

/** Tells whether a part of a line is what it should be. */
type Check = (value: unknown) => boolean;

/** What the lines of a kind consist of. */
export interface Shape {
  /** Who did it. */
  readonly role: "call" | "event" | "fact" | "frame";
  /** What comes after the kind. */
  readonly question: readonly Check[];
  /** What an answer consists of. There may always be an error instead. */
  readonly answer: readonly Check[];
  /** Whether the answer may be missing: there was nothing yet. */
  readonly mayLackAnswer?: boolean;
}

function isNumber(value: unknown): boolean {
  return typeof value === "number";
}

function isText(value: unknown): boolean {
  return typeof value === "string";
}

function isFlag(value: unknown): boolean {
  return typeof value === "boolean";
}

function isAnything(_value: unknown): boolean {
  return true;
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function isBytes(value: unknown): boolean {
  if (typeof value !== "string") return false;
  try {
    Uint8Array.fromBase64(value);
    return true;
  } catch {
    return false;
  }
}

function isAddress(value: unknown): boolean {
  if (!isObject(value)) return false;
  const { transport, hostname, port, path } = value;
  if (transport === "unix" || transport === "unixpacket") return path === null || isText(path);
  return (transport === "tcp" || transport === "udp") && isText(hostname) && orNull(isNumber)(port);
}

function isStream(value: unknown): boolean {
  if (!isObject(value)) return false;
  const { id, connecting, local, remote } = value;
  return isNumber(id) && isFlag(connecting) && (local === null || isAddress(local)) &&
    isAddress(remote);
}

function isBound(value: unknown): boolean {
  return isObject(value) && isNumber(value["id"]) && isAddress(value["local"]);
}

function isError(value: unknown): boolean {
  if (!isObject(value)) return false;
  const { error } = value;
  return isObject(error) && isText(error["name"]) && isText(error["message"]);
}

function isPipes(value: unknown): boolean {
  if (!isObject(value)) return false;
  return [value["stdin"], value["stdout"], value["stderr"]].every((pipe) =>
    pipe === null || isStream(pipe)
  );
}

function isChild(value: unknown): boolean {
  return isObject(value) && isNumber(value["pid"]) && isPipes(value);
}

function orNull(check: Check): Check {
  return (value) => value === null || check(value);
}

function call(question: readonly Check[], ...answer: readonly Check[]): Shape {
  return { role: "call", question, answer };
}

/** A call that is not answered if there is nothing yet. */
function attempt(question: readonly Check[], ...answer: readonly Check[]): Shape {
  return { role: "call", question, answer, mayLackAnswer: true };
}

function event(...question: readonly Check[]): Shape {
  return { role: "event", question, answer: [] };
}

/** The kinds of lines. */
export const SHAPES: Readonly<Record<string, Shape>> = {
  // Clock and randomness.
  now: call([], isNumber),
  random: call([], isNumber),
  fill: call([isNumber], isBytes),
  // The poller.
  register: call([orNull(isNumber), orNull(isNumber)]),
  modify: call([orNull(isNumber), orNull(isNumber)]),
  unregister: call([orNull(isNumber)]),
  poll: call([orNull(isNumber)]),
  wake: call([]),
  pause: call([]),
  closePoller: call([]),
  ready: event(isNumber, isNumber),
  done: event(),
  // Opening handles.
  listen: call([isAddress, orNull(isObject)], isBound),
  connect: call([isAddress, orNull(isObject)], isStream),
  bindDatagram: call([isAddress, orNull(isObject)], isBound),
  identifyFile: call([isText], orNull(isText)),
  findService: call([isText, isText], orNull(isNumber)),
  // Handles.
  receive: attempt([isNumber], orNull(isBytes)),
  receiveInto: attempt([isNumber, isNumber], orNull(isBytes)),
  receiveFrom: attempt([isNumber], isAddress, isBytes),
  send: call([isNumber, isNumber], isNumber, isNumber),
  sendTo: call([isNumber, isAddress, isNumber, isNumber], isFlag),
  accept: attempt([isNumber], isStream),
  startTls: call([isNumber, isText, isNumber], isStream),
  takeError: call([isNumber]),
  shutdownWrite: call([isNumber]),
  setNoDelay: call([isNumber, isAnything]),
  setKeepAlive: call([isNumber, isAnything]),
  close: call([isNumber]),
  abort: call([isNumber]),
  joinGroup: call([isNumber, isAnything, isAnything]),
  leaveGroup: call([isNumber, isAnything, isAnything]),
  setMulticast: call([isNumber, isText, isAnything]),
  released: event(isNumber, isFlag),
  // Signals, child processes, threads.
  addListener: call([isText, isNumber]),
  removeListener: call([isText, isNumber]),
  signal: event(isText, isNumber),
  openStandardStreams: call([], isPipes),
  spawn: call([isObject, isNumber], isChild),
  addExitListener: call([isNumber, isNumber]),
  kill: call([isNumber, isText], isFlag),
  exited: event(isNumber, isNumber, isObject),
  startThread: call([isNumber]),
  run: call([isNumber, isText, orNull(isNumber)]),
  outcome: event(isNumber, isAnything),
  terminate: call([isNumber]),
  terminated: event(isNumber, isFlag),
  // Errors that nobody took.
  report: call([isText]),
  // The rest.
  is: { role: "fact", question: [isAnything, isText, isAnything], answer: [] },
  lost: event(isText),
  sum: { role: "frame", question: [isNumber], answer: [] },
  end: { role: "frame", question: [], answer: [] },
};

/**
 * Tells whether a value is a line.
 *
 * @param value What `JSON.parse` returned.
 * @returns Whether it is.
 */
export function isEntry(value: unknown): value is RecordingEntry {
  if (!Array.isArray(value) || typeof value[0] !== "string") return false;
  const shape = Object.hasOwn(SHAPES, value[0]) ? SHAPES[value[0]] : undefined;
  if (shape === undefined) return false;
  const { role, question, answer, mayLackAnswer = false } = shape;
  const rest = value.slice(1);
  const given = rest.splice(question.length);
  if (rest.length < question.length || !question.every((check, i) => check(rest[i]))) return false;
  if (given.length === 0) return answer.length === 0 || mayLackAnswer;
  if (role !== "call") return false;
  if (given.length === 1 && isError(given[0])) return true;
  return given.length === answer.length && answer.every((check, i) => check(given[i]));
}

/** The number of parts that come after the kind and before the answer. */
export function questionLength(entry: RecordingEntry): number {
  return (SHAPES[entry[0]] as Shape).question.length;
}

/** Says a line in a message: `receive(7)`, without the answer. */
export function formatEntry(entry: RecordingEntry): string {
  return formatStep(entry[0], entry.slice(1, 1 + questionLength(entry)));
}

/** Says a step in a message. */
export function formatStep(kind: string, question: readonly unknown[]): string {
  return `${kind}(${question.map((part) => JSON.stringify(part)).join(", ")})`;
}
