import type { Bag } from "./values";

/** Where a plugin's messages for people go. */
export interface Log {
  /** A line that the resource's command printed; the next one replaces it. */
  status(urn: string, text: string): void;
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
}

export type DiffKind = "add" | "delete" | "update";

export interface DiffResult {
  /** Property path -> what happens to it. Empty: nothing changed. */
  detailed: Record<string, { kind: DiffKind; replace: boolean; inputDiff: boolean }>;
}

export interface DiffCall {
  id: string;
  urn: string;
  /** The resource's last outputs. */
  state: Bag;
  /** The resource's last inputs; absent from engines before 3.74. */
  oldInputs?: Bag;
  news: Bag;
}

export interface CreateCall {
  urn: string;
  inputs: Bag;
  preview: boolean;
}

export interface UpdateCall extends CreateCall {
  id: string;
  state: Bag;
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
}

/** A resource provider. Bags are in wire form (values.ts). A method that rejects fails the resource with its message. */
export interface Plugin {
  name: string;
  version: string;
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
