/**
 * The command line of the example clients.
 *
 * @module
 */

import type { Response } from "./messages.ts";
import type { FetchOptions } from "./tornado_client.ts";

/** What to ask for. */
export interface ClientOptions {
  /** Where. */
  readonly url: string;
  /** What. */
  readonly options: FetchOptions;
}

/**
 * Reads `URL [TEXT]`, where the text is to be posted. Ends the program with a usage line and exit
 * code 2 if something else stands there.
 */
export function readClientOptions(usage: string): ClientOptions {
  const [url, body, ...rest] = Deno.args;
  if (url !== undefined && rest.length === 0 && isHTTP(url)) {
    return { url, options: body === undefined ? {} : { method: "POST", body } };
  }
  console.error(usage);
  Deno.exit(2);
}

/** Prints the status and the body; says why there is none. Returns the exit code. */
export async function printResponse(response: PromiseLike<Response>): Promise<number> {
  try {
    const { status, reason, body } = await response;
    console.log(`${status} ${reason}`);
    await Deno.stdout.write(body);
    return status < 400 ? 0 : 1;
  } catch (error) {
    console.error(error instanceof Error ? error.message : String(error));
    return 1;
  }
}

function isHTTP(url: string): boolean {
  return URL.canParse(url) && new URL(url).protocol === "http:";
}
