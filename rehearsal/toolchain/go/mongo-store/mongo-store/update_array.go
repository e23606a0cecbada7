package main

// arrayEditor is an operator of arrays: https://www.mongodb.com/docs/v4.4/reference/operator/update-array/
func arrayEditor(operator string, argument any) editor {
	edit := func(change func(old array) array) editor {
		return func(old any, exists bool) (any, bool) {
			elements, isArray := old.(array)
			if exists && !isArray {
				panic(badValue.errorf("%s: the field must be an array", operator))
			}
			return change(elements), true
		}
	}
	switch operator {
	case "$push":
		return edit(func(old array) array { return append(append(array{}, old...), eachOf(argument)...) })
	case "$addToSet":
		return edit(func(old array) array {
			set := append(array{}, old...)
			for _, value := range eachOf(argument) {
				if !contains(set, value) {
					set = append(set, value)
				}
			}
			return set
		})
	case "$pull":
		return edit(func(old array) array {
			return filtered(old, func(element any) bool { return !isPulled(element, argument) })
		})
	case "$pullAll":
		values := asArray(argument, "$pullAll")
		return edit(func(old array) array {
			return filtered(old, func(element any) bool { return !contains(values, element) })
		})
	}
	panic(failedToParse.errorf("Unknown modifier: %s", operator))
}

// eachOf gives the values to add: the argument, or those of its $each. The modifiers beside $each are refused.
func eachOf(argument any) array {
	if d, ok := argument.(document); ok {
		if values, ok := get(d, "$each"); ok {
			if len(d) > 1 {
				panic(badValue.errorf("modifiers beside $each are not supported"))
			}
			return asArray(values, "$each")
		}
	}
	return array{argument}
}

func filtered(elements array, keep func(element any) bool) array {
	kept := array{}
	for _, element := range elements {
		if keep(element) {
			kept = append(kept, element)
		}
	}
	return kept
}

// isPulled takes a document for a query of the elements' own fields:
// https://www.mongodb.com/docs/v4.4/reference/operator/update/pull/
func isPulled(element, condition any) bool {
	query, isDocument := condition.(document)
	if _, hasOperators := operatorsOf(condition); hasOperators || !isDocument {
		return matchesValue(array{element}, condition)
	}
	d, ok := element.(document)
	return ok && matches(d, query)
}
