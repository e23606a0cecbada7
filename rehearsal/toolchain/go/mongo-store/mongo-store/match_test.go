package main

import (
	"testing"

	"github.com/juju/mgo/v2/bson"
)

func TestQueries(t *testing.T) {
	d := newDocument("n", 5, "s", "unit-mysql-0", "l", array{1, 2}, "null", nil,
		"docs", array{newDocument("k", 1, "v", 1), newDocument("k", 2, "v", 2)})
	op := func(field, operator string, argument any) document {
		return newDocument(field, newDocument(operator, argument))
	}
	tests := []struct {
		query  document
		wanted bool
	}{
		{newDocument("n", 5.0), true},
		{newDocument("n", "5"), false},
		{newDocument("n", int64(5), "s", "other"), false},
		{newDocument("l", 2), true},
		{newDocument("l", array{1, 2}), true},
		{newDocument("l.1", 2), true},
		{newDocument("docs.k", 2), true},
		{newDocument("docs.0.k", 2), false},
		{newDocument("missing", nil), true},
		{newDocument("null", nil), true},
		{newDocument("s", bson.RegEx{Pattern: "^UNIT-", Options: "i"}), true},
		{op("n", "$gt", 5), false},
		{op("n", "$gte", 5), true},
		{op("n", "$lt", "6"), false},
		{op("l", "$lte", 1), true},
		{op("n", "$ne", 5), false},
		{op("missing", "$ne", 5), true},
		{op("n", "$in", array{4, 5}), true},
		{op("n", "$in", nil), false},
		{op("n", "$nin", array{4, 5}), false},
		{op("missing", "$exists", false), true},
		{op("null", "$exists", true), true},
		{op("l", "$size", 2), true},
		{op("l", "$all", array{1, 3}), false},
		{op("n", "$not", newDocument("$gt", 5)), true},
		{op("s", "$not", bson.RegEx{Pattern: "mysql"}), false},
		{op("s", "$regex", "^unit-.*-0$"), true},
		{op("docs", "$elemMatch", newDocument("k", 1, "v", 2)), false},
		{op("docs", "$elemMatch", newDocument("k", 2, "v", 2)), true},
		{op("l", "$elemMatch", newDocument("$gt", 1, "$lt", 3)), true},
		{newDocument("$or", array{newDocument("n", 4), newDocument("n", 5)}), true},
		{newDocument("$nor", array{newDocument("n", 4), newDocument("n", 5)}), false},
		{newDocument("$and", array{newDocument("n", 5), newDocument("l", 3)}), false},
	}
	for _, test := range tests {
		if got := matches(d, test.query); got != test.wanted {
			t.Errorf("%v: got %v", test.query, got)
		}
	}
	for _, query := range []document{op("n", "$mod", array{2, 1}), newDocument("$where", "x"), op("n", "$in", 5),
		newDocument("$or", 5), op("s", "$regex", "(")} {
		if failed := attempt(func() { matches(d, query) }); failed == nil || failed.code != badValue {
			t.Errorf("%v: got %v", query, failed)
		}
	}
}

// https://www.mongodb.com/docs/v4.4/reference/bson-type-comparison-order/
func TestOrderOfTypes(t *testing.T) {
	inOrder := array{bson.MinKey, nil, 1, int64(2), 2.5, "a", "b", newDocument("a", 1), newDocument("a", 1, "b", 1), array{1},
		array{1, 2}, []byte("x"), bson.ObjectId("123456789012"), false, true, bson.MaxKey}
	for i := range inOrder {
		for j := range inOrder {
			if got := compare(inOrder[i], inOrder[j]); (got < 0) != (i < j) || (got == 0) != (i == j) {
				t.Errorf("%v and %v: got %d", inOrder[i], inOrder[j], got)
			}
		}
	}
	expect(t, keyOf(1), keyOf(1.0))
	expect(t, keyOf(1) == keyOf("1"), false)
}

func TestProjection(t *testing.T) {
	d := newDocument("_id", 1, "a", newDocument("x", 1, "y", 2), "l", array{newDocument("x", 1, "y", 2), 5}, "b", 3)
	tests := []struct{ projection, wanted document }{
		{nil, d},
		{newDocument("b", 1), newDocument("_id", 1, "b", 3)},
		{newDocument("_id", 1), newDocument("_id", 1)},
		{newDocument("_id", 0, "b", 1), newDocument("b", 3)},
		{newDocument("_id", 0, "a.x", 1, "l.y", 1, "b.z", 1), newDocument("a", newDocument("x", 1), "l", array{newDocument("y", 2)})},
		{newDocument("_id", 0, "a", 0, "l.x", 0), newDocument("l", array{newDocument("y", 2), 5}, "b", 3)},
	}
	for _, test := range tests {
		expect(t, project(d, test.projection), test.wanted)
	}
}
