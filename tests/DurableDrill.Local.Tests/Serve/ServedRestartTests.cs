using System.Net;

namespace DurableDrill.Local.Tests.Serve;

/// <summary>Drills that are interrupted: by who asked for them, and by the death of the server.</summary>
[Trait("Category", "Integration")]
public sealed class ServedRestartTests : IAsyncLifetime
{
    private readonly Served served = new();

    public Task InitializeAsync() => Task.CompletedTask;

    public async Task DisposeAsync() => await served.DisposeAsync();

    [Fact]
    public async Task Abort_EndsADrillAndPutsItsFaultRight()
    {
        await served.UpAsync();
        await served.StartAsync();
        var id = await served.DrillAsync("slow");
        await Served.UntilAsync(async () => (await served.GetAsync($"/api/drills/{id}")) is var view
            && view.TryGetProperty("status", out var status) && status.GetProperty("phase").GetString() == "inject");

        using var response = await served.PostAsync($"/api/drills/{id}/abort", """{ "reason": "enough" }""");

        Assert.Equal(HttpStatusCode.Accepted, response.StatusCode);
        Assert.Equal("aborted", await served.EndOfAsync(id));
        var report = await served.GetAsync($"/api/drills/{id}/report.json");
        Assert.Equal("enough", report.GetProperty("reasons")[0].GetString());
        Assert.Contains(report.GetProperty("faults")[0].GetProperty("state").GetString(), (string[])["reverted", "closed"]);
        using var again = await served.PostAsync($"/api/drills/{id}/abort");
        Assert.Equal(HttpStatusCode.Conflict, again.StatusCode);
    }

    [Fact]
    public async Task Start_WhoseServerIsKilled_GoesOnWithTheNextOneAndStaysOneDrill()
    {
        await served.UpAsync();
        await served.StartAsync();
        var id = await served.DrillAsync("medium", key: "night-1");
        await Served.UntilAsync(async () => (await served.GetAsync($"/api/drills/{id}")).TryGetProperty("status", out var status) && status.GetProperty("phase").GetString() == "inject");

        await served.KillAsync();
        await served.StartAsync();

        Assert.Equal(id, await served.DrillAsync("medium", key: "night-1"));
        Assert.Contains(await served.EndOfAsync(id), (string[])["passed", "inconclusive"]);
        Assert.Equal(id, await served.DrillAsync("medium", key: "night-1"));
        Assert.Single((await served.GetAsync("/api/drills")).GetProperty("drills").EnumerateArray());
        using var other = await served.PostAsync("/api/drills", Served.Order("shop", "slow"), "night-1");
        Assert.Equal(HttpStatusCode.Conflict, other.StatusCode);
    }
}
