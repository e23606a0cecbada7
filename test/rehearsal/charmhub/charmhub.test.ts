import { createHash } from "node:crypto";
import { charmhubFaults, type Charmhub, setCharmhubFaults, startCharmhub } from "../../../rehearsal/charmhub";

const images = { minio: "minio:test", mariadb: "mariadb:test" };
let charmhub: Charmhub;
beforeEach(async () => (charmhub = await startCharmhub({ address: "127.0.0.1", port: 0, images })));
afterEach(() => charmhub.stop());

/** Fields that juju 2.9.42 asks for, charmhub/refresh.go. */
const fields = [
  "download",
  "id",
  "license",
  "name",
  "publisher",
  "resources",
  "revision",
  "summary",
  "type",
  "version",
];
const focal = { architecture: "amd64", name: "ubuntu", channel: "20.04" };

interface Result {
  name: string;
  id: string;
  result: string;
  "instance-key": string;
  "effective-channel"?: string;
  charm: null | {
    revision: number;
    download: { url: string; size: number; "hash-sha-256": string; "hash-sha-384": string };
    resources: { name: string; revision: number; download: { url: string; size: number; "hash-sha-384": string } }[];
    "metadata-yaml": string;
    bases: object[];
  };
  error: null | { code: string; extra: { releases?: { channel: string }[]; "default-bases"?: object[] } };
}

async function refresh(actions: object[], context: object[] = []): Promise<Result[]> {
  const response = await fetch(`${charmhub.url}/v2/charms/refresh`, {
    method: "POST",
    headers: { "Content-Type": "application/json", "X-Juju-Metadata": "os=kubernetes" },
    body: JSON.stringify({ context, actions, fields }),
  });
  return ((await response.json()) as { results: Result[] }).results;
}

const install = (name: string, more: object): object => ({ action: "install", "instance-key": name, name, ...more });

describe("the API that juju asks", () => {
  it("resolves a charm by its channel, and its archive and resource have the hashes that it names", async () => {
    const [{ charm, ...result }] = await refresh([install("minio", { channel: "ckf-1.7/stable", base: focal })]);
    expect(result).toMatchObject({ result: "install", "effective-channel": "ckf-1.7/stable", error: null });
    expect(charm?.revision).toBe(186);
    for (const { url, size, ...hashes } of [charm!.download, charm!.resources[0].download]) {
      const content = Buffer.from(await (await fetch(url)).arrayBuffer());
      expect(content.length).toBe(size);
      expect(createHash("sha384").update(content).digest("hex")).toBe(hashes["hash-sha-384"]);
    }
    expect(await (await fetch(charm!.resources[0].download.url)).json()).toEqual({ ImageName: "minio:test" });
  });

  it("installs by revision without a base", async () => {
    const [{ charm }] = await refresh([install("kfp-api", { revision: 241, base: null })]);
    expect(charm?.revision).toBe(241);
  });

  it("refreshes by id in the channel that an application follows", async () => {
    const [{ id }] = await refresh([install("kfp-api", { channel: "2.0/stable", base: focal })]);
    const key = "of-the-application";
    const context = [{ "instance-key": key, id, revision: 241, base: focal, "tracking-channel": "2.0-alpha.7/stable" }];
    const [result] = await refresh([{ action: "refresh", "instance-key": key, id, base: focal }], context);
    expect([result.name, result["instance-key"], result.charm?.revision]).toEqual(["kfp-api", key, 540]);
  });

  it("offers bases where none fits, so that the client asks again", async () => {
    const [unknown] = await refresh([
      install("minio", { channel: "ckf-1.6/stable", base: { architecture: "amd64", name: "NA", channel: "NA" } }),
    ]);
    expect(unknown.error).toMatchObject({ code: "invalid-charm-base", extra: { "default-bases": [focal] } });
    const [other] = await refresh([install("minio", { channel: "1.10/stable", base: focal })]);
    expect(other.error?.code).toBe("revision-not-found");
    expect(other.error?.extra.releases).toContainEqual({
      channel: "1.10/stable",
      base: { ...focal, channel: "24.04" },
    });
  });

  it("says what it does not have, one result for each action", async () => {
    const results = await refresh([
      install("nosuch", { channel: "latest/stable", base: focal }),
      install("minio", { channel: "9.9/stable", base: focal }),
      install("minio", { revision: 7, base: null }),
      { action: "refresh", "instance-key": "x", id: "unknown", base: focal },
    ]);
    expect(results.map(({ result, error }) => [result, error?.code])).toEqual([
      ["error", "name-not-found"],
      ["error", "revision-not-found"],
      ["error", "revision-not-found"],
      ["error", "id-not-found"],
    ]);
  });

  it("answers juju info and charm-resources", async () => {
    const info = (await (await fetch(`${charmhub.url}/v2/charms/info/kfp-ui?fields=channel-map`)).json()) as {
      "channel-map": { channel: { name: string }; revision: { revision: number } }[];
    };
    expect(
      Object.fromEntries(info["channel-map"].map(({ channel, revision }) => [channel.name, revision.revision])),
    ).toMatchObject({ "2.0/stable": 1285, "2.0-alpha.7/stable": 504 });
    expect((await fetch(`${charmhub.url}/v2/charms/info/nosuch`)).status).toBe(404);
    const resources = await fetch(`${charmhub.url}/v2/charms/resources/minio/oci-image/revisions`);
    expect(
      ((await resources.json()) as { revisions: { revision: number }[] }).revisions.map((r) => r.revision),
    ).toEqual(expect.arrayContaining([99, 143, 186]));
  });
});

describe("faults", () => {
  it("is down, without an answer, until it is up again", async () => {
    await setCharmhubFaults(charmhub.url, { down: true });
    await expect(fetch(`${charmhub.url}/v2/charms/info/minio`)).rejects.toThrow("fetch failed");
    await setCharmhubFaults(charmhub.url, {});
    expect((await fetch(`${charmhub.url}/v2/charms/info/minio`)).status).toBe(200);
  });

  it("does not have a channel, for info and refresh", async () => {
    await setCharmhubFaults(charmhub.url, { channelsGone: ["minio ckf-1.7/stable"] });
    const [result] = await refresh([install("minio", { channel: "ckf-1.7/stable", base: focal })]);
    expect(result.error?.code).toBe("revision-not-found");
    const info = await (await fetch(`${charmhub.url}/v2/charms/info/minio`)).text();
    expect(info).not.toContain("ckf-1.7/stable");
  });

  it("breaks a download off", async () => {
    const [{ charm }] = await refresh([install("minio", { revision: 99, base: null })]);
    await setCharmhubFaults(charmhub.url, { brokenDownloads: ["minio"] });
    const response = await fetch(charm!.download.url);
    await expect(response.arrayBuffer()).rejects.toThrow();
  });

  it("names an image that nobody has, with the hash of that name", async () => {
    await setCharmhubFaults(charmhub.url, { images: { minio: "localhost/nosuch:1" } });
    const [{ charm }] = await refresh([install("minio", { revision: 99, base: null })]);
    const { url, "hash-sha-384": hash } = charm!.resources[0].download;
    const content = Buffer.from(await (await fetch(url)).arrayBuffer());
    expect(content.toString()).toContain("localhost/nosuch:1");
    expect(createHash("sha384").update(content).digest("hex")).toBe(hash);
  });

  it("strikes a hook as often as it is meant to", async () => {
    await setCharmhubFaults(charmhub.url, {
      hooks: [
        { application: "minio", hook: "upgrade-charm", effect: "fail", message: "no luck", times: 1 },
        { application: "dex-auth", hook: "remove", effect: "skip" },
      ],
    });
    const ask = async (application: string, hook: string): Promise<string> =>
      (await fetch(`${charmhub.url}/faults?model=kubeflow&application=${application}&hook=${hook}`)).text();
    expect(await ask("minio", "install")).toBe("");
    expect(await ask("minio", "upgrade-charm")).toBe("fail no luck");
    expect(await ask("minio", "upgrade-charm")).toBe("");
    expect(await ask("dex-auth", "remove")).toBe("skip");
    expect((await charmhubFaults(charmhub.url)).hooks).toHaveLength(1);
    await expect(setCharmhubFaults(charmhub.url, { down: "yes" } as never)).rejects.toThrow("refused the faults");
  });
});
