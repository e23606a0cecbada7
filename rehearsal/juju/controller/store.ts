import { mkdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { randomBytes, randomUUID } from "node:crypto";
import { join } from "node:path";
import type { ModelState } from "./state";

const logLines = 500;

export function emptyModel(name: string, now: number): ModelState {
  return {
    schema: 1,
    name,
    uuid: randomUUID(),
    controllerUuid: randomUUID(),
    createdAt: now,
    applications: {},
    relations: [],
    storage: [],
    sequences: { relation: 0, storage: 0, volume: 0, action: 0 },
    pendingDeletes: [],
    actions: {},
    faults: {},
    log: [],
  };
}

/** The controller's folder: state.json is replaced whole, so a kill at any moment leaves the old or the new one. */
export class Store {
  private saved = "";

  constructor(private readonly dir: string) {
    mkdirSync(dir, { recursive: true });
  }

  /** The model as it was last saved, else a new one. */
  load(model: string, now: number): ModelState {
    let text: string;
    try {
      text = readFileSync(join(this.dir, "state.json"), "utf8");
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== "ENOENT") throw error;
      return emptyModel(model, now);
    }
    const state = JSON.parse(text) as ModelState;
    if (state.name !== model)
      throw new Error(`${this.dir} holds model "${state.name}", not "${model}": give another folder or the same model`);
    this.saved = text;
    return state;
  }

  /** Writes the model if it changed. */
  save(state: ModelState): void {
    state.log = state.log.slice(-logLines);
    const text = JSON.stringify(state);
    if (text === this.saved) return;
    const temporary = join(this.dir, `state.json.${randomBytes(4).toString("hex")}`);
    writeFileSync(temporary, text, { mode: 0o600 });
    renameSync(temporary, join(this.dir, "state.json"));
    this.saved = text;
  }
}
