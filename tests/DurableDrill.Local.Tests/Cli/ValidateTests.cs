namespace DurableDrill.Local.Tests.Cli;

/// <summary>Bad files: every mistake at once, each with its path and place, exit code 2.</summary>
public sealed class ValidateTests : IDisposable
{
    private const string TenMistakes = """
        target: Bad Name
        carrier: process
        colour: red
        components:
          a: { run: [x], helthy: { tcp: "127.0.0.1:1" } }
          b: { run: [x], after: [nobody] }
        groups:
          both: [a, c]
        drills:
          first: { faults: [ { kill: nope, for: 5s } ] }
          second: { faults: [ { kill: a, for: -3s } ], baseline: soon }
          third: { faults: [] }
        """;

    private readonly DrillProgram drill = new();

    public void Dispose() => drill.Dispose();

    [Fact]
    public async Task Validate_ShippedTargets_AreValid()
    {
        var run = await drill.RunAsync("validate", "orders", "--json");

        Assert.Equal(0, run.ExitCode);
        Assert.True(run.Json().GetProperty("valid").GetBoolean());
    }

    [Fact]
    public async Task Validate_TenMistakes_AllAreNamedAtOnceWithTheirPaths()
    {
        var file = drill.Write("bad.yaml", TenMistakes);

        var run = await drill.RunAsync("validate", file, "--json");

        Assert.Equal(2, run.ExitCode);
        var paths = run.Json().GetProperty("files")[0].GetProperty("findings").EnumerateArray().Select(finding => finding.GetProperty("path").GetString()).ToList();
        string[] expected =
        [
            "target", "carrier", "colour", "components.a.helthy", "components.b.after", "groups.both[1]",
            "drills.first.faults[0].kill", "drills.second.faults[0].for", "drills.second.baseline", "drills.third.faults",
        ];
        Assert.All(expected, path => Assert.Contains(path, paths));
    }

    [Fact]
    public async Task Validate_MissingFile_NamesItAndWhatThereIs()
    {
        var run = await drill.RunAsync("validate", "nowhere", "--json");

        Assert.Equal(2, run.ExitCode);
        Assert.Contains(run.Errors(), message => message.Contains("nowhere", StringComparison.Ordinal) && message.Contains("orders", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Validate_PlanForATarget_ChecksItsNames()
    {
        var plan = drill.Write("plan.yaml", "name: mine\nfaults: [ { kill: processor-9, for: 5s } ]\n");

        var run = await drill.RunAsync("validate", "--plan", plan, "--target", "orders");

        Assert.Equal(2, run.ExitCode);
        Assert.Contains("processor-9", run.Output);
        Assert.Contains("processor-1", run.Output);
    }
}
