using System.Text.Json;
using DurableDrill.Api;
using DurableDrill.Tests.Api;

namespace DurableDrill.Tests.Campaigns;

public sealed class CampaignTickerTests
{
    private const string EachMinute = """{ "schedule": "0 * * * * *", "drills": [ { "target": "orders", "drill": "worker" } ] }""";
    private static readonly TimeSpan Minute = TimeSpan.FromMinutes(1);

    private readonly FakeHost host = new();

    [Fact]
    public async Task Tick_EachMinute_StartsARunEachMinuteWhenTheOneBeforeHasEnded()
    {
        await PutAsync(EachMinute);

        for (var minute = 0; minute < 3; minute++)
        {
            host.Time.Advance(Minute);
            await TickAsync();
            EndRuns();
        }

        Assert.Equal(["often-20260101-000100", "often-20260101-000200", "often-20260101-000300"], host.ScheduledRuns.Select(run => run.RunId));
        Assert.Equal(0, (await ShowAsync()).GetProperty("missed_count").GetInt32());
    }

    /// <summary>As timers do: of 100 on this runtime 97 woke up to 0.14 ms early.</summary>
    [Fact]
    public async Task Tick_AMomentTooEarly_StartsTheRunOnce()
    {
        await PutAsync(EachMinute);
        host.Time.Advance(Minute - TimeSpan.FromMilliseconds(0.2));
        await TickAsync();
        EndRuns();
        host.Time.Advance(TimeSpan.FromMilliseconds(0.2));
        await TickAsync();

        Assert.Equal(["often-20260101-000100"], host.ScheduledRuns.Select(run => run.RunId));
    }

    [Fact]
    public async Task Tick_WhileARunIsUnderWay_MissesTheNextAndSaysSo()
    {
        await PutAsync(EachMinute);
        host.Time.Advance(Minute);
        await TickAsync();

        host.Time.Advance(Minute);
        var lines = await TickAsync();

        Assert.Single(host.ScheduledRuns);
        Assert.Contains("had not ended", Assert.Single(lines));
        var missed = Assert.Single((await ShowAsync()).GetProperty("missed").EnumerateArray());
        Assert.Equal("its run often-20260101-000100 had not ended", missed.GetProperty("reason").GetString());
    }

    [Fact]
    public async Task Tick_AfterARestart_GoesOnAndTellsWhatWasMissed()
    {
        await PutAsync(EachMinute);
        host.Time.Advance(Minute);
        await TickAsync();
        EndRuns();

        host.Time.Advance(10 * Minute);
        await TickAsync(new DrillApi(host, _ => { }));

        Assert.Equal(["often-20260101-000100", "often-20260101-001100"], host.ScheduledRuns.Select(run => run.RunId));
        var shown = await ShowAsync();
        Assert.Equal(9, shown.GetProperty("missed_count").GetInt32());
        Assert.Equal("2026-01-01T00:10:00+00:00", shown.GetProperty("missed")[0].GetProperty("scheduled_for").GetString());
    }

    [Fact]
    public async Task Tick_LongAfterItWasDue_DoesNotStartTheDrillOfTheNightAtNoon()
    {
        await PutAsync("""{ "schedule": "0 0 2 * * *", "drills": [ { "target": "orders", "drill": "worker" } ] }""");

        host.Time.Advance(TimeSpan.FromHours(12));
        await TickAsync();

        Assert.Empty(host.ScheduledRuns);
        Assert.Equal("the host was not there", (await ShowAsync()).GetProperty("missed")[0].GetProperty("reason").GetString());
    }

    [Fact]
    public async Task Tick_WhoseHostDiesBetweenDecisionAndStart_IsMadeGoodByTheNext()
    {
        await PutAsync(EachMinute);
        host.Time.Advance(Minute);
        host.Scheduling = () => throw new InvalidOperationException("the host dies");
        await Assert.ThrowsAsync<InvalidOperationException>(() => TickAsync());
        host.Scheduling = () => { };

        host.Time.Advance(TimeSpan.FromSeconds(20));
        await TickAsync();
        await TickAsync();

        Assert.Equal("often-20260101-000100", Assert.Single(host.ScheduledRuns).RunId);
    }

    [Fact]
    public async Task Tick_OfADefinitionThatIsNotEnabled_NeitherRunsNorMisses()
    {
        await PutAsync(EachMinute.Replace("{ \"schedule\"", "{ \"enabled\": false, \"schedule\"", StringComparison.Ordinal));

        host.Time.Advance(5 * Minute);
        await TickAsync();

        Assert.Empty(host.ScheduledRuns);
        Assert.Equal(0, (await ShowAsync()).GetProperty("missed_count").GetInt32());
    }

    [Fact]
    public async Task Tick_OfADefinitionThatCannotBeRead_SaysSoAndGoesOnWithTheOthers()
    {
        await PutAsync(EachMinute);
        await host.WriteAsync("broken", new("broken.yaml", "schedule: never"), CancellationToken.None);

        host.Time.Advance(Minute);
        var lines = await TickAsync();

        Assert.Single(host.ScheduledRuns);
        Assert.Contains(lines, line => line.StartsWith("campaign broken: broken.yaml:1:", StringComparison.Ordinal));
        Assert.Contains("errors", (await host.AskAsync("GET", "campaigns/broken")).Text());
    }

    [Fact]
    public async Task Run_ByHand_StartsOneAndRefusesASecond()
    {
        await PutAsync(EachMinute);

        var first = await host.AskAsync("POST", "campaigns/often/run");
        var second = await host.AskAsync("POST", "campaigns/often/run");

        Assert.Equal(202, first.Status);
        Assert.Equal("409 campaign-runs", second.Kind());
        Assert.Equal(202, (await host.AskAsync("POST", "campaigns/often/abort")).Status);
        Assert.Equal(["often-20260101-000000: HTTP request"], host.Aborted);
        EndRuns();
        Assert.Equal("409 campaign-does-not-run", (await host.AskAsync("POST", "campaigns/often/abort")).Kind());
    }

    [Fact]
    public async Task Put_MakesThenReplaces_AndDeleteRemoves()
    {
        Assert.Equal(201, (await host.AskAsync("PUT", "campaigns/often", EachMinute)).Status);
        var response = await host.AskAsync("PUT", "campaigns/often", "schedule: 0 2 * * *\ndrills: [ { target: orders, drill: chaos, repeat: 2 } ]", type: "application/yaml");

        Assert.Equal((200, 2), (response.Status, response.Json().GetProperty("drills_per_run").GetInt32()));
        Assert.Equal("2026-01-01T02:00:00+00:00", response.Json().GetProperty("next_run").GetString());
        Assert.Equal(204, (await host.AskAsync("DELETE", "campaigns/often")).Status);
        Assert.Equal("404 not-found", (await host.AskAsync("GET", "campaigns/often")).Kind());
    }

    [Theory]
    [InlineData("Often", EachMinute, "campaign")]
    [InlineData("often", """{ "schedule": "x", "drills": [] }""", "schedule drills")]
    public async Task Put_OfAWrongDefinition_IsRefusedWithEveryPath(string name, string body, string paths)
    {
        var response = await host.AskAsync("PUT", $"campaigns/{name}", body);

        Assert.Equal("422 invalid-request", response.Kind());
        Assert.Equal(paths.Split(' '), response.Paths());
    }

    private async Task PutAsync(string definition) => Assert.Equal(201, (await host.AskAsync("PUT", "campaigns/often", definition)).Status);

    private Task<IReadOnlyList<string>> TickAsync(DrillApi? api = null) => (api ?? host.Api).Campaigns.TickAsync(CancellationToken.None);

    private async Task<JsonElement> ShowAsync() => (await host.AskAsync("GET", "campaigns/often")).Json();

    private void EndRuns()
    {
        foreach (var (id, run) in host.Runs.ToList())
        {
            host.Runs[id] = run with { Ended = true };
        }
    }
}
