import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { guideJsonSchema } from "../report/guide-schema";

writeFileSync(join(__dirname, "plan.schema.json"), guideJsonSchema());
