package main

import (
	"testing"
	"time"
)

// inTransaction is a command as mgo sends it in a session's transaction.
func inTransaction(number int64, start bool, namesAndValues ...any) []any {
	command := append(namesAndValues, "lsid", newDocument("id", "session"), "txnNumber", number, "autocommit", false)
	if start {
		command = append(command, "startTransaction", true)
	}
	return command
}

func insertOf(id int) []any { return []any{"insert", "c", "documents", array{newDocument("_id", id)}} }

func TestCommit(t *testing.T) {
	s := newStore()
	must(t, s, inTransaction(1, true, insertOf(1)...)...)
	must(t, s, inTransaction(1, false, insertOf(2)...)...)
	must(t, s, inTransaction(1, false, "commitTransaction", 1)...)
	must(t, s, inTransaction(1, false, "commitTransaction", 1)...)
	expect(t, len(found(t, s)), 2)
}

func TestAbortTakesEverythingBack(t *testing.T) {
	s := storeWith(t, newDocument("_id", 1, "a", 1), newDocument("_id", 2))
	must(t, s, inTransaction(1, true, insertOf(3)...)...)
	must(t, s, inTransaction(1, false, "update", "c", "updates", array{newDocument("q", newDocument("_id", 1), "u", newDocument("$set", newDocument("a", 2)))})...)
	must(t, s, inTransaction(1, false, "delete", "c", "deletes", array{newDocument("q", newDocument("_id", 2), "limit", 1)})...)
	must(t, s, inTransaction(1, false, "abortTransaction", 1)...)
	expect(t, found(t, s, "sort", newDocument("_id", 1)), array{newDocument("_id", 1, "a", 1), newDocument("_id", 2)})
	expect(t, refused(t, s, inTransaction(1, false, "abortTransaction", 1)...), noSuchTransaction.number)
}

// Nothing of a transaction is kept once one of its commands has failed, and nothing more of it is carried out.
func TestAnErrorAborts(t *testing.T) {
	s := storeWith(t, newDocument("_id", 1))
	must(t, s, inTransaction(1, true, insertOf(2)...)...)
	s.run(&connection{}, "db", newDocument(inTransaction(1, false, insertOf(1)...)...))
	expect(t, refused(t, s, inTransaction(1, false, insertOf(3)...)...), noSuchTransaction.number)
	expect(t, refused(t, s, inTransaction(1, false, "commitTransaction", 1)...), noSuchTransaction.number)
	expect(t, found(t, s), array{newDocument("_id", 1)})
}

func TestOthersWaitForATransaction(t *testing.T) {
	s := newStore()
	must(t, s, inTransaction(1, true, insertOf(1)...)...)
	counted := make(chan int)
	go func() { counted <- intField(s.run(&connection{}, "db", newDocument("count", "c")), "n") }()
	must(t, s, "ping", 1)
	must(t, s, inTransaction(1, false, insertOf(2)...)...)
	must(t, s, inTransaction(1, false, "commitTransaction", 1)...)
	expect(t, <-counted, 2)
}

func TestATransactionThatIsNotEndedIsAborted(t *testing.T) {
	s := newStore()
	must(t, s, inTransaction(1, true, insertOf(1)...)...)
	s.transaction.began = time.Now().Add(-transactionLifetime)
	expect(t, len(found(t, s)), 0)
	expect(t, refused(t, s, inTransaction(1, false, "commitTransaction", 1)...), noSuchTransaction.number)
}

func TestATransactionIsInTheJournalOnlyWhenCommitted(t *testing.T) {
	folder := t.TempDir()
	s := reopened(t, folder)
	must(t, s, inTransaction(1, true, insertOf(1)...)...)
	s.flush()
	expect(t, len(found(t, reopened(t, folder))), 0)
	must(t, s, inTransaction(1, false, "commitTransaction", 1)...)
	s.flush()
	expect(t, len(found(t, reopened(t, folder))), 1)
}
