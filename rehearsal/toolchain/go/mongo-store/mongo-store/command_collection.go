package main

import (
	"maps"
	"slices"
	"strings"
)

var collectionCommands = map[string]handler{
	"create":          createCollection,
	"converttocapped": convertToCapped,
	"drop":            dropCollection,
	"emptycapped":     func(s *store, r *request) document { s.clear(s.created(r.namespace())); return document{} },
	"collmod":         nothing,
	"compact":         nothing,
	"reindex":         nothing,
	"dropdatabase":    dropDatabase,
	"createindexes":   createIndexes,
	"listindexes":     listIndexes,
	"dropindexes":     dropIndexes,
	"deleteindexes":   dropIndexes,
	"listcollections": listCollections,
	"listdatabases":   listDatabases,
	"collstats":       collectionStats,
	"dbstats":         databaseStats,
}

func (s *store) mustCollection(r *request) *collection {
	c := s.collections[r.namespace()]
	if c == nil {
		panic(namespaceNotFound.errorf("ns not found: %s", r.namespace()))
	}
	return c
}

// namespacesOf gives those of a database in order; all for "".
func (s *store) namespacesOf(database string) []string {
	return slices.DeleteFunc(slices.Sorted(maps.Keys(s.collections)), func(namespace string) bool {
		return database != "" && !strings.HasPrefix(namespace, database+".")
	})
}

func (s *store) setOptions(namespace string, options document) {
	s.created(namespace).setOptions(options)
	s.journal.record(namespace, journalOptions, options)
}

func createCollection(s *store, r *request) document {
	if s.collections[r.namespace()] != nil {
		panic(namespaceExists.errorf("a collection '%s' already exists", r.namespace()))
	}
	options := document{}
	for _, name := range []string{"capped", "size", "max", "validator"} {
		if value, ok := get(r.body, name); ok {
			options = append(options, newDocument(name, value)...)
		}
	}
	s.setOptions(r.namespace(), options)
	return document{}
}

func convertToCapped(s *store, r *request) document {
	s.mustCollection(r)
	s.setOptions(r.namespace(), newDocument("capped", true, "size", intField(r.body, "size")))
	return document{}
}

func dropCollection(s *store, r *request) document {
	s.mustCollection(r)
	s.drop(r.namespace())
	return document{}
}

func dropDatabase(s *store, r *request) document {
	for _, namespace := range s.namespacesOf(r.database) {
		s.drop(namespace)
	}
	return document{}
}

func createIndexes(s *store, r *request) document {
	c := s.created(r.namespace())
	before := len(c.indexes) + 1
	for _, definition := range r.list("indexes") {
		if c.addIndex(definition) {
			s.journal.record(r.namespace(), journalIndex, definition)
		}
	}
	return newDocument("createdCollectionAutomatically", false, "numIndexesBefore", before,
		"numIndexesAfter", len(c.indexes)+1)
}

func listIndexes(s *store, r *request) document {
	c := s.mustCollection(r)
	indexes := []document{newDocument("v", 2, "key", newDocument("_id", 1), "name", "_id_", "ns", r.namespace())}
	for _, i := range c.indexes {
		indexes = append(indexes, i.definition)
	}
	return s.cursors.batch(r.namespace(), "firstBatch", indexes, 0)
}

func dropIndexes(s *store, r *request) document {
	c := s.mustCollection(r)
	before := len(c.indexes)
	name := textField(r.body, "index")
	c.dropIndex(name)
	if name != "*" && len(c.indexes) == before {
		panic(indexNotFound.errorf("index not found with name [%s]", name))
	}
	s.journal.record(r.namespace(), journalDropIndex, name)
	return newDocument("nIndexesWas", before+1)
}

func listCollections(s *store, r *request) document {
	var found []document
	for _, namespace := range s.namespacesOf(r.database) {
		_, name := splitNamespace(namespace)
		d := newDocument("name", name, "type", "collection", "options", append(document{}, s.collections[namespace].options...),
			"info", newDocument("readOnly", false))
		if matches(d, documentField(r.body, "filter")) {
			found = append(found, d)
		}
	}
	return s.cursors.batch(r.database+".$cmd.listCollections", "firstBatch", found, 0)
}

func listDatabases(s *store, _ *request) document {
	databases := array{}
	last := ""
	for _, namespace := range s.namespacesOf("") {
		if database, _ := splitNamespace(namespace); database != last {
			last = database
			databases = append(databases, newDocument("name", database, "sizeOnDisk", 1000.0, "empty", false))
		}
	}
	return newDocument("databases", databases)
}

// documentSize stands for the size of a document, which is not counted.
const documentSize = 300

func collectionStats(s *store, r *request) document {
	c := s.existing(r.namespace())
	scale := max(1, intField(r.body, "scale"))
	size := len(c.byKey) * documentSize / scale
	return newDocument("ns", r.namespace(), "count", len(c.byKey), "size", size, "storageSize", size,
		"capped", c.limit > 0, "maxSize", intField(c.options, "size")/scale, "max", c.limit, "nindexes", len(c.indexes)+1)
}

func databaseStats(s *store, r *request) document {
	namespaces := s.namespacesOf(r.database)
	documents := 0
	for _, namespace := range namespaces {
		documents += len(s.collections[namespace].byKey)
	}
	size := float64(documents * documentSize)
	return newDocument("db", r.database, "collections", len(namespaces), "objects", documents, "dataSize", size,
		"storageSize", size)
}
