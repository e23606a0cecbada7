import { crdOwners, releases } from "../../policy/releases";
import { hop } from "../support/baseline";

// The pack carries its own data, so that it can be published and does not trust what it judges; these hold both to the same facts.
const { target, hazards } = hop;
const applications = Object.values(target.applications);
const release = releases[target.release];

test("tracks are those of the target bundle", () => {
  expect(release.tracks).toEqual(Object.fromEntries(applications.map(({ charm, channel }) => [charm, channel.split("/")[0]])));
});

test("charms with cluster access are those that the target bundle trusts", () => {
  expect(release.trusted).toEqual([...new Set(applications.filter(({ trust }) => trust).map(({ charm }) => charm))].sort());
});

test("every charm that becomes a sidecar charm is known", () => {
  // Those of the hazards file that are left out were sidecar charms in the release before.
  expect(release.sidecar).toEqual(hazards.sidecar.filter((charm) => !["dex-auth", "training-operator"].includes(charm)).sort());
});

test("owners of custom resource definitions are those of the hazards file", () => {
  expect(crdOwners).toEqual([...hazards.crdOwners].sort());
});

test("Istio's minors are the rungs of the hazards file", () => {
  expect(release.istio.map((minor) => `1.${minor}/stable`)).toEqual(hazards.ladders["istio-pilot"].channels);
});
