using System.CommandLine;
using DurableDrill.Api;
using Spectre.Console;

namespace DurableDrill.Local.Cli;

/// <summary>Says where a drill is.</summary>
internal sealed class StatusVerb : Verb
{
    private readonly Argument<string?> drill = CommonOptions.DrillId();

    public StatusVerb()
        : base("status", "Say where a drill is")
    {
        Add(drill);
    }

    public override bool Remote => true;

    public override async Task<ExitCode> RunAsync(Session session, CancellationToken cancellation)
    {
        var host = session.Client;
        var view = await DrillChoice.FindAsync(host, session.Arguments.GetValue(drill), cancellation);
        session.Screen.Show(view, console =>
        {
            console.WriteLine($"{view.DrillId}: {view.DrillType} on {view.Target}, started {view.StartedAt:u}: {Describe(view)}");
            foreach (var reason in view.Outcome?.Reasons ?? [])
            {
                console.WriteLine($"  - {reason}");
            }
        });
        return ExitCode.Passed;
    }

    /// <summary>A drill's state in a few words.</summary>
    public static string Describe(DrillView view) => view switch
    {
        { Problem: { } problem } => $"its history cannot be read: {problem}",
        { Outcome: { } outcome } => DrillJson.NameOf(outcome.Verdict),
        { Alive: false } => "interrupted: no process runs it",
        { Status: { } status } => status.Until is { } until ? $"{DrillJson.NameOf(status.Phase)}, until {until:HH:mm:ss} at the latest" : DrillJson.NameOf(status.Phase),
        _ => "starting",
    };
}
