import { refKey, refOf, type KubeObject } from "../cluster/types";
import { rulesFor } from "../rules";
import type { RuleContext } from "../rules/rule";
import { strikes } from "./faults";
import { advanceHooks } from "./hooks";
import { revisionOf, type Host } from "./host";
import type { Observed } from "./observe";
import { killRelation } from "./relations";
import { refreshStatuses } from "./statuses";
import { stillOwned } from "../rules/owned";
import type { Application, ObjectRef } from "./state";
import { markDestroyed } from "./storage";
import { reconcileUnits } from "./units";
import { contentHash, wantedObjects, wantedTemplate } from "./workload";

/** A sidecar's workload follows the application's revision by itself, a podspec workload only when the charm sets its spec. */
function followRevision(host: Host, app: Application): void {
  if (revisionOf(host, app).generation === "podspec" || app.workloadRevision === app.revision) return;
  if (app.workloadRevision === undefined) {
    app.workloadRevision = app.revision;
    return;
  }
  if (host.now() < app.changedAt + host.settle("stale")) return;
  if (app.units.some(({ hooks }) => hooks[0]?.failure !== undefined)) return;
  if (host.catalogue.revision(app.charm, app.workloadRevision).generation === "podspec") app.switching = true;
  app.workloadRevision = app.revision;
}

/** podspec to sidecar: everything of the podspec goes first, then the sidecar is made (juju.md b, podspec→sidecar). */
async function leavePodspec(host: Host, app: Application, context: RuleContext, observed: Observed): Promise<void> {
  for (const rule of rulesFor(app)) await rule.leavePodspec?.(context);
  const left = app.applied.filter(({ lasting }) => !lasting);
  let gone = observed.pods(app.name).length === 0;
  for (const { ref } of left) {
    if (await host.cluster.delete(ref, { foreground: true })) gone = false;
  }
  if (!gone) return;
  app.applied = app.applied.filter(({ lasting }) => lasting);
  delete app.switching;
}

async function applyWanted(
  host: Host,
  app: Application,
  wanted: { object: KubeObject; lasting: boolean }[],
): Promise<void> {
  const keys = new Set(wanted.map(({ object }) => refKey(refOf(object))));
  for (const { ref } of app.applied.filter((entry) => !keys.has(refKey(entry.ref)))) {
    await host.cluster.delete(ref, { foreground: true });
  }
  app.applied = app.applied.filter((entry) => keys.has(refKey(entry.ref)));
  for (const { object, lasting } of wanted) {
    const hash = contentHash(object);
    const ref = refOf(object);
    const known = app.applied.find((entry) => refKey(entry.ref) === refKey(ref));
    if (known?.hash === hash) continue;
    await host.cluster.apply(object);
    if (known === undefined) app.applied.push({ ref, hash, lasting });
    else known.hash = hash;
  }
}

async function reconcileWorkload(host: Host, app: Application, observed: Observed): Promise<void> {
  followRevision(host, app);
  const context = { host, app, revision: app.workloadRevision ?? app.revision };
  if (app.switching === true) return leavePodspec(host, app, context, observed);
  const template = wantedTemplate(host, app);
  if (template !== undefined && template.hash !== app.templateHash) {
    app.templateHash = template.hash;
    app.modifiedVersion += 1;
  }
  const replicas = app.units.filter(({ departed }) => departed !== true).length;
  const lasting =
    app.charmState.installed === "true" ? rulesFor(app).flatMap((rule) => rule.lasting?.(context) ?? []) : [];
  await applyWanted(host, app, [
    ...lasting.map((object) => ({ object, lasting: true })),
    ...wantedObjects(host, app, replicas).map((object) => ({ object, lasting: false })),
  ]);
  const service = observed.service(app.name);
  app.providerId = service?.metadata.uid;
  app.address = service?.spec?.clusterIP;
  return undefined;
}

/** A definition is Juju's to remove as long as it carries its marks (charmed-kubeflow.md 2.3); everything else always is. */
async function isJujus({ cluster }: Host, app: Application, ref: ObjectRef): Promise<boolean> {
  if (ref.kind !== "CustomResourceDefinition") return true;
  const definition = await cluster.get(ref);
  return definition !== undefined && stillOwned(definition, app.name);
}

/** Takes a dying application without units out of the cluster, then out of the model. Its claims stay unless storage is to be destroyed. */
async function remove(host: Host, app: Application, observed: Observed): Promise<void> {
  const removal = (app.removal ??= { destroyStorage: false, force: false });
  if (!removal.force && strikes(host.state, "hung-removal", { application: app.name })) return;
  if (removal.tornDown !== true) {
    const context = { host, app, revision: app.workloadRevision ?? app.revision };
    for (const rule of rulesFor(app)) await rule.teardown?.(context);
    removal.tornDown = true;
  }
  let gone = observed.pods(app.name).length === 0;
  for (const { ref } of app.applied) {
    if (!(await isJujus(host, app, ref))) continue;
    if (await host.cluster.delete(ref, { foreground: true })) gone = false;
  }
  if (!gone) return;
  removal.dueAt ??= host.now() + host.settle("teardown");
  if (host.now() < removal.dueAt) return;
  if (removal.destroyStorage)
    host.state.storage
      .filter(({ application }) => application === app.name)
      .forEach((instance) => markDestroyed(host, instance));
  delete host.state.applications[app.name];
}

/** One round for one application. Level-triggered: it may be cut off anywhere and run again. */
export async function reconcileApplication(host: Host, app: Application, observed: Observed): Promise<void> {
  if (app.life === "dying") {
    host.state.relations
      .filter(({ requirer, provider }) => [requirer.application, provider.application].includes(app.name))
      .forEach((relation) => killRelation(host, relation));
  }
  reconcileUnits(host, app, observed);
  for (const unit of [...app.units]) await advanceHooks(host, app, unit);
  if (app.life === "dying" && app.units.length === 0) return remove(host, app, observed);
  await reconcileWorkload(host, app, observed);
  if (app.life === "alive") {
    for (const rule of rulesFor(app)) await rule.work?.({ host, app, revision: app.workloadRevision ?? app.revision });
  }
  refreshStatuses(host, app, observed);
  return undefined;
}
