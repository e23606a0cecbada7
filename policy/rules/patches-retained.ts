import { at } from "../known";
import { resourceRule } from "../rule";

export const patchesRetained = resourceRule(
  {
    name: "patches-retained",
    description: "Patch resources keep their fields when they are deleted.",
    reason:
      "Deleting a Patch resource gives its fields back: destroying the stack would take Retain off the volumes again. The option retainOnDelete prevents that, but Pulumi shows it to no policy pack (AnalyzerResourceOptions, 3.259). " +
      "So the names retain-* are kept for Patch resources declared with it, a test holds the program's to that, and no Patch may have another name. Without patchForce the patch is refused where another manager owns the field.",
    example:
      '"volume-policy" patches an object of the cluster. Missing: a name of the form retain-*, which stands for the option retainOnDelete. Fix: set retainOnDelete and name it "retain-volume-policy".',
  },
  (node) => {
    if (!/^kubernetes:.*Patch$/.test(node.type)) return [];
    const does = "patches an object of the cluster";
    return [
      ...(node.name.startsWith("retain-")
        ? []
        : [
            {
              node,
              does,
              missing: "a name of the form retain-*, which stands for the option retainOnDelete",
              fix: `set retainOnDelete and name it "retain-${node.name}"`,
            },
          ]),
      ...(at(node.props, "metadata", "annotations", "pulumi.com/patchForce") === "true"
        ? []
        : [
            {
              node,
              does,
              missing:
                "the annotation pulumi.com/patchForce, without which a field that another manager owns stays as it was",
              fix: 'set it to "true"',
            },
          ]),
    ];
  },
);
