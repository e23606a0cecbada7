package main

import "testing"

// The pipelines of Juju 3.6.11 and juju/txn.
func TestPipelines(t *testing.T) {
	aggregated := func(s *store, stages ...document) array {
		pipeline := array{}
		for _, stage := range stages {
			pipeline = append(pipeline, stage)
		}
		return batchOf(must(t, s, "aggregate", "c", "pipeline", pipeline, "cursor", document{}), "firstBatch")
	}

	t.Run("secret revisions in use (state/secrets.go)", func(t *testing.T) {
		s := storeWith(t, newDocument("_id", "u#1", "current-revision", 2), newDocument("_id", "u#2", "current-revision", 1),
			newDocument("_id", "u#3", "current-revision", 2), newDocument("_id", "other", "current-revision", 9))
		expect(t, aggregated(s,
			newDocument("$match", newDocument("_id", newDocument("$regex", "^u#"))),
			newDocument("$group", newDocument("_id", newDocument("$toString", "$current-revision"), "count", newDocument("$sum", 1))),
			newDocument("$sort", newDocument("_id", 1)),
			newDocument("$group", newDocument("_id", nil, "counts", newDocument("$push", newDocument("k", "$_id", "v", "$count")))),
			newDocument("$replaceRoot", newDocument("newRoot", newDocument("$arrayToObject", "$counts"))),
		), array{newDocument("1", 1, "2", 2)})
	})

	t.Run("latest migrations (state/modelsummaries.go)", func(t *testing.T) {
		s := storeWith(t, newDocument("_id", "m:0", "model-uuid", "m", "attempt", 0), newDocument("_id", "m:1", "model-uuid", "m", "attempt", 1))
		expect(t, aggregated(s,
			newDocument("$match", newDocument("model-uuid", newDocument("$in", array{"m"}))),
			newDocument("$sort", newDocument("model-uuid", 1, "attempt", -1)),
			newDocument("$group", newDocument("_id", "$model-uuid", "docid", newDocument("$first", "$_id"), "attempt", newDocument("$first", "$attempt"))),
			newDocument("$project", newDocument("_id", "$docid", "model-uuid", "$_id", "attempt", 1)),
		), array{newDocument("_id", "m:1", "attempt", 1, "model-uuid", "m")})
	})

	t.Run("completed transactions (juju/txn oracle.go)", func(t *testing.T) {
		s := storeWith(t, newDocument("_id", 1, "s", 6), newDocument("_id", 2, "s", 5), newDocument("_id", 3, "s", 6))
		must(t, s, "insert", "out", "documents", array{newDocument("_id", "stale")})
		expect(t, aggregated(s, newDocument("$match", newDocument("s", newDocument("$gte", 6))), newDocument("$project", newDocument("_id", 1)),
			newDocument("$limit", 5), newDocument("$out", "out")), array{})
		expect(t, batchOf(must(t, s, "find", "out"), "firstBatch"), array{newDocument("_id", 1), newDocument("_id", 3)})
		expect(t, aggregated(s, newDocument("$count", "n")), array{newDocument("n", 3)})
	})
}
