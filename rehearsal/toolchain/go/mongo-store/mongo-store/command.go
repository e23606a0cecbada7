package main

import (
	"log"
	"runtime/debug"
	"strings"
	"time"

	"github.com/juju/mgo/v2/bson"
)

// slow is how long a command may take before it is logged, without its content.
const slow = 100 * time.Millisecond

// request is one command of a client.
type request struct {
	client   *connection
	database string
	name     string
	body     document
}

// argument is the value of the command's own name.
func (r *request) argument() any { return r.body[0].Value }

// target is the argument of the commands that name a collection or a user.
func (r *request) target() string {
	name, _ := r.argument().(string)
	return name
}

func (r *request) namespace() string { return r.database + "." + r.target() }

// list is an argument that must be an array of documents.
func (r *request) list(name string) []document {
	value, _ := get(r.body, name)
	var documents []document
	for _, element := range asArray(value, name) {
		documents = append(documents, asDocument(element, name))
	}
	return documents
}

type handler func(*store, *request) document

// commands by their names in lower case, as some have two spellings: https://www.mongodb.com/docs/v4.4/reference/command/
var commands = mergeCommands(serverCommands, replicaSetCommands, userCommands, transactionCommands, readCommands,
	writeCommands, collectionCommands)

func mergeCommands(tables ...map[string]handler) map[string]handler {
	all := map[string]handler{}
	for _, table := range tables {
		for name, handle := range table {
			all[name] = handle
		}
	}
	return all
}

// withoutStore are the commands that read and write no data: they do not wait for another's transaction.
var withoutStore = map[string]bool{"ismaster": true, "hello": true, "ping": true, "saslstart": true, "saslcontinue": true}

// run gives the answer to a command, which is an error for what is not understood.
func (s *store) run(client *connection, database string, body document) document {
	if len(body) == 0 {
		return failed(failedToParse.errorf("a command without a name"))
	}
	began := time.Now()
	r := &request{client, database, strings.ToLower(body[0].Name), body}
	s.mutex.Lock()
	defer s.mutex.Unlock()
	answer := s.carryOut(r)
	if took := time.Since(began); took > slow && r.name != "getmore" {
		log.Printf("%s in %s took %v", body[0].Name, database, took)
	}
	return answer
}

func (s *store) carryOut(r *request) (answer document) {
	transaction := transactionOf(r.body)
	defer func() {
		if problem := recover(); problem != nil {
			answer = failed(s.explain(r, problem))
		}
		// An error ends a transaction: https://www.mongodb.com/docs/v4.4/core/transactions-in-applications/
		_, hasWriteErrors := get(answer, "writeErrors")
		if mine := s.transaction != nil && s.transaction.id == transaction; mine && (hasWriteErrors || !boolField(answer, "ok")) {
			s.abort()
		}
	}()
	handle := commands[r.name]
	if handle == nil {
		panic(commandNotFound.errorf("no such command: '%s'", r.body[0].Name))
	}
	if !withoutStore[r.name] {
		s.enter(transaction, r.body)
	}
	return append(handle(s, r), bson.DocElem{Name: "ok", Value: 1.0})
}

// explain takes a panic of another kind than ours for an error of the store, which must not take the other clients with
// it. Content is not logged: there are secrets in it.
func (s *store) explain(r *request, problem any) failure {
	found, ours := problem.(failure)
	if !ours {
		log.Printf("%s in %s: %v\n%s", r.body[0].Name, r.database, problem, debug.Stack())
		return internalError.errorf("%v", problem)
	}
	if asksForMore := found.code == commandNotFound || found.code == badValue; asksForMore && !s.refused[found.message] {
		s.refused[found.message] = true
		log.Printf("refused %s in %s: %s", r.body[0].Name, r.database, found.message)
	}
	return found
}

func failed(f failure) document {
	return newDocument("ok", 0.0, "errmsg", f.message, "code", f.code.number, "codeName", f.code.name)
}

// nothing is the answer of the commands that are accepted and change nothing here.
func nothing(*store, *request) document { return document{} }

var transactionCommands = map[string]handler{
	"startsession":      startSession,
	"endsessions":       nothing,
	"refreshsessions":   nothing,
	"committransaction": func(s *store, _ *request) document { s.commit(); return document{} },
	"aborttransaction":  func(s *store, _ *request) document { s.abort(); return document{} },
}

func startSession(*store, *request) document {
	id := bson.Binary{Kind: 4, Data: randomBytes(16)}
	return newDocument("id", newDocument("id", id), "timeoutMinutes", sessionMinutes)
}
