// The upgrade plans nothing of its own here: the crossing of the dashboard to a sidecar (guide/refresh) takes Juju's marks off. Only the way back has a step.
/** What the guide calls for here, for the table of contents. */
export const title = "Keep the dashboard's profile";
