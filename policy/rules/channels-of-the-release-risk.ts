import { type Risks, goesBack, judgeRisk, reason, riskSettings, sourcesOf } from "../channels";
import { stackRule } from "../rule";

export const channelsOfTheReleaseRisk = stackRule<Risks>(
  {
    name: "channels-of-the-release-risk",
    description: "Stacks that are not production are told of charms from a risk below the allowed ones.",
    enforcementLevel: "advisory",
    severity: "medium",
    reason: `${reason} Where nobody depends on the model that may be wanted, so it is said and not refused.`,
    example:
      '"deploy-minio" takes minio from ckf-1.7/edge. Missing: an allowed risk (stable). Fix: take ckf-1.7/stable.',
    configSchema: { properties: riskSettings },
  },
  (graph, config) =>
    sourcesOf(graph)
      .filter((source) => !goesBack(graph, source))
      .flatMap((source) => judgeRisk(source, config, false)),
);
