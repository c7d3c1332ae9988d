using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using System.Xml.Linq;

namespace DurableDrill.Local.Tests.Serve;

/// <summary>A drill over HTTP, from its start to its report, against a real <c>drill serve</c> and real processes.</summary>
[Trait("Category", "Integration")]
public sealed class ServedDrillTests : IAsyncLifetime
{
    private readonly Served served = new();

    public Task InitializeAsync() => Task.CompletedTask;

    public async Task DisposeAsync() => await served.DisposeAsync();

    [Fact]
    public async Task ADrill_FromStartToReport_OnEveryRoute()
    {
        await served.UpAsync();
        await served.StartAsync();
        Assert.Equal("up", (await served.GetAsync("/api/targets/shop")).GetProperty("state").GetString());

        var id = await served.DrillAsync();

        // While it runs: shown, monitored, in nobody else's way.
        Assert.True((await served.GetAsync($"/api/drills/{id}")).GetProperty("alive").GetBoolean());
        Assert.Equal(id, (await served.GetAsync("/monitor")).GetProperty("drills")[0].GetProperty("drill_id").GetString());
        Assert.Equal(id, (await served.GetAsync("/api/drills?state=running")).GetProperty("drills")[0].GetProperty("drill_id").GetString());
        Assert.Equal(HttpStatusCode.NotFound, (await served.Http.GetAsync($"/api/drills/{id}/report")).StatusCode);
        using var second = await served.PostAsync("/api/drills", Served.Order("shop", "quick"));
        Assert.Equal(HttpStatusCode.Conflict, second.StatusCode);
        Assert.Equal(id, (await second.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("holder").GetProperty("owner").GetString());

        var verdict = await served.EndOfAsync(id);

        Assert.Contains(verdict, (string[])["passed", "inconclusive"]);
        var report = await served.GetAsync($"/api/drills/{id}/report");
        Assert.Equal(verdict, report.GetProperty("verdict").GetString());
        Assert.InRange(report.GetProperty("faults")[0].GetProperty("measured_seconds").GetDouble(), 0.9, 10);
        Assert.StartsWith("# Drill quick on shop", await served.Http.GetStringAsync($"/api/drills/{id}/report.md"));
        Assert.Contains("<svg", await served.Http.GetStringAsync($"/api/drills/{id}/report.html"));
        Assert.Equal("testsuite", XDocument.Parse(await served.Http.GetStringAsync($"/api/drills/{id}/junit.xml")).Root!.Name);
        foreach (var file in new[] { "report.json", "report.md", "report.html", "junit.xml" })
        {
            Assert.True(File.Exists(Path.Combine(served.Program.Home, "drills", id, file)), file);
        }

        Assert.Equal("ended", (await served.GetAsync($"/api/drills/{id}")).GetProperty("status").GetProperty("phase").GetString());
        Assert.Contains("fetch(", await served.Http.GetStringAsync("/"));
        Assert.Equal("3.1.0", (await served.GetAsync("/api/openapi.json")).GetProperty("openapi").GetString());
        using var compared = await served.Http.GetAsync($"/api/comparisons?side={id}&side={id}");
        Assert.Equal(HttpStatusCode.OK, compared.StatusCode);
    }
}
