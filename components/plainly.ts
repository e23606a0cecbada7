import * as pulumi from "@pulumi/pulumi";
import { JujuError } from "../juju/errors";

/** What the program or juju refuses, in words; anything else is a fault of the program itself. */
const isRefusal = (error: Error): boolean => error.name === "Error" || error instanceof JujuError;

/**
 * Runs the program so that what it refuses is told in its own words, with nothing around them; a fault of the program itself
 * keeps its stack. Pulumi colours the stack of every error, which in some releases of Node.js never ends where a file lies
 * right below a scope, as all of Pulumi's own do (https://github.com/nodejs/node/issues/64011): so none is left to colour.
 */
export async function plainly<T>(program: () => Promise<T>): Promise<T> {
  const unstack = (error: unknown): void => {
    if (!(error instanceof Error)) return;
    if (!isRefusal(error)) error.message = error.stack ?? error.message;
    error.stack = "";
  };
  process.prependListener("uncaughtException", unstack).prependListener("unhandledRejection", unstack);
  try {
    return await program();
  } catch (error) {
    if (!(error instanceof Error) || !isRefusal(error)) throw error;
    throw new pulumi.RunError(error.message);
  }
}
