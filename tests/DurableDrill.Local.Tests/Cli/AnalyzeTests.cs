namespace DurableDrill.Local.Tests.Cli;

/// <summary>Recordings through the command line: the documented JSON, and bad files.</summary>
public sealed class AnalyzeTests : IDisposable
{
    private readonly DrillProgram drill = new();

    public void Dispose() => drill.Dispose();

    [Fact]
    public async Task Analyze_RunThatRecovers_SaysWhenAndBetweenWhichRows()
    {
        var run = await drill.RunAsync("analyze", drill.Write("rows.csv", Recording(outageEnds: 20, rows: 60)), "--json");

        Assert.Equal(0, run.ExitCode);
        var first = run.Json().GetProperty("runs")[0];
        Assert.Equal("made", first.GetProperty("run").GetString());
        Assert.True(first.GetProperty("recovered").GetBoolean());
        Assert.InRange(first.GetProperty("time_to_recover_seconds").GetDouble(), 20, 22);
        Assert.Equal(2, first.GetProperty("between_seconds").GetArrayLength());
    }

    [Fact]
    public async Task Analyze_CutSoonAfterRecovery_SaysSinceWhenAndNotRecovered()
    {
        var run = await drill.RunAsync("analyze", drill.Write("cut.csv", Recording(outageEnds: 20, rows: 24)), "--json");

        var first = run.Json().GetProperty("runs")[0];
        Assert.False(first.GetProperty("recovered").GetBoolean());
        Assert.InRange(first.GetProperty("in_band_since_seconds").GetDouble(), 20, 22);
    }

    [Fact]
    public async Task Analyze_TwoBadLines_NamesBothAndExits2()
    {
        var run = await drill.RunAsync("analyze", drill.Write("bad.csv", "run,t_s,input_msgs,output_msgs,p50_ms,p99_ms\na,0,x,1,,\na,1,1,-1,,\n"), "--json");

        Assert.Equal(2, run.ExitCode);
        Assert.Contains(run.Errors(), message => message.StartsWith("line 2", StringComparison.Ordinal));
        Assert.Contains(run.Errors(), message => message.StartsWith("line 3", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Analyze_NoSuchFile_SaysWhichAndExits2()
    {
        var run = await drill.RunAsync("analyze", "nowhere.csv", "--json");

        Assert.Equal(2, run.ExitCode);
        Assert.Contains("nowhere.csv", Assert.Single(run.Errors()));
    }

    /// <summary>100 messages a second; nothing comes out for a while, then what waited, then what comes in.</summary>
    private static string Recording(int outageEnds, int rows) => "run,t_s,input_msgs,output_msgs,p50_ms,p99_ms\n" + string.Join("\n", Enumerable.Range(0, rows).Select(second =>
        second < outageEnds ? $"made,{second},100,0,,"
        : second == outageEnds ? $"made,{second},100,{(outageEnds + 1) * 100},9000,19000"
        : $"made,{second},100,100,{50 + (second % 3)},{80 + (second % 5)}")) + "\n";
}
