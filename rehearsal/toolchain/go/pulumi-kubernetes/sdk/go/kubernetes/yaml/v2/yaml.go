// Package v2 takes the place of the SDK package that turns YAML into resources.
package v2

import (
	"errors"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
)

// RegisterResource refuses: this build makes no resources out of YAML, Helm charts or Kustomize.
func RegisterResource(
	*pulumi.Context, string, string, string, pulumi.Input, ...pulumi.ResourceOption,
) (pulumi.CustomResource, error) {
	return nil, errors.New("this build of the kubernetes plugin makes no resources out of YAML, Helm charts or Kustomize")
}
