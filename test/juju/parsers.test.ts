import fc from "fast-check";
import { parseAttached } from "../../juju/attached";
import { parseRelations, withoutSecrets } from "../../juju/bundle";
import { parseConfig } from "../../juju/config";
import { parseDisabledCommands } from "../../juju/disabled";
import { parseInfo } from "../../juju/info";

const bundle = `bundle: kubernetes
applications:
  minio:
    charm: minio
    options:
      access-key: minio
      secret-key: hunter2
      port: 9000
  dex-auth:
    charm: dex-auth
    options:
      connectors: |
        - type: oidc
          config:
            clientSecret: hunter3
      public-url: http://10.0.0.1
relations:
- - minio:object-storage
  - argo-controller:object-storage
- - kfp-api:object-storage
  - minio:object-storage
--- # overlay.yaml
applications:
  minio:
    offers:
      minio: {endpoints: [object-storage]}
`;

describe("juju export-bundle", () => {
  it("gives the relations with both endpoints, sorted", () => {
    expect(parseRelations(bundle)).toEqual([
      ["argo-controller:object-storage", "minio:object-storage"],
      ["kfp-api:object-storage", "minio:object-storage"],
    ]);
    expect(parseRelations("applications: {}\n")).toEqual([]);
  });

  it("loses the values that may be secrets, names their options, and keeps the rest", () => {
    const kept = withoutSecrets(bundle);
    expect(kept).not.toMatch(/hunter/);
    expect(kept).toContain("# left out, because they may hold secrets: access-key, secret-key");
    expect(kept).toMatch(/port: 9000[\s\S]*public-url: http:\/\/10.0.0.1[\s\S]*overlay.yaml[\s\S]*offers:/);
    expect(parseRelations(kept)).toEqual(parseRelations(bundle));
  });

  it.each(["", "a: b: c", "- 1", "relations: [[a]]"])("refuses %j", (text) => {
    expect(() => parseRelations(text)).toThrow("`juju export-bundle` is not understood");
  });
});

describe("juju config", () => {
  it("gives options with their source, and trust", () => {
    const text = JSON.stringify({
      settings: { port: { value: 9000, source: "default" }, "secret-key": { source: "default" } },
      "application-config": { trust: { value: true, source: "user" } },
    });
    expect(parseConfig("minio", text)).toEqual({
      settings: {
        port: { value: 9000, source: "default", type: "string" },
        "secret-key": { source: "default", type: "string" },
      },
      application: {},
      trust: true,
    });
    expect(parseConfig("minio", '{"settings":{}}').trust).toBe(false);
  });
  it("never repeats what it does not understand", () => {
    expect(() => parseConfig("minio", '{"settings":{"secret-key":{"value":["hunter2"]}}}')).toThrow(
      /^((?!hunter2).)*is not understood((?!hunter2).)*$/s,
    );
  });
});

describe("juju info", () => {
  it("reads the channel map of 2.9", () => {
    expect(
      parseInfo(
        "minio",
        JSON.stringify({ "channel-map": { "ckf-1.7/stable": { track: "ckf-1.7", risk: "stable", revision: 186 } } }),
      ),
    ).toEqual({ "ckf-1.7/stable": 186 });
  });
  it("reads tracks, risks and revisions of 3.x, and takes the highest", () => {
    const of = (revision: number) => ({ track: "ckf-1.8", risk: "stable", revision });
    expect(
      parseInfo(
        "minio",
        JSON.stringify({
          channels: {
            "ckf-1.8": { stable: [of(278), of(280), of(279)] },
            latest: { edge: [{ track: "latest", risk: "edge", revision: 400 }] },
          },
        }),
      ),
    ).toEqual({ "ckf-1.8/stable": 280, "latest/edge": 400 });
  });
  it("takes the highest for amd64, or the only one there is", () => {
    const of = (revision: number, ...architectures: string[]) => ({
      track: "1",
      risk: "stable",
      revision,
      architectures,
    });
    const chosen = (...releases: object[]) =>
      parseInfo("minio", JSON.stringify({ channels: { "1": { stable: releases } } }));
    expect(chosen(of(5, "arm64"), of(4, "amd64"), of(3, "amd64", "arm64"))).toEqual({ "1/stable": 4 });
    expect(chosen(of(5, "arm64"))).toEqual({ "1/stable": 5 });
    expect(chosen(of(5, "arm64"), of(6, "s390x"))).toEqual({});
    expect(chosen(of(5, "all"))).toEqual({ "1/stable": 5 });
  });
  it("refuses anything else", () => {
    expect(() => parseInfo("minio", "{}")).toThrow("`juju info minio` is not understood");
    expect(() => parseInfo("minio", "no such charm")).toThrow("`juju info minio` is not understood");
  });
});

it("reads which commands are disabled, with the operator's words", () => {
  expect(
    parseDisabledCommands('[{"command-set":"destroy-model","message":"ask first"},{"command-set":"all"}]'),
  ).toEqual([
    { commands: "destroy-model", message: "ask first" },
    { commands: "all", message: "" },
  ]);
});

it.each<[string, (text: string) => unknown]>([
  ["juju info minio", (text) => parseInfo("minio", text)],
  ["juju disabled-commands", parseDisabledCommands],
  ["juju export-bundle", parseRelations],
  ["juju export-bundle", withoutSecrets],
])("`%s` is read, or refused in words", (command, parse) => {
  fc.assert(
    fc.property(fc.oneof(fc.string(), fc.json()), (text) => {
      try {
        parse(text);
      } catch (error) {
        expect((error as Error).message).toContain(`\`${command}\` is not understood`);
      }
    }),
  );
});

describe("juju resources", () => {
  it("names what was attached in place of Charmhub's", () => {
    const resources = [
      { name: "oci-image", origin: "store" },
      { name: "policy", origin: "upload" },
    ];
    expect(parseAttached("minio", JSON.stringify({ resources }))).toEqual(["policy"]);
  });

  // 2.9.42 prints nothing on stdout for an application without resources.
  it("finds nothing attached where there are no resources", () => {
    expect(parseAttached("istio-ingressgateway", "")).toEqual([]);
  });

  it.each(["[]", "No resources", '{"resources": [{}]}'])("refuses %j", (text) => {
    expect(() => parseAttached("minio", text)).toThrow("`juju resources minio` is not understood");
  });
});
