import type { Return } from "../rollback/return";

/** Takes Juju's marks off the dashboard's profile before its charm is taken back. */
export function planProtection({ draft, recordings: { hop } }: Return, profile: string, dependsOn: string[]): string {
  return draft.command(
    "profile",
    `back-protect-profile-${profile}`,
    hop.hazards.profile.why,
    { kind: "protect-profile", profile },
    { dependsOn },
  );
}
