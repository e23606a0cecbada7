import { mkdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";

/**
 * A project in a folder of its own, with the settings of another and what that one's steps run, but another main program.
 * @returns the folder
 */
export function linkedProject(from: string, project: string, main: string): string {
  rmSync(project, { recursive: true, force: true });
  mkdirSync(project, { recursive: true });
  for (const name of ["bin", "node_modules"]) symlinkSync(join(from, name), join(project, name));
  writeFileSync(
    join(project, "Pulumi.yaml"),
    readFileSync(join(from, "Pulumi.yaml"), "utf8").replace(/^main: .*$/m, "main: index.js"),
  );
  writeFileSync(join(project, "package.json"), "{}");
  writeFileSync(join(project, "index.js"), `module.exports = require(${JSON.stringify(main)});\n`);
  return project;
}
