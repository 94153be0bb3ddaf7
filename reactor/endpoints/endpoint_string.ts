/**
 * How endpoints are written as text: `type:argument:name=value`.
 *
 * @module
 */

import { EndpointStringError } from "./errors.ts";

/**
 * Escapes a text so that it can stand as one argument of an endpoint's description.
 *
 * Twisted: `quoteStringArgument` (`internet/endpoints.py`, 24.7).
 *
 * @example An IPv6 address
 * ```ts
 * import { quoteStringArgument } from "@twinloop/twinloop/reactor";
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(`tcp:${quoteStringArgument("::1")}:80`, "tcp:\\:\\:1:80");
 * ```
 *
 * @param argument The text; a positional argument must not hold `=`.
 * @returns The text with a backslash before each colon and backslash.
 */
export function quoteStringArgument(argument: string): string {
  return argument.replace(/[\\:]/g, "\\$&");
}

/**
 * What the description of an endpoint says, for the parser of its type.
 *
 * A parser first names its arguments, with {@linkcode EndpointDescription.name}, and then reads them.
 */
export class EndpointDescription {
  /** The description. */
  readonly text: string;
  /** What stands before the first colon, in lower case. */
  readonly type: string;
  readonly #positional: string[];
  readonly #named: Map<string, string>;

  /**
   * Reads a description.
   *
   * @param text The description. A backslash takes the meaning from the character after it; an
   * argument is named if it holds a `=`, and its value may hold more of them.
   * @throws {EndpointStringError} If the type is missing, a name is given twice, or nothing follows a
   * backslash.
   */
  constructor(text: string) {
    this.text = text;
    this.#positional = [];
    this.#named = new Map();
    const [first, ...rest] = split(text);
    if (first === undefined || first.name !== null || first.value === "") {
      throw new EndpointStringError(text, "type is missing");
    }
    this.type = first.value.toLowerCase();
    for (const { name, value } of rest) {
      if (name === null) this.#positional.push(value);
      else if (this.#named.has(name)) throw this.error(`argument ${name} is given twice`);
      else this.#named.set(name, value);
    }
  }

  /**
   * Says which arguments there are. Arguments without a name are, in order, those that are not
   * given by name.
   *
   * @param names The names, in order.
   * @returns This description.
   * @throws {EndpointStringError} If there is another argument, or one too many.
   */
  name(...names: string[]): this {
    for (const name of this.#named.keys()) {
      if (!names.includes(name)) throw this.error(`argument ${name} is unknown`);
    }
    const free = names.filter((name) => !this.#named.has(name));
    for (const value of this.#positional.splice(0)) {
      const name = free.shift();
      if (name === undefined) throw this.error(`argument ${JSON.stringify(value)} is one too many`);
      this.#named.set(name, value);
    }
    return this;
  }

  /**
   * Returns an argument.
   *
   * @param name Its name.
   * @returns The text, or `undefined` if it is not given.
   */
  get(name: string): string | undefined {
    return this.#named.get(name);
  }

  /**
   * Returns an argument that must be given.
   *
   * @param name Its name.
   * @returns The text, not empty.
   * @throws {EndpointStringError} If it is missing or empty.
   */
  require(name: string): string {
    const value = this.get(name);
    if (value === undefined || value === "") throw this.error(`argument ${name} is missing`);
    return value;
  }

  /**
   * Returns an argument that is a whole number.
   *
   * @param name Its name.
   * @param min The least that it may be.
   * @param max The most that it may be.
   * @returns The number, or `undefined` if it is not given.
   * @throws {EndpointStringError} If it is something else.
   */
  getInteger(name: string, min = 0, max: number = Number.MAX_SAFE_INTEGER): number | undefined {
    const value = this.get(name);
    if (value === undefined) return undefined;
    const number = /^\d+$/.test(value) ? Number(value) : NaN;
    if (number >= min && number <= max) return number;
    throw this.error(`${name} is ${JSON.stringify(value)}, not a number from ${min} to ${max}`);
  }

  /**
   * Returns an argument that is a port and must be given.
   *
   * @param name Its name.
   * @param min 0 where a free port may be asked for, otherwise 1.
   * @returns The number.
   * @throws {EndpointStringError} If it is missing or no port.
   */
  requirePort(name: string, min: 0 | 1): number {
    this.require(name);
    return this.getInteger(name, min, 65_535) as number;
  }

  /**
   * Returns an argument that is a time.
   *
   * @param name Its name.
   * @returns The number of seconds, or `undefined` if it is not given.
   * @throws {EndpointStringError} If it is something else.
   */
  getSeconds(name: string): number | undefined {
    const value = this.get(name);
    if (value === undefined) return undefined;
    if (/^\d+(\.\d+)?$/.test(value)) return Number(value);
    throw this.error(`${name} is ${JSON.stringify(value)}, not a number of seconds`);
  }

  /**
   * Makes an error about this description, for the caller to throw.
   *
   * @param problem What is wrong, as "Y is Z".
   * @returns The error.
   */
  error(problem: string): EndpointStringError {
    return new EndpointStringError(this.text, problem);
  }
}

/** An argument. */
interface Argument {
  /** Its name; `null` if it has none. */
  readonly name: string | null;
  readonly value: string;
}

/** Splits a description at its colons. */
function split(text: string): Argument[] {
  const parts: Argument[] = [];
  let name: string | null = null;
  let current = "";
  for (let index = 0; index < text.length; index++) {
    const character = text[index] as string;
    if (character === "\\") {
      if (++index === text.length) {
        throw new EndpointStringError(text, "nothing is escaped by the last backslash");
      }
      current += text[index];
    } else if (character === ":") {
      parts.push({ name, value: current });
      [name, current] = [null, ""];
    } else if (character === "=" && name === null) {
      [name, current] = [current, ""];
    } else {
      current += character;
    }
  }
  parts.push({ name, value: current });
  return parts;
}
