package main

import (
	"log"
	"path/filepath"
	"sync"
	"time"
)

// flushInterval is how much of what was answered may be lost when the process is killed.
const flushInterval = 200 * time.Millisecond

// store is all that the process holds. Its lock is taken for each command as a whole, so commands have no effect on
// each other but through what they store.
type store struct {
	mutex       sync.Mutex
	collections map[string]*collection
	journal     *journal
	transaction *transaction
	// committed is the last transaction that was, for a client that repeats its commit.
	committed string
	changes   changes
	cursors   cursors
	// address of this server as a member of a replica set, host:port.
	address string
	// refused holds the unknown commands that were logged.
	refused map[string]bool
}

// newStore holds nothing, and keeps nothing.
func newStore() *store {
	return &store{
		collections: map[string]*collection{},
		changes:     newChanges(),
		cursors:     newCursors(),
		refused:     map[string]bool{},
	}
}

// openStore keeps its content in a folder's journal; nothing is kept without a folder.
func openStore(folder string) (*store, error) {
	s := newStore()
	if folder == "" {
		return s, nil
	}
	opened, err := openJournal(filepath.Join(folder, "mongo-store.journal"), s.replay)
	if err != nil {
		return nil, err
	}
	s.journal = opened
	log.Printf("the journal holds %d collections", len(s.collections))
	return s, nil
}

// replay does what a record of the journal says.
func (s *store) replay(namespace, operation string, value any) {
	if operation == journalDrop {
		delete(s.collections, namespace)
		return
	}
	c := s.created(namespace)
	switch operation {
	case journalPut:
		c.set(value.(document))
	case journalDelete:
		c.unset(keyOf(value))
	case journalOptions:
		c.setOptions(value.(document))
	case journalIndex:
		c.addIndex(value.(document))
	case journalDropIndex:
		c.dropIndex(text(value))
	}
}

// flush wants the lock to be held. It ends the process where the journal cannot be written: a store that forgets must not
// go on answering.
func (s *store) flush() {
	if err := s.journal.flush(); err != nil {
		log.Fatalf("the journal cannot be written: %v", err)
	}
}

// existing gives a collection to read: an empty one where it is not there.
func (s *store) existing(namespace string) *collection {
	if c := s.collections[namespace]; c != nil {
		return c
	}
	return newCollection(namespace)
}

// created gives a collection to write to.
func (s *store) created(namespace string) *collection {
	c := s.existing(namespace)
	s.collections[namespace] = c
	return c
}

// drop is no change of documents: it has no change events, and is not taken back with a transaction.
func (s *store) drop(namespace string) {
	delete(s.collections, namespace)
	s.journal.record(namespace, journalDrop, 1)
}

// insert refuses what is there already.
func (s *store) insert(c *collection, d document) {
	id, _ := get(d, "_id")
	if c.byKey[keyOf(id)] != nil {
		panic(duplicateKey.errorf("E11000 duplicate key error collection: %s index: _id_ dup key: { _id: %v }",
			c.namespace, id))
	}
	s.put(c, d)
}

// put stores a document in the place of the one with its _id. A capped collection loses its oldest one for a new one.
func (s *store) put(c *collection, d document) {
	c.refuseDuplicate(d)
	before := c.set(d)
	s.done(change{c, before, d})
	if c.limit > 0 && len(c.byKey) > c.limit {
		c.each(func(oldest *entry) bool { s.remove(c, oldest); return false })
	}
}

func (s *store) remove(c *collection, e *entry) {
	if before := c.unset(e.key); before != nil {
		s.done(change{c, before, nil})
	}
}

// clear removes each document, one by one.
func (s *store) clear(c *collection) {
	c.each(func(e *entry) bool { s.remove(c, e); return true })
}

// done makes a change known: at once, or when the transaction that it belongs to is committed.
func (s *store) done(made change) {
	if s.transaction != nil {
		s.transaction.made = append(s.transaction.made, made)
		return
	}
	s.publish(made, false)
}

func (s *store) publish(made change, inTransaction bool) {
	if made.after != nil {
		s.journal.record(made.collection.namespace, journalPut, made.after)
	} else {
		id, _ := get(made.before, "_id")
		s.journal.record(made.collection.namespace, journalDelete, id)
	}
	s.changes.add(made, inTransaction)
}
