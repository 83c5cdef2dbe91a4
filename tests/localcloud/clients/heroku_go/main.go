// Builds and removes a small estate with Heroku's own Go client and prints what it saw, one JSON object.
package main

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"os"
	"time"

	heroku "github.com/heroku/heroku-go/v6"
)

func must[T any](value T, err error) T {
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	return value
}

func to[T any](value T) *T { return &value }

func provisioned(ctx context.Context, client *heroku.Service, id string) *heroku.AddOn {
	for {
		addon := must(client.AddOnInfo(ctx, id))
		if addon.State == "provisioned" {
			return addon
		}
		time.Sleep(20 * time.Millisecond)
	}
}

func main() {
	ctx, stop := context.WithTimeout(context.Background(), 30*time.Second)
	defer stop()
	transport := &heroku.Transport{BearerToken: os.Getenv("HEROKU_API_KEY"), UserAgent: "heroku-go"}
	client := heroku.NewService(&http.Client{Transport: transport})
	client.URL = os.Getenv("HEROKU_API_URL")
	seen := map[string]any{}

	app := must(client.AppCreate(ctx, heroku.AppCreateOpts{Name: to("go-app"), Region: to("eu")}))
	seen["region"] = app.Region.Name
	must(client.ConfigVarUpdate(ctx, app.ID, map[string]*string{"A": to("1")}))
	addon := must(client.AddOnCreate(ctx, app.ID, heroku.AddOnCreateOpts{
		Plan: "heroku-postgresql:essential-0", Confirm: &app.Name,
	}))
	seen["addon config vars"] = provisioned(ctx, client, addon.ID).ConfigVars
	seen["config vars"] = len(must(client.ConfigVarInfoForApp(ctx, app.ID)))
	seen["attachments"] = len(must(client.AddOnAttachmentListByApp(ctx, app.ID, nil)))
	newest := must(client.ReleaseList(ctx, app.ID, &heroku.ListRange{Field: "version", Max: 1, Descending: true}))
	seen["newest release"] = newest[0].Description
	domain := must(client.DomainCreate(ctx, app.ID, heroku.DomainCreateOpts{Hostname: "go.example.com"}))
	seen["domain"] = domain.Hostname
	slug := must(client.SlugCreate(ctx, app.ID, heroku.SlugCreateOpts{ProcessTypes: map[string]string{"web": "run"}}))
	must(client.ReleaseCreate(ctx, app.ID, heroku.ReleaseCreateOpts{Slug: slug.ID}))
	process := must(client.FormationUpdate(ctx, app.ID, "web", heroku.FormationUpdateOpts{Quantity: to(1)}))
	seen["web"] = process.DynoSize.Name
	pipeline := must(client.PipelineCreate(ctx, heroku.PipelineCreateOpts{Name: "go-pipeline"}))
	coupling := must(client.PipelineCouplingCreate(ctx, heroku.PipelineCouplingCreateOpts{
		App: app.ID, Pipeline: pipeline.ID, Stage: "staging",
	}))
	seen["stage"] = coupling.Stage
	must(client.LogDrainCreate(ctx, app.ID, heroku.LogDrainCreateOpts{URL: "https://logs.example.com"}))
	must(client.AppWebhookCreate(ctx, app.ID, heroku.AppWebhookCreateOpts{
		Include: []string{"api:release"}, Level: "notify", URL: "https://ci.example.com",
	}))
	must(client.AppFeatureUpdate(ctx, app.ID, "preboot", heroku.AppFeatureUpdateOpts{Enabled: true}))
	must(client.CollaboratorCreate(ctx, app.ID, heroku.CollaboratorCreateOpts{User: "pat@example.com"}))
	seen["collaborators"] = len(must(client.CollaboratorList(ctx, app.ID, nil)))
	seen["account"] = must(client.AccountInfo(ctx)).Email
	must(client.PlanListByAddOn(ctx, "heroku-postgresql", nil))
	must(client.AddOnDelete(ctx, app.ID, addon.ID))
	must(client.PipelineDelete(ctx, pipeline.ID))
	must(client.AppDelete(ctx, app.ID))
	if _, err := client.AppInfo(ctx, app.ID); err != nil {
		seen["afterwards"] = err.Error()
	}
	buildSpace(ctx, client, seen)
	must(0, json.NewEncoder(os.Stdout).Encode(seen))
}
