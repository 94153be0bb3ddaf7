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
    /** What an `AggregateError` gathers; `undefined` for other errors. */
    readonly errors: readonly CopiedError[] | undefined;
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

/** How many causes of causes are copied, or errors in errors: an error can be its own cause. */
const CAUSES_MAX = 8;

/** What is copied by name, or not at all, though it may be a field. */
const NO_FIELDS: ReadonlySet<string> = new Set(["name", "message", "stack", "cause"]);

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
    errors: error instanceof AggregateError ? takeApartAll(error.errors, depth) : undefined,
    fields: Object.fromEntries(fieldsOf(error)),
  };
}

function takeApartAll(errors: readonly unknown[], depth: number): readonly CopiedError[] {
  return depth === 0 ? [] : errors.map((each) => takeApart(each, depth - 1));
}

/** The own fields of an error that can be copied. */
function fieldsOf(error: Error): [string, unknown][] {
  const fields: [string, unknown][] = [];
  for (const [key, value] of Object.entries(error)) {
    if (NO_FIELDS.has(key) || (key === "errors" && error instanceof AggregateError)) continue;
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
  const { name, stack, cause, fields } = copy;
  const error = make(copy);
  const hidden = { configurable: true, enumerable: false, writable: true };
  if (error.name !== name) Object.defineProperty(error, "name", { ...hidden, value: name });
  if (stack !== undefined) Object.defineProperty(error, "stack", { ...hidden, value: stack });
  if (cause !== undefined) {
    Object.defineProperty(error, "cause", { ...hidden, value: putTogether(cause) });
  }
  return Object.assign(error, fields);
}

/** Makes an error of the class of a copy, where that is one that this thread knows. */
function make({ name, message, errors, fields }: CopiedError & { kind: "error" }): Error {
  if (errors !== undefined) return new AggregateError(errors.map(putTogether), message);
  if (name === "WorkerError" && isCode(fields["code"])) {
    return new WorkerError(fields["code"], message);
  }
  return new (CLASSES[name] ?? Error)(message);
}

function isCode(code: unknown): code is WorkerError["code"] {
  return typeof code === "string";
}
