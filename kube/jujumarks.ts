/** Marks by which Juju takes an object for a part of an application (F5; guide 1.6 to 1.7, step 6). */
export const labels = [
  "app.juju.is/created-by",
  "app.kubernetes.io/managed-by",
  "app.kubernetes.io/name",
  "model.juju.is/name",
];
export const annotations = ["controller.juju.is/id", "model.juju.is/id"];
