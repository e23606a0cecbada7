import * as grpc from "@grpc/grpc-js";
import { EngineClient } from "@pulumi/pulumi/proto/engine_grpc_pb";
import { LogRequest, LogSeverity } from "@pulumi/pulumi/proto/engine_pb";
import type { Log, Severity } from "./plugin";

const severities: Record<Severity, LogSeverity> = {
  debug: LogSeverity.DEBUG,
  info: LogSeverity.INFO,
  warning: LogSeverity.WARNING,
  error: LogSeverity.ERROR,
};

/**
 * Sends messages to the engine, one after the other so that their order holds.
 * A message the engine does not take is lost: there is nobody left to tell.
 *
 * @param address host:port of the engine, as given to every plugin as its first argument
 */
export function engineLog(address: string): Log {
  const client = new EngineClient(address, grpc.credentials.createInsecure());
  let last = Promise.resolve();
  const send = (severity: Severity, urn: string, text: string, ephemeral: boolean): void => {
    const request = new LogRequest();
    request.setSeverity(severities[severity]);
    request.setUrn(urn);
    request.setMessage(text);
    request.setEphemeral(ephemeral);
    last = last.then(() => new Promise<void>((resolve) => void client.log(request, () => resolve())));
  };
  return {
    message: (severity, urn, text) => send(severity, urn, text, false),
    status: (severity, urn, text) => send(severity, urn, text, true),
    flush: () => last,
  };
}
