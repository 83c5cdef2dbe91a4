// Command tfgen writes the Pulumi schema that pulumi-resource-github embeds:
//
//	tfgen schema --out DIR --skip-docs --skip-examples
package main

import (
	"github.com/pulumi/pulumi-terraform-bridge/v3/pkg/tfgen"

	"twelvefold.dev/engine/github/provider"
)

func main() {
	tfgen.Main(provider.Name, provider.Version, provider.Info())
}
