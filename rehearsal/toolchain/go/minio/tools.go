//go:build tools

// Package tools names the programs whose dependencies go.mod and go.sum of this folder pin.
package tools

import (
	_ "github.com/minio/minio"
)
