import { getInfo } from "../../juju/read";
import { FakeJuju } from "../support/fake-juju";

jest.setTimeout(120_000);

let juju: FakeJuju;
beforeEach(() => (juju = new FakeJuju()));
afterEach(() => juju.remove());

it("has no channel of a charm that is gone from Charmhub, so that preflight can name all that is missing", async () => {
  juju.answer([
    { args: "", stderr: 'ERROR No information found for charm or bundle with the name "argo-server"\n', code: 1 },
  ]);
  expect(await getInfo("argo-server")).toEqual({});
});

it("fails where Charmhub was not reached: that says nothing of the charm", async () => {
  juju.answer([{ args: "", stderr: "ERROR permission denied (unauthorized access)\n", code: 1 }]);
  await expect(getInfo("argo-server")).rejects.toThrow("permission denied");
});
