package main

// project gives the fields of a document that are asked for:
// https://www.mongodb.com/docs/v4.4/tutorial/project-fields-from-query-results/
// An operator as a field's value is taken for "all of it": mgo asks for {"a.$": 1} only where the rest does no harm.
func project(d, projection document) document {
	if len(projection) == 0 {
		return d
	}
	if !isInclusion(projection) {
		for _, field := range projection {
			if !isTrue(field.Value) {
				d = withoutField(d, field.Name)
			}
		}
		return d
	}
	wanted := fieldTree{}
	if id, ok := get(projection, "_id"); !ok || isTrue(id) {
		wanted["_id"] = nil
	}
	for _, field := range projection {
		if field.Name != "_id" {
			wanted.add(splitPath(field.Name))
		}
	}
	return pick(d, wanted).(document)
}

// isInclusion: the _id may differ from the other fields, so it decides only where it is alone.
func isInclusion(projection document) bool {
	for _, field := range projection {
		if (field.Name != "_id" || len(projection) == 1) && isTrue(field.Value) {
			return true
		}
	}
	return false
}

// fieldTree holds names of fields; nil stands for all that is below.
type fieldTree map[string]fieldTree

func (t fieldTree) add(path []string) {
	if len(path) == 1 || path[1] == "$" {
		t[path[0]] = nil
		return
	}
	below, ok := t[path[0]]
	if ok && below == nil {
		return
	}
	if !ok {
		below = fieldTree{}
		t[path[0]] = below
	}
	below.add(path[1:])
}

func pick(value any, wanted fieldTree) any {
	switch v := value.(type) {
	case document:
		picked := document{}
		for _, field := range v {
			below, ok := wanted[field.Name]
			if !ok {
				continue
			}
			if below != nil {
				if !hasFields(field.Value) {
					continue
				}
				field.Value = pick(field.Value, below)
			}
			picked = append(picked, field)
		}
		return picked
	case array:
		picked := array{}
		for _, element := range v {
			if hasFields(element) {
				picked = append(picked, pick(element, wanted))
			}
		}
		return picked
	}
	return value
}

func hasFields(value any) bool {
	return rank(value) == rank(document{}) || rank(value) == rank(array{})
}
