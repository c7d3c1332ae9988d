using DurableDrill.Documents;
using FsCheck;
using FsCheck.Fluent;

namespace DurableDrill.Tests.Documents;

public class QuantitiesTests
{
    [Theory]
    [InlineData("45s", 45_000)]
    [InlineData("1m30s", 90_000)]
    [InlineData("500ms", 500)]
    [InlineData("1.5s", 1500)]
    [InlineData("2h", 7_200_000)]
    [InlineData("1d1h1m1s1ms", 90_061_001)]
    [InlineData("60", 60_000)]
    [InlineData("0.25", 250)]
    [InlineData("0", 0)]
    [InlineData("PT45S", 45_000)]
    [InlineData("P1DT2H", 93_600_000)]
    [InlineData("PT0.5S", 500)]
    public void TryDuration_WhatPeopleWrite_IsRead(string text, double milliseconds)
    {
        Assert.True(Quantities.TryDuration(text, out var value));
        Assert.Equal(milliseconds, value.TotalMilliseconds);
    }

    [Theory]
    [InlineData("")]
    [InlineData("s")]
    [InlineData("45 s")]
    [InlineData("-1s")]
    [InlineData("1s1m")]
    [InlineData("1s1s")]
    [InlineData("P")]
    [InlineData("PT")]
    [InlineData("P1M")]
    [InlineData("P1DT")]
    [InlineData("1e3")]
    [InlineData("45s\n")]
    [InlineData("99999999d")]
    [InlineData("00:00:45")]
    [InlineData("٤٥s")]
    public void TryDuration_AnythingElse_IsNot(string text) => Assert.False(Quantities.TryDuration(text, out _));

    [Fact]
    public void Write_AnyDuration_IsReadBack() => Prop.ForAll(Gen.Choose(0, int.MaxValue).Select(n => TimeSpan.FromMilliseconds(n)).ToArbitrary(), value =>
    {
        Assert.True(Quantities.TryDuration(Quantities.Write(value), out var back));
        Assert.Equal(value, back);
    }).QuickCheckThrowOnFailure();

    [Theory]
    [InlineData("64MB", 64_000_000)]
    [InlineData("1GiB", 1_073_741_824)]
    [InlineData("1.5kB", 1500)]
    [InlineData("2KiB", 2048)]
    [InlineData("512", 512)]
    [InlineData("512 B", 512)]
    public void TrySize_WhatPeopleWrite_IsRead(string text, long bytes)
    {
        Assert.True(Quantities.TrySize(text, out var value));
        Assert.Equal(bytes, value);
    }

    [Theory]
    [InlineData("")]
    [InlineData("MB")]
    [InlineData("1MBit")]
    [InlineData("-1")]
    [InlineData("10000TB")]
    public void TrySize_AnythingElse_IsNot(string text) => Assert.False(Quantities.TrySize(text, out _));
}
