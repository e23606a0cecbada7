import { compareDatabases, type DatabaseInventory } from "../../../rehearsal/data";

const before = (): DatabaseInventory => ({
  tables: {
    mlpipeline: { runs: { rows: 1500, checksum: "1" }, jobs: { rows: 25, checksum: "2" } },
    katib: { observation_logs: { rows: 3000, checksum: "3" } },
  },
  others: ["view mlpipeline.failed_runs"],
});

describe("databases before and after", () => {
  test("the same is no loss, nor is what is new", () => {
    const after = before();
    after.tables.mlpipeline.run_states = { rows: 7, checksum: "9" };
    after.others.push("trigger mlpipeline.new");
    expect(compareDatabases(before(), after)).toEqual([]);
  });

  test("a lost row, a lost table, a lost database, other content and a lost view are told one by one", () => {
    const after = before();
    after.tables.mlpipeline.runs = { rows: 1499, checksum: "4" };
    after.tables.mlpipeline.jobs.checksum = "5";
    after.tables.katib = {};
    after.others = [];
    expect(compareDatabases(before(), after)).toEqual([
      'table "mlpipeline.runs" has 1499 rows, had 1500',
      'rows of table "mlpipeline.jobs" have changed',
      'table "katib.observation_logs" with 3000 rows is gone',
      "view mlpipeline.failed_runs is gone",
    ]);
    expect(compareDatabases(before(), { tables: {}, others: before().others })).toHaveLength(3);
  });
});
