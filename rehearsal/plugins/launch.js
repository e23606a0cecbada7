/*
 * Starts a plugin: node launch.js <name> --engine-pid <pid> <engine address>.
 * What is JavaScript already is loaded first: tsx looks into every file that is loaded after it, which doubles the time to start.
 */
require("@grpc/grpc-js");
require("@pulumi/pulumi/proto/provider_grpc_pb");
require("@pulumi/pulumi/proto/engine_grpc_pb");
require("yaml");
require("tsx/cjs");

const [name] = process.argv.splice(2, 1);
require(`./${name}/main.ts`);
