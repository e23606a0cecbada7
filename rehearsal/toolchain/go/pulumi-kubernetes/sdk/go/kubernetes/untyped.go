// Package kubernetes takes the place of the thousands of files of the SDK of the same path, of which the plugin needs
// one type.
package kubernetes

import "reflect"

// UntypedArgs are the fields of an object of any kind.
type UntypedArgs map[string]any

// ElementType says what the fields resolve to.
func (UntypedArgs) ElementType() reflect.Type { return reflect.TypeOf((*map[string]any)(nil)).Elem() }
