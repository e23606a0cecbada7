package main

import (
	"net"
	"strings"
	"testing"
)

func TestWhatIsUnknownIsAnError(t *testing.T) {
	s := storeWith(t, newDocument("_id", 1))
	expect(t, refused(t, s, "mapReduce", "c"), commandNotFound.number)
	expect(t, refused(t, s, "find", "c", "filter", newDocument("a", newDocument("$near", 1))), badValue.number)
	expect(t, refused(t, s, "aggregate", "c", "pipeline", array{newDocument("$lookup", document{})}), badValue.number)
	expect(t, refused(t, s, "getMore", int64(7), "collection", "c"), cursorNotFound.number)
	expect(t, intField(s.run(&connection{}, "db", nil), "code"), failedToParse.number)
}

// The store outlives what it did not foresee, and gives its lock back.
func TestAnErrorOfTheStoreIsAnAnswer(t *testing.T) {
	s := newStore()
	commands["broken"] = func(*store, *request) document { panic("unforeseen") }
	defer delete(commands, "broken")
	expect(t, refused(t, s, "broken", 1), internalError.number)
	must(t, s, "ping", 1)
}

func TestInsert(t *testing.T) {
	s := newStore()
	answer := must(t, s, "insert", "c", "documents", array{newDocument("_id", 1), newDocument("a", 1)})
	expect(t, intField(answer, "n"), 2)
	_, hasID := get(found(t, s)[1].(document), "_id")
	expect(t, hasID, true)
	insert := func(ordered bool) document {
		return s.run(&connection{}, "db", newDocument("insert", "c", "ordered", ordered,
			"documents", array{newDocument("_id", 1), newDocument("_id", 2)}))
	}
	answer = insert(true)
	expect(t, intField(answer, "n"), 0)
	errors, _ := get(answer, "writeErrors")
	expect(t, intField(errors.(array)[0].(document), "code"), duplicateKey.number)
	expect(t, intField(insert(false), "n"), 1)
}

func TestUniqueIndex(t *testing.T) {
	s := storeWith(t, newDocument("_id", 1, "a", 1))
	must(t, s, "createIndexes", "c", "indexes", array{
		newDocument("key", newDocument("a", 1), "name", "a", "unique", true, "sparse", true)})
	must(t, s, "insert", "c", "documents", array{newDocument("_id", 2), newDocument("_id", 3)})
	for _, command := range []document{
		newDocument("insert", "c", "documents", array{newDocument("_id", 4, "a", 1)}),
		newDocument("update", "c", "updates", array{newDocument("q", newDocument("_id", 2), "u", newDocument("$set", newDocument("a", 1)))}),
	} {
		if answer := text(s.run(&connection{}, "db", command)); !strings.Contains(answer, "E11000") {
			t.Error(answer)
		}
	}
	expect(t, refused(t, s, "findAndModify", "c", "query", newDocument("_id", 2), "update",
		newDocument("$set", newDocument("a", 1))), duplicateKey.number)
	must(t, s, "update", "c", "updates", array{newDocument("q", newDocument("_id", 1), "u", newDocument("$set", newDocument("a", 1, "b", 1)))})
	expect(t, refused(t, s, "dropIndexes", "c", "index", "b"), indexNotFound.number)
}

func TestUpdate(t *testing.T) {
	s := storeWith(t, newDocument("_id", 1, "a", 1), newDocument("_id", 2, "a", 1))
	update := func(statement ...any) document {
		return must(t, s, "update", "c", "updates", array{newDocument(statement...)})
	}
	set := func(value any) document { return newDocument("$set", newDocument("a", value)) }
	expect(t, update("q", newDocument("a", 1), "u", set(2)), newDocument("n", 1, "nModified", 1, "ok", 1.0))
	expect(t, update("q", document{}, "u", set(2), "multi", true), newDocument("n", 2, "nModified", 1, "ok", 1.0))
	expect(t, update("q", newDocument("_id", 1), "u", set(int64(2))), newDocument("n", 1, "nModified", 1, "ok", 1.0))
	expect(t, update("q", newDocument("_id", 9), "u", set(2)), newDocument("n", 0, "nModified", 0, "ok", 1.0))
	expect(t, update("q", newDocument("_id", 3), "u", set(2), "upsert", true),
		newDocument("n", 1, "nModified", 0, "upserted", array{newDocument("index", 0, "_id", 3)}, "ok", 1.0))
	expect(t, intField(must(t, s, "delete", "c", "deletes", array{newDocument("q", newDocument("a", 2), "limit", 1)}), "n"), 1)
	expect(t, intField(must(t, s, "delete", "c", "deletes", array{newDocument("q", newDocument("a", 2), "limit", 0)}), "n"), 2)
}

func TestFind(t *testing.T) {
	s := storeWith(t, newDocument("_id", 1, "a", 3), newDocument("_id", 2, "a", 1), newDocument("_id", 3, "a", 2))
	ids := func(documents array) (ids array) {
		for _, d := range documents {
			id, _ := get(d.(document), "_id")
			ids = append(ids, id)
		}
		return ids
	}
	expect(t, ids(found(t, s, "sort", newDocument("a", -1))), array{1, 3, 2})
	expect(t, ids(found(t, s, "sort", newDocument("$natural", -1))), array{3, 2, 1})
	expect(t, ids(found(t, s, "sort", newDocument("a", 1), "skip", 1, "limit", -1)), array{3})
	expect(t, ids(found(t, s, "filter", newDocument("_id", newDocument("$in", array{3, 1, 3})))), array{3, 1})
	expect(t, intField(must(t, s, "count", "c", "skip", 1, "limit", 5), "n"), 2)
	values, _ := get(must(t, s, "distinct", "c", "key", "a", "query", newDocument("a", newDocument("$gt", 1))), "values")
	expect(t, values, array{3, 2})

	first := documentField(must(t, s, "find", "c", "batchSize", 2), "cursor")
	id, _ := get(first, "id")
	next := must(t, s, "getMore", id, "collection", "c")
	expect(t, batchOf(next, "nextBatch"), array{newDocument("_id", 3, "a", 2)})
	expect(t, intField(documentField(next, "cursor"), "id"), 0)
	expect(t, refused(t, s, "getMore", id, "collection", "c"), cursorNotFound.number)
	killed, _ := get(documentField(must(t, s, "find", "c", "batchSize", 1), "cursor"), "id")
	must(t, s, "killCursors", "c", "cursors", array{killed})
	expect(t, refused(t, s, "getMore", killed, "collection", "c"), cursorNotFound.number)
}

// An aggregation that is too long for one batch is not cut off.
func TestBatchesHoldAll(t *testing.T) {
	s := newStore()
	for i := range 5 {
		must(t, s, "insert", "c", "documents", array{newDocument("_id", i, "text", strings.Repeat("x", 3<<20))})
	}
	answer := documentField(must(t, s, "aggregate", "c", "pipeline", array{}), "cursor")
	batch, _ := get(answer, "firstBatch")
	id, _ := get(answer, "id")
	rest := batchOf(must(t, s, "getMore", id, "collection", "c"), "nextBatch")
	expect(t, len(batch.(array))+len(rest), 5)
}

func TestFindAndModify(t *testing.T) {
	s := storeWith(t, newDocument("_id", 1, "n", 1), newDocument("_id", 2, "n", 2))
	modify := func(arguments ...any) any {
		value, _ := get(must(t, s, append([]any{"findAndModify", "c"}, arguments...)...), "value")
		return value
	}
	increase := newDocument("$inc", newDocument("n", 10))
	expect(t, modify("query", newDocument("_id", 1), "update", increase), newDocument("_id", 1, "n", 1))
	expect(t, modify("query", newDocument("_id", 1), "update", increase, "new", true, "fields", newDocument("_id", 0, "n", 1)), newDocument("n", 21))
	expect(t, modify("sort", newDocument("n", -1), "remove", true), newDocument("_id", 1, "n", 21))
	expect(t, modify("query", newDocument("_id", 7), "update", increase), nil)
	expect(t, modify("query", newDocument("_id", 7), "update", increase, "upsert", true), nil)
	expect(t, modify("query", newDocument("_id", 8), "update", increase, "upsert", true, "new", true), newDocument("_id", 8, "n", 10))
	expect(t, modify("query", newDocument("_id", 9), "remove", true), nil)
}

func TestCollections(t *testing.T) {
	s := newStore()
	must(t, s, "create", "c", "capped", true, "size", 2<<20)
	expect(t, refused(t, s, "create", "c"), namespaceExists.number)
	must(t, s, "insert", "d", "documents", array{newDocument("_id", 1)})
	listed := batchOf(must(t, s, "listCollections", 1, "filter", newDocument("options.capped", true)), "firstBatch")
	expect(t, len(listed), 1)
	expect(t, documentField(listed[0].(document), "options"), newDocument("capped", true, "size", 2<<20))
	stats := must(t, s, "collStats", "c", "scale", 1<<20)
	expect(t, intField(stats, "maxSize"), 2)
	databases, _ := get(must(t, s, "listDatabases", 1), "databases")
	expect(t, len(databases.(array)), 1)
	must(t, s, "dropDatabase", 1)
	expect(t, len(s.collections), 0)
}

func TestReplicaSet(t *testing.T) {
	s := newStore()
	s.address = "localhost:1"
	expect(t, refused(t, s, "replSetGetStatus", 1), notYetInitialized.number)
	expect(t, textField(must(t, s, "isMaster", 1), "setName"), "")
	must(t, s, "replSetInitiate", nil)
	expect(t, textField(must(t, s, "isMaster", 1), "primary"), "localhost:1")
	must(t, s, "replSetReconfig", newDocument("_id", "juju", "version", 2, "members", array{newDocument("_id", 1, "host", "controller:2")}))
	members, _ := get(must(t, s, "replSetGetStatus", 1), "members")
	expect(t, textField(members.(array)[0].(document), "name"), "controller:2")
	expect(t, intField(documentField(must(t, s, "replSetGetConfig", 1), "config"), "version"), 2)
}

// A message that is shorter than it says closes its connection, and no other.
func TestMalformedMessages(t *testing.T) {
	s := newStore()
	for _, operation := range []uint32{opMessage, opQuery, opKillCursors, 7} {
		for _, body := range [][]byte{nil, {0}, make([]byte, 5), append(make([]byte, 5), 255, 0, 0, 0), {0, 0, 0, 0, 1, 9, 0, 0, 0, 'a', 0, 9, 0},
			{0, 0, 0, 0, 'a', 0, 0, 0, 0, 0, 0, 0, 0, 0, 4, 0}} {
			if err := s.answer(&connection{}, header{operation: operation}, body); err == nil && operation != opKillCursors {
				t.Errorf("operation %d with %v is understood", operation, body)
			}
		}
	}
	ours, theirs := net.Pipe()
	done := make(chan struct{})
	go func() { s.serve(theirs); close(done) }()
	if _, err := ours.Write([]byte{255, 255, 255, 255, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0}); err != nil {
		t.Fatal(err)
	}
	<-done
	must(t, s, "ping", 1)
}
