package main

import "strings"

// evaluate gives an expression's value for a document: https://www.mongodb.com/docs/v4.4/meta/aggregation-quick-reference/
func evaluate(d document, expression any) any {
	switch e := expression.(type) {
	case string:
		if path, ok := strings.CutPrefix(e, "$"); ok {
			return evaluatePath(d, path)
		}
	case document:
		if len(e) == 1 && strings.HasPrefix(e[0].Name, "$") {
			return evaluateOperator(e[0].Name, evaluate(d, e[0].Value))
		}
		result := document{}
		for _, field := range e {
			result = append(result, newDocument(field.Name, evaluate(d, field.Value))...)
		}
		return result
	}
	return expression
}

func evaluatePath(d document, path string) any {
	if path == "$ROOT" {
		return d
	}
	switch found := lookup(d, splitPath(path)); len(found) {
	case 0:
		return nil
	case 1:
		return found[0]
	default:
		return found
	}
}

// evaluateOperator has those that Juju uses.
func evaluateOperator(operator string, argument any) any {
	switch operator {
	case "$toString":
		switch argument.(type) {
		case nil:
			return nil
		case string, int, int64:
			return text(argument)
		}
	case "$size":
		return len(asArray(argument, operator))
	case "$arrayToObject":
		object := document{}
		for _, pair := range asArray(argument, operator) {
			member := asDocument(pair, operator)
			value, _ := get(member, "v")
			object = append(object, newDocument(textField(member, "k"), value)...)
		}
		return object
	}
	panic(badValue.errorf("Unrecognized expression '%s'", operator))
}
