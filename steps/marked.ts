import { markedData } from "../kube/volumes";
import { markedLine, markedMeaning } from "../guide/preflight/marked";
import { StepError } from "./context";

/** @throws StepError where a claim of the application, or its volume, is being deleted while its Pod still holds it */
export async function requireUnmarked(model: string, application: string): Promise<void> {
  const own = new RegExp(`-${application}-\\d+$`);
  const marked = (await markedData(model)).filter(({ claim }) => own.test(claim));
  if (marked.length === 0) return;
  throw new StepError(
    `the data of ${application} is about to be lost`,
    markedMeaning,
    marked.map(markedLine).join("; "),
  );
}
