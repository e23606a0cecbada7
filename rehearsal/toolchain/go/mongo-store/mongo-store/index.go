package main

import "strings"

// index is kept to be listed. Only uniqueness has an effect; a search walks the collection.
type index struct {
	name       string
	definition document
}

// addIndex changes nothing where one of this name is there.
func (c *collection) addIndex(definition document) (added bool) {
	name := textField(definition, "name")
	for _, present := range c.indexes {
		if present.name == name {
			return false
		}
	}
	c.indexes = append(c.indexes, index{name, definition})
	return true
}

// dropIndex takes "*" for all of them.
func (c *collection) dropIndex(name string) {
	kept := c.indexes[:0:0]
	for _, present := range c.indexes {
		if name != "*" && present.name != name {
			kept = append(kept, present)
		}
	}
	c.indexes = kept
}

// refuseDuplicate fails where another document has the same values in a unique index:
// https://www.mongodb.com/docs/v4.4/core/index-unique/
func (c *collection) refuseDuplicate(d document) {
	id, _ := get(d, "_id")
	own := keyOf(id)
	for _, present := range c.indexes {
		if !boolField(present.definition, "unique") {
			continue
		}
		values, indexed := present.valuesOf(d)
		if !indexed {
			continue
		}
		c.each(func(e *entry) bool {
			if others, ok := present.valuesOf(e.doc); e.key != own && ok && compare(others, values) == 0 {
				panic(duplicateKey.errorf("E11000 duplicate key error collection: %s index: %s dup key: %v",
					c.namespace, present.name, values))
			}
			return true
		})
	}
}

// valuesOf is false for a document that a sparse index passes over.
func (i index) valuesOf(d document) (array, bool) {
	var values array
	indexed := !boolField(i.definition, "sparse")
	for _, field := range documentField(i.definition, "key") {
		path := strings.Split(field.Name, ".")
		indexed = indexed || len(lookup(d, path)) > 0
		values = append(values, first(d, path))
	}
	return values, indexed
}
