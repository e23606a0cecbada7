//go:build tools

// Package tools names the programs whose dependencies go.mod and go.sum of this folder pin.
package tools

import (
	_ "github.com/canonical/pebble/cmd/pebble"
	_ "github.com/juju/juju/cmd/containeragent"
	_ "github.com/juju/juju/cmd/juju"
	_ "github.com/juju/juju/cmd/jujuc"
	_ "github.com/juju/juju/cmd/jujud"
)
