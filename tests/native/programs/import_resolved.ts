/** Imports what looks a name up at import time, and prints whether that has found something. */
import { found } from "./resolve_at_import.ts";

console.log(found?.some(([, [address]]) => address === "127.0.0.1" || address === "::1"));
