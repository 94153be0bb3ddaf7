/**
 * Twisted's reactor: its contracts, its errors, and the reactors.
 *
 * @module
 */

export type * from "./interfaces/mod.ts";
export * from "./errors.ts";
