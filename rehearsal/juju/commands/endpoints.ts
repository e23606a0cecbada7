import type { Host } from "../controller/host";
import type { Relation } from "../controller/state";
import { CommandError } from "./command";

export type Pair = Pick<Relation, "requirer" | "provider" | "interface">;

const split = (text: string): { application: string; endpoint?: string } => {
  const [application = "", endpoint] = text.split(":");
  return { application, ...(endpoint === undefined ? {} : { endpoint }) };
};

/** Every relation that two operands ("application[:endpoint]") can mean, by interface and role. */
export function candidates(host: Host, left: string, right: string): Pair[] {
  const sides = [split(left), split(right)].map(({ application, endpoint }) => {
    const app = host.state.applications[application];
    if (app === undefined) throw new CommandError(`application "${application}" not found (not found)`);
    const declared = Object.entries(host.catalogue.endpoints(app.charm, app.revision));
    if (endpoint !== undefined && !declared.some(([name]) => name === endpoint))
      throw new CommandError(`application "${application}" has no "${endpoint}" relation`);
    return declared
      .filter(([name, { role }]) => role !== "peer" && (endpoint === undefined || name === endpoint))
      .map(([name, each]) => ({ application, endpoint: name, ...each }));
  });
  return (sides[0] ?? []).flatMap((a) =>
    (sides[1] ?? [])
      .filter((b) => a.interface === b.interface && a.role !== b.role)
      .map((b) => {
        const [requirer, provider] = a.role === "requires" ? [a, b] : [b, a];
        return {
          interface: a.interface,
          requirer: { application: requirer.application, endpoint: requirer.endpoint },
          provider: { application: provider.application, endpoint: provider.endpoint },
        };
      }),
  );
}

/** The existing relations that two operands can mean. */
export function existing(host: Host, left: string, right: string): Relation[] {
  const fits = (side: { application: string; endpoint: string }, operand: string): boolean => {
    const { application, endpoint } = split(operand);
    return side.application === application && (endpoint === undefined || side.endpoint === endpoint);
  };
  return host.state.relations.filter(
    ({ requirer, provider }) =>
      (fits(requirer, left) && fits(provider, right)) || (fits(requirer, right) && fits(provider, left)),
  );
}
