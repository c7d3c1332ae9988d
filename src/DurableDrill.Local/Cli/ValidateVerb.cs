using System.CommandLine;
using DurableDrill.Local.Targets;
using DurableDrill.Plans;
using DurableDrill.Targets;
using Spectre.Console;

namespace DurableDrill.Local.Cli;

/// <summary>Checks target files, or plans with <c>--target</c>: every mistake at once, each with its place.</summary>
internal sealed class ValidateVerb : Verb
{
    private readonly Argument<string[]> files = new("file")
    {
        Description = "Target files, or plans when --plan is given; names of shipped targets too",
        Arity = ArgumentArity.OneOrMore,
    };

    private readonly Option<bool> plan = new("--plan") { Description = "The files are plans, not target files" };
    private readonly Option<string?> target = new("--target", "-t") { Description = "The target that the plans are for: its names are checked, too", HelpName = "name|file" };
    private readonly Option<string[]> set = CommonOptions.Set();

    public ValidateVerb()
        : base("validate", "Check target files and plans: every mistake at once")
    {
        Add(files);
        Add(plan);
        Add(target);
        Add(set);
    }

    public override async Task<ExitCode> RunAsync(Session session, CancellationToken cancellation)
    {
        var arguments = session.Arguments;
        var parameters = CommonOptions.Parameters(arguments, set);
        var definition = arguments.GetValue(target) is { } name ? await TargetChoice.ReadFileAsync(name, parameters, cancellation) : null;
        var results = new List<FileFindings>();
        foreach (var file in arguments.GetRequiredValue(files))
        {
            var path = TargetFiles.Find(file) ?? throw new CliException($"there is no file {file}, and no shipped target of this name ({string.Join(", ", TargetFiles.ShippedNames())})");
            var findings = arguments.GetValue(plan)
                ? PlanReader.Read(await File.ReadAllTextAsync(path, cancellation), path, definition).Findings
                : (await TargetFiles.ReadAsync(path, parameters, cancellation)).Findings;
            results.Add(new(file, findings.All(finding => finding.Severity != Severity.Error), findings));
        }

        session.Screen.Show(new { valid = results.All(result => result.Valid), files = results }, console =>
        {
            foreach (var result in results)
            {
                foreach (var finding in result.Findings)
                {
                    console.WriteLine($"{(finding.Severity == Severity.Error ? "error" : "warning")}: {CliException.Describe(finding)}");
                }

                console.WriteLine($"{result.File}: {(result.Valid ? "valid" : "not valid")}");
            }
        });
        return results.All(result => result.Valid) ? ExitCode.Passed : ExitCode.Error;
    }

    private sealed record FileFindings(string File, bool Valid, IReadOnlyList<Finding> Findings);
}
