import { type World, context, newWorld, refusal } from "../support/fake-model";
import { restoreConfig } from "../../steps/restore-config";

const action = {
  kind: "restore-config" as const,
  application: "dex-auth",
  config: { "public-url": "http://a", port: 5556 },
};
let world: World;
beforeEach(() => {
  world = newWorld();
  world.put("dex-auth");
  world.config["dex-auth"].settings = {
    "public-url": { value: "http://b", source: "user" },
    port: { value: 5556, source: "user" },
    connectors: { value: "clientSecret: x", source: "user" },
    "static-username": { value: "admin", source: "user" },
    "log-level": { value: "info", source: "default" },
  };
});

test("sets what is otherwise, resets what was not set, and leaves secrets alone", async () => {
  expect(await restoreConfig(action, context())).toEqual({
    changed: true,
    application: "dex-auth",
    options: ["public-url", "static-username"],
  });
  expect(world.changes).toEqual(["configure dex-auth public-url=http://a -static-username"]);
  expect(world.config["dex-auth"].settings.connectors.value).toBe("clientSecret: x");
});

test("changes nothing where all is as recorded, nor for an option that the charm does not have", async () => {
  await restoreConfig(action, context());
  expect(await restoreConfig({ ...action, config: { ...action.config, gone: "x" } }, context())).toEqual({
    changed: false,
    application: "dex-auth",
    options: [],
  });
  expect(world.changes).toHaveLength(1);
});

test("refuses to go on when it does not read back", async () => {
  world.effects.configure = () => undefined;
  expect(await refusal(restoreConfig(action, context()))).toBe(
    "dex-auth has the options that were recorded: not reached: public-url, static-username is otherwise",
  );
});
