namespace DurableDrill.Local.Tests.Cli;

/// <summary>Each verb with <c>--json</c> on an empty home: one document on standard output and the documented exit code.</summary>
public sealed class VerbJsonTests : IDisposable
{
    private readonly DrillProgram drill = new();

    public void Dispose() => drill.Dispose();

    [Theory]
    [InlineData("list", "drills")]
    [InlineData("targets", "targets")]
    [InlineData("revert", "acts")]
    [InlineData("plan cascading 60 --target orders", "plan")]
    [InlineData("plan comprehensive --target orders", "parts")]
    public async Task Json_OnAnEmptyHome_IsOneDocument(string command, string property)
    {
        var run = await drill.RunAsync([.. command.Split(' '), "--json"]);

        Assert.Equal(0, run.ExitCode);
        Assert.True(run.Json().TryGetProperty(property, out _), run.Output);
    }

    [Theory]
    [InlineData("status", "no drill was run")]
    [InlineData("wait nothing-1", "no drill \"nothing-1\"")]
    [InlineData("abort ../../etc", "no drill \"../../etc\"")]
    [InlineData("report", "no drill was run")]
    [InlineData("revert ticket-1", "no ticket 'ticket-1'")]
    [InlineData("down nothing", "no target \"nothing\"")]
    [InlineData("up nothing", "no target \"nothing\"")]
    [InlineData("run", "which drill?")]
    [InlineData("run nonsense", "no drill \"nonsense\"")]
    [InlineData("run worker -5", "-5")]
    [InlineData("run worker 1e9", "at most 86400")]
    [InlineData("run worker --set rate", "name=value")]
    [InlineData("run worker --set rats=1", "rats")]
    [InlineData("run worker --target nowhere.yaml", "no target file nowhere.yaml")]
    [InlineData("run --plan nowhere.yaml", "nowhere.yaml")]
    [InlineData("analyze x.csv --stable-for 0", "more than 0")]
    [InlineData("init Bad_Name", "Bad_Name")]
    public async Task Json_BadInput_IsOneDocumentOfErrorsAndExits2(string command, string message)
    {
        var run = await drill.RunAsync([.. command.Split(' '), "--json"]);

        Assert.Equal(2, run.ExitCode);
        Assert.Contains(run.Errors(), error => error.Contains(message, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Run_Seconds_StretchTheWholeTimeline()
    {
        var run = await drill.RunAsync("plan", "worker", "60", "--target", "orders", "--json");

        Assert.Equal("00:01:00", run.Json().GetProperty("plan").GetProperty("faults")[0].GetProperty("for").GetString());
    }

    [Fact]
    public async Task Init_ThenValidate_TheStarterFileIsValid()
    {
        var init = await drill.RunAsync("init", "mine", "--json");
        var again = await drill.RunAsync("init", "mine", "--json");
        drill.Write("mine.yaml", "changed: true\n");
        var refused = await drill.RunAsync("init", "mine", "--json");

        Assert.Equal([0, 0, 2], new[] { init.ExitCode, again.ExitCode, refused.ExitCode });
        Assert.True(File.Exists(Path.Combine(drill.Home, "mine.yaml")));
        Assert.Contains("mine.yaml is there already", Assert.Single(refused.Errors()));
    }
}
