package main

import (
	"context"
	"time"

	heroku "github.com/heroku/heroku-go/v6"
)

// buildSpace makes a team with a space of the Fir generation, releases an image in it, and removes everything again.
func buildSpace(ctx context.Context, client *heroku.Service, seen map[string]any) {
	team := must(client.TeamCreate(ctx, heroku.TeamCreateOpts{Name: "go-team"}))
	space := must(client.SpaceCreate(ctx, heroku.SpaceCreateOpts{
		Name: "go-space", Team: team.Name, Region: to("frankfurt"), Generation: to("fir"),
	}))
	for space.State != "allocated" {
		time.Sleep(20 * time.Millisecond)
		space = must(client.SpaceInfo(ctx, space.ID))
	}
	seen["outgoing addresses"] = len(must(client.SpaceNATInfo(ctx, space.ID)).Sources)
	rules := heroku.InboundRulesetCreateOpts{}
	rules.Rules = append(rules.Rules, &struct {
		Action string `json:"action" url:"action,key"`
		Source string `json:"source" url:"source,key"`
	}{"allow", "203.0.113.0/24"})
	must(client.InboundRulesetCreate(ctx, space.ID, rules))
	seen["rule"] = must(client.InboundRulesetCurrent(ctx, space.ID)).Rules[0].Source
	seen["space members"] = len(must(client.SpaceAppAccessList(ctx, space.ID, nil)))
	vpn := must(client.VPNConnectionCreate(ctx, space.ID, heroku.VPNConnectionCreateOpts{
		Name: "office", PublicIP: "203.0.113.7", RoutableCidrs: []string{"172.16.0.0/16"},
	}))
	for vpn.Status != "active" {
		time.Sleep(20 * time.Millisecond)
		vpn = must(client.VPNConnectionInfo(ctx, space.ID, vpn.ID))
	}
	seen["tunnels"] = len(vpn.Tunnels)
	releaseImage(ctx, client, seen, space)
	must(client.SpaceDelete(ctx, space.ID))
	for {
		if _, err := client.SpaceInfo(ctx, space.ID); err != nil {
			break
		}
		time.Sleep(20 * time.Millisecond)
	}
	must(client.TeamDelete(ctx, team.ID))
}

func releaseImage(ctx context.Context, client *heroku.Service, seen map[string]any, space *heroku.Space) {
	made := must(client.TeamAppCreate(ctx, heroku.TeamAppCreateOpts{Name: to("go-birch"), Space: &space.Name}))
	app := must(client.AppInfo(ctx, made.ID))
	seen["generation"] = app.Generation.Name
	image := must(client.OciImageCreate(ctx, app.ID, heroku.OciImageCreateOpts{
		Commit: to("0123456789"),
		ProcessTypes: map[string]struct {
			Command    string `json:"command" url:"command,key"`
			Default    *bool  `json:"default" url:"default,key"`
			DisplayCmd string `json:"display_cmd" url:"display_cmd,key"`
			Name       string `json:"name" url:"name,key"`
			WorkingDir string `json:"working_dir" url:"working_dir,key"`
		}{"web": {Command: "./web", Name: "web", DisplayCmd: "./web", WorkingDir: "/"}},
	}))
	seen["images"] = len(must(client.OciImageInfo(ctx, app.ID, image.ID)))
	must(client.ReleaseCreate(ctx, app.ID, heroku.ReleaseCreateOpts{OciImage: &image.ID}))
	seen["fir web"] = must(client.FormationInfo(ctx, app.ID, "web")).Size
	opts := heroku.TelemetryDrainCreateOpts{Signals: []string{"logs"}}
	opts.Owner.ID, opts.Owner.Type = app.ID, "app"
	opts.Exporter.Type, opts.Exporter.Endpoint = "otlphttp", "https://otel.example.com"
	opts.Exporter.Headers = map[string]string{"x-key": "hush"}
	drain := must(client.TelemetryDrainCreate(ctx, opts))
	seen["telemetry headers"] = len(must(client.TelemetryDrainInfo(ctx, drain.ID)).Exporter.Headers)
	must(client.AppDelete(ctx, app.ID))
}
