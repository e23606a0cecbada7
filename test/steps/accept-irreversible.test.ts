import { context, newWorld, refusal } from "../support/fake-model";
import { acceptIrreversible } from "../../steps/accept-irreversible";

const asked = [
  { name: "schema-kfp-api", what: "tables stay" },
  { name: "definition-owners", what: "never tried" },
];
beforeEach(() => void newWorld());

test("lets pass what is accepted by name, item by item", async () => {
  expect(
    await acceptIrreversible(
      { kind: "accept-irreversible", asked, accepted: ["definition-owners", "schema-kfp-api", "other"] },
      context(),
    ),
  ).toEqual({ changed: false, accepted: ["schema-kfp-api", "definition-owners"] });
  expect(await acceptIrreversible({ kind: "accept-irreversible", asked: [], accepted: [] }, context())).toEqual({
    changed: false,
    accepted: [],
  });
});

test("names all that is not, and how to accept it", async () => {
  expect(
    await refusal(acceptIrreversible({ kind: "accept-irreversible", asked, accepted: ["schema-kfp-api"] }, context())),
  ).toBe(
    "Going back cannot undo, or not without a risk:\n  definition-owners: never tried\nNothing was changed by this run. Where you accept that: `pulumi config set --path 'acceptIrreversible[1]' definition-owners`, then run it again",
  );
});
