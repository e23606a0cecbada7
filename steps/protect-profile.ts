import { annotations, labels } from "../kube/jujumarks";
import { getProfile, stripProfile } from "../kube/profiles";
import { StepError, type StepRunner } from "./context";

/** Takes Juju's marks off a profile, so that no refresh deletes it, and reads it back. */
export const protectProfile: StepRunner<"protect-profile"> = async ({ profile }, { model }) => {
  const marks = async (): Promise<string[] | undefined> => {
    const found = await getProfile(profile);
    return (
      found && [
        ...labels.filter((key) => key in (found.metadata.labels ?? {})),
        ...annotations.filter((key) => key in (found.metadata.annotations ?? {})),
      ]
    );
  };
  const before = await marks();
  if (before === undefined) return { changed: false, profile, present: false };
  if (before.length > 0) await stripProfile(profile, labels, annotations);
  const after = await marks();
  if (after === undefined || after.length > 0) {
    throw new StepError(
      `profile "${profile}" ${after ? `still carries ${after.join(", ")}` : "is gone"}`,
      "a refresh of the dashboard could delete it with its namespace",
      `Look at who writes it: \`kubectl get profile ${profile} -o yaml --show-managed-fields\` and the model ${model}`,
    );
  }
  return { changed: before.length > 0, profile, present: true };
};
