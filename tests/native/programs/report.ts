/** Reports an error that nobody took. */
import { DenoPlatform } from "../../../poller/mod.ts";

const cause = new TypeError("the cause");
new DenoPlatform().report({
  message: "Exception in callback save",
  error: new Error("the error", { cause }),
});
new DenoPlatform().report({ message: "Exception in callback load", error: "just a text" });
