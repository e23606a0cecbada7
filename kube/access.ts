import { cluster, request } from "./client";

/** A right as Kubernetes asks for it; of every object where no name, of the whole cluster where no namespace is given. */
export interface Right {
  group: string;
  resource: string;
  verb: string;
  name?: string;
  namespace?: string;
}

/** Whether the account of the kubeconfig has a right (SelfSubjectAccessReview). */
export async function hasRight({ group, resource: full, verb, name, namespace }: Right): Promise<boolean> {
  const [resource, subresource] = full.split("/");
  const resourceAttributes = { group, resource, subresource, verb, name, namespace };
  const { status } = await request(`whether ${verb} of ${full} is allowed`, () =>
    cluster().authorization.createSelfSubjectAccessReview({ body: { spec: { resourceAttributes } } }),
  );
  return status?.allowed === true;
}
