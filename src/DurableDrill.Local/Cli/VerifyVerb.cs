using System.CommandLine;
using DurableDrill.Adapters.Files.Verification;
using DurableDrill.Integrity;
using DurableDrill.Reports;
using DurableDrill.Targets;
using Spectre.Console;

namespace DurableDrill.Local.Cli;

/// <summary>
/// Compares two lists of ids: what was expected, and what is there. With a drill instead, its sink is read once more, so that loss which a later
/// replay healed is told apart; the verdict stays.
/// </summary>
internal sealed class VerifyVerb : Verb
{
    private const int ShownIntervals = 10;

    private readonly Argument<string?> drill = new("drill") { Description = "A drill that is over: read its sink again", Arity = ArgumentArity.ZeroOrOne };
    private readonly Option<string?> expected = new("--expected") { Description = "The ids that should be there, one a line; gzip too", HelpName = "file" };
    private readonly Option<string?> actual = new("--actual") { Description = "The ids that are there", HelpName = "file" };
    private readonly Option<Guarantee> guarantee = new("--guarantee")
    {
        Description = "exactly-once and at-most-once: doubled ids fail; at-least-once: they are told",
        HelpName = "guarantee",
        CustomParser = result => Parse(result.Tokens[0].Value, result),
        DefaultValueFactory = _ => Guarantee.ExactlyOnce,
    };

    private readonly Option<string?> ids = new("--ids")
    {
        Description = "Where the ids of a class are written in full when they are many (default: HOME/verify/TIME; docs/id-list-format.md)",
        HelpName = "folder",
    };

    public VerifyVerb()
        : base("verify", "Compare two lists of ids, or a drill's ledger with its sink once more")
    {
        Add(drill);
        Add(expected);
        Add(actual);
        Add(guarantee);
        Add(ids);
    }

    /// <summary>Two files need no home, and the speed of comparing them is promised.</summary>
    public override bool Tidies => false;

    public override Task<ExitCode> RunAsync(Session session, CancellationToken cancellation)
    {
        var arguments = session.Arguments;
        return (arguments.GetValue(drill), arguments.GetValue(expected), arguments.GetValue(actual)) switch
        {
            ({ } id, null, null) => RecheckAsync(session, id, cancellation),
            (null, { } one, { } other) => CompareAsync(session, one, other, cancellation),
            _ => throw new CliException("either --expected FILE and --actual FILE, or the id of a drill is expected"),
        };
    }

    private async Task<ExitCode> CompareAsync(Session session, string one, string other, CancellationToken cancellation)
    {
        var options = new FileVerificationOptions
        {
            Guarantee = session.Arguments.GetValue(guarantee),
            IdsFolder = Path.GetFullPath(session.Arguments.GetValue(ids) ?? Path.Combine(session.Home, "verify", $"{DateTime.UtcNow:yyyyMMdd-HHmmss}")),
        };
        FileVerificationResult result;
        try
        {
            result = await Task.Run(() => FileVerification.Run(one, other, options), cancellation).WaitAsync(cancellation);
        }
        catch (IdSourceException error)
        {
            throw new CliException(error.Message);
        }

        session.Screen.Show(result.WriteTo, console => Write(console, result));
        return result.Status switch
        {
            IntegrityStatus.Passed => ExitCode.Passed,
            IntegrityStatus.Failed => ExitCode.Failed,
            _ => ExitCode.Inconclusive,
        };
    }

    private static async Task<ExitCode> RecheckAsync(Session session, string id, CancellationToken cancellation)
    {
        await session.TidyAsync(resumed: null, cancellation);
        var view = await DrillChoice.FindAsync(session.Host, id, cancellation);
        var report = await session.Host.RecheckAsync(view.DrillId, cancellation)
            ?? throw new CliException($"{view.DrillId} has no ids to compare: {StatusVerb.Describe(view)}");
        session.Screen.Show(report, console => ReportView.Write(console, report, session.Host.Locate(view.DrillId, ReportFiles.Markdown)));
        return DrillRun.CodeOf(report.Verdict);
    }

    private static void Write(IAnsiConsole console, FileVerificationResult result)
    {
        console.WriteLine($"{DrillJson.NameOf(result.Status)}{(result.Reasons.Count > 0 ? ": " + string.Join("; ", result.Reasons) : "")}");
        console.WriteLine($"  {"expected",-14}{result.Expected,16:#,0}");
        foreach (var (idClass, of) in result.Classes)
        {
            console.WriteLine($"  {DrillJson.NameOf(idClass),-14}{of.Count,16:#,0}");
            if (idClass is IdClass.Delivered)
            {
                continue;
            }

            foreach (var interval in of.Intervals.Take(ShownIntervals))
            {
                console.WriteLine(interval.Count == 1 ? $"    {interval.First}" : $"    {interval.First} to {interval.Last} ({interval.Count:#,0})");
            }

            if (of.Intervals.Count > ShownIntervals || of.Truncated)
            {
                console.WriteLine($"    and more{(of.File is { } file ? $": {file}" : "; --json shows them")}");
            }
        }
    }

    private static Guarantee Parse(string text, System.CommandLine.Parsing.ArgumentResult result)
    {
        var known = Enum.GetValues<Guarantee>().ToDictionary(each => DrillJson.NameOf(each).Replace('_', '-'));
        if (!known.TryGetValue(text, out var found))
        {
            result.AddError($"--guarantee {text}: one of {string.Join(", ", known.Keys)} is expected");
        }

        return found;
    }
}
