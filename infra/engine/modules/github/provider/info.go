// Package provider says how the Terraform provider for GitHub appears to Pulumi.
package provider

import (
	"github.com/integrations/terraform-provider-github/v6/github"
	"github.com/pulumi/pulumi-terraform-bridge/v3/pkg/tfbridge"
	"github.com/pulumi/pulumi-terraform-bridge/v3/pkg/tfbridge/tokens"
	shimv2 "github.com/pulumi/pulumi-terraform-bridge/v3/pkg/tfshim/sdk-v2"
)

const (
	// Name is the package's name in every token.
	Name = "github"
	// Version is the published plugin and SDK that this one stands in for.
	Version = "6.15.0"
	// module is where the published SDK puts every resource and function.
	module = "index"
	// longestName bounds the names that Pulumi makes up, as the published plugin bounds them.
	longestName = 255
)

// Info describes the provider: which Terraform provider it wraps and where it must differ from the derived defaults.
func Info() tfbridge.ProviderInfo {
	info := tfbridge.ProviderInfo{
		P:                              shimv2.NewProvider(github.NewProvider(Version, "")()),
		Name:                           Name,
		Version:                        Version,
		Description:                    "GitHub for Pulumi, built from the Terraform provider.",
		Keywords:                       []string{"pulumi", "github"},
		License:                        "Apache-2.0",
		GitHubOrg:                      "integrations",
		TFProviderModuleVersion:        "v6",
		Config:                         config(),
		Resources:                      resources(),
		DataSources:                    dataSources(),
		EnableZeroDefaultSchemaVersion: true,
	}
	info.MustComputeTokens(tokens.SingleModule("github_", module, tokens.MakeStandard(Name)))
	info.SetAutonaming(longestName, "-")
	return info
}

func config() map[string]*tfbridge.SchemaInfo {
	return map[string]*tfbridge.SchemaInfo{
		"base_url": {
			Default: &tfbridge.DefaultInfo{
				EnvVars: []string{"GITHUB_BASE_URL"},
				Value:   "https://api.github.com/",
			},
		},
		"token": {
			Secret:  tfbridge.True(),
			Default: &tfbridge.DefaultInfo{EnvVars: []string{"GITHUB_TOKEN"}},
		},
	}
}

// resources lists what Terraform's schema does not tell; everything else is derived from it.
func resources() map[string]*tfbridge.ResourceInfo {
	listed := map[string]*tfbridge.ResourceInfo{}
	for _, name := range onlyOneAtATime() {
		listed[name] = &tfbridge.ResourceInfo{DeleteBeforeReplace: true}
	}
	for _, name := range secretsOfSelectedRepositories() {
		listed[name] = &tfbridge.ResourceInfo{
			Fields: map[string]*tfbridge.SchemaInfo{"selected_repository_ids": {ForceNew: tfbridge.True()}},
		}
	}
	// Terraform has come to allow only one block here; the published SDK keeps the list that it has always had.
	listed["github_repository_environment"] = &tfbridge.ResourceInfo{
		Fields: map[string]*tfbridge.SchemaInfo{"reviewers": {MaxItemsOne: tfbridge.False()}},
	}
	return listed
}

// dataSources keeps the name that the published SDK has given to a function.
func dataSources() map[string]*tfbridge.DataSourceInfo {
	return map[string]*tfbridge.DataSourceInfo{
		"github_app": {Tok: Name + ":" + module + "/getGithubApp:getGithubApp"},
	}
}

// onlyOneAtATime names the resources that GitHub identifies by their content: a second one is refused, or replaces
// the first and is then deleted with it.
func onlyOneAtATime() []string {
	return []string{
		"github_actions_environment_secret",
		"github_repository_autolink_reference",
		"github_repository_collaborator",
		"github_repository_deploy_key",
	}
}

// secretsOfSelectedRepositories names the organization secrets whose list of repositories the published plugin marks
// so that a change of it replaces the secret.
func secretsOfSelectedRepositories() []string {
	return []string{
		"github_actions_organization_secret",
		"github_codespaces_organization_secret",
		"github_dependabot_organization_secret",
	}
}
