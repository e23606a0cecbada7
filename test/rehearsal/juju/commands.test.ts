import { pinBundle } from "../../../rehearsal/juju";
import { World } from "./world";

const bundle = pinBundle(
  "applications:\n  minio: {charm: minio, channel: ckf-1.6/stable, scale: 1}\n  kfp-ui: {charm: kfp-ui, channel: 2.0/stable, scale: 1}\n",
  "1.6",
);

async function deployed(face: "2.9" | "3.6" = "2.9"): Promise<World> {
  const world = new World({ face });
  await world.deployBundle(bundle);
  return world;
}

describe("disabled-commands", () => {
  it("is an empty list, or says that all are disabled", async () => {
    const world = new World();
    expect(await world.juju("disabled-commands --format json")).toBe("[]\n");
    world.host.state.faults.blocked = {};
    expect(await world.juju("disabled-commands --format json")).toBe('[{"command-set":"all"}]\n');
  });
});

describe("status", () => {
  it("of an empty model is JSON with a note on stderr", async () => {
    const { stdout, stderr, code } = await new World().try("status --format json");
    expect(JSON.parse(stdout)).toMatchObject({
      model: { name: "kubeflow", type: "caas", controller: "uk8s", version: "2.9.42" },
      machines: {},
      applications: {},
      storage: {},
    });
    expect([stderr, code]).toEqual(['Model "uk8s:kubeflow" is empty.\n', 0]);
  });

  it("has 2.9's fields in 2.9's places (juju.md a)", async () => {
    const world = await deployed();
    world.env = { JUJU_STATUS_ISO_TIME: "true" };
    const { minio } = (await world.status()).applications;
    expect(Object.keys(minio)).toEqual([
      "charm",
      "series",
      "os",
      "charm-origin",
      "charm-name",
      "charm-rev",
      "charm-channel",
      "scale",
      "provider-id",
      "address",
      "exposed",
      "application-status",
      "units",
      "version",
      "endpoint-bindings",
    ]);
    expect(minio.units["minio/0"]).toMatchObject({
      leader: true,
      "open-ports": ["9000/TCP", "9001/TCP"],
      "provider-id": "minio-0",
    });
    expect(minio["application-status"].since).toMatch(/^2026-11-23 \d\d:\d\d:\d\dZ$/);
    expect(Object.keys(minio["endpoint-bindings"])).toEqual([
      "",
      "grafana-dashboard",
      "metrics-endpoint",
      "object-storage",
    ]);
  });

  it("has a base instead of series and os on 3.6", async () => {
    const { minio } = (await (await deployed("3.6")).status()).applications;
    expect(minio).toMatchObject({ base: { name: "ubuntu", channel: "20.04" } });
    expect(minio.series).toBeUndefined();
  });

  it("is one line, with <, > and & escaped as Go does", async () => {
    const world = await deployed();
    const app = world.host.state.applications.minio;
    if (app !== undefined) app.status.message = "a <b> & c";
    const text = await world.juju("status --format json");
    expect(text.split("\n")).toHaveLength(2);
    expect(text).toContain("a \\u003cb\\u003e \\u0026 c");
  });

  it("leaves scale out at 0 and is filtered by name", async () => {
    const world = await deployed();
    await world.juju("scale-application minio 0");
    await world.settle();
    const { applications } = JSON.parse(await world.juju("status minio --format json"));
    expect(Object.keys(applications)).toEqual(["minio"]);
    expect(applications.minio.scale).toBeUndefined();
    expect(applications.minio.units).toBeUndefined();
    expect(world.cluster.named("StatefulSet", "minio")?.spec.replicas).toBe(0);
    expect((await world.try("status nothing --format json")).stderr).toBe("Nothing matched specified filter.\n");
  });

  it("says that relations are always in it when asked for them", async () => {
    expect((await (await deployed()).try("status --relations --format json")).stderr).toBe(
      "provided relations option is always enabled in non tabular formats\n",
    );
  });
});

describe("deploy", () => {
  it("speaks as each line does", async () => {
    const old = new World();
    expect(await old.try("deploy minio --channel ckf-1.7/stable")).toEqual({
      stdout: "",
      stderr:
        'Located charm "minio" in charm-hub, revision 186\nDeploying "minio" from charm-hub charm "minio", revision 186 in channel ckf-1.7/stable on kubernetes\n',
      code: 0,
    });
    const world = new World({ face: "3.6" });
    expect((await world.try("deploy minio --channel ckf-1.7/stable")).stderr).toBe(
      'Deployed "minio" from charm-hub charm "minio", revision 186 in channel ckf-1.7/stable on ubuntu@20.04/stable\n',
    );
    const again = await world.try("deploy minio --channel ckf-1.7/stable");
    expect(again).toMatchObject({
      code: 1,
      stderr:
        'ERROR cannot add application "minio": application already exists\nERROR failed to deploy charm "minio"\n',
    });
  });

  it("shows installing agent, then waits for the container, then is active", async () => {
    const world = new World();
    await world.juju("deploy minio --channel ckf-1.7/stable");
    await world.round(100);
    expect((await world.status()).applications.minio.units["minio/0"]).toMatchObject({
      "workload-status": { current: "waiting", message: "installing agent" },
      "juju-status": { current: "allocating" },
    });
    await world.settle();
    expect((await world.status()).applications.minio["application-status"].current).toBe("active");
  });

  it("refuses a storage size below the charm's minimum", async () => {
    expect((await new World().try("deploy minio --channel ckf-1.7/stable --storage minio-data=2G")).stderr).toContain(
      'charm "minio" store "minio-data": minimum storage size is 10GiB',
    );
  });

  it("wants --trust for a bundle that trusts", async () => {
    const world = new World();
    world.files["b.yaml"] =
      "applications:\n  dex-auth: {charm: dex-auth, channel: 2.31/stable, scale: 1, trust: true}\n";
    expect(await world.try("deploy b.yaml")).toMatchObject({
      code: 1,
      stderr: expect.stringContaining("Please repeat the deploy command with the --trust argument"),
    });
  });
});

describe("config", () => {
  it("prints all, one, and refuses what there is not", async () => {
    const world = await deployed();
    const all = JSON.parse(await world.juju("config minio --format json"));
    expect(all).toMatchObject({
      application: "minio",
      charm: "minio",
      settings: { "access-key": { default: "minio", source: "default", type: "string", value: "minio" } },
      "application-config": { trust: { value: false } },
    });
    expect(await world.try("config minio nope")).toEqual({
      stdout: "",
      stderr: 'ERROR key "nope" not found in "minio" application config or charm settings.\n',
      code: 1,
    });
    expect((await world.try("config minio port=abc")).code).toBe(1);
    expect((await world.try("config")).code).toBe(2);
  });

  it("sets, warns about an equal value on 2.9, resets", async () => {
    const world = await deployed();
    expect(await world.try("config minio port=9100")).toEqual({ stdout: "", stderr: "", code: 0 });
    expect((await world.try("config minio port=9100")).stderr).toBe(
      'WARNING the configuration setting "port" already has the value "9100"\n',
    );
    expect(JSON.parse(await world.juju("config minio --format json")).settings.port).toMatchObject({
      source: "user",
      value: 9100,
    });
    await world.juju("config minio --reset port");
    expect(await world.juju("config minio port")).toBe("9000\n");
    world.files["f.yaml"] = "minio:\n  access-key: someone\n";
    await world.juju("config minio --file f.yaml");
    expect(await world.juju("config minio access-key")).toBe("someone\n");
  });

  it("reads a value after @ from a file, and in a file takes it as it is", async () => {
    const world = await deployed();
    world.files = { "a.txt": "from a file", "f.yaml": 'minio: {access-key: "@a.txt", port: "9100"}\n' };
    await world.juju("config minio access-key=@a.txt");
    expect(await world.juju("config minio access-key")).toBe("from a file\n");
    expect(await world.try("config minio --file f.yaml --reset console-port")).toEqual({
      stdout: "",
      stderr: "",
      code: 0,
    });
    expect(JSON.parse(await world.juju("config minio --format json")).settings).toMatchObject({
      "access-key": { value: "@a.txt" },
      port: { value: 9100 },
    });
    await world.juju("deploy dex-auth dex --channel 2.31/stable --config static-username=@a.txt");
    expect(await world.juju("config dex static-username")).toBe("from a file\n");
  });

  it("reads a file from its standard input, as YAML 1.1, where a value that is no text must be of the option's type", async () => {
    const world = await deployed();
    const given = async (value: string): Promise<string> => {
      world.input = `minio:\n  ${value}\n`;
      return (await world.try("config minio --file -")).stderr;
    };
    expect(await given("port: 1_000")).toBe("");
    expect(await world.juju("config minio port")).toBe("1000\n");
    expect(await given("access-key: on")).toBe('ERROR option "access-key" expected string, got true\n');
    expect(await given("access-key: 12")).toBe('ERROR option "access-key" expected string, got 12\n');
    expect(await given('port: "a\\"b"')).toBe('ERROR option "port" expected int, got "a\\"b"\n');
    world.input = "other: {port: 1}\n";
    expect((await world.try("config minio --file -")).stderr).toBe('ERROR no settings found for "minio"\n');
    expect((await world.try("deploy dex-auth --channel 2.31/stable --config a.yaml --config b.yaml")).stderr).toContain(
      "only a single config YAML file can be specified, got 2",
    );
  });
});

describe("remove-application", () => {
  it("on 3.6 speaks on stdout, asks, and aborts at the end of input (juju.md b)", async () => {
    const world = await deployed("3.6");
    const asked = await world.try("remove-application minio");
    expect(asked).toMatchObject({ code: 1, stderr: "\nContinue [y/N]? ERROR application removal: aborted\n" });
    expect(asked.stdout).toMatch(
      /^will remove application minio\n- will remove unit minio\/0\n- will detach storage minio-data\/0\n$/,
    );
    expect(world.host.state.applications.minio?.life).toBe("alive");
    expect((await world.try("remove-application minio --no-prompt")).code).toBe(0);
    await world.settle();
    expect(world.host.state.applications.minio).toBeUndefined();
  });

  it("of something unknown fails per item", async () => {
    expect(await (await deployed()).try("remove-application foo")).toEqual({
      stdout: "",
      stderr: 'removing application foo failed: application "foo" not found\n',
      code: 1,
    });
    expect((await (await deployed("3.6")).try("remove-application foo --no-prompt")).stderr).toBe(
      'ERROR removing application foo failed: application "foo" not found\n',
    );
    expect((await (await deployed()).try("remove-application minio --no-wait")).code).toBe(1);
    expect((await (await deployed("3.6")).try("remove-application minio --no-wait")).code).toBe(2);
  });

  it("is held for ever by a unit in error, unless forced (juju.md b)", async () => {
    const world = await deployed();
    world.host.state.faults["hook-error"] = { application: "minio", hook: "stop" };
    await world.juju("remove-application minio");
    await world.pass(20_000);
    expect((await world.status()).applications.minio).toMatchObject({ life: "dying" });
    await world.juju("remove-application minio --force");
    await world.settle();
    expect((await world.status()).applications.minio).toBeUndefined();
  });
});

describe("the rest", () => {
  it("checks -m, JUJU_MODEL and unknown verbs", async () => {
    const world = await deployed();
    expect((await world.try("status -m uk8s:admin/kubeflow --format json")).code).toBe(0);
    expect((await world.try(`status -m ${world.host.state.uuid.slice(0, 6)} --format json`)).code).toBe(0);
    expect(await world.try("status --model other")).toEqual({
      stdout: "",
      stderr: "ERROR model uk8s:admin/other not found\n",
      code: 1,
    });
    expect((await world.try("status -m nowhere:kubeflow")).code).toBe(2);
    world.env = { JUJU_MODEL: "other" };
    expect((await world.try("status")).code).toBe(1);
    expect(await new World({ face: "3.6" }).try("run-action minio/0 x")).toEqual({
      stdout: "",
      stderr: "ERROR unrecognized command: juju run-action\n",
      code: 2,
    });
  });

  it("prints nothing at all for no storage", async () => {
    expect(await new World().try("storage --format json")).toEqual({ stdout: "", stderr: "", code: 0 });
  });

  it("gives Charmhub's channel map with revisions", async () => {
    const info = JSON.parse(await new World().juju("info minio --format json"));
    expect(info["channel-map"]["ckf-1.7/stable"]).toMatchObject({
      track: "ckf-1.7",
      risk: "stable",
      revision: 186,
      architectures: ["amd64"],
    });
    expect((await new World().try("info nothing")).code).toBe(1);
  });

  it("knows who and where it is", async () => {
    const world = new World();
    expect(JSON.parse(await world.juju("whoami --format json"))).toEqual({
      controller: "uk8s",
      model: "kubeflow",
      user: "admin",
    });
    expect(await world.juju("switch")).toBe("uk8s:admin/kubeflow\n");
    expect(await world.juju("version")).toBe("2.9.42-ubuntu-amd64\n");
    expect(JSON.parse(await world.juju("models --format json")).models[0]).toMatchObject({
      name: "admin/kubeflow",
      "model-uuid": world.host.state.uuid,
      "agent-version": "2.9.42",
    });
  });

  it("runs an action as each line does", async () => {
    const deploy = "deploy mysql-k8s kfp-db --channel 8.0/stable --trust";
    const old = new World();
    await old.juju(deploy);
    await old.settle();
    const result = JSON.parse(await old.juju("run-action kfp-db/0 get-password --wait=5m --format json"));
    expect(result["unit-kfp-db-0"]).toMatchObject({
      UnitId: "kfp-db/0",
      status: "completed",
      results: { username: "root" },
    });
    const world = new World({ face: "3.6" });
    await world.juju(deploy);
    await world.settle();
    expect(
      JSON.parse(await world.juju("run kfp-db/0 get-password username=root --format json"))["kfp-db/0"],
    ).toMatchObject({ status: "completed", results: { "return-code": 0 } });
    expect(JSON.parse(await world.juju("run kfp-db/0 create-backup --format json"))["kfp-db/0"].status).toBe("failed");
  });

  it("strikes with faults that were asked for, as often as asked", async () => {
    const world = await deployed();
    world.host.state.faults["connection-lost"] = { verb: "scale-application", times: 1 };
    expect(await world.try("scale-application minio 0")).toEqual({
      stdout: "",
      stderr: "ERROR connection is shut down\n",
      code: 1,
    });
    expect(world.host.state.applications.minio?.scale).toBe(0);
    expect((await world.try("scale-application minio 1")).code).toBe(0);
    world.host.state.faults.blocked = {};
    expect((await world.try("scale-application minio 0")).stderr).toContain("have been disabled for the current model");
    expect((await world.try("status --format json")).code).toBe(0);
  });

  it("loses a command before or after its effect, with or without a word", async () => {
    const world = await deployed();
    const scale = (): number | undefined => world.host.state.applications.minio?.scale;
    const silent = async (line: string): Promise<boolean> =>
      (await Promise.race([world.try(line), new Promise((done) => setTimeout(done, 20, "silent"))])) === "silent";
    world.host.state.faults["connection-refused"] = { verb: "scale-application", times: 1 };
    expect((await world.try("scale-application minio 0")).stderr).toMatch(
      /^ERROR unable to connect to API: .*connection refused/,
    );
    expect(scale()).toBe(1);
    world.host.state.faults["no-answer"] = { verb: "scale-application", times: 1 };
    expect(await silent("scale-application minio 0")).toBe(true);
    expect(scale()).toBe(1);
    world.host.state.faults["answer-never-comes"] = { verb: "scale-application", times: 1 };
    expect(await silent("scale-application minio 0")).toBe(true);
    expect(scale()).toBe(0);
    expect(world.host.state.faults).toEqual({});
  });

  it("refuses one application's refresh with the text that was asked for, and no other's", async () => {
    const world = await deployed();
    world.host.state.faults.refused = {
      verb: "refresh",
      application: "minio",
      message: "not supported (not supported)",
    };
    expect(await world.try("refresh minio --channel ckf-1.7/stable")).toEqual({
      stdout: "",
      stderr: "ERROR not supported (not supported)\n",
      code: 1,
    });
    expect((await world.try("refresh kfp-ui --channel 2.0-alpha.7/stable")).stderr).not.toContain("not supported");
    expect(world.host.state.faults).toHaveProperty("refused");
  });

  it("changes the channel and leaves the revision while that is asked for (F25)", async () => {
    const world = await deployed();
    const revision = world.host.state.applications.minio?.revision;
    world.host.state.faults["revision-stays"] = { application: "minio" };
    await world.juju("refresh minio --channel ckf-1.7/stable");
    expect(world.host.state.applications.minio).toMatchObject({ channel: "ckf-1.7/stable", revision });
    world.host.state.faults = {};
    await world.juju("refresh minio --channel ckf-1.7/stable");
    expect(world.host.state.applications.minio?.revision).not.toBe(revision);
  });

  it("leaves units without their new charm (F4) or their container (F36) until that is over", async () => {
    const world = await deployed();
    world.host.state.faults["charm-not-retrieved"] = { application: "minio" };
    world.host.state.faults["container-never-comes"] = { application: "kfp-ui" };
    await world.juju("refresh minio --channel ckf-1.7/stable");
    await world.pass(20_000);
    const { applications } = await world.status();
    expect(applications.minio.units["minio/0"]["juju-status"].current).toBe("executing");
    expect(applications["kfp-ui"]["application-status"]).toMatchObject({
      current: "waiting",
      message: "waiting for container",
    });
    world.host.state.faults = {};
    await world.settle();
    const after = (await world.status()).applications;
    expect(after.minio["application-status"].current).toBe("active");
    expect(after["kfp-ui"]["application-status"].message).not.toBe("waiting for container");
  });
});
