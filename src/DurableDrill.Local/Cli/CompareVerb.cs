using System.CommandLine;
using System.Globalization;
using DurableDrill.Api;
using Spectre.Console;

namespace DurableDrill.Local.Cli;

/// <summary>Puts finished drills side by side: counts and medians, and whether that is enough to tell anything.</summary>
internal sealed class CompareVerb : Verb
{
    private readonly Argument<string[]> sides = new("sides")
    {
        Description = "Two or more: ids of finished drills with commas, or the name of a campaign",
        Arity = new ArgumentArity(2, 20),
    };

    private readonly Option<string?> type = new("--drill-type") { Description = "Drills of this type only", HelpName = "name" };

    public CompareVerb()
        : base("compare", "Put finished drills side by side: counts and medians, no statistical test")
    {
        Add(sides);
        Add(type);
    }

    public override bool Remote => true;

    public override async Task<ExitCode> RunAsync(Session session, CancellationToken cancellation)
    {
        var query = session.Arguments.GetRequiredValue(sides).Select(side => $"side={Uri.EscapeDataString(side)}").ToList();
        if (session.Arguments.GetValue(type) is { } only)
        {
            query.Add($"drill_type={Uri.EscapeDataString(only)}");
        }

        var comparison = (await session.Api.AskAsync<Comparison>(HttpMethod.Get, $"comparisons?{string.Join('&', query)}", null, cancellation))!;
        session.Screen.Show(comparison, console =>
        {
            console.WriteLine($"{"",-32}{"drills",8}{"judged",8}{"downtime",12}{"recovery",12}{"not in time",12}  verdicts");
            foreach (var side in comparison.Sides)
            {
                console.WriteLine($"{side.Side,-32}{side.Drills,8}{side.Judged,8}{Seconds(side.DowntimeDurationSeconds),12}{Seconds(side.RecoveryTimeSeconds),12}{side.RecoveryTimeSeconds.Censored,12}  "
                    + string.Join(", ", side.Verdicts.Select(verdict => $"{verdict.Value} {verdict.Key}")));
            }

            console.WriteLine(comparison.Conclusion);
        });
        return ExitCode.Passed;
    }

    private static string Seconds(ComparedFigure figure) => figure.Median is { } median ? median.ToString("0.0", CultureInfo.InvariantCulture) + " s" : "-";
}
