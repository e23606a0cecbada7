import { detectRelease } from "../../plan/release";
import { baseline16, baselineChangedStorage, baselineLite, baselineUpgraded, hop } from "../support/baseline";

test.each([
  ["stock 1.6", baseline16(), "1.6"],
  ["1.6 lite", baselineLite(), "1.6"],
  ["1.6 with MinIO from another channel", baselineChangedStorage(), "1.6"],
  ["1.7", baselineUpgraded(), "1.7"],
])("%s", (_name, { applications }, release) => {
  expect(detectRelease(applications, hop.source, hop.target)).toBe(release);
});

test("a model of something else is refused, with what was counted", () => {
  const { minio } = baseline16().applications;
  expect(() => detectRelease({ wordpress: minio }, hop.source, hop.target)).toThrow(
    "of 0 applications from Charmhub that it shares with them, 0 are on a 1.6 track and 0 on a 1.7 track",
  );
  expect(() => detectRelease({ minio: { ...minio, channel: "1.10/stable" } }, hop.source, hop.target)).toThrow(
    'Check the setting "model"',
  );
});
