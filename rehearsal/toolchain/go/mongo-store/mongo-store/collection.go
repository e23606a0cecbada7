package main

import (
	"strings"

	"github.com/juju/mgo/v2/bson"
)

// entry is a document's place in a collection. A removed one holds no document.
type entry struct {
	key string
	doc document
}

// collection holds documents by _id and in natural order, that of their insertion.
type collection struct {
	namespace string
	byKey     map[string]*entry
	entries   []*entry
	removed   int
	indexes   []index
	options   document
	// limit of a capped collection, in documents; 0 for none.
	limit int
}

func newCollection(namespace string) *collection {
	return &collection{namespace: namespace, byKey: map[string]*entry{}}
}

// cappedLimit stands for a capped collection's size in bytes, which is not counted.
const cappedLimit = 20000

func (c *collection) setOptions(options document) {
	c.options, c.limit = options, 0
	if boolField(options, "capped") {
		c.limit = cappedLimit
		if limit := intField(options, "max"); limit > 0 {
			c.limit = limit
		}
	}
}

// set gives the document that was in the place of this one before, nil for none.
func (c *collection) set(d document) (before document) {
	id, _ := get(d, "_id")
	key := keyOf(id)
	if e := c.byKey[key]; e != nil {
		before, e.doc = e.doc, d
		return before
	}
	e := &entry{key, d}
	c.byKey[key] = e
	c.entries = append(c.entries, e)
	return nil
}

// unset gives the document that was there, nil for none.
func (c *collection) unset(key string) (before document) {
	e := c.byKey[key]
	if e == nil {
		return nil
	}
	delete(c.byKey, key)
	before, e.doc = e.doc, nil
	c.removed++
	if c.removed > 64 && c.removed > len(c.byKey) {
		kept := make([]*entry, 0, len(c.byKey))
		c.each(func(e *entry) bool { kept = append(kept, e); return true })
		c.entries, c.removed = kept, 0
	}
	return before
}

// each walks in natural order. Removing the entry it is at does it no harm.
func (c *collection) each(visit func(*entry) bool) {
	for _, e := range c.entries {
		if e.doc != nil && !visit(e) {
			return
		}
	}
}

// find gives what fits in natural order; where the query names each _id, only those are looked at, in its order.
func (c *collection) find(query document) []*entry {
	var found []*entry
	if keys, ok := keysOf(query); ok {
		for _, key := range keys {
			if e := c.byKey[key]; e != nil && matches(e.doc, query) {
				found = append(found, e)
			}
		}
		return found
	}
	c.each(func(e *entry) bool {
		if matches(e.doc, query) {
			found = append(found, e)
		}
		return true
	})
	return found
}

// keysOf gives the keys that a query names, by equality or $in; false where others may fit, too.
func keysOf(query document) ([]string, bool) {
	id, ok := get(query, "_id")
	if !ok {
		return nil, false
	}
	ids := array{id}
	if operators, isOperators := operatorsOf(id); isOperators {
		list, _ := get(operators, "$in")
		if ids, ok = list.(array); !ok {
			return nil, false
		}
	}
	var keys []string
	seen := map[string]bool{}
	for _, id := range ids {
		if _, isPattern := id.(bson.RegEx); isPattern {
			return nil, false
		}
		if key := keyOf(id); !seen[key] {
			seen[key] = true
			keys = append(keys, key)
		}
	}
	return keys, true
}

func documentsOf(entries []*entry) []document {
	documents := make([]document, len(entries))
	for i, e := range entries {
		documents[i] = e.doc
	}
	return documents
}

func splitNamespace(namespace string) (database, name string) {
	database, name, _ = strings.Cut(namespace, ".")
	return database, name
}
