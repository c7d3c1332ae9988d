using DurableDrill.Signals;
using DurableDrill.Targets;

namespace DurableDrill.Tests.Signals;

public class SignalNamesTests
{
    [Theory]
    [InlineData("restarts", "container", null, false)]
    [InlineData("healthy", "container", "healthy", true)]
    [InlineData("disk", "disk", null, false)]
    [InlineData("backlog", "disk", null, true)]
    [InlineData("job_restarts", "flink", "restarts", false)]
    [InlineData("job", "flink", null, true)]
    [InlineData("written", "file", "lines", false)]
    [InlineData("written_total", "file", "lines", true)]
    [InlineData("stored", "file", "lines", true)]
    [InlineData("executors", "spark", null, true)]
    [InlineData("kafka_count", "kafka", null, false)]
    [InlineData("brokers", "kafka", "brokers", true)]
    public void Decides_WithoutAWord_DependsOnWhatIsCounted(string signal, string kind, string? value, bool expected)
    {
        Assert.Equal(expected, SignalNames.Decides(signal, Source(kind, "value", value)));
    }

    [Fact]
    public void Decides_WhatTheOptionSays_Holds()
    {
        Assert.True(SignalNames.Decides("disk", Source("disk", "decides", "true")));
        Assert.False(SignalNames.Decides("executors", Source("spark", "decides", "false")));
    }

    private static SourceSpec Source(string kind, string option, string? value) =>
        new(kind, "a", value is null ? new Dictionary<string, string>() : new() { [option] = value });
}
