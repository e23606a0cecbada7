package main

import (
	"regexp"
	"strings"

	"github.com/juju/mgo/v2/bson"
)

// matches tells whether a document fits a query: https://www.mongodb.com/docs/v4.4/reference/operator/query/
func matches(d, query document) bool {
	for _, condition := range query {
		switch condition.Name {
		case "$and":
			if !matchesAll(d, asArray(condition.Value, "$and")) {
				return false
			}
		case "$or", "$nor":
			if matchesAny(d, asArray(condition.Value, condition.Name)) != (condition.Name == "$or") {
				return false
			}
		case "$comment":
		default:
			if strings.HasPrefix(condition.Name, "$") {
				panic(badValue.errorf("unknown top level operator: %s", condition.Name))
			}
			if !matchesValue(lookup(d, splitPath(condition.Name)), condition.Value) {
				return false
			}
		}
	}
	return true
}

func matchesAll(d document, queries array) bool {
	for _, query := range queries {
		if !matches(d, asDocument(query, "a query")) {
			return false
		}
	}
	return true
}

func matchesAny(d document, queries array) bool {
	for _, query := range queries {
		if matches(d, asDocument(query, "a query")) {
			return true
		}
	}
	return false
}

// operatorsOf gives a condition's operators; false where it is a value to be equal to. DBRefs are values:
// https://www.mongodb.com/docs/v4.4/reference/database-references/
func operatorsOf(condition any) (document, bool) {
	d, ok := condition.(document)
	if !ok || len(d) == 0 || !strings.HasPrefix(d[0].Name, "$") || d[0].Name == "$ref" || d[0].Name == "$id" {
		return nil, false
	}
	return d, true
}

// matchesValue tells whether the values that a path leads to fit a condition.
func matchesValue(values array, condition any) bool {
	operators, ok := operatorsOf(condition)
	if !ok {
		return equalsAny(values, condition)
	}
	for _, operator := range operators {
		if !matchesOperator(values, operator, operators) {
			return false
		}
	}
	return true
}

// withElements adds the elements of arrays: a condition may fit an array or one of its elements.
func withElements(values array) array {
	var all array
	for _, value := range values {
		all = append(all, value)
		if elements, ok := value.(array); ok {
			all = append(all, elements...)
		}
	}
	return all
}

// equalsAny takes a missing field for null, and a regular expression for a match.
func equalsAny(values array, wanted any) bool {
	if expression, ok := wanted.(bson.RegEx); ok {
		return matchesPattern(values, expression.Pattern, expression.Options)
	}
	return wanted == nil && len(values) == 0 || contains(withElements(values), wanted)
}

func matchesOperator(values array, operator bson.DocElem, all document) bool {
	argument := operator.Value
	switch operator.Name {
	case "$eq":
		return equalsAny(values, argument)
	case "$ne":
		return !equalsAny(values, argument)
	case "$in":
		return isIn(values, argument)
	case "$nin":
		return !isIn(values, argument)
	case "$gt", "$gte", "$lt", "$lte":
		return isOrdered(values, operator.Name, argument)
	case "$exists":
		return (len(values) > 0) == isTrue(argument)
	case "$size":
		for _, value := range values {
			if a, ok := value.(array); ok && len(a) == toInt(argument) {
				return true
			}
		}
		return false
	case "$all":
		for _, wanted := range asArray(argument, "$all") {
			if !equalsAny(values, wanted) {
				return false
			}
		}
		return true
	case "$not":
		return !matchesValue(values, argument)
	case "$elemMatch":
		return matchesElement(values, asDocument(argument, "$elemMatch"))
	case "$regex":
		options := textField(all, "$options")
		if expression, ok := argument.(bson.RegEx); ok {
			return matchesPattern(values, expression.Pattern, expression.Options+options)
		}
		return matchesPattern(values, text(argument), options)
	case "$options":
		return true
	}
	panic(badValue.errorf("unknown operator: %s", operator.Name))
}

// isIn takes null for an empty list, as mgo sends a nil slice.
func isIn(values array, list any) bool {
	if list == nil {
		return false
	}
	for _, wanted := range asArray(list, "$in and $nin") {
		if equalsAny(values, wanted) {
			return true
		}
	}
	return false
}

// isOrdered compares only values of one type (type bracketing).
func isOrdered(values array, operator string, than any) bool {
	for _, value := range withElements(values) {
		if rank(value) != rank(than) {
			continue
		}
		order := compare(value, than)
		switch {
		case operator == "$gt" && order > 0, operator == "$gte" && order >= 0,
			operator == "$lt" && order < 0, operator == "$lte" && order <= 0:
			return true
		}
	}
	return false
}

// matchesElement looks for one element that fits alone: operators are for values, anything else is a query of documents.
func matchesElement(values array, condition document) bool {
	operators, ofValues := operatorsOf(condition)
	ofValues = ofValues && operators[0].Name != "$and" && operators[0].Name != "$or"
	for _, value := range values {
		elements, _ := value.(array)
		for _, element := range elements {
			if ofValues {
				if matchesValue(array{element}, condition) {
					return true
				}
			} else if d, ok := element.(document); ok && matches(d, condition) {
				return true
			}
		}
	}
	return false
}

// patterns are the compiled regular expressions, by options and pattern. The store's lock guards it.
var patterns = map[string]*regexp.Regexp{}

// matchesPattern takes Go's syntax for PCRE's, which is the same for what Juju asks for. The option x is refused.
func matchesPattern(values array, pattern, options string) bool {
	if options != "" {
		pattern = "(?" + options + ")" + pattern
	}
	expression := patterns[pattern]
	if expression == nil {
		var err error
		if expression, err = regexp.Compile(pattern); err != nil {
			panic(badValue.errorf("regular expression: %v", err))
		}
		if len(patterns) > 1000 {
			patterns = map[string]*regexp.Regexp{}
		}
		patterns[pattern] = expression
	}
	for _, value := range withElements(values) {
		if s, ok := value.(string); ok && expression.MatchString(s) {
			return true
		}
	}
	return false
}
