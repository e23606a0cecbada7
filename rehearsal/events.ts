import { createReadStream, existsSync, statSync } from "node:fs";
import { createInterface } from "node:readline";

/** One step of the graph as it ran in one `pulumi up`. */
export interface StepRecord {
  id: string;
  /** Kind of a command step, or the Kubernetes kind. */
  kind: string;
  /** ISO 8601, as seen by the rehearsal. */
  startedAt: string;
  seconds: number;
  /** "running" is what a killed run leaves behind. */
  status: "running" | "done" | "failed";
  /** What it told people last. */
  said?: string;
}

/** What of an engine event is used here; see https://www.pulumi.com/docs/iac/concepts/state-and-backends/ and `pulumi up --event-log`. */
interface EngineEvent {
  resourcePreEvent?: StepEvent;
  resOutputsEvent?: StepEvent;
  resOpFailedEvent?: StepEvent;
  diagnosticEvent?: { urn?: string; message: string };
}

interface StepEvent {
  /** Set on the events of a preview, where nothing runs. */
  planning?: boolean;
  metadata: StepMetadata;
}

interface StepMetadata {
  op: string;
  urn: string;
  type: string;
  new?: { inputs?: { create?: unknown; kind?: unknown } };
}

/** "create" of a command step is JSON that names its kind; other resources go by their type's last part. */
function kindOf({ type, new: state }: StepMetadata): string {
  try {
    return (JSON.parse(String(state?.inputs?.create)) as { action: { kind: string } }).action.kind;
  } catch {
    return type.split(":").at(-1) ?? type;
  }
}

const nameOf = (urn: string): string => urn.split("::").at(-1)!;

/** Follows an engine's event log and keeps, for each resource that was created or updated, when it started and how it ended. */
export class StepLog {
  readonly records = new Map<string, StepRecord>();
  /** How far the program said last that the whole is (components/overall.ts). */
  progress?: string;
  private readonly started = new Map<string, number>();
  private offset = 0;

  constructor(private readonly file: string) {}

  /** Reads what was added since the last call. */
  async read(now = Date.now()): Promise<void> {
    const size = existsSync(this.file) ? statSync(this.file).size : 0;
    if (size < this.offset) this.restart();
    if (size <= this.offset) return;
    const stream = createReadStream(this.file, { start: this.offset });
    for await (const line of createInterface({ input: stream })) {
      let event: EngineEvent;
      try {
        event = JSON.parse(line) as EngineEvent;
      } catch {
        return; // the engine is in the middle of writing this line
      }
      this.offset += Buffer.byteLength(line) + 1;
      this.take(event, now);
    }
  }

  /** `up` writes the events of its preview first, then starts the same file anew for the update itself. */
  private restart(): void {
    this.offset = 0;
    this.records.clear();
    this.started.clear();
  }

  private take(
    { resourcePreEvent, resOutputsEvent, resOpFailedEvent, diagnosticEvent }: EngineEvent,
    now: number,
  ): void {
    // The engine writes its signs for colours around a message.
    this.progress = /\d+ of \d+ steps[^<\n]*/.exec(diagnosticEvent?.message ?? "")?.[0] ?? this.progress;
    const speaker = this.records.get(nameOf(diagnosticEvent?.urn ?? ""));
    if (speaker) speaker.said = diagnosticEvent!.message.trim();
    const { metadata, planning } = resourcePreEvent ?? resOutputsEvent ?? resOpFailedEvent ?? {};
    if (
      !metadata ||
      planning ||
      !["create", "update", "replace", "create-replacement"].includes(metadata.op) ||
      metadata.type.startsWith("ckf:") ||
      metadata.type.startsWith("pulumi:")
    )
      return;
    const id = nameOf(metadata.urn);
    if (resourcePreEvent) {
      this.started.set(id, now);
      this.records.set(id, {
        id,
        kind: kindOf(metadata),
        startedAt: new Date(now).toISOString(),
        seconds: 0,
        status: "running",
      });
      return;
    }
    const record = this.records.get(id);
    if (!record) return;
    record.seconds = Math.round((now - this.started.get(id)!) / 100) / 10;
    record.status = resOpFailedEvent ? "failed" : "done";
  }
}
