import * as grpc from "@grpc/grpc-js";
import { EngineClient } from "@pulumi/pulumi/proto/engine_grpc_pb";
import { LogRequest, LogSeverity } from "@pulumi/pulumi/proto/engine_pb";
import type { Log } from "./plugin";

/**
 * Sends messages to the engine, one after the other so that their order holds.
 * A message the engine does not take is lost: there is nobody left to tell.
 *
 * @param address host:port of the engine, as given to every plugin as its first argument
 */
export function engineLog(address: string): Log {
  const client = new EngineClient(address, grpc.credentials.createInsecure());
  let last = Promise.resolve();
  return {
    status(urn, text) {
      const request = new LogRequest();
      request.setSeverity(LogSeverity.INFO);
      request.setUrn(urn);
      request.setMessage(text);
      request.setEphemeral(true);
      last = last.then(() => new Promise<void>((resolve) => void client.log(request, () => resolve())));
    },
    flush: () => last,
  };
}
