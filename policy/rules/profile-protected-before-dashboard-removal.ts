import { foreignEffects } from "../foreign";
import { at, text } from "../known";
import { charmOf, charms } from "../releases";
import { stackRule } from "../rule";
import { application } from "../step";

export const profileProtectedBeforeDashboardRemoval = stackRule(
  {
    name: "profile-protected-before-dashboard-removal",
    description: "The dashboard is removed only after Juju's labels are off the profile it made.",
    reason:
      "The 1.6 dashboard charm made the first user's profile. Its removal may delete everything that carries its labels: the profile, the user's namespace, and every notebook and volume in it (F5).",
    example:
      '"by-hand" removes the dashboard, whose labels are on profile admin. Missing: protect-profile for profile admin before it. Fix: add that step and let it depend on it.',
  },
  (graph) => {
    if (graph.baseline && graph.baseline.dashboardProfile === undefined) return [];
    const profile = graph.baseline?.dashboardProfile;
    const protections = graph
      .steps("protect-profile")
      .filter(({ step }) => profile === undefined || text(at(step.action, "profile")) === profile);
    const removed = [
      ...graph.steps("remove-application").map((node) => ({ node, name: application(node.step) })),
      ...graph.nodes.flatMap((node) => (foreignEffects(node)?.applications ?? []).map((name) => ({ node, name }))),
    ];
    return removed
      .filter(({ name }) => charmOf(graph, name ?? "") === charms.dashboard)
      .filter(({ node }) => !protections.some((protection) => graph.waitsFor(node, protection)))
      .map(({ node }) => ({
        node,
        does: `removes the dashboard, whose labels are on ${profile ? `profile ${profile}` : "the profile it made"}`,
        missing: `protect-profile${profile ? ` for profile ${profile}` : ""} before it`,
        fix: protections[0] ? `let it depend on "${protections[0].name}"` : "add that step and let it depend on it",
      }));
  },
);
