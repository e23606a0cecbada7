import * as grpc from "@grpc/grpc-js";
import { ResourceProviderClient } from "@pulumi/pulumi/proto/provider_grpc_pb";
import { GetSchemaRequest } from "@pulumi/pulumi/proto/provider_pb";
import { Empty } from "google-protobuf/google/protobuf/empty_pb";
import execa from "execa";
import { ensureToolchain, toolPath } from "../../../rehearsal/toolchain";

jest.setTimeout(1_800_000);

test("the kubernetes plugin that is built starts, and tells its version and a schema", async () => {
  const toolchain = await ensureToolchain({ log: () => undefined, parts: ["engine"] });
  const { version } = toolchain.tools.find(({ name }) => name === "kubernetes-plugin")!;
  // The engine's address: nobody listens there, which matters only once the plugin logs something.
  const plugin = execa(toolPath(toolchain, "kubernetes-plugin"), ["127.0.0.1:1"], { stdin: "ignore", reject: false });
  try {
    const port = await new Promise<number>((resolve, reject) => {
      plugin.stdout!.once("data", (line: Buffer) => resolve(Number(line.toString())));
      void plugin.then(({ stderr }) => reject(new Error(stderr)));
    });
    const client = new ResourceProviderClient(`127.0.0.1:${port}`, grpc.credentials.createInsecure());
    const told = await new Promise((resolve, reject) =>
      client.getPluginInfo(new Empty(), (error, info) => (error ? reject(error) : resolve(info.getVersion()))),
    );
    const schema = await new Promise<string>((resolve, reject) =>
      client.getSchema(new GetSchemaRequest(), (error, response) =>
        error ? reject(error) : resolve(response.getSchema()),
      ),
    );
    client.close();
    expect(told).toBe(version);
    expect(JSON.parse(schema)).toMatchObject({ name: "kubernetes", version });
  } finally {
    plugin.kill("SIGKILL");
    await plugin;
  }
});
