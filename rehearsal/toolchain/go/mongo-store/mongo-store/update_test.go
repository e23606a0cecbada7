package main

import "testing"

func TestUpdateOperators(t *testing.T) {
	tests := []struct {
		name                          string
		before, query, update, wanted document
	}{
		{"$set makes the path", document{}, nil, newDocument("$set", newDocument("a.b", 1)), newDocument("a", newDocument("b", 1))},
		{"$set of an element", newDocument("a", array{1, 2}), nil, newDocument("$set", newDocument("a.1", 3)), newDocument("a", array{1, 3})},
		{"$set behind an array's end", newDocument("a", array{1}), nil, newDocument("$set", newDocument("a.2", 3)), newDocument("a", array{1, nil, 3})},
		{"$unset", newDocument("a", 1, "b", 2), nil, newDocument("$unset", newDocument("a", 1)), newDocument("b", 2)},
		{"$unset of an element", newDocument("a", array{1, 2}), nil, newDocument("$unset", newDocument("a.0", 1)), newDocument("a", array{nil, 2})},
		{"$unset behind an array's end", newDocument("a", array{1}), nil, newDocument("$unset", newDocument("a.5", 1)), newDocument("a", array{1})},
		{"$unset below a value", newDocument("a", "x"), nil, newDocument("$unset", newDocument("a.b", 1)), newDocument("a", "x")},
		{"$inc", newDocument("a", 1), nil, newDocument("$inc", newDocument("a", 2, "b", 3)), newDocument("a", 3, "b", 3)},
		{"$inc of a long", newDocument("a", int64(1)), nil, newDocument("$inc", newDocument("a", 2)), newDocument("a", int64(3))},
		{"$inc beyond 32 bits", newDocument("a", 1<<31-1), nil, newDocument("$inc", newDocument("a", 1)), newDocument("a", int64(1<<31))},
		{"$push", newDocument("a", array{1}), nil, newDocument("$push", newDocument("a", 1, "b", 2)), newDocument("a", array{1, 1}, "b", array{2})},
		{"$push of each", newDocument("a", array{1}), nil, newDocument("$push", newDocument("a", newDocument("$each", array{2, 3}))), newDocument("a", array{1, 2, 3})},
		{"$addToSet", newDocument("a", array{1}), nil, newDocument("$addToSet", newDocument("a", newDocument("$each", array{1, 2}))), newDocument("a", array{1, 2})},
		{"$pull of a value", newDocument("a", array{1, 2, 1}), nil, newDocument("$pull", newDocument("a", 1)), newDocument("a", array{2})},
		{"$pull of a query", newDocument("a", array{newDocument("k", 1), newDocument("k", 2)}), nil, newDocument("$pull", newDocument("a", newDocument("k", 2))), newDocument("a", array{newDocument("k", 1)})},
		{"$pull of an operator", newDocument("a", array{1, 2}), nil, newDocument("$pull", newDocument("a", newDocument("$in", array{2}))), newDocument("a", array{1})},
		{"$pull of nothing", newDocument("b", 1), nil, newDocument("$pull", newDocument("a.c", 1)), newDocument("b", 1)},
		{"$pullAll", newDocument("a", array{1, 2, 3}), nil, newDocument("$pullAll", newDocument("a", array{1, 3})), newDocument("a", array{2})},
		{"$rename", newDocument("a", 1), nil, newDocument("$rename", newDocument("a", "b.c")), newDocument("b", newDocument("c", 1))},
		{"$setOnInsert on an update", newDocument("a", 1), nil, newDocument("$setOnInsert", newDocument("a", 2)), newDocument("a", 1)},
		{"replacement", newDocument("_id", 7, "a", 1), nil, newDocument("b", 2), newDocument("_id", 7, "b", 2)},
		{"positional value", newDocument("a", array{1, 2}), newDocument("a", 2), newDocument("$set", newDocument("a.$", 9)), newDocument("a", array{1, 9})},
		{"positional field", newDocument("a", array{newDocument("k", 1), newDocument("k", 2)}), newDocument("a.k", 2),
			newDocument("$set", newDocument("a.$.v", 9)), newDocument("a", array{newDocument("k", 1), newDocument("k", 2, "v", 9)})},
		{"positional of $elemMatch", newDocument("a", array{newDocument("k", 1), newDocument("k", 2)}),
			newDocument("a", newDocument("$elemMatch", newDocument("k", 2))),
			newDocument("$set", newDocument("a.$.v", 9)), newDocument("a", array{newDocument("k", 1), newDocument("k", 2, "v", 9)})},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			original := text(test.before)
			expect(t, updated(test.before, test.update, test.query, false), test.wanted)
			expect(t, text(test.before), original)
		})
	}
}

func TestUpdatesThatAreRefused(t *testing.T) {
	d := newDocument("_id", 1, "a", "text", "l", array{1})
	tests := map[string]struct {
		update document
		code   errorCode
	}{
		"unknown operator":           {newDocument("$upsideDown", newDocument("a", 1)), failedToParse},
		"operator without fields":    {newDocument("$set", 1), failedToParse},
		"another _id":                {newDocument("$set", newDocument("_id", 2)), immutableField},
		"replacement of the _id":     {newDocument("_id", 2), immutableField},
		"$inc of text":               {newDocument("$inc", newDocument("a", 1)), typeMismatch},
		"path through text":          {newDocument("$set", newDocument("a.b", 1)), pathNotViable},
		"name in an array":           {newDocument("$set", newDocument("l.b", 1)), pathNotViable},
		"$push to text":              {newDocument("$push", newDocument("a", 1)), badValue},
		"modifier of $push":          {newDocument("$push", newDocument("l", newDocument("$each", array{}, "$slice", 1))), badValue},
		"all positional":             {newDocument("$set", newDocument("l.$[]", 1)), badValue},
		"positional without a match": {newDocument("$set", newDocument("l.$", 1)), badValue},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			failed := attempt(func() { updated(d, test.update, document{}, false) })
			if failed == nil || failed.code != test.code {
				t.Errorf("got %v, wanted %v", failed, test.code)
			}
		})
	}
}

func TestUpsert(t *testing.T) {
	expect(t, upserted(newDocument("_id", 1, "a", newDocument("$eq", 2), "b", newDocument("$gt", 1)), newDocument("$inc", newDocument("n", 1), "$setOnInsert", newDocument("i", 1))),
		newDocument("_id", 1, "a", 2, "n", 1, "i", 1))
	expect(t, upserted(newDocument("_id", 1, "a", 2), newDocument("b", 3)), newDocument("_id", 1, "b", 3))
}
