package main

import (
	"bytes"
	"cmp"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/juju/mgo/v2/bson"
)

// rank is a value's place in the order of the types:
// https://www.mongodb.com/docs/v4.4/reference/bson-type-comparison-order/
func rank(value any) int {
	switch value.(type) {
	case nil:
		return 1
	case int, int64, float64:
		return 2
	case string, bson.Symbol:
		return 3
	case document:
		return 4
	case array:
		return 5
	case []byte, bson.Binary:
		return 6
	case bson.ObjectId:
		return 7
	case bool:
		return 8
	case time.Time:
		return 9
	case bson.MongoTimestamp:
		return 10
	case bson.RegEx:
		return 11
	}
	if value == bson.MinKey {
		return 0
	}
	return 12
}

// compare orders any two values, numbers of all types by their worth.
func compare(a, b any) int {
	if byType := cmp.Compare(rank(a), rank(b)); byType != 0 {
		return byType
	}
	switch x := a.(type) {
	case int, int64, float64:
		return compareNumbers(a, b)
	case bson.ObjectId:
		return strings.Compare(string(x), string(b.(bson.ObjectId)))
	case bool:
		return cmp.Compare(toBit(x), toBit(b.(bool)))
	case time.Time:
		return x.Compare(b.(time.Time))
	case bson.MongoTimestamp:
		return cmp.Compare(x, b.(bson.MongoTimestamp))
	case document:
		return slices.CompareFunc(x, b.(document), func(f, g bson.DocElem) int {
			return cmp.Or(strings.Compare(f.Name, g.Name), compare(f.Value, g.Value))
		})
	case array:
		return slices.CompareFunc(x, b.(array), compare)
	case []byte:
		if y, ok := b.([]byte); ok {
			return bytes.Compare(x, y)
		}
	}
	return strings.Compare(text(a), text(b))
}

func compareNumbers(a, b any) int {
	i, iWhole := toInt64(a)
	j, jWhole := toInt64(b)
	if iWhole && jWhole {
		return cmp.Compare(i, j)
	}
	f, _ := toFloat(a)
	g, _ := toFloat(b)
	return cmp.Compare(f, g)
}

func toBit(b bool) int {
	if b {
		return 1
	}
	return 0
}

func isEqual(a, b any) bool { return rank(a) == rank(b) && compare(a, b) == 0 }

func contains(a array, value any) bool {
	return slices.ContainsFunc(a, func(element any) bool { return isEqual(element, value) })
}

// keyOf names a value: equal ones, and numbers of equal worth, have the same name.
func keyOf(value any) string {
	if n, ok := toFloat(value); ok {
		return "n" + strconv.FormatFloat(n, 'g', -1, 64)
	}
	switch v := value.(type) {
	case string:
		return "s" + v
	case bson.ObjectId:
		return "o" + string(v)
	}
	marshalled, err := bson.Marshal(newDocument("v", value))
	if err != nil {
		panic(badValue.errorf("%T cannot be an _id: %v", value, err))
	}
	return "b" + string(marshalled)
}

// sortDocuments sorts in place, as far as equal ones allow in the order they have. {$natural: -1} turns them round:
// https://www.mongodb.com/docs/v4.4/reference/method/cursor.sort/
func sortDocuments(documents []document, by document) {
	type criterion struct {
		path      []string
		direction int
	}
	var criteria []criterion
	for _, field := range by {
		if field.Name == "$natural" {
			if toInt(field.Value) < 0 {
				slices.Reverse(documents)
			}
			return
		}
		criteria = append(criteria, criterion{splitPath(field.Name), toInt(field.Value)})
	}
	slices.SortStableFunc(documents, func(a, b document) int {
		for _, c := range criteria {
			if order := compare(first(a, c.path), first(b, c.path)) * c.direction; order != 0 {
				return order
			}
		}
		return 0
	})
}
