import { scenarios } from "../../rehearsal/scenarios";
import { bundleOf, relationsIn } from "../../rehearsal/world";
import { World } from "./juju/world";

test.each(Object.entries(scenarios))(
  "the model of %s is active and related before anything is upgraded",
  async (_name, scenario) => {
    const world = new World();
    await world.deployBundle(bundleOf("stand-in", scenario));
    for (const { charm, channel } of scenario.beside) await world.juju(`deploy ${charm} --channel ${channel} --trust`);
    for (const [a, b] of scenario.beside.flatMap(({ relations }) => relations)) await world.juju(`relate ${a} ${b}`);
    await world.settle();
    const { applications } = (await world.status()) as {
      applications: Record<string, { "application-status": { current: string; message?: string } }>;
    };
    const restless = Object.entries(applications).filter(
      ([
        ,
        {
          "application-status": { current },
        },
      ]) => current !== "active",
    );
    expect(
      restless.map(
        ([
          application,
          {
            "application-status": { current, message },
          },
        ]) => `${application} is ${current}: ${message}`,
      ),
    ).toEqual([]);
    const related = relationsIn(await world.juju("export-bundle"));
    expect(related.length).toBeGreaterThan(10);
    for (const ends of scenario.beside.flatMap(({ relations }) => relations))
      expect(related).toContain([...ends].sort().join(" "));
    for (const { charm } of scenario.beside) expect(Object.keys(applications)).toContain(charm);
  },
);
