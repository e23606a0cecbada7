import { crdOwners, releases } from "../../policy/releases";
import { hop } from "../support/baseline";

// The pack carries its own data, so that it can be published and does not trust what it judges; these hold both to the same facts.
const { source, target, hazards } = hop;
const release = releases[target.release];

test.each([source, target])("tracks of $release are those of its bundle", ({ release: name, applications }) => {
  expect(releases[name].tracks).toEqual(
    Object.fromEntries(Object.values(applications).map(({ charm, channel }) => [charm, channel.split("/")[0]])),
  );
});

test.each([source, target])(
  "charms with cluster access are those that the bundle of $release trusts",
  ({ release: name, applications }) => {
    expect(releases[name].trusted).toEqual(
      [
        ...new Set(
          Object.values(applications)
            .filter(({ trust }) => trust)
            .map(({ charm }) => charm),
        ),
      ].sort(),
    );
  },
);

test("every charm that becomes a sidecar charm is known", () => {
  // Those of the hazards file that are left out were sidecar charms in the release before.
  expect(release.sidecar).toEqual(
    hazards.sidecar.filter((charm) => !["dex-auth", "training-operator"].includes(charm)).sort(),
  );
});

test("owners of custom resource definitions are those of the hazards file", () => {
  expect(crdOwners).toEqual([...hazards.crdOwners].sort());
});

test("Istio's minors are the rungs of the hazards file", () => {
  expect(release.istio.map((minor) => `1.${minor}/stable`)).toEqual(hazards.ladders["istio-pilot"].channels);
});
