// Command pulumi-resource-github serves the GitHub provider to the Pulumi engine.
//
// It is built where the published plugin cannot be downloaded, and answers to the same tokens and property names,
// so that the published pulumi_github SDK does not notice the difference.
package main

import (
	_ "embed"

	"github.com/pulumi/pulumi-terraform-bridge/v3/pkg/tfbridge"

	"twelvefold.dev/engine/github/provider"
)

// Written by cmd/tfgen before this command is compiled; it is not committed because the pinned modules determine it.
//
//go:embed schema.json
var schema []byte

func main() {
	tfbridge.Main(provider.Name, provider.Version, provider.Info(), schema)
}
