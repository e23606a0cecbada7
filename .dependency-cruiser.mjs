// Folders that are no part of the program.
const around = "^(policy|rehearsal|bench|test|docs)/";
// A type that is imported leaves nothing in the program that runs.
const runs = { dependencyTypesNot: ["type-only"] };

/** @type {import("dependency-cruiser").IConfiguration} */
export default {
  forbidden: [
    {
      name: "no-circle",
      comment:
        "Files that import each other can only be read, tested and loaded together. Move what both need to a third.",
      severity: "error",
      from: {},
      to: { circular: true },
    },
    {
      name: "plan-is-pure",
      comment:
        "A plan is made of what was read before. From outside of plan/, planner/ and guide/ it imports types only, and pure libraries.",
      severity: "error",
      from: { path: "^(plan|planner|guide)/" },
      to: { ...runs, pathNot: ["^(plan|planner|guide)/", "^node_modules/(leven|zod)/"] },
    },
    {
      name: "program-without-surroundings",
      comment: "The program runs without its policy pack, rehearsal, benchmarks, documents and tests.",
      severity: "error",
      from: { pathNot: around },
      to: { path: around },
    },
    {
      name: "pack-by-itself",
      comment: "The policy pack is published by itself. What it needs of the program is written to policy/data.ts.",
      severity: "error",
      from: { path: "^policy/" },
      to: { path: "^[^/]+", pathNot: ["^policy/", "^node_modules/@pulumi/policy/"] },
    },
  ],
  options: {
    doNotFollow: { path: "node_modules" },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: "tsconfig.json" },
    enhancedResolveOptions: { exportsFields: ["exports"], conditionNames: ["import", "require", "node", "types"] },
  },
};
