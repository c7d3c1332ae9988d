using System.Text.Json;
using System.Xml.Linq;
using DurableDrill.Api;
using DurableDrill.Drills;
using DurableDrill.Signals;

namespace DurableDrill.Tests.Api;

public sealed class RouteTests
{
    private readonly FakeHost host = new();

    [Fact]
    public async Task OpenApi_ItsPaths_AreTheRoutes()
    {
        var document = (await host.AskAsync("GET", "openapi.json")).Json();

        var described = document.GetProperty("paths").EnumerateObject()
            .SelectMany(path => path.Value.EnumerateObject().Select(method => $"{method.Name.ToUpperInvariant()} {path.Name.TrimStart('/')}"));
        Assert.Equal(host.Api.Routes.Order(), described.Order());
    }

    [Theory]
    [InlineData("GET", "")]
    [InlineData("GET", "health")]
    [InlineData("HEAD", "health")]
    [InlineData("GET", "targets")]
    [InlineData("GET", "targets/orders")]
    [InlineData("GET", "monitor")]
    [InlineData("GET", "drills")]
    [InlineData("GET", "drills?target=orders&state=ended&limit=1")]
    [InlineData("GET", "drills/d1")]
    [InlineData("GET", "drills/d1/wait")]
    [InlineData("GET", "drills/d1/report")]
    [InlineData("GET", "campaigns")]
    public async Task Get_WhatIsThere_IsFound(string method, string path)
    {
        host.Finish("d1");

        Assert.Equal(200, (await host.AskAsync(method, path)).Status);
    }

    [Theory]
    [InlineData("GET", "nothing")]
    [InlineData("GET", "drills/d2")]
    [InlineData("GET", "drills/..")]
    [InlineData("GET", "drills/d2/wait")]
    [InlineData("POST", "drills/d2/abort")]
    [InlineData("GET", "drills/d2/report.html")]
    [InlineData("GET", "drills/d1/report.pdf")]
    [InlineData("GET", "targets/nothing")]
    [InlineData("GET", "monitor/nothing")]
    [InlineData("POST", "monitor/nothing/resume")]
    [InlineData("GET", "campaigns/nothing")]
    [InlineData("GET", "campaigns/..")]
    [InlineData("DELETE", "campaigns/nothing")]
    [InlineData("POST", "campaigns/nothing/run")]
    [InlineData("POST", "campaigns/nothing/abort")]
    public async Task Ask_ForWhatIsNotThere_IsNotFound(string method, string path)
    {
        host.Finish("d1");

        Assert.Equal("404 not-found", (await host.AskAsync(method, path)).Kind());
    }

    [Theory]
    [InlineData("DELETE", "drills", "GET, HEAD, POST")]
    [InlineData("PUT", "drills/d1", "GET, HEAD")]
    [InlineData("GET", "drills/d1/abort", "POST")]
    [InlineData("POST", "campaigns/c", "GET, HEAD, PUT, DELETE")]
    [InlineData("BREW", "health", "GET, HEAD")]
    public async Task Ask_WithAWrongMethod_IsToldTheRightOnes(string method, string path, string allowed)
    {
        var response = await host.AskAsync(method, path);

        Assert.Equal("405 method-not-allowed", response.Kind());
        Assert.Equal(allowed, response.Headers["Allow"]);
    }

    [Theory]
    [InlineData("drills?limit=0", "query.limit")]
    [InlineData("drills?limit=many", "query.limit")]
    [InlineData("drills?state=asleep", "query.state")]
    [InlineData("drills/d1/wait?timeout=-1", "query.timeout")]
    [InlineData("drills/d1/wait?timeout=3600", "query.timeout")]
    [InlineData("comparisons", "query.side")]
    [InlineData("comparisons?side=d1", "query.side")]
    [InlineData("comparisons?side=d1&side=d2", "query.side")]
    public async Task Get_WithAWrongQuery_IsRefusedWithItsPath(string path, string wrong)
    {
        host.Finish("d1");

        var response = await host.AskAsync("GET", path);

        Assert.Equal("422 invalid-request", response.Kind());
        Assert.Equal([wrong], response.Paths());
    }

    [Theory]
    [InlineData(null, "")]
    [InlineData("{}", "")]
    [InlineData("{\"ids\": [\"d1\", \"d2.kill_worker\"]}", "d1 d2.kill_worker")]
    public async Task Revert_ByHand_IsDoneByTheHostAndTold(string? body, string ids)
    {
        var response = await host.AskAsync("POST", "revert", body, type: body is null ? null : "application/json");

        Assert.Equal(200, response.Status);
        Assert.Equal(ids, string.Join(' ', Assert.Single(host.Reverts)));
        Assert.Equal("tickets/x.json: torn", response.Json().GetProperty("unreadable")[0].GetString());
    }

    [Theory]
    [InlineData("{\"ids\": [\"nothing\"]}", "404 not-found")]
    [InlineData("{\"ids\": [\"../d1\"]}", "422 invalid-request")]
    [InlineData("{\"all\": true}", "422 invalid-request")]
    [InlineData("{", "422 invalid-request")]
    public async Task Revert_OfWhatIsNotThereOrIsNoId_IsRefused(string body, string kind) =>
        Assert.Equal(kind, (await host.AskAsync("POST", "revert", body)).Kind());

    [Fact]
    public async Task Show_ARunningDrill_HasLiveFigures()
    {
        var now = host.Time.GetUtcNow();
        host.Start("d1");
        host.Bursts.Add(new(0,
        [
            new(CanonicalSignals.Stored, now.AddSeconds(-4), default, 100),
            new(CanonicalSignals.Stored, now.AddSeconds(-2), default, 300),
            new(CanonicalSignals.Backlog, now.AddSeconds(-30), default, 7),
        ]));

        var figures = (await host.AskAsync("GET", "drills/d1")).Json().GetProperty("figures");

        Assert.Equal("""{"stored":300,"throughput_per_second":100}""", JsonSerializer.Serialize(figures));
        var monitored = Assert.Single((await host.AskAsync("GET", "monitor")).Json().GetProperty("drills").EnumerateArray());
        Assert.Equal(300, monitored.GetProperty("figures").GetProperty("stored").GetDouble());
    }

    [Fact]
    public async Task Show_ARunningSequence_IsWhereItsDrillIs()
    {
        var now = host.Time.GetUtcNow();
        host.Start("d1");
        host.Start("d1-2-kafka");
        host.Drills["d1"] = host.Drills["d1"] with { Status = new(Phase.Inject, now, null, "2 of 3: kafka") { Part = "d1-2-kafka" } };
        host.Drills["d1-2-kafka"] = host.Drills["d1-2-kafka"] with { Status = new(Phase.Recover, now, now.AddSeconds(60), "ending") };
        host.Bursts.Add(new(0, [new(CanonicalSignals.Backlog, now.AddSeconds(-1), default, 7)]));

        var shown = (await host.AskAsync("GET", "drills/d1")).Json();

        Assert.Equal("recover", shown.GetProperty("status").GetProperty("phase").GetString());
        Assert.Equal("2 of 3: kafka: ending", shown.GetProperty("status").GetProperty("detail").GetString());
        Assert.Equal(7, shown.GetProperty("figures").GetProperty("backlog").GetDouble());
        Assert.Equal("d1-2-kafka", host.SamplesAsked);
    }

    [Fact]
    public async Task Monitor_OfATargetUnderADrill_CountsWhatTheDrillReads()
    {
        var now = host.Time.GetUtcNow();
        host.Start("d1");
        host.Bursts.Add(new(0, [new(CanonicalSignals.Stored, now.AddSeconds(-4), default, 100), new(CanonicalSignals.Stored, now.AddSeconds(-2), default, 300)]));

        var counts = (await host.AskAsync("GET", "monitor/orders")).Json();

        Assert.Equal(("orders", "d1", 300), (counts.GetProperty("target").GetString(), counts.GetProperty("drill").GetString(), counts.GetProperty("file_count").GetInt32()));
        Assert.True(counts.GetProperty("is_streaming").GetBoolean());
    }

    [Fact]
    public async Task Monitor_ForABrowser_IsAPageThatAsksItsOwnAddress()
    {
        var page = await host.AskAsync("GET", "monitor/orders", accept: "text/html,*/*;q=0.8");

        Assert.Equal((200, "text/html; charset=utf-8"), (page.Status, page.ContentType));
        Assert.Contains("fetch(own", page.Text());
    }

    [Fact]
    public async Task Pause_OfATargetThatDeclaresNone_IsRefused() =>
        Assert.Equal("409 cannot-be-paused", (await host.AskAsync("POST", "monitor/orders/pause")).Kind());

    [Fact]
    public async Task Wait_ForADrillThatRuns_AnswersWhenTheCallerHasWaitedLongEnough()
    {
        host.Start("d1");
        var waiting = host.AskAsync("GET", "drills/d1/wait?timeout=10");

        host.Time.Advance(TimeSpan.FromSeconds(9));
        Assert.False(waiting.IsCompleted);

        var response = await PassAsync(waiting);
        Assert.Equal(202, response.Status);
        Assert.Equal("1", response.Headers["Retry-After"]);
    }

    [Fact]
    public async Task Wait_ForADrillThatEnds_AnswersThen()
    {
        host.Start("d1");
        var waiting = host.AskAsync("GET", "drills/d1/wait");
        host.Time.Advance(TimeSpan.FromSeconds(3));
        Assert.False(waiting.IsCompleted);

        host.Finish("d1");

        Assert.Equal("passed", (await PassAsync(waiting)).Json().GetProperty("outcome").GetProperty("verdict").GetString());
    }

    [Fact]
    public async Task Abort_OfARunningDrill_IsPassedOnWithItsReason()
    {
        host.Start("d1");

        Assert.Equal(202, (await host.AskAsync("POST", "drills/d1/abort", """{ "reason": "enough" }""")).Status);
        Assert.Equal(202, (await host.AskAsync("POST", "drills/d1/abort")).Status);

        Assert.Equal(["d1: enough", "d1: HTTP request"], host.Aborted);
    }

    [Fact]
    public async Task Abort_WithAWrongBody_OrOfADrillThatIsOver_IsRefused()
    {
        host.Start("d1");
        host.Finish("d2");

        Assert.Equal("422 invalid-request", (await host.AskAsync("POST", "drills/d1/abort", """{ "reason": [], "now": true }""")).Kind());
        Assert.Equal("409 drill-is-over", (await host.AskAsync("POST", "drills/d2/abort")).Kind());
        Assert.Empty(host.Aborted);
    }

    [Fact]
    public async Task Report_OfARunningDrill_IsNotThereYet()
    {
        host.Start("d1");

        Assert.Equal("404 no-report-yet", (await host.AskAsync("GET", "drills/d1/report")).Kind());
    }

    [Theory]
    [InlineData("report", null, "application/json")]
    [InlineData("report", "text/html, */*", "text/html; charset=utf-8")]
    [InlineData("report", "text/markdown", "text/markdown; charset=utf-8")]
    [InlineData("report", "application/xml;q=0.9", "application/xml")]
    [InlineData("report.json", "text/html", "application/json")]
    [InlineData("report.md", null, "text/markdown; charset=utf-8")]
    [InlineData("report.html", null, "text/html; charset=utf-8")]
    [InlineData("junit.xml", null, "application/xml")]
    public async Task Report_IsInTheFormAskedFor(string name, string? accept, string type)
    {
        host.Finish("d1");

        var response = await host.AskAsync("GET", $"drills/d1/{name}", accept: accept);

        Assert.Equal((200, type), (response.Status, response.ContentType));
        if (type == "application/xml")
        {
            Assert.Equal("testsuite", XDocument.Parse(response.Text()).Root!.Name);
        }
    }

    [Fact]
    public async Task Compare_TooFewDrills_SaysSoAndGivesMedians()
    {
        host.Finish("a1", downtime: 1, recovery: 1);
        host.Finish("a2", downtime: 3, recovery: 5);
        host.Finish("b1", downtime: 7, recovery: null);
        host.Finish("b2", Verdict.Errored);

        var comparison = (await host.AskAsync("GET", "comparisons?side=a1,a2&side=b1,b2")).Json();

        var sides = comparison.GetProperty("sides").EnumerateArray().ToList();
        Assert.Equal(2, sides[0].GetProperty("downtime_duration_seconds").GetProperty("median").GetDouble());
        Assert.Equal(1, sides[1].GetProperty("judged").GetInt32());
        Assert.Equal("""{"count":1,"censored":1}""", JsonSerializer.Serialize(sides[1].GetProperty("recovery_time_seconds")));
        Assert.StartsWith("too few runs to tell", comparison.GetProperty("conclusion").GetString());
    }

    /// <summary>Lets time pass until an answer is there; what waits for a timer may set it a little later, on another thread.</summary>
    private async Task<ApiResponse> PassAsync(Task<ApiResponse> waiting)
    {
        while (!waiting.IsCompleted)
        {
            host.Time.Advance(TimeSpan.FromMilliseconds(100));
            await Task.Yield();
        }

        return await waiting;
    }
}
