/**
 * The ids that have no test, each with the reason why.
 *
 * @module
 */

/** Reasons by id. A reason for an id that has a test fails the conformance test. */
export const REASONS: Readonly<Record<string, string>> = {};
