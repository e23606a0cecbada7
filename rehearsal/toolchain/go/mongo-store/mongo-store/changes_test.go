package main

import "testing"

// openTestStream asks as state/watcher/txnwatcher.go of Juju 3.6 does.
func openTestStream(t *testing.T, s *store, options document) document {
	t.Helper()
	return documentField(must(t, s, "aggregate", 1, "pipeline", array{
		newDocument("$changeStream", options),
		newDocument("$match", newDocument("ns.coll", newDocument("$not", newDocument("$in", array{"ignored"})))),
		newDocument("$project", newDocument("operationType", 1, "documentKey", 1, "ns", 1, "updateDescription", 1, "txnNumber", 1,
			"fullDocument._id", 1, "fullDocument.txn-revno", 1)),
	}, "cursor", newDocument("batchSize", 10)), "cursor")
}

func nextEvents(t *testing.T, s *store, cursor document) array {
	t.Helper()
	id, _ := get(cursor, "id")
	events := batchOf(must(t, s, "getMore", id, "collection", "$cmd.aggregate", "maxTimeMS", 1), "nextBatch")
	for i, event := range events {
		events[i] = withoutField(event.(document), "_id")
	}
	return events
}

func TestChangeEvents(t *testing.T) {
	s := newStore()
	stream := openTestStream(t, s, document{})
	must(t, s, "insert", "c", "documents", array{newDocument("_id", 1, "txn-revno", int64(2), "secret", "x")})
	must(t, s, "insert", "ignored", "documents", array{newDocument("_id", 1)})
	must(t, s, inTransaction(1, true, "update", "c", "updates", array{newDocument("q", newDocument("_id", 1), "u", newDocument("$set", newDocument("txn-revno", int64(3))))})...)
	must(t, s, inTransaction(1, false, "commitTransaction", 1)...)
	must(t, s, "delete", "c", "deletes", array{newDocument("q", newDocument("_id", 1), "limit", 1)})
	common := func(kind string, more ...any) document {
		return append(newDocument("ns", newDocument("db", "db", "coll", "c"), "operationType", kind, "documentKey", newDocument("_id", 1)), newDocument(more...)...)
	}
	expect(t, nextEvents(t, s, stream), array{
		common("insert", "fullDocument", newDocument("_id", 1, "txn-revno", int64(2))),
		common("update", "fullDocument", newDocument("_id", 1, "txn-revno", int64(3)),
			"updateDescription", newDocument("updatedFields", newDocument("txn-revno", int64(3)), "removedFields", array{}), "txnNumber", int64(1)),
		common("delete"),
	})
	expect(t, nextEvents(t, s, stream), array{})
	id, _ := get(stream, "id")
	must(t, s, "killCursors", "$cmd.aggregate", "cursors", array{id})
	expect(t, refused(t, s, "getMore", id, "collection", "$cmd.aggregate"), cursorNotFound.number)
}

func TestAStreamWaitsForAnEvent(t *testing.T) {
	s := newStore()
	id, _ := get(openTestStream(t, s, document{}), "id")
	events := make(chan int)
	go func() {
		answer := s.run(&connection{}, "db", newDocument("getMore", id, "collection", "$cmd.aggregate", "maxTimeMS", 600_000))
		events <- len(batchOf(answer, "nextBatch"))
	}()
	must(t, s, insertOf(1)...)
	expect(t, <-events, 1)
}

func TestAStreamResumes(t *testing.T) {
	s := newStore()
	token := documentField(openTestStream(t, s, document{}), "postBatchResumeToken")
	must(t, s, insertOf(1)...)
	resumed := openTestStream(t, s, newDocument("resumeAfter", token))
	events, _ := get(resumed, "firstBatch")
	expect(t, len(events.([]any)), 1)
}

// Juju starts its watchers anew on this error. Without it they would miss what happened between.
func TestLostHistoryIsAnError(t *testing.T) {
	old := newStore()
	stream := openTestStream(t, old, document{})
	id, _ := get(stream, "id")
	resume := newDocument("$changeStream", newDocument("resumeAfter", documentField(stream, "postBatchResumeToken")))
	restarted := newStore()
	restarted.changes.begin++
	expect(t, refused(t, restarted, "aggregate", 1, "pipeline", array{resume}), historyLost.number)
	old.changes.first += 10
	expect(t, refused(t, old, "getMore", id, "collection", "$cmd.aggregate"), historyLost.number)
	expect(t, refused(t, old, "aggregate", 1, "pipeline", array{resume}), historyLost.number)
}
