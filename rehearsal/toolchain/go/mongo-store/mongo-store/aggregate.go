package main

import "github.com/juju/mgo/v2/bson"

// aggregate sends documents through the stages of a pipeline, as far as Juju uses them:
// https://www.mongodb.com/docs/v4.4/reference/operator/aggregation-pipeline/
func (s *store) aggregate(database string, documents []document, pipeline array) []document {
	for _, stage := range pipeline {
		fields := asDocument(stage, "a stage")
		if len(fields) != 1 {
			panic(badValue.errorf("a stage must have one field, this has %d", len(fields)))
		}
		documents = s.stage(database, documents, fields[0])
	}
	return documents
}

func (s *store) stage(database string, documents []document, stage bson.DocElem) []document {
	switch stage.Name {
	case "$match":
		query := asDocument(stage.Value, stage.Name)
		var matching []document
		for _, d := range documents {
			if matches(d, query) {
				matching = append(matching, d)
			}
		}
		return matching
	case "$sort":
		sortDocuments(documents, asDocument(stage.Value, stage.Name))
		return documents
	case "$limit":
		return documents[:min(len(documents), toInt(stage.Value))]
	case "$project":
		return mapped(documents, func(d document) document {
			return projectStage(d, asDocument(stage.Value, stage.Name))
		})
	case "$replaceRoot":
		root, _ := get(asDocument(stage.Value, stage.Name), "newRoot")
		return mapped(documents, func(d document) document { return asDocument(evaluate(d, root), "newRoot") })
	case "$count":
		return []document{newDocument(text(stage.Value), len(documents))}
	case "$group":
		return group(documents, asDocument(stage.Value, stage.Name))
	case "$out":
		target := s.created(database + "." + text(stage.Value))
		s.clear(target)
		for _, d := range documents {
			s.put(target, d)
		}
		return nil
	}
	panic(badValue.errorf("Unrecognized pipeline stage name: '%s'", stage.Name))
}

func mapped(documents []document, change func(document) document) []document {
	result := make([]document, len(documents))
	for i, d := range documents {
		result[i] = change(d)
	}
	return result
}

// projectStage takes fields as they are (1, true) and computes others. A computed _id takes the place of the other one.
func projectStage(d document, projection document) document {
	plain, computed := document{}, document{}
	for _, field := range projection {
		_, isNumber := toFloat(field.Value)
		if _, isBool := field.Value.(bool); isNumber || isBool {
			plain = append(plain, field)
		} else {
			computed = append(computed, field)
		}
	}
	if len(computed) == 0 {
		return project(d, plain)
	}
	// With a computed field a projection is one of inclusion.
	result := project(d, append(plain, computed...))
	for _, field := range computed {
		result = editField(result, splitPath(field.Name), constant(evaluate(d, field.Value)))
	}
	return result
}

// group gives one document for each value of _id, in the order of their first: $group of
// https://www.mongodb.com/docs/v4.4/reference/operator/aggregation/group/
func group(documents []document, by document) []document {
	places := map[string]int{}
	var groups []document
	idOf, _ := get(by, "_id")
	for _, d := range documents {
		id := evaluate(d, idOf)
		place, known := places[keyOf(id)]
		if !known {
			place = len(groups)
			places[keyOf(id)] = place
			groups = append(groups, newDocument("_id", id))
		}
		for _, field := range by {
			if field.Name == "_id" {
				continue
			}
			accumulator := asDocument(field.Value, "an accumulator")[0]
			value := evaluate(d, accumulator.Value)
			groups[place] = editField(groups[place], []string{field.Name}, accumulate(accumulator.Name, value))
		}
	}
	return groups
}

func accumulate(accumulator string, value any) editor {
	return func(old any, exists bool) (any, bool) {
		switch accumulator {
		case "$sum":
			if _, isNumber := toFloat(value); !isNumber {
				value = 0
			}
			return sum(old, value), true
		case "$first":
			if exists {
				return old, true
			}
			return value, true
		case "$push":
			values, _ := old.(array)
			return append(append(array{}, values...), value), true
		}
		panic(badValue.errorf("unknown group operator '%s'", accumulator))
	}
}
