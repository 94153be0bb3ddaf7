/**
 * The errors that stand for response codes.
 *
 * @module
 */

import {
  DNSFormatError,
  DNSNameError,
  DNSNotImplementedError,
  DNSQueryRefusedError,
  DNSServerError,
  DNSUnknownError,
} from "./errors.ts";

/** A class of the errors that stand for an rcode. */
export type DNSResponseErrorClass = new (
  message: string,
  options?: ErrorOptions & { readonly rcode?: number },
) =>
  | DNSFormatError
  | DNSServerError
  | DNSNameError
  | DNSNotImplementedError
  | DNSQueryRefusedError
  | DNSUnknownError;

/** The classes by rcode, from 1. */
const BY_RCODE: readonly DNSResponseErrorClass[] = [
  DNSFormatError,
  DNSServerError,
  DNSNameError,
  DNSNotImplementedError,
  DNSQueryRefusedError,
];

/**
 * Returns the class of the error for a response code.
 *
 * Twisted: `ResolverBase.exceptionForCode` (`names/common.py`, 24.7).
 *
 * @example
 * ```ts
 * import { DNSNameError, exceptionForCode } from "@twinloop/twinloop/resolver";
 * import { assertStrictEquals } from "@std/assert";
 *
 * assertStrictEquals(exceptionForCode(3), DNSNameError);
 * ```
 *
 * @param rcode The response code, not 0.
 * @returns The class; {@linkcode DNSUnknownError} for codes without one.
 */
export function exceptionForCode(rcode: number): DNSResponseErrorClass {
  return BY_RCODE[rcode - 1] ?? DNSUnknownError;
}
