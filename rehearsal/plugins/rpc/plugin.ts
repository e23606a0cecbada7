import type { Bag } from "./values";

export type Severity = "debug" | "info" | "warning" | "error";

/** Where a plugin's messages for people go. */
export interface Log {
  /** A message that stays in the output of the run. */
  message(severity: Severity, urn: string, text: string): void;
  /** A message that the next one replaces: what a resource is waiting for, a line that its command printed. */
  status(severity: Severity, urn: string, text: string): void;
  /** Resolves once the engine has taken every message given so far. */
  flush(): Promise<void>;
}

export interface CheckFailure {
  property: string;
  reason: string;
}

export interface CheckCall {
  urn: string;
  olds: Bag;
  news: Bag;
  /** From the engine, so that a name made up in the preview is made again in the run that follows. */
  randomSeed: Uint8Array;
  /** Present when the project or stack configures how resources are named. */
  autonaming?: { proposedName: string; disabled: boolean };
}

export type DiffKind = "add" | "delete" | "update";

export interface DiffResult {
  /** Property path -> what happens to it. Empty: nothing changed. */
  detailed: Record<string, { kind: DiffKind; replace: boolean; inputDiff: boolean }>;
  /** Paths that ask for a replacement beyond those of `detailed`. */
  replaces?: string[];
  deleteBeforeReplace?: boolean;
}

export interface DiffCall {
  id: string;
  urn: string;
  /** The resource's last outputs. */
  state: Bag;
  /** The resource's last inputs; absent from engines before 3.74. */
  oldInputs?: Bag;
  news: Bag;
  ignoreChanges: string[];
}

export interface CreateCall {
  urn: string;
  inputs: Bag;
  preview: boolean;
  /** Seconds; 0 when the program set none. */
  timeout: number;
}

export interface UpdateCall extends CreateCall {
  id: string;
  state: Bag;
  ignoreChanges: string[];
}

export interface ReadCall {
  id: string;
  urn: string;
  state: Bag;
  inputs: Bag;
}

export interface DeleteCall {
  id: string;
  urn: string;
  state: Bag;
  timeout: number;
}

/** A resource provider. Bags are in wire form (values.ts). A method that rejects fails the resource with its message. */
export interface Plugin {
  name: string;
  version: string;
  checkConfig?(call: { urn: string; news: Bag }): Promise<{ inputs: Bag; failures: CheckFailure[] }>;
  diffConfig?(call: { urn: string; olds: Bag; news: Bag }): Promise<DiffResult>;
  /** `variables`: `<package>:config:<key>` -> text; what is not text is given as JSON. */
  configure(variables: Record<string, string>): Promise<void>;
  check(call: CheckCall): Promise<{ inputs: Bag; failures: CheckFailure[] }>;
  diff(call: DiffCall): Promise<DiffResult>;
  create(call: CreateCall): Promise<{ id: string; state: Bag }>;
  update(call: UpdateCall): Promise<{ state: Bag }>;
  /** An empty id says that the resource is gone. */
  read(call: ReadCall): Promise<{ id: string; state?: Bag; inputs?: Bag }>;
  delete(call: DeleteCall): Promise<void>;
  invoke?(token: string, args: Bag): Promise<Bag>;
  /** The engine asks to stop: end what is running, so that the calls under way return. */
  cancel(): void;
}

/** The resource exists but did not become what it should: the engine keeps its state and tries again on the next run. */
export class InitializationFailed extends Error {
  constructor(
    message: string,
    readonly id: string,
    readonly state: Bag,
    readonly reasons: string[],
    readonly inputs?: Bag,
  ) {
    super(message);
  }
}
