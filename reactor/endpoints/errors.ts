/**
 * The errors of endpoints.
 *
 * @module
 */

import { CancelledError } from "../deferred/errors.ts";
import type { IAddress } from "../interfaces/address.ts";

/**
 * The Deferred of an endpoint's `connect()` was cancelled before there was a connection.
 *
 * Twisted: `ConnectingCancelledError` (`internet/error.py`, 24.7). Differs from Twisted: it is a
 * `CancelledError`, so that a Deferred's `addTimeout()` makes a `TimeoutError` of it.
 */
export class ConnectingCancelledError extends CancelledError {
  /** The class's name. */
  override readonly name = "ConnectingCancelledError";
  /** Where to, as it was asked; `null` if nobody has said. */
  readonly address: IAddress | null;

  /**
   * Makes an error.
   *
   * @param address Where to, as it was asked; `null` if nobody has said.
   */
  constructor(address: IAddress | null) {
    super(`Cannot connect to ${address ?? "an endpoint"}: it is cancelled`);
    this.address = address;
  }
}

/**
 * The factory refused a connection that an endpoint has made: its `buildProtocol` returned `null`.
 *
 * Twisted: `NoProtocol` (`internet/error.py`, 24.7).
 */
export class NoProtocol extends Error {
  /** The class's name. */
  override readonly name = "NoProtocol";
  /** Tells this error from others in a `switch`. */
  readonly code = "NO_PROTOCOL";
}

/**
 * An endpoint that can be listened on once was asked again.
 *
 * Twisted: `AlreadyListened` (`internet/error.py`, 24.7).
 */
export class AlreadyListened extends Error {
  /** The class's name. */
  override readonly name = "AlreadyListened";
  /** Tells this error from others in a `switch`. */
  readonly code = "ALREADY_LISTENED";

  /**
   * Makes an error.
   *
   * @param fileDescriptor The number of the descriptor.
   */
  constructor(fileDescriptor: number) {
    super(`Cannot listen on descriptor ${fileDescriptor}: its endpoint is used`);
  }
}

/**
 * A text does not describe an endpoint.
 *
 * Twisted: `ValueError`, or the `TypeError` of the function that was called with it.
 */
export class EndpointStringError extends Error {
  /** The class's name. */
  override readonly name = "EndpointStringError";
  /** Tells this error from others in a `switch`. */
  readonly code = "BAD_ENDPOINT_STRING";
  /** The text. */
  readonly description: string;

  /**
   * Makes an error.
   *
   * @param description The text.
   * @param problem What is wrong with it, as "Y is Z".
   */
  constructor(description: string, problem: string) {
    super(`Cannot read endpoint ${JSON.stringify(description)}: ${problem}`);
    this.description = description;
  }
}

/** Every error that this family adds; `switch (error.code)` narrows it. */
export type EndpointError =
  | ConnectingCancelledError
  | NoProtocol
  | AlreadyListened
  | EndpointStringError;
