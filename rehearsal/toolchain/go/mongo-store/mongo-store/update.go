package main

import (
	"strconv"
	"strings"

	"github.com/juju/mgo/v2/bson"
)

// isReplacement tells a whole document from operators: the server goes by the first name, too.
func isReplacement(update document) bool {
	return len(update) == 0 || !strings.HasPrefix(update[0].Name, "$")
}

// updated gives what an update makes of a document: https://www.mongodb.com/docs/v4.4/reference/operator/update/
// The query is what a positional operator goes by.
func updated(d, update, query document, inserting bool) document {
	if isReplacement(update) {
		return replaced(d, update)
	}
	for _, operator := range update {
		if operator.Name == "$setOnInsert" && !inserting {
			continue
		}
		fields, ok := operator.Value.(document)
		if !ok {
			panic(failedToParse.errorf("Modifiers operate on fields but we found another type: %s", operator.Name))
		}
		for _, field := range fields {
			field.Name = resolvePositional(field.Name, d, query)
			d = updatedField(d, operator.Name, field)
		}
	}
	return d
}

// replaced keeps the _id, which comes first.
func replaced(d, replacement document) document {
	id, hasID := get(d, "_id")
	result := document{}
	if newID, ok := get(replacement, "_id"); ok {
		if hasID && compare(id, newID) != 0 {
			panic(immutableField.errorf("the (immutable) field '_id' was found to have been altered"))
		}
		id, hasID = newID, true
	}
	if hasID {
		result = newDocument("_id", id)
	}
	for _, field := range replacement {
		if field.Name != "_id" {
			result = append(result, field)
		}
	}
	return result
}

func updatedField(d document, operator string, field bson.DocElem) document {
	path, argument := splitPath(field.Name), field.Value
	switch operator {
	case "$set", "$setOnInsert":
		if id, ok := get(d, "_id"); ok && field.Name == "_id" && compare(id, argument) != 0 {
			panic(immutableField.errorf("Performing an update on the path '_id' would modify the immutable field '_id'"))
		}
		return editField(d, path, constant(argument))
	case "$unset":
		return withoutPath(d, path)
	case "$inc":
		return editField(d, path, func(old any, _ bool) (any, bool) { return sum(old, argument), true })
	case "$rename":
		found := lookup(d, path)
		if len(found) == 0 {
			return d
		}
		return editField(withoutPath(d, path), splitPath(text(argument)), constant(found[0]))
	}
	edit := arrayEditor(operator, argument)
	if removes := operator == "$pull" || operator == "$pullAll"; removes && len(lookup(d, path)) == 0 {
		return d
	}
	return editField(d, path, edit)
}

// withoutPath changes nothing where the path leads nowhere.
func withoutPath(d document, path []string) document {
	if len(lookup(d, path)) == 0 {
		return d
	}
	return editField(d, path, func(any, bool) (any, bool) { return nil, false })
}

// sum takes a missing field for 0. Whole numbers stay whole, and get the longer type where they need it:
// https://www.mongodb.com/docs/v4.4/reference/operator/update/inc/
func sum(a, b any) any {
	if a == nil {
		a = 0
	}
	i, iWhole := toInt64(a)
	j, jWhole := toInt64(b)
	if iWhole && jWhole {
		_, iLong := a.(int64)
		_, jLong := b.(int64)
		if total := i + j; iLong || jLong || total != int64(int32(total)) {
			return total
		}
		return int(i + j)
	}
	f, fNumber := toFloat(a)
	g, gNumber := toFloat(b)
	if !fNumber || !gNumber {
		panic(typeMismatch.errorf("Cannot apply $inc to a value of non-numeric type"))
	}
	return f + g
}

// resolvePositional puts the index of the first element that the query fits into the place of "$":
// https://www.mongodb.com/docs/v4.4/reference/operator/update/positional/
func resolvePositional(path string, d, query document) string {
	field, rest, found := strings.Cut(path, ".$")
	if !found {
		return path
	}
	if rest != "" && rest[0] != '.' {
		panic(badValue.errorf("array filters are not supported: %s", path))
	}
	elements, _ := first(d, splitPath(field)).(array)
	for i, element := range elements {
		for _, condition := range query {
			if fitsElement(element, field, condition) {
				return field + "." + strconv.Itoa(i) + rest
			}
		}
	}
	panic(badValue.errorf("The positional operator did not find the match needed from the query."))
}

func fitsElement(element any, field string, condition bson.DocElem) bool {
	if condition.Name == field {
		// An $elemMatch wants the array around the element.
		return matchesValue(array{element}, condition.Value) || matchesValue(array{array{element}}, condition.Value)
	}
	below, isBelow := strings.CutPrefix(condition.Name, field+".")
	return isBelow && len(lookup(element, splitPath(below))) > 0 &&
		matchesValue(lookup(element, splitPath(below)), condition.Value)
}

// upsertBase is what an upsert starts from: the equalities of its query.
// https://www.mongodb.com/docs/v4.4/reference/method/db.collection.update/#upsert-behavior
func upsertBase(query, base document) document {
	for _, condition := range query {
		if condition.Name == "$and" {
			for _, part := range asArray(condition.Value, "$and") {
				base = upsertBase(asDocument(part, "a query"), base)
			}
		}
		if strings.HasPrefix(condition.Name, "$") {
			continue
		}
		value := condition.Value
		if operators, ok := operatorsOf(value); ok {
			if value, ok = get(operators, "$eq"); !ok {
				continue
			}
		}
		base = editField(base, splitPath(condition.Name), constant(value))
	}
	return base
}

// upserted is the new document of an upsert.
func upserted(query, update document) document {
	base := upsertBase(query, document{})
	if isReplacement(update) {
		if id, ok := get(base, "_id"); ok {
			base = newDocument("_id", id)
		} else {
			base = document{}
		}
	}
	return withID(updated(base, update, query, true))
}

// withID gives a document that has none an _id of its own.
func withID(d document) document {
	if _, ok := get(d, "_id"); ok {
		return d
	}
	return append(newDocument("_id", bson.NewObjectId()), d...)
}
