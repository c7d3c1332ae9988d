using System.CommandLine;
using DurableDrill.Faults;
using DurableDrill.Local.Watchdog;
using Spectre.Console;

namespace DurableDrill.Local.Cli;

/// <summary>Reverts faults by hand, due or not.</summary>
internal sealed class RevertVerb : Verb
{
    private readonly Argument<string[]> ids = new("id")
    {
        Description = "Tickets or drills (default: every open ticket)",
        Arity = ArgumentArity.ZeroOrMore,
    };

    public RevertVerb()
        : base("revert", "Revert faults by hand: every open ticket, or those named")
    {
        Add(ids);
    }

    public override bool Remote => true;

    public override async Task<ExitCode> RunAsync(Session session, CancellationToken cancellation)
    {
        JanitorReport report;
        try
        {
            report = await session.Client.RevertAsync(session.Arguments.GetValue(ids) ?? [], cancellation);
        }
        catch (KeyNotFoundException error)
        {
            throw new CliException($"{error.Message} What a server injured, container groups among it, is reverted there: drill --server URL revert");
        }

        session.Screen.Show(report, console =>
        {
            foreach (var act in report.Acts)
            {
                console.WriteLine(CareReport.Describe(act));
            }

            foreach (var problem in report.Unreadable)
            {
                console.WriteLine($"a person must look: {problem}");
            }

            if (report.Acts.Count == 0 && report.Unreadable.Count == 0)
            {
                console.WriteLine("no open ticket: nothing to revert");
            }
        });
        return report.Unreadable.Count == 0 && report.Acts.All(act => act.Outcome is not JanitorOutcome.Failed) ? ExitCode.Passed : ExitCode.Error;
    }
}
