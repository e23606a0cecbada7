import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import execa from "execa";
import { parse } from "yaml";
import { charmFiles, charmRevision, everyRevision } from "../../../rehearsal/charms";
import { world } from "./world";

const source = join(__dirname, "..", "..", "..", "rehearsal", "charms");

/** Juju's hook tools and kubectl, as far as the hooks use them: they answer from the folder $FAKE and write what they are told to $FAKE/calls. */
const tools: Record<string, string> = {
  "is-leader": "echo True",
  "relation-ids": 'cat "$FAKE/relations/$1" 2>/dev/null || true',
  "relation-list": 'echo "other/0"',
  "relation-get": 'cat "$FAKE/remote/$3" 2>/dev/null || true',
  "config-get": 'cat "$FAKE/config/$1" 2>/dev/null || true',
  "state-get": 'cat "$FAKE/state/$1" 2>/dev/null || true',
  "state-set": 'mkdir -p "$FAKE/state"; printf %s "${1#*=}" >"$FAKE/state/${1%%=*}"',
  "action-get": 'cat "$FAKE/action/$1" 2>/dev/null || true',
  "resource-get": 'echo "registrypath: registry/$1:7" >"$FAKE/resource"; echo "$FAKE/resource"',
  "pod-spec-set": 'cp "$2" "$FAKE/podspec.json"',
  "relation-set": 'echo "relation-set $*" >>"$FAKE/calls"; cat >"$FAKE/told"',
  nc: 'if [ "$1" = -z ]; then exit 0; fi; printf "HTTP/1.1 200 OK\\r\\n\\r\\n"; cat "$FAKE/fault" 2>/dev/null || true',
  sleep: ":",
  kubectl: `case "$1 $2 $3" in
"apply --server-side --force-conflicts") cat >>"$FAKE/applied" ;;
"delete --ignore-not-found --wait=false") cat >>"$FAKE/deleted" ;;
get*) cat "$FAKE/kubectl/$2-$3" 2>/dev/null || true ;;
esac`,
};
const logged = ["status-set", "juju-log", "action-set"];

let folder: string;
beforeEach(() => (folder = mkdtempSync(join(tmpdir(), "hooks-"))));
afterEach(() => rmSync(folder, { recursive: true }));

function write(path: string, text: string): void {
  const file = join(folder, path);
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, text);
}

const read = (path: string): string => (existsSync(join(folder, path)) ? readFileSync(join(folder, path), "utf8") : "");

interface Ran {
  exitCode: number;
  /** Last status that was set. */
  status?: string;
  calls: string[];
}

/** Runs one hook of a charm: what is set up in the folder before is what it finds. */
async function run(charm: string, revision: number, hook: string, more: Record<string, string> = {}): Promise<Ran> {
  for (const [path, text] of Object.entries(charmFiles(charmRevision(charm, revision), world)))
    write(`charm/${path}`, text);
  for (const [name, body] of Object.entries(tools)) write(`bin/${name}`, `#!/bin/sh\n${body}\n`);
  for (const name of logged) write(`bin/${name}`, `#!/bin/sh\necho "${name} $*" >>"$FAKE/calls"\n`);
  for (const name of [...Object.keys(tools), ...logged]) chmodSync(join(folder, "bin", name), 0o755);
  chmodSync(join(folder, "charm", "dispatch"), 0o755);
  rmSync(join(folder, "calls"), { force: true });
  const { exitCode, stderr } = await execa(join(folder, "charm", "dispatch"), [], {
    env: {
      PATH: `${join(folder, "bin")}:${process.env.PATH}`,
      FAKE: folder,
      JUJU_CHARM_DIR: join(folder, "charm"),
      JUJU_DISPATCH_PATH: hook.includes("/") ? hook : `hooks/${hook}`,
      JUJU_UNIT_NAME: `${charm}/0`,
      JUJU_MODEL_NAME: "kubeflow",
      ...more,
    },
    reject: false,
  });
  expect(stderr).not.toMatch(/syntax error|not found|parameter not set/);
  const calls = read("calls").split("\n").filter(Boolean);
  const status = calls.filter((call) => call.startsWith("status-set ")).pop();
  return { exitCode, calls, ...(status !== undefined && { status: status.slice("status-set ".length) }) };
}

const podSpec = () => JSON.parse(read("podspec.json"));
const istiod = (version: string): void => write("kubectl/deployment-istiod", `workload:pilot-${version}`);

describe("every charm", () => {
  it("consists of scripts that a shell can read", async () => {
    for (const part of ["hooks", "programs"])
      for (const file of readdirSync(join(source, part)))
        await execa("sh", ["-n", join(source, part, file)], { stdin: "ignore" });
  });

  it("of the 1.6 and 1.7 models runs its first hook and renders JSON", async () => {
    const releases = ["1.6", "1.7"];
    for (const { name, revision, data } of everyRevision()) {
      if (!releases.includes(data.revisions[String(revision)].release)) continue;
      for (const { anyOf } of data.needs) write(`relations/${anyOf[0]}`, `${anyOf[0]}:1`);
      rmSync(join(folder, "applied"), { force: true });
      rmSync(join(folder, "charm"), { recursive: true, force: true });
      write("config/namespace", "somewhere");
      const { exitCode, status } = await run(name, revision, "install");
      expect([name, revision, exitCode]).toEqual([name, revision, 0]);
      expect([name, status]).toEqual([name, expect.stringMatching(/^(active|waiting|blocked)/)]);
      const documents = `[${read("applied")
        .trim()
        .replace(/\}\n\{/g, "},{")}]`;
      if (name !== "knative-serving" && name !== "knative-eventing") JSON.parse(documents);
      if (existsSync(join(folder, "podspec.json"))) expect(podSpec().version).toBe(3);
    }
  }, 120_000);
});

it.each(["stop", "minio-data-storage-detaching"])(
  "a charm that goes asks nothing of its model in %s: Juju would refuse it",
  async (hook) => {
    expect(await run("minio", 99, hook)).toEqual({ exitCode: 0, calls: [] });
    expect(read("podspec.json")).toBe("");
  },
);

describe("relations", () => {
  it("a charm waits for those it needs, and its pod spec stays", async () => {
    expect((await run("argo-controller", 236, "config-changed")).status).toBe(
      "blocked Waiting for object-storage relation data",
    );
    expect(read("podspec.json")).toBe("");
    write("relations/object-storage", "object-storage:3");
    expect((await run("argo-controller", 236, "object-storage-relation-changed")).status).toBe("active");
    expect(podSpec().containers[0].imageDetails.imagePath).toBe("registry/oci-image:7");
  });

  it.each([
    ["minio", 99, "secret-key", "object-storage"],
    ["charmed-osm-mariadb-k8s", 35, "root_password", "mysql"],
  ])("%s %s gives its %s as it is, and not by arguments", async (charm, revision, option, endpoint) => {
    const secret = `-$(id)'"\\%41+/=& {}#\u00fc$HOME\\n: it's`;
    write(`relations/${endpoint}`, `${endpoint}:3`);
    write(`config/${option}`, secret);
    const { calls } = await run(charm, revision, "config-changed");
    expect(parse(read("told"))).toMatchObject({ [option]: secret });
    expect(calls.join("\n")).not.toContain(secret);
    expect(calls).toContain(`relation-set -r ${endpoint}:3 --file -`);
  });

  it("one that is being broken does not count", async () => {
    write("relations/object-storage", "object-storage:3");
    const { status } = await run("argo-controller", 236, "object-storage-relation-broken", {
      JUJU_RELATION_ID: "object-storage:3",
    });
    expect(status).toBe("blocked Waiting for object-storage relation data");
  });

  it("two that exclude each other block (F21)", async () => {
    for (const endpoint of ["mysql", "relational-db", "object-storage"])
      write(`relations/${endpoint}`, `${endpoint}:1`);
    expect((await run("kfp-api", 540, "config-changed")).status).toBe(
      "blocked Remove deprecated mysql relation to unblock.",
    );
  });
});

describe("MinIO", () => {
  it("makes a key where none is set, keeps it, and hands it to consumers", async () => {
    write("config/access-key", "minio");
    write("config/port", "9000");
    write("relations/object-storage", "object-storage:3");
    await run("minio", 99, "install");
    const { data } = podSpec().kubernetesResources.secrets[0];
    const key = Buffer.from(data.MINIO_SECRET_KEY, "base64").toString();
    expect(key).toMatch(/^[A-Z0-9]{30}$/);
    expect(parse(read("told"))).toMatchObject({
      "access-key": "minio",
      "secret-key": key,
      namespace: "kubeflow",
      port: "9000",
    });
    await run("minio", 186, "upgrade-charm");
    expect(podSpec().kubernetesResources.secrets[0].data).toEqual(data);
  });

  it("takes the key that is set, whatever its characters, and restarts its Pod for another", async () => {
    write("config/secret-key", 'k"e\\y $x `y`');
    await run("minio", 99, "config-changed");
    const first = podSpec();
    expect(Buffer.from(first.kubernetesResources.secrets[0].data.MINIO_SECRET_KEY, "base64").toString()).toBe(
      'k"e\\y $x `y`',
    );
    write("config/secret-key", "another");
    await run("minio", 99, "config-changed");
    expect(podSpec().containers[0].envConfig.KEYS_HASH).not.toBe(first.containers[0].envConfig.KEYS_HASH);
  });

  it("its keys reach kfp-profile-controller, which waits for them", async () => {
    write("relations/object-storage", "object-storage:3");
    expect((await run("kfp-profile-controller", 188, "config-changed")).status).toBe(
      "waiting Waiting for object-storage relation data",
    );
    write("remote/access-key", "minio");
    write("remote/secret-key", "of MinIO");
    await run("kfp-profile-controller", 188, "config-changed");
    expect(Buffer.from(podSpec().kubernetesResources.secrets[0].data.secretkey, "base64").toString()).toBe("of MinIO");
  });
});

describe("the first user's Profile", () => {
  it("is in the pod spec of the 1.6 dashboard", async () => {
    write("relations/kubeflow-profiles", "kubeflow-profiles:2");
    write("config/profile", "admin");
    await run("kubeflow-dashboard", 154, "config-changed");
    expect(podSpec().kubernetesResources.customResources["profiles.kubeflow.org"]).toEqual([
      expect.objectContaining({ metadata: { name: "admin" }, spec: { owner: { kind: "User", name: "admin" } } }),
    ]);
  });

  it("has its definition in the pod spec of kubeflow-profiles 1.6, and the hooks of 1.7 make and delete it", async () => {
    await run("kubeflow-profiles", 82, "config-changed");
    expect(podSpec().kubernetesResources.customResourceDefinitions[0].name).toBe("profiles.kubeflow.org");
    await run("kubeflow-profiles", 269, "upgrade-charm");
    expect(read("applied")).toContain("profiles.kubeflow.org");
    expect(read("deleted")).toBe("");
    await run("kubeflow-profiles", 269, "remove");
    expect(read("deleted")).toContain("profiles.kubeflow.org");
  });
});

describe("Istio", () => {
  const gateway = (name: string): void => write(`kubectl/deployment-${name}`, name);

  it("brings its control plane, and waits for the gateway's Service", async () => {
    const { status } = await run("istio-pilot", 105, "install");
    expect(status).toBe("waiting Missing istio-ingressgateway-workload service, deferring this event");
    expect(read("applied")).toContain('"workload:pilot-1.11.5"');
    write("kubectl/service-istio-ingressgateway-workload", "LoadBalancer|10.1.2.3|");
    expect((await run("istio-pilot", 105, "update-status")).status).toBe("waiting Waiting for gateway address");
    write("kubectl/service-istio-ingressgateway-workload", "LoadBalancer|10.1.2.3|10.64.140.43");
    expect((await run("istio-pilot", 105, "istio-pilot-relation-changed")).status).toBe("active");
  });

  it("climbs one minor", async () => {
    istiod("1.11.5");
    expect((await run("istio-pilot", 213, "upgrade-charm")).exitCode).toBe(0);
    expect(read("applied")).toContain('"workload:pilot-1.12.9"');
  });

  it.each([
    [290, /more than one minor version ahead of control plane version 1.11.5/],
    [105, /downgrade from 1.13.9 to 1.11.5 is not supported/],
  ])("refuses to leap or to step back (F9): revision %d", async (revision, message) => {
    istiod(revision === 290 ? "1.11.5" : "1.13.9");
    const { exitCode, calls } = await run("istio-pilot", revision, "upgrade-charm");
    expect(exitCode).toBe(1);
    expect(calls.join("\n")).toMatch(message);
    expect(read("applied")).toBe("");
  });

  it("does not climb while the gateway's workload exists (F10, F12)", async () => {
    istiod("1.11.5");
    gateway("istio-ingressgateway-workload");
    const { exitCode, calls } = await run("istio-pilot", 213, "upgrade-charm");
    expect(exitCode).toBe(1);
    expect(calls.join("\n")).toContain("timed out while waiting for new Istio version to roll out");
    expect(read("applied")).toBe("");
  });

  it("its gateway comes with the relation and goes with the application", async () => {
    write("config/gateway_service_type", "LoadBalancer");
    expect((await run("istio-gateway", 551, "install")).status).toBe("blocked Waiting for istio-pilot relation");
    expect(read("applied")).not.toContain("Deployment");
    write("relations/istio-pilot", "istio-pilot:4");
    expect((await run("istio-gateway", 551, "istio-pilot-relation-joined")).status).toBe("active");
    expect(read("applied")).toContain('"workload:proxyv2-1.16.2"');
    await run("istio-gateway", 551, "remove");
    expect(read("deleted")).toContain("istio-gateway-workload");
  });
});

describe("others", () => {
  it("Knative's charms want a namespace and make their resource in it", async () => {
    expect((await run("knative-serving", 224, "install")).status).toBe("blocked Config item `namespace` must be set");
    write("config/namespace", "knative-serving");
    write("config/version", "1.8.0");
    expect((await run("knative-serving", 224, "config-changed")).status).toBe("active");
    expect(read("applied")).toContain('"namespace": "knative-serving"');
    expect(read("applied")).toContain('"version": "1.8.0"');
  });

  it("kubeflow-roles makes the aggregated roles", async () => {
    await run("kubeflow-roles", 31, "install");
    for (const role of ["admin", "edit", "view"]) expect(read("applied")).toContain(`"kubeflow-${role}"`);
  });

  it("mariadb has its passwords in its environment, whatever their characters", async () => {
    write("config/root_password", 'a"b\\c\n');
    await run("charmed-osm-mariadb-k8s", 35, "config-changed");
    expect(podSpec().containers[0].envConfig.MARIADB_ROOT_PASSWORD).toBe('a"b\\c');
  });

  it("mysql-k8s answers for a user's password, always the same", async () => {
    const first = (await run("mysql-k8s", 99, "actions/get-password")).calls;
    expect(first[0]).toMatch(/^action-set username=root password=[A-Z0-9]{30}$/);
    expect((await run("mysql-k8s", 99, "actions/get-password")).calls).toEqual(first);
    write("action/username", "serverconfig");
    expect((await run("mysql-k8s", 99, "actions/get-password")).calls).not.toEqual(first);
  });

  it("a hook fails or is skipped where the rehearsal wants it", async () => {
    write("fault", "fail no luck today");
    const { exitCode, calls } = await run("minio", 99, "upgrade-charm");
    expect([exitCode, calls.length]).toEqual([1, 1]);
    expect(calls[0]).toContain("no luck today");
    write("fault", "skip");
    expect(await run("minio", 99, "upgrade-charm")).toEqual({ exitCode: 0, calls: [] });
  });
});
