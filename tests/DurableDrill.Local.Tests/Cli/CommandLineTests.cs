namespace DurableDrill.Local.Tests.Cli;

/// <summary>What holds for every verb: one JSON document or an error on standard error, and the documented exit codes.</summary>
public sealed class CommandLineTests : IDisposable
{
    private readonly DrillProgram drill = new();

    public void Dispose() => drill.Dispose();

    [Fact]
    public async Task Run_UnknownVerb_SaysItOnStandardErrorAndExits2()
    {
        var run = await drill.RunAsync("bogus");

        Assert.Equal(2, run.ExitCode);
        Assert.Empty(run.Output);
        Assert.Contains("'bogus'", run.Error);
    }

    [Fact]
    public async Task Run_UnknownVerbWithJson_IsOneDocumentOfErrors()
    {
        var run = await drill.RunAsync("bogus", "--json");

        Assert.Equal(2, run.ExitCode);
        Assert.Contains(run.Errors(), message => message.Contains("'bogus'", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Run_NoVerbAndNoTerminal_DoesNotAskAndExits2()
    {
        var run = await drill.RunAsync();

        Assert.Equal(2, run.ExitCode);
        Assert.Contains("which verb", run.Error);
    }

    [Fact]
    public async Task Help_NamesEveryVerb()
    {
        var run = await drill.RunAsync("--help");

        Assert.Equal(0, run.ExitCode);
        Assert.All(Verbs, verb => Assert.Matches($@"(?m)^  {verb}\b", run.Output));
    }

    [Fact]
    public async Task Doctor_WithJson_NamesEachCheckOnce()
    {
        var run = await drill.RunAsync("doctor", "--json");

        var names = run.Json().GetProperty("checks").EnumerateArray().Select(check => check.GetProperty("name").GetString()).ToList();
        Assert.Superset(new HashSet<string?> { "dotnet", "librdkafka", "postgresql", "kafka", "ports", "disk" }, names.ToHashSet());
        Assert.Equal(names.Count, names.Distinct().Count());
    }

    [Fact]
    public async Task Doctor_HomeIsAFile_SaysSoAndExits2()
    {
        var file = drill.Write("occupied", "");

        var run = await drill.RunAsync("doctor", "--json", "--home", file);

        Assert.Equal(2, run.ExitCode);
        var home = run.Json().GetProperty("checks").EnumerateArray().Single(check => check.GetProperty("name").GetString() == "home");
        Assert.Equal("problem", home.GetProperty("state").GetString());
    }

    private static string[] Verbs { get; } = [
        "demo", "init", "validate", "plan", "run", "list", "status", "wait", "abort", "revert", "analyze", "verify", "report", "targets", "up", "down", "doctor",
    ];
}
