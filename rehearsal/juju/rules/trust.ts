import { HookError, type CharmRule } from "./rule";

/** F40: without trust the charm's calls to Kubernetes end in 403 and its hook fails; `juju trust`, then `juju resolved`, heals it. */
export const trust: CharmRule = {
  hook({ host, app, revision }, { kind }) {
    if (!["install", "upgrade-charm", "config-changed"].includes(kind)) return undefined;
    if (app.trust || !host.catalogue.revision(app.charm, revision).trust) return undefined;
    const account = `system:serviceaccount:${host.state.name}:${app.name}`;
    throw new HookError(
      `ApiError: 403 Forbidden: User "${account}" cannot patch resource in the namespace "${host.state.name}"`,
    );
  },
};
