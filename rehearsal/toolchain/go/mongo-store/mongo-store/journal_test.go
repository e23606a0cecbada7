package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/juju/mgo/v2"
	"github.com/juju/mgo/v2/bson"
)

func reopened(t *testing.T, folder string) *store {
	t.Helper()
	s, err := openStore(folder)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { s.journal.file.Close() })
	return s
}

func journalOf(folder string) string { return filepath.Join(folder, "mongo-store.journal") }

func TestEverythingIsThereAgain(t *testing.T) {
	folder := t.TempDir()
	s := reopened(t, folder)
	must(t, s, "insert", "c", "documents", array{newDocument("_id", 1, "a", 1), newDocument("_id", 2), newDocument("_id", "x")})
	must(t, s, "update", "c", "updates", array{newDocument("q", newDocument("_id", 1), "u", newDocument("$set", newDocument("a", 2)))})
	must(t, s, "delete", "c", "deletes", array{newDocument("q", newDocument("_id", 2), "limit", 1)})
	must(t, s, "createIndexes", "c", "indexes", array{newDocument("key", newDocument("a", 1), "name", "kept", "unique", true),
		newDocument("key", newDocument("b", 1), "name", "dropped")})
	must(t, s, "dropIndexes", "c", "index", "dropped")
	must(t, s, "create", "capped", "capped", true, "size", 4096, "max", 2)
	must(t, s, "insert", "capped", "documents", array{newDocument("_id", 1), newDocument("_id", 2), newDocument("_id", 3)})
	must(t, s, "insert", "gone", "documents", array{newDocument("_id", 1)})
	must(t, s, "drop", "gone")
	s.flush()

	s = reopened(t, folder)
	expect(t, found(t, s), array{newDocument("_id", 1, "a", 2), newDocument("_id", "x")})
	expect(t, len(batchOf(must(t, s, "listIndexes", "c"), "firstBatch")), 2)
	expect(t, refused(t, s, "drop", "gone"), namespaceNotFound.number)
	expect(t, batchOf(must(t, s, "find", "capped"), "firstBatch"), array{newDocument("_id", 2), newDocument("_id", 3)})
	must(t, s, "insert", "capped", "documents", array{newDocument("_id", 4)})
	expect(t, intField(must(t, s, "count", "capped"), "n"), 2)
}

func TestARecordThatWasCutOffIsRemoved(t *testing.T) {
	folder := t.TempDir()
	s := reopened(t, folder)
	must(t, s, "insert", "c", "documents", array{newDocument("_id", 1)})
	last := s.journal.pending.Len()
	must(t, s, "insert", "c", "documents", array{newDocument("_id", 2, "text", strings.Repeat("x", 500))})
	s.flush()
	whole, err := os.ReadFile(journalOf(folder))
	if err != nil {
		t.Fatal(err)
	}
	for _, end := range []int{last, last + 3, last + 4, last + 100, len(whole) - 1} {
		if err := os.WriteFile(journalOf(folder), whole[:end], 0o600); err != nil {
			t.Fatal(err)
		}
		s = reopened(t, folder)
		expect(t, found(t, s), array{newDocument("_id", 1)})
		must(t, s, "insert", "c", "documents", array{newDocument("_id", 3)})
		s.flush()
		expect(t, found(t, reopened(t, folder)), array{newDocument("_id", 1), newDocument("_id", 3)})
	}
}

func TestAJournalThatCannotBeReadIsLeftAlone(t *testing.T) {
	record, err := bson.Marshal(newDocument("ns", "db.c", "put", newDocument("_id", 1)))
	if err != nil {
		t.Fatal(err)
	}
	three, err := bson.Marshal(newDocument("a", 1, "b", 2, "c", 3))
	if err != nil {
		t.Fatal(err)
	}
	for _, damage := range [][]byte{{1, 0, 0, 0}, {255, 255, 255, 255}, {7, 0, 0, 0, 99, 0, 0}, three} {
		folder := t.TempDir()
		content := append(append([]byte{}, record...), damage...)
		if err := os.WriteFile(journalOf(folder), content, 0o600); err != nil {
			t.Fatal(err)
		}
		if _, err := openStore(folder); err == nil {
			t.Errorf("%v is taken for a record", damage)
		}
		left, err := os.ReadFile(journalOf(folder))
		if err != nil || string(left) != string(content) {
			t.Errorf("%v: the journal was changed (%v)", damage, err)
		}
	}
}

// A real store is killed in the middle of its work: what comes back is a beginning of it, without a gap.
func TestKilledInTheMiddle(t *testing.T) {
	folder := t.TempDir()
	p := startProcess(t, "--dbpath="+folder)
	c := p.dial(t).DB("db").C("c")
	written := make(chan int)
	go func() {
		defer close(written)
		for i := 0; c.Insert(newDocument("_id", i, "text", strings.Repeat("x", 3000))) == nil; i++ {
			written <- i
		}
	}()
	last := 0
	for size := int64(0); size < 100_000; {
		last = <-written
		if info, err := os.Stat(journalOf(folder)); err == nil {
			size = info.Size()
		}
	}
	p.kill()
	for i := range written {
		last = i
	}
	again := startProcess(t, "--dbpath="+folder).dial(t).DB("db").C("c")
	var kept []struct {
		ID int `bson:"_id"`
	}
	if err := again.Find(nil).Sort("_id").All(&kept); err != nil {
		t.Fatal(err)
	}
	if len(kept) == 0 || len(kept) > last+1 {
		t.Errorf("%d documents of %d", len(kept), last+1)
	}
	for i, d := range kept {
		expect(t, d.ID, i)
	}
}

func TestAskedToEndNothingIsLost(t *testing.T) {
	folder := t.TempDir()
	p := startProcess(t, "--dbpath="+folder)
	if err := p.dial(t).DB("db").C("c").Insert(newDocument("_id", 1)); err != nil {
		t.Fatal(err)
	}
	if err := p.command.Process.Signal(os.Interrupt); err != nil {
		t.Fatal(err)
	}
	p.command.Wait()
	expect(t, found(t, reopened(t, folder)), array{newDocument("_id", 1)})
}

func TestPing(t *testing.T) {
	p := startProcess(t)
	p.dial(t)
	port := p.command.Args[len(p.command.Args)-1]
	o, err := parseOptions("mongo", []string{port, "--eval", "db.adminCommand('ping')"})
	if err != nil {
		t.Fatal(err)
	}
	if err := ping(o); err != nil {
		t.Error(err)
	}
	p.kill()
	if err := ping(o); err == nil {
		t.Error("a store that is gone answers")
	}
	if _, err := mgo.DialWithTimeout(p.address, time.Millisecond); err == nil {
		t.Error("a store that is gone can be dialled")
	}
}
