using DurableDrill.Adapters.Tests.Sources;
using DurableDrill.Signals;
using DurableDrill.TestServers;

namespace DurableDrill.Adapters.Tests.Http;

public sealed class HttpProbeTests
{
    [Theory]
    [InlineData("$.count", 12)]
    [InlineData("$.inner.list[1]", 2.5)]
    [InlineData("$.text", 7)]
    [InlineData("$.flag", 1)]
    [InlineData("$['odd name']", -3)]
    public async Task Read_JsonPath_IsTheNumberThere(string path, double expected)
    {
        using var server = new LoopbackHttp("""{"count":12,"inner":{"list":[1,2.5]},"text":"7","flag":true,"odd name":-3}""");
        await using var probe = Source.Probe("http", server.Address + "/status", ("value", path));
        Assert.Equal(expected, await probe.ReadAsync());
    }

    [Theory]
    [InlineData("""{"status":"ALIVE"}""", 1)]
    [InlineData("""{"status":"STANDBY"}""", 0)]
    [InlineData("""{"status":3}""", 0)]
    public async Task Read_WithAWantedText_IsWhetherItStandsThere(string body, double expected)
    {
        using var server = new LoopbackHttp(body);
        await using var probe = Source.Probe("http", server.Address, ("value", "$.status"), ("is", "ALIVE"));
        Assert.Equal(expected, await probe.ReadAsync());
    }

    [Fact]
    public async Task Read_WithAWantedTextAndNothingThere_IsAGap()
    {
        using var server = new LoopbackHttp("""{"status":null}""");
        await using var probe = Source.Probe("http", server.Address, ("value", "$.status"), ("is", "ALIVE"));
        Assert.Contains("at $.status stands no number but null", await probe.GapAsync());
    }

    [Theory]
    [InlineData("""{"count":null}""", "at $.count stands no number but null")]
    [InlineData("""{"counts":1}""", """there is nothing at $.count in {"counts":1}""")]
    [InlineData("<html>", "the answer is not JSON: <html>")]
    public async Task Read_NoNumberAtThePath_IsAGapThatQuotesTheAnswer(string body, string reason)
    {
        using var server = new LoopbackHttp(body);
        await using var probe = Source.Probe("http", server.Address, ("value", "$.count"));
        Assert.Equal($"GET {server.Address}/: {reason}", await probe.GapAsync());
    }

    [Fact]
    public async Task Read_ErrorStatus_IsAGapForAValueAndAReadingWithoutOne()
    {
        using var server = new LoopbackHttp("""{"count":1,"error":"starting"}""", status: 503);
        await using var value = Source.Probe("http", server.Address, ("value", "$.count"));
        await using var status = Source.Probe("http", server.Address);
        Assert.Contains("""503 Service Unavailable: {"count":1,"error":"starting"}""", await value.GapAsync());
        Assert.Equal(503, await status.ReadAsync());
    }

    [Fact]
    public async Task Read_NobodyListens_IsAGapThatSaysSo()
    {
        var server = new LoopbackHttp();
        server.Dispose();
        await using var probe = Source.Probe("http", server.Address);
        Assert.Contains("Connection refused", await probe.GapAsync());
    }

    [Fact]
    public async Task Read_Metric_IsTheSumOfWhatMatches()
    {
        using var server = new LoopbackHttp(
            """
            # HELP lag Messages behind.
            # TYPE lag gauge
            lag{topic="orders",partition="0"} 3
            lag{partition="1",topic="orders"} 4.5 1700000000000
            lag{topic="other",partition="0"} 100
            lag_total 9
            quoted{text="a \"b\" } c"} 1e3

            """);
        foreach (var (metric, expected) in new[] { ("lag", 107.5), ("lag{topic=\"orders\"}", 7.5), ("lag_total", 9), ("quoted{text=\"a \\\"b\\\" } c\"}", 1000) })
        {
            await using var probe = Source.Probe("http", server.Address, ("metric", metric));
            Assert.Equal(expected, await probe.ReadAsync());
        }

        await using var missing = Source.Probe("http", server.Address, ("metric", "lag{topic=\"none\"}"));
        Assert.Equal($"GET {server.Address}/: no sample matches lag{{topic=\"none\"}}", await missing.GapAsync());
    }

    [Fact]
    public async Task Read_ValueDeclaredUnknown_IsAGap()
    {
        using var server = new LoopbackHttp("""{"count":-1}""");
        await using var probe = Source.Probe("http", server.Address, ("value", "$.count"), ("unknown", "-1, 0"));
        Assert.Equal("the source says -1, which means unknown", await probe.GapAsync());
        server.Body = """{"count":5}""";
        Assert.Equal(5, await probe.ReadAsync());
    }

    [Fact]
    public async Task Read_Scaled_IsMultiplied()
    {
        using var server = new LoopbackHttp("""{"latency_ms":250}""");
        await using var probe = Source.Probe("http", server.Address, ("value", "$.latency_ms"), ("scale", "0.001"));
        Assert.Equal(0.25, await probe.ReadAsync());
    }

    [Fact]
    public async Task ReadOffset_DateHeader_IsAnIntervalOfOverTwoSeconds()
    {
        using var server = new LoopbackHttp();
        await using var probe = Source.Probe("http", server.Address);
        var offset = await ((IServerClock)probe).ReadOffsetAsync(CancellationToken.None);
        var now = DateTimeOffset.UtcNow;
        var ahead = (new DateTimeOffset(2026, 1, 1, 12, 0, 0, TimeSpan.Zero) - now).TotalSeconds;
        Assert.InRange(offset!.AtMostSeconds - offset.AtLeastSeconds, 2, 60);
        Assert.InRange(ahead, offset.AtLeastSeconds - 60, offset.AtMostSeconds);
    }

    [Fact]
    public void Validate_SeveralMistakes_AreAllTold() => Assert.Equal(
        [
            "signals.s.value is \"count\"; allowed: a JSON path such as $.counts.stored or $.nodes[0].lag",
            "signals.s.http is no address to read from; allowed: http://HOST:PORT/PATH, https://HOST/PATH",
            "signals.s.user is missing: user and password come together",
            "signals.s.unknown holds \"none\"; allowed: numbers, with commas",
            "signals.s.max_age is \"soon\"; allowed: a duration such as 10s, 500ms, 1m30s",
        ],
        Source.Mistakes("http", "localhost:80", ("value", "count"), ("password", "env:X"), ("unknown", "none"), ("max_age", "soon")));

    [Fact]
    public void Validate_PasswordInTheAddress_IsAMistakeThatDoesNotRepeatIt() => Assert.Equal(
        ["signals.s.http holds a user or a password; give \"user\", and \"password\" as a reference, env:NAME or file:PATH"],
        Source.Mistakes("http", "http://me:hunter2@localhost/"));
}
