import { versionOf, type Host } from "./host";
import type { Application } from "./state";

/** Labels and annotations that Juju puts on what it makes (juju.md section d). */
export function appLabels(app: Pick<Application, "name">): Record<string, string> {
  return { "app.kubernetes.io/managed-by": "juju", "app.kubernetes.io/name": app.name };
}

export function selectorLabels(app: Pick<Application, "name">): Record<string, string> {
  return { "app.kubernetes.io/name": app.name };
}

export function modelLabels(host: Host): Record<string, string> {
  return {
    "app.kubernetes.io/managed-by": "juju",
    "model.juju.is/name": host.state.name,
    ...(host.face === "3.6" ? { "model.juju.is/id": host.state.uuid } : {}),
  };
}

export function ownerAnnotations(host: Host): Record<string, string> {
  return { "controller.juju.is/id": host.state.controllerUuid, "model.juju.is/id": host.state.uuid };
}

export function versionAnnotation(host: Host): Record<string, string> {
  return { "juju.is/version": versionOf[host.face] };
}
