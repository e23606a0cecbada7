import { compareWorlds, type WorldInventory } from "../../../rehearsal/data/world";

const world = (): WorldInventory => ({
  profiles: {
    admin: {
      uid: "p1",
      owner: "admin",
      namespaceUid: "n1",
      claims: { "workspace-notebook": { uid: "c1", volume: "pvc-c1", content: "ab" } },
      notebooks: ["notebook"],
      secrets: { "mlpipeline-minio-artifact": "s1" },
    },
    alice: { uid: "p2", owner: "alice@example.com", namespaceUid: "n2", claims: {}, notebooks: [], secrets: {} },
  },
});

function after(change: (world: WorldInventory) => void): string[] {
  const changed = world();
  change(changed);
  return compareWorlds(world(), changed);
}

test("nothing is lost where all is as it was, or where something came along", () => {
  expect(after(() => {})).toEqual([]);
  expect(after(({ profiles }) => (profiles.bob = profiles.alice))).toEqual([]);
  expect(after(({ profiles }) => (profiles.admin.secrets.new = "s2"))).toEqual([]);
});

test.each<[string, (world: WorldInventory) => void]>([
  ['Profile "alice" is gone', ({ profiles }) => delete profiles.alice],
  ['Profile "alice" was deleted and made anew', ({ profiles }) => (profiles.alice.uid = "p9")],
  [
    'Profile "alice" belongs to admin, belonged to alice@example.com',
    ({ profiles }) => (profiles.alice.owner = "admin"),
  ],
  ['namespace "admin" was deleted and made anew', ({ profiles }) => (profiles.admin.namespaceUid = "n9")],
  ['namespace "admin" is gone', ({ profiles }) => (profiles.admin.namespaceUid = "")],
  ['claim "admin/workspace-notebook" is gone', ({ profiles }) => (profiles.admin.claims = {})],
  [
    'claim "admin/workspace-notebook" was deleted and made anew',
    ({ profiles }) => (profiles.admin.claims["workspace-notebook"].uid = "c9"),
  ],
  [
    'files of claim "admin/workspace-notebook" have changed',
    ({ profiles }) => (profiles.admin.claims["workspace-notebook"].content = "cd"),
  ],
  ['notebook "admin/notebook" is gone', ({ profiles }) => (profiles.admin.notebooks = [])],
  ['secret "admin/mlpipeline-minio-artifact" is gone', ({ profiles }) => (profiles.admin.secrets = {})],
  [
    'secret "admin/mlpipeline-minio-artifact" has other content',
    ({ profiles }) => (profiles.admin.secrets["mlpipeline-minio-artifact"] = "s9"),
  ],
])("%s", (loss, change) => {
  expect(after(change)).toEqual([loss]);
});
