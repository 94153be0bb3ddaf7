/** Imports what looks a name up at import time, and prints whether that has found something. */
import { hosts } from "./resolve_at_import.ts";

console.log(hosts.includes("127.0.0.1") || hosts.includes("::1"));
