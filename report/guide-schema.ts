import { z } from "zod";

const seconds = z.number().nonnegative();

const step = z.object({
  id: z.string().describe("name of the resource in the graph"),
  does: z.string().describe("what the step does"),
  why: z.string().describe("why it is there; F-numbers are explained in docs/facts.md"),
  from: seconds.describe("expected begin, in seconds since the start of the run"),
  seconds: seconds.describe("expected duration"),
  after: z.array(z.string()).describe("steps that have to end before, without those that others of them imply"),
  critical: z.boolean().describe("whether the end of the run waits for it"),
});

const chapter = z.object({
  number: z.int().positive(),
  phase: z.string(),
  title: z.string(),
  from: seconds,
  to: seconds,
  beside: z
    .array(z.int().positive())
    .describe("numbers of chapters that run side by side with it for some of the time"),
  steps: z.array(step).min(1),
});

const outage = z.object({
  application: z.string(),
  notice: z.string().describe("what people notice"),
  begins: z.string().describe("step at whose beginning the service goes away"),
  ends: z.array(z.string()).describe("steps at the end of the last of which it is back"),
  from: seconds,
  seconds: seconds.describe("expected time without the service"),
});

/** What `npm run plan -- --format json` prints. */
export const guideSchema = z.object({
  schema: z.literal(1),
  model: z.string(),
  from: z.string().describe("release that the model is at"),
  to: z.string().describe("release that the model is brought to"),
  stepCount: z.int().nonnegative(),
  seconds: seconds.describe("expected duration of the whole, without the finalize phase"),
  durations: z.string().describe("where the expected durations are from"),
  storage: z.array(
    z.object({
      application: z.string(),
      storage: z.string(),
      path: z.enum(["refresh", "rebind", "copy"]),
      reason: z.string(),
    }),
  ),
  notes: z.array(z.string()).describe("what the plan leaves alone or does not cover"),
  chapters: z.array(chapter).describe("in an order in which each chapter comes after all it waits for"),
  outages: z.array(outage),
  irreversible: z.array(
    z.object({
      name: z.string(),
      what: z.string(),
      asks: z.boolean().describe("whether a rollback asks for it by name"),
    }),
  ),
  asked: z
    .array(z.object({ when: z.enum(["before", "during", "after"]), what: z.string() }))
    .describe("what people have to do"),
});

/** A plan as a guide for people. */
export type Guide = z.infer<typeof guideSchema>;
export type GuideChapter = Guide["chapters"][number];

/** JSON schema of the guide, as docs/plan.schema.json has it. */
export function guideJsonSchema(): string {
  return `${JSON.stringify(z.toJSONSchema(guideSchema, { io: "input" }), null, 2)}\n`;
}
