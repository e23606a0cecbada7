import { getProfile, stripProfile } from "../kube/profiles";
import { StepError, type StepRunner } from "./context";

/** Marks by which Juju takes the profile for a part of the dashboard (F5; guide 1.6 to 1.7, step 6). */
const labels = ["app.juju.is/created-by", "app.kubernetes.io/managed-by", "app.kubernetes.io/name", "model.juju.is/name"];
const annotations = ["controller.juju.is/id", "model.juju.is/id"];

/** Takes Juju's marks off a profile, so that no refresh deletes it, and reads it back. */
export const protectProfile: StepRunner<"protect-profile"> = async ({ profile }, { model }) => {
  const marks = async (): Promise<string[] | undefined> => {
    const found = await getProfile(profile);
    return found && [...labels.filter((key) => key in (found.metadata.labels ?? {})), ...annotations.filter((key) => key in (found.metadata.annotations ?? {}))];
  };
  const before = await marks();
  if (before === undefined) return { changed: false, profile, present: false };
  if (before.length > 0) await stripProfile(profile, labels, annotations);
  const after = await marks();
  if (after === undefined || after.length > 0) {
    throw new StepError(`profile "${profile}" ${after ? `still carries ${after.join(", ")}` : "is gone"}`, "a refresh of the dashboard could delete it with its namespace", `Look at who writes it: \`kubectl get profile ${profile} -o yaml --show-managed-fields\` and the model ${model}`);
  }
  return { changed: before.length > 0, profile, present: true };
};
