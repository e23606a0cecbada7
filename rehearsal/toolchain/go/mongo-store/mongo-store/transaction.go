package main

import (
	"fmt"
	"log"
	"time"
)

// transactionLifetime is shorter than the server's minute, because everybody else waits:
// https://www.mongodb.com/docs/v4.4/reference/parameters/#param.transactionLifetimeLimitSeconds
const transactionLifetime = 15 * time.Second

// change is what one write made of one document. Nil stands for none.
type change struct {
	collection    *collection
	before, after document
}

// transaction is open while its session has it to itself: any other command waits until it has ended. So there are no
// write conflicts, and nothing is read that may be taken back.
type transaction struct {
	id    string
	made  []change
	began time.Time
	ended chan struct{}
}

// transactionOf names the transaction that a command belongs to, "" for none. Retryable writes have a number, too, but
// are committed by themselves: https://github.com/mongodb/specifications/blob/master/source/transactions/transactions.md
func transactionOf(command document) string {
	if autocommit, ok := get(command, "autocommit"); !ok || isTrue(autocommit) {
		return ""
	}
	number, _ := get(command, "txnNumber")
	return fmt.Sprintf("%x/%v", text(documentField(command, "lsid")), number)
}

// enter waits until no other transaction is open, and opens that of a command which starts one. A command of one that is
// not open any more must not be carried out on its own.
func (s *store) enter(id string, command document) {
	for s.transaction != nil && s.transaction.id != id {
		open := s.transaction
		left := time.Until(open.began.Add(transactionLifetime))
		if left <= 0 {
			log.Printf("a transaction was not ended within %v: aborted", transactionLifetime)
			s.abort()
			break
		}
		s.mutex.Unlock()
		select {
		case <-open.ended:
		case <-time.After(left):
		}
		s.mutex.Lock()
	}
	if id == "" {
		return
	}
	if boolField(command, "startTransaction") {
		if s.transaction != nil {
			s.abort()
		}
		s.transaction = &transaction{id: id, began: time.Now(), ended: make(chan struct{})}
	}
	repeatedCommit := command[0].Name == "commitTransaction" && s.committed == id
	if s.transaction == nil && !repeatedCommit {
		panic(noSuchTransaction.errorf("the transaction was aborted or never started"))
	}
}

func (s *store) commit() {
	if s.transaction == nil {
		return
	}
	for _, made := range s.transaction.made {
		s.publish(made, true)
	}
	s.committed = s.transaction.id
	s.endTransaction()
}

// abort takes back what was made, the last first.
func (s *store) abort() {
	if s.transaction == nil {
		return
	}
	for i := len(s.transaction.made) - 1; i >= 0; i-- {
		made := s.transaction.made[i]
		if made.before != nil {
			made.collection.set(made.before)
			continue
		}
		id, _ := get(made.after, "_id")
		made.collection.unset(keyOf(id))
	}
	s.endTransaction()
}

func (s *store) endTransaction() {
	close(s.transaction.ended)
	s.transaction = nil
}
