/**
 * Readiness bits, as text.
 *
 * @module
 */

import { ERROR, type Interest, READ, WRITE } from "../../poller/mod.ts";

/** Writes readiness bits: `READ|WRITE`; `NONE` for none. */
export function formatInterest(interest: Interest): string {
  const names: string[] = [];
  if (interest & READ) names.push("READ");
  if (interest & WRITE) names.push("WRITE");
  if (interest & ERROR) names.push("ERROR");
  return names.join("|") || "NONE";
}
