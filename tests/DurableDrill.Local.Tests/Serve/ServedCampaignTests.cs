using System.Net;
using System.Text;
using System.Text.Json;

namespace DurableDrill.Local.Tests.Serve;

/// <summary>A campaign on a one-minute schedule, in real time.</summary>
[Trait("Category", "Long")]
public sealed class ServedCampaignTests : IAsyncLifetime
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(6);

    private readonly Served served = new();

    public Task InitializeAsync() => Task.CompletedTask;

    public async Task DisposeAsync() => await served.DisposeAsync();

    [Fact]
    public async Task EachMinute_ItRuns_DoesNotOverlapItself_AndSurvivesARestart()
    {
        await served.UpAsync();
        await served.StartAsync();

        // Two drills take longer than a minute, so that the minute in between is missed.
        using var put = await served.Http.PutAsync(
            "/api/campaigns/often",
            new StringContent("""{ "schedule": "0 * * * * *", "drills": [ { "target": "shop", "drill": "quick", "repeat": 2 } ] }""", Encoding.UTF8, "application/json"));
        Assert.Equal(HttpStatusCode.Created, put.StatusCode);
        await Served.UntilAsync(async () => (await RunsAsync()) is [var run] && run.TryGetProperty("status", out _), Patience);

        await served.KillAsync();
        await served.StartAsync();

        await Served.UntilAsync(async () => (await RunsAsync()) is [_, var first] && first.GetProperty("ended").GetBoolean(), Patience);
        var shown = await served.GetAsync("/api/campaigns/often");
        var ended = (await RunsAsync())[1].GetProperty("outcome").GetProperty("drills").EnumerateArray().ToList();
        Assert.Equal(2, ended.Count);
        Assert.All(ended, drill => Assert.Contains(drill.GetProperty("verdict").GetString(), (string[])["passed", "inconclusive"]));
        Assert.Contains("had not ended", shown.GetProperty("missed")[0].GetProperty("reason").GetString());

        // Its drills are drills like any other, and none of them ran beside another one.
        var drills = (await served.GetAsync("/api/drills?state=ended")).GetProperty("drills").EnumerateArray().ToList();
        Assert.Equal(2, drills.Count(drill => drill.GetProperty("drill_id").GetString()!.StartsWith(ended[0].GetProperty("drill_id").GetString()![..^2], StringComparison.Ordinal)));
        Assert.All(drills, drill => Assert.Equal(("shop", "quick"), (drill.GetProperty("target").GetString(), drill.GetProperty("drill_type").GetString())));
        Assert.True((await RunsAsync())[0].GetProperty("started_at").GetDateTimeOffset() >= await EndOfAsync(ended[1]), "the second run began before the first had ended");
    }

    private async Task<List<JsonElement>> RunsAsync() => [.. (await served.GetAsync("/api/campaigns/often")).GetProperty("runs").EnumerateArray()];

    private async Task<DateTimeOffset> EndOfAsync(JsonElement drill) =>
        (await served.GetAsync($"/api/drills/{drill.GetProperty("drill_id").GetString()}/report.json")).GetProperty("ended_at").GetDateTimeOffset();
}
