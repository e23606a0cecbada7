import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { writePage } from "../../rehearsal/page";

test("a page that cannot be made ends no rehearsal, and says why", async () => {
  const folder = mkdtempSync(join(tmpdir(), "page-"));
  // A pulumi that knows no stack.
  writeFileSync(join(folder, "pulumi"), "#!/bin/sh\necho 'error: no stack named gone found' >&2\nexit 255\n", {
    mode: 0o755,
  });
  const workspace = {
    project: resolve(__dirname, "..", ".."),
    env: { PATH: `${folder}:${process.env.PATH}`, KUBECONFIG: join(folder, "none"), HOME: folder },
    stack: "gone",
    model: "kubeflow",
    policyPack: "policy",
    logs: folder,
    output: join(folder, "output"),
  };
  try {
    expect(await writePage(workspace, join(folder, "rehearsal.json"))).toMatch(/^no page was made of it: .+/);
  } finally {
    rmSync(folder, { recursive: true });
  }
}, 120_000);
