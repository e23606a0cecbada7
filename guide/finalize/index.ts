import { type Draft } from "../../planner/draft";
import { ids } from "../../planner/ids";
import { finalizeDatabases } from "../databases";

/** What the guide calls for here, for the table of contents. */
export const title = "Delete what moves left unused, when the setting asks for it";

/** Removes what moves left unused, when the setting asks for it. @param record the step that records the verified upgrade */
export function planFinalize(draft: Draft, record: string): void {
  const { hop, settings } = draft;
  if (!settings.finalize) return;
  finalizeDatabases(draft, record);
  for (const { application, storage, source, path } of draft.moved()) {
    draft.command(
      "finalize",
      `finalize-${application}-${storage}`,
      "the setting finalize is on: what the move left unused goes for good",
      {
        kind: "finalize-volume",
        application,
        source,
        ...(path === "copy" && { staging: draft.names.stagingClaim(application, storage) }),
        ...(application === hop.hazards.objectStore.application && { look: settings.moverImage }),
      },
      { dependsOn: [record], needs: [ids.verify, `adopt-${application}-volume`] },
    );
  }
}
