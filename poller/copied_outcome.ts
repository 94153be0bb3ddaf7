/**
 * How outcomes cross from one thread to another: as copies.
 *
 * @module
 */

import { WorkerError } from "./worker_errors.ts";
import type { WorkerOutcome } from "./workers.ts";

/** An outcome that consists of plain data. */
export type CopiedOutcome =
  | {
    readonly ok: true;
    /** A copy. */
    readonly value: unknown;
  }
  | {
    readonly ok: false;
    /** The error, taken apart. */
    readonly error: CopiedError;
  };

/** An error taken apart; `structuredClone` alone would drop its fields and the name of its class. */
export type CopiedError =
  | { readonly kind: "value"; readonly value: unknown }
  | {
    readonly kind: "error";
    readonly name: string;
    readonly message: string;
    readonly stack: string | undefined;
    readonly cause: CopiedError | undefined;
    readonly fields: Readonly<Record<string, unknown>>;
  };

/** The language's own classes of errors. */
const CLASSES: Readonly<Record<string, new (message: string) => Error>> = {
  EvalError,
  RangeError,
  ReferenceError,
  SyntaxError,
  TypeError,
  URIError,
};

/** How many causes of causes are copied: an error can be its own cause. */
const CAUSES_MAX = 8;

/**
 * Makes the copy of an outcome that crosses to another thread.
 *
 * @param name The name of the function, for the message.
 * @param outcome The outcome.
 * @returns The copy; if it cannot be copied, that of a {@linkcode WorkerError} that says so.
 */
export function copyOutcome(name: string, outcome: WorkerOutcome): CopiedOutcome {
  if (!outcome.ok) return { ok: false, error: takeApart(outcome.error, CAUSES_MAX) };
  try {
    return { ok: true, value: structuredClone(outcome.value) };
  } catch (cause) {
    const error = new WorkerError(
      "NOT_CLONEABLE",
      `Cannot return from ${name}: its result is of a kind that threads cannot share`,
      { cause },
    );
    return { ok: false, error: takeApart(error, CAUSES_MAX) };
  }
}

/**
 * Makes an outcome of its copy.
 *
 * @param copy The copy.
 * @returns The outcome.
 */
export function readOutcome(copy: CopiedOutcome): WorkerOutcome {
  return copy.ok ? copy : { ok: false, error: putTogether(copy.error) };
}

function takeApart(error: unknown, depth: number): CopiedError {
  if (!(error instanceof Error)) {
    try {
      return { kind: "value", value: structuredClone(error) };
    } catch {
      return { kind: "value", value: String(error) };
    }
  }
  const { name, message, stack, cause } = error;
  return {
    kind: "error",
    name: String(name),
    message: String(message),
    stack,
    cause: cause === undefined || depth === 0 ? undefined : takeApart(cause, depth - 1),
    fields: Object.fromEntries(fieldsOf(error)),
  };
}

/** The own fields of an error that can be copied. */
function fieldsOf(error: Error): [string, unknown][] {
  const fields: [string, unknown][] = [];
  for (const [key, value] of Object.entries(error)) {
    if (key === "name") continue;
    try {
      fields.push([key, structuredClone(value)]);
    } catch {
      // A function or a socket: it has no meaning in another thread.
    }
  }
  return fields;
}

function putTogether(copy: CopiedError): unknown {
  if (copy.kind === "value") return copy.value;
  const { name, message, stack, cause, fields } = copy;
  const error = name === "WorkerError" && isCode(fields["code"])
    ? new WorkerError(fields["code"], message)
    : new (CLASSES[name] ?? Error)(message);
  const hidden = { configurable: true, enumerable: false, writable: true };
  if (error.name !== name) Object.defineProperty(error, "name", { ...hidden, value: name });
  if (stack !== undefined) Object.defineProperty(error, "stack", { ...hidden, value: stack });
  if (cause !== undefined) {
    Object.defineProperty(error, "cause", { ...hidden, value: putTogether(cause) });
  }
  return Object.assign(error, fields);
}

function isCode(code: unknown): code is WorkerError["code"] {
  return typeof code === "string";
}
