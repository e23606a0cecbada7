import { readFileSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { lineOf } from "../../juju/line";
import { parseStatus } from "../../juju/status";

const text = (face: string): string => readFileSync(join(__dirname, "fixtures", `status-${face}.json`), "utf8");
// eslint-disable-next-line @typescript-eslint/no-explicit-any -- the document is bent in many places
const bent = (change: (document: any) => void): string => {
  const document: unknown = JSON.parse(text("2.9"));
  change(document);
  return JSON.stringify(document);
};

type Path = string[];

/** Ways to every object and value in a document. */
function leaves(node: unknown, path: Path = []): Path[] {
  const inner =
    node !== null && typeof node === "object"
      ? Object.entries(node).flatMap(([key, value]) => leaves(value, [...path, key]))
      : [];
  return path.length > 0 ? [path, ...inner] : inner;
}

function put(document: object, path: Path, value: unknown): void {
  const last = path
    .slice(0, -1)
    .reduce<Record<string, unknown>>(
      (node, key) => node[key] as Record<string, unknown>,
      document as Record<string, unknown>,
    );
  last[path[path.length - 1]] = value;
}

describe("juju status", () => {
  it("reads the face of 2.9", () => {
    const { model, line, applications } = parseStatus(text("2.9"));
    expect({ model, line }).toEqual({
      model: {
        name: "kubeflow",
        type: "caas",
        controller: "uk8s",
        cloud: "microk8s",
        version: "2.9.42",
        status: "available",
      },
      line: "2.9",
    });
    expect(applications.minio).toEqual({
      charm: "minio",
      charmName: "minio",
      channel: "ckf-1.7/stable",
      revision: 186,
      scale: 1,
      life: "alive",
      status: { current: "active", message: "" },
      related: { "object-storage": ["argo-controller", "kfp-api"] },
      units: {
        "minio/0": {
          workload: { current: "active", message: "" },
          agent: { current: "idle", message: "" },
          leader: true,
        },
      },
      endpoints: ["object-storage"],
    });
  });

  it("reads the face of 3.x into the same shape", () => {
    const { line, applications } = parseStatus(text("3.x"));
    expect(line).toBe("3.x");
    expect(Object.keys(applications)).toEqual(["argo-controller", "kfp-api", "minio"]);
    expect(applications.minio.related).toEqual({ "object-storage": ["argo-controller", "kfp-api"] });
  });

  it("takes a missing scale for 0 and missing units for none", () => {
    const { minio } = parseStatus(
      bent((document) => {
        delete document.applications.minio.scale;
        delete document.applications.minio.units;
      }),
    ).applications;
    expect([minio.scale, minio.units]).toEqual([0, {}]);
  });

  it("shows life and the charm that a unit comes from", () => {
    const { minio } = parseStatus(
      bent(({ applications }) => {
        applications.minio.life = "dying";
        applications.minio.units["minio/0"]["upgrading-from"] = "ch:amd64/focal/minio-99";
      }),
    ).applications;
    expect([minio.life, minio.units["minio/0"].upgradingFrom]).toEqual(["dying", "ch:amd64/focal/minio-99"]);
  });

  it("completes the channel of the latest track", () => {
    expect(
      parseStatus(bent(({ applications }) => (applications.minio["charm-channel"] = "edge"))).applications.minio
        .channel,
    ).toBe("latest/edge");
  });

  it("gives the units of each storage, and the uid of the claim that it was recorded with", () => {
    expect(parseStatus(text("2.9")).storage).toEqual({
      "minio-data/0": { claimUid: "7d0f6f10-2222-4333-8444-555566667777", units: ["minio/0"] },
    });
  });

  it("takes an empty model, and one whose storage is as 2.9 has it without units", () => {
    expect(
      parseStatus(
        bent((document) => {
          delete document.applications;
          document.storage = {
            filesystems: { "0": { Attachments: null } },
            storage: { "data/0": { attachments: null } },
          };
        }),
      ),
    ).toMatchObject({ applications: {} });
  });

  it("does not mind fields that it does not know", () => {
    expect(
      parseStatus(
        bent((document) => {
          document.new = 1;
          document.applications.minio.new = { x: [] };
        }),
      ),
    ).toEqual(parseStatus(text("2.9")));
  });

  it("ends with a clear error for whatever is no status", () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.json()), (any) =>
        expect(() => parseStatus(any)).toThrow(/`juju status` (printed no JSON|is not understood)/),
      ),
    );
  });

  it("takes a bent status, or names a fault", () => {
    const document = JSON.parse(text("2.9")) as object;
    const paths = fc.constantFrom(...leaves(document));
    fc.assert(
      fc.property(paths, fc.jsonValue(), (path, value) => {
        const changed = structuredClone(document);
        put(changed, path, value);
        try {
          expect(parseStatus(JSON.stringify(changed)).line).toBe("2.9");
        } catch (error) {
          expect((error as Error).message).toMatch(/is not understood: |Only Juju 2.9 and 3.x/);
        }
      }),
    );
  });

  it.each([
    [
      "an application",
      (document: never) =>
        ((document as { applications: Record<string, unknown> }).applications.minio = { "status-error": "boom" }),
      (found: ReturnType<typeof parseStatus>) => found.applications.minio.status,
    ],
    [
      "a unit",
      (document: never) =>
        ((document as { applications: Record<string, { units: Record<string, unknown> }> }).applications.minio.units[
          "minio/0"
        ] = { "status-error": "boom" }),
      (found: ReturnType<typeof parseStatus>) => found.applications.minio.units["minio/0"].workload,
    ],
    [
      "a status",
      (document: never) =>
        ((document as { applications: Record<string, Record<string, unknown>> }).applications.minio[
          "application-status"
        ] = { "status-error": "boom" }),
      (found: ReturnType<typeof parseStatus>) => found.applications.minio.status,
    ],
  ])("shows %s that the server could not compute as unknown, with its reason", (_, change, pick) => {
    expect(pick(parseStatus(bent(change as never)))).toEqual({
      current: "unknown",
      message: "juju could not read it: boom",
    });
  });

  it("names the field that is not understood", () => {
    expect(() => parseStatus(bent(({ applications }) => delete applications.minio["charm-rev"]))).toThrow(
      /applications\.minio.*charm-rev/,
    );
    expect(() => parseStatus("oops")).toThrow('printed no JSON but "oops"');
  });

  it("refuses lines it does not know", () => {
    expect(() => parseStatus(bent(({ model }) => (model.version = "4.0.1")))).toThrow(
      'model "kubeflow" has version "4.0.1"',
    );
    expect([lineOf("x", "2.9.42-ubuntu-amd64\n"), lineOf("x", "3.6.11")]).toEqual(["2.9", "3.x"]);
    for (const version of ["2.8.1", "1.25.0", "", "30.1.2"])
      expect(() => lineOf("x", version)).toThrow("Only Juju 2.9 and 3.x");
  });
});
