package main

import "reflect"

var writeCommands = map[string]handler{
	"insert":        insertCommand,
	"update":        updateCommand,
	"delete":        deleteCommand,
	"findandmodify": findAndModify,
}

// each carries out the statements of a write command. One that fails is told with its index, and ends the command if it
// is an ordered one: https://www.mongodb.com/docs/v4.4/reference/command/insert/#output
func (r *request) each(statements []document, carryOut func(int, document)) array {
	value, given := get(r.body, "ordered")
	ordered := !given || isTrue(value)
	var errors array
	for i, statement := range statements {
		failed := attempt(func() { carryOut(i, statement) })
		if failed == nil {
			continue
		}
		errors = append(errors, newDocument("index", i, "code", failed.code.number, "errmsg", failed.message))
		if ordered {
			break
		}
	}
	return errors
}

func withWriteErrors(answer document, errors array) document {
	if len(errors) == 0 {
		return answer
	}
	return append(answer, newDocument("writeErrors", errors)...)
}

func insertCommand(s *store, r *request) document {
	target := s.created(r.namespace())
	inserted := 0
	errors := r.each(r.list("documents"), func(_ int, d document) {
		s.insert(target, withID(d))
		inserted++
	})
	return withWriteErrors(newDocument("n", inserted), errors)
}

func updateCommand(s *store, r *request) document {
	target := s.created(r.namespace())
	var matched, modified int
	var created array
	errors := r.each(r.list("updates"), func(i int, statement document) {
		query, update := documentField(statement, "q"), documentField(statement, "u")
		if _, ok := get(statement, "arrayFilters"); ok {
			panic(badValue.errorf("array filters are not supported"))
		}
		found := target.find(query)
		if len(found) == 0 && boolField(statement, "upsert") {
			d := upserted(query, update)
			s.insert(target, d)
			id, _ := get(d, "_id")
			created = append(created, newDocument("index", i, "_id", id))
			matched++
		}
		if len(found) > 1 && !boolField(statement, "multi") {
			found = found[:1]
		}
		for _, e := range found {
			matched++
			// Equal numbers of different types are a change, so this is not compare.
			if after := updated(e.doc, update, query, false); !reflect.DeepEqual(after, e.doc) {
				s.put(target, after)
				modified++
			}
		}
	})
	answer := newDocument("n", matched, "nModified", modified)
	if len(created) > 0 {
		answer = append(answer, newDocument("upserted", created)...)
	}
	return withWriteErrors(answer, errors)
}

func deleteCommand(s *store, r *request) document {
	target := s.existing(r.namespace())
	deleted := 0
	errors := r.each(r.list("deletes"), func(_ int, statement document) {
		found := target.find(documentField(statement, "q"))
		if limit := intField(statement, "limit"); limit == 1 && len(found) > 1 {
			found = found[:1]
		}
		for _, e := range found {
			s.remove(target, e)
			deleted++
		}
	})
	return withWriteErrors(newDocument("n", deleted), errors)
}

// findAndModify: https://www.mongodb.com/docs/v4.4/reference/command/findAndModify/
func findAndModify(s *store, r *request) document {
	target := s.created(r.namespace())
	query, update := documentField(r.body, "query"), documentField(r.body, "update")
	remove, wantsNew := boolField(r.body, "remove"), boolField(r.body, "new")
	answer := func(last document, d document) document {
		var value any
		if d != nil {
			value = project(d, documentField(r.body, "fields"))
		}
		return newDocument("lastErrorObject", last, "value", value)
	}
	found := documentsOf(target.find(query))
	sortDocuments(found, documentField(r.body, "sort"))
	if len(found) == 0 {
		if remove || !boolField(r.body, "upsert") {
			return answer(newDocument("n", 0, "updatedExisting", false), nil)
		}
		d := upserted(query, update)
		s.insert(target, d)
		id, _ := get(d, "_id")
		if !wantsNew {
			d = nil
		}
		return answer(newDocument("n", 1, "updatedExisting", false, "upserted", id), d)
	}
	before := found[0]
	if remove {
		id, _ := get(before, "_id")
		s.remove(target, target.byKey[keyOf(id)])
		return answer(newDocument("n", 1), before)
	}
	after := updated(before, update, query, false)
	s.put(target, after)
	if !wantsNew {
		after = before
	}
	return answer(newDocument("n", 1, "updatedExisting", true), after)
}
