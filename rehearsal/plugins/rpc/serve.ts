import * as grpc from "@grpc/grpc-js";
import { ResourceProviderService } from "@pulumi/pulumi/proto/provider_grpc_pb";
import { engineLog } from "./engine";
import { handlers } from "./handlers";
import { endWithEngine } from "./orphan";
import type { Log, Plugin } from "./plugin";

/** The engine's own limit for one message: 400 MB. */
const MESSAGE_BYTES = 400 * 1024 * 1024;

/**
 * Serves a plugin to the engine that started this process: listens on a free port of the loopback, prints the port as
 * the first line on stdout (that is the plugin protocol) and runs until the engine ends it or is gone.
 *
 * Arguments of the process: `--engine-pid <pid>` from the launching script, then the engine's address.
 */
export function serve(make: (log: Log) => Plugin): void {
  const [flag, pid, address] = process.argv.slice(2);
  if (flag !== "--engine-pid" || !pid || !address) {
    process.stderr.write("This is a plugin of Pulumi: the engine starts it. Use the `pulumi` command instead.\n");
    process.exit(2);
  }
  const log = engineLog(address);
  const plugin = make(log);
  endWithEngine(Number(pid), () => plugin.cancel());

  const server = new grpc.Server({
    "grpc.max_receive_message_length": MESSAGE_BYTES,
    "grpc.max_send_message_length": MESSAGE_BYTES,
  });
  server.addService(ResourceProviderService, handlers(plugin, log));
  server.bindAsync("127.0.0.1:0", grpc.ServerCredentials.createInsecure(), (error, port) => {
    if (error) throw error;
    process.stdout.write(`${port}\n`);
  });
}
