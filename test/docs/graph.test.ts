import { readFileSync } from "node:fs";
import { drawPlan, pictureFile, picturedPlan } from "../../docs/graph";

test("docs/graph.svg shows the plan as it is; `npm run docs:graph` draws it anew", async () => {
  expect(readFileSync(pictureFile, "utf8")).toBe(await drawPlan(picturedPlan()));
});
