import { readFileSync } from "node:fs";
import { parse } from "yaml";
import { detectRelease } from "../../plan/release";
import { levels, releases } from "../../releases/line";
import { baseline16, baselineChangedStorage, baselineLite, baselineUpgraded } from "../support/baseline";

type Channels = Record<string, { channel: string; local?: true }>;

/** A model that was deployed from the release's bundle, with some applications on other channels. */
function modelOf(release: string, changed: Record<string, string> = {}): Channels {
  const { applications } = parse(readFileSync(`releases/${release}.yaml`, "utf8")) as { applications: Channels };
  return Object.fromEntries(
    Object.entries(applications).map(([name, { channel }]) => [name, { channel: changed[name] ?? channel }]),
  );
}

/** All kfp-* of a release on another track. */
const kfp = (release: string, track: string): Record<string, string> =>
  Object.fromEntries(
    Object.keys(modelOf(release))
      .filter((name) => name.startsWith("kfp-") && name !== "kfp-db")
      .map((name) => [name, `${track}/stable`]),
  );

test.each([
  ["stock 1.6", baseline16(), "1.6"],
  ["1.6 lite", baselineLite(), "1.6"],
  ["1.6 with MinIO from another channel", baselineChangedStorage(), "1.6"],
  ["1.7", baselineUpgraded(), "1.7"],
])("%s", (_name, { applications }, release) => {
  expect(detectRelease(applications, levels)).toBe(release);
});

test.each(releases)("each bundle is told as its own release: %s", (release) => {
  expect(detectRelease(modelOf(release), levels)).toBe(release);
});

test.each([
  ["1.9", "with kfp 2.2", kfp("1.9", "2.2")],
  ["1.10", "as of April 2025", { ...kfp("1.10", "2.4"), "argo-controller": "3.4/stable", minio: "ckf-1.10/stable" }],
])("%s %s is of that release, and by all of its applications", (release, _cut, changed) => {
  const applications = modelOf(release, changed);
  expect(detectRelease(applications, levels)).toBe(release);
  for (const [name, { channel }] of Object.entries(applications))
    expect(levels[release][name]).toContain(channel.split("/")[0]);
});

test("a model half of which somebody refreshed by hand is told by the larger half, and refused where there is none", () => {
  const target = modelOf("1.11");
  const apart = Object.entries(modelOf("1.10")).filter(([name, { channel }]) => target[name].channel !== channel);
  const refreshed = (count: number): Channels => ({
    ...modelOf("1.10"),
    ...Object.fromEntries(apart.slice(0, count).map(([name]) => [name, target[name]])),
  });
  expect(apart).toHaveLength(15);
  expect(detectRelease(refreshed(7), levels)).toBe("1.10");
  expect(detectRelease(refreshed(8), levels)).toBe("1.11");
  const { kserve, ...even } = Object.fromEntries(
    Object.entries(refreshed(7)).map(([name, live]) => [name === "kserve-controller" ? "kserve" : name, live]),
  );
  expect(kserve).toBeDefined();
  expect(() => detectRelease(even, levels)).toThrow(
    /^the model is on as many tracks of Charmed Kubeflow 1\.10 as of 1\.11, 29 each, so which release it is cannot be told\. What tells them apart: argo-controller 3\.7\/stable, .*kfp-viz 2\.5\/stable\. Bring these to the tracks of one release/,
  );
});

test("a model of something else is refused, with what was counted", () => {
  const { minio } = baseline16().applications;
  expect(() => detectRelease({ wordpress: minio }, levels)).toThrow(
    "the model does not look like Charmed Kubeflow 1.6 to 1.11: of 0 applications from Charmhub that it shares with them, 0 are on a 1.6 track",
  );
  expect(() => detectRelease({ minio: { ...minio, channel: "latest/stable" } }, levels)).toThrow(
    'Check the setting "model"',
  );
});
