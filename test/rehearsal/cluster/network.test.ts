import { networkOf, occupies, SLOTS } from "../../../rehearsal/cluster/network";

test("a cluster's networks lie in its range and do not overlap", () => {
  const network = networkOf(89);
  expect(network).toMatchObject({
    range: "10.89.0.0/16",
    pods: "10.89.0.0/18",
    services: "10.89.128.0/18",
    node: "10.89.255.2",
    machine: "10.89.255.1",
    apiService: "10.89.128.1",
  });
});

test("every link has a name the kernel takes: at most 15 characters", () => {
  for (const slot of SLOTS) expect(networkOf(slot).link.length).toBeLessThanOrEqual(15);
  expect(new Set(SLOTS.map((slot) => networkOf(slot).link)).size).toBe(SLOTS.length);
});

test.each([
  ["10.89.0.0/16", true],
  ["10.89.3.0/24", true],
  ["10.89.255.1", true],
  ["10.90.0.0/16", false],
  ["10.0.0.0/8", false],
  ["default", false],
  ["192.89.0.0/16", false],
])("a route to %s occupies network 89: %s", (destination, expected) => {
  expect(occupies(destination, 89)).toBe(expected);
});
