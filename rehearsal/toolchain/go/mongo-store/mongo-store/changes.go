package main

import (
	"fmt"
	"strings"
	"time"
)

// keptChanges is how far back a stream can go.
const keptChanges = 20000

// changes are the events that change streams give: https://www.mongodb.com/docs/v4.4/reference/change-events/
type changes struct {
	// begin tells the events of this process from those of an earlier one, which are not kept.
	begin  int64
	events []document
	// first is the number of the first event that is kept.
	first int64
	// arrived is closed with the next event.
	arrived chan struct{}
}

func newChanges() changes {
	return changes{begin: time.Now().UnixNano(), first: 1, arrived: make(chan struct{})}
}

// next is the number of the event that comes next.
func (c *changes) next() int64 { return c.first + int64(len(c.events)) }

// token is where a stream can go on after an event: https://www.mongodb.com/docs/v4.4/changeStreams/#resume-tokens
func (c *changes) token(number int64) document {
	return newDocument("_data", fmt.Sprintf("%016x%016x", c.begin, number))
}

// after gives the number of the event that follows a token; false where that is not kept.
func (c *changes) after(token document) (int64, bool) {
	var begin, number int64
	if n, _ := fmt.Sscanf(textField(token, "_data"), "%16x%16x", &begin, &number); n != 2 || begin != c.begin {
		return 0, false
	}
	return number + 1, number+1 >= c.first
}

// add makes the event of a change. Of an update's fields only txn-revno is told, which is all that Juju's watcher reads:
// state/watcher/txnwatcher.go of Juju 3.6.
func (c *changes) add(made change, inTransaction bool) {
	kind, source := "update", made.after
	switch {
	case made.before == nil:
		kind = "insert"
	case made.after == nil:
		kind, source = "delete", made.before
	}
	database, name := splitNamespace(made.collection.namespace)
	id, _ := get(source, "_id")
	event := newDocument(
		"_id", c.token(c.next()),
		"ns", newDocument("db", database, "coll", name),
		"operationType", kind,
		"documentKey", newDocument("_id", id),
	)
	if made.after != nil {
		event = append(event, newDocument("fullDocument", made.after)...)
	}
	if kind == "update" {
		fields := document{}
		old, _ := get(made.before, "txn-revno")
		if revision, ok := get(made.after, "txn-revno"); ok && !isEqual(old, revision) {
			fields = newDocument("txn-revno", revision)
		}
		event = append(event, newDocument("updateDescription",
			newDocument("updatedFields", fields, "removedFields", array{}))...)
	}
	if inTransaction {
		event = append(event, newDocument("txnNumber", int64(1))...)
	}
	c.events = append(c.events, event)
	if surplus := len(c.events) - keptChanges; surplus > keptChanges/4 {
		c.events = append([]document{}, c.events[surplus:]...)
		c.first += int64(surplus)
	}
	close(c.arrived)
	c.arrived = make(chan struct{})
}

// stream gives the events of one database, through the rest of its pipeline.
type stream struct {
	database string
	next     int64
	pipeline array
}

// maxStreamBatch events come in one answer.
const maxStreamBatch = 100

// openStream begins with the next event, or after the one that resumeAfter names.
func (s *store) openStream(database string, options document, pipeline array) document {
	opened := &stream{database: database, next: s.changes.next(), pipeline: pipeline}
	if token, ok := get(options, "resumeAfter"); ok {
		number, kept := s.changes.after(asDocument(token, "resumeAfter"))
		if !kept {
			panic(historyLost.errorf("the event to resume after is not kept"))
		}
		opened.next = number
	}
	return s.streamBatch(s.cursors.addStream(opened), opened, "firstBatch", 0)
}

// streamBatch waits for events, without the store's lock.
func (s *store) streamBatch(id int64, from *stream, field string, wait time.Duration) document {
	deadline := time.Now().Add(wait)
	batch := array{}
	for {
		if from.next < s.changes.first {
			panic(historyLost.errorf("the next event of the stream is not kept any more"))
		}
		for ; from.next < s.changes.next() && len(batch) < maxStreamBatch; from.next++ {
			event := s.changes.events[from.next-s.changes.first]
			if textField(documentField(event, "ns"), "db") != from.database {
				continue
			}
			for _, passed := range s.aggregate(from.database, []document{event}, from.pipeline) {
				batch = append(batch, passed)
			}
		}
		left := time.Until(deadline)
		if len(batch) > 0 || left <= 0 {
			break
		}
		arrived := s.changes.arrived
		s.mutex.Unlock()
		select {
		case <-arrived:
		case <-time.After(left):
		}
		s.mutex.Lock()
	}
	return newDocument("cursor", newDocument(
		"id", id,
		"ns", strings.Join([]string{from.database, "$cmd.aggregate"}, "."),
		field, batch,
		"postBatchResumeToken", s.changes.token(from.next-1),
	))
}
