using DurableDrill.Adapters.Tests.Sources;
using DurableDrill.TestServers;

namespace DurableDrill.Adapters.Tests.Prometheus;

/// <summary>Against answers in the form that Prometheus documents (querying/api).</summary>
public sealed class PrometheusProbeTests
{
    [Fact]
    public async Task Read_PlainSelector_IsTheLastRawSampleWithItsOwnTime()
    {
        using var server = new LoopbackHttp(
            """{"status":"success","data":{"resultType":"matrix","result":[{"metric":{"__name__":"lag"},"values":[[1700000000.5,"3"],[1700000015.5,"4"]]}]}}""");
        await using var probe = Source.Probe("prometheus", server.Address + "/", ("query", "lag{job=\"x\"}"), ("lookback", "30s"));
        var reading = await probe.ReadAsync(CancellationToken.None);
        Assert.Equal(4, reading.Value);
        Assert.Equal(DateTimeOffset.FromUnixTimeMilliseconds(1700000015500), reading.Of);
        Assert.Equal(["/api/v1/query?query=lag%7Bjob%3D%22x%22%7D%5B30000ms%5D"], server.Asked);
    }

    [Theory]
    [InlineData("""{"resultType":"vector","result":[{"metric":{},"value":[1700000000,"1e3"]}]}""")]
    [InlineData("""{"resultType":"scalar","result":[1700000000,"1000"]}""")]
    public async Task Read_Expression_IsItsNumber(string data)
    {
        using var server = new LoopbackHttp($$"""{"status":"success","data":{{data}}}""");
        await using var probe = Source.Probe("prometheus", server.Address, ("query", "sum(lag)"));
        Assert.Equal(1000, await probe.ReadAsync());
        Assert.Equal(["/api/v1/query?query=sum%28lag%29"], server.Asked);
    }

    [Theory]
    [InlineData("""{"status":"success","data":{"resultType":"vector","result":[]}}""", "the query gives nothing")]
    [InlineData("""{"status":"success","data":{"resultType":"vector","result":[{"metric":{"p":"0"},"value":[1,"1"]},{"metric":{"p":"1"},"value":[1,"2"]}]}}""", """the query gives 2 series, {"p":"0"} and {"p":"1"} among them""")]
    [InlineData("""{"status":"error","errorType":"bad_data","error":"parse error: unexpected end of input"}""", "400: parse error: unexpected end of input")]
    [InlineData("""{"status":"success","data":{"resultType":"string","result":[1,"x"]}}""", "the query gives a string, which is no number")]
    [InlineData("<html>", "400 Bad Request: not an answer of Prometheus: <html>")]
    public async Task Read_NoSingleNumber_IsAGapThatSaysWhy(string body, string reason)
    {
        using var server = new LoopbackHttp(body, status: 400);
        await using var probe = Source.Probe("prometheus", server.Address, ("query", "sum(lag)"));
        Assert.Contains(reason, await probe.GapAsync());
    }

    [Fact]
    public void Validate_NoQuery_IsAMistake() => Assert.Equal(
        ["signals.s.query is missing: a PromQL expression that gives one number"], Source.Mistakes("prometheus", "http://127.0.0.1:9090"));
}
