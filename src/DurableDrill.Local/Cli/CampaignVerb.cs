using System.CommandLine;
using System.Text.Json.Nodes;
using DurableDrill.Api;
using DurableDrill.Campaigns;
using DurableDrill.Drills;
using Spectre.Console;

namespace DurableDrill.Local.Cli;

/// <summary>Campaigns of this home, or of a server: definitions, runs, and what was missed. Their schedules count while <c>drill serve</c> runs.</summary>
internal sealed class CampaignVerb : Verb
{
    private static readonly TimeSpan LookEvery = TimeSpan.FromMilliseconds(500);

    private readonly Argument<string> action = new("action") { Description = "list, show NAME, put NAME FILE, delete NAME, run NAME or abort NAME", DefaultValueFactory = _ => "list" };
    private readonly Argument<string?> name = new("name") { Description = "The campaign", Arity = ArgumentArity.ZeroOrOne };
    private readonly Argument<string?> file = new("file") { Description = "put: its definition, YAML or JSON", Arity = ArgumentArity.ZeroOrOne };

    public CampaignVerb()
        : base("campaign", "List, show, put, delete, run or abort campaigns: drills that are run again and again")
    {
        action.AcceptOnlyFromAmong("list", "show", "put", "delete", "run", "abort");
        Add(action);
        Add(name);
        Add(file);
    }

    public override bool Remote => true;

    public override Task<ExitCode> RunAsync(Session session, CancellationToken cancellation) => session.Arguments.GetRequiredValue(action) switch
    {
        "list" => ListAsync(session, cancellation),
        "show" => ShowAsync(session, HttpMethod.Get, null, cancellation),
        "put" => PutAsync(session, cancellation),
        "delete" => DeleteAsync(session, cancellation),
        "run" => RunCampaignAsync(session, cancellation),
        _ => AbortAsync(session, cancellation),
    };

    private static async Task<ExitCode> ListAsync(Session session, CancellationToken cancellation)
    {
        var list = (await session.Api.AskAsync<CampaignList>(HttpMethod.Get, "campaigns", null, cancellation))!;
        session.Screen.Show(list, console =>
        {
            foreach (var campaign in list.Campaigns)
            {
                console.WriteLine($"{campaign.Campaign,-32} {Describe(campaign)}");
            }

            if (list.Campaigns.Count == 0)
            {
                console.WriteLine("there is no campaign; drill campaign put NAME FILE makes one");
            }
        });
        return ExitCode.Passed;
    }

    private async Task<ExitCode> ShowAsync(Session session, HttpMethod method, (string, string)? body, CancellationToken cancellation)
    {
        var view = (await session.Api.AskAsync<CampaignView>(method, PathOf(session), body, cancellation))!;
        session.Screen.Show(view, console =>
        {
            console.WriteLine($"{view.Campaign}: {Describe(view)}");
            foreach (var run in view.Runs)
            {
                console.WriteLine($"  run     {run.RunId}: {Describe(run)}");
                foreach (var drill in run.Outcome?.Drills ?? [])
                {
                    console.WriteLine($"            {drill.DrillId}: {DrillJson.NameOf(drill.Verdict)}: {string.Join("; ", drill.Reasons)}");
                }
            }

            foreach (var missed in view.Missed ?? [])
            {
                console.WriteLine($"  missed  {missed.ScheduledFor:u}: {missed.Reason}");
            }
        });
        return ExitCode.Passed;
    }

    private async Task<ExitCode> PutAsync(Session session, CancellationToken cancellation)
    {
        var path = session.Arguments.GetValue(file) ?? throw new CliException("put which file? drill campaign put NAME FILE");
        var type = Path.GetExtension(path) == ".json" ? "application/json" : "application/yaml";
        return await ShowAsync(session, HttpMethod.Put, (await File.ReadAllTextAsync(path, cancellation), type), cancellation);
    }

    private async Task<ExitCode> DeleteAsync(Session session, CancellationToken cancellation)
    {
        await session.Api.AskAsync<JsonNode>(HttpMethod.Delete, PathOf(session), null, cancellation);
        session.Screen.Show(new { deleted = session.Arguments.GetValue(name) }, console => console.WriteLine("deleted; a run that is under way goes on"));
        return ExitCode.Passed;
    }

    private async Task<ExitCode> AbortAsync(Session session, CancellationToken cancellation)
    {
        var run = (await session.Api.AskAsync<CampaignRunId>(HttpMethod.Post, $"{PathOf(session)}/abort", null, cancellation))!;
        session.Screen.Show(run, console => console.WriteLine($"{run.RunId} is asked to end"));
        return ExitCode.Passed;
    }

    /// <summary>A server goes on by itself; a run of this home lives in this process, so it is followed to its end.</summary>
    private async Task<ExitCode> RunCampaignAsync(Session session, CancellationToken cancellation)
    {
        var run = (await session.Api.AskAsync<CampaignRunId>(HttpMethod.Post, $"{PathOf(session)}/run", null, cancellation))!;
        if (session.IsRemote)
        {
            session.Screen.Show(run, console => console.WriteLine($"run {run.RunId}"));
            return ExitCode.Passed;
        }

        session.Screen.Note($"run {run.RunId}");
        var ended = await FollowAsync(session, run.RunId, cancellation);
        session.Screen.Show(ended, console => console.WriteLine($"{run.RunId}: {Describe(ended)}"));
        var verdicts = ended.Outcome?.Drills.Select(drill => drill.Verdict).ToList() ?? [Verdict.Errored];
        Verdict[] worstFirst = [Verdict.Errored, Verdict.Aborted, Verdict.Failed, Verdict.Inconclusive];
        return DrillRun.CodeOf(worstFirst.FirstOrDefault(verdicts.Contains, Verdict.Passed));
    }

    private static async Task<CampaignRunView> FollowAsync(Session session, string runId, CancellationToken interrupted)
    {
        CampaignStatus? last = null;
        var asked = false;
        while (true)
        {
            if (interrupted.IsCancellationRequested && !asked)
            {
                asked = true;
                await session.Host.AbortAsync(runId, "Ctrl-C", CancellationToken.None);
            }

            var view = await session.Host.ReadRunAsync(runId, CancellationToken.None) ?? throw new CliException($"there is no run \"{runId}\"");
            if (view.Ended)
            {
                return view;
            }

            if (view.Status is { } status && status != last)
            {
                session.Screen.Note($"drill {status.Number} of {status.Of}: {status.DrillId}");
                last = status;
            }

            await Task.Delay(LookEvery, CancellationToken.None);
        }
    }

    private string PathOf(Session session) => session.Arguments.GetValue(name) is { } given
        ? $"campaigns/{Uri.EscapeDataString(given)}"
        : throw new CliException($"which campaign? drill campaign {session.Arguments.GetValue(action)} NAME");

    private static string Describe(CampaignView view) => view.Errors is { } errors
        ? $"cannot be read: {string.Join("; ", errors)}"
        : $"{view.Schedule} {view.TimeZone}, {view.DrillsPerRun} drills, {(view.Enabled == true ? view.NextRun is { } next ? $"next run {next:u}" : "never due" : "not enabled")}, {view.MissedCount} missed";

    private static string Describe(CampaignRunView run) => run switch
    {
        { Problem: { } problem } => problem,
        { Outcome: { } outcome } => string.Join(", ", outcome.Drills.GroupBy(drill => drill.Verdict).OrderBy(group => group.Key).Select(group => $"{group.Count()} {DrillJson.NameOf(group.Key)}"))
            + (outcome.Aborted is { } why ? $"; aborted: {why}" : ""),
        { Status: { } status } => $"drill {status.Number} of {status.Of}, {status.DrillId}",
        _ => "starting",
    };

    private sealed record CampaignList(IReadOnlyList<CampaignView> Campaigns);

    private sealed record CampaignRunId(string Campaign, string RunId);
}
