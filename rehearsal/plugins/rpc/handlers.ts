import * as grpc from "@grpc/grpc-js";
import * as provider from "@pulumi/pulumi/proto/provider_pb";
import { PluginInfo } from "@pulumi/pulumi/proto/plugin_pb";
import { Empty } from "google-protobuf/google/protobuf/empty_pb";
import { type JavaScriptValue, Struct } from "google-protobuf/google/protobuf/struct_pb";
import type { CheckFailure, DiffResult, Log, Plugin } from "./plugin";
import type { Bag } from "./values";

type Call<Request> = grpc.ServerUnaryCall<Request, unknown>;

const bag = (struct: Struct | undefined): Bag => (struct?.toJavaScript() as Bag | undefined) ?? {};

/** Goes through JSON, which drops properties that are undefined: the wire has no such thing. */
const struct = (value: Bag): Struct =>
  Struct.fromJavaScript(JSON.parse(JSON.stringify(value)) as Record<string, JavaScriptValue>);

function unary<Request, Response>(log: Log, handle: (request: Request) => Promise<Response>): grpc.UntypedHandleCall {
  return (call: Call<Request>, callback: grpc.sendUnaryData<Response>) => {
    handle(call.request)
      .finally(() => log.flush())
      .then((response) => callback(null, response))
      .catch((error: unknown) =>
        callback({ code: grpc.status.UNKNOWN, details: error instanceof Error ? error.message : String(error) }),
      );
  };
}

function checked(result: { inputs: Bag; failures: CheckFailure[] }): provider.CheckResponse {
  const response = new provider.CheckResponse();
  response.setInputs(struct(result.inputs));
  response.setFailuresList(
    result.failures.map(({ property, reason }) => {
      const failure = new provider.CheckFailure();
      failure.setProperty(property);
      failure.setReason(reason);
      return failure;
    }),
  );
  return response;
}

const { Kind } = provider.PropertyDiff;
const kinds = {
  add: [Kind.ADD, Kind.ADD_REPLACE],
  delete: [Kind.DELETE, Kind.DELETE_REPLACE],
  update: [Kind.UPDATE, Kind.UPDATE_REPLACE],
};

function diffed(result: DiffResult): provider.DiffResponse {
  const response = new provider.DiffResponse();
  const entries = Object.entries(result.detailed);
  for (const [path, { kind, replace, inputDiff }] of entries) {
    const property = new provider.PropertyDiff();
    property.setKind(kinds[kind][replace ? 1 : 0]);
    property.setInputdiff(inputDiff);
    response.getDetaileddiffMap().set(path, property);
    if (replace) response.addReplaces(path);
  }
  const { DIFF_SOME, DIFF_NONE } = provider.DiffResponse.DiffChanges;
  response.setChanges(entries.length > 0 ? DIFF_SOME : DIFF_NONE);
  response.setHasdetaileddiff(true);
  return response;
}

/** The engine's protocol on top of a Plugin. Methods left out answer "not implemented", which the engine copes with. */
export function handlers(plugin: Plugin, log: Log): grpc.UntypedServiceImplementation {
  return {
    getPluginInfo: unary(log, async () => {
      const info = new PluginInfo();
      info.setVersion(plugin.version);
      return info;
    }),
    getSchema: unary(log, async () => {
      const response = new provider.GetSchemaResponse();
      response.setSchema(JSON.stringify({ name: plugin.name, version: plugin.version }));
      return response;
    }),
    attach: unary(log, async () => new Empty()),
    checkConfig: unary(log, async (request: provider.CheckRequest) =>
      checked({ inputs: bag(request.getNews()), failures: [] }),
    ),
    diffConfig: unary(log, async () => diffed({ detailed: {} })),
    configure: unary(log, async () => {
      const response = new provider.ConfigureResponse();
      response.setAcceptsecrets(true);
      response.setSupportspreview(true);
      return response;
    }),
    check: unary(log, async (request: provider.CheckRequest) =>
      checked(
        await plugin.check({ urn: request.getUrn(), olds: bag(request.getOlds()), news: bag(request.getNews()) }),
      ),
    ),
    diff: unary(log, async (request: provider.DiffRequest) =>
      diffed(
        await plugin.diff({
          id: request.getId(),
          urn: request.getUrn(),
          state: bag(request.getOlds()),
          ...(request.hasOldInputs() && { oldInputs: bag(request.getOldInputs()) }),
          news: bag(request.getNews()),
        }),
      ),
    ),
    create: unary(log, async (request: provider.CreateRequest) => {
      const { id, state } = await plugin.create({
        urn: request.getUrn(),
        inputs: bag(request.getProperties()),
        preview: request.getPreview(),
      });
      const response = new provider.CreateResponse();
      response.setId(id);
      response.setProperties(struct(state));
      return response;
    }),
    read: unary(log, async (request: provider.ReadRequest) => {
      const result = await plugin.read({
        id: request.getId(),
        urn: request.getUrn(),
        state: bag(request.getProperties()),
        inputs: bag(request.getInputs()),
      });
      const response = new provider.ReadResponse();
      response.setId(result.id);
      if (result.state) response.setProperties(struct(result.state));
      if (result.inputs) response.setInputs(struct(result.inputs));
      return response;
    }),
    update: unary(log, async (request: provider.UpdateRequest) => {
      const { state } = await plugin.update({
        id: request.getId(),
        urn: request.getUrn(),
        state: bag(request.getOlds()),
        inputs: bag(request.getNews()),
        preview: request.getPreview(),
      });
      const response = new provider.UpdateResponse();
      response.setProperties(struct(state));
      return response;
    }),
    delete: unary(log, async (request: provider.DeleteRequest) => {
      await plugin.delete({
        id: request.getId(),
        urn: request.getUrn(),
        state: bag(request.getProperties()),
      });
      return new Empty();
    }),
    invoke: unary(log, async (request: provider.InvokeRequest) => {
      if (!plugin.invoke) throw new Error(`unknown function ${request.getTok()}`);
      const response = new provider.InvokeResponse();
      response.setReturn(struct(await plugin.invoke(request.getTok(), bag(request.getArgs()))));
      return response;
    }),
    cancel: unary(log, async () => {
      plugin.cancel();
      return new Empty();
    }),
  };
}
