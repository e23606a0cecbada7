package main

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/juju/mgo/v2/bson"
)

// Documents and arrays as mgo's bson decodes them. They are never changed in place: what was read from a collection,
// handed to a change stream or kept for an abort must stay as it was.
type (
	document = bson.D
	array    = []any
)

// newDocument makes a document of names and values in turn.
func newDocument(namesAndValues ...any) document {
	d := make(document, 0, len(namesAndValues)/2)
	for i := 0; i < len(namesAndValues); i += 2 {
		d = append(d, bson.DocElem{Name: namesAndValues[i].(string), Value: namesAndValues[i+1]})
	}
	return d
}

func get(d document, name string) (any, bool) {
	for i := range d {
		if d[i].Name == name {
			return d[i].Value, true
		}
	}
	return nil, false
}

// textField gives "" where the field is missing or no string. The functions below give their zero value alike.
func textField(d document, name string) string {
	value, _ := get(d, name)
	text, _ := value.(string)
	return text
}

func documentField(d document, name string) document {
	value, _ := get(d, name)
	sub, _ := value.(document)
	return sub
}

func boolField(d document, name string) bool {
	value, _ := get(d, name)
	return isTrue(value)
}

func intField(d document, name string) int {
	value, _ := get(d, name)
	return toInt(value)
}

// asArray is for the arguments that must be arrays.
func asArray(value any, of string) array {
	a, ok := value.(array)
	if !ok {
		panic(badValue.errorf("%s must be an array", of))
	}
	return a
}

// asDocument is for the arguments that must be documents.
func asDocument(value any, of string) document {
	d, ok := value.(document)
	if !ok {
		panic(badValue.errorf("%s must be a document", of))
	}
	return d
}

// toFloat is false for what is no number.
func toFloat(value any) (float64, bool) {
	switch n := value.(type) {
	case int:
		return float64(n), true
	case int64:
		return float64(n), true
	case float64:
		return n, true
	}
	return 0, false
}

// toInt64 is false for what is no whole number by its type.
func toInt64(value any) (int64, bool) {
	switch n := value.(type) {
	case int:
		return int64(n), true
	case int64:
		return n, true
	}
	return 0, false
}

func toInt(value any) int {
	n, _ := toFloat(value)
	return int(n)
}

// isTrue follows the server: null, false and 0 are false.
func isTrue(value any) bool {
	switch b := value.(type) {
	case nil:
		return false
	case bool:
		return b
	}
	n, isNumber := toFloat(value)
	return !isNumber || n != 0
}

// lookup gives every value that a path leads to; arrays on the way are walked, by index and by their documents:
// https://www.mongodb.com/docs/v4.4/core/document/#dot-notation
func lookup(value any, path []string) array {
	if len(path) == 0 {
		return array{value}
	}
	switch v := value.(type) {
	case document:
		field, ok := get(v, path[0])
		if !ok {
			return nil
		}
		return lookup(field, path[1:])
	case array:
		var found array
		if i, err := strconv.Atoi(path[0]); err == nil && i >= 0 && i < len(v) {
			found = append(found, lookup(v[i], path[1:])...)
		}
		for _, element := range v {
			if _, isDocument := element.(document); isDocument {
				found = append(found, lookup(element, path)...)
			}
		}
		return found
	}
	return nil
}

// first is the value that sorting and unique indexes go by: null where there is no value.
func first(d document, path []string) any {
	if found := lookup(d, path); len(found) > 0 {
		return found[0]
	}
	return nil
}

func splitPath(path string) []string { return strings.Split(path, ".") }

// editor gives the new value of a field; false takes the field away.
type editor func(old any, exists bool) (any, bool)

func constant(value any) editor { return func(any, bool) (any, bool) { return value, true } }

// editField gives a copy of a document in which the value at a path is another.
func editField(d document, path []string, edit editor) document {
	return editValue(d, path, edit).(document)
}

func editValue(value any, path []string, edit editor) any {
	switch v := value.(type) {
	case array:
		return editElement(v, path, edit)
	case document:
		return editMember(v, path, edit)
	case nil:
		return editMember(nil, path, edit)
	}
	panic(pathNotViable.errorf("Cannot create field '%s' in element %v", path[0], value))
}

// editElement fills an array with null up to a new index. A removed element leaves null behind:
// https://www.mongodb.com/docs/v4.4/reference/operator/update/unset/
func editElement(a array, path []string, edit editor) array {
	i, err := strconv.Atoi(path[0])
	if err != nil || i < 0 {
		panic(pathNotViable.errorf("Cannot create field '%s' in an array", path[0]))
	}
	exists := i < len(a)
	var value any
	if exists {
		value = a[i]
	}
	keep := true
	if len(path) == 1 {
		value, keep = edit(value, exists)
	} else {
		value = editValue(value, path[1:], edit)
	}
	if !keep {
		if !exists {
			return a
		}
		value = nil
	}
	edited := append(array{}, a...)
	for len(edited) <= i {
		edited = append(edited, nil)
	}
	edited[i] = value
	return edited
}

func editMember(d document, path []string, edit editor) document {
	edited := append(make(document, 0, len(d)+1), d...)
	for i := range edited {
		if edited[i].Name != path[0] {
			continue
		}
		if len(path) > 1 {
			edited[i].Value = editValue(edited[i].Value, path[1:], edit)
			return edited
		}
		value, keep := edit(edited[i].Value, true)
		if !keep {
			return append(edited[:i], edited[i+1:]...)
		}
		edited[i].Value = value
		return edited
	}
	var value any
	if len(path) > 1 {
		created := editMember(nil, path[1:], edit)
		if len(created) == 0 {
			return edited
		}
		value = created
	} else {
		var keep bool
		if value, keep = edit(nil, false); !keep {
			return edited
		}
	}
	return append(edited, bson.DocElem{Name: path[0], Value: value})
}

// without gives a copy in which what a path leads to is missing, in every document of the arrays on the way.
func without(value any, path []string) any {
	switch v := value.(type) {
	case document:
		rest := document{}
		for _, field := range v {
			if field.Name == path[0] {
				if len(path) == 1 {
					continue
				}
				field.Value = without(field.Value, path[1:])
			}
			rest = append(rest, field)
		}
		return rest
	case array:
		rest := array{}
		for _, element := range v {
			rest = append(rest, without(element, path))
		}
		return rest
	}
	return value
}

func withoutField(d document, path string) document {
	return without(d, splitPath(path)).(document)
}

func text(value any) string { return fmt.Sprint(value) }
