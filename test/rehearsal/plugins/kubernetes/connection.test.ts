import { createServer, type IncomingMessage, type Server } from "node:http";
import { mkdtempSync, writeFileSync } from "node:fs";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { HttpClient, isNotFound } from "../../../../rehearsal/plugins/kubernetes/client";
import { connection } from "../../../../rehearsal/plugins/kubernetes/kubeconfig";
import { optionNames, readOptions } from "../../../../rehearsal/plugins/kubernetes/options";
import { kubernetesPlugin } from "../../../../rehearsal/plugins/kubernetes/provider";
import type { Bag } from "../../../../rehearsal/plugins/rpc/values";
import { configMap, fakeSession, urnOf } from "./fake";

const dir = mkdtempSync(join(tmpdir(), "kubeconfig-"));

const config = (name: string, more: { server?: string; user?: Bag; namespace?: string; cluster?: Bag } = {}): string =>
  JSON.stringify({
    "current-context": name,
    clusters: [{ name, cluster: { server: more.server ?? `https://${name}:6443`, ...more.cluster } }],
    contexts: [{ name, context: { cluster: name, user: name, ...(more.namespace && { namespace: more.namespace }) } }],
    users: [{ name, user: more.user ?? {} }],
  });

function file(name: string, text: string): string {
  writeFileSync(join(dir, name), text);
  return join(dir, name);
}

describe("kubeconfig", () => {
  test("the provider's own wins over $KUBECONFIG, as a path or as text", () => {
    const env = { KUBECONFIG: file("ambient", config("ambient")) };
    expect(connection({ kubeconfig: config("text") }, env).server.hostname).toBe("text");
    expect(connection({ kubeconfig: file("own", config("own")) }, env).server.hostname).toBe("own");
    expect(connection({}, env).server.hostname).toBe("ambient");
  });

  test("of several files the first to name something wins, and files that are not there are passed over", () => {
    const paths = [join(dir, "none"), file("one", config("one")), file("two", config("two"))].join(delimiter);
    expect(connection({}, { KUBECONFIG: paths }).server.hostname).toBe("one");
    expect(connection({ context: "two" }, { KUBECONFIG: paths }).server.hostname).toBe("two");
  });

  test("namespace: the option, else the context's, else default", () => {
    expect(connection({ kubeconfig: config("a", { namespace: "team" }), namespace: "given" }, {}).namespace).toBe(
      "given",
    );
    expect(connection({ kubeconfig: config("a", { namespace: "team" }) }, {}).namespace).toBe("team");
    expect(connection({ kubeconfig: config("a") }, {}).namespace).toBe("default");
  });

  test("certificates come from data or from files beside the kubeconfig, tokens from text or file", async () => {
    file("ca.crt", "authority");
    file("token", "from-file\n");
    const user = {
      "client-certificate-data": Buffer.from("cert").toString("base64"),
      "client-key-data": Buffer.from("key").toString("base64"),
      tokenFile: "token",
    };
    const path = file(
      "certs",
      config("a", { user, cluster: { "certificate-authority": "ca.crt", "tls-server-name": "kubernetes" } }),
    );
    expect(await connection({ kubeconfig: path }, {}).credentials()).toEqual({
      ca: Buffer.from("authority"),
      cert: Buffer.from("cert"),
      key: Buffer.from("key"),
      rejectUnauthorized: true,
      servername: "kubernetes",
      headers: { authorization: "Bearer from-file" },
    });
    expect(
      await connection(
        { kubeconfig: config("a", { user: { token: "text" }, cluster: { "insecure-skip-tls-verify": true } }) },
        {},
      ).credentials(),
    ).toMatchObject({
      rejectUnauthorized: false,
      headers: { authorization: "Bearer text" },
    });
    expect(
      await connection({ kubeconfig: config("a", { user: { username: "u", password: "p" } }) }, {}).credentials(),
    ).toMatchObject({ headers: { authorization: "Basic dTpw" } });
  });

  test("without any, and with a context that is not there, client-go's words", () => {
    expect(() => connection({}, { KUBECONFIG: join(dir, "none") })).toThrow(
      "invalid configuration: no configuration has been provided",
    );
    expect(() => connection({ kubeconfig: config("a"), context: "b" }, {})).toThrow('context "b" does not exist');
  });
});

describe("options", () => {
  test("configuration wins over the variable, which wins over false", () => {
    expect(readOptions({}, {}).upsertExistingObjects).toBe(false);
    expect(readOptions({}, { PULUMI_K8S_UPSERT_EXISTING_OBJECTS: "true" }).upsertExistingObjects).toBe(true);
    expect(
      readOptions(
        { "kubernetes:config:upsertExistingObjects": "false" },
        { PULUMI_K8S_UPSERT_EXISTING_OBJECTS: "true" },
      ).upsertExistingObjects,
    ).toBe(false);
  });

  test("what the stand-in lacks is refused by name, not passed over", () => {
    expect(() => readOptions({ "kubernetes:config:renderYamlToDirectory": "out" }, {})).toThrow(
      "kubernetes:renderYamlToDirectory is set to out",
    );
    expect(() => readOptions({ "kubernetes:config:enableServerSideApply": "false" }, {})).toThrow(
      "knows server-side apply only",
    );
  });

  test("an option nobody knows fails the provider's check", async () => {
    const plugin = kubernetesPlugin("4.34.2", fakeSession().log, {});
    expect(
      (await plugin.checkConfig!({ urn: "", news: { namespace: "a", upsertExistingObjects: "true" } })).failures,
    ).toEqual([]);
    expect((await plugin.checkConfig!({ urn: "", news: { namspace: "a" } })).failures).toEqual([
      { property: "namspace", reason: expect.stringContaining("namespace") },
    ]);
    expect(optionNames).toContain("upsertExistingObjects");
  });
});

test("a cluster that cannot be reached lets the provider start; what needs it says why", async () => {
  const env = { KUBECONFIG: file("closed", config("closed", { server: "http://127.0.0.1:1" })) };
  const session = fakeSession();
  const plugin = kubernetesPlugin("4.34.2", session.log, env);
  await plugin.configure({});
  const call = { urn: urnOf("kubernetes:core/v1:ConfigMap"), inputs: configMap("a"), timeout: 0 };
  expect((await plugin.create({ ...call, preview: true })).state).toEqual(configMap("a"));
  await expect(plugin.create({ ...call, preview: false })).rejects.toThrow(
    /^configured Kubernetes cluster is unreachable: unable to load schema information from the API server: GET "http:\/\/127.0.0.1:1\/api\/v1": .*ECONNREFUSED/,
  );
});

describe("client", () => {
  let server: Server;
  let client: HttpClient;
  const seen: { method?: string; url?: string; headers: IncomingMessage["headers"]; body: string }[] = [];
  const answers: Record<string, { code: number; body: Bag | string }> = {};

  beforeAll(async () => {
    server = createServer((request, response) => {
      let body = "";
      request.on("data", (chunk: Buffer) => (body += chunk.toString()));
      request.on("end", () => {
        seen.push({ method: request.method, url: request.url, headers: request.headers, body });
        const answer = answers[`${request.method} ${request.url?.split("?")[0]}`] ?? {
          code: 404,
          body: { reason: "NotFound", message: "the server could not find the requested resource" },
        };
        response.writeHead(answer.code, { "content-type": "application/json" });
        response.end(typeof answer.body === "string" ? answer.body : JSON.stringify(answer.body));
      });
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    const { port } = server.address() as AddressInfo;
    client = new HttpClient(
      connection({ kubeconfig: config("a", { server: `http://127.0.0.1:${port}/base/`, user: { token: "t" } }) }, {}),
    );
    answers["GET /base/api/v1"] = {
      code: 200,
      body: {
        resources: [
          { name: "configmaps", kind: "ConfigMap", namespaced: true },
          { name: "pods/status", kind: "Pod", namespaced: true },
          { name: "pods", kind: "Pod", namespaced: true },
          { name: "persistentvolumes", kind: "PersistentVolume", namespaced: false },
        ],
      },
    };
  });
  afterAll(() => new Promise((resolve) => server.close(resolve)));
  beforeEach(() => void seen.splice(0));

  test("finds the path of a kind by discovery, once per version", async () => {
    answers["GET /base/api/v1/namespaces/kubeflow/configmaps/a%20b"] = { code: 200, body: configMap("a b") };
    answers["GET /base/api/v1/persistentvolumes/pv"] = { code: 200, body: { kind: "PersistentVolume" } };
    expect(await client.get(configMap("a b"))).toEqual(configMap("a b"));
    await client.get({ apiVersion: "v1", kind: "PersistentVolume", metadata: { name: "pv", namespace: "ignored" } });
    expect(seen.map(({ url }) => url)).toEqual([
      "/base/api/v1",
      "/base/api/v1/namespaces/kubeflow/configmaps/a%20b",
      "/base/api/v1/persistentvolumes/pv",
    ]);
    expect(seen[1].headers.authorization).toBe("Bearer t");
  });

  test("server-side apply names manager, force and dry run, and its type", async () => {
    answers["PATCH /base/api/v1/namespaces/kubeflow/configmaps/a"] = { code: 200, body: configMap("a") };
    await client.apply(configMap("a"), { fieldManager: "m", force: true, dryRun: true });
    expect(seen.at(-1)).toMatchObject({
      url: "/base/api/v1/namespaces/kubeflow/configmaps/a?fieldManager=m&force=true&dryRun=All",
      body: JSON.stringify(configMap("a")),
    });
    expect(seen.at(-1)!.headers["content-type"]).toBe("application/apply-patch+yaml");
  });

  test("a refusal carries the server's message, reason and code", async () => {
    answers["POST /base/api/v1/namespaces/kubeflow/configmaps"] = {
      code: 409,
      body: { reason: "AlreadyExists", message: "there already" },
    };
    await expect(client.create(configMap("a"), { fieldManager: "m", dryRun: false })).rejects.toMatchObject({
      code: 409,
      reason: "AlreadyExists",
      message: "there already",
    });
    answers["DELETE /base/api/v1/namespaces/kubeflow/configmaps/a"] = { code: 503, body: "upstream is gone\n" };
    await expect(client.delete(configMap("a"), "a", "Background")).rejects.toMatchObject({
      code: 503,
      message: "upstream is gone",
    });
  });

  test("a kind that is not there is no match, and is looked for again when it may have come", async () => {
    const profile = { apiVersion: "kubeflow.org/v1", kind: "Profile", metadata: { name: "p" } };
    await expect(client.get(profile)).rejects.toThrow('no matches for kind "Profile" in version "kubeflow.org/v1"');
    answers["GET /base/apis/kubeflow.org/v1"] = {
      code: 200,
      body: { resources: [{ name: "profiles", kind: "Profile", namespaced: false }] },
    };
    const missing = await client.get(profile).catch((error: unknown) => error);
    expect(isNotFound(missing)).toBe(true);
    expect(seen.at(-1)?.url).toBe("/base/apis/kubeflow.org/v1/profiles/p");
  });
});
